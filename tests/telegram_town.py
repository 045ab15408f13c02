"""The real server process between a strict Bot API server and people with a telephone."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.casework_story import number_in
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_state import SentMessage
from tests.fakes.bot_user import FakeUser
from tests.process import CONFIRM, GUARD, NEED, Programs, Running
from tests.web_town import WebTown


@dataclass
class TelegramTown:
    """The program and the Telegram it talks to."""

    programs: Programs
    api: FakeBotApi
    web: WebTown = field(init=False)
    """The same program in a browser."""

    async def serve(self, **settings: object) -> Running:
        self.programs.settings |= {
            "telegram_token": self.api.token,
            "telegram_api": self.api.url,
            "gather_seconds": 1,
        }
        running = await self.programs.serve(**settings)
        self.web = WebTown(self.programs, await running.line("chat: "))
        return running

    async def token(self, staff: str) -> str:
        """The one-time token of an invitation."""
        invited = await self.programs.run("staff", "invite", staff)
        assert invited.status == 0, invited.err
        token = invited.lines[0].removeprefix("Telegram: https://t.me/lz_bot?start=")
        assert invited.lines[1] == f"Telegram, by hand: /start {token}"
        return token

    async def worker(self, name: str = "王芳") -> FakeUser:
        """A new duty worker with a bound account; the server must run."""
        staff = await self.programs.hire(name)
        user = self.api.user(name=name)
        await user.say(f"/start {await self.token(staff)}")
        await wait_for(user, f"{name}，您好")
        return user

    async def known(self, name: str, role: str, area: str) -> FakeUser:
        """Somebody new on the roster, whose Telegram account was known already."""
        user = self.api.user(name=name)
        await self.programs.hire(name, role, area, "--telegram", str(user.id))
        return user

    def kept(self) -> bool:
        """Whether every update was confirmed."""
        return not self.api.pending


async def wait_for(user: FakeUser, part: str) -> SentMessage:
    return await user.wait_for(part, GUARD)


async def asks(resident: FakeUser, need: str) -> str:
    """A resident tells a need and confirms the card; returns the ticket's number."""
    await resident.say(need)
    await wait_for(resident, "听明白了")
    await resident.press(next(label for label in resident.last.labels if label.startswith("确认提交")))
    return number_in((await wait_for(resident, "LZ")).text)


async def answers(user: FakeUser, label: str, question: str, answer: str) -> None:
    """A button that asks something, and what is written in answer."""
    await user.press(label)
    await wait_for(user, question)
    await user.say(answer)


async def filed(resident: FakeUser) -> None:
    """A resident files the usual need."""
    await resident.say(NEED)
    await wait_for(resident, "助餐")
    await resident.press(CONFIRM)
    await wait_for(resident, "LZ1001")
