"""A page left open: new editions come by themselves, failures are said at once, and old numbers never look fresh."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import SOURCES, Installation, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.faults]
Visit = Callable[..., Visitor]
OPERATOR = "operator"


def become_operator(page: Page) -> None:
    with page.expect_navigation():
        page.locator("#role").select_option(OPERATOR)
    page.wait_for_selector("#react-entry-point #page > *", state="attached")


def refresh(visitor: Visitor, source: str) -> None:
    """Press "Làm mới ngay" as the operator does."""
    page = visitor.go("/nguon-du-lieu")
    if not page.locator('[data-act="refresh"]').count():
        become_operator(page)
    page.locator(f'[data-act="refresh"][data-value="{source}"]:not([disabled])').click()


def test_a_new_edition_arrives_without_reload_and_leaves_everything_where_it_was(
    visit: Visit, installation: Installation
) -> None:
    leader, operator = visit(), visit()
    page = leader.go("/ban-do?xa=03388&lop=trang-song")
    page.wait_for_selector("#panel h2")
    page.get_by_role("button", name="Phóng to").click()
    page.evaluate(
        "window.kept = 'the same document'; document.querySelector('.ranking-scroll').scrollTop = 120;"
    )
    before = installation.edition()["edition"]
    address, view = page.url, page.locator(".map-view").get_attribute("transform")
    page.wait_for_timeout(16_000)  # the feeder adds dossiers every 15 seconds
    refresh(operator, "mot_cua")
    leader.until(f"Number(document.querySelector('.map').dataset.edition) > {before}", 60)
    assert page.evaluate("window.kept") == "the same document"
    assert page.url == address
    assert page.locator(".map-view").get_attribute("transform") == view
    assert page.evaluate("document.querySelector('.ranking-scroll').scrollTop") == 120
    expect(page.locator("#panel h2")).to_have_text("Phường Đoàn Kết")
    stamp = page.locator(".stamp-long").inner_text()
    assert int(re.findall(r"\d+", stamp)[0]) > before
    assert leader.complaints == []


def test_only_the_operator_may_refresh_and_the_others_are_told_so(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/nguon-du-lieu")
    assert page.locator('[data-act="refresh"]').count() == 0
    expect(page.get_by_text("Chỉ vai trò Quản trị vận hành được làm mới nguồn").first).to_be_visible()
    status = page.evaluate(
        "fetch('/api/refresh/mot_cua', {method: 'POST', headers: {'X-IOC': '1'}}).then(a => a.status)"
    )
    assert status == 403
    become_operator(page)
    expect(page.locator('[data-act="refresh"]')).to_have_count(SOURCES)


def test_every_source_accounts_for_all_its_rows_on_the_screen(visit: Visit) -> None:
    page = visit().go("/nguon-du-lieu")
    cards = page.locator("article.source")
    expect(cards).to_have_count(SOURCES)
    for card in cards.all():
        staged, published, parked, rejected = (
            int(text.replace(".", "")) for text in card.locator(".rows-cell dd").all_inner_texts()
        )
        assert staged == published + parked + rejected > 0
        if parked + rejected:
            card.locator("summary").click()
            expect(card.locator(".finding").first).to_be_visible()
            expect(card.locator(".sample li").first).not_to_be_empty()


def test_what_a_reader_has_opened_stays_open_when_the_page_renews_itself(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/nguon-du-lieu")
    card = page.locator("#react-entry-point article.source").first
    card.locator("summary").click()
    page.evaluate("window.old = document.querySelector('#react-entry-point article.source details')")
    page.evaluate("IOC.put('pulse', {data: 'again'})")
    visitor.until("!window.old.isConnected")
    expect(card.locator(".sample li").first).to_be_visible()


def test_a_lost_source_is_said_with_reason_and_remedy_and_its_last_numbers_stay(
    visit: Visit, installation: Installation
) -> None:
    visitor = visit()
    before = (
        visitor.go("/ban-do?kpi=cl_social")
        .locator(".map path.area")
        .evaluate_all("nodes => nodes.map(node => node.getAttribute('aria-label'))")
    )
    database = installation.data / "sources" / "an_sinh.db"
    away = database.with_suffix(".away")
    for suffix in ("", "-wal", "-shm"):
        part = database.with_name(database.name + suffix)
        if part.exists():
            part.rename(away.with_name(away.name + suffix))
    try:
        refresh(visitor, "an_sinh")
        page = visitor.page
        card = page.locator("#source-an_sinh")
        visitor.until("document.querySelector('#source-an_sinh .source-reason') !== null", 60)
        reason = card.locator(".source-reason").inner_text()
        assert len(reason) > 20 and "sqlite:///" not in reason
        assert re.search("[ăâđêôơưạảấầ]", reason), "the reason is said in Vietnamese"
        after = (
            visitor.go("/ban-do?kpi=cl_social")
            .locator(".map path.area")
            .evaluate_all("nodes => nodes.map(node => node.getAttribute('aria-label'))")
        )
        assert after == before
    finally:
        for suffix in ("", "-wal", "-shm"):
            part = away.with_name(away.name + suffix)
            if part.exists():
                part.replace(database.with_name(database.name + suffix))


def test_a_killed_server_is_noticed_the_numbers_stay_and_the_page_recovers_by_itself(
    visit: Visit, installation: Installation
) -> None:
    visitor = visit()
    page = visitor.go("/")
    tiles = page.locator(".tile-figure").all_inner_texts()
    installation.end()
    page.evaluate("IOC.watcher.poll()")
    visitor.until("document.documentElement.dataset.connection === 'lost'", 60)
    expect(page.locator("#chip")).to_contain_text("Mất kết nối, số liệu nhận")
    assert page.locator(".tile-figure").all_inner_texts() == tiles
    assert page.locator('.map[data-painted="38"]').count() == 1
    page.evaluate("window.kept = true")
    installation.begin()
    visitor.until("document.documentElement.dataset.connection === 'ok'", 90)
    assert page.evaluate("window.kept") is True, "the same programme came back: no reload"
    expect(page.locator("#chip")).to_contain_text("Đang cập nhật")


def test_a_page_that_is_told_to_log_in_or_handed_html_says_it_is_cut_off(visit: Visit) -> None:
    answers: tuple[dict[str, Any], ...] = (
        {"status": 401},
        {"status": 302, "headers": {"Location": "/"}},
        {"status": 503},
        {"status": 200, "content_type": "text/html", "body": "<html>"},
    )
    for answer in answers:
        visitor = visit()
        page = visitor.go("/")
        page.route("**/api/edition", partial(_answer_with, answer))
        page.evaluate("IOC.watcher.poll()")
        page.wait_for_timeout(200)
        page.evaluate("IOC.watcher.poll()")
        visitor.until("document.documentElement.dataset.connection === 'lost'", 20)
        assert page.locator(".tile-figure").count() == 8


def _answer_with(answer: dict[str, Any], route: Route, _: Request) -> None:
    route.fulfill(**answer)


def test_ages_follow_the_clock_of_the_server_not_of_the_screen(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    page.add_init_script("const real = Date.now; Date.now = () => real() + 5 * 365 * 86400e3;")
    visitor.go("/nguon-du-lieu")
    visitor.until("IOC.watcher.state() === 'ok'")
    text = page.locator("time.age").first.inner_text()
    assert "năm" not in text and "tháng" not in text
