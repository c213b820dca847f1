"""The quality page in a real browser: from a weak source to its rows, the ledger of a year, and the small meters."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.browser.conftest import Visitor

Visit = Callable[..., Visitor]
METER = re.compile(r"Chất lượng \d+/100: đúng .+, đủ .+, sạch .+, sống .+")


def test_a_source_leads_to_its_communes_and_a_commune_to_its_own_flawed_rows(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/chat-luong")
    page.click("#quality .scores a[href*='nguon=an_sinh']")
    page.wait_for_selector("#chi-tiet h2:has-text('an sinh')")
    assert page.locator("#chi-tiet .flaws .finding").count() > 3
    assert "99999" in page.inner_text("#chi-tiet .flaws")
    page.click("#chi-tiet .scores a[href*='xa=03388']")
    page.wait_for_selector("#chi-tiet .chip-choice:has-text('Đoàn Kết')")
    text = page.inner_text("#chi-tiet .flaws")
    assert "99999" not in text, "a row without a commune was blamed on one"
    assert "nguon=an_sinh" in page.url
    assert "xa=03388" in page.url
    page.go_back()
    page.wait_for_selector("#chi-tiet .chip-choice", state="detached")
    assert visitor.violations() == []
    assert visitor.complaints == []


def test_the_overall_score_shown_is_the_least_of_the_four(visit: Visit) -> None:
    page = visit().go("/chat-luong")
    rows = page.eval_on_selector_all(
        ".quality-sources tbody tr",
        "rows => rows.map(row => [...row.querySelectorAll('td')].slice(0, 5).map(cell => cell.textContent))",
    )
    assert len(rows) > 4
    for row in rows:
        *four, overall = [float(text.replace(",", ".")) for text in row if text != "–"]
        assert overall == min(four)


def test_the_ledger_of_another_year_opens_by_its_link_and_prints_alone(visit: Visit) -> None:
    page = visit().go("/chat-luong")
    page.click(".ledger .segment a:has-text('2025')")
    page.wait_for_selector("#ledger h2:has-text('2025')")
    assert page.locator(".ledger-table tbody tr").count() > 3
    page.evaluate("window.print = () => { window.printed = document.documentElement.dataset.print; }")
    page.click("[data-print]")
    assert page.evaluate("window.printed") == "ledger"
    page.emulate_media(media="print")
    assert not page.is_visible(".quality-sources")
    assert not page.is_visible(".rail")
    assert page.is_visible(".ledger-table")
    assert page.is_visible(".signatures")


def test_every_number_on_the_overview_carries_its_meter_in_words(visit: Visit) -> None:
    page = visit().go("/")
    tiles = page.locator("#tiles .tile")
    meters = page.locator("#tiles .tile .quality")
    assert meters.count() == tiles.count() > 0
    for label in meters.evaluate_all("found => found.map(one => one.getAttribute('aria-label'))"):
        assert METER.fullmatch(label)


def test_the_panel_of_a_commune_leads_to_the_quality_of_its_number(visit: Visit) -> None:
    page = visit().go("/ban-do?kpi=cl_social&xa=03388")
    page.wait_for_selector("#panel .quality")
    page.click("#panel .panel-quality a")
    page.wait_for_selector("#chi-tiet .chip-choice:has-text('Đoàn Kết')")
    assert "kpi=cl_social" in page.url


def test_the_page_is_whole_before_any_script_and_fits_a_phone(visit: Visit) -> None:
    plain = visit(script=False)
    plain.page.goto(plain.base + "/chat-luong")
    assert plain.page.locator(".quality-sources tbody tr").count() > 4
    page = visit(width=390, height=844).go("/chat-luong")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
