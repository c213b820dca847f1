"""Chấm điểm in a real browser: the province, its communes, one commune's metrics, other periods, a phone, paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import COMMUNES, Visitor

pytestmark = pytest.mark.browser
PATH = "/cham-diem"
expect.set_options(timeout=30_000)  # a loaded machine is not a fault


def test_the_province_stands_with_its_groups_and_every_commune(visit) -> None:  # type: ignore[no-untyped-def]
    visitor: Visitor = visit()
    page = visitor.go(PATH)
    expect(page.locator("#title")).to_have_text("Chấm điểm")
    expect(page.locator(".score-card h3")).to_have_text("Tỉnh Lai Châu")
    expect(page.locator(".score-group")).to_have_count(6)
    expect(page.locator(".score-list tbody tr")).to_have_count(COMMUNES)
    expect(page.locator(".score-card .mark")).to_have_text("chưa kiểm chứng")
    expect(page.locator(".score-origin")).to_contain_text("không phải số liệu chính thức")
    assert visitor.violations() == []


def test_a_commune_opens_to_its_metrics_and_back_and_the_address_says_it(visit) -> None:  # type: ignore[no-untyped-def]
    visitor: Visitor = visit()
    page = visitor.go(PATH)
    link = page.locator(".score-list tbody th a").first
    name = link.inner_text()
    link.click()
    expect(page.locator(".score-card h3")).to_have_text(name)
    assert "xa=" in page.url
    expect(page.locator(".score-metrics .is-gain").filter(has_text="còn có thể tăng").or_(
        page.locator(".score-metrics .is-gain").filter(has_text="Còn có thể tăng")
    ).first).to_be_visible()  # fmt: skip
    page.get_by_role("link", name="Về toàn tỉnh").click()
    expect(page.locator(".score-card h3")).to_have_text("Tỉnh Lai Châu")
    page.go_back()
    expect(page.locator(".score-card h3")).to_have_text(name)


def test_an_earlier_period_has_its_own_total(visit) -> None:  # type: ignore[no-untyped-def]
    visitor: Visitor = visit()
    page = visitor.go(PATH)
    newest, total = page.locator(".step-now").inner_text(), page.locator(".score-figure").inner_text()
    page.locator(".score-tools a.step").first.click()
    expect(page.locator(".step-now")).not_to_have_text(newest)
    expect(page.locator(".score-figure")).not_to_have_text(total)
    assert "ky=" in page.url


@pytest.mark.parametrize("path", [PATH, f"{PATH}?xa=03408"])
def test_a_phone_needs_no_sideways_scrolling(visit, path: str) -> None:  # type: ignore[no-untyped-def]
    visitor: Visitor = visit()
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    page = visitor.go(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_paper_shows_the_scores_without_the_navigation(visit) -> None:  # type: ignore[no-untyped-def]
    visitor: Visitor = visit()
    page = visitor.go(PATH)
    page.emulate_media(media="print")
    expect(page.locator(".rail")).to_be_hidden()
    expect(page.locator(".demonstration").first).to_be_visible()
    expect(page.locator(".score-list")).to_be_visible()
