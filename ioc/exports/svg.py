"""SVG by hand: elements with escaped attributes and texts whose width is known before they are set.

Owns the escaping, so that no name or title can become an element, a link or a script, and the measures of our print
face. Knows no picture.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from html import escape

from ioc.exports.texts import plain_text
from ioc.settings import PROJECT

FONTS = PROJECT / "assets" / "fonts" / "print"
FAMILY = "'IOC Print','Be Vietnam Pro',sans-serif"
Attribute = str | float | int | None


def el(name: str, attributes: Mapping[str, Attribute] | None = None, *children: str) -> str:
    """One element; a None attribute is left out, numbers are written to a hundredth."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_attribute(value)}"'
        for key, value in (attributes or {}).items()
        if value is not None
    )
    return f"<{name}{given}>{''.join(children)}</{name}>" if children else f"<{name}{given}/>"


def _attribute(value: Attribute) -> str:
    return num(value) if isinstance(value, int | float) else escape(plain_text(value or ""))


def num(value: float) -> str:
    """A number to a hundredth, as short as it can be written."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def text(
    x: float, y: float, content: str, size: float, fill: str, *, weight: int = 400, anchor: str = "start",
    halo: str | None = None, turn: float | None = None,
) -> str:  # fmt: skip
    """A line of text with its base line at `y`; `halo` is the colour of a rim that keeps it legible."""
    rim: dict[str, Attribute] = {} if halo is None else {
        "stroke": halo, "stroke_width": size / 4, "stroke_linejoin": "round", "paint_order": "stroke",
    }  # fmt: skip
    place = {"transform": f"rotate({num(turn)} {num(x)} {num(y)})"} if turn else {}
    return el(
        "text",
        {"x": x, "y": y, "font_size": size, "font_weight": weight, "fill": fill, "text_anchor": anchor, **rim, **place},
        escape(plain_text(content), quote=False).replace("\n", " ").replace("\t", " "),
    )  # fmt: skip


@lru_cache(maxsize=1)
def _widths() -> dict[int, dict[str, int]]:
    held = json.loads((FONTS / "widths.json").read_text(encoding="utf-8"))["widths"]
    return {int(weight): found for weight, found in held.items()}


def width(content: str, size: float, weight: int = 400) -> float:
    """How wide a line of text is."""
    known = _widths()[600 if weight >= 600 else 400]
    return sum(known.get(one, 620) for one in content) * size / 1000


def cut(content: str, size: float, most: float, weight: int = 400) -> str:
    """`content` shortened with an ellipsis to fit into `most`."""
    if width(content, size, weight) <= most:
        return content
    kept = content
    while kept and width(kept + "…", size, weight) > most:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def wrap(content: str, size: float, most: float, weight: int = 400, lines: int = 2) -> list[str]:
    """`content` in at most `lines` lines; what is left over ends in an ellipsis."""
    found: list[str] = []
    words = content.split()
    while words and len(found) < lines:
        line = words.pop(0)
        while words and width(f"{line} {words[0]}", size, weight) <= most:
            line = f"{line} {words.pop(0)}"
        if words and len(found) == lines - 1:
            line = cut(f"{line} {' '.join(words)}", size, most, weight)
        found.append(cut(line, size, most, weight))
    return found
