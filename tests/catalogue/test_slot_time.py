"""Times as spoken and as moments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from catalogue.slot.time import XINJIANG, parse_time, read_times

BEIJING = timezone(timedelta(hours=8))
# A Monday, noon in Beijing.
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("明天上午10点", (11, 24, 10, 0)),
        ("11-25 10:00", (11, 25, 10, 0)),
        ("周五下午3点半", (11, 27, 15, 30)),
        ("后天上午", (11, 25, 10, 0)),
        ("今天下午", (11, 23, 15, 0)),
        ("明天上午10点，新疆时间", (11, 24, 12, 0)),
        ("新疆时间明天下午4点", (11, 24, 18, 0)),
        ("明天上午10点北京时间", (11, 24, 10, 0)),
        ("10点", (11, 24, 10, 0)),
        ("3点", (11, 23, 15, 0)),
        ("下周一", (11, 30, 10, 0)),
        ("周一10点", (11, 30, 10, 0)),
        ("这周五上午", (11, 27, 10, 0)),
        ("下周三上午10:30", (12, 2, 10, 30)),
        ("星期天下午", (11, 29, 15, 0)),
        ("明晚8点", (11, 24, 20, 0)),
        ("明早9点", (11, 24, 9, 0)),
        ("大后天", (11, 26, 10, 0)),
        ("半小时后", (11, 23, 12, 30)),
        ("三天后", (11, 26, 12, 0)),
        ("11月25日上午十点半", (11, 25, 10, 30)),
        ("十二月三号下午四点", (12, 3, 16, 0)),
        ("25号", (11, 25, 10, 0)),
        ("2026-12-01 16:30", (12, 1, 16, 30)),
        ("2026年12月1日16点", (12, 1, 16, 0)),
        ("中午1点", (11, 23, 13, 0)),
        ("明天中午12点", (11, 24, 12, 0)),
        ("晚上12点", (11, 24, 0, 0)),
        ("明天上午10点一刻去看她", (11, 24, 10, 15)),
        ("马上", (11, 23, 12, 0)),
        ("今天上午", (11, 23, 10, 0)),
    ],
)
def test_moment_is_read_when_a_worker_plans_a_visit(text: str, moment: tuple[int, int, int, int]) -> None:
    parsed = parse_time(text, NOW)
    assert parsed == datetime(2026, *moment, tzinfo=BEIJING)
    assert parsed.tzinfo is UTC


@pytest.mark.parametrize("text", ["没空", "", "2月30号", "25点", "好一点", "13999123456", "改天吧", "一点也不方便"])
def test_no_moment_is_read_when_the_text_names_none(text: str) -> None:
    assert parse_time(text, NOW) is None


def test_hours_are_read_by_the_given_clock_when_the_text_names_none() -> None:
    assert parse_time("明天上午10点", NOW, XINJIANG) == datetime(2026, 11, 24, 12, 0, tzinfo=BEIJING)


def test_date_is_in_the_next_year_when_it_is_over() -> None:
    assert parse_time("1月5日上午", NOW) == datetime(2027, 1, 5, 10, 0, tzinfo=BEIJING)


def test_day_is_in_the_next_month_when_it_is_over() -> None:
    assert parse_time("3号上午", NOW) == datetime(2026, 12, 3, 10, 0, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("text", "when", "hour_named"),
    [
        ("明天上午10点能来吗", "明天上午10点", True),
        ("礼拜三下午行不行", "礼拜三下午", False),
        ("我白天要上班", "白天", False),
        ("周三或周五下午都行", "周三或周五下午", False),
        ("越快越好", "越快越好", False),
        ("早上七点半要到校", "早上七点半", True),
        ("今晚就没人照顾", "今晚", False),
        ("暑假娃娃没人看着", "暑假", False),
        ("今天早上摔了一跤", "", False),
        ("昨天晚上8点摔的", "", False),
        ("好一点了吗", "", False),
        ("早上好", "", False),
        ("血糖10点几", "", False),
        ("楼上邻居天天半夜吵", "", False),
        ("今天天气咋样", "", False),
    ],
)
def test_time_is_kept_as_spoken_when_it_is_to_come(text: str, when: str, hour_named: bool) -> None:
    times = read_times(text)
    assert (times.when, times.hour_named) == (when, hour_named)


@pytest.mark.parametrize(
    ("text", "when"), [("明天吧", "明天"), ("随时", "随时"), ("现在", "现在"), ("今天", "今天"), ("晚上", "晚上")]
)
def test_vague_answer_is_a_time_when_asked_for_it(text: str, when: str) -> None:
    assert read_times(text, asked=True).when == when


@pytest.mark.parametrize(
    ("text", "frequency"),
    [
        ("每天中午送一次饭", "每天中午"),
        ("一周两次", "一周两次"),
        ("一个礼拜3次", "一个礼拜3次"),
        ("每周一三五上午", "每周一三五"),
        ("每个礼拜三次透析", "每个礼拜三次"),
        ("每个周五要去学校接", "每个周五"),
        ("一天三顿饭没人管", "一天三顿"),
        ("天天泡方便面", "天天"),
        ("隔天换一次纱布", "隔天"),
        ("冬天天没亮", ""),
        ("今天天气咋样", ""),
        ("明天上午", ""),
    ],
)
def test_frequency_is_kept_as_spoken_when_help_repeats(text: str, frequency: str) -> None:
    assert read_times(text).frequency == frequency


@pytest.mark.parametrize(
    ("text", "clock"),
    [("新疆时间十点", "xinjiang"), ("北京时间10点", "beijing"), ("当地时间10点", "xinjiang"), ("十点", "")],
)
def test_clock_is_set_when_the_text_names_it(text: str, clock: str) -> None:
    assert read_times(text).clock == clock
