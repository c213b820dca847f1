"""The village register's database (shape S4): 956 villages with dated signal, cable and grid.

Owns its tables, the placing of villages and the history of gaps closed. Today's totals are the published
ones; every gap is nested at every time: the grid comes before the signal, the signal before the cable.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import sqlalchemy as sa

from datasources.sites.lai_chau.generator import ho_ngheo, thon_ban_life
from datasources.sites.lai_chau.generator.databases import Columns, about, table
from datasources.sites.lai_chau.generator.facts import Commune, communes
from datasources.sites.lai_chau.generator.place_names import THON_PEOPLES, names
from datasources.sites.lai_chau.generator.shares import split
from datasources.sites.lai_chau.generator.slips import UNKNOWN_UNITS, Slips
from ioc.runs import RowReason

METADATA = sa.MetaData()
KINDS = {1: "bản", 2: "thôn", 3: "tổ dân phố"}
_OFF_GRID = {
    "03463": (82, 61, 47),
    "03451": (48,),
    "03442": (39,),
    "03472": (57,),
    "03434": (44,),
    "03460": (48,),
}
"""Households of the off-grid villages; the first of Tà Tổng is Tia Ma Mủ, which is real."""
_ROUND_DAYS = 125
_UNPLACED = 37
"""One in so many well served villages has no point in any list."""
_REAL = ("03463", "Tia Ma Mủ", "Mông")
_OPERATORS = ("Viettel", "VNPT", "MobiFone")

THONG_TIN = about(METADATA)
DM_XA = table(METADATA, "dm_xa",
              sa.Column("ma_xa", sa.String(5), primary_key=True),
              sa.Column("ten_xa", sa.String(80), nullable=False),
              sa.Column("dien_tich_km2", sa.Double, nullable=False),
              sa.Column("dan_so", sa.Integer, nullable=False))  # fmt: skip
LOAI_THON = table(METADATA, "dm_loai_thon",
                  sa.Column("ma_loai", sa.SmallInteger, primary_key=True, autoincrement=False),
                  sa.Column("ten_loai", sa.String(20), nullable=False))  # fmt: skip
THON_BAN = table(METADATA, "thon_ban",
                 sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
                 sa.Column("ma_thon", sa.String(12), nullable=False),
                 sa.Column("ma_xa", sa.String(5), nullable=False),
                 sa.Column("ten_thon", sa.String(80), nullable=False),
                 sa.Column("ma_loai", sa.SmallInteger, nullable=False),
                 sa.Column("dan_toc_chinh", sa.String(20)),
                 sa.Column("so_ho", sa.Integer, nullable=False),
                 sa.Column("so_khau", sa.Integer, nullable=False),
                 sa.Column("vi_do", sa.Double),
                 sa.Column("kinh_do", sa.Double),
                 sa.Column("nguon_toa_do", sa.String(4)),
                 sa.Column("ngay_thanh_lap", sa.Date),
                 sa.Column("bien_gioi", sa.SmallInteger, nullable=False),
                 sa.Column("ty_le_dtts", sa.Double, nullable=False),
                 sa.Column("so_ho_ngheo", sa.Integer, nullable=False),
                 sa.Column("co_diem_truong", sa.SmallInteger, nullable=False),
                 sa.Column("co_tram_y_te", sa.SmallInteger, nullable=False),
                 sa.Column("ngay_khao_sat", sa.Date, nullable=False))  # fmt: skip
SONG = table(METADATA, "song_di_dong",
             sa.Column("ma_thon", sa.String(12), primary_key=True),
             sa.Column("ngay_co_song", sa.Date),
             sa.Column("ngay_song_on_dinh", sa.Date),
             sa.Column("nha_mang", sa.String(20)))  # fmt: skip
CAP = table(METADATA, "cap_internet",
            sa.Column("ma_thon", sa.String(12), primary_key=True),
            sa.Column("ngay_co_cap", sa.Date),
            sa.Column("nha_cung_cap", sa.String(20)))  # fmt: skip
DIEN = table(METADATA, "dien_luoi",
             sa.Column("ma_thon", sa.String(12), primary_key=True),
             sa.Column("ngay_co_dien", sa.Date),
             sa.Column("nguon_dien_khac", sa.String(40)))  # fmt: skip


@dataclass(frozen=True)
class Village:
    """One village as it stands at the anchor; dates are None where the service has not come."""

    name: str
    people: str
    kind: int
    households: int
    population: int
    lat: float
    lon: float
    measured: bool
    grid: date | None
    signal: date | None
    stable: date | None
    cable: date | None
    surveyed: date


Found = tuple[str, str, Village]
"""A village with its id and the code of its commune."""


def build(first: date, anchor: date, seed: int) -> tuple[dict[sa.Table, Columns], dict[str, int]]:
    """All rows as of `anchor`, with gaps closed between `first` and then, and the ledger of errors."""
    rng = np.random.default_rng([seed, anchor.toordinal(), 4])
    found = _drawn(rng, first, anchor)
    slips = Slips(rng, len(found))
    founded = thon_ban_life.founded(found, anchor, seed)
    lives = thon_ban_life.lives(found, ho_ngheo.poor_households(anchor, seed), anchor, seed)
    rows = [
        {**_row(*item), "ngay_thanh_lap": founded.get(item[0]), **life}
        for item, life in zip(found, lives, strict=True)
    ]
    rows += _errors(slips, rows)
    keys, villages = [key for key, _, _ in found], [item for *_, item in found]
    registers: dict[sa.Table, Columns] = {
        DM_XA: {
            "ma_xa": [unit.code for unit in communes()],
            "ten_xa": [unit.name for unit in communes()],
            "dien_tich_km2": [unit.km2 for unit in communes()],
            "dan_so": [unit.population for unit in communes()],
        },
        LOAI_THON: {"ma_loai": list(KINDS), "ten_loai": list(KINDS.values())},
        THON_BAN: {
            "id": list(range(1, len(rows) + 1)),
            **{key: [row[key] for row in rows] for key in rows[0]},
        },
        SONG: {
            "ma_thon": keys,
            "ngay_co_song": [_text(item.signal) for item in villages],
            "ngay_song_on_dinh": [_text(item.stable) for item in villages],
            "nha_mang": [_operator(key) if item.signal else None for key, _, item in found],
        },
        CAP: {
            "ma_thon": keys,
            "ngay_co_cap": [_text(item.cable) for item in villages],
            "nha_cung_cap": [_operator(key) if item.cable else None for key, _, item in found],
        },
        DIEN: {
            "ma_thon": keys,
            "ngay_co_dien": [_text(item.grid) for item in villages],
            "nguon_dien_khac": [None if item.grid else "Điện mặt trời, thủy điện nhỏ" for item in villages],
        },
    }
    return registers, slips.ledger("thon_ban", len(rows))


def drawn(first: date, anchor: date, seed: int) -> list[Found]:
    """Every village with its id and its commune's code."""
    return _drawn(np.random.default_rng([seed, anchor.toordinal(), 4]), first, anchor)


