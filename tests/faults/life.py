"""People who live through a day of faults: a need is told, taken, asked about, met and thanked for, on Telegram and on
the web. Everybody remembers what they said and saw."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from tests.casework_story import FUKANG, HUTUBI, JIMSAR, MANAS, MULEI, QITAI, number_in
from tests.fakes.bot_state import JSON, SentMessage
from tests.fakes.bot_user import FakeUser
from tests.faults.evidence import Said, Seen, Witness
from tests.web_town import Patient

PLACES = {
    MULEI: "木垒照壁山乡",
    JIMSAR: "吉木萨尔三台镇",
    HUTUBI: "呼图壁大丰镇",
    MANAS: "玛纳斯包家店镇",
    FUKANG: "阜康九运街镇",
    QITAI: "奇台半截沟镇",
}
"""A township of every county in which somebody lives."""
YOUNGEST = 61
"""Every mother has an age of her own."""
ANSWER = "三队 12 号，红门"


class Person(Protocol):
    """Somebody at one end of a conversation."""

    witness: Witness

    async def say(self, text: str) -> None: ...

    async def press(self, label: str) -> None: ...

    async def wait_for(self, part: str) -> str: ...


@dataclass
class Phone:
    """Somebody on Telegram."""

    user: FakeUser
    patience: float
    witness: Witness = field(init=False)
    updates: list[JSON] = field(default_factory=list)
    """Everything sent, as the bot gets it."""

    def __post_init__(self) -> None:
        self.witness = Witness(f"telegram:{self.user.id}")

    async def say(self, text: str) -> None:
        self._sent(await self.user.say(text))

    async def press(self, label: str) -> None:
        found = [each for message in self.user.messages[-10:] for each in message.labels if each.startswith(label)]
        assert found, f"no button {label!r}"
        self._sent(await self.user.press(found[-1]))

    async def press_on(self, message: SentMessage, label: str) -> None:
        """Press a button of this very message."""
        [data] = [b["callback_data"] for row in message.keyboard for b in row if b["text"] == label]
        self._sent(await self.user.press_data(message.message_id, data))

    async def wait_for(self, part: str) -> str:
        return (await self.finds(part)).text

    async def finds(self, part: str) -> SentMessage:
        try:
            return await self.user.wait_for(part, self.patience)
        except AssertionError:
            self.witness.waited_for = part
            raise

    def remember(self) -> None:
        """Put all that was seen down."""
        self.witness.seen = [Seen(str(message.message_id), message.text) for message in self.user.messages]

    def _sent(self, update: JSON) -> None:
        self.updates.append(update)
        message = update.get("message")
        said = (
            Said(f"m{message['message_id']}", message["text"])
            if message
            else Said(f"c{update['callback_query']['id']}")
        )
        self.witness.said.append(said)


@dataclass
class Page:
    """Somebody with the web chat open."""

    visitor: Patient
    address: str
    witness: Witness = field(init=False)

    def __post_init__(self) -> None:
        self.witness = Witness(self.address)

    async def say(self, text: str) -> None:
        self._sending(text)
        await self.visitor.say(text)

    async def press(self, label: str) -> None:
        self._sending("")
        await self.visitor.press(label)

    async def wait_for(self, part: str) -> str:
        try:
            return await self.visitor.wait_for(part)
        except AssertionError:
            self.witness.waited_for = part
            raise

    def remember(self) -> None:
        """Put all that was seen down."""
        lines = self.visitor.lines
        self.witness.seen = [
            Seen(str(line["id"]), f"{line['author']}：\n{line['text']}" if line["author"] else line["text"])
            for line in lines
        ]

    def _sending(self, text: str) -> None:
        self.witness.said.append(Said(f"m{self.visitor.count + 1}", text))


async def lives(resident: Person, place: str, number: int, round_: int) -> None:
    """A resident's side of one need."""
    matter = f"我妈{YOUNGEST + number % 35}岁了"
    resident.witness.matters.append(matter)
    await resident.say(f"{matter}，要人上门做饭")
    await resident.say(f"在{place}")
    await resident.wait_for("您看对吗")
    await resident.press("确认提交")
    resident.witness.promised.append(number_in(await resident.wait_for("LZ")))
    await resident.wait_for(f"门牌号是多少？第{round_}次")
    await resident.say(ANSWER)
    await resident.wait_for("您看解决了吗")
    await resident.press("解决了")
    await resident.wait_for("打几分")
    await resident.press("5 分")
    await resident.wait_for("还有什么想说的吗")
    await resident.say("谢谢小王")
    await resident.wait_for("谢谢您，记下了")


async def works(worker: Phone, round_: int) -> None:
    """A worker's side of one ticket."""
    card = await worker.finds("新单，请接单")
    await worker.press_on(card, "接单")
    await worker.wait_for("接好了")
    await worker.press_on(card, "问居民")
    await worker.wait_for("要问居民什么")
    await worker.say(f"门牌号是多少？第{round_}次")
    await worker.wait_for(ANSWER)
    await worker.press_on(card, "完成")
    await worker.wait_for("做了什么")
    await worker.say("做了午饭")
    await worker.wait_for("居民留言")
