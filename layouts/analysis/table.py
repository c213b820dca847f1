"""The table behind a picture: the same readings, as columns of plain numbers with the marks that belong to them.

Owns which columns a view has. Figures are rounded as they are shown; writing and sorting them is the browser's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ioc import formats
from ioc.analysis.query import THROUGH_TIME, Against, Way
from ioc.analysis.result import Column, Reading, Result, Unit
from ioc.wording import say
from layouts.figures.explore.canvas import Look
from layouts.figures.explore.words import heading, unit_of

REASONS = {
    "missing": "m", "no_activity": "z", "impossible": "i", "whole_only": "p", "held": "x", "no_base": "b", "unmergeable": "g",
}  # fmt: skip


def table(result: Result, look: Look) -> dict[str, Any]:
    """Rows and columns: ``rows`` give the unit and the period of each, columns their values in the same order."""
    time = result.query.view in THROUGH_TIME
    units = [*result.units, *([result.root] if result.root else [])]
    steps = range(len(result.periods))
    rows = [(unit, at) for unit in units for at in steps]
    columns: list[dict[str, Any]] = []
    alone = len(result.columns) == 1
    if alone and not time:
        columns.append(_ranks(result, rows, look))
    for column in result.columns:
        columns.append(_figures(result, column, rows, look))
        if not time:
            columns += _against(result, column, rows, look)
    if alone and result.query.way is Way.VALUE:
        columns += [_side(result, rows, look, side) for side in ("numerator", "denominator")]
    return {
        "units": [_name(result, unit, look) for unit in units],
        "codes": [unit.code for unit in units],
        "whole": len(units) - 1 if result.root else -1,
        "periods": list(result.periods),
        "rows": len(rows),
        "steps": len(result.periods),
        "time": time,
        "heads": {"name": look.say("name"), "period": look.say("period")},
        "columns": columns,
    }


def _name(result: Result, unit: Unit, look: Look) -> str:
    if result.root is not None and unit.id == result.root.id:
        return look.say("head.whole_name", name=unit.name)
    return unit.name or look.say("merged", n=formats.number(len(result.chosen), 0, look.lang))


def _column(
    id: str, title: str, unit: str, decimals: int, values: Sequence[float | None], **more: Any
) -> dict[str, Any]:
    shown = [None if value is None else formats.rounded(value, decimals) for value in values]
    plain = [
        int(value) if value is not None and value.is_integer() and abs(value) < 1e15 else value
        for value in shown
    ]
    return {"id": id, "title": title, "unit": unit, "decimals": decimals, "values": plain, **more}


def mark(reading: Reading) -> str:
    """The letters of what must be known beside a figure; of one without a value its reason."""
    found = REASONS.get(reading.state, "")
    if reading.value is not None:
        found += "t" * reading.provisional + "u" * reading.estimated + "s" * reading.small
    return found


def _figures(result: Result, column: Column, rows: Sequence[tuple[Unit, int]], look: Look) -> dict[str, Any]:
    readings = [column.rows[unit.id][at] for unit, at in rows]
    marks = {str(row): letters for row, one in enumerate(readings) if (letters := mark(one))}
    signed = result.query.way not in (Way.VALUE, Way.INDEX)
    return _column(
        column.kpi.id, heading(result, column.kpi, look), unit_of(result, column.kpi, look.lang), result.decimals(column.kpi),
        [one.value for one in readings], marks=marks, kpi=column.kpi.id, signed=signed,
    )  # fmt: skip


def _ranks(result: Result, rows: Sequence[tuple[Unit, int]], look: Look) -> dict[str, Any]:
    """Ranks as the board gives them: by the figure as shown, equals share the better one; small samples have none."""
    column = result.columns[0]
    keyed = [
        (unit.id, formats.rounded(column.last(unit.id).value or 0.0, result.decimals(column.kpi)))
        for unit in result.ranked(column)
        if not column.last(unit.id).small and column.last(unit.id).state == "value"
    ]
    ranks: dict[str, float] = {}
    before, rank = None, 0
    for at, (unit, value) in enumerate(keyed):
        rank = rank if value == before else at + 1
        ranks[unit], before = float(rank), value
    return _column("hang", look.say("head.rank"), "", 0, [ranks.get(unit.id) for unit, _ in rows])


def _against(
    result: Result, column: Column, rows: Sequence[tuple[Unit, int]], look: Look
) -> list[dict[str, Any]]:
    """What the figures are held against, when the question asks: the period before, the target."""
    if result.query.way is not Way.VALUE:
        return []
    found: list[dict[str, Any]] = []
    kpi, several = column.kpi, len(result.columns) > 1
    unit, places = kpi.unit.in_(look.lang), kpi.decimals
    tail = f" – {kpi.short.in_(look.lang)}" if several else ""

    def difference(unit_: Unit, other: Callable[[Unit], float | None]) -> float | None:
        now, then = column.last(unit_.id).value, other(unit_)
        return (
            None
            if now is None or then is None
            else formats.rounded(now, places) - formats.rounded(then, places)
        )

    def old(one: Unit) -> float | None:
        return column.before[one.id].value if one.id in column.before else None

    def goal(one: Unit) -> float | None:
        cell = column.last(one.id).cell
        return cell.target.target if cell and cell.target else None

    step = say("formats.points", look.lang) if unit == "%" else unit
    if Against.BEFORE in result.query.against:
        when = f" ({formats.period(column.compared, look.lang, short=True)})" if column.compared else ""
        found.append(
            _column(
                f"{kpi.id}.truoc",
                look.say("head.before") + when + tail,
                unit,
                places,
                [old(one) for one, _ in rows],
            )
        )
        found.append(
            _column(
                f"{kpi.id}.thay-doi".replace("-", "_"),
                look.say("head.step") + tail,
                step,
                places,
                [difference(one, old) for one, _ in rows],
                signed=True,
            )
        )
    if Against.TARGET in result.query.against:
        found.append(
            _column(
                f"{kpi.id}.chi_tieu",
                look.say("head.target") + tail,
                unit,
                places,
                [goal(one) for one, _ in rows],
            )
        )
        found.append(
            _column(
                f"{kpi.id}.cach",
                look.say("head.gap") + tail,
                step,
                places,
                [difference(one, goal) for one, _ in rows],
                signed=True,
            )
        )
    return found


def _side(result: Result, rows: Sequence[tuple[Unit, int]], look: Look, side: str) -> dict[str, Any]:
    column = result.columns[0]
    cells = [column.rows[unit.id][at].cell for unit, at in rows]
    values = [None if cell is None else getattr(cell, side) for cell in cells]
    whole = all(value is None or float(value).is_integer() for value in values)
    return _column(side, look.say(f"head.{side}"), "", 0 if whole else 1, values)
