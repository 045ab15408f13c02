"""The desk over HTTP as a worker uses it: coming in, the list, one ticket, what can be done with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.message import MAX_FILE_BYTES, Attachment
from casework import step
from casework.need import Need
from casework.shift import Absence
from casework.staff import Role, Staff
from desk.office import Parked, Told
from tests.fakes.desk import NEED, Desk, csrf_in, forms_in, open_desk, words_of
from tests.fakes.office import OFFICER, STRANGER, WORKER
from tests.sample import PNG, REFUSED, SENT

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as opened:
        await opened.sign_in()
        yield opened


@pytest.fixture
async def officer_desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as opened:
        await opened.sign_in(OFFICER)
        yield opened


async def test_list_opens_when_the_button_of_a_link_is_pressed(desk: Desk) -> None:
    await desk.office.filed(NEED)
    page = await desk.read("/desk")
    assert "阿依古丽" in page
    for word in ("CJ-1001", "居家照护", "我妈", "80 岁", "照壁山乡", "等接单", "刚刚"):
        assert word in page


async def test_link_stays_good_when_a_messenger_previews_it(desk: Desk) -> None:
    address = f"/desk/sign-in/{desk.office.link(WORKER)}"
    assert [(await desk.http.get(address)).status_code for _ in range(3)] == [200, 200, 200]
    assert (await desk.http.post(address)).headers["location"] == "/desk"


async def test_new_link_is_asked_for_when_it_was_used(desk: Desk) -> None:
    address = f"/desk/sign-in/{desk.office.link(WORKER)}"
    await desk.http.post(address)
    again = await desk.http.post(address)
    assert again.status_code == 410
    assert "请让管理员重新发一个" in words_of(again)


async def test_desk_is_shut_when_signed_out(desk: Desk) -> None:
    token = csrf_in(await desk.http.get("/desk"))
    out = await desk.http.post("/desk/sign-out", data={"csrf": token})
    assert "已经退出" in words_of(out)
    assert desk.office.sessions == {}
    assert (await desk.http.get("/desk")).status_code == 401


async def test_worker_sees_only_their_own_when_others_have_tickets(desk: Desk) -> None:
    await desk.office.filed(NEED)
    await desk.office.filed(replace(NEED, place="652301001"))
    page = await desk.read("/desk")
    assert "CJ-1001" in page
    assert "CJ-1002" not in page
    assert (await desk.http.get("/desk/tickets/CJ-1002")).status_code == 404


async def test_urgent_then_late_then_answered_come_first_when_listed(desk: Desk) -> None:
    office = desk.office
    calm = await step.accept(office.book, await office.filed(NEED), WORKER)
    fresh = await office.filed(NEED)
    spoken = await step.accept(office.book, await office.filed(NEED), WORKER)
    await step.say(office.book, spoken, "webchat:r", "在吗")
    office.book.now -= timedelta(hours=30)
    late = await office.filed(NEED)
    office.book.now += timedelta(hours=30)
    urgent = await office.filed(NEED, urgent=True)
    page = await desk.read("/desk")
    order = sorted((t.number for t in (calm, fresh, spoken, late, urgent)), key=page.rindex)
    assert order == [t.number for t in (urgent, late, spoken, fresh, calm)]
    assert "急 CJ-1005" in page
    assert "该联系没联系，已超 6 小时" in page
    assert "居民有话，等回复" in page


async def test_officer_sees_unassigned_first_when_nobody_covers_a_place(desk: Desk) -> None:
    chief = Staff(5, "赵州长", Role.PREFECTURE, "6523")
    desk.office.staff.append(chief)
    now = desk.office.now
    desk.office.book.absences.append(Absence(5, now - timedelta(days=1), now + timedelta(days=1)))
    await desk.sign_in(chief)
    await desk.office.filed(NEED)
    await desk.office.filed(Need(place="652327", words=("喂",), wants_person=True))
    page = await desk.read("/desk")
    assert (
        page.index("没有人负责（1）")
        < page.index("CJ-1002")
        < page.index("片区里的其他单子（1）")
        < page.index("CJ-1001")
    )


async def test_undelivered_messages_are_shown_when_an_officer_looks(desk: Desk) -> None:
    office = desk.office
    office.undelivered.append(Parked("telegram:7", "CJ-1001", "约好了", "blocked", office.clock() - timedelta(hours=3)))
    assert "约好了" not in await desk.read("/desk")
    await desk.sign_in(OFFICER)
    page = await desk.read("/desk")
    assert "没送到的消息（1）" in page
    assert "telegram:7" in page
    assert "3 小时前" in page


async def test_trial_roster_is_marked_when_a_trial_worker_is_in(desk: Desk) -> None:
    trial = Staff(9, "试用社工·木垒", Role.WORKER, "652328", trial=True, active=False)
    desk.office.staff.append(trial)
    await desk.sign_in(trial)
    page = await desk.read("/desk")
    assert "这些不是真人" in page
    assert "试用社工·木垒 试用" in page


async def test_ticket_shows_everything_when_opened(desk: Desk) -> None:
    pin = desk.office.attach(Attachment("location", latitude=43.83, longitude=90.28))
    photo = desk.office.attach(Attachment("photo", mime="image/png", name="门.png"), PNG)
    voice = desk.office.attach(Attachment("voice", mime="audio/ogg; codecs=opus", seconds=62), b"OggS")
    script = desk.office.attach(Attachment("file", mime="text/html", name="a.html"), b"<script>")
    ticket = await desk.office.filed(replace(NEED, attachments=(pin, photo, voice, script)), name="巴合提")
    await step.refuse_press(desk.office.book, ticket, "resident:webchat:other", "drop", "not-the-reporter")
    page = await desk.http.get("/desk/tickets/CJ-1001")
    text = words_of(page)
    for word in (*NEED.words, "村委会后面", "巴合提", "派给了阿依古丽", "别的人按过", "北京时间", "新疆时间", "1:02"):
        assert word in text
    for mark in ('href="geo:43.83,90.28"', f'<img src="/desk/tickets/CJ-1001/files/{photo}"', 'href="tel:13899012345"'):
        assert mark in page.text
    assert f'<audio controls preload="none" src="/desk/tickets/CJ-1001/files/{voice}"' in page.text
    shown = await desk.http.get(f"/desk/tickets/CJ-1001/files/{photo}")
    assert (shown.headers["content-type"], shown.headers["x-content-type-options"]) == ("image/png", "nosniff")
    saved = await desk.http.get(f"/desk/tickets/CJ-1001/files/{script}")
    assert saved.headers["content-type"] == "application/octet-stream"
    assert saved.headers["content-disposition"].startswith("attachment")


async def test_file_is_not_given_when_the_ticket_is_not_theirs(desk: Desk) -> None:
    photo = desk.office.attach(Attachment("photo", mime="image/png"), PNG)
    await desk.office.filed(replace(NEED, attachments=(photo,)))
    await desk.sign_in(STRANGER)
    assert (await desk.http.get(f"/desk/tickets/CJ-1001/files/{photo}")).status_code == 404


async def test_only_possible_actions_are_offered_when_the_state_changes(desk: Desk) -> None:
    ticket = await desk.office.filed(NEED)
    address = f"/desk/tickets/{ticket.number}"
    assert forms_in(await desk.http.get(address)) == ["accept", "pass", "ask", "plan", "done"]
    await desk.press(ticket.number, "accept")
    assert forms_in(await desk.http.get(address)) == ["contact", "ask", "talk", "plan", "done", "pass"]
    await desk.press(ticket.number, "done", "做好了")
    assert forms_in(await desk.http.get(address)) == []


async def test_success_is_said_once_when_a_ticket_is_accepted(desk: Desk) -> None:
    await desk.office.filed(NEED)
    done = await desk.press("CJ-1001", "accept")
    assert (done.status_code, done.headers["location"]) == (303, "/desk/tickets/CJ-1001")
    live = await desk.http.get("/desk", headers={"X-Desk-Live": "1"})
    assert "接好了" not in words_of(live)
    assert "CJ-1001 接好了" in await desk.read("/desk/tickets/CJ-1001")
    assert "接好了" not in await desk.read("/desk/tickets/CJ-1001")


async def test_ready_answer_and_typed_words_go_together_when_planned(desk: Desk) -> None:
    await desk.office.filed(NEED)
    await desk.press("CJ-1001", "plan", text="带上轮椅", choice="tomorrow-am")
    assert desk.office.acted[-1][2] == "明天上午10点，带上轮椅"
    assert "11月24日（周二）10:00 北京时间，也就是新疆时间 08:00" in await desk.read("/desk/tickets/CJ-1001")


async def test_today_is_not_offered_when_its_hour_is_over(desk: Desk) -> None:
    await desk.office.filed(NEED)
    assert "今天下午4点" in await desk.read("/desk/tickets/CJ-1001")
    desk.office.book.now += timedelta(hours=5)
    assert "今天下午4点" not in await desk.read("/desk/tickets/CJ-1001")


async def test_list_follows_when_a_ticket_is_passed_on(desk: Desk) -> None:
    await desk.office.filed(NEED)
    gone = await desk.press("CJ-1001", "pass", choice="kin")
    assert gone.headers["location"] == "/desk"
    assert "CJ-1001 已转给王建国" in await desk.read("/desk")
    assert "是亲属，应回避" in await desk.read("/desk/tickets/CJ-1001")


@pytest.mark.parametrize("action", ["pass", "ask", "plan", "done"])
async def test_form_asks_again_when_nothing_was_written(desk: Desk, action: str) -> None:
    await desk.office.filed(NEED)
    answer = await desk.press("CJ-1001", action, text=" \r\n ")
    assert answer.status_code == 422
    assert f'<details id="act-{action}" class="act" open>' in answer.text
    assert desk.office.acted == []


async def test_files_go_along_when_work_is_recorded(desk: Desk) -> None:
    await desk.office.filed(NEED)
    files = [
        ("files", ("饭.png", PNG, "image/png")),
        ("files", ("表.docx", SENT[WORD], "text/html")),
        ("files", ("", b"")),
    ]
    await desk.press("CJ-1001", "done", "做了两顿饭", files=files)
    sent = [desk.office.files[each].attachment for each in desk.office.acted[-1][3]]
    assert [(each.kind, each.name) for each in sent] == [("photo", "饭.png"), ("file", "表.docx")]
    assert "做了两顿饭" in await desk.read("/desk/tickets/CJ-1001")


async def test_words_are_kept_when_a_file_is_too_large(desk: Desk) -> None:
    await desk.office.filed(NEED)
    files = [("files", ("大.png", PNG + bytes(MAX_FILE_BYTES), "image/png"))]
    answer = await desk.press("CJ-1001", "ask", "请看这张", files=files)
    assert answer.status_code == 413
    assert "超过 10 MB" in words_of(answer)
    assert "请看这张</textarea>" in answer.text


async def test_words_are_kept_when_a_file_is_not_what_it_claims(desk: Desk) -> None:
    await desk.office.filed(NEED)
    for content in REFUSED.values():
        answer = await desk.press("CJ-1001", "ask", "请看这张", files=[("files", ("假.png", content, "image/png"))])
        assert answer.status_code == 415
        assert "没有收下" in words_of(answer)
        assert "请看这张</textarea>" in answer.text
    assert desk.office.acted == []


async def test_words_are_kept_when_somebody_was_quicker(desk: Desk) -> None:
    await desk.office.filed(NEED)
    desk.office.conflict = True
    answer = await desk.press("CJ-1001", "ask", "您在家吗？")
    assert answer.status_code == 409
    assert "刚刚有别人动过" in words_of(answer)
    assert "您在家吗？</textarea>" in answer.text


async def test_words_are_kept_when_the_ticket_ended_meanwhile(desk: Desk) -> None:
    ticket = await desk.office.filed(NEED)
    page = await desk.http.get("/desk/tickets/CJ-1001")
    await step.cancel(desk.office.book, await desk.office.now_of(ticket), "webchat:r", "儿子回来了")
    sent = {"csrf": csrf_in(page), "text": "带了米和面"}
    answer = await desk.http.post("/desk/tickets/CJ-1001/done", data=sent)
    text = words_of(answer)
    assert answer.status_code == 409
    for word in ("已经办完或撤回", "带了米和面", "儿子回来了", "阿依古丽按过“完成”"):
        assert word in text


async def test_who_was_told_and_how_stands_on_the_ticket(desk: Desk) -> None:
    await desk.office.filed(NEED)
    at = desk.office.book.now
    desk.office.messages = [
        Told("", "webchat", at, at),
        Told("王建国", "telegram", at, None),
        Told("王建国", "desk", at, None, parked=True),
    ]
    page = await desk.read("/desk/tickets/CJ-1001")
    assert "报单人：网页聊天，11月23日 12:00 送到" in page
    assert "王建国：Telegram，11月23日 12:00 写好，还没送出" in page
    assert "王建国：工作台，11月23日 12:00 没送到" in page


async def test_officer_gives_a_ticket_to_somebody_else_and_calls_back(officer_desk: Desk) -> None:
    ticket = await officer_desk.office.filed(NEED)
    address = f"/desk/tickets/{ticket.number}"
    assert forms_in(await officer_desk.http.get(address))[-1] == "reassign"
    refused = await officer_desk.press(ticket.number, "reassign", "她离得近")
    assert "请选一个人" in words_of(refused)
    other = Staff(7, "马兰", Role.WORKER, "652328")
    officer_desk.office.staff.append(other)
    await officer_desk.press(ticket.number, "reassign", "她离得近", choice="7")
    assert "马兰" in await officer_desk.read(address)
    assert "改派，原因" in await officer_desk.read(address)
