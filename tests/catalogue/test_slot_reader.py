"""All slots of one message together."""

from __future__ import annotations

from datetime import date

import pytest

from catalogue.place import Gazetteer
from catalogue.slot.landmark import read_landmark
from catalogue.slot.reader import read_slots
from catalogue.understanding import Slots

GAZETTEER = Gazetteer.load()
TODAY = date(2026, 11, 23)


def read(text: str, *, asked: str = "", within: str = "") -> Slots:
    return read_slots(text, GAZETTEER, asked=asked, within=within, today=TODAY)


def test_every_slot_is_filled_when_one_sentence_says_all() -> None:
    slots = read(
        "我妈马秀兰八十了瘫在床上，住木垒照壁山乡清真寺后面，明天上午10点新疆时间能来吗，每天一次，电话13999123456，她同意了"
    )
    assert (slots.about, slots.relation, slots.relation_words, slots.age) == ("other", "mother", "我妈", 80)
    assert slots.place is not None
    assert (slots.place.place.name, slots.landmark) == ("照壁山乡", "木垒照壁山乡清真寺后面")
    assert (slots.when_words, slots.hour_named, slots.clock) == ("明天上午10点", True, "xinjiang")
    assert (slots.frequency_words, slots.phone, slots.agrees) == ("每天一次", "13999123456", "yes")
    assert slots.conditions == ("瘫痪",)


def test_nothing_is_filled_when_a_message_says_nothing_of_it() -> None:
    assert read("你好，在吗") == Slots()


def test_nothing_is_filled_when_the_message_is_empty() -> None:
    assert read("") == Slots()


@pytest.mark.parametrize(
    ("asked", "text", "slot", "value"),
    [
        ("age", "80", "age", 80),
        ("about", "我妈", "relation", "mother"),
        ("about", "我", "about", "self"),
        ("relation", "邻居", "relation", "neighbour"),
        ("name", "马秀兰", "name", "马秀兰"),
        ("contact", "李强 13999123456", "phone", "13999123456"),
        ("phone", "2345678", "phone", "0994-2345678"),
        ("when", "明天吧", "when_words", "明天"),
        ("agrees", "知道的", "agrees", "yes"),
    ],
)
def test_bare_answer_fills_the_slot_when_it_was_asked(asked: str, text: str, slot: str, value: object) -> None:
    assert getattr(read(text, asked=asked), slot) == value


def test_bare_name_is_a_place_when_the_place_was_asked() -> None:
    place = read("照壁山", asked="place").place
    assert place is not None
    assert place.place.code == "652328201"


def test_village_is_found_in_the_known_township_when_it_is_named_later() -> None:
    place = read("东沟村", asked="place", within="652328206").place
    assert place is not None
    assert (place.place.name, place.others) == ("东沟村", ())


@pytest.mark.parametrize(
    ("text", "asked"), [("80", ""), ("马秀兰", ""), ("照壁山", "age"), ("13999123456", "age"), ("今年80", "name")]
)
def test_answer_fills_no_other_slot_when_something_else_was_asked(text: str, asked: str) -> None:
    slots = read(text, asked=asked)
    assert slots.name == ""
    assert slots.age in (None, 80)
    assert text != "80" or slots.age is None


def test_she_is_the_person_in_need_when_her_condition_is_told() -> None:
    assert read("她八十了没人管").about == "other"


def test_age_belongs_to_the_person_in_need_when_two_ages_are_told() -> None:
    assert read("我六十岁了，照顾不动我妈，我妈八十五岁").age == 85


def test_own_age_is_left_out_when_somebody_else_is_in_need() -> None:
    assert read("妈妈生病了我12岁还要照顾弟弟").age is None


@pytest.mark.parametrize(
    ("text", "landmark"),
    [
        ("住在二中旁边", "二中旁边"),
        ("清真寺后面那家", "清真寺后面"),
        ("我家在锦绣小区3号楼2单元501", "锦绣小区3号楼2单元501"),
        ("红绿灯往东走", "红绿灯往东"),
        ("我住3号楼", "3号楼"),
        ("火车站附近", "火车站附近"),
        ("住中医院家属院2号楼三单元", "中医院家属院2号楼三单元"),
        ("在老供销社对面", "老供销社对面"),
        ("住民主路12号", "民主路12号"),
        ("和隔壁因为院墙吵架", ""),
        ("我在床旁边看着她", ""),
        ("我们小区有位老奶奶独居", ""),
        ("二十里店镇有没有养老院", ""),
        ("爷爷坐下去就起不来，想在马桶旁边弄个把手", ""),
    ],
)
def test_landmark_is_kept_as_spoken_when_a_spot_is_described(text: str, landmark: str) -> None:
    assert read_landmark(text) == landmark
