"""The same intake written plainly with python-telegram-bot's ConversationHandler, as its manual has it.

It understands nothing: every message is taken for the answer to what was asked last. Up to the confirmation everything
is in memory.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    filters,
)

from benchmarks.network import TOKEN, LightRequest, Network
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
    open_table,
)

SERVICE, FOR_WHOM, PLACE, CONFIRM = range(4)
Context = ContextTypes.DEFAULT_TYPE


def keyboard(prefix: str, choices: Sequence[tuple[str, str]]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=f"{prefix}:{key}")] for key, label in choices]
    )


def told(context: Context) -> dict[str, str]:
    """What this person has told so far."""
    assert context.user_data is not None
    return context.user_data


async def answer(update: Update, text: str, markup: InlineKeyboardMarkup | None = None) -> None:
    assert update.effective_message is not None
    await update.effective_message.reply_text(text, reply_markup=markup)


async def begin(update: Update, context: Context) -> int:
    told(context)["need"] = words(update)
    await answer(update, ASK_SERVICE, keyboard("service", SERVICES))
    return SERVICE


async def choose_service(update: Update, context: Context) -> int:
    told(context)["service"] = (await pressed(update)).partition(":")[2]
    await answer(update, ASK_WHO, keyboard("who", WHO))
    return FOR_WHOM


async def tell_who(update: Update, context: Context) -> int:
    told(context)["who"] = words(update)
    await answer(update, ASK_PLACE, keyboard("place", COUNTIES))
    return PLACE


async def tell_place(update: Update, context: Context) -> int:
    told(context)["place"] = words(update)
    await answer(update, SHOW_CARD.format(**told(context)), keyboard("card", CARD))
    return CONFIRM


async def confirm(update: Update, context: Context) -> int:
    await pressed(update)
    assert update.effective_chat is not None
    number = await context.bot_data["insert"]({**told(context), "chat": str(update.effective_chat.id)})
    told(context).clear()
    await answer(update, FILED.format(number=number))
    return ConversationHandler.END


async def pressed(update: Update) -> str:
    assert update.callback_query is not None
    await update.callback_query.answer()
    return update.callback_query.data or ""


def words(update: Update) -> str:
    assert update.message is not None
    return update.message.text or ""


def dialogue() -> ConversationHandler[Any]:
    text = filters.TEXT & ~filters.COMMAND
    return ConversationHandler(
        entry_points=[MessageHandler(text, begin)],
        states={
            SERVICE: [CallbackQueryHandler(choose_service, pattern="^service:")],
            FOR_WHOM: [MessageHandler(text, tell_who)],
            PLACE: [MessageHandler(text, tell_place)],
            CONFIRM: [CallbackQueryHandler(confirm, pattern="^card:yes$")],
        },
        fallbacks=[],
    )


@asynccontextmanager
async def open_rival(folder: Path, database: str, network: Network) -> AsyncIterator[Take]:
    """The bot; updates of different people are taken side by side."""
    requests = LightRequest(network)
    built = Application.builder().token(TOKEN).request(requests).get_updates_request(LightRequest(network))
    application = built.updater(None).build()
    application.add_handler(dialogue())
    async with open_table(folder, database) as insert, application:
        application.bot_data["insert"] = insert

        async def take(raw: bytes) -> None:
            await application.process_update(Update.de_json(json.loads(raw), application.bot))

        yield take
