"""Where a member of staff is told something, and in which words."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.message import Address
from casework.staff import Staff
from locales.text import SOURCE, Say, Texts
from storage import staff


async def accounts(connection: AsyncConnection, staff_id: int, texts: Texts) -> list[tuple[Address, Say]]:
    """The desk and every account bound to that person, each with their words; nothing for who has left."""
    person = await staff.find(connection, staff_id)
    if person is None:
        return []
    say = words_of(person, texts)
    return [(address, say) for address in await staff.addresses(connection, staff_id)]


def words_of(person: Staff, texts: Texts) -> Say:
    """In the first of their languages that there are texts for; in Chinese if there are none."""
    return texts.say(next((code for code in person.languages if code in texts.languages), SOURCE))
