"""Whatever is written, nothing that reads it fails: times, series, minutes, ages, numbers, places and names."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from casework.series_words import SeriesWordsError, parse_series
from catalogue.catalogue import Catalogue, to_json
from catalogue.slot.time import parse_time
from catalogue.slot.turkic_plan import in_chinese
from tests.fuzz import saying

NOW = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
NUMBERS = st.sampled_from(
    [
        "0",
        "1",
        "3",
        "12",
        "31",
        "99",
        "9" * 20,
        "9" * 400,
        "9" * 5000,
        "一百",
        "万亿",
        "两千",
        "半",
        "〇",
        "②",
        "٣",
        "²",
        "-1",
        "1.5",
    ]
)
AROUND = st.sampled_from(
    ["每", "周", "月", "日", "号", "年", "点", "点半", "分", "小时", "分钟", "个", "次", "天", "岁", "一共", "到", "从", "底", "隔", "上午", "下午", "明天",
     "后天", "下", "第", "起", "、", "，", "-", ":", "/", " ", "ай", "апта", "сағат", "күн", "рет", "ئاي", "كۈن", "سائەت", "ھەپتە", "每周二四上午10点，到六月底"]
)  # fmt: skip
PLANS = st.lists(NUMBERS | AROUND, min_size=1, max_size=10).map("".join) | saying.texts


@given(PLANS)
def test_plan_is_read_or_refused_when_its_numbers_are_absurd(text: str) -> None:
    for words in (text, in_chinese(text)):
        try:
            series = parse_series(words, NOW)
        except SeriesWordsError:
            series = None
        if series is not None:
            json.dumps(series.to_json() if hasattr(series, "to_json") else str(series))
        parse_time(words, NOW)


@given(PLANS, st.sampled_from(["", "place", "age", "when", "phone", "name", "service", "who"]))
def test_message_is_understood_somehow_when_its_numbers_are_absurd(catalogue: Catalogue, text: str, asked: str) -> None:
    json.dumps(to_json(catalogue.understand(text, asked=asked)))
