"""The second factor of officers: its secret, what was tried, and the recovery codes.

The secret is sealed on the disk, as a column of its own type.
"""

from __future__ import annotations

import base64
import secrets
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.entrance import RECOVERY_CODES, Factor
from storage.people_table import recovery_code, second_factor
from storage.staff import hashed

RECOVERY_BYTES = 10
"""Of one recovery code: 80 bits, which no list of guesses reaches though only a plain hash is kept; 16 letters."""


async def find(connection: AsyncConnection, staff_id: int) -> tuple[Factor, str] | None:
    """Somebody's factor and its secret (base32), locked against others until this transaction ends."""
    query = select(second_factor).where(second_factor.c.staff_id == staff_id).with_for_update()
    row = (await connection.execute(query)).first()
    if row is None:
        return None
    wrong = tuple(datetime.fromisoformat(at) for at in row.wrong)
    return Factor(row.enrolled, row.last_step, wrong, row.locked_until), row.secret


async def begin(connection: AsyncConnection, staff_id: int, secret: str) -> None:
    """A new secret, which counts once its owner has shown a code of it."""
    await forget(connection, staff_id)
    values = {"staff_id": staff_id, "secret": secret, **_columns(Factor())}
    await connection.execute(insert(second_factor).values(values))


async def keep(connection: AsyncConnection, staff_id: int, factor: Factor) -> None:
    """What became of a try."""
    where = second_factor.c.staff_id == staff_id
    await connection.execute(update(second_factor).where(where).values(_columns(factor)))


async def forget(connection: AsyncConnection, staff_id: int) -> None:
    """Somebody begins anew: with another telephone, or because they leave."""
    for table in (recovery_code, second_factor):
        await connection.execute(delete(table).where(table.c.staff_id == staff_id))


async def new_recovery_codes(connection: AsyncConnection, staff_id: int) -> list[str]:
    """Ten codes that count once each; only their hashes are kept, and earlier ones end."""
    await connection.execute(delete(recovery_code).where(recovery_code.c.staff_id == staff_id))
    codes = [base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower() for _ in range(RECOVERY_CODES)]
    rows = [{"staff_id": staff_id, "code_hash": hashed(code)} for code in codes]
    await connection.execute(insert(recovery_code), rows)
    return codes


async def use_recovery_code(connection: AsyncConnection, staff_id: int, code: str) -> int | None:
    """Whether this is one of theirs, which counts no second time: how many are left, or None."""
    where = (recovery_code.c.staff_id == staff_id) & (recovery_code.c.code_hash == hashed(code))
    used = (await connection.execute(delete(recovery_code).where(where).returning(recovery_code.c.staff_id))).first()
    if used is None:
        return None
    left = select(recovery_code.c.code_hash).where(recovery_code.c.staff_id == staff_id)
    return len((await connection.execute(left)).all())


def _columns(factor: Factor) -> dict[str, object]:
    return {
        "enrolled": factor.enrolled,
        "last_step": factor.last_step,
        "wrong": [at.isoformat() for at in factor.wrong],
        "locked_until": factor.locked_until,
    }
