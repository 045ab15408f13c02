"""Which language a message is in."""

from __future__ import annotations

import pytest

from catalogue.catalogue import Catalogue


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
        ("ug", "momam yalghuz turidu, birsi kelip qarap qoysa bolatti"),
        ("kk", "apama tamaq pisirip beretin adam kerek edi"),
        ("kk", "апама тамак керек"),
        ("zh", "wo ma bu neng zou lu le"),
        ("zh", "meiren gei laoren zuofan"),
        ("en", "hello"),
        ("en", "I need a wheelchair for my mother"),
        ("ru", "Мне нужна помощь по дому"),
        ("und", ""),
        ("und", "😀👍"),
        ("und", "12345"),
        ("und", "???"),
    ],
)
def test_language_is_known_when_text_is_plain(catalogue: Catalogue, language: str, text: str) -> None:
    assert catalogue.language(text) == language
