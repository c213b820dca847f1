"""A KPI known for the province only says so on map, ranking and overview, instead of showing grey communes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import COMMUNES, Visitor

pytestmark = pytest.mark.browser
Visit = Callable[[], Visitor]
WORDS = "Chỉ có số toàn tỉnh"


def test_the_map_says_that_there_are_no_communes_to_colour_or_rank(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/ban-do?kpi=sec_level")
    expect(page.locator(".legend-whole")).to_contain_text(WORDS)
    expect(page.locator(".legend-whole")).to_contain_text("%")
    assert page.locator(".map path.area.no-p").count() == COMMUNES
    assert page.locator(".map path.area.no-m").count() == 0
    expect(page.locator(".legend-classes .legend-row")).to_have_count(0)
    expect(page.locator(".ranking-note")).to_contain_text(WORDS)
    expect(page.locator(".ranking-table")).to_be_hidden()
    page.evaluate("IOC.address.go({kpi: 'fibre_hh'})")
    page.wait_for_selector('.map[data-kpi="fibre_hh"]')
    expect(page.locator(".ranking-table tbody tr")).to_have_count(COMMUNES)
    expect(page.locator(".legend-whole")).to_have_count(0)


def test_the_overview_and_the_page_of_the_kpi_say_it_too(visit: Visit) -> None:
    page = visit().go("/?kpi=p06_model_done")
    expect(page.locator("#ends")).to_contain_text("chỉ có số toàn tỉnh")
    page = visit().go("/chi-so?kpi=p06_model_done")
    expect(page.locator(".kpi-ranking")).to_contain_text("chỉ có số toàn tỉnh")
    expect(page.locator(".kpi-about")).to_contain_text("mô phỏng theo mẫu Nghệ An 2024")
