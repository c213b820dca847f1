"""Life after the anchor: new dossiers come in, open ones move on, as long as the demonstration runs.

Owns the step from one call to the next, kept in the database itself, so that calls may stop for days,
overlap or repeat. Touches dossiers only; villages and reports stay as generated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any

import numpy as np
import sqlalchemy as sa

from datasources.sites.lai_chau.generator import dossiers
from datasources.sites.lai_chau.generator.databases import engine, marked
from datasources.sites.lai_chau.generator.dossiers import NEVER, moments
from datasources.sites.lai_chau.generator.habits import habits
from datasources.sites.lai_chau.generator.mot_cua import TAKEN_UP, Standing, ho_so, present_places, receipts
from datasources.sites.lai_chau.generator.mot_cua_tables import DONE, HO_SO, NEW, WORKING
from datasources.sites.lai_chau.generator.workdays import DAY, expected_share, open_at
from ioc.periods import VIETNAM

_AT_MOST, _BEHIND = 60, 900
"""New dossiers and changes a call; more of them a call while the feeder is half a day or more behind."""
_TRICKLE = tuple(12.0 if 6 <= hour < 23 else 4.0 for hour in range(24))
"""Online dossiers an hour that arrive even when offices are closed: whoever watches sees a refresh."""
_ORDINARY_MONDAY = date(2026, 11, 2)
"""The start of a week without holidays."""
_OPEN = (
    "SELECT id, don_vi_id, thu_tuc_id, trang_thai, ngay_tiep_nhan, ngay_hen_tra "
    "FROM ho_so WHERE trang_thai IN (1, 2) ORDER BY id"
)
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the sources keep province time without an offset


def feed(urls: Mapping[str, str], now: datetime) -> int:
    """Let the one-stop system live until `now` and return how many dossiers were added or changed.

    A naive `now` is province time. Does nothing when the database is missing, not a demonstration, or
    already further than `now`; never changes villages or reports.
    """
    url = urls.get("mot_cua")
    notes = marked(url) if url else {}
    if not url or not notes:
        return 0
    local = now.astimezone(VIETNAM).replace(tzinfo=None) if now.tzinfo else now
    moment = int((local - _EPOCH).total_seconds())
    since = _seconds(notes["nap_den"])
    if moment <= since:
        return 0
    at_most = _AT_MOST if moment - since < DAY // 2 else _BEHIND
    with engine(url).begin() as connection:
        added = _receive(connection, notes, moment, at_most)
        return 0 if added is None else added + _move(connection, int(notes["hat_giong"]), moment, at_most)


def _receive(connection: sa.Connection, notes: Mapping[str, str], moment: int, at_most: int) -> int | None:
    """Insert what arrived since the last call; None when another feeder has taken this step."""
    since = _seconds(notes["nap_den"])
    seed = int(notes["hat_giong"])
    volume = float(notes["khoi_luong"])
    until, expected = since, 0.0
    while until < moment and expected < at_most * 0.6:
        step = min(moment, until - until % 3600 + 3600)
        expected += max(_usual(until, step), _least(until, step)) * volume
        until = step
    if not _claim(connection, notes["nap_den"], until):
        return None
    rng = np.random.default_rng([seed, since, until])
    count = min(int(rng.poisson(expected)), at_most)
    if not count:
        return 0
    received = np.sort(rng.integers(since + 1, until + 1, count)).astype(np.int64)
    level = habits(seed).volume
    unit = rng.choice(len(level), count, p=level / level.sum()).astype(np.int64)
    drawn = dossiers.draw(rng, unit, received, np.full(count, 1.0), seed, _on_paper())
    last = connection.execute(sa.select(sa.func.max(HO_SO.c.id))).scalar() or 0
    ids = np.arange(last + 1, last + 1 + count, dtype=np.int64)
    nothing = np.zeros(count, dtype=np.int64)
    standing = Standing.at(moment, received, np.full(count, NEVER, dtype=np.int64), nothing)
    # whatever the row says, it reaches the system now, and that is what an incremental pull looks at
    standing = replace(standing, updated=np.full(count, moment, dtype=np.int64))
    columns = ho_so(ids, receipts(ids, unit, received), drawn, present_places(unit), standing)
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    names = list(columns)
    statement = f"INSERT INTO ho_so ({', '.join(names)}) VALUES ({', '.join(':' + name for name in names)})"  # noqa: S608
    connection.execute(sa.text(statement), rows)
    return count


def _usual(start: int, end: int) -> float:
    """Dossiers between two instants as history had them."""
    return expected_share(start, end) * dossiers.daily_level(1.0)


def _least(start: int, end: int) -> float:
    """The trickle between two instants of one hour."""
    return _TRICKLE[start % DAY // 3600] * (end - start) / 3600


@cache
def _on_paper() -> float:
    """How much likelier paper is at the counters, so that shares of online dossiers stay those of history.

    The trickle comes when only the portal receives; without this it would lift the running month above
    the months before it, most of all in communes where few apply online.
    """
    ends = np.arange(900, 7 * DAY + 1, 900, dtype=np.int64) + dossiers.seconds(_ORDINARY_MONDAY)
    counters = open_at(ends - 450)
    spans = [(int(end) - 900, int(end)) for end in ends]
    usual = np.array([_usual(*span) for span in spans])
    fed = np.maximum(usual, [_least(*span) for span in spans])
    return float((usual[counters].sum() / usual.sum()) / (fed[counters].sum() / fed.sum()))


def _claim(connection: sa.Connection, before: str, until: int) -> bool:
    done = connection.execute(
        sa.text("UPDATE thong_tin SET gia_tri = :after WHERE khoa = 'nap_den' AND gia_tri = :before"),
        {"after": moments(np.array([until]))[0], "before": before},
    )
    return done.rowcount == 1


def _move(connection: sa.Connection, seed: int, moment: int, at_most: int) -> int:
    """Take up new dossiers and finish those whose time has come, the longest due first."""
    rows = connection.execute(sa.text(_OPEN)).all()
    if not rows:
        return 0
    ids, unit, procedure, state = (
        np.array(values, dtype=np.int64) for values in list(zip(*rows, strict=True))[:4]
    )
    received, due = (np.array([_seconds(row[place]) for row in rows], dtype=np.int64) for place in (4, 5))
    planned = dossiers.finishing(ids, unit - 1, received, due, seed)
    digital = dossiers.electronic_result(ids, unit - 1, procedure - 1, np.ones(len(ids)), seed)
    ready = np.flatnonzero(planned <= moment)
    ready = ready[np.argsort(planned[ready], kind="stable")][:at_most]
    taken = np.flatnonzero((state == NEW) & (received + TAKEN_UP <= moment) & (planned > moment))[:at_most]
    now = moments(np.array([moment]))[0]
    finish = [{"id": int(ids[at]), "state": DONE, "done": moments(planned[at : at + 1])[0], "now": now,
               "digital": int(digital[at])} for at in ready]  # fmt: skip
    begin = [{"id": int(ids[at]), "state": WORKING, "now": now} for at in taken]
    if finish:
        connection.execute(
            sa.text(
                "UPDATE ho_so SET trang_thai = :state, ngay_tra_ket_qua = :done, ket_qua_dien_tu = :digital, "
                "cap_nhat_luc = :now WHERE id = :id"
            ),
            finish,
        )
    if begin:
        connection.execute(
            sa.text("UPDATE ho_so SET trang_thai = :state, cap_nhat_luc = :now WHERE id = :id"), begin
        )
    return len(finish) + len(begin)


def _seconds(value: Any) -> int:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return int((moment - _EPOCH).total_seconds())
