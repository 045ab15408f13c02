"""Numerals, ages and telephone numbers."""

from __future__ import annotations

from datetime import date

import pytest

from catalogue.slot.age import read_age
from catalogue.slot.number import chinese_number, read_phone

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("80", 80),
        ("八十", 80),
        ("八十二", 82),
        ("十二", 12),
        ("十", 10),
        ("一百零三", 103),
        ("两百", 200),
        ("七八十", 70),
        ("十七八", 17),
        ("四十五六", 45),
        ("一九五零", 1950),
        ("三五", 35),
        ("零", 0),
        ("", None),
        ("多少", None),
        ("八十a", None),
    ],
)
def test_number_is_read_when_written_in_either_way(text: str, number: int | None) -> None:
    assert chinese_number(text) == number


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("我妈80岁", 80),
        ("我妈八十了", 80),
        ("今年五岁", 5),
        ("八十多岁了", 80),
        ("七十来岁", 70),
        ("老人八十多", 80),
        ("八十有三", 83),
        ("我爷爷92了", 92),
        ("快90了", 90),
        ("七八十岁的老人", 70),
        ("3岁半的娃", 3),
        ("娃八个月大", 0),
        ("我奶奶血压180，八十三了", 83),
        ("今年一百零二", 102),
        ("老人1938年生的", 88),
        ("我五零年出生", 76),
        ("1950年3月出生", 76),
        ("我和老伴都七十多了", 70),
        ("四十多岁没人要", 40),
    ],
)
def test_age_is_read_when_said(text: str, years: int) -> None:
    age = read_age(text, today=TODAY)
    assert age is not None
    assert age.years == years
    assert age.words in text


@pytest.mark.parametrize(
    "text",
    [
        "80后能申请吗",
        "65岁以上有没有补贴",
        "七岁前康复救助",
        "血压180，血糖10点几",
        "给我500块钱",
        "每月低保60",
        "住5楼",
        "我住80号",
        "我家在12栋",
        "电话13999123456",
        "身份证652301195001011234",
        "2000年的老房子",
        "走了30公里",
        "瘫痪3年了",
        "等了20分钟",
        "老人体重80斤",
        "我妈80斤",
        "今年30块",
        "十点来",
        "一百六十斤的老爷子",
        "十二连",
        "老人200岁",
        "",
    ],
)
def test_no_age_is_read_when_a_number_is_something_else(text: str) -> None:
    assert read_age(text, today=TODAY) is None


@pytest.mark.parametrize(
    "text", ["俺爹腿脚不好 住九运街 八十三 没人做饭", "我妈马秀兰八十三了没人管", "我爷下不了楼，83"]
)
def test_number_alone_is_an_age_when_a_person_is_named(text: str) -> None:
    age = read_age(text, today=TODAY, after=0)
    assert age is not None
    assert age.years == 83


def test_age_of_the_person_in_need_is_read_when_two_are_said() -> None:
    text = "我60岁了，我妈85岁"
    age = read_age(text, today=TODAY, after=text.index("我妈"))
    assert age is not None
    assert age.years == 85


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("80", 80),
        ("八十", 80),
        ("八十多", 80),
        ("快九十了", 90),
        ("五岁半", 5),
        ("七十来岁吧", 70),
        ("今年82", 82),
        ("3", 3),
        ("1950年的", 76),
        ("1946", 80),
        ("一九五零年", 76),
        ("80后", None),
        ("不知道", None),
        ("13999123456", None),
        ("五百", None),
    ],
)
def test_bare_answer_is_an_age_when_asked_for_it(text: str, years: int | None) -> None:
    age = read_age(text, today=TODAY, asked=True)
    assert (age.years if age else None) == years


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("电话13999123456", "13999123456"),
        ("139-9912-3456", "13999123456"),
        ("139 9912 3456", "13999123456"),
        ("+8613999123456", "13999123456"),
        ("+86 139 9912 3456", "13999123456"),
        ("幺三九九九一二三四五六", "13999123456"),
        ("一三九 九九一二 三四五六", "13999123456"),
        ("打0994-2345678找我", "0994-2345678"),
        ("09942345678", "0994-2345678"),
        ("我妈80了电话是18099123456谢谢", "18099123456"),
        ("身份证652301195001011234", ""),
        ("12345678901", ""),
        ("1399912345", ""),
        ("139991234567", ""),
        ("八十二", ""),
        ("打120", ""),
        ("", ""),
    ],
)
def test_phone_is_read_when_a_number_is_given(text: str, phone: str) -> None:
    assert read_phone(text) == phone


@pytest.mark.parametrize(("text", "phone"), [("2345678", "0994-2345678"), ("打2345678", "0994-2345678"), ("123", "")])
def test_local_number_is_a_phone_when_asked_for_it(text: str, phone: str) -> None:
    assert read_phone(text, asked=True) == phone
    assert read_phone(text) == ""
