"""The spine chart of a commune: one line for each KPI, its numbers beside the picture.

Owns columns, marks and their words. Positions are `layouts.figures.spine`'s, the comparison is `ioc.profile`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from ioc import formats
from ioc.areas import Area
from ioc.catalogue import Direction, Grade
from ioc.profile import Line, Quarter
from ioc.wording import say
from layouts.address import KPIS, MAP, link, passport_link
from layouts.desk import Desk
from layouts.figures.spine import Spine
from layouts.figures.spines import lay_out
from layouts.parts.export import headed
from layouts.parts.grade import badge, shape

COLUMNS = ("kpi", "value", "change", "whole", "target", "alike", "rank", "chart")


def spine_chart(lines: Sequence[Line], area: Area, desk: Desk) -> html.Section:
    """All KPIs by mission group."""
    site, lang = desk.board.site, desk.lang
    bodies = []
    for group in site.groups.values():
        mine = [one for one in lines if one.kpi.group == group.id]
        if mine:
            head = html.Tr(
                html.Th(group.name.in_(lang), colSpan=len(COLUMNS), scope="colgroup"), className="group"
            )
            bodies.append(html.Tbody([head, *(_row(one, area, desk) for one in mine)]))
    heads = [html.Th(_say(desk, name), scope="col", className=f"is-{name}") for name in COLUMNS]
    return html.Section(
        [
            headed(html.H2(_say(desk, "title")), desk, "profile", xa=area.code),
            _legend(lines, desk),
            html.Table([html.Thead(html.Tr(heads)), *bodies], className="plain-table spine-table"),
            html.P([_say(desk, "note"), " ", _say(desk, "neutral")], className="quiet"),
        ],
        className="profile-spine",
    )


def _say(desk: Desk, key: str, **values: object) -> str:
    return say(f"profile.spine.{key}", desk.lang, **values)


def _legend(lines: Sequence[Line], desk: Desk) -> html.Dl:
    """Every mark of the picture with its meaning."""
    most = max((one.alike_count for one in lines), default=0)
    marks = (
        (html.Span(className="spine-own is-good"), _say(desk, "own")),
        (html.Span(className="spine-before"), _say(desk, "before")),
        (html.Span(className="spine-middle"), _say(desk, "middle")),
        (html.Span(className="spine-quarter"), _say(desk, "quarter")),
        (html.Span(className="spine-range"), _say(desk, "range")),
        (html.Span(className="spine-target"), _say(desk, "target_mark")),
        (html.Span(className="spine-alike"), _say(desk, "alike_mark", n=most)),
    )
    rows = [
        html.Div(
            [html.Dt(html.Span(mark, className="spine-sample"), **{"aria-hidden": "true"}), html.Dd(words)]
        )
        for mark, words in marks
    ]
    return html.Dl(rows, className="spine-legend quiet", **{"aria-label": _say(desk, "legend")})


def _row(one: Line, area: Area, desk: Desk) -> html.Tr:
    kpi, cell, lang = one.kpi, one.cell, desk.lang
    ban = str(desk.board.edition.number) if desk.fixed else None
    period = formats.period(cell.period, lang, short=True)
    shown = formats.quantity(cell.value, kpi.unit.in_(lang), kpi.decimals, lang)
    value: list[Any] = [
        html.A(shown, href=passport_link(desk, kpi.id, cell.period, area.code), className="go passport-link")
    ]
    if cell.state == "value":
        value.append(
            shape(cell.grade) if cell.grade is not Grade.NONE else html.Span(className="shape shape-none")
        )
    elif cell.value is None:
        value = [badge(cell, lang)]
    else:
        value.append(badge(cell, lang))
    place = one.rank is not None and one.field is not None
    return html.Tr(
        [
            html.Th(
                [
                    html.A(kpi.short.in_(lang), href=link(KPIS, kpi=kpi.id, ban=ban), className="go", title=kpi.name.in_(lang)),
                    html.A(period, href=link(MAP, kpi=kpi.id, ky=cell.period, xa=area.code, ban=ban), className="go quiet", title=desk.say("nav.map")),
                ],
                scope="row", className="is-kpi",
            ),
            html.Td(value, className="is-value figures"),
            html.Td(_change(one, desk), className="is-change figures"),
            html.Td(_number(one.whole.value if one.whole else None, one, desk), className="is-whole figures"),
            html.Td(_number(cell.target.target if cell.target else None, one, desk), className="is-target figures"),
            html.Td(_number(one.alike, one, desk), className="is-alike figures"),
            html.Td(_say(desk, "rank_of", rank=one.rank, count=one.field.count if one.field else 0) if place else "–", className="is-rank figures"),
            html.Td(_picture(one, desk), className="is-chart"),
        ],
        **{"data-kpi": kpi.id, "data-quarter": one.quarter or "none"},
    )  # fmt: skip


def _number(value: float | None, one: Line, desk: Desk) -> str:
    return formats.number(value, one.kpi.decimals, desk.lang)


def _change(one: Line, desk: Desk) -> Any:
    """The movement since the period before, in its unit; which period that is stands in the title."""
    before, lang = one.before, desk.lang
    if before is None or before.value is None or one.cell.value is None or one.cell.state != "value":
        return "–"
    kpi = one.kpi
    step = formats.rounded(one.cell.value, kpi.decimals) - formats.rounded(before.value, kpi.decimals)
    was = formats.quantity(before.value, kpi.unit.in_(lang), kpi.decimals, lang)
    words = f"{formats.capital(formats.period(before.period, lang))}: {was}"
    return html.Span(formats.signed(step, "", kpi.decimals, lang), title=words)


def _picture(one: Line, desk: Desk) -> Any:
    found = lay_out(one)
    if found is None:
        return html.Span(_say(desk, "none"), className="quiet")
    grade = one.cell.grade.value
    marks: list[Any] = [
        html.Span(className="spine-range", style=_span(found.start, found.end)),
        html.Span(className="spine-quarter", style=_span(found.first, found.third)),
        html.Span(className="spine-middle", style={"left": "50%"}),
    ]
    for name, at in (
        ("target", found.target),
        ("alike", found.alike),
        ("before", found.before),
        ("own", found.own),
    ):
        if at is not None:
            extra = f" is-{grade}" if name == "own" else ""
            if name in found.beyond:
                extra += " is-beyond is-low" if at < 0.5 else " is-beyond"
            marks.append(html.Span(className=f"spine-{name}{extra}", style={"left": f"{at:.1%}"}))
    quarter = say(f"profile.quarter.{one.quarter or 'none'}", desk.lang)
    return html.Div(
        marks, className=f"spine{' is-neutral' if one.kpi.direction is Direction.NEUTRAL else ''}", role="img",
        **{"aria-label": _say(desk, "aria", quarter=quarter, marks=_spoken(one, found, desk)), "title": quarter},
    )  # fmt: skip


def _span(start: float, end: float) -> dict[str, str]:
    return {"left": f"{start:.1%}", "width": f"{max(end - start, 0):.1%}"}


def _spoken(one: Line, found: Spine, desk: Desk) -> str:
    target = one.cell.target.target if one.cell.target else None
    values = {
        "value": one.cell.value, "whole": one.whole.value if one.whole else None, "target": target, "alike": one.alike,
    }  # fmt: skip
    said = [
        f"{_say(desk, name)} {_number(value, one, desk)}"
        for name, value in values.items()
        if value is not None
    ]
    if found.beyond:
        said.append(_say(desk, "beyond"))
    return ", ".join(said)


def counted(lines: Sequence[Line]) -> dict[str, int]:
    """How many lines have a figure, how they are graded, and how many lie in the best and worst quarter."""
    graded = [one.cell.grade for one in lines if one.cell.state == "value"]
    quarters = [one.quarter for one in lines]
    return {
        "n": len(graded),
        **{grade.value: graded.count(grade) for grade in (Grade.GOOD, Grade.WATCH, Grade.BAD)},
        "best": quarters.count(Quarter.BEST),
        "worst": quarters.count(Quarter.WORST),
    }
