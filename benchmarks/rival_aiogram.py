"""The same intake written plainly with aiogram's FSM, as its manual has it: states in a storage, one row at the end.

It understands nothing: every message is taken for the answer to what was asked last. Up to the confirmation nothing is
kept but what the storage keeps (nothing with MemoryStorage; with RedisStorage what Redis has written by itself).
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from aiogram import Bot, Dispatcher, F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import BaseStorage
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.fsm.storage.redis import RedisStorage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from benchmarks.network import TOKEN, LightSession, Network
from benchmarks.resident import Take
from benchmarks.rival import (
    ASK_PLACE,
    ASK_SERVICE,
    ASK_WHO,
    CARD,
    COUNTIES,
    FILED,
    SERVICES,
    SHOW_CARD,
    WHO,
    Insert,
    open_table,
)

router = Router()


class Intake(StatesGroup):
    """What was asked last."""

    service = State()
    who = State()
    place = State()
    card = State()


def keyboard(prefix: str, choices: Sequence[tuple[str, str]]) -> InlineKeyboardMarkup:
    keys = [[InlineKeyboardButton(text=label, callback_data=f"{prefix}:{key}")] for key, label in choices]
    return InlineKeyboardMarkup(inline_keyboard=keys)


@router.callback_query(Intake.service, F.data.startswith("service:"))
async def choose_service(query: CallbackQuery, state: FSMContext) -> None:
    await query.answer()
    await state.update_data(service=(query.data or "").partition(":")[2])
    await state.set_state(Intake.who)
    if isinstance(query.message, Message):
        await query.message.answer(ASK_WHO, reply_markup=keyboard("who", WHO))


@router.message(Intake.who, F.text)
async def tell_who(message: Message, state: FSMContext) -> None:
    await state.update_data(who=message.text)
    await state.set_state(Intake.place)
    await message.answer(ASK_PLACE, reply_markup=keyboard("place", COUNTIES))


@router.message(Intake.place, F.text)
async def tell_place(message: Message, state: FSMContext) -> None:
    told = await state.update_data(place=message.text)
    await state.set_state(Intake.card)
    await message.answer(SHOW_CARD.format(**told), reply_markup=keyboard("card", CARD))


@router.callback_query(Intake.card, F.data == "card:yes")
async def confirm(query: CallbackQuery, state: FSMContext, insert: Insert) -> None:
    await query.answer()
    number = await insert({**await state.get_data(), "chat": str(query.from_user.id)})
    await state.clear()
    if isinstance(query.message, Message):
        await query.message.answer(FILED.format(number=number))


@router.message(F.text)
async def begin(message: Message, state: FSMContext) -> None:
    await state.set_data({"need": message.text or ""})
    await state.set_state(Intake.service)
    await message.answer(ASK_SERVICE, reply_markup=keyboard("service", SERVICES))


@asynccontextmanager
async def open_rival(folder: Path, database: str, network: Network, redis: str = "") -> AsyncIterator[Take]:
    """The bot, with RedisStorage where the URL of a Redis is given, else with MemoryStorage."""
    storage: BaseStorage = RedisStorage.from_url(redis) if redis else MemoryStorage()
    bot = Bot(TOKEN, session=LightSession(network))
    async with open_table(folder, database) as insert:
        dispatcher = Dispatcher(storage=storage, insert=insert)
        dispatcher.include_router(router)

        async def take(raw: bytes) -> None:
            await dispatcher.feed_webhook_update(bot, json.loads(raw))

        try:
            yield take
        finally:
            await storage.close()
