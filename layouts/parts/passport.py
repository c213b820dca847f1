"""The passport on a page: a number and, section by section, everything behind it.

Owns the order of the sections and their words; what they say comes from `ioc.passport` and `ioc.proof`.
"""

from __future__ import annotations

from typing import Any

from dash import html

from ioc import formats
from ioc.catalogue import Aggregation, Grade
from ioc.passport import Number, Part, Passport, Pull, Revision
from ioc.periods import Period
from ioc.recount import Recount, Verdict
from ioc.wording import say
from layouts.address import KPIS, MAP, PASSPORT, link
from layouts.desk import Desk
from layouts.parts.export import export_menu
from layouts.parts.grade import shape

REVISIONS = 6
"""Corrections shown at once; older ones unfold."""


class Speaker:
    """Says things of one passport in the visitor's language."""

    def __init__(self, found: Passport, desk: Desk):
        self.found, self.lang = found, desk.lang
        self.fixed = str(desk.board.edition.number) if desk.fixed else None

    def say(self, key: str, **values: object) -> str:
        """Words of the room ``passport``."""
        return say(f"passport.{key}", self.lang, **values)

    def value(self, value: float | None) -> str:
        """A value in the KPI's unit."""
        definition = self.found.definition
        return formats.quantity(value, definition.unit, definition.decimals, self.lang)

    def limit(self, value: float) -> str:
        """A target or limit: without decimals where it has none."""
        unit, decimals = self.found.definition.unit, self.found.definition.decimals
        return formats.quantity(value, unit, 0 if float(value).is_integer() else decimals, self.lang)

    def count(self, value: float | None) -> str:
        """A numerator, a denominator or a number of rows."""
        whole = value is None or float(value).is_integer()
        return formats.number(value, 0 if whole else 2, self.lang)

    def state(self, number: Number) -> str:
        """The status of a number, or that nothing was reported."""
        key = f"states.status.{number.status}" if number.status else "states.missing"
        return formats.capital(say(key, self.lang))


def passport(found: Passport, desk: Desk) -> list[Any]:
    """The whole passport."""
    speak = Speaker(found, desk)
    left = [_number(speak), _history(speak, desk), _children(speak, desk), _recount(speak)]
    right = [_definition(speak), _origin(speak), _run(speak), _crosswalk(speak, desk), _checks(speak)]
    return [
        html.Header(
            [
                html.Div(
                    [
                        html.H2(found.definition.name),
                        html.P(
                            f"{found.area_name}, {formats.period(found.period, speak.lang)}",
                            className="passport-of",
                        ),
                    ]
                ),
                _ways(speak, desk),
            ],
            className="passport-head",
        ),
        html.Div(
            [
                html.Div([part for part in left if part is not None], className="passport-side"),
                html.Div([part for part in right if part is not None], className="passport-side"),
            ],
            className="passport-body",
        ),
    ]


def _ways(speak: Speaker, desk: Desk) -> html.P:
    """Where to go from here; the permanent link names the edition, so that it never shows another number."""
    found, kpi = speak.found, speak.found.definition.id
    whole = found.area_code == desk.board.root.code
    code = None if whole else found.area_code
    commune = code if code and "+" not in code else None
    fixed = link(PASSPORT, kpi=kpi, ky=found.period, xa=code, ban=str(found.edition.number))
    return html.P(
        [
            html.A(desk.say("nav.map"), href=link(MAP, kpi=kpi, ky=found.period, xa=commune, ban=speak.fixed), className="go button is-quiet"),
            html.A(desk.say("nav.kpis"), href=link(KPIS, kpi=kpi, ky=found.period, ban=speak.fixed), className="go button is-quiet"),
            export_menu(desk, "passport", state=_options(found)),
            html.A(speak.say("fixed_link"), href=fixed, className="button is-quiet", title=speak.say("copy")),
        ],
        className="choices",
    )  # fmt: skip


def _options(found: Passport) -> dict[str, str | None]:
    return {"kpi": found.definition.id, "xa": found.area_code, "ky": found.period}


