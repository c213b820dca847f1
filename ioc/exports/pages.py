"""Pages: everything around a picture on paper or on a slide, and the step to SVG, PDF and PNG.

Owns title, scope, legend, marks, source line, edition and page number, the sizes of paper, and the typesetter. A page
is one SVG; PDF and PNG are made of that very SVG, so all three look alike. No browser, no network, no system font.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ioc.exports import legends, maps, tables
from ioc.exports.charts import EmptyError, chart
from ioc.exports.dataset import About, Dataset
from ioc.exports.paints import hatches
from ioc.exports.pictures import Chart, Map, Picture, Rows
from ioc.exports.subjects import Subject, View
from ioc.exports.svg import FAMILY, FONTS, el, num, text, width, wrap
from ioc.exports.texts import plain_text
from ioc.jobs.kinds import JobError
from ioc.wording import say

MOST_PICTURED = 60
"""Rows of a table that one picture holds; more are for the pages of a PDF."""
MOST_PAGES = 400
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True)
class Paper:
    """A page's width and height in points, its margin and its size of text; `ppi` of the picture made of it."""

    wide: float
    high: float
    edge: float
    size: float
    ppi: float


PAPERS: Mapping[str, Paper] = {
    "screen": Paper(960, 600, 28, 11, 120),
    "print": Paper(841.89, 595.28, 36, 9, 300),
    "slide": Paper(960, 540, 30, 13, 144),
}


def picture_of(subject: Subject, view: View, dataset: Dataset) -> Picture:
    """What a subject is seen as; the table itself where it draws nothing of its own."""
    return subject.picture(view, dataset) if subject.picture else Rows()


def write(picture: Picture, view: View, dataset: Dataset, form: str, size: str, path: Path) -> None:
    """Write the picture to `path` as svg, pdf or png. Raises JobError when there is nothing to draw."""
    colours = {**view.office.exports.colours, "page": "#ffffff", "ink": "#000000", "ink-soft": "#3a3f45"}
    paper = PAPERS[size]
    try:
        pages = compose(picture, view, dataset, paper, colours, several=form == "pdf")
    except EmptyError:
        raise JobError("exports.refused.empty") from None
    if form == "svg":
        path.write_text(pages[0][0], encoding="utf-8")
        return
    typeset(pages, dataset.about, form, paper.ppi, path)


def typeset(pages: list[tuple[str, float, float]], about: About, form: str, ppi: float, path: Path) -> None:
    """Make a PDF or PNG of pages (SVG, width, height). The only text that reaches the typesetter is data, never markup."""
    import typst

    folder = path.parent
    parts = ['#set document(title: sys.inputs.title, author: "IOC")\n#set page(margin: 0pt)\n']
    for at, (page, wide, high) in enumerate(pages):
        (folder / f"page-{at}.svg").write_text(page, encoding="utf-8")
        parts.append(
            f"#page(width: {num(wide)}pt, height: {num(high)}pt, margin: 0pt,"
            f' image("page-{at}.svg", width: 100%, height: 100%, alt: sys.inputs.title))\n'
        )
    source = folder / "pages.typ"
    source.write_text("".join(parts), encoding="utf-8")
    made = typst.compile(  # type: ignore[call-overload]
        str(source), root=str(folder), font_paths=[str(FONTS)], ignore_system_fonts=True, format=form, ppi=ppi,
        sys_inputs={"title": plain_text(about.title)[:300]}, timestamp=int(about.published_at.timestamp()),
    )  # fmt: skip
    path.write_bytes(made[0] if isinstance(made, list) else made)


def compose(
    picture: Picture, view: View, dataset: Dataset, paper: Paper, colours: Mapping[str, str], several: bool
) -> list[tuple[str, float, float]]:
    """Every page as an SVG document with its width and height."""
    if isinstance(picture, Rows):
        dataset = tables.on_paper(dataset)
    about, size = dataset.about, paper.size
    head, top = _head(about, paper, colours)
    foot, bottom = _foot(about, paper, colours)
    inner = paper.wide - 2 * paper.edge, paper.high - 2 * paper.edge - top - bottom
    if isinstance(picture, Rows):
        return _table(dataset, paper, colours, head, top, foot, bottom, several)
    if isinstance(picture, Map):
        body = _map(picture, view, about, inner, size, colours)
    else:
        body = _chart(picture, inner, size, colours, about.lang)
    return [_page(paper, paper.high, head, body, top, foot, bottom, 1, 1, about, colours)]


