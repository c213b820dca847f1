"""Rows: the cells of one KPI and period by area, read from a board once and kept while somebody goes back and forth.

Owns a bounded memory that belongs to one board and is shared by everybody who asks it; the scope is part of the key.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

from ioc.access import Scope
from ioc.board import Board
from ioc.cells import Cell
from ioc.unknown import UnknownError

MOST_CELLS = 80_000


class Rows:
    """Kept rows of one board, the latest asked for. Safe to share between threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str, str], dict[str, Cell]] = OrderedDict()
        self._cells = 0
        self._lock = threading.Lock()

    @staticmethod
    def of(board: Board) -> Rows:
        """Those of a board."""
        return board.document(("analysis_rows",), Rows)

    def row(self, board: Board, kpi: str, period: str, scope: Scope) -> dict[str, Cell]:
        """Cells of the communes in scope and of the root; nothing for a period there is none of. Not to be changed."""
        key = (kpi, period, scope.key)
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        found = _read(board, kpi, period, scope)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = found
                self._cells += len(found)
            while self._cells > MOST_CELLS and len(self._kept) > 1:
                self._cells -= len(self._kept.popitem(last=False)[1])
        return found


def _read(board: Board, kpi: str, period: str, scope: Scope) -> dict[str, Cell]:
    try:
        found = {cell.area: cell for cell in board.row(kpi, period, scope)}
        if scope.allows(area=board.root.id):
            found[board.root.id] = board.total(kpi, period, scope)
    except UnknownError:
        return {}
    return found