def _export(speak: Speaker, desk: Desk, subject: str) -> html.Div:
    """The menu of a section's table, at the end of a line of its own."""
    menu = export_menu(desk, subject, state=_options(speak.found))
    return html.Div(menu, className="has-export is-end")


def _section(speak: Speaker, name: str, content: list[Any]) -> html.Section:
    return html.Section(
        [html.H3(speak.say(f"section.{name}")), *content], className=f"passport-part is-{name}"
    )


def _rows(speak: Speaker, rows: list[tuple[str, Any]]) -> html.Dl:
    return html.Dl(
        [html.Div([html.Dt(speak.say(f"label.{name}")), html.Dd(text)]) for name, text in rows],
        className="facts",
    )


def _number(speak: Speaker) -> html.Section:
    found, number, lang = speak.found, speak.found.number, speak.lang
    grade = Grade(number.grade)
    rows: list[tuple[str, Any]] = [
        ("numerator", speak.count(number.numerator)), ("denominator", speak.count(number.denominator)),
        ("status", speak.state(number)),
    ]  # fmt: skip
    if found.definition.denominator is None:
        del rows[1]
    if number.expected:
        rows.append(
            ("coverage", speak.say("value.coverage", reporting=number.reporting, expected=number.expected))
        )
    rows.append(("target", _goal(speak)))
    at = formats.instant(found.edition.published_at, lang)
    rows.append(("edition", speak.say("value.edition", n=speak.count(found.edition.number), at=at)))
    if found.age_s is not None:
        rows.append(("age", formats.age(found.age_s, lang)))
    shown: list[Any] = [
        html.Span(formats.number(number.value, found.definition.decimals, lang), className="tile-figure")
    ]
    if number.value is not None:
        shown.append(html.Span(found.definition.unit, className="tile-unit"))
    if grade is not Grade.NONE:
        words = formats.capital(say(f"grades.{grade}", lang))
        shown.append(html.Span([shape(grade), html.Span(words)], className=f"grade is-{grade}"))
    return _section(speak, "number", [html.P(shown, className="tile-value"), _rows(speak, rows)])


def _goal(speak: Speaker) -> Any:
    goal = speak.found.goal
    if goal is None:
        return speak.say("value.no_target")
    limits = {name: speak.limit(getattr(goal, name)) for name in ("warn", "alert")}
    mark = "verified" if goal.verified else "unverified"
    return [
        html.Span(speak.say("value.target", value=speak.limit(goal.target), **limits)),
        html.Span(speak.say("value.decision", decision=goal.decision), className="quiet"),
        html.Span(speak.say(f"value.{mark}"), className=f"mark is-{mark}"),
    ]


def _history(speak: Speaker, desk: Desk) -> html.Section:
    """Every version of the cell: what it said before and after, and when."""
    found = speak.found
    if len(found.revisions) < 2:
        return _section(speak, "history", [html.P(speak.say("history.none"), className="quiet")])
    lines: list[Any] = []
    before: Revision | None = None
    for one in found.revisions:
        lines.append(_revision(speak, one, before))
        before = one
    if before is not None and before.until is not None:  # the newest version ended and nothing took its place
        lines.append(html.Li(speak.say("history.removed", n=speak.count(before.until))))
    newest = lines[::-1]
    shown: list[Any] = [html.Ol(newest[:REVISIONS], className="revisions")]
    if len(newest) > REVISIONS:
        words = speak.say("history.show", n=len(newest) - REVISIONS)
        shown.append(html.Details([html.Summary(words), html.Ol(newest[REVISIONS:], className="revisions")]))
    if Period.parse(found.period).is_open(found.edition.published_at):
        shown.append(html.P(speak.say("history.open_note"), className="quiet"))
    shown.insert(0, _export(speak, desk, "passport-versions"))
    return _section(speak, "history", shown)


