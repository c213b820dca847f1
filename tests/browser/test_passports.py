"""In a browser: one click from a figure to its passport and back, a held edition that stays, a catalogue to search."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Installation, Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


def test_one_click_leads_from_every_figure_to_its_passport_and_back(visit: Visit) -> None:
    visitor = visit()
    visitor.page.set_default_timeout(120_000)  # charts are drawn on the way, which a busy machine does slowly
    page = visitor.go("/")
    page.locator(".tile-frame .to-passport").first.click()
    expect(page.locator("#passport .passport-part").first).to_be_visible()
    figure = page.locator("#passport .tile-figure").inner_text()
    page.go_back()
    expect(page.locator(".tile-figure").first).to_have_text(figure)
    page = visitor.go("/ban-do?xa=03466")
    for place in (
        ".province .to-passport",
        ".panel .tile-value .to-passport",
        ".ranking-table a.passport-link",
    ):
        page.locator(place).first.click()
        expect(page.locator("#passport .facts").first).to_be_visible()
        page.go_back()
        visitor.painted()
    assert visitor.complaints == [] and visitor.violations() == []


def test_the_permanent_link_shows_the_same_number_in_the_same_edition(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/so?kpi=ops_online_share&xa=03466&ky=2026-10")
    before = page.locator("#passport .passport-part.is-number").inner_text()
    href = page.get_by_role("link", name="Đường dẫn cố định").get_attribute("href")
    assert href and "ban=" in href
    again = visit().go(href)
    assert again.locator("#passport .passport-part.is-number .tile-figure").inner_text() in before
    expect(again.locator(".closed")).to_be_visible()


def test_a_recount_on_the_page_agrees(visit: Visit) -> None:
    page = visit().go("/so?kpi=cl_social&ky=2026-10")
    page.locator("#recount-ask").click()
    expect(page.locator("#recount .verdict.is-agrees")).to_be_visible(timeout=30_000)


def test_a_held_edition_is_marked_stays_while_newer_ones_come_and_leads_back(
    visit: Visit, installation: Installation
) -> None:
    newest = installation.edition()["edition"]
    visitor = visit()
    page = visitor.go(f"/?ban={newest}")
    expect(page.locator(".closed strong")).to_contain_text(f"Số liệu chốt: bản số {newest},")
    tiles = page.locator(".tile-figure").all_inner_texts()
    page.evaluate("IOC.emit('edition', 999999)")  # as if a newer one had come
    page.wait_for_timeout(500)
    assert page.locator("#map .map").get_attribute("data-edition") == str(newest)
    assert page.locator(".tile-figure").all_inner_texts() == tiles
    page.locator(".rail a[href^='/ban-do']").click()
    visitor.painted()
    assert f"ban={newest}" in page.url, "the map holds the edition too"
    expect(page.locator(".closed")).to_be_visible()
    page.locator("[data-act=present]").click()
    page.wait_for_url(lambda url: "ban=" not in url)
    visitor.painted()
    expect(page.locator(".closed")).to_have_count(0)


def test_an_edition_that_never_was_is_not_shown_as_the_present_one(visit: Visit) -> None:
    page = visit().go("/?ban=999999")
    expect(page.get_by_text("Không có bản số liệu này")).to_be_visible()
    assert page.locator(".tile-figure").count() == 0


def test_editions_are_listed_and_open(visit: Visit) -> None:
    page = visit().go("/ban-so-lieu")
    page.locator(".editions-open a").last.click()
    expect(page.locator(".closed")).to_be_visible()


@pytest.mark.parametrize(
    ("typed", "found"), [("ho so nop", True), ("hồ sơ nộp", True), ("hỗ sơ nộp", False), ("xyz", False)]
)
def test_the_catalogue_is_searched_without_marks_but_honours_those_that_are_typed(
    visit: Visit, typed: str, found: bool
) -> None:
    page = visit().go("/chi-so")
    page.locator("#catalogue-search input").fill(typed)
    row = page.get_by_role("link", name="Tỷ lệ hồ sơ nộp trực tuyến", exact=True)
    expect(row).to_be_visible() if found else expect(row).to_be_hidden()
    expect(page.locator("#catalogue-none")).to_be_visible(visible=not found)


def test_a_kpi_page_steps_through_time_and_leads_to_the_map(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/chi-so?kpi=ops_online_share&ky=2026-10")
    expect(page.locator("#kpi-trend .main-svg").first).to_be_visible()
    page.locator(".steps a.step").first.click()
    expect(page.locator(".step-now")).to_have_text("Tháng 9/2026")
    page.get_by_role("link", name="Xem trên bản đồ").click()
    visitor.painted()
    assert "kpi=ops_online_share" in page.url and "ky=2026-09" in page.url
    assert visitor.complaints == []
