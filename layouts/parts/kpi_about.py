"""What a KPI is: definition and targets, for its own page.

Owns the order and the words; what they say is the catalogue's.
"""

from __future__ import annotations

from dash import html

from ioc import formats
from ioc.catalogue import Kpi, Target
from ioc.wording import say
from layouts.desk import Desk


def _say(desk: Desk, key: str, **values: object) -> str:
    return say(f"kpis.{key}", desk.lang, **values)


def definition(one: Kpi, desk: Desk) -> html.Section:
    """Formula, roll-up, basis, owner, source and legal basis."""
    site, lang = desk.board.site, desk.lang
    owner, source = site.departments.get(one.owner), site.sources.get(one.source)
    rows = [
        ("formula", one.formula.in_(lang)),
        ("roll_up", say(f"passport.roll_up.{one.aggregation}", lang)),
        ("measure", say(f"passport.measure.{one.measure}", lang)),
        ("basis", say(f"passport.basis.{one.basis}", lang)),
        ("owner", owner.name.in_(lang) if owner else one.owner),
        ("source", source.name.in_(lang) if source else one.source),
        ("legal", one.legal_basis),
    ]
    facts = [html.Div([html.Dt(say(f"passport.label.{name}", lang)), html.Dd(text)]) for name, text in rows]
    register = (("indicator", one.indicator), ("cycle", one.cycle))
    facts += [
        html.Div([html.Dt(_say(desk, name)), html.Dd(_say(desk, f"{name}s.{value}"))])
        for name, value in register
        if value is not None
    ]
    return html.Section([html.H3(_say(desk, "definition")), html.Dl(facts, className="facts")])


def targets(one: Kpi, desk: Desk) -> html.Section:
    """Every dated target with its decision, and whether somebody has seen that."""
    if not one.target:
        return html.Section(
            [html.H3(_say(desk, "targets")), html.P(_say(desk, "no_targets"), className="quiet")]
        )
    return html.Section(
        [html.H3(_say(desk, "targets")), html.Ul([_target(target, one, desk) for target in one.target], className="targets")]
    )  # fmt: skip


def _target(target: Target, one: Kpi, desk: Desk) -> html.Li:
    lang, unit = desk.lang, one.unit.in_(desk.lang)

    def shown(value: float) -> str:
        return formats.quantity(value, unit, 0 if value == int(value) else one.decimals, lang)

    area = desk.board.by_code.get(target.area or "")
    words = {
        "whom": area.name if area else _say(desk, f"level.{target.level}"),
        "value": shown(target.target),
        "from": formats.day(target.valid_from, lang),
    }
    line = (
        _say(desk, "target_until", **words, to=formats.day(target.valid_to, lang))
        if target.valid_to
        else _say(desk, "target", **words)
    )
    mark = "verified" if target.verified else "unverified"
    limits = _say(desk, "limits", warn=shown(target.warn), alert=shown(target.alert))
    return html.Li(
        [
            html.Strong(line),
            html.Span(limits),
            html.Span(target.decision, className="quiet"),
            html.Span(say(f"passport.value.{mark}", lang), className=f"mark is-{mark}"),
        ]
    )  # fmt: skip