def _page(
    paper: Paper, high: float, head: str, body: str, top: float, foot: str, bottom: float, number: int, count: int,
    about: About, colours: Mapping[str, str],
) -> tuple[str, float, float]:  # fmt: skip
    edge = num(paper.edge)
    size = paper.size * 0.85
    place = say("exports.page", about.lang, n=number, count=count)
    parts = (
        el(
            "title",
            {},
            plain_text(about.title).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
        ),
        hatches(colours, paper.size / 14),
        el("rect", {"width": paper.wide, "height": high, "fill": colours["page"]}),
        el("g", {"transform": f"translate({edge} {edge})"}, head),
        el("g", {"transform": f"translate({edge} {num(paper.edge + top)})"}, body),
        el("g", {"transform": f"translate({edge} {num(high - paper.edge - bottom)})"}, foot),
        text(paper.wide - paper.edge, high - paper.edge, place, size, colours["ink-soft"], anchor="end"),
    )
    document = el("svg", {
        "xmlns": "http://www.w3.org/2000/svg", "width": f"{num(paper.wide)}pt", "height": f"{num(high)}pt",
        "viewBox": f"0 0 {num(paper.wide)} {num(high)}", "font_family": FAMILY, "lang": about.lang,
    }, *parts)  # fmt: skip
    return _DECLARATION + document + "\n", paper.wide, high


def _head(about: About, paper: Paper, colours: Mapping[str, str]) -> tuple[str, float]:
    """Title, period and unit, scope, and the marks that must not be overlooked; and how tall that is."""
    size, inner = paper.size, paper.wide - 2 * paper.edge
    parts, y = [], 0.0
    for mark in about.marks[:1]:
        wide = width(mark, size * 0.95, 600) + size * 1.6
        parts.append(
            el(
                "rect",
                {
                    "x": 0,
                    "y": 0,
                    "width": wide,
                    "height": size * 1.8,
                    "fill": "none",
                    "stroke": colours["ink"],
                    "stroke_width": 1,
                },
            )
        )
        parts.append(text(size * 0.8, size * 1.24, mark, size * 0.95, colours["ink"], weight=600))
        y += size * 2.6
    for line in wrap(about.title, size * 1.85, inner, 600):
        y += size * 2.1
        parts.append(text(0, y - size * 0.4, line, size * 1.85, colours["ink"], weight=600))
    unit = say("exports.unit", about.lang, unit=about.unit) if about.unit else ""
    filters = [f"{label}: {value}" for label, value in about.filters]
    told = " · ".join(one for one in (about.scope, about.period, unit, *filters) if one)
    for line in wrap(told, size * 1.1, inner):
        y += size * 1.55
        parts.append(text(0, y - size * 0.3, line, size * 1.1, colours["ink-soft"]))
    return "".join(parts), y + size


def _foot(about: About, paper: Paper, colours: Mapping[str, str]) -> tuple[str, float]:
    """Notes, source, time, quality and edition under a line; and how tall that is."""
    size, inner, lang = paper.size * 0.85, paper.wide - 2 * paper.edge, about.lang
    said = [
        *about.marks[1:], *about.notes,
        " · ".join(
            f"{say(f'exports.fact.{name}', lang)}: {value}"
            for name, value in (("source", about.source), ("as_of", about.as_of)) if value
        ),
        " · ".join(
            f"{say(f'exports.fact.{name}', lang)}: {value}"
            for name, value in (("quality", about.quality), ("basis", about.basis)) if value
        ),
    ]  # fmt: skip
    lines = [line for one in said if one for line in wrap(one, size, inner, lines=2)]
    lines += wrap(about.edition, size, inner - size * 9)
    step = size * 1.45
    rule = el("path", {"d": f"M0 0H{num(inner)}", "stroke": colours["line-firm"], "stroke_width": 0.6})
    shown = [
        text(0, step * (at + 1) + size * 0.15, line, size, colours["ink-soft"])
        for at, line in enumerate(lines)
    ]
    return rule + "".join(shown), step * len(lines) + size * 0.15


