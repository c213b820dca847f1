"""A province small enough to add up by hand, and a source whose rows and faults a test dictates."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from ioc.areas import GSO, REFORM, Area, Level, Link, LinkKind, Register
from ioc.catalogue import Kpi
from ioc.contract import SourceSpec
from ioc.refresh.extract import Task, extract
from ioc.refresh.outcome import Outcome
from ioc.refresh.source import text_batch
from ioc.settings import PROJECT, Settings
from ioc.site import Site
from ioc.sitehead import Alias, SiteHead

NOW = datetime.fromisoformat("2026-03-20T10:00:00+07:00")
FACTS = PROJECT / "datasources" / "sites" / "lai_chau" / "facts"
PROVINCE = "12@20250701"
DOAN_KET, BINH_LU, TA_TONG = "03388", "03390", "03463"


def crosswalk() -> list[dict[str, str]]:
    """The 106 old units of Lai Châu and what became of each."""
    with (FACTS / "lai_chau_crosswalk_2025.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def lai_chau() -> Register:
    """The register of the province, built from the published crosswalk alone."""
    areas = [Area(GSO, "12", REFORM, None, "Tỉnh Lai Châu", "tỉnh", Level.PROVINCE)]
    links = []
    rows = crosswalk()
    merged = {row["new_code"]: sum(other["new_code"] == row["new_code"] for other in rows) for row in rows}
    for code, name in {row["new_code"]: row["new_name"] for row in rows}.items():
        areas.append(Area(GSO, code, REFORM, None, name, name.split()[0].lower(), Level.COMMUNE, PROVINCE))
    for row in rows:
        old = Area(GSO, row["old_code"], date.min, REFORM, row["old_name"], "xã", Level.COMMUNE)
        areas.append(old)
        kind = LinkKind.SAME if merged[row["new_code"]] == 1 else LinkKind.MERGE
        links.append(Link(old.id, f"{row['new_code']}@20250701", kind))
    return Register(areas, links)


def present(code: str) -> str:
    """The id of a present commune."""
    return f"{code}@20250701"


SPEC: dict[str, Any] = {
    "id": "hs",
    "name": {"vi": "Hồ sơ", "en": "Dossiers"},
    "system": "thử",
    "shape": "S1",
    "owner": "so",
    "kind": "list",
    "url": "list://",
    "query": "SELECT 1",
    "key": ["id"],
    "order": "updated",
    "tolerance": 1.0,
    "area": {
        "code": "code", "vintage": "by_date", "date": "received", "name": "name", "level": "level",
        "departments": "so", "basis": "receiving_unit",
    },
    "schedule": {"every": "2m", "promise": "15m"},
    "column": {
        "id": {"type": "text"},
        "code": {"type": "code", "required": False},
        "name": {"type": "text", "required": False},
        "level": {"type": "text", "required": False},
        "received": {"type": "datetime"},
        "finished": {"type": "datetime", "required": False},
        "channel": {"type": "int", "values": [1, 2, 3]},
        "fee": {"type": "number", "minimum": 0, "required": False},
        "paid": {"type": "number", "at_most": "fee", "required": False},
        "org": {"type": "text", "required": False},
        "updated": {"type": "datetime", "required": False},
    },
}  # fmt: skip


def kpi(id: str, numerator: str, **changes: Any) -> Kpi:
    """A KPI over the tiny source: a flow by date of receipt unless told otherwise."""
    share = "denominator" in changes
    entry = {
        "id": id, "name": {"vi": id, "en": id}, "short": {"vi": id, "en": id}, "group": "nhom", "owner": "so",
        "unit": {"vi": "%", "en": "%"} if share else {"vi": "hồ sơ", "en": "dossiers"},
        "direction": "up", "measure": "flow", "aggregation": "ratio_of_sums" if share else "sum",
        "basis": "receiving_unit", "source": "hs", "date": "received", "numerator": numerator,
        "formula": {"vi": "x", "en": "x"}, "legal_basis": "x",
    }  # fmt: skip
    if changes.get("measure") == "stock":
        entry |= {"date": None, "cumulative": False}
    return Kpi.model_validate(entry | changes)


KPIS = (
    kpi("online", "count(channel == 2)", denominator="count()"),
    kpi("all", "count()"),
    kpi("fees", "sum(fee)", scale=1000.0),
    kpi("orgs", "distinct(org)", aggregation="distinct"),
    kpi("done_online", "count(channel == 2)", denominator="count()", date="finished"),
    kpi("open", "count(received <= at and (finished is None or finished > at))", measure="stock"),
    kpi("oldest", "max(days_between(received, at), received <= at and finished is None)", measure="stock",
        aggregation="max"),
)  # fmt: skip


def merge(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """`base` with nested changes; None removes an entry."""
    found = dict(base)
    for name, value in changes.items():
        if isinstance(value, dict) and isinstance(found.get(name), dict):
            found[name] = merge(found[name], value)
        elif value is None:
            found.pop(name, None)
        else:
            found[name] = value
    return found


def site(
    *, kpis: Sequence[Kpi] = KPIS, months: int = 24, aliases: Sequence[Alias] = (), root: str = "12",
    **changes: Any,
) -> Site:  # fmt: skip
    """A site of one source; `changes` are merged into its specification."""
    spec = SourceSpec.model_validate(merge(SPEC, changes))
    head = SiteHead(
        id="thu", name={"vi": "Thử", "en": "Test"}, root=root, demonstration=True,  # type: ignore[arg-type]
        headline_map=kpis[0].id if kpis else "none", history_months=months,
    )  # fmt: skip
    return Site(
        Path("/nowhere"),
        head,
        {},
        {},
        {item.id: item for item in kpis},
        {spec.id: spec},
        tuple(aliases),
        (),
        "x",
    )


_COUNT = iter(range(10**9))


def row(code: str | None = DOAN_KET, received: str = "2026-02-10 08:00:00", **cells: Any) -> dict[str, Any]:
    """One dossier; the id is new unless given."""
    plain = {
        "id": f"d{next(_COUNT):07}", "code": code, "name": None, "level": "xa", "received": received,
        "finished": None, "channel": 1, "fee": 0, "paid": None, "org": None, "updated": received,
    }  # fmt: skip
    return plain | cells


@dataclass
class ListSource:
    """Serves `rows`; an incremental pull gets those updated after the watermark. Fails as told."""

    rows: list[dict[str, Any]]
    columns: list[str] = field(default_factory=lambda: list(SPEC["column"]))
    batch: int = 3
    fail_after: int | None = None
    error: Exception | None = None
    asked: list[str | None] = field(default_factory=list)

    def pull(self, since: str | None) -> Iterator[pa.RecordBatch]:
        self.asked.append(since)
        found = [one for one in self.rows if since is None or str(one["updated"]) > since]
        sent = 0
        yield text_batch(self.columns, [])
        for start in range(0, len(found), self.batch):
            if self.fail_after is not None and sent >= self.fail_after:
                break
            part = found[start : start + self.batch]
            sent += len(part)
            yield text_batch(self.columns, [[one.get(name) for name in self.columns] for one in part])
        if self.error is not None:
            raise self.error


class Office:
    """One installation with one tiny source."""

    def __init__(self, data: Path, site: Site, register: Register | None = None, keep: int = 3):
        self.site = site
        self.register = register or lai_chau()
        self.settings = Settings(data=data, staging_keep=keep)
        self.runs = 0

    def refresh(
        self,
        source: ListSource | Callable[..., Any] | list[dict[str, Any]],
        *,
        now: datetime = NOW,
        full: bool = False,
    ) -> Outcome:
        """Refresh once and read the outcome back from its files."""
        served = ListSource(source) if isinstance(source, list) else source
        maker = (lambda *_: served) if isinstance(served, ListSource) else served
        self.runs += 1
        folder = self.settings.data / "runs" / str(self.runs)
        spec = next(iter(self.site.sources.values()))
        extract(Task(self.site, self.register, spec, self.settings, {spec.kind: maker}, folder, now), full)
        outcome = Outcome.load(folder)
        if outcome.tally:
            tally = outcome.tally
            kept = tally.published + sum(f.rows for f in outcome.findings if f.disposition is not None)
            assert tally.staged == kept, "a row left without a verdict, or with two"
        return outcome


def values(outcome: Outcome, kpi: str, period: str) -> dict[str, tuple[float | None, ...]]:
    """(numerator, denominator, value) of a KPI in a period by area."""
    assert outcome.reason is None, outcome.message
    rows = outcome.observations().to_pylist()
    return {
        one["area"]: (one["numerator"], one["denominator"], one["value"])
        for one in rows
        if one["kpi"] == kpi and one["period"] == period
    }


def counts(outcome: Outcome) -> dict[str, int]:
    """Rows by the code of their finding."""
    found: dict[str, int] = {}
    for finding in outcome.findings:
        found[finding.code] = found.get(finding.code, 0) + finding.rows
    return found
