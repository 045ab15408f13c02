"""Texts are whole, and a gap is found when they are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.ticket import State
from catalogue.service import CODES
from catalogue.understanding import DANGER_KINDS, RELATIONS
from locales.listing import TARGET, listing
from locales.text import TextError, Texts, Transliteration


def folder(tmp_path: Path, **languages: dict[str, str]) -> Path:
    for language, texts in languages.items():
        place = tmp_path / language / "LC_MESSAGES"
        place.mkdir(parents=True)
        body = "".join(f'msgid "{key}"\nmsgstr "{text}"\n\n' for key, text in texts.items())
        place.joinpath("lianzhu.po").write_text(
            f'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n{body}', "utf-8"
        )
    return tmp_path


def test_every_code_has_its_words_when_the_texts_are_read() -> None:
    wanted = [f"service.{code}.{part}" for code in CODES for part in ("name", "plain")]
    wanted += [f"danger.{kind}{part}" for kind in DANGER_KINDS for part in ("", ".staff")]
    wanted += [f"relation.{part}{relation}" for relation in RELATIONS for part in ("", "staff.")]
    wanted += [f"state.{part}{state.value}" for state in State for part in ("", "staff.")]
    Texts().require(wanted, "the codes")


def test_values_are_filled_in_when_a_text_is_said() -> None:
    assert Texts().say("zh")("course.rated", stars=5, worker="", text="", by="") == "您打了 5 分"


def test_the_lack_is_named_when_a_text_or_value_is_missing() -> None:
    say = Texts().say("zh")
    with pytest.raises(TextError, match=r"no\.such"):
        say("no.such")
    with pytest.raises(TextError, match="stars"):
        say("course.rated")


def test_chinese_stands_in_when_a_language_lacks_a_text(tmp_path: Path) -> None:
    texts = Texts(folder(tmp_path, zh={"a": "您好", "b": "再见"}, kk={"a": "Сәлем"}))
    assert texts.say("kk")("a") == "Сәлем"
    assert texts.say("kk")("b") == "再见"
    assert texts.say("fr")("a") == "您好"


def test_a_translation_is_refused_when_its_values_differ(tmp_path: Path) -> None:
    with pytest.raises(TextError, match="number"):
        Texts(folder(tmp_path, zh={"a": "单号 {number}"}, kk={"a": "нөмір"}))


def test_a_translation_is_refused_when_it_has_no_original(tmp_path: Path) -> None:
    with pytest.raises(TextError, match="no Chinese original"):
        Texts(folder(tmp_path, zh={"a": "您好"}, kk={"b": "Сәлем"}))


def test_it_is_said_when_there_are_no_texts_at_all(tmp_path: Path) -> None:
    with pytest.raises(TextError, match="put back"):
        Texts(tmp_path)


def test_the_page_for_native_readers_is_as_the_texts_when_they_change() -> None:
    assert TARGET.read_text("utf-8") == listing(Texts()), "run: python -m locales.listing"


def test_every_language_says_everything_when_texts_are_added() -> None:
    texts = Texts()
    for language, said in texts.languages.items():
        assert set(said) == set(texts.languages["zh"]), language


def test_values_stay_when_a_text_is_written_in_another_script() -> None:
    texts = Texts(scripts=[Transliteration("kk-Arab", "kk", str.upper, {"page.direction": "rtl"})])
    assert "{stars}" in texts.languages["kk-Arab"]["course.rated"]
    assert texts.say("kk-Arab")("course.rated", stars=5) == texts.say("kk")("course.rated", stars=5).upper()
    assert texts.languages["kk-Arab"]["page.direction"] == "rtl"
