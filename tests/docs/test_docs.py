"""What the documents and the code say about each other must be true: settings, commands, links, decisions, texts."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperGroup
from typer.testing import CliRunner

from bot import metric
from bot.cli import cli
from bot.dialogs import duty, listing, resident
from bot.settings import Settings
from casework.ticket import State
from catalogue.danger import load_watch
from catalogue.referral import load_referrals
from catalogue.service import load_services
from catalogue.slot.wordlist import table
from locales.text import SOURCE, Texts

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
HEADINGS = ["## Context", "## Decision", "## Consequences", "## Alternatives"]
QUICK_START = "python -m pip install -e . && python run_bot.py"
CHECKS = "python -m pip install -e '.[test]' && python -m pytest"
TALKING = ("bot", "casework", "desk")
"""Folders whose code speaks to people."""
KEY = re.compile(r"[a-z]+(?:\.[a-z0-9-]+)+|[a-z]+")
QUOTED = re.compile(r"""(["'])([a-z][a-z0-9.-]*)\1(\s*~)?""")
"""A literal in a template or a script; group 3 says that more is put behind it."""


def section(title: str) -> str:
    """The part of the README under a heading."""
    return README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def first_cells(text: str) -> list[str]:
    """The code that each row of a table begins with."""
    return re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)


def all_commands(group: TyperGroup, name: str = "") -> Iterator[str]:
    """Every command of the command line, `staff add` and the like, but not the groups."""
    for word, part in group.commands.items():
        whole = f"{name} {word}".strip()
        yield from all_commands(part, whole) if isinstance(part, TyperGroup) else [whole]


def words_of(row: str) -> list[str]:
    """The words of a command in the README, without its options and what stands for an argument."""
    return [word for word in shlex.split(row) if not word.startswith("-") and word.islower()]


def test_quick_start_stands_word_for_word_when_readme_is_read() -> None:
    lines = README.splitlines()
    assert QUICK_START in lines
    assert CHECKS in lines


def test_settings_agree_when_readme_lists_them() -> None:
    listed = first_cells(section("Settings"))
    assert sorted(listed) == sorted(f"LIANZHU_{name.upper()}" for name in Settings.model_fields)


def test_settings_exist_when_a_document_names_them() -> None:
    known = {f"LIANZHU_{name.upper()}" for name in Settings.model_fields} | {"LIANZHU_REQUIRE_BROWSER"}
    for path in DOCUMENTS:
        named = set(re.findall(r"LIANZHU_[A-Z][A-Z_]*[A-Z]", path.read_text("utf-8")))
        assert named <= known, f"{path.name} names settings that do not exist: {sorted(named - known)}"


def test_defaults_agree_when_readme_gives_them() -> None:
    for name, field in Settings.model_fields.items():
        default = str(getattr(field.default, "get_secret_value", lambda value=field.default: value)())
        row = next(line for line in section("Settings").splitlines() if f"`LIANZHU_{name.upper()}`" in line)
        cell = row.split("|")[2].strip().strip("`")
        wanted = "—" if default in ("", "None") else default
        assert cell == wanted, f"{name}: the README says {cell!r}, the code {default!r}"


def test_commands_agree_when_readme_lists_them() -> None:
    listed = {" ".join(words_of(row)) for row in first_cells(section("Commands"))}
    assert listed == set(all_commands(typer.main.get_group(cli)))


@pytest.mark.parametrize("row", first_cells(section("Commands")))
def test_command_explains_itself_when_asked_for_help(row: str) -> None:
    result = CliRunner().invoke(cli, [*words_of(row), "--help"], env={"COLUMNS": "200", "TERM": "dumb"})
    assert result.exit_code == 0, result.output
    for option in re.findall(r"--[a-z-]+", row):
        assert option in result.output


