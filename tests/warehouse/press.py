"""Making and publishing contributions in a line or two, for the tests of the warehouse."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from ioc.observations import OBSERVATIONS, PLACES, Edition
from ioc.warehouse import Warehouse

Key = tuple[str, str, str]


def facts(values: Mapping[Key, Any], source: str = "s1") -> pa.Table:
    """Observations from {(kpi, area, period): value, or a dict of columns}."""
    rows = []
    for (kpi, area, period), value in values.items():
        row = {
            "kpi": kpi, "area": area, "period": period, "numerator": None, "denominator": None, "value": None,
            "status": "final", "reporting": None, "expected": None, "source": source,
        }  # fmt: skip
        rows.append(row | (value if isinstance(value, dict) else {"value": value}))
    return pa.Table.from_pylist(rows, schema=OBSERVATIONS)


def points(values: Mapping[tuple[str, str], Mapping[str, object]], source: str = "s1") -> pa.Table:
    """Places from {(kind, id): attributes}."""
    rows = [
        {
            "kind": kind, "id": key, "area": "a", "name": f"Bản {key}", "lat": 22.0, "lon": None,
            "attributes": json.dumps(attributes, sort_keys=True), "source": source,
        }
        for (kind, key), attributes in values.items()
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=PLACES)


@dataclass
class Press:
    """Publishes under one term."""

    warehouse: Warehouse
    term: int

    def run(self, source: str = "s1") -> int:
        """A new run, ready to publish."""
        return self.warehouse.open_run(source, "manual", "test", self.term, datetime.now(UTC))

    def publish(
        self,
        values: Mapping[Key, Any] | pa.Table,
        places: Mapping[tuple[str, str], Mapping[str, object]] | None = None,
        source: str = "s1",
        now: datetime | None = None,
    ) -> Edition:
        """One run from start to publication."""
        table = values if isinstance(values, pa.Table) else facts(values, source)
        return self.warehouse.publish(
            self.run(source), source, table, points(places or {}, source), self.term, now or datetime.now(UTC)
        )

    def shown(self, kpis: Iterable[str], edition: int) -> dict[Key, float | None]:
        """All values of some KPIs as an edition shows them."""
        return {
            (item.kpi, item.area, item.period): item.value
            for kpi in kpis
            for item in self.warehouse.slice(kpi, edition)
        }
