"""The reckoning: all findings of one edition, and the chore that sees to it that the newest edition has them.

Owns what is tested and what may be taken over from the sheet before. The chore starts a process of its own, for PySAL is
large and slow to load; a web worker never comes here.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from pathlib import Path

import numpy as np

from ioc.access import OPEN
from ioc.board import Board
from ioc.bookshelf import Bookshelf
from ioc.child import Limits, run_child
from ioc.clusters import sheet as sheets
from ioc.clusters.contiguity import neighbours
from ioc.clusters.moran import ALPHA, FEWEST, PERMUTATIONS, SEED, clusters
from ioc.clusters.sheet import Findings, Sheet
from ioc.clusters.shifts import shifts
from ioc.drawings import Drawing, DrawingError
from ioc.office import Office
from ioc.profile import figures

log = logging.getLogger(__name__)
SECONDS = 300.0
"""How often the chore looks whether the newest edition has its sheet."""
LIMIT_SECONDS = 1800


def reckon(office: Office) -> Sheet | None:
    """Reckon the newest edition and keep its sheet; None while there is no edition or no drawing."""
    data = office.settings.data
    board = Bookshelf(office.warehouse, office.site, office.register).latest()
    try:
        drawing = Drawing.load(data)
    except (FileNotFoundError, DrawingError):
        return None
    if board.empty:
        return None
    sha = drawing.sha("screen")
    beside = neighbours((data / "geo" / f"{sha}.svg").read_text(encoding="utf-8"))
    before = sheets.newest(data, board.edition.number)
    kpis = {
        kpi.id: _findings(board, kpi.id, beside, before.kpis.get(kpi.id) if before else None)
        for kpi in board.site.kpis.values()
        if kpi.level == "commune"
    }
    made = Sheet(board.edition.number, sha, drawing.is_schematic, kpis)
    sheets.write(made, data)
    return made


def _findings(
    board: Board, kpi: str, beside: dict[str, tuple[str, ...]], before: Findings | None
) -> Findings:
    period = board.latest_period(kpi)
    shown = figures(board, kpi, period, OPEN)
    values = {area.code: float(value) for area, value in zip(board.communes, shown, strict=True)}
    known = {code for code, value in values.items() if not np.isnan(value)}
    tested = sum(any(one in known for one in beside.get(code, ())) for code in known)
    key = _key(period, values, beside)
    found = before.clusters if before and before.key == key else tuple(clusters(values, beside))
    compared, moved = shifts(board, board.site.kpis[kpi], OPEN)
    return Findings(key, period, len(values), tested, found, compared, tuple(moved))


def _key(period: str, values: dict[str, float], beside: dict[str, tuple[str, ...]]) -> str:
    method = (sheets.FORM, PERMUTATIONS, ALPHA, FEWEST, SEED)
    told = json.dumps([method, period, sorted(values.items()), sorted(beside.items())])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def renew(office: Office) -> None:
    """Reckon in a process of its own when the newest edition has no sheet yet."""
    edition = office.warehouse.latest()
    data = office.settings.data
    if edition is None or sheets.read(data, edition.number) is not None:
        return
    folder = Path(data / "clusters")
    folder.mkdir(parents=True, exist_ok=True)
    limits = Limits(LIMIT_SECONDS, office.settings.memory_mb)
    ending = run_child(
        (*office.command, "clusters", "reckon"), folder, limits, lambda line: None, threading.Event()
    )
    if ending.code != 0:
        log.warning("clusters of edition %s were not reckoned: %s", edition.number, ending)
