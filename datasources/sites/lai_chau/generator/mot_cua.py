"""The one-stop system's 24 months of dossiers, row by row, with their errors.

Owns how history is put into the rows of ``ho_so`` and what goes wrong in it. How a dossier comes about is
`dossiers`, the tables are `mot_cua_tables`, what happens after the anchor is `feeder`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from datasources.sites.lai_chau.generator import dossiers
from datasources.sites.lai_chau.generator.databases import Columns
from datasources.sites.lai_chau.generator.dossiers import NEVER, Dossiers, moments, seconds
from datasources.sites.lai_chau.generator.facts import communes
from datasources.sites.lai_chau.generator.mot_cua_tables import (
    DONE,
    HO_SO,
    NEW,
    OLD_PLACES,
    PROVINCE_PLACE,
    REPLACED,
    UNKNOWN_PLACES,
    WORKING,
    lookups,
    old_places,
)
from datasources.sites.lai_chau.generator.slips import UNKNOWN_UNITS, Slips
from datasources.sites.lai_chau.generator.workdays import DAY
from ioc.areas import REFORM
from ioc.runs import RowReason

Ints = npt.NDArray[np.int64]
TAKEN_UP = 2 * 3600
"""Seconds from reception until somebody works on a dossier."""
_ERRORS = {
    "unknown_code": 36,
    "old_unit": 48,
    "old_name": 40,
    "new_name": 20,
    "late": 600,
    "copied": 120,
    "again": 240,
}


@dataclass(frozen=True)
class Standing:
    """Where dossiers stand at one instant, one array an attribute; moments are seconds of province time."""

    finished: Ints
    state: Ints
    digital: Ints
    updated: Ints

    @staticmethod
    def at(now: int, received: Ints, finished: Ints, digital: Ints) -> Standing:
        """The standing at `now` when nothing irregular happened. A result exists only once finished."""
        done, taken = finished != NEVER, received + TAKEN_UP
        state = np.where(done, DONE, np.where(taken <= now, WORKING, NEW))
        changed = np.where(done, finished, np.where(taken <= now, taken, received + 60))
        return Standing(finished, state, digital * done, np.minimum(changed, now))

    def picked(self, rows: Ints) -> Standing:
        """The standing of some of the dossiers, copied."""
        return Standing(self.finished[rows], self.state[rows], self.digital[rows], self.updated[rows])


def build(
    first: date, anchor: date, seed: int, volume: float
) -> tuple[dict[sa.Table, Columns], dict[str, int]]:
    """All rows from `first` up to the midnight with which `anchor` begins, and the ledger of errors."""
    rng = np.random.default_rng([seed, anchor.toordinal(), 1])
    unit, received = dossiers.arrivals(rng, first, anchor, volume, seed)
    end = seconds(anchor)
    progress = (received - seconds(first)) / (end - seconds(first))
    drawn = dossiers.draw(rng, unit, received, progress, seed)
    ids = np.arange(1, len(unit) + 1, dtype=np.int64)
    finished = dossiers.finishing(ids, unit, received, drawn.due, seed)
    finished = np.where(finished < end, finished, NEVER)
    digital = dossiers.electronic_result(ids, unit, drawn.procedure, progress, seed)
    standing = Standing.at(end, received, finished, digital)

    slips = Slips(rng, len(unit))
    wanted = {kind: max(1, round(count * min(volume, 1.0))) for kind, count in _ERRORS.items()}
    place = _places(rng, unit, received)
    _misplace(slips, place, unit, received, wanted)
    late = slips.take(wanted["late"], finished < end - 60 * DAY, "late_row", None)
    standing.updated[late] = finished[late] + rng.integers(31 * DAY, 58 * DAY, len(late))
    copied = slips.take(wanted["copied"], finished < end, "duplicate_exact", RowReason.DUPLICATE)
    again = slips.take(wanted["again"], finished < end, "duplicate_resubmitted", RowReason.DUPLICATE)

    # the same dossier once more: as it is, or as it stood when it was first handed in
    rows = np.concatenate([np.arange(len(ids)), copied, again])
    numbers = np.arange(1, len(rows) + 1, dtype=np.int64)
    shown = standing.picked(rows)
    earlier = slice(len(rows) - len(again), len(rows))
    shown.finished[earlier], shown.state[earlier] = NEVER, REPLACED
    shown.digital[earlier], shown.updated[earlier] = 0, received[again] + 300
    names = receipts(ids, unit, received)
    columns = ho_so(numbers, [names[row] for row in rows.tolist()], drawn.picked(rows), place[rows], shown)
    return {**lookups(), HO_SO: columns}, slips.ledger("mot_cua", len(rows))


def receipts(ids: Ints, unit: Ints, received: Ints) -> list[str]:
    """The numbers printed on the receipts: unit, day, serial."""
    codes = [*(item.code for item in communes()), "LC-TTHCC"]
    days = np.datetime_as_string((received // DAY).astype("datetime64[D]")).tolist()
    return [f"{codes[where]}-{day[2:4]}{day[5:7]}{day[8:]}-{number:07d}"
            for where, day, number in zip(unit.tolist(), days, ids.tolist(), strict=True)]  # fmt: skip


def ho_so(numbers: Ints, names: list[str], drawn: Dossiers, place: Ints, standing: Standing) -> Columns:
    """Columns of table ho_so; all arguments are of one length."""
    return {
        "id": numbers.tolist(),
        "ma_ho_so": names,
        "thu_tuc_id": (drawn.procedure + 1).tolist(),
        "don_vi_id": (drawn.unit + 1).tolist(),
        "dia_ban_id": place.tolist(),
        "kenh_tiep_nhan": drawn.channel.tolist(),
        "ngay_tiep_nhan": moments(drawn.received),
        "ngay_hen_tra": moments(drawn.due),
        "nhac_han_tu": moments(drawn.reminder),
        "ngay_tra_ket_qua": moments(standing.finished),
        "trang_thai": standing.state.tolist(),
        "le_phi": drawn.fee.tolist(),
        "thanh_toan_truc_tuyen": drawn.paid_online.tolist(),
        "so_hoa_dau_vao": drawn.digitised.tolist(),
        "ket_qua_dien_tu": standing.digital.tolist(),
        "tai_su_dung": drawn.reused.tolist(),
        "cap_nhat_luc": moments(standing.updated),
    }


def present_places(unit: Ints) -> Ints:
    """Entries of dm_dia_ban for units after the reform."""
    return np.where(unit == len(communes()), PROVINCE_PLACE, unit + 1)


def _places(rng: np.random.Generator, unit: Ints, received: Ints) -> Ints:
    """What the clerk picked as the place: the old unit before the reform, the new one since."""
    edges = []
    for number, commune in enumerate(communes()):
        shares = np.array([1.0 if old.name.startswith("Xã") else 2.0 for old in commune.old])
        edges.append(number + np.cumsum(shares) / shares.sum())
    pick = np.minimum(unit, len(communes()) - 1) + rng.random(len(unit)) * 0.999999
    old = np.searchsorted(np.concatenate(edges), pick) + OLD_PLACES
    before = (received < seconds(REFORM)) & (unit < len(communes()))
    return np.where(before, old, present_places(unit))


def _misplace(slips: Slips, place: Ints, unit: Ints, received: Ints, wanted: dict[str, int]) -> None:
    """Wrong places: never existing, of the wrong time, or a name with a code that was or is another's."""
    units, after = communes(), received >= seconds(REFORM)
    entry = {old: key for key, old in old_places().items()}
    gone = {at: [entry[old] for old in item.old if not old.inherited] for at, item in enumerate(units)}
    clash = {at: entry[item.collision] for at, item in enumerate(units) if item.collision}
    outdated, clashing = np.isin(unit, [at for at, keys in gone.items() if keys]), np.isin(unit, list(clash))

    lost = slips.take(wanted["unknown_code"], unit < len(units), "unknown_code", RowReason.UNKNOWN_CODE)
    place[lost] = UNKNOWN_PLACES + np.arange(len(lost)) % len(UNKNOWN_UNITS)
    old = slips.take(wanted["old_unit"], after & outdated, "old_unit_after_reform", RowReason.WRONG_VINTAGE)
    place[old] = [gone[at][int(slips.rng.integers(len(gone[at])))] for at in unit[old].tolist()]
    stale = slips.take(wanted["old_name"], after & clashing, "old_name_on_new_code", RowReason.NAME_MISMATCH)
    place[stale] = [clash[at] for at in unit[stale].tolist()]
    early = slips.take(
        wanted["new_name"], ~after & clashing, "new_name_before_reform", RowReason.NAME_MISMATCH
    )
    place[early] = present_places(unit)[early]
