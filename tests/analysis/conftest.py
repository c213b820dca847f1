"""A board of six communes with two years of random numbers, every one of them known to the test."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest

from ioc.board import Board
from tests.board.province import ROOT, Province, share

MONTHS = [f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13)][-23:-1]
LAST = MONTHS[-1]


@dataclass(frozen=True)
class Known:
    """The board and what was published: pairs by (kpi, area, period)."""

    board: Board
    pairs: dict[tuple[str, str, str], tuple[float, float | None]]
    areas: list[str]

    @property
    def codes(self) -> list[str]:
        """Present codes in order."""
        return [area.split("@")[0] for area in self.areas]


@pytest.fixture(scope="session")
def known(tmp_path_factory: pytest.TempPathFactory) -> Known:
    """Shares and counts with gaps, zero denominators and small ones."""
    province, dice = Province(tmp_path_factory.mktemp("analysis")), random.Random(7)
    pairs: dict[tuple[str, str, str], tuple[float, float | None]] = {}
    rows: list[tuple] = []
    for period in MONTHS:
        for kpi in ("online", "overdue"):
            sums = [0.0, 0.0]
            for at, area in enumerate(province.areas):
                if dice.random() < 0.12:
                    continue
                whole = 0 if dice.random() < 0.08 else dice.randint(5, 400) * (1 if at else 25)
                part = dice.randint(0, whole)
                pairs[kpi, area, period] = (part, whole)
                sums = [sums[0] + part, sums[1] + whole]
                rows.append(share(kpi, area, period, part, whole))
            count = sum((kpi, area, period) in pairs for area in province.areas)
            rows.append(share(kpi, ROOT, period, *sums, count, len(province.areas)))
        for kpi in ("received", "standing"):
            for area in province.areas:
                value = float(dice.randint(0, 50))
                pairs[kpi, area, period] = (value, None)
                status = "provisional" if period == LAST and kpi == "received" else "final"
                rows.append((kpi, area, period, value, None, value, status, None, None))
    province.publish(rows)
    board = Board(province.warehouse.latest(), province.site, province.register, province.warehouse)
    return Known(board, pairs, province.areas)