def _revision(speak: Speaker, one: Revision, before: Revision | None) -> html.Li:
    found = speak.found
    at = formats.instant(one.published_at, speak.lang)
    words = {"n": speak.count(one.edition), "at": at, "after": _said(speak, one)}
    if before is None:
        text = speak.say("history.first", **words)
    else:
        key = "history.late" if one.late else "history.changed"
        text = speak.say(key, **words, before=_said(speak, before))
    if one.edition == found.since:
        return html.Li(html.Strong(text))
    href = link(PASSPORT, kpi=found.definition.id, ky=found.period, xa=found.area_code, ban=str(one.edition))
    return html.Li(html.A(text, href=href))


def _said(speak: Speaker, one: Revision) -> str:
    """A version's value with the fraction behind it; its status where it has no value."""
    if one.value is None:
        return say(f"states.status.{one.status}", speak.lang)
    if one.denominator is None:
        return speak.value(one.value)
    return f"{speak.value(one.value)} ({speak.count(one.numerator)}/{speak.count(one.denominator)})"


def _children(speak: Speaker, desk: Desk) -> html.Section | None:
    found = speak.found
    if not found.parts:
        return None
    sums = [
        sum(value for part in found.parts if (value := getattr(part.number, side)) is not None)
        for side in ("numerator", "denominator")
    ]
    n = len(found.parts)
    if found.definition.roll_up in (Aggregation.MAX, Aggregation.MIN):
        lead = speak.say("children.lead_extreme", n=n)
    elif found.definition.denominator is None:
        lead = speak.say("children.lead_plain", n=n, numerator=speak.count(sums[0]))
    else:
        lead = speak.say(
            "children.lead", n=n, numerator=speak.count(sums[0]), denominator=speak.count(sums[1])
        )
    heads = ["commune", "value", "numerator", "denominator"]
    table = html.Table(
        [
            html.Thead(html.Tr([html.Th(speak.say(f"label.{name}"), scope="col") for name in heads])),
            html.Tbody([_child(speak, part) for part in found.parts]),
        ],
        className="plain-table",
    )
    return _section(
        speak,
        "children",
        [
            html.P(lead),
            _export(speak, desk, "passport-parts"),
            html.Details([html.Summary(speak.say("children.show", n=n)), table]),
        ],
    )


def _child(speak: Speaker, part: Part) -> html.Tr:
    href = link(PASSPORT, kpi=speak.found.definition.id, ky=speak.found.period, xa=part.code, ban=speak.fixed)
    shown = speak.value(part.number.value) if part.number.state == "value" else speak.state(part.number)
    counts = (speak.count(part.number.numerator), speak.count(part.number.denominator))
    return html.Tr(
        [html.Th(html.A(part.name, href=href, className="go"), scope="row"), *(html.Td(cell) for cell in (shown, *counts))]
    )  # fmt: skip


def _recount(speak: Speaker) -> html.Section:
    return _section(
        speak,
        "recount",
        [
            html.P(speak.say("recount.lead"), className="quiet"),
            html.Button(
                speak.say("recount.button"), id="recount-ask", className="button is-quiet", type="button"
            ),
            html.Div(id="recount", className="recount", role="status", **{"aria-live": "polite"}),
        ],
    )


def recounted(found: Passport, recount: Recount, desk: Desk) -> html.P:
    """The finding of a recount in a sentence."""
    speak, counted = Speaker(found, desk), recount.counted
    if counted is None:
        return html.P(speak.say(f"recount.{recount.verdict}"))
    fraction = speak.count(counted.numerator)
    if found.definition.denominator is not None:
        fraction += f"/{speak.count(counted.denominator)}"
    words = {"rows": speak.count(counted.rows), "value": speak.value(counted.value), "fraction": fraction}
    if recount.verdict is Verdict.DIFFERS:
        words["published"] = speak.value(found.number.value)
    return html.P(speak.say(f"recount.{recount.verdict}", **words), className=f"verdict is-{recount.verdict}")


def _definition(speak: Speaker) -> html.Section:
    one = speak.found.definition
    rows: list[tuple[str, Any]] = [
        ("formula", one.formula),
        ("numerator_rule", html.Code(one.numerator)),
        ("denominator_rule", html.Code(one.denominator) if one.denominator else speak.say("none")),
        ("roll_up", _named(speak, "roll_up", one.roll_up)),
        ("measure", _named(speak, "measure", one.measure)),
        ("basis", _named(speak, "basis", one.basis)),
        ("owner", one.owner),
        ("legal", one.legal_basis),
    ]
    return _section(speak, "definition", [_rows(speak, rows)])


