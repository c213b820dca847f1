"""A province of 38 communes whose deliveries a test writes by hand, judged in memory or published for good."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ioc.areas import COMMUNES
from ioc.catalogue import Kpi
from ioc.holding.cases import Key, Standing, Suspect
from ioc.holding.desk import Delivery, publish
from ioc.holding.judgement import Judged, judge
from ioc.leader import Lease
from ioc.observations import OBSERVATIONS, PLACES, Edition, Observation, Status
from ioc.office import Office
from ioc.periods import Period, months
from ioc.refresh.outcome import Outcome
from ioc.runs import Tally
from ioc.settings import Settings
from ioc.site import Site
from ioc.warehouse import Warehouse
from tests.refresh.tiny import PROVINCE, kpi, lai_chau, site

REGISTER = lai_chau()
AREAS = tuple(area.id for area in REGISTER.communes)
MAP = PROVINCE + COMMUNES
SHARE = kpi("online", "count(channel == 2)", denominator="count()")
TOTAL = kpi("all", "count()")
ORGS = kpi("orgs", "distinct(org)", aggregation="distinct")
LAST = Period.month(2026, 10)

Cells = dict[tuple[str, str, str], tuple[float, float | None]]
"""(KPI, commune, month) to numerator and denominator."""


def history(kpis: tuple[Kpi, ...], count: int = 24, last: Period = LAST, size: float = 400) -> Cells:
    """Months that are all alike but for what chance and a slow growth do; the communes differ tenfold."""
    chance = random.Random(11)
    found: Cells = {}
    span = months(date(2020, 1, 1), last.first)[-count:]
    for place, area in enumerate(AREAS):
        weight = size * (0.1 + place / len(AREAS))
        for at, month in enumerate(span):
            for entry in kpis:
                whole = round(weight * (1 + 0.01 * at) * chance.uniform(0.93, 1.07))
                part = round(whole * min(0.95, 0.4 + 0.01 * at) * chance.uniform(0.97, 1.03))
                found[entry.id, area, month.key] = (part, whole) if entry.is_share else (whole, None)
    return found


def table(cells: Cells, kpis: tuple[Kpi, ...], running: str = "", source: str = "hs") -> pa.Table:
    """A delivery as a refresh makes it: months, years to date, the province and the sum of the map."""
    rows: dict[Key, tuple[float, float | None, int | None]] = {}
    known = {entry.id: entry for entry in kpis}
    for (name, area, month), (numerator, denominator) in cells.items():
        period = Period.parse(month)
        upto = [key for key in {key[2] for key in cells} if key[:4] == month[:4] and key >= month]
        for key in [month, *(f"{other}.ytd" for other in upto if known[name].cumulative)]:
            for place in (area, MAP, PROVINCE):
                n, d, reporting = rows.get((name, place, key), (0.0, None if denominator is None else 0.0, 0))
                d = None if d is None or denominator is None else d + denominator
                rows[name, place, key] = (n + numerator, d, (reporting or 0) + (key == month))
        assert period.kind == "month"
    made = []
    for (name, place, key), (n, d, reporting) in rows.items():
        whole = "+" in place or place == PROVINCE
        impossible = n < 0 or (d is not None and n > d)
        value = None if impossible or d == 0 else 100 * n / d if d is not None else n
        status = (
            Status.IMPOSSIBLE
            if impossible
            else Status.PROVISIONAL
            if key.startswith(running or "-")
            else Status.FINAL
        )
        made.append({
            "kpi": name, "area": place, "period": key, "numerator": n, "denominator": d, "value": value,
            "status": status.value, "reporting": reporting if whole else None,
            "expected": len(AREAS) if whole else None, "source": source,
        })  # fmt: skip
    return pa.Table.from_pylist(made, schema=OBSERVATIONS)


@dataclass
class Bench:
    """Judges deliveries one after the other without a database: what was shown stands."""

    kpis: tuple[Kpi, ...]
    good: dict[str, list[Observation]] = field(default_factory=dict)
    standing: dict[Key, Standing] = field(default_factory=dict)

    @property
    def site(self) -> Site:
        return site(kpis=self.kpis)

    def first(self, cells: Cells, running: str = "") -> None:
        """What stands before the test."""
        self._stand(table(cells, self.kpis, running))

    def send(self, cells: Cells, running: str = "") -> Judged:
        """Judge the next delivery and let what is shown of it stand."""
        found = judge(
            self.site, REGISTER, "hs", table(cells, self.kpis, running), lambda name: self.good.get(name, []), self.standing
        )  # fmt: skip
        self._stand(found.table)
        return found

    def _stand(self, shown: pa.Table) -> None:
        self.good = {}
        for row in shown.to_pylist():
            row.pop("source")
            item = Observation(**row | {"status": Status(row["status"])}, source="hs", edition=1)
            self.good.setdefault(item.kpi, []).append(item)

    def shown(self, name: str, area: str, period: str) -> Observation:
        """One number as it is shown now."""
        return next(one for one in self.good[name] if (one.area, one.period) == (area, period))


@dataclass
class Room:
    """An installation with a warehouse: deliveries lie in run folders and go through the publishing desk."""

    office: Office
    term: int
    kpis: tuple[Kpi, ...]

    @property
    def warehouse(self) -> Warehouse:
        return self.office.warehouse

    def lay(self, cells: Cells, running: str = "") -> tuple[int, Outcome]:
        """A run whose process has left its outcome."""
        run = self.warehouse.open_run("hs", "manual", "test", self.term, datetime.now(UTC))
        folder = self.office.settings.data / "runs" / str(run)
        folder.mkdir(parents=True)
        made = table(cells, self.kpis, running).sort_by([(n, "ascending") for n in ("kpi", "area", "period")])
        pq.write_table(made, folder / "observations.parquet")
        pq.write_table(PLACES.empty_table(), folder / "places.parquet")
        Outcome("hs", tally=Tally(9, 7, 1, 1), as_of=datetime.now(UTC), content_sha256="0" * 64).save(folder)
        return run, Outcome.load(folder)

    def send(self, cells: Cells, running: str = "") -> Edition:
        """One delivery, judged and published."""
        run, outcome = self.lay(cells, running)
        return publish(self.office, Delivery("hs", run, outcome, run, self.term, datetime.now(UTC)))

    def again(self) -> Edition:
        """Publish what was decided, from what was sent last."""
        from ioc.holding.desk import sent_before

        found = sent_before(self.office, "hs")
        assert found is not None
        run = self.warehouse.open_run("hs", "release", "test", self.term, datetime.now(UTC))
        return publish(self.office, Delivery("hs", run, found[1], found[0], self.term, datetime.now(UTC)))

    def shown(self, name: str, area: str, period: str) -> Observation:
        """One number in the newest edition."""
        latest = self.warehouse.latest()
        assert latest is not None
        return self.warehouse.slice(name, latest.number, period=period, areas=[area])[0]


def open_room(url: str, data: Path, kpis: tuple[Kpi, ...]) -> Room:
    """A room on a warehouse; a second one on the same warehouse takes the term that is there."""
    office = Office(Settings(data=data, warehouse=url), {})
    office.__dict__["site"], office.__dict__["register"] = site(kpis=kpis), REGISTER
    office.warehouse.migrate()
    term = Lease(office.warehouse, owner="nobody", seconds=3600).acquire()
    return Room(office, term or 1, kpis)


@pytest.fixture
def room(warehouse_url: str, tmp_path: Path) -> Iterator[Callable[..., Room]]:
    """Make a room: room(SHARE, TOTAL)."""
    made: list[Room] = []

    def make(*kpis: Kpi) -> Room:
        made.append(open_room(warehouse_url, tmp_path, kpis))
        return made[-1]

    yield make
    for one in made:
        one.warehouse.close()


def keys(found: Judged) -> set[Key]:
    """What a judgement opened cases for."""
    return {one.key for one in found.opened}


def only(found: tuple[Suspect, ...]) -> Suspect:
    """The one suspect there is."""
    assert len(found) == 1, found
    return found[0]


def times(cells: Cells, numerator: float = 1.0, denominator: float = 1.0, **where: Any) -> Cells:
    """The same cells multiplied, those of `area`, `month` or `kpi` only where given."""
    wanted = (where.get("kpi"), where.get("area"), where.get("month"))
    return {
        key: (
            (n * numerator, None if d is None else d * denominator)
            if all(want in (None, have) for want, have in zip(wanted, key, strict=True))
            else (n, d)
        )
        for key, (n, d) in cells.items()
    }
