from pathlib import Path

import numpy as np
import pytest

from benchmarks.fewshot import Split, by_engine, interval, main, words_of

PHRASES = {
    "card": ["my card is lost", "the card was stolen", "block my bank card", "where is my card"],
    "weather": ["will it rain today", "is it cold outside", "will it snow tomorrow", "how warm is it"],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("train_5", "train_10", "test"):
        split = tmp_path / "tiny" / name
        split.mkdir(parents=True)
        rows = [(phrase, label) for label, phrases in PHRASES.items() for phrase in phrases]
        (split / "seq.in").write_text("".join(f"{phrase}\n" for phrase, _ in rows))
        (split / "label").write_text("".join(f"{label}\n" for _, label in rows))
    return tmp_path / "tiny"


def test_both_are_measured_for_every_folder_and_number(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder), str(folder)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines[1:]] == [["tiny", "train_5"], ["tiny", "train_10"]] * 2
    assert all(line.split()[2:] == ["100.0", "100.0", "+0.0", "+0.0", "to", "+0.0"] for line in lines[1:])


@pytest.mark.parametrize("missing", ["train_5/seq.in", "train_10/label", "test/label"])
def test_missing_file_is_named_with_the_remedy(folder: Path, missing: str, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / missing).unlink()
    assert main([str(folder)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.splitlines()) == 1
    assert missing in told.err
    assert "expected folders train_5, train_10 and test" in told.err


def test_folder_that_does_not_exist(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none")]) == 2
    assert "No such file or directory" in capsys.readouterr().err


def test_unequal_line_counts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "test" / "label").write_text("card\n")
    assert main([str(folder)]) == 2
    told = capsys.readouterr().err
    assert len(told.splitlines()) == 1
    assert "seq.in has 8 lines, label has 1" in told


def test_one_label_only(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "train_5" / "label").write_text("card\n" * 8)
    assert main([str(folder)]) == 2
    assert "two labels" in capsys.readouterr().err


def test_empty_or_unreadable_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "test" / "seq.in").write_text("")
    assert main([str(folder)]) == 2
    assert "empty" in capsys.readouterr().err
    (folder / "test" / "seq.in").write_bytes(b"\xff\xfe\n")
    assert main([str(folder)]) == 2
    assert "UTF-8" in capsys.readouterr().err


def test_words_of_a_label_are_read_out_of_its_name() -> None:
    assert words_of("card_arrival") == ["card", "arrival"]
    assert words_of("BookRestaurant") == ["Book", "Restaurant"]
    assert words_of("top-up limits") == ["top", "up", "limits"]


def test_name_of_a_label_counts_as_a_phrase_of_it() -> None:
    learned = Split(
        ["it never came", "still waiting", "the sky is dark", "bring a coat"],
        np.array(["parcel_lost", "parcel_lost", "weather_report", "weather_report"]),
    )
    assert list(by_engine(learned, ["my parcel", "the weather"])) == ["parcel_lost", "weather_report"]


def test_interval_holds_the_difference_and_is_always_the_same() -> None:
    ours = np.arange(1000) % 10 < 8
    theirs = np.arange(1000) % 10 < 7
    low, high = interval(ours, theirs)
    assert 7 < low < 10 < high < 13
    assert interval(ours, theirs) == (low, high)
    assert interval(ours, ours) == (0, 0)