@pytest.mark.parametrize("path", [path for path in DOCUMENTS if path not in DECISIONS], ids=lambda path: path.name)
def test_commands_exist_when_a_document_gives_them(path: Path) -> None:
    known = set(all_commands(typer.main.get_group(cli)))
    for line in re.findall(r"run_bot\.py +((?:-[^ ]+ +[^ ]+ +)?[a-z][a-z -]*)", path.read_text("utf-8")):
        words = [word for word in line.split() if not word.startswith("-")]
        names = {" ".join(words[:count]) for count in (1, 2)} | {" ".join(words[1:2])}
        assert names & known, f"{path.name} gives a command that does not exist: {line}"


def test_numbers_agree_when_the_guide_lists_them() -> None:
    guide = (ROOT / "docs" / "operating.md").read_text("utf-8")
    rows = re.findall(r"^\| `(lianzhu_\w+)` \| ([^|]+) \|", guide, re.MULTILINE)
    listed = {name: tuple(labels.replace("—", "").replace(",", " ").split()) for name, labels in rows}
    assert listed == metric.names()
    for name in re.findall(r"lianzhu_[a-z_]+", guide.partition("| Alert |")[2]):
        assert re.sub(r"_(bucket|count|sum)$", "", name) in listed


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere_when_they_are_relative(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text("utf-8")):
        if not re.match(r"[a-z]+:|#", target):
            assert (path.parent / target.partition("#")[0]).exists(), f"{path.name} links to {target}"


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_decision_has_its_four_headings_when_read(path: Path) -> None:
    text = path.read_text("utf-8")
    assert re.match(rf"# {path.stem[:4]} ", text), f"{path.name} must begin with its number"
    assert [line for line in text.splitlines() if line.startswith("## ")] == HEADINGS


def test_decisions_are_numbered_without_gaps_when_listed() -> None:
    assert [path.name[:4] for path in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]


def test_pictures_are_light_and_shown_when_kept() -> None:
    shown = "".join(path.read_text("utf-8") for path in DOCUMENTS)
    for picture in (ROOT / "docs" / "pictures").iterdir():
        assert picture.stat().st_size < 150_000, picture.name
        assert picture.name in shown, f"no document shows {picture.name}"


@cache
def texts() -> dict[str, str]:
    """The Chinese texts by key."""
    return Texts().languages[SOURCE]


@cache
def trees() -> dict[Path, ast.Module]:
    """Every Python file that speaks, parsed."""
    return {
        path: ast.parse(path.read_text("utf-8")) for name in TALKING for path in sorted((ROOT / name).rglob("*.py"))
    }


def pattern_of(node: ast.JoinedStr) -> re.Pattern[str] | None:
    """Which keys an f-string can stand for; None when it does not begin with the beginning of a key."""
    first = node.values[0]
    if not isinstance(first, ast.Constant) or not re.match(r"[a-z]+\.", str(first.value)):
        return None
    parts = [re.escape(str(p.value)) if isinstance(p, ast.Constant) else r"[a-z0-9-]+" for p in node.values]
    return re.compile("".join(parts))


def said_in(tree: ast.Module) -> Iterator[ast.expr]:
    """What is passed as the key of a text: to `say`, `words` or `choice`, or to what `texts.say(language)` returns."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not call.args:
            continue
        function = call.func
        if isinstance(function, ast.Call):
            called = getattr(function.func, "attr", "")
            place = 0 if called == "say" else None
        else:
            called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            of_texts = isinstance(function, ast.Attribute) and ast.unparse(function.value).endswith("texts")
            place = None if of_texts else {"say": 0, "words": 0, "choice": 1}.get(called)
        if place is not None and len(call.args) > place:
            yield from branches(call.args[place])


def branches(node: ast.expr) -> Iterator[ast.expr]:
    """The single expressions of a choice between two."""
    if isinstance(node, ast.IfExp):
        yield from branches(node.body)
        yield from branches(node.orelse)
    else:
        yield node


def exists(node: ast.expr) -> bool:
    """Whether the text exists that an expression names; what is no literal is not judged."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value in texts()
    if isinstance(node, ast.JoinedStr) and (pattern := pattern_of(node)):
        return any(pattern.fullmatch(key) for key in texts())
    return True


