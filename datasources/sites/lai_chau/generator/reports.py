"""Errors that monthly reports share: wrong places, doubled reports, reports sent again.

Owns what is done to rows of reports, whatever they report. Which rows is decided by `slips`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from datasources.sites.lai_chau.generator.facts import communes
from datasources.sites.lai_chau.generator.months import old_units, sent_earlier
from datasources.sites.lai_chau.generator.slips import UNKNOWN_UNITS, Mask, Slips
from ioc.runs import RowReason

Row = dict[str, Any]
"""One report; besides its columns it carries _month (date) and _commune (index)."""


def columns(rows: list[Row]) -> dict[str, list[Any]]:
    """The rows as columns with a running id, without the generator's own entries."""
    names = [name for name in rows[0] if not name.startswith("_")]
    return {"id": list(range(1, len(rows) + 1)), **{name: [row[name] for row in rows] for name in names}}


def after_reform(rows: list[Row]) -> Mask:
    """Which rows are of months since the reform."""
    return np.array([not old_units(row["_month"]) for row in rows])


def misplace(slips: Slips, rows: list[Row], *, unknown: int, outdated: int, clashing: int) -> None:
    """Spoil places: codes that never were, units that are gone, old names on codes now of others."""
    anywhere, after = np.ones(len(rows), dtype=bool), after_reform(rows)
    clash = np.array([communes()[row["_commune"]].collision is not None for row in rows])
    gone = np.array([any(not old.inherited for old in communes()[row["_commune"]].old) for row in rows])
    for number, at in enumerate(slips.take(unknown, anywhere, "unknown_code", RowReason.UNKNOWN_CODE)):
        rows[at]["ma_xa"], rows[at]["ten_xa"] = UNKNOWN_UNITS[number % len(UNKNOWN_UNITS)]
    for at in slips.take(outdated, after & gone, "old_unit_after_reform", RowReason.WRONG_VINTAGE):
        old = next(old for old in communes()[rows[at]["_commune"]].old if not old.inherited)
        rows[at]["ma_xa"], rows[at]["ten_xa"] = old.code, old.name
    for at in slips.take(clashing, after & clash, "old_name_on_new_code", RowReason.NAME_MISMATCH):
        collision = communes()[rows[at]["_commune"]].collision
        rows[at]["ten_xa"] = collision.name if collision else rows[at]["ten_xa"]


def double(slips: Slips, rows: list[Row], *, exact: int, again: int, sent: str, changed: str) -> None:
    """Append exact copies, and earlier versions (column `sent` earlier, `changed` smaller) of some rows."""
    anywhere = np.ones(len(rows), dtype=bool)
    copies = [dict(rows[at]) for at in slips.take(exact, anywhere, "duplicate_exact", RowReason.DUPLICATE)]
    for at in slips.take(again, anywhere, "duplicate_resubmitted", RowReason.DUPLICATE):
        copies.append(
            {**rows[at], sent: sent_earlier(rows[at][sent]), changed: max(0, int(rows[at][changed]) - 1)}
        )
    rows += copies
