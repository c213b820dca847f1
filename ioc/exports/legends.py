"""Legends on paper: classes and signs with their words, bounds and counts; scale bar and north.

Owns their layout, from a corner at 0, 0 downwards. Colours and shapes are `ioc.exports.paints`'.
"""

from __future__ import annotations

from collections.abc import Mapping

from ioc import formats
from ioc.drawings import Drawing
from ioc.exports.paints import SHAPES, SIGNS, fill_of, ink_of
from ioc.exports.pictures import Entry
from ioc.exports.svg import el, num, text, width
from ioc.wording import say

FAINT = 0.25
"""How strongly a class that is left out still shows."""


def legend(
    entries: tuple[Entry, ...],
    heads: list[str],
    wide: float,
    size: float,
    colours: Mapping[str, str],
    lang: str,
) -> str:
    """Classes with their words, bounds and counts, from the corner at 0, 0 downwards."""
    parts, y = [], 0.0
    for at, head in enumerate(heads):
        parts.append(
            text(
                0,
                y + size,
                head,
                size,
                colours["ink"] if at == 0 else colours["ink-soft"],
                weight=600 if at == 0 else 400,
            )
        )
        y += size * 1.5
    y += size * 0.3
    for entry in entries:
        parts.append(_swatch(entry, y, size, colours))
        ink = colours["ink-soft" if entry.out else "ink"]
        label = formats.capital(entry.label)
        parts.append(text(size * 2.6, y + size * 0.98, label, size, ink))
        if entry.out:
            line = f"M{num(size * 2.6)} {num(y + size * 0.66)}h{num(width(label, size))}"
            parts.append(el("path", {"d": line, "stroke": ink, "stroke_width": size * 0.07}))
        if entry.count is not None:
            parts.append(
                text(wide, y + size * 0.98, formats.number(entry.count, 0, lang), size, ink, anchor="end")
            )
        y += size * 1.65
        if entry.note:
            parts.append(text(size * 2.6, y + size * 0.6, entry.note, size * 0.9, colours["ink-soft"]))
            y += size * 1.25
    return "".join(parts)


def _swatch(entry: Entry, y: float, size: float, colours: Mapping[str, str]) -> str:
    """What an entry is recognised by: a filled box with the shape of its grade, or the sign of a gap."""
    high, sign = size * 1.25, SIGNS.get(entry.name.removeprefix("gap-"))
    middle = f"translate({num(size)} {num(y + high / 2)})"
    if sign is not None:
        place = f"{middle} scale({num(size / 16)})"
        return el("path", {"d": sign, "fill": colours["ink"], "fill_rule": "evenodd", "transform": place})
    box = el("rect", {
        "x": 0, "y": y, "width": size * 2, "height": high, "fill": fill_of(entry.name, colours),
        "stroke": colours["line-firm"], "stroke_width": 0.5,
    })  # fmt: skip
    mark = SHAPES.get(entry.name.removeprefix("grade-")) if entry.name.startswith("grade-") else None
    if mark:
        place = f"{middle} scale({num(size / 11)})"
        box += el("path", {"d": mark, "fill": ink_of(entry.name, colours), "transform": place})
    return el("g", {"opacity": FAINT}, box) if entry.out else box


def legend_height(entries: tuple[Entry, ...], heads: list[str], size: float) -> float:
    """How tall `legend` is."""
    return size * (
        1.5 * len(heads) + 0.3 + 1.65 * len(entries) + 1.25 * sum(bool(entry.note) for entry in entries)
    )


def ground(drawing: Drawing, scale: float, size: float, colours: Mapping[str, str], lang: str) -> str:
    """Scale bar and north, from the corner at 0, 0; `scale` is page units in one drawing unit."""
    per_km = drawing.units_per_km * scale
    km = max((one for one in (1, 2, 5, 10, 20, 50, 100, 200, 500) if one * per_km <= size * 9), default=1)
    soft = colours["ink-soft"]
    bar = f"M0 0V{num(size * 0.4)}H{num(km * per_km)}V0"
    arrow = f"M{num(size * 0.5)} 0L{num(size)} {num(size * 1.3)}L{num(size * 0.5)} {num(size)}L0 {num(size * 1.3)}Z"
    return "".join((
        el("path", {"d": bar, "fill": "none", "stroke": soft, "stroke_width": 0.8}),
        text(0, size * 1.6, f"{formats.number(km, 0, lang)} km", size * 0.9, soft),
        el("g", {"transform": f"translate({num(km * per_km + size * 2)} {num(-size * 0.5)})"},
           el("path", {"d": arrow, "fill": soft}), text(size * 0.5, size * 2.4, say("face.js.map.n", lang), size * 0.9, soft, anchor="middle")),
    ))  # fmt: skip
