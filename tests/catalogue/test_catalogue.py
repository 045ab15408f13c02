"""The catalogue as one thing, and its form for the outside."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from catalogue.catalogue import Catalogue, to_json
from catalogue.explanation import explain
from catalogue.service import CODES
from catalogue.understanding import Decision


def test_everything_is_read_at_once_when_one_sentence_tells_it(catalogue: Catalogue) -> None:
    told = to_json(catalogue.understand("我妈八十了在木垒照壁山乡，要人上门做饭"))
    assert told["language"] == "zh"
    assert told["candidates"][0]["code"] == "meals"
    assert told["about"] == "other"
    assert told["slots"]["age"] == 80
    assert told["slots"]["place"]["name"] == "照壁山乡"


def test_outside_form_has_exactly_the_agreed_keys_when_written(catalogue: Catalogue) -> None:
    told = to_json(catalogue.understand("想要个轮椅"))
    assert list(told) == ["text", "language", "candidates", "decision", "urgent", "about", "slots"]
    assert set(told["candidates"][0]) == {"code", "score"}
    assert len(told["candidates"]) <= 5
    assert json.loads(json.dumps(told, ensure_ascii=False)) == told


def test_only_filled_slots_are_written_when_little_was_said(catalogue: Catalogue) -> None:
    assert to_json(catalogue.understand("轮椅"))["slots"] == {}


def test_no_new_need_is_seen_when_place_was_asked(catalogue: Catalogue) -> None:
    understanding = catalogue.understand("照壁山乡", asked="place")
    assert understanding.decision is Decision.CLARIFY
    assert understanding.candidates == ()
    assert understanding.slots.place is not None


def test_school_is_no_need_when_landmark_was_asked(catalogue: Catalogue) -> None:
    assert catalogue.understand("学校门口", asked="landmark").candidates == ()


def test_greeting_is_not_sent_away_when_a_question_is_open(catalogue: Catalogue) -> None:
    assert catalogue.understand("你好啊", asked="place").decision is Decision.CLARIFY


def test_new_need_is_heard_when_told_instead_of_an_answer(catalogue: Catalogue) -> None:
    understanding = catalogue.understand("等等，我还想要个轮椅给我爸", asked="place")
    assert understanding.candidates[0].code == "assistive-devices"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("emergency-care", "老人摔倒起不来"),
        ("emergency-care", "家里断粮了，没有吃的"),
        ("emergency-care", "厨房着火了"),
        ("emergency-care", "两岁的娃一个人锁在家里哭"),
        ("counselling", "我不想活了"),
    ],
)
def test_fitting_service_stands_first_when_there_is_danger(catalogue: Catalogue, code: str, text: str) -> None:
    understanding = catalogue.understand(text)
    assert understanding.urgent
    assert understanding.candidates[0].code == code


def test_danger_is_never_sent_away_when_it_sounds_like_another_office(catalogue: Catalogue) -> None:
    understanding = catalogue.understand("停暖气了，零下二十五度，老人冻得发抖")
    assert understanding.urgent
    assert understanding.decision is not Decision.REFER


def test_need_stays_first_when_danger_is_a_circumstance(catalogue: Catalogue) -> None:
    understanding = catalogue.understand("想申请低保，家里穷得揭不开锅，低保要什么材料，怎么申请")
    assert "policy-advice" in [item.code for item in understanding.candidates[:2]]


@pytest.mark.parametrize("text", ["", " ", "😀😀👍", "\x00\x07\u200b", "。。。", "\n\n"])
def test_nothing_is_found_when_there_are_no_words(catalogue: Catalogue, text: str) -> None:
    understanding = catalogue.understand(text)
    assert (understanding.decision, understanding.candidates) == (Decision.CLARIFY, ())
    assert not understanding.urgent


HANGS = 60.0
"""Seconds."""


@pytest.mark.parametrize("text", ["没人做饭，" * 2000, "啊" * 10_000, "他打我没人管孩子" * 1250])
def test_an_answer_comes_when_text_is_very_long(catalogue: Catalogue, text: str) -> None:
    begin = time.perf_counter()
    catalogue.understand(text)
    assert time.perf_counter() - begin < HANGS


def test_traditional_characters_are_understood_when_written(catalogue: Catalogue) -> None:
    assert catalogue.understand("想給媽媽買個輪椅").candidates[0].code == "assistive-devices"


def test_zero_width_characters_do_not_matter_when_between_words(catalogue: Catalogue) -> None:
    assert catalogue.understand("想要\u200b轮\u200b椅").candidates[0].code == "assistive-devices"


def test_nothing_is_offered_when_a_message_in_kazakh_names_no_need(catalogue: Catalogue) -> None:
    understanding = catalogue.understand("Маған көмек керек")
    assert (understanding.language, understanding.decision, understanding.services) == ("kk", Decision.CLARIFY, ())


def test_all_services_are_there_when_loaded(catalogue: Catalogue) -> None:
    assert tuple(catalogue.services) == CODES


def test_every_referral_has_a_number_when_an_office_deals_with_it(catalogue: Catalogue) -> None:
    without = {key for key, numbers in catalogue.referrals.items() if not numbers}
    assert without == {"smalltalk", "about-bot"}


def test_second_start_says_the_same_when_cache_is_used(tmp_path: Path) -> None:
    first = Catalogue.load(tmp_path)
    kept = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    second = Catalogue.load(tmp_path)
    text = "我爸走不动路，也没人做饭"
    assert first.understand(text) == second.understand(text)
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == kept


def test_a_damaged_cache_is_learned_anew_when_it_cannot_be_read(tmp_path: Path, learned: Path) -> None:
    for path in learned.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes()[:1000] if "letters" in path.name else path.read_bytes())
    damaged = Catalogue.load(tmp_path)
    assert damaged.language("apama tamaq pisirip beretin adam kerek edi") == "kk"


def test_the_reasons_are_given_when_asked_for(catalogue: Catalogue) -> None:
    why = explain(catalogue, catalogue.understand("不是送饭，我妈想要轮椅"))
    words = dict(why["services"]["assistive-devices"]["words"])
    assert sum(share for word, share in words.items() if word in "轮椅") > 0
    assert any("轮椅" in phrase for phrase, _ in why["services"]["assistive-devices"]["phrases"])
    assert why["denied"] == ["不是送饭"]
    assert why["danger"]["told"] is None
    assert json.loads(json.dumps(why, ensure_ascii=False))


def test_no_reasons_are_given_when_the_language_is_unknown(catalogue: Catalogue) -> None:
    assert explain(catalogue, catalogue.understand("I need a wheelchair for my mother")) == {}
