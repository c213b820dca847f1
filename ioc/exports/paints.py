"""Paints of a map on paper: fills, inks, hatches and the small shapes that say a class or a gap without colour.

Owns what a class looks like; the shapes of gaps are those of the screen (assets/js/points.js), which a test compares.
"""

from __future__ import annotations

from collections.abc import Mapping

from ioc.exports.svg import el, num

HATCHES = {
    "m": "M0 8 8 0M-2 2 2-2M6 10 10 6", "z": "M0 4H8", "i": "M0 0 8 8M0 8 8 0", "h": "M4 0V8",
    "x": "M1 2a1 1 0 1 0 2 0a1 1 0 1 0-2 0M5 6a1 1 0 1 0 2 0a1 1 0 1 0-2 0",
}  # fmt: skip
"""One angle a reason, as on the screen, so that print needs no colour."""
SHAPES = {"g": "M0-4.2 4.4 3.6H-4.4Z", "w": "M-4 0A4 4 0 1 0 4 0 4 4 0 1 0-4 0Z", "b": "M0 4.2 4.4-3.6H-4.4Z"}


def _disc(r: float) -> str:
    return f"M{-r} 0A{r} {r} 0 1 0 {r} 0 {r} {r} 0 1 0 {-r} 0Z"


SIGNS = {
    "diamond": "M0-14.4 14.4 0 0 14.4-14.4 0ZM0-12.6-12.6 0 0 12.6 12.6 0Z",
    "triangle": "M0-11 10 7H-10ZM0-8-7.4 5.5H7.4Z",
    "square": "M-6.2-6.2H6.2V6.2H-6.2ZM-4.6-4.6V4.6H4.6V-4.6Z",
    "half": _disc(4) + _disc(2.6) + "M0-2.6A2.6 2.6 0 0 1 0 2.6Z",
    "dot": _disc(3.7),
}
"""Nested shapes of gaps, filled by the even-odd rule, from the ground up: a place with two gaps shows both."""


def hatches(colours: Mapping[str, str], scale: float = 1.0) -> str:
    """The patterns for areas without a value, to stand once in a page; `scale` makes them as fine as the page."""
    return el("defs", {}, *(
        el("pattern", {"id": f"hatch-{letter}", "width": 8, "height": 8, "patternUnits": "userSpaceOnUse", "patternTransform": f"scale({num(scale)})"},
           el("rect", {"width": 8, "height": 8, "fill": colours["hatch-ground"]}),
           el("path", {"d": path, "stroke": colours["hatch"], "stroke_width": 1.1, "fill": "none"}))
        for letter, path in HATCHES.items()
    ))  # fmt: skip


def fill_of(name: str, colours: Mapping[str, str]) -> str:
    """The fill of a class."""
    kind, _, mark = name.partition("-")
    if kind == "no":
        return colours["hatch-ground"] if mark == "p" else f"url(#hatch-{mark})"
    if kind == "grade":
        return colours[{"g": "good", "w": "watch", "b": "bad", "n": "plain"}[mark]]
    return colours[f"seq-{mark}"]


def ink_of(name: str, colours: Mapping[str, str]) -> str:
    """The colour of text on a class."""
    kind, _, mark = name.partition("-")
    if kind == "grade":
        return colours[{"g": "on-good", "w": "on-watch", "b": "on-bad", "n": "on-plain"}[mark]]
    if kind == "seq":
        return colours["on-seq-low" if mark in "123" else "on-seq-mid" if mark == "4" else "on-seq-high"]
    return colours["ink"]
