"""The commands of run_bot.py, by their output and exit status."""

from __future__ import annotations

import asyncio
import json

from tests.process import Programs, types

COMMANDS = ("serve", "match", "chat", "staff add", "staff list", "staff invite", "staff remove", "tickets list",
            "tickets show", "roster export", "roster import")  # fmt: skip
KEYS = ["text", "language", "candidates", "decision", "urgent", "about", "slots"]
TICKET_KEYS = {
    "number",
    "services",
    "area",
    "urgent",
    "state",
    "beneficiary",
    "reporter",
    "responsible",
    "created",
    "trip",
}
EVENT_KEYS = {"at", "type", "actor", "audience", "data"}


async def test_help_is_shown_when_any_command_is_asked_for_it(newcomer: Programs) -> None:
    asked = ["", "staff", "tickets", "roster", *COMMANDS]
    shown = await asyncio.gather(*(newcomer.run(*command.split(), "--help") for command in asked))
    for command, ended in zip(asked, shown, strict=True):
        assert (ended.status, ended.err) == (0, ""), command
        assert f"Usage: run_bot.py {command}".rstrip() in ended.out
    for command in COMMANDS:
        group, _, name = command.rpartition(" ")
        assert name in shown[asked.index(group)].out
    assert not newcomer.folder.exists()


async def test_each_line_is_understood_when_lines_are_matched(programs: Programs) -> None:
    lines = [
        "我妈八十了在木垒照壁山乡，要人上门做饭",
        "",
        "😀👨‍👩‍👧",
        "饭" * 10_000,
        "我妈摔倒了起不来",
        '"}\\n{',
        "\u0130ԱԲ",
    ]
    given = "".join(f"{line}\n" for line in lines).encode() + b"\xff\xfe\x80 abc\r\n" + "没有换行".encode()
    ended = await programs.run("match", given=given)
    assert (ended.status, ended.err) == (0, "")
    found = ended.objects
    assert [each["text"] for each in found] == [*lines, "\ufffd\ufffd\ufffd abc", "没有换行"]
    for each in found:
        assert list(each) == KEYS
        assert each["decision"] in ("offer", "choose", "clarify", "refer")
        assert isinstance(each["urgent"], bool)
        assert isinstance(each["slots"], dict)
        assert all(list(candidate) == ["code", "score"] for candidate in each["candidates"])
        scores = [candidate["score"] for candidate in each["candidates"]]
        assert len(scores) <= 5
        assert scores == sorted(scores, reverse=True)
    assert (found[0]["candidates"][0]["code"], found[0]["decision"]) == ("meals", "offer")
    assert [each["urgent"] for each in found[:5]] == [False, False, False, False, True]
    assert not programs.folder.joinpath("lianzhu.db").exists()


async def test_nobody_is_added_when_a_value_cannot_be_used(programs: Programs) -> None:
    refused = {
        ("王芳", "county", "652328201", "1"): "for example 652328",
        ("王芳", "worker", "110000", "1"): "for example 652328",
        ("王芳", "county", "652399", "1"): "no division has the code",
        ("王芳", "boss", "652328", "1"): "'worker'",
        (" ", "worker", "652328", "1"): "--name",
        ("\udcff", "worker", "652328", "1"): "--name",
        ("王芳", "worker", "652328", "@wangfang"): "--telegram",
    }
    options = ("--name", "--role", "--area", "--telegram")
    adding = [
        programs.run("staff", "add", *(word for pair in zip(options, values, strict=True) for word in pair))
        for values in refused
    ]
    for ended, remedy in zip(await asyncio.gather(*adding), refused.values(), strict=True):
        assert (ended.status, ended.out) == (2, "")
        assert remedy in ended.err
        assert "Traceback" not in ended.err
    assert await programs.ask("staff", "list") == []


async def test_tickets_change_hands_when_staff_come_and_go(programs: Programs) -> None:
    first = await programs.run("staff", "add", "--name", "王芳", "--role", "worker", "--area", "652328")
    assert (first.out, first.err, first.status) == ("1\n", "", 0)
    await programs.file()
    second = await programs.run("staff", "add", "--name", "李娜", "--role", "worker", "--area", "652328")
    assert second.out == "2\n"
    assert (await programs.ticket())["responsible"] == 1
    removed = await programs.run("staff", "remove", "1")
    assert (removed.status, removed.out) == (0, "removed 1 王芳\n")
    assert (await programs.ticket())["responsible"] == 2
    again, gone, staff = await asyncio.gather(
        programs.run("staff", "remove", "1"), programs.run("staff", "invite", "1"), programs.ask("staff", "list")
    )
    for ended in (again, gone):
        assert (ended.status, ended.out) == (2, "")
        assert ended.err == "lianzhu: there is no member of staff 1: see `run_bot.py staff list`\n"
    assert [person["id"] for person in staff] == [2]


async def test_tickets_are_shown_whole_when_a_program_asks(programs: Programs) -> None:
    await programs.hire()
    await programs.file("r1")
    listed, shown, plain, unknown = await asyncio.gather(
        programs.ask("tickets", "list"),
        programs.ask("tickets", "show", "LZ1001"),
        programs.run("tickets", "show", "LZ1001"),
        programs.run("tickets", "show", "LZ9999", "--json"),
    )
    unreadable = await programs.run("tickets", "show", "\udcff")
    ticket = listed[0]
    assert set(ticket) == TICKET_KEYS
    assert {key: shown[0][key] for key in TICKET_KEYS} == ticket
    assert (ticket["number"], ticket["services"], ticket["area"]) == ("LZ1001", ["meals"], "652328201")
    assert (ticket["state"], ticket["urgent"], ticket["responsible"]) == ("dispatched", False, 1)
    assert ticket["beneficiary"] == {
        "about": "other", "relation": "mother", "relation_words": "我妈", "age": 80, "agrees": "yes",
    }  # fmt: skip
    assert ticket["reporter"] == {"address": "terminal:r1", "name": ""}
    assert shown[0]["reporters"] == [{**ticket["reporter"], "number": "LZ1001"}]
    assert types(shown[0]) == ["filed", "dispatched"]
    for event in shown[0]["events"]:
        assert set(event) == EVENT_KEYS
        assert event["at"].endswith("+00:00")
    assert shown[0]["events"][0]["actor"] == "resident:terminal:r1"
    assert plain.lines[0].startswith("LZ1001  dispatched  meals")
    assert (unknown.status, unknown.out) == (unreadable.status, unreadable.out) == (2, "")
    assert "Traceback" not in unreadable.err
    assert unknown.err == "lianzhu: there is no ticket LZ9999: see `run_bot.py tickets list`\n"


async def test_lines_are_read_one_by_one_when_a_person_talks_in_the_terminal(programs: Programs) -> None:
    talking = await programs.start("chat", "--as", "古丽")
    await talking.line("您好，我是联助")
    await talking.write("我妈八十了在木垒照壁山乡，要人上门做饭\n".encode())
    await talking.until(lambda: any("确认提交" in line for line in talking.out))
    await talking.write(b"1\n")
    await talking.until(lambda: any("LZ1001" in line for line in talking.out))
    ended = await talking.finish()
    assert (ended.status, ended.err) == (0, "")
    assert json.loads((await programs.run("tickets", "list", "--json")).out)["reporter"]["address"] == "terminal:古丽"
