"""Proof: a published number held against a recount of the rows it was made from.

Owns finding those rows again (the run whose contribution an edition shows, its trace, its files) and asking one
question at a time, because a recount reads a whole source. Knows no page.
"""

from __future__ import annotations

import threading

import duckdb

from ioc.access import OPEN, Scope
from ioc.board import Board
from ioc.observations import Status
from ioc.office import Office
from ioc.recount import NotCountedError, Recount, Recounter, Verdict, compare
from ioc.refresh.trace import follow, rules

PATIENCE = 20.0
"""Seconds to wait for another recount of this process."""
_one_at_a_time = threading.Lock()


def prove(office: Office, board: Board, kpi: str, area: str, period: str, scope: Scope = OPEN) -> Recount:
    """Count one cell of an edition again and say whether it agrees; kept with the board once it is known.

    Raises an UnknownError for what the board does not have.
    """
    cell = board.cell(kpi, area, period, scope)
    entry = board.kpi(kpi, scope)
    run = office.warehouse.published_run(entry.source, board.edition.number)
    trace = follow(office.settings.data / "runs" / str(run.id)) if run else None
    if run is None or trace is None:
        return Recount(Verdict.ROWS_GONE, run.id if run else None)
    if trace.rules != rules(office.site, entry.source):
        return Recount(Verdict.CHANGED, run.id)
    if cell.status is Status.HELD:
        return Recount(Verdict.HELD, run.id)
    if cell.status is None or cell.status is Status.ESTIMATED:
        return Recount(Verdict.NOT_COUNTED, run.id)

    def count() -> Recount:
        with Recounter(office.site, board.register, trace, office.settings.data) as recounter:
            counted = recounter.count(entry, area, period)
        same = compare(counted, cell.numerator, cell.denominator, cell.value)
        return Recount(Verdict.AGREES if same else Verdict.DIFFERS, run.id, counted)

    if not _one_at_a_time.acquire(timeout=PATIENCE):
        return Recount(Verdict.BUSY, run.id)
    try:
        return board.document(("recount", kpi, area, period, run.id), count)
    except NotCountedError:
        return Recount(Verdict.NOT_COUNTED, run.id)
    except (OSError, duckdb.IOException):
        return Recount(Verdict.ROWS_GONE, run.id)
    finally:
        _one_at_a_time.release()
