"""A request on paper: an officer hands over or forgets what is kept of one person."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from casework.retention import Period, read_keeping
from casework.rule_file import RuleFileError
from tests.command import command
from tests.relatives import merged
from tests.talk import Person, Town

NEED = "我是张有福，82岁，腿脚不好，在木垒照壁山乡，电话13800138001，想请人代买点菜"


async def asked(town: Town) -> Person:
    resident = await town.resident().says(NEED)
    return await resident.presses("确认提交")


def read(path: Path) -> str:
    return path.read_text("utf-8")


@pytest.mark.parametrize("whose", ["webchat:r1", "LZ1001"])
async def test_everything_is_written_when_it_is_asked_for(town: Town, tmp_path: Path, whose: str) -> None:
    await asked(town)
    for name in ("a.json", "a.html"):
        result = await command(town, "person", "export", whose, "--out", tmp_path / name)
        assert result.exit_code == 0, result.output
        assert "13800138001" in read(tmp_path / name)
    assert json.loads(read(tmp_path / "a.json"))["tickets"][0]["number"] == "LZ1001"
    assert "<h1>我的资料" in read(tmp_path / "a.html")


async def test_nothing_is_done_when_yes_is_not_given(town: Town) -> None:
    resident = await asked(town)
    await resident.says("我的申请")
    await resident.presses("撤回")
    await resident.presses("确定撤回")
    result = await command(town, "person", "erase", "webchat:r1")
    assert "LZ1001: nobody is known" in result.output
    assert "add --yes" in result.output
    assert (await town.ticket()).need.phone == "13800138001"
    result = await command(town, "person", "erase", "webchat:r1", "--yes")
    assert result.exit_code == 0, result.output
    assert "13800138001" not in str(await town.ticket())


async def test_the_remedy_is_named_when_nobody_is_there(town: Town) -> None:
    result = await command(town, "person", "erase", "webchat:nobody", "--yes")
    assert result.exit_code == 2
    assert "tickets show" in result.output


async def test_a_ticket_is_left_alone_when_it_is_still_open(town: Town) -> None:
    await asked(town)
    result = await command(town, "person", "erase", "LZ1001", "--yes")
    assert (result.exit_code, "end it first" in result.output) == (2, True)
    assert (await town.ticket()).need.phone == "13800138001"


async def test_all_merged_tickets_are_forgotten_when_the_one_they_went_on_in_is_erased(town: Town) -> None:
    daughter, son, _ = await merged(town)
    for person, button, sure in ((son, "قايتۇرۇۋالىمەن", "ھەئە"), (daughter, "撤回", "确定撤回")):
        await person.presses_key("open:LZ1001")
        await person.presses(button)
        await person.presses(sure)
    result = await command(town, "person", "erase", "LZ1002", "--yes")
    assert (result.exit_code, "LZ1002 goes on in LZ1001" in result.output) == (2, True)
    assert ["阿依古丽" in str(each) or "ئايگۈل" in str(each) for each in await town.tickets()] == [True, True]
    await command(town, "person", "erase", "LZ1001", "--yes")
    assert ["阿依古丽" in str(each) or "ئايگۈل" in str(each) for each in await town.tickets()] == [False, False]


async def test_what_is_due_is_only_counted_when_it_is_a_dry_run(town: Town) -> None:
    await town.resident().says("我妈在木垒，要人上门做饭")
    counted = json.loads((await command(town, "retention", "run", "--dry-run", "--json")).output)
    assert (counted["done"], counted["rules"]["dialogs"]) == (False, 1)
    run = json.loads((await command(town, "retention", "run", "--json")).output)
    assert (run["done"], run["rules"]["dialogs"]) == (True, 1)
    again = json.loads((await command(town, "retention", "run", "--json")).output)
    assert set(again["rules"].values()) == {0}


def test_a_county_keeps_the_other_periods_when_it_changes_one(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text('dialogs = "14d"\n', "utf-8")
    kept = read_keeping(file)
    assert (kept.dialogs, kept.tickets) == (Period(14, "d"), Period(3, "y"))


@pytest.mark.parametrize(
    ("line", "said"), [('dialog = "14d"', "Take one of dialogs"), ('dialogs = "0d"', "30d"), ("dialogs = 3", "30d")]
)
def test_the_remedy_is_named_when_a_period_is_none(tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "own.toml"
    file.write_text(line, "utf-8")
    with pytest.raises(RuleFileError, match=said):
        read_keeping(file)