def _named(speak: Speaker, room: str, code: str) -> str:
    return speak.say(f"{room}.{code}")


def _origin(speak: Speaker) -> html.Section:
    one = speak.found.origin
    query = html.Details([html.Summary(speak.say("label.query")), html.Pre(html.Code(one.query))])
    rows: list[tuple[str, Any]] = [("source", one.name), ("system", one.system), ("source_owner", one.owner)]
    return _section(speak, "origin", [_rows(speak, rows), query])


def _run(speak: Speaker) -> html.Section | None:
    """The run that brought this very version, and the newest one that left it unchanged."""
    found, lang = speak.found, speak.lang
    pull = found.brought or found.confirmed
    if pull is None:
        return None
    rows: list[tuple[str, Any]] = [("run", speak.say("value.run", run=pull.run))]
    rows.append(("started", formats.instant(pull.started_at, lang)))
    if pull.full is not None:
        way = speak.say("value.run_full" if pull.full else "value.run_part")
        rows[-1] = ("started", f"{rows[-1][1]}, {way}")
    if pull.as_of is not None:
        rows.append(("as_of", formats.instant(pull.as_of, lang)))
    rows.append(("rows", _tally(speak, pull)))
    if found.confirmed is not None and found.confirmed.run != pull.run and found.confirmed.finished_at:
        at = formats.instant(found.confirmed.finished_at, lang)
        rows.append(("confirmed", speak.say("value.confirmed", run=found.confirmed.run, at=at)))
    reasons = [_reason(speak, *reason) for reason in pull.findings if reason[0] != "noted"]
    shown: list[Any] = [_rows(speak, rows)]
    shown.append(
        html.Ul(reasons, className="reasons") if reasons else html.P(speak.say("value.all_rows_used"))
    )
    return _section(speak, "run", shown)


def _tally(speak: Speaker, pull: Pull) -> str:
    parts = {name: speak.count(getattr(pull, name)) for name in ("staged", "used", "parked", "rejected")}
    return speak.say("value.rows", **parts)


def _reason(speak: Speaker, disposition: str, code: str, column: str | None, rows: int) -> html.Li:
    words = {
        "disposition": formats.capital(say(f"runs.disposition.{disposition}", speak.lang)),
        "reason": say(f"runs.row.{code}", speak.lang),
        "rows": speak.count(rows),
    }
    if column is None:
        return html.Li(speak.say("value.reason", **words))
    return html.Li(speak.say("value.reason_column", **words, column=column))


def _crosswalk(speak: Speaker, desk: Desk) -> html.Section:
    found = speak.found
    if found.predecessors:
        units = ", ".join(found.predecessors)
    elif found.area.partition("+")[0] == desk.board.root.id:
        units = speak.say("value.province_units", n=speak.count(len(desk.board.communes)))
    else:
        units = speak.say("value.unchanged_unit")
    vintage = speak.say(f"vintage.{found.origin.vintage}", column=found.origin.date or "")
    return _section(speak, "crosswalk", [_rows(speak, [("vintage", vintage), ("predecessors", units)])])


def _checks(speak: Speaker) -> html.Section | None:
    if not speak.found.checks:
        return None
    lines = []
    for check in speak.found.checks:
        given = {name: _given(speak, name, value) for name, value in check.given}
        mark = "passed" if check.passed else "failed"
        lines.append(
            html.Li(
                [
                    html.Span(formats.capital(speak.say(f"check.{mark}")), className=f"mark is-{mark}"),
                    html.Span(speak.say(f"check.{check.words}", **given)),
                ]
            )
        )
    return _section(speak, "checks", [html.Ul(lines, className="checks")])


def _given(speak: Speaker, name: str, value: Any) -> str:
    if name == "tolerance":
        return formats.percent(100 * float(value), 1, speak.lang)
    return value if isinstance(value, str) else speak.count(value)