def test_text_exists_when_code_says_it() -> None:
    lacking = [
        f"{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node)}"
        for path, tree in trees().items()
        for node in said_in(tree)
        if not exists(node)
    ]
    assert not lacking, f"say what has no text in locales/{SOURCE}: {lacking}"


def test_text_exists_when_a_page_shows_it() -> None:
    keys = set()
    for path in (ROOT / "desk" / "templates").iterdir():
        keys |= set(re.findall(r"""\bsay\("([a-z0-9.-]+)"[,)]""", path.read_text("utf-8")))
    for path in (ROOT / "bot" / "handlers" / "page").iterdir():
        plain = path.read_text("utf-8")
        keys |= set(re.findall(r"\{\{(page\.[a-z.-]+)\}\}", plain))
        keys |= {f"page.{key}" for key in re.findall(r"""\bsay\('([a-z0-9.-]+)'""", plain)}
    assert keys
    assert not keys - set(texts()), f"add these texts: {sorted(keys - set(texts()))}"


def used() -> tuple[set[str], list[re.Pattern[str]]]:
    """Every literal that may be a key, and every pattern of keys, in code, templates and scripts."""
    keys = {key for f in (*duty.FRAMES.values(), *resident.FRAMES.values()) for key in f.texts}
    patterns = []
    for tree in trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.fullmatch(node.value):
                keys.add(node.value)
            elif isinstance(node, ast.JoinedStr) and (pattern := pattern_of(node)):
                patterns.append(pattern)
    for path in [*(ROOT / "desk").rglob("*.html"), *(ROOT / "desk").rglob("*.js")]:
        for _, literal, more in QUOTED.findall(path.read_text("utf-8")):
            keys.add(literal)
            if more:
                patterns.append(re.compile(re.escape(literal) + r"[a-z0-9.-]+"))
    for path in (ROOT / "bot" / "handlers" / "page").iterdir():
        plain = path.read_text("utf-8")
        keys |= set(re.findall(r"\{\{(page\.[a-z.-]+)\}\}", plain))
        keys |= {f"page.{literal}" for _, literal, _ in QUOTED.findall(plain)}
    return keys, patterns


def test_no_text_is_left_over_when_everything_is_counted() -> None:
    keys, patterns = used()

    def is_used(key: str) -> bool:
        return key in keys or any(pattern.fullmatch(key) for pattern in patterns)

    left = [key for key in texts() if not is_used(key)]
    # A notice's key, such as f"remind.{clock}", is said behind these two.
    left = [key for key in left if not is_used(re.sub(r"^notice\.(staff|resident)\.", "", key))]
    # Titles of the desk's refusals hang on the key of the page: `key ~ ".title"`.
    left = [key for key in left if not (key.endswith(".title") and key.removesuffix(".title") in texts())]
    assert not left, f"nobody says these texts: {left}"


def test_every_entry_of_the_data_has_its_texts_when_people_are_told_of_it() -> None:
    watch, referrals = load_watch(), load_referrals()
    numbers = {*listing.HOTLINES, *(n for calls in (*watch.call.values(), *referrals.values()) for n in calls)}
    services = load_services()
    wanted = {
        *(f"service.{code}.{part}" for code in services for part in ("name", "plain")),
        *(f"category.{service.category}" for service in services.values()),
        *(f"danger.{kind}{part}" for kind in watch.call for part in ("", ".staff")),
        *(f"relation.{part}{code}" for code in table("relations")["relations"] for part in ("", "staff.")),
        *(f"refer.{key}" for key in referrals if key not in ("smalltalk", "about-bot")),
        *(f"hotline.{number}" for number in numbers),
        *(f"state.{part}{state.value}" for state in State for part in ("", "staff.")),
        *(f"refused.{reason}" for reason in reasons()),
    }
    assert not wanted - set(texts()), f"add these texts: {sorted(wanted - set(texts()))}"


def reasons() -> set[str]:
    """Every word that a refused step is explained by."""
    source = "".join(path.read_text("utf-8") for path in (ROOT / "casework").glob("*.py"))
    return set(re.findall(r'StepRefusedError\("([a-z-]+)"', source)) | {"ended", "not-done"}
