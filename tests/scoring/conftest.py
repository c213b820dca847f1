"""A small province with an index of two groups, a file of scores, and both databases to keep them in."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ioc.office import Office
from ioc.scoring.index import Index, IndexFile
from ioc.scoring.rows import COLUMNS
from ioc.warehouse import Warehouse
from tests.board.province import Province, numbers, villages

BANDS = [("xuat_sac", 90), ("tot", 80), ("kha", 70), ("trung_binh", 50), ("yeu", 0)]


def text(words: str) -> dict[str, str]:
    return {"vi": words, "en": words}


def metric(code: str, **more: Any) -> dict[str, Any]:
    return {"id": code, "name": text(code), "official_only": "kpi" not in more, **more}


def index(groups: list[dict[str, Any]], **more: Any) -> Index:
    """An index of these groups, its maximum being their sum."""
    bands = [{"id": name, "name": text(name), "lower": lower} for name, lower in BANDS]
    most = sum(group["max"] for group in groups)
    head = {
        "id": "thu",
        "name": text("Bộ thử"),
        "short": text("Bộ thử"),
        "decision": "Quyết định thử",
        "max": most,
    }
    return IndexFile.model_validate({"index": [{**head, "group": groups, "band": bands, **more}]}).index[0]


def group(code: str, most: float, *metrics: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": f"nhom_{code.lower()}",
        "code": code,
        "name": text(code),
        "max": most,
        "metric": list(metrics),
        **more,
    }


@pytest.fixture
def small() -> Index:
    """Two groups: one of a metric with a KPI and one without, one that only official files know."""
    return index([
        group("A", 60, metric("a1", max=40, full_at=80, kpi="online"), metric("a2", max=20)),
        group("B", 40, metric("b1", max=40)),
    ])  # fmt: skip


@pytest.fixture
def office(tmp_path: Path, warehouse_url: str, small: Index) -> Office:
    """The test province's office with an empty book of scores, once on SQLite and once on PostgreSQL."""
    province = Province(tmp_path / "province")
    province.publish(numbers(province), villages(province))
    made = replace(province.office)
    made.__dict__["site"] = replace(province.site, indices={small.id: small})
    made.__dict__["warehouse"] = Warehouse(warehouse_url)
    made.warehouse.migrate()
    return made


Row = dict[str, Any]
Write = Callable[..., Path]


def row(**changes: Any) -> Row:
    """A sound row of commune 00001 in October 2026."""
    sound: Row = {
        "period_type": "month", "year": 2026, "period_no": 10, "dept_code": "00001", "dept_name": "", "dept_level": "COMMUNE",
        "group_code": "A", "metric_code": "a1", "numerator": 50, "denominator": 100, "ratio": 50, "score": 25, "max_score": 40,
    }  # fmt: skip
    return sound | changes


@pytest.fixture
def write(tmp_path: Path, office: Office) -> Write:
    """Write rows as a CSV; the name of the unit is filled in where it is left empty."""
    names = {area.code: area.name for area in (*office.register.communes, *office.register.provinces)}

    def written(*rows: Row, name: str = "diem.csv", delimiter: str = ",", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, delimiter=delimiter)
            writer.writeheader()
            writer.writerows(
                {**one, "dept_name": one["dept_name"] or names.get(one["dept_code"], "?")} for one in rows
            )
        return path

    return written
