"""A whole town over `chat --json`, as scripts and outside programs use it."""

from __future__ import annotations

import json

from tests.process import CONFIRM, LOOP, NEED, Programs, types
from tests.script import open_script


async def test_the_ticket_goes_round_when_everybody_does_their_part(programs: Programs) -> None:
    worker = f"staff:{await programs.hire()}"
    script = await open_script(programs)
    heard = await script.says("r1", NEED)
    assert CONFIRM in heard.labels("r1")
    assert {message["ticket"] for message in heard.messages} == {None}
    heard = await script.presses("r1", CONFIRM)
    assert {message["to"] for message in heard.messages} == {"r1", worker}
    assert all(set(message) == {"to", "text", "buttons", "ticket"} for message in heard.messages)
    assert heard.to(worker)[0]["ticket"] == "LZ1001"
    assert NEED in heard.text(worker)
    heard = await script.presses(worker, heard.key(worker, "接单"))
    assert "王芳接了您的单" in heard.text("r1")
    await script.presses(worker, "问居民")
    heard = await script.says(worker, "门牌号是多少？")
    assert "王芳：门牌号是多少？" in heard.text("r1")
    heard = await script.says("r1", "三队 12 号，红门")
    assert "三队 12 号，红门" in heard.text(worker)
    await script.presses(worker, "约时间")
    heard = await script.presses(worker, "明天上午10点")
    assert "10:00 北京时间" in heard.text("r1")
    await script.presses(worker, "done:LZ1001")
    heard = await script.says(worker, "做了午饭，老人吃得不错")
    assert "老人吃得不错" in heard.text("r1")
    heard = await script.presses("r1", "solved")
    assert "解决了" in heard.text(worker)
    heard = await script.presses("r1", "5 分 很满意")
    assert "5 分" in heard.text(worker)
    heard = await script.says("r1", "饭做得好，谢谢小王")
    assert "饭做得好" in heard.text(worker)
    ended = await script.running.finish()
    assert (ended.status, ended.err) == (0, "")
    ticket = await programs.ticket()
    assert types(ticket) == LOOP
    assert (ticket["state"], ticket["stars"], ticket["comment"]) == ("closed", 5, "饭做得好，谢谢小王")


async def test_each_line_is_answered_when_the_next_is_not_written_yet(programs: Programs) -> None:
    talking = await programs.start("chat", "--json")
    for number, text in enumerate(("你好", "有什么服务", "怎么用")):
        await talking.write(f"{json.dumps({'from': f'r{number}', 'text': text})}\n".encode())
        await talking.line(f'{{"to": "r{number}"')
    assert [json.loads(line)["to"] for line in talking.out] == ["r0", "r1", "r2"]
    assert (await talking.finish()).status == 0


async def test_one_need_is_read_when_more_is_announced(programs: Programs) -> None:
    script = await open_script(programs)
    assert (await script.says("r1", "我妈八十了", more=True)).messages == []
    assert (await script.says("r1", "在木垒照壁山乡", more=True)).messages == []
    heard = await script.says("r1", "要人上门做饭", more=False)
    assert len(heard.to("r1")) == 1
    assert all(part in heard.text("r1") for part in ("助餐", "80 岁", "照壁山乡"))
    await script.presses("r1", CONFIRM)
    assert (await script.running.finish()).status == 0
    assert (await programs.ticket())["need"]["words"] == ["我妈八十了\n在木垒照壁山乡\n要人上门做饭"]


async def test_two_people_are_kept_apart_when_they_talk_at_the_same_time(programs: Programs) -> None:
    script = await open_script(programs)
    one = await script.says("古丽", NEED)
    other = await script.says("r 2/b", "家里太脏了，我干不动，想找人打扫屋子")
    assert "人在哪儿" in other.text("r 2/b")
    assert {message["to"] for message in (*one.messages, *other.messages)} == {"古丽", "r 2/b"}
    first = await script.presses("古丽", CONFIRM)
    assert "LZ1001" in first.text("古丽")
    assert first.to("r 2/b") == []
    await script.says("r 2/b", "奇台镇")
    second = await script.presses("r 2/b", "确认提交")
    assert "LZ1002" in second.text("r 2/b")
    assert second.to("古丽") == []
    refused = await script.presses("r 2/b", first.key("古丽", "看看进度"))
    assert "这个按钮已经过时了" in refused.text("r 2/b")
    assert (await script.running.finish()).status == 0
    tickets = await programs.ask("tickets", "list")
    assert [(t["reporter"]["address"], t["services"]) for t in tickets] == [
        ("terminal:古丽", ["meals"]),
        ("terminal:r 2/b", ["cleaning"]),
    ]
    assert "press-refused" in types((await programs.ask("tickets", "show", "LZ1001"))[0])


async def test_nothing_happens_twice_when_an_outdated_button_is_pressed(programs: Programs) -> None:
    script = await open_script(programs)
    card = await script.says("r1", NEED)
    confirm = card.key("r1", CONFIRM)
    await script.presses("r1", confirm)
    assert "这个按钮已经过时了" in (await script.presses("r1", confirm)).text("r1")
    assert "这个按钮已经过时了" in (await script.presses("r1", CONFIRM)).text("r1")
    await script.presses("r1", "没有这样的按钮")
    assert (await script.running.finish()).status == 0
    assert types(await programs.ticket()) == ["filed", "dispatched"]


async def test_the_next_line_is_answered_when_one_cannot_be_read(programs: Programs) -> None:
    script = await open_script(programs)
    strangers = ("staff:99", "staff:", "staff:x", "staff:²", "staff:-1", "staff:99999999999999999999")
    for line in (
        "hello",
        "[]",
        "{",
        "[" * 100_000,
        "1" * 5000,
        '{"text": "你好"}',
        '{"from": "", "text": "你好"}',
        '{"from": 1, "text": "你好"}',
        '{"from": "\\ud800", "text": "你好"}',
        json.dumps({"from": "r" * 81, "text": "你好"}),
        '{"from": "r1"}',
        '{"from": "r1", "text": 5}',
        '{"from": "r1", "button": ["确认"]}',
        "\udcff\udcfe",
        *(json.dumps({"from": stranger, "text": "你好"}) for stranger in strangers),
    ):
        heard = await script.line(line)
        assert len(heard.errors) == len(heard.messages) == 1, line[:60]
    for text in ("\ud800", "", "😀" * 3000, "a\u0000b", "饭" * 20_000):
        assert (await script.line(json.dumps({"from": "r1", "text": text}))).to("r1"), text[:10]
    heard = await script.says("r1", "我想取消")
    assert heard.errors == []
    ended = await script.running.finish()
    assert ended.status == 0
    assert "Traceback" not in ended.err
