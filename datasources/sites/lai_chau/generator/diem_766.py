"""The official scores of Decision 766 as a file, the way a province would hand in its download of them.

Owns the invented scores: every figure is synthetic, only maxima and the rule of points are those of the index.
The three online metrics have no known maxima, so the file gives that group as a whole. Each month is drawn by itself:
a later file repeats the months of an earlier one to the digit. Some rows of the newest month are wrong on purpose.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from datasources.sites.lai_chau.generator.facts import PROVINCE_CODE, PROVINCE_NAME, communes
from datasources.sites.lai_chau.generator.habits import habits
from ioc.periods import Period
from ioc.scoring.points import points, printed_sum
from ioc.scoring.rows import COLUMNS, Reason

MONTHS = 12
DOCUMENT = "Tệp điểm minh họa do hệ thống sinh ra, không phải số liệu chính thức"
_DOSSIERS = 9000
"""Dossiers of the whole province in a month."""
_FIRST = date(2025, 7, 1)
Floats = npt.NDArray[np.float64]
Rows = list[dict[str, object]]


@dataclass(frozen=True)
class _Metric:
    group: str
    code: str
    most: float
    full_at: float
    level: float
    by_remoteness: float
    cases: float
    """Denominator as a part of the unit's dossiers; below 0 a fixed number of procedures."""
    growth: float = 0.03
    habit: str | None = None


_METRICS = (
    _Metric("CKMB", "PUBLISH_ON_TIME", 6, 100, 0.99, 0.10, -60),
    _Metric("CKMB", "PUBLIC_UPDATE_ON_TIME", 4, 100, 0.985, 0.14, -60),
    _Metric("CKMB", "PUBLIC_CONTENT_FULL", 2, 100, 0.995, 0.05, -60),
    _Metric("CKMB", "DOSSIER_SYNC", 6, 100, 0.985, 0.16, 1.0),
    _Metric("TDGQ", "2.1", 20, 100, 1.01, -0.02, 1.0, 0.01),
    _Metric("MDSH", "ORIGINAL_RESULT_AVAILABLE", 6, 100, 0.95, 0.22, 0.7, 0.08, "result_digital"),
    _Metric("MDSH", "SO_HOA_GIAY_TO_GIAI_QUYET", 4, 80, 0.9, 0.36, 1.0, 0.08, "digitised"),
    _Metric("MDSH", "ELECTRONIC_CERTIFIED_COPY", 2, 100, 0.86, 0.32, 0.2),
    _Metric("MDSH", "REUSED_DIGITIZED_DATA", 2, 80, 0.62, 0.36, 1.0, 0.08, "reused"),
    _Metric("MDSH", "SYNCED_WITH_DVCQG_PERSONAL_STORAGE", 4, 100, 0.58, 0.24, 1.0, 0.06),
    _Metric("MDSH", "CITIZEN_DATA_CONNECTED_FORMALITY", 2, 100, 0.97, 0.06, -80),
    _Metric("MDSH", "CITIZEN_DATA_CONNECTED_DOSSIER", 2, 100, 0.88, 0.22, 1.0),
    _Metric("MDHL", "PETITION_PROCESSING_ON_TIME", 6, 100, 0.98, 0.12, -40),
    _Metric("MDHL", "PETITION_HANDLING_SATISFACTION", 6, 100, 0.96, 0.13, -40),
    _Metric("MDHL", "DOSSIER_RECEIVING_SATISFACTION", 6, 90, 0.93, 0.10, 1.0),
    _Metric("TTTT", "3.5", 2, 80, 0.93, 0.20, -50),
    _Metric("TTTT", "3.5b", 2, 100, 0.74, 0.34, -50),
    _Metric("TTTT", "3.6", 6, 100, 0.80, 0.40, 0.35, 0.1, "pay_online"),
)
_ONLINE, _ONLINE_MOST = "CLGQ", 12.0


def write_scores(folder: Path, anchor: date, seed: int = 2026) -> tuple[Path, dict[str, int]]:
    """Write the file of the months closed before `anchor`; the file and the ledger of its deliberate errors."""
    months = [Period.containing(anchor).previous()]
    while len(months) < MONTHS and months[0].first > _FIRST:
        months.insert(0, months[0].previous())
    rows = [row for month in months for row in _month(month, seed)]
    wrong, ledger = _spoil(rows, months[-1])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file_name(anchor)
    draft = path.with_suffix(".part")
    with draft.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(wrong)
    draft.replace(path)
    return path, ledger


def file_name(anchor: date) -> str:
    """The file's name, with the newest month in it."""
    return f"diem_766_{Period.containing(anchor).previous().key}.csv"


