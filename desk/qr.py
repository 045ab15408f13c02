"""QR codes as a part of a page: no picture of somebody's secret has an address of its own."""

from __future__ import annotations

import segno
from markupsafe import Markup

SCALE = 5
"""Pixels of one module: large enough for an old telephone's camera, small enough for a page of 360 pixels."""
QUIET = 4
"""Modules of white around the code, as ISO/IEC 18004 demands."""


def drawn(text: str) -> Markup:
    """A text as an inline SVG: shapes and no style, so that the page needs no exception to its policy."""
    code = segno.make_qr(text, error="m")
    return Markup(code.svg_inline(scale=SCALE, border=QUIET, light="#fff", dark="#000", omitsize=True))  # noqa: S704 - only shapes, reckoned by segno