def _drawn(rng: np.random.Generator, first: date, anchor: date) -> list[Found]:
    found: list[Found] = []
    # survey teams go round the communes in about four months, the last one came home yesterday
    visits = np.linspace(1, _ROUND_DAYS, len(communes())).astype(int)[rng.permutation(len(communes()))]
    for commune, visit in zip(communes(), visits.tolist(), strict=True):
        villages = _villages(rng, commune, first, anchor, visit)
        for number, at in enumerate(rng.permutation(len(villages)), start=1):
            found.append((f"{commune.code}{number:03d}", commune.code, villages[at]))
    return found


def _villages(
    rng: np.random.Generator, commune: Commune, first: date, anchor: date, visit: int
) -> list[Village]:
    """The villages of a commune, the least served first."""
    count, off = commune.villages, commune.off_grid
    dates = _Dates(rng, first, anchor)
    grid_closed = 1 if commune.remoteness >= 0.8 and commune.no_mobile > off else 0
    signal_closed = round(commune.no_mobile * 0.7 + (commune.remoteness > 0.45) * 0.3)
    weak = round((commune.no_cable - commune.no_mobile) * 0.45)
    steadied = round(count * 0.04)
    cable_closed = round(count * (0.04 + 0.07 * commune.remoteness))

    fixed = _OFF_GRID.get(commune.code, ())
    sizes = rng.gamma(6.0, 1.0, count - off) * np.where(np.arange(off, count) < commune.no_mobile, 0.6, 1.0)
    households = [*fixed, *split(commune.households - sum(fixed), sizes, least=12)]
    people = split(commune.population, np.array(households) * rng.uniform(0.95, 1.05, count), least=40)
    found = []
    for rank, (name, people_name, kind) in enumerate(_named(rng, commune)):
        grid = None if rank < off else dates.recent() if rank < off + grid_closed else dates.old(1998, 2013)
        signal = stable = cable = None
        if rank >= commune.no_mobile:
            newly = rank < commune.no_mobile + signal_closed
            signal = dates.recent() if newly else dates.old(2014, 2020)
            if rank >= commune.no_mobile + weak:
                stable = max(
                    dates.recent() if rank < commune.no_mobile + weak + steadied else dates.old(2018, 2023),
                    signal,
                )
        if rank >= commune.no_cable and signal is not None:
            cable = dates.recent() if rank < commune.no_cable + cable_closed else dates.old(2015, 2023)
            cable = max(cable, signal)
        newest = max((day for day in (grid, signal, stable, cable) if day), default=first)
        survey = anchor - timedelta(days=visit + int(rng.integers(0, 8)))
        lat, lon = _point(rng, commune, far=rank < commune.no_cable)
        found.append(Village(name, people_name, kind, households[rank], people[rank], lat, lon,
                              bool(rng.random() < (0.7 if rank < commune.no_mobile else 0.9)),
                              grid, signal, stable, cable, max(survey, newest)))  # fmt: skip
    return found


