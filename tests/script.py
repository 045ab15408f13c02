"""Several people at `run_bot.py chat --json`: say something as somebody, read what the bot said to each of them."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field

from tests.process import JSON, Programs, Running


@dataclass(frozen=True, slots=True)
class Heard:
    """What the bot said after one line of input, to whomever."""

    messages: list[JSON]

    def to(self, person: str) -> list[JSON]:
        return [message for message in self.messages if message.get("to") == person]

    def text(self, person: str) -> str:
        return "\n".join(message["text"] for message in self.to(person))

    def labels(self, person: str) -> list[str]:
        return [button["label"] for message in self.to(person) for button in message["buttons"]]

    def key(self, person: str, label: str) -> str:
        """The key of the newest button with this label."""
        found = [b["key"] for message in self.to(person) for b in message["buttons"] if b["label"] == label]
        assert found, f"no button {label!r}; there are {self.labels(person)}"
        return str(found[-1])

    @property
    def errors(self) -> list[str]:
        return [message["error"] for message in self.messages if "error" in message]


@dataclass
class Script:
    """The open pipe to `chat --json`. Lines are answered in order, so the refusal of a stranger's line, which follows
    each of ours, tells that all has been said to it."""

    programs: Programs
    running: Running
    read: int = 0
    heard: list[JSON] = field(default_factory=list)
    strangers: itertools.count[int] = field(default_factory=lambda: itertools.count(900_001))

    async def says(self, sender: str, text: str, *, more: bool | None = None) -> Heard:
        line: JSON = {"from": sender, "text": text}
        return await self.send(line if more is None else {**line, "more": more})

    async def presses(self, sender: str, button: str) -> Heard:
        """By its label or its key."""
        return await self.send({"from": sender, "button": button})

    async def send(self, line: JSON) -> Heard:
        return await self.line(json.dumps(line, ensure_ascii=False))

    async def line(self, raw: str) -> Heard:
        """Any line at all."""
        stranger = f"staff:{next(self.strangers)}"
        last = json.dumps({"from": stranger, "text": "?"})
        await self.running.write(f"{raw}\n{last}\n".encode("utf-8", "surrogateescape"))
        await self.running.until(lambda: any(stranger in line for line in self.running.out[self.read :]))
        new = [json.loads(line) for line in self.running.out[self.read :]]
        self.read = len(self.running.out)
        messages = [message for message in new if stranger not in message.get("error", "")]
        self.heard += messages
        return Heard(messages)

    async def killed_and_started_again(self) -> None:
        """kill -9, and the same program on the same data. `heard` goes on, with what is said a second time."""
        await self.running.kill()
        self.heard += [json.loads(line) for line in self.running.out[self.read :]]
        self.running, self.read = await self.programs.start("chat", "--json"), 0


async def open_script(programs: Programs) -> Script:
    return Script(programs, await programs.start("chat", "--json"))
