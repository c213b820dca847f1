"""Tables of a commune's profile: its KPIs against everything they are compared with, its kin, its former units, its record.

Owns their columns; the comparison is `ioc.profile`'s, likeness `ioc.peers`'s.
"""

from __future__ import annotations

from ioc import formats
from ioc.areas import Area, LinkKind
from ioc.catalogue import Grade
from ioc.exports.dataset import Column, Dataset, Form, Value
from ioc.exports.listed import Listing, columns, commune
from ioc.exports.pictures import Chart
from ioc.exports.subjects import View
from ioc.jobs.kinds import JobError
from ioc.peers import likeness, peers
from ioc.profile import profile
from ioc.wording import say
from layouts.figures.spines import spines
from layouts.tables.quality import criteria, reported, scored
from layouts.theme import palette


def _commune(view: View) -> Area:
    found = commune(view)
    if found is None:
        raise JobError("exports.refused.unknown")
    return found


def lines(view: View) -> Listing:
    """Every KPI of the commune at its own newest period."""
    area, lang, site = _commune(view), view.lang, view.board.site
    heads = columns(
        lang, kpi=Form.CODE, kpi_name=Form.TEXT, group=Form.TEXT, period=Form.CODE, own_value=2, measured_in=Form.TEXT,
        before=2, before_period=Form.CODE, whole_value=2, target=2, alike=2, alike_count=0, rank=0, ranked=0,
        quarter=Form.TEXT, standing=Form.TEXT, state=Form.TEXT,
    )  # fmt: skip
    rows: list[tuple[Value, ...]] = []
    for one in profile(view.board, area.id, view.scope):
        cell, kpi = one.cell, one.kpi
        rows.append((
            kpi.id, kpi.name.in_(lang), site.groups[kpi.group].name.in_(lang), cell.period, cell.value, kpi.unit.in_(lang),
            one.before.value if one.before else None, one.before.period if one.before else None,
            one.whole.value if one.whole else None, cell.target.target if cell.target else None, one.alike, one.alike_count,
            one.rank, one.field.count if one.field else None,
            say(f"profile.quarter.{one.quarter}", lang) if one.quarter else None,
            say(f"grades.{cell.grade.value}", lang) if cell.grade is not Grade.NONE else None, say(f"states.{cell.state}", lang),
        ))  # fmt: skip
    paper = (
        "kpi_name",
        "own_value",
        "measured_in",
        "before",
        "whole_value",
        "target",
        "alike",
        "rank",
        "standing",
    )
    return Listing(heads, rows, area=area, paper=paper)


def spine_chart(view: View, dataset: Dataset) -> Chart:
    """The spine chart of the page."""
    area, site = _commune(view), view.board.site
    known = profile(view.board, area.id, view.scope)
    groups = [
        (group.name.in_(view.lang), [one for one in known if one.kpi.group == group.id])
        for group in site.groups.values()
    ]
    return Chart(spines(groups, palette("day"), view.lang))


def alike(view: View) -> Listing:
    """The commune and those most like it, trait by trait."""
    area, lang = _commune(view), view.lang
    known = likeness(view.board, view.scope)
    traits = [
        Column(f"trait_{at}", trait.name.in_(lang), Form.NUMBER, trait.unit.in_(lang) if trait.unit else "", trait.decimals)
        for at, trait in enumerate(known.traits)
    ]  # fmt: skip
    heads = [*columns(lang, code=Form.CODE, commune=Form.TEXT), *traits, *columns(lang, distance=2)]
    found = [(area, None), *((one.area, one.distance) for one in peers(view.board, area.id, view.scope))]
    rows: list[tuple[Value, ...]] = [
        (one.code, one.name, *(value for _, value, _ in known.facts(one.id)), distance)
        for one, distance in found
    ]
    return Listing(heads, rows, area=area, areas=[one.code for one, _ in found])


def former(view: View) -> Listing:
    """The units of before the reform that went into the commune."""
    area, lang, register = _commune(view), view.lang, view.board.register
    ways = {LinkKind.SPLIT: "split", LinkKind.SAME: "kept"}
    rows: list[tuple[Value, ...]] = [
        (old.code, old.name, say(f"exports.former.{ways.get(one.kind, 'merge')}", lang))
        for one in register.links
        if one.new == area.id
        and (old := register.by_id.get(one.old)) is not None
        and old.valid_to is not None
    ]
    rows.sort(key=lambda row: formats.sort_key(str(row[1])))
    return Listing(columns(lang, code=Form.CODE, former_unit=Form.TEXT, how=Form.TEXT), rows, area=area)


def record(view: View) -> Listing:
    """Source by source, the quality of the commune's own figures."""
    area, lang, at = _commune(view), view.lang, view.board.edition.published_at
    heads = [*columns(lang, source=Form.TEXT), *criteria(lang)]
    rows: list[tuple[Value, ...]] = [
        (one.spec.name.in_(lang), *scored(one.score(at, None, area.id))) for one in reported(view).values()
    ]
    return Listing(heads, rows, area=area)
