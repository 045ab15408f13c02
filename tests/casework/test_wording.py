"""Tickets and times in words."""

from __future__ import annotations

from datetime import UTC, datetime

from casework.wording import moment
from locales.text import Texts


def test_both_clocks_share_a_day_when_it_is_noon() -> None:
    words = moment(datetime(2026, 3, 4, 2, 0, tzinfo=UTC), Texts().say("zh"))
    assert words == "3月4日（周三）10:00 北京时间，也就是新疆时间 08:00"


def test_each_clock_names_its_day_when_midnight_lies_between() -> None:
    words = moment(datetime(2026, 3, 3, 17, 30, tzinfo=UTC), Texts().say("zh"))
    assert words == "3月4日（周三）01:30 北京时间，也就是新疆时间 3月3日 23:30"
