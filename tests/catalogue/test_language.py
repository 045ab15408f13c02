"""Which language a message is in."""

from __future__ import annotations

import pytest

from catalogue.language import detect


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "我妈瘫在床上"),
        ("zh", "幫我媽洗個澡"),
        ("zh", "要做CT检查，没人陪"),
        ("kk", "Маған көмек керек, анам жүре алмайды"),
        ("kk", "شەشەم توسەكتە جاتىر، كومەك كەرەك"),
        ("kk", "ءبىزدىڭ اۋىلدا قارت كىسى بار"),
        ("ug", "ئاپام كېسەل، ماڭا ياردەم كېرەك"),
        ("ug", "بوۋام يالغۇز تۇرىدۇ، تاماق ئېتەلمەيدۇ"),
        ("ug", "apam késel, manga yardem kerek"),
        ("ug", "Yaxshimusiz, dadam mangalmaydu"),
        ("en", "I need a wheelchair for my mother"),
        ("ru", "Мне нужна помощь по дому"),
        ("und", ""),
        ("und", "😀👍"),
        ("und", "12345"),
        ("und", "???"),
    ],
)
def test_language_is_known_when_text_is_plain(language: str, text: str) -> None:
    assert detect(text) == language
