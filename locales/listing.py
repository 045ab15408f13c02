"""Every text beside its Chinese, for the native reader who checks a translation: `python -m locales.listing` writes
docs/translations.md."""

from __future__ import annotations

from pathlib import Path

from locales.text import SOURCE, Texts

TARGET = Path("docs") / "translations.md"
NAMES = {"en": "English", "kk": "Kazakh", "ug": "Uyghur"}
AWAITING = ("kk", "ug")
"""Languages that no native reader has checked yet."""


def listing(texts: Texts) -> str:
    """The page: a heading for each language, a table with a row for each text."""
    parts = [
        "# Every text beside its Chinese\n",
        "Written by `python -m locales.listing`; correct the .po files, not this page.\n",
    ]
    for code, name in NAMES.items():
        parts.append(f"## {name}\n")
        if code in AWAITING:
            parts.append("**Awaiting a native reader.**\n")
        parts.append("| key | Chinese | " + name + " |\n|---|---|---|")
        translated, source = texts.languages[code], texts.languages[SOURCE]
        parts += [
            f"| `{key}` | {_cell(text)} | {_cell(translated.get(key, ''))} |" for key, text in sorted(source.items())
        ]
        parts.append("")
    return "\n".join(parts)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", "<br>")


if __name__ == "__main__":
    TARGET.write_text(listing(Texts()), encoding="utf-8")