def _chart(
    picture: Chart, inner: tuple[float, float], size: float, colours: Mapping[str, str], lang: str
) -> str:
    wide, high = inner
    top, parts = 0.0, []
    if picture.headline:
        parts.append(text(0, size * 3.2, picture.headline, size * 3.6, colours["ink"], weight=600))
        top = size * 4.6
    beside = size * 17 if picture.legend else 0.0
    body = chart(picture.figure, wide - beside, high - top - size, size, colours)
    parts.append(el("g", {"transform": f"translate(0 {num(top)})"}, body))
    if picture.legend:
        place = f"translate({num(wide - beside + size * 2)} {num(top)})"
        parts.append(
            el(
                "g",
                {"transform": place},
                legends.legend(picture.legend, [], beside - size * 2, size, colours, lang),
            )
        )
    return "".join(parts)


def _map(
    picture: Map,
    view: View,
    about: About,
    inner: tuple[float, float],
    size: float,
    colours: Mapping[str, str],
) -> str:
    drawing = view.drawing
    if drawing is None:
        raise JobError("exports.refused.drawing")
    wide, high = inner
    beside = size * 18
    body = maps.draw(
        picture,
        drawing,
        view.office.settings.data,
        wide - beside - size * 2,
        high - size,
        size * 0.95,
        colours,
    )
    scale = min((wide - beside - size * 2) / drawing.width, (high - size) / drawing.height)
    heads = [line for one in picture.legend_title.split("\n") if one for line in wrap(one, size, beside, 600)]
    side = legends.legend(picture.legend, heads, beside, size, colours, about.lang)
    tall = legends.legend_height(picture.legend, heads, size)
    caption = "".join(
        text(0, tall + size * (5.2 + 1.4 * at), line, size * 0.9, colours["ink"], weight=600)
        for at, line in enumerate(wrap(drawing.caption(about.lang), size * 0.9, beside, 600, lines=3))
    )
    ground = el(
        "g",
        {"transform": f"translate(0 {num(tall + size * 1.4)})"},
        legends.ground(drawing, scale, size, colours, about.lang),
    )
    return body + el(
        "g", {"transform": f"translate({num(wide - beside)} {num(size)})"}, side, ground, caption
    )


def _table(
    dataset: Dataset, paper: Paper, colours: Mapping[str, str], head: str, top: float, foot: str, bottom: float, several: bool
) -> list[tuple[str, float, float]]:  # fmt: skip
    if not dataset.rows:
        raise EmptyError("no rows")
    size, rows = paper.size, list(dataset.rows)
    columns = tables.widths(dataset, paper.wide - 2 * paper.edge, size)
    if several:
        each = tables.per_page(paper.high - 2 * paper.edge - top - bottom - size, size)
        pages = [rows[at : at + each] for at in range(0, len(rows), each)]
        if len(pages) > MOST_PAGES:
            raise JobError("exports.refused.rows", rows=len(rows))
        return [
            _page(paper, paper.high, head, tables.page(dataset, part, columns, size, colours), top, foot, bottom,
                  at + 1, len(pages), dataset.about, colours)
            for at, part in enumerate(pages)
        ]  # fmt: skip
    if len(rows) > MOST_PICTURED:
        raise JobError("exports.refused.long", rows=len(rows))
    tall = size * (tables.HEAD + tables.ROW * len(rows) + 1)
    high = math.ceil(max(paper.high, 2 * paper.edge + top + bottom + tall))
    body = tables.page(dataset, rows, columns, size, colours)
    return [_page(paper, high, head, body, top, foot, bottom, 1, 1, dataset.about, colours)]
