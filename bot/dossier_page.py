"""One person's data as one file: a page they can read in their language, and in it the same as JSON for a program."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any

from casework import wording
from casework.need import need_from_json
from casework.wording import Say

NAME = "lianzhu.html"
_PAGE = """<!doctype html>
<html lang="{language}" dir="{direction}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>body{{font:18px/1.6 sans-serif;max-width:40em;margin:1em auto;padding:0
1em}}</style></head> <body>
<h1>{title}</h1>
{body}
<script type="application/json" id="data">{data}</script>
</body></html>
"""


def page(told: Mapping[str, Any], say: Say) -> str:
    """The whole file. `told` is as `bot.dossier.BookDossier.told_by` gives it."""
    parts = [_lines([say("data.page.at", at=_moment(told["at"], say)), told["name"]])]
    parts += [_ticket(each, say) for each in told["tickets"]]
    if told["volunteer"]:
        person = told["volunteer"]
        parts.append(_part(say("data.page.volunteer"), [person["name"], person["phone"], person["place"]]))
    if told["messages"]:
        parts.append(_part(say("data.page.messages"), [_said(each, say) for each in told["messages"]]))
    return _PAGE.format(
        language=say("page.language"),
        direction=say("page.direction"),
        title=escape(say("data.page.title")),
        body="\n".join(parts),
        data=_json(told),
    )


def as_json(told: Mapping[str, Any]) -> str:
    """The same for a program alone."""
    return json.dumps(told, ensure_ascii=False, indent=2)


def _ticket(told: Mapping[str, Any], say: Say) -> str:
    head = say("data.page.ticket", number=told["number"], state=say(f"state.{told['state']}"))
    if not told["need"]:
        return _part(head, [say("private.line")])
    need = need_from_json(told["need"])
    facts = wording.for_resident(need, say).splitlines()
    return _part(
        head, [_moment(told["created"], say), *facts, *need.words, *(_said(each, say) for each in told["said"])]
    )


def _said(line: Mapping[str, str], say: Say) -> str:
    return say("data.page.line", at=_moment(line["at"], say), text=line["text"])


def _moment(at: str, say: Say) -> str:
    return wording.short_moment(datetime.fromisoformat(at), say)


def _part(title: str, lines: list[str]) -> str:
    return f"<h2>{escape(title)}</h2>\n{_lines(lines)}"


def _lines(lines: list[str]) -> str:
    return "\n".join(f'<p dir="auto">{escape(line)}</p>' for line in lines if line)


def _json(told: Mapping[str, Any]) -> str:
    """JSON that no sign in it can end."""
    return json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")
