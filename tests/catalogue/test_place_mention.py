"""Names that are everyday words too: what makes them places."""

from __future__ import annotations

import pytest

from catalogue.place import Gazetteer

GAZETTEER = Gazetteer.load()


def name_of(text: str) -> str:
    found = GAZETTEER.find(text)
    return GAZETTEER.full_name(found.place.code, short=True) if found else ""


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("我家在中渠，五工台镇", "呼图壁县五工台镇中渠村"),
        ("北闸的，照壁山那边", "木垒县照壁山乡北闸村"),
        ("我在太平，泉子街镇", "吉木萨尔县泉子街镇太平村"),
        ("住园林，木垒镇", "木垒县木垒镇园林社区"),
        ("她在宁边路的水电巷", "昌吉市宁边路街道水电巷社区"),
    ],
)
def test_an_everyday_word_is_a_place_when_the_place_that_holds_it_stands_beside(text: str, place: str) -> None:
    assert name_of(text) == place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("包家店的，七十三了，就在我们油坊那个小卖部", "玛纳斯县包家店镇油坊村"),
        ("我二十三连的，腿疼，找个车，是芳草湖的", "呼图壁县芳草湖总场二十三连"),
    ],
)
def test_an_everyday_word_is_a_place_when_it_stands_by_itself_in_a_township_that_is_named(
    text: str, place: str
) -> None:
    assert name_of(text) == place


def test_an_everyday_word_is_a_place_when_somebody_lives_there() -> None:
    assert name_of("住在渭户，没人照应") == "吉木萨尔县大有镇渭户村"


def test_others_are_given_when_somebody_lives_at_a_name_that_several_places_have() -> None:
    found = GAZETTEER.find("她住在北门")
    assert found is not None
    assert found.others


@pytest.mark.parametrize(
    "text",
    [
        "我在企业，工资不高",
        "身体大有好转",
        "在新地里干活",
        "住在城里",
        "我们现在新户都搬走了",
        "我们青年都走了，家里就剩老的",
    ],
)
def test_an_everyday_word_is_no_place_when_nothing_makes_it_one(text: str) -> None:
    assert name_of(text) == ""
