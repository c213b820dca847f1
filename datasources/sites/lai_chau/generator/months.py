"""Monthly reports: which months there are, and under which code and name each unit reports in each.

Owns the switch from old units to new ones at the reform, the splitting of a commune's figures over its
old units, and who is late. Must not know what is reported.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

import numpy as np

from datasources.sites.lai_chau.generator.facts import communes
from datasources.sites.lai_chau.generator.shares import split
from ioc.areas import REFORM
from ioc.periods import Period, months

_DUE_DAY = 5
"""Day of the following month on which a month's report is due."""
SPELLINGS = {"Xã Lản Nhì Thàng": "Xã Lả Nhì Thàng", "Xã Tung Qua Lìn": "Xã Tông Qua Lìn",
             "Xã Ma Li Pho": "Xã Ma Ly Pho", "Xã Pa Vệ Sủ": "Xã Pa Vệ Sử", "Xã Khoen On": "Xã Khoen on",
             "Xã Pa Khóa": "Xã Pa Khoá"}  # fmt: skip
"""Other spellings met in public data; all are to be understood, none is an error."""


@dataclass(frozen=True)
class Reporter:
    """A unit as it reports in one month. `commune` is the index of its present commune."""

    code: str
    name: str
    commune: int
    population: int


@lru_cache(maxsize=4)
def reporters(before_reform: bool, seed: int) -> tuple[Reporter, ...]:
    """All reporting units, 106 before the reform and 38 since; populations add up to the published total."""
    if not before_reform:
        return tuple(
            Reporter(unit.code, unit.name, number, unit.population) for number, unit in enumerate(communes())
        )
    rng = np.random.default_rng([seed, 21])
    found = []
    for number, unit in enumerate(communes()):
        sizes = rng.uniform(0.7, 1.3, len(unit.old)) * [
            1.0 if old.name.startswith("Xã") else 1.6 for old in unit.old
        ]
        for old, people in zip(unit.old, split(unit.population, sizes), strict=True):
            found.append(Reporter(old.code, old.name, number, people))
    return tuple(found)


def reported_months(first: date, anchor: date) -> list[date]:
    """First days of the months whose report is due by `anchor`."""
    due = [
        period.first
        for period in months(first, anchor)
        if period.end + timedelta(days=_DUE_DAY - 1) <= anchor
    ]
    return due


def progress(month: date, first: date, anchor: date) -> float:
    """How far through history a month is, 0 to 1."""
    return (month - first).days / max((anchor - first).days, 1)


def old_units(month: date) -> bool:
    """Whether reports of this month came from the units before the reform."""
    return month < REFORM


def spelled(name: str, month: date) -> str:
    """The name as the clerk wrote it: in even months with the other spelling, where there is one."""
    return SPELLINGS.get(name, name) if month.month % 2 == 0 else name


def sent(month: date, rng: np.random.Generator) -> str:
    """A moment of sending in the first days after the month, as text."""
    moment = datetime.combine(Period.containing(month).end, datetime.min.time())
    return str(
        moment + timedelta(days=int(rng.integers(0, _DUE_DAY - 1)), seconds=int(rng.integers(28_800, 61_000)))
    )


def sent_earlier(moment: str) -> str:
    """A moment two hours before `moment`: the report that was replaced by a later one."""
    return str(datetime.fromisoformat(moment) - timedelta(hours=2))


def late_communes(rng: np.random.Generator, count: int) -> frozenset[int]:
    """Communes that have not yet sent the newest month."""
    remote = [number for number, unit in enumerate(communes()) if unit.remoteness > 0.5]
    return frozenset(int(number) for number in rng.choice(remote, count, replace=False))