class _Dates:
    """Draws dates before history and within it, none in the last three weeks."""

    def __init__(self, rng: np.random.Generator, first: date, anchor: date):
        self.rng, self.first, self.span = rng, first, (anchor - first).days - 21
        self.last_old = first - timedelta(days=1)

    def recent(self) -> date:
        return self.first + timedelta(days=int(self.rng.integers(10, max(self.span, 11))))

    def old(self, start: int, end: int) -> date:
        day = date(start, 1, 1) + timedelta(days=int(self.rng.integers(0, (end - start + 1) * 365)))
        return min(day, self.last_old)


def _named(rng: np.random.Generator, commune: Commune) -> list[tuple[str, str, int]]:
    drawn = names(rng, commune.districts)
    found = []
    groups = 0
    for rank in range(commune.villages):
        if commune.urban and rank >= commune.villages * 0.35:
            groups += 1
            found.append((f"Tổ dân phố số {groups}", "Kinh", 3))
            continue
        people, name = next(drawn)
        if rank == 0 and commune.code == _REAL[0]:
            name, people = _REAL[1], _REAL[2]
        kind = 2 if people in THON_PEOPLES else 1
        found.append((f"{KINDS[kind].capitalize()} {name}", people, kind))
    return found


def _point(rng: np.random.Generator, commune: Commune, far: bool) -> tuple[float, float]:
    """A point within the commune's own size around its seat; worse served villages lie farther out."""
    reach = math.sqrt(commune.km2 / math.pi)
    distance = reach * ((0.42 + 0.28 * rng.random()) if far else (0.08 + 0.52 * math.sqrt(rng.random())))
    angle = rng.uniform(0, 2 * math.pi)
    lat = commune.lat + distance * math.cos(angle) / 110.9
    lon = commune.lon + distance * math.sin(angle) / (111.3 * math.cos(math.radians(commune.lat)))
    return round(lat, 5), round(lon, 5)


def _row(key: str, code: str, village: Village) -> dict[str, Any]:
    # nobody has been to some villages that lack nothing; those with a gap are always placed
    lost = village.cable is not None and village.stable is not None and int(key) % _UNPLACED == 0
    return {
        "ma_thon": key, "ma_xa": code, "ten_thon": village.name, "ma_loai": village.kind,
        "dan_toc_chinh": village.people, "so_ho": village.households, "so_khau": village.population,
        "vi_do": None if lost else village.lat, "kinh_do": None if lost else village.lon,
        "nguon_toa_do": None if lost else "DO" if village.measured else "CUM",
        "ngay_khao_sat": _text(village.surveyed),
    }  # fmt: skip


def _errors(slips: Slips, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows too many: two copies, one survey superseded by a later one, one village of an unknown commune."""
    anywhere = np.ones(len(rows), dtype=bool)
    copies = [dict(rows[at]) for at in slips.take(2, anywhere, "duplicate_exact", RowReason.DUPLICATE)]
    for at in slips.take(1, anywhere, "superseded_survey", RowReason.DUPLICATE):
        earlier = date.fromisoformat(rows[at]["ngay_khao_sat"]) - timedelta(days=170)
        copies.append({**rows[at], "so_ho": rows[at]["so_ho"] - 3, "ngay_khao_sat": earlier.isoformat()})
    for at in slips.take(1, anywhere, "unknown_code", RowReason.UNKNOWN_CODE):
        copies.append({**rows[at], "ma_thon": f"{UNKNOWN_UNITS[0][0]}001", "ma_xa": UNKNOWN_UNITS[0][0]})
    return copies


def _operator(key: str) -> str:
    return _OPERATORS[int(key) % len(_OPERATORS)]


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