def _month(month: Period, seed: int) -> Iterator[dict[str, object]]:
    rng = np.random.default_rng([seed, 31, month.first.year * 12 + month.first.month])
    units, known = communes(), habits(seed)
    remote = np.array([unit.remoteness for unit in units] + [0.0])
    quirk = np.random.default_rng([seed, 37]).uniform(-0.02, 0.02, (len(_METRICS), len(remote)))
    back = max(0.0, 1 - ((month.first.year - 2025) * 12 + month.first.month - 7) / 18)
    volume = known.volume * _DOSSIERS * rng.uniform(0.9, 1.1)
    tops, bottoms = [], []
    for at, metric in enumerate(_METRICS):
        level = (
            getattr(known, metric.habit)
            if metric.habit
            else metric.level - 0.03 - (metric.by_remoteness + 0.09) * remote + quirk[at]
        )
        level = np.clip(level - metric.growth * back + rng.normal(0, 0.006, len(remote)), 0.05, 1.0)
        cases = np.full(len(remote), -metric.cases) if metric.cases < 0 else volume * metric.cases
        bottom = np.maximum(8, cases.round()).astype(int)
        bottoms.append(bottom)
        tops.append(np.minimum(bottom, np.round(bottom * level)).astype(int))
    online = np.clip(known.online - 0.05 * back + rng.normal(0, 0.01, len(remote)), 0, 1)
    names = [(unit.code, unit.name, "COMMUNE") for unit in units]
    for at, (code, name, level) in enumerate(names):
        figures = [(int(top[at]), int(bottom[at])) for top, bottom in zip(tops, bottoms, strict=True)]
        yield from _unit(month, code, name, level, figures, float(online[at]))
    whole = [(int(top.sum()), int(bottom.sum())) for top, bottom in zip(tops, bottoms, strict=True)]
    average = float((online * volume).sum() / volume.sum())
    yield from _unit(month, PROVINCE_CODE, PROVINCE_NAME, "PROVINCE", whole, average)


def _unit(
    month: Period, code: str, name: str, level: str, figures: list[tuple[int, int]], online: float
) -> Iterator[dict[str, object]]:
    head = {"period_type": "month", "year": month.first.year, "period_no": month.first.month,
            "dept_code": code, "dept_name": name, "dept_level": level}  # fmt: skip
    groups: dict[str, list[float]] = {"CKMB": [], "TDGQ": [], _ONLINE: [], "MDSH": [], "MDHL": [], "TTTT": []}
    most: dict[str, float] = dict.fromkeys(groups, 0.0) | {_ONLINE: _ONLINE_MOST}
    for metric, (top, bottom) in zip(_METRICS, figures, strict=True):
        ratio = round(100 * top / bottom, 2)
        score = round(points(ratio, metric.most, metric.full_at), 2)
        groups[metric.group].append(score)
        most[metric.group] += metric.most
        yield head | {"group_code": metric.group, "metric_code": metric.code, "numerator": top, "denominator": bottom,
                      "ratio": ratio, "score": f"{score:.2f}", "max_score": f"{metric.most:g}"}  # fmt: skip
    groups[_ONLINE].append(round(_ONLINE_MOST * (0.2 + 0.7 * online), 2))
    totals = {group: printed_sum(scores, 2) or 0.0 for group, scores in groups.items()}
    for group, score in totals.items():
        yield head | {
            "group_code": group,
            "metric_code": "",
            "score": f"{score:.2f}",
            "max_score": f"{most[group]:g}",
        }
    total = printed_sum(totals.values(), 2)
    yield head | {"group_code": "TOTAL", "metric_code": "", "score": f"{total:.2f}", "max_score": "100"}


def _spoil(rows: Rows, newest: Period) -> tuple[Rows, dict[str, int]]:
    """Rows of the newest month made wrong, always the same ones, and one commune not scored to the end."""
    mine = [row for row in rows if (row["year"], row["period_no"]) == (newest.first.year, newest.first.month)]
    late = communes()[-1].code
    unfinished = [
        row for row in mine
        if row["dept_code"] == late and (row["group_code"] == "TOTAL" or (row["group_code"] == "MDHL" and row["metric_code"] in ("", "PETITION_HANDLING_SATISFACTION")))
    ]  # fmt: skip
    gone = {id(row) for row in unfinished}
    kept = [row for row in rows if id(row) not in gone]
    sample = [row for row in mine if row["metric_code"] == "DOSSIER_SYNC" and row["dept_level"] == "COMMUNE"]
    wrong = {
        Reason.UNKNOWN_UNIT: [sample[0] | {"dept_code": "99999"}, sample[1] | {"dept_code": "99998"}],
        Reason.NAME_MISMATCH: [sample[2] | {"dept_name": "Xã Không Có Tên"}],
        Reason.UNKNOWN_METRIC: [sample[3] | {"metric_code": "OLD_METRIC"}],
        Reason.IMPOSSIBLE: [sample[4] | {"score": "7.50"}],
        Reason.BAD_VALUE: [sample[5] | {"score": "sáu điểm"}],
        Reason.MISSING: [sample[6] | {"score": ""}],
        Reason.DUPLICATE: [sample[7], sample[8]],
    }  # fmt: skip
    extra = [row for found in wrong.values() for row in found]
    return kept + extra, {f"dirt.diem_766.{reason.value}": len(found) for reason, found in wrong.items()}
