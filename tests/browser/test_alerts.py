"""The page of alerts in a real browser: what is open, who may act, what is typed stays, and the count that follows."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Installation, Visitor, wait

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


def as_operator(visitor: Visitor, page: Page) -> None:
    """Choose the role in the header, as a person would."""
    with page.expect_navigation():
        page.select_option("#role", "operator")
    page.wait_for_selector("#react-entry-point #page > *", state="attached")


def open_alerts(place: Installation) -> int:
    from bench.stage import fetch

    told = fetch(f"{place.base}/api/alerts")
    assert isinstance(told, dict)
    return int(told["open"])


@pytest.fixture
def alerted(installation: Installation) -> Installation:
    """The demonstration, with an alert that somebody may take in hand."""
    wait(lambda: open_alerts(installation) > 0, 90, "an open alert of the demonstration")
    return installation


def test_a_few_alerts_are_open_each_with_place_value_owner_and_way_to_the_map(
    alerted: Installation, visit: Visit
) -> None:
    page = visit().go("/canh-bao")
    cards = page.locator("#react-entry-point .alert")
    assert 1 <= cards.count() <= 8, "a wall of alerts is no alert"
    first = page.locator("#react-entry-point .alert[data-rule=truc_tuyen_thap]")
    expect(first.locator(".alert-what")).to_contain_text(re.compile(r"\d+/38 xã, phường dưới"))
    expect(first.locator(".alert-facts")).to_contain_text("Phụ trách: Trung tâm Phục vụ hành chính công tỉnh")
    expect(first.locator(".alert-severity .shape")).to_have_count(1)
    expect(page.locator("#react-entry-point .alert-acts")).to_have_count(0)
    expect(page.locator("#react-entry-point .alerts-head")).to_contain_text("Quản trị vận hành")
    first.locator(".alert-members a").first.click()
    page.wait_for_url(re.compile(r"/ban-do\?.*kpi=ops_online_share.*xa=\d{5}"))


def test_the_navigation_counts_and_the_overview_says_what_is_open(
    alerted: Installation, visit: Visit
) -> None:
    visitor = visit()
    page = visitor.go("/")
    shown = page.locator(".rail .nav-count")
    wait(lambda: shown.inner_text() == str(open_alerts(alerted)), 60, "the count in the navigation")
    strip = page.locator("#react-entry-point #alert-strip")
    expect(strip.locator(".strip-one").first).to_be_visible()
    assert strip.bounding_box()["height"] < 80  # type: ignore[index]
    strip.locator("a").last.click()
    page.wait_for_url("**/canh-bao")
    assert visitor.complaints == []


def test_an_operator_takes_in_hand_and_ends_with_a_reason_that_others_then_read(
    alerted: Installation, visit: Visit
) -> None:
    visitor, other = visit(), visit()
    page, seen = visitor.go("/canh-bao"), other.go("/canh-bao")
    before = open_alerts(alerted)
    as_operator(visitor, page)
    card = page.locator("#react-entry-point .alert[data-state=open]").first
    name = f"#react-entry-point #{card.get_attribute('id')}"
    reason = page.locator(f"{name} .alert-reason")
    page.locator(f"{name} [data-alert-act=acknowledge]").click()
    expect(page.locator("#toast")).to_contain_text("lý do")
    reason.fill("Đã cử cán bộ xuống xã")
    # What is being typed outlives the renewals that a new edition or another's act bring.
    page.evaluate("IOC.put('pulse', {data: 'again'})")
    page.wait_for_timeout(1500)
    expect(reason).to_have_value("Đã cử cán bộ xuống xã")
    page.locator(f"{name} [data-alert-act=acknowledge]").click()
    expect(page.locator(f"{name} .alert-taken")).to_contain_text("Đã cử cán bộ xuống xã")
    assert open_alerts(alerted) == before - 1
    expect(seen.locator(f"{name} .alert-taken")).to_contain_text("demo-operator", timeout=30_000)
    reason.fill("Đã xử lý xong")
    page.locator(f"{name} [data-alert-act=resolve]").click()
    expect(page.locator(name)).to_have_count(0)
    expect(page.locator("#react-entry-point .alert-ended")).to_contain_text("Đã xử lý xong")


def test_without_a_script_the_page_still_says_what_is_open(alerted: Installation, visit: Visit) -> None:
    visitor = visit(script=False)
    visitor.page.goto(f"{alerted.base}/canh-bao")
    expect(visitor.page.locator("#first .alerts-count")).to_be_visible()


def test_on_a_phone_nothing_is_cut_off(alerted: Installation, visit: Visit) -> None:
    page = visit(390, 844).go("/canh-bao")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    tabs = page.locator(".tabs a, .tabs button")
    boxes = [tabs.nth(at).bounding_box() for at in range(tabs.count())]
    assert max(box["height"] for box in boxes if box) < 64
    expect(page.locator(".tabs .nav-count")).to_be_visible()
