"""Names and numbers as lists and logs show them."""

from __future__ import annotations

import pytest

from casework import mask
from casework.need import Beneficiary, Need


@pytest.mark.parametrize(("full", "shown"), [("张桂兰", "张**"), ("", ""), ("Айгүл", "А**"), ("ئايگۈل", "ئ**")])
def test_the_first_letter_stays_when_a_name_is_masked(full: str, shown: str) -> None:
    assert mask.name(full) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("打13812341234", "打138****1234"),
        ("652328195203041234是身份证", "652328********1234是身份证"),
        ("65232819520304123X", "652328********123X"),
        ("LZ1001 在 652328201 号", "LZ1001 在 652328201 号"),
        ("12345678901234567890", "12345678901234567890"),
    ],
)
def test_numbers_are_masked_when_they_are_a_persons(text: str, shown: str) -> None:
    assert mask.numbers(text) == shown


def test_a_list_says_less_than_the_ticket() -> None:
    need = Need(("meals",), Beneficiary(name="张桂兰", age=80), "652328", "木垒", "老榆树", "13812341234")
    listed = mask.in_list(need)
    assert (listed.beneficiary.name, listed.landmark, listed.phone) == ("张**", "", "")
    assert (listed.beneficiary.age, listed.place_name) == (80, "木垒")
