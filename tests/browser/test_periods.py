"""Periods and history in a real browser: kinds are offered where they exist, the address says which, old units show."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


def test_the_kinds_of_period_are_those_the_kpi_has_and_stand_in_the_address(visit: Visit) -> None:
    page = visit().go("/ban-do?kpi=ops_online_share&ky=2026-09")
    kinds = page.locator("#period .segment").first.get_by_role("radio")
    expect(kinds).to_have_text(["Ngày", "Tháng", "Quý", "Năm"])
    kinds.nth(2).click()
    expect(page.locator(".map")).to_have_attribute("data-period", "2026-Q3")
    assert parse_qs(urlsplit(page.url).query)["ky"] == ["2026-Q3"]
    expect(page.locator(".period-select option:checked")).to_have_text("Quý III/2026")
    page.locator("#period .segment").first.get_by_role("radio").nth(3).click()
    expect(page.locator(".map")).to_have_attribute("data-period", "2026")
    page.go_back()
    expect(page.locator(".map")).to_have_attribute("data-period", "2026-Q3")


def test_a_kpi_of_months_alone_offers_no_other_kind(visit: Visit) -> None:
    page = visit().go("/ban-do?kpi=vil_no_grid")
    expect(page.locator(".period-select")).to_be_visible()
    assert "Quý" not in page.locator("#period").inner_text()


def test_a_merged_commune_shows_the_units_it_was_made_of_with_their_own_figures(visit: Visit) -> None:
    page = visit().go("/ban-do?kpi=ops_online_share&ky=2025-05&xa=03388")
    rows = page.locator(".former tbody tr")
    expect(rows).to_have_count(6)
    texts = rows.all_inner_texts()
    parts = [text.rsplit("(", 1)[1].split(")")[0].split("/") for text in texts]
    counts = [[int(number.replace(".", "")) for number in pair] for pair in parts if len(pair) == 2]
    assert [sum(column) for column in zip(*counts[:-1], strict=True)] == counts[-1]
    assert any("03403" in text for text in texts)
    expect(page.locator(".breaks li")).to_contain_text("hợp thành từ")
    expect(page.locator(".pace")).to_contain_text("Thử lại")
