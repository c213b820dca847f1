"""Every page, in both languages, by day and by night, on a desk, a wall and a phone: whole, silent and at home."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from layouts.face import PAGES
from tests.browser.conftest import Installation, Visitor, opening

pytestmark = pytest.mark.browser
MARK = {
    "vi": "Dữ liệu minh họa, không phải số liệu chính thức",
    "en": "Demonstration data, not official figures",
}
SIZES = {"desk": (1920, 1080), "phone": (390, 844), "wall": (3840, 2160), "tablet": (1024, 768)}
Visit = Callable[..., Visitor]


@pytest.fixture(scope="module", params=PAGES)
def both(
    request: pytest.FixtureRequest, browser: Browser, installation: Installation
) -> Iterator[dict[str, Visitor]]:
    """One page open twice: in Vietnamese by day on a desk, in English by night on a phone."""
    with opening(browser, installation) as open_one:
        found = {"vi": open_one(*SIZES["desk"]), "en": open_one(*SIZES["phone"], night=True, lang="en")}
        for visitor in found.values():
            visitor.go(request.param).wait_for_load_state("networkidle")
            visitor.until("IOC.watcher.state() === 'ok'")
        yield found


@pytest.mark.parametrize("lang", MARK)
def test_a_page_asks_nobody_else_says_nothing_amiss_and_fits(both: dict[str, Visitor], lang: str) -> None:
    visitor = both[lang]
    page = visitor.page
    assert len(visitor.asked) > 20
    expect(page.get_by_text(MARK[lang]).first).to_be_visible()
    assert page.locator("html").get_attribute("lang") == lang
    text = page.locator("body").inner_text()
    assert not re.findall(r"\b(?:face|units|grades|states|runs|sources|map)\.[a-z_.]+\b", text), (
        "a word has no wording"
    )
    assert not re.findall(r"\b(?:undefined|NaN|None|null)\b", text)
    before = page.viewport_size
    assert before is not None
    for width, height in [(before["width"], before["height"]), *SIZES.values()]:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(400)  # what is drawn to measure is drawn anew
        wide = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide[0] <= wide[1], f"the page is wider than a screen of {width}"
    page.set_viewport_size(before)
    assert visitor.complaints == []
    assert visitor.violations() == []


def test_the_english_page_says_in_english_what_the_vietnamese_page_says(both: dict[str, Visitor]) -> None:
    ours = (
        "Tổng quan",
        "Bản đồ",
        "Nguồn dữ liệu",
        "Chỉ tiêu",
        "Xếp hạng",
        "Đang",
        "Tháng",
        "Trong ngưỡng",
        "Lịch",
        "dòng",
    )
    texts = {lang: visitor.page.locator("body").inner_text() for lang, visitor in both.items()}
    assert not [word for word in ours if re.search(rf"\b{word}\b", texts["en"])]
    assert [word for word in ours if re.search(rf"\b{word}\b", texts["vi"])]


def test_every_control_can_be_reached_and_named_by_keyboard_and_reader(both: dict[str, Visitor]) -> None:
    page = both["vi"].page
    nameless = page.evaluate("""
        [...document.querySelectorAll('button, a[href], select, input:not([type=hidden])')]
          .filter(node => node.offsetParent && !node.textContent.trim() && !node.getAttribute('aria-label')
            && !node.getAttribute('title') && !node.getAttribute('placeholder') && !node.closest('label'))
          .map(node => node.outerHTML.slice(0, 120))
    """)
    assert nameless == []
    seen = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.outerHTML.slice(0, 80)"))
    assert len(seen) >= 6


@pytest.mark.parametrize("path", PAGES)
def test_the_page_is_readable_before_any_script_has_run(path: str, visit: Visit) -> None:
    page = visit(script=False).page
    page.goto(visit().base + path)
    expect(page.locator("#first h1")).not_to_be_empty()
    expect(page.get_by_text(MARK["vi"]).first).to_be_visible()
    assert len(page.locator("#first").inner_text()) > 300


def test_what_is_seen_first_gives_way_to_the_same_page_alive(visit: Visit) -> None:
    still, living = visit(script=False).page, visit()
    still.goto(living.base + "/nguon-du-lieu")
    page = living.go("/nguon-du-lieu")
    assert page.locator("#first").count() == 0
    assert page.locator("#page").count() == 1
    words = [one.locator("#page h2").all_inner_texts() for one in (still, page)]
    assert words[0] == words[1] and len(words[0]) >= 6


def test_an_address_that_is_no_page_is_told_so_with_a_way_home(visit: Visit) -> None:
    visitor = visit()
    answer = visitor.page.goto(visitor.base + "/khong-co")
    assert answer is not None and answer.status == 404
    expect(visitor.page.locator("#page h2")).to_have_text("Không tìm thấy trang")
    visitor.page.get_by_role("link", name="Về trang Tổng quan").click()
    visitor.painted()


def test_the_theme_is_kept_and_pages_follow_it_without_a_flash(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/")
    day = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Đêm").click()
    visitor.until(f"getComputedStyle(document.body).backgroundColor !== '{day}'")
    night = page.evaluate("getComputedStyle(document.body).backgroundColor")
    visitor.go("/nguon-du-lieu")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == night
    assert page.evaluate("document.documentElement.dataset.theme") == "night"


def test_the_page_of_a_kpi_shows_it_on_the_map_and_the_catalogue_shows_none(visit: Visit) -> None:
    page = visit().go("/chi-so")
    expect(page.locator("#map")).to_be_hidden()
    page.locator("#react-entry-point a[href*='kpi=eid_activated']").first.click()
    expect(page.locator('.kpi-map .map[data-kpi="eid_activated"]')).to_be_visible()
    page.locator(".kpi-map .map-body path.area").first.click()
    page.wait_for_url("**/ban-do?kpi=eid_activated*")
