"""The page of what deserves attention: findings in words, from a sheet no younger than the edition, within the scope."""

from __future__ import annotations

import pytest

from ioc.clusters import sheet as sheets
from ioc.clusters.moran import Cluster, Pattern
from ioc.clusters.sheet import Findings, Sheet
from ioc.clusters.shifts import Shift
from tests.web.conftest import Browser
from tests.web.test_face_guarded import browser, server

__all__ = ["browser", "server"]


@pytest.fixture
def sheet(server) -> None:
    found = Findings(
        "k", "2026-10", 6, 5, (Cluster("00001", Pattern.HIGH, 0.002), Cluster("00002", Pattern.LOW, 0.002)),
        ("2026-09", "2026-10"), (Shift("00003", -4.5, 80.0, 70.0, 79.0, 80.0),),
    )  # fmt: skip
    down = Findings("k", "2026-10", 6, 5, (Cluster("00001", Pattern.HIGH, 0.002),), None, ())
    sheets.write(
        Sheet(2, "ab" * 32, True, {"online": found, "overdue": down}),
        server.extensions["ioc.runner"]._office.settings.data,
    )


def first(browser: Browser, path: str) -> str:
    return browser.get(path).text.split('id="first"')[1].split('id="react-entry-point"')[0]


def test_high_is_good_or_bad_by_the_direction_of_the_kpi(browser: Browser, sheet: None) -> None:
    up, down = first(browser, "/diem-chu-y?kpi=online"), first(browser, "/diem-chu-y?kpi=overdue")
    assert 'data-good="00001"' in up and 'data-bad="00002"' in up
    assert 'data-bad="00001"' in down and "data-good" not in down
    assert "Tụt lại so với các xã tương tự" in up and "80,0 → 70,0" in up and "/xa/00003" in up
    for words in ("Nói lên điều gì", "Không nói lên điều gì", "Tính từ bản số liệu số 2"):
        assert words in up


def test_an_older_edition_is_not_told_what_came_later(browser: Browser, sheet: None) -> None:
    assert "Chưa có kết quả nào" in first(browser, "/diem-chu-y?ban=1")


def test_an_unknown_kpi_falls_back_to_the_one_with_most_findings(browser: Browser, sheet: None) -> None:
    assert "Chỉ số online" in first(browser, "/diem-chu-y?kpi=khong_co")
