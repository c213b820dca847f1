"""What an edition changed, as a table: every figure that differs from the edition before, with both values.

Owns its columns and which changes tell something; sums and running totals would say the same again.
"""

from __future__ import annotations

from ioc import formats
from ioc.changes import CHANGES_READ, Change
from ioc.exports.dataset import Form, Value
from ioc.exports.listed import Listing, columns
from ioc.exports.subjects import View
from ioc.jobs.kinds import JobError
from ioc.wording import say


def telling(change: Change) -> bool:
    """Periods of real areas."""
    return "+" not in change.area and not change.period.endswith(".ytd")


def changes(view: View) -> Listing:
    """The newest periods first, the root before its communes."""
    board, lang = view.board, view.lang
    found = [one for one in board.changes(view.scope, CHANGES_READ) if telling(one)] if board.previous else []
    if not found:
        raise JobError("exports.refused.empty")
    heads = columns(
        lang, kpi=Form.CODE, kpi_name=Form.TEXT, code=Form.CODE, area=Form.TEXT, period=Form.CODE, figure_before=2, figure_now=2,
        measured_in=Form.TEXT,
    )  # fmt: skip
    rows: list[tuple[Value, ...]] = []
    for one in found:
        kpi, area = board.site.kpis[one.kpi], board.register.by_id.get(one.area)
        rows.append((
            one.kpi, kpi.name.in_(lang), area.code if area else None, area.name if area else one.area, one.period, one.before,
            one.after, kpi.unit.in_(lang),
        ))  # fmt: skip
    cut = (
        say("exports.changes_cut", lang, n=formats.number(CHANGES_READ, 0, lang)) if board.changes_cut else ""
    )
    return Listing(heads, rows, notes=(cut,) if cut else ())
