"""Phân tích in a real browser: pictures, table, links, typed numbers, Vietnamese order, saved analyses, a phone."""

from __future__ import annotations

import random

import pytest
from playwright.sync_api import expect

from ioc import formats
from ioc.formats import sort_key
from tests.browser.conftest import COMMUNES, Visitor

pytestmark = pytest.mark.browser
PATH = "/phan-tich"
LIVE = "#react-entry-point #explorer"
VIEWS = ["duong", "cot", "cham", "nhiet", "tuong-quan", "phan-bo", "o-nho", "ban-do", "ban-do-bang", "bang"]


def opened(visitor: Visitor, query: str = ""):  # type: ignore[no-untyped-def]
    page = visitor.go(PATH + query)
    page.wait_for_selector(f"{LIVE}[data-shown]", state="attached")
    return page


def test_every_view_is_a_link_and_back_leads_to_the_one_before(visit) -> None:  # type: ignore[no-untyped-def]
    visitor: Visitor = visit()
    page = opened(visitor, "?kpi=ops_online_share,mob_village_cov")
    for view in VIEWS[1:]:
        page.locator(f'[data-view="{view}"]').click()
        visitor.until(f"document.querySelector('{LIVE}').dataset.shown.includes('xem={view}')")
        visitor.until(
            f"document.querySelector('[data-view=\"{view}\"]').getAttribute('aria-pressed') === 'true'"
        )
        assert page.url.endswith(f"?kpi=ops_online_share,mob_village_cov&xem={view}")
        drawn = (
            ".explore-map .map"
            if view.startswith("ban-do")
            else ".data-table"
            if view == "bang"
            else ".explore-chart .main-svg"
        )
        expect(page.locator(drawn).first).to_be_visible()
    page.go_back()
    visitor.until(
        "document.querySelector('[data-view=\"ban-do-bang\"]').getAttribute('aria-pressed') === 'true'"
    )
    assert visitor.violations() == []
    assert visitor.complaints == []


def test_the_table_holds_the_figures_and_sorts_as_a_vietnamese_dictionary(visit, installation) -> None:  # type: ignore[no-untyped-def]
    visitor: Visitor = visit()
    held = installation.edition()[
        "edition"
    ]  # the feeder goes on; the table and the question are of one edition
    page = opened(visitor, f"?xem=cham&bang=co&ban={held}")
    head = page.locator(".data-table thead button")
    head.first.click()
    visitor.until("location.search.includes('sap=name')")
    names = page.locator(".data-table tbody th").all_inner_texts()
    assert len(names) >= 20
    assert names == sorted(names, key=sort_key)
    page.get_by_role("button", name="Tỷ lệ hồ sơ nộp trực tuyến (%)").click()
    expect(page.locator(".data-table [aria-sort=descending]")).to_have_count(1)
    shown = page.locator(".data-table tbody td .passport-link").all_inner_texts()
    numbers = [float(text.replace(".", "").replace(",", ".")) for text in shown]
    assert numbers == sorted(numbers, reverse=True)
    answer = page.request.get(f"{visitor.base}/api/values?kpi=ops_online_share&ban={held}").json()["v"]
    assert shown[0] == formats.number(max(answer), 1)
    page.locator(".data-table tbody td .passport-link").first.click()
    expect(page.locator("#title")).to_have_text("Hộ chiếu số liệu")


def test_a_thousand_rows_are_never_in_the_page_at_once(visit) -> None:  # type: ignore[no-untyped-def]
    visitor: Visitor = visit()
    page = opened(visitor, "?xem=bang")
    rows = page.locator(".data-table tbody tr:not(.is-pad)")
    assert rows.count() < 80
    page.evaluate("document.querySelector('.data-scroll').scrollTop = 1e9")
    expect(rows.last.locator("th")).to_have_text("Tỉnh Lai Châu (toàn tỉnh)")
    assert int(page.locator(".data-table").get_attribute("aria-rowcount")) > COMMUNES * 20
    assert "plotly" not in " ".join(visitor.asked), "a table alone fetches no plotly"


def test_numbers_are_typed_as_they_are_written_and_a_wrong_one_is_explained(visit) -> None:  # type: ignore[no-untyped-def]
    visitor: Visitor = visit()
    page = opened(visitor, "?xem=cham")
    box = page.locator(".number-box")
    box.fill("1.5")
    page.get_by_role("button", name="Lọc").click()
    expect(page.locator(".choice-wrong").first).to_contain_text("1.234,5")
    assert box.input_value() == "1.5", "what was typed is not lost"
    box.fill("82,5")
    page.get_by_role("button", name="Lọc").click()
    visitor.until("location.search.includes('loc=ops_online_share:duoi:82.5')")
    expect(page.locator(".explore-notes")).to_contain_text("Điều kiện lọc giữ lại")
    expect(page.get_by_role("button", name="Bỏ điều kiện Hồ sơ trực tuyến dưới 82,5")).to_be_visible()
    page.locator("[data-part=filter] .chip-item.is-button").click()
    visitor.until("!location.search.includes('loc=') && location.search.includes('xa=')")


def test_the_browser_writes_reads_and_orders_as_the_server_does(visit) -> None:  # type: ignore[no-untyped-def]
    visitor: Visitor = visit()
    page = opened(visitor, "?xem=bang")
    dice = random.Random(3)
    words = ["Đoàn Kết", "Dào San", "Hòa", "Hoà", "hoả", "hõa", "hóa", "họa", "ăn", "an", "ân", "Bản 10", "Bản 9", "Mù Cả", "Mù Cà",
             "Ô", "Ơ", "o", "Ưu", "u", "Nậm Mạ", "Nậm Ma", "Nậm Má", "Nậm Mã", "Nậm Mà", "Nậm Mả", "đa", "da", "zoo"]  # fmt: skip
    for _ in range(5):
        dice.shuffle(words)
        assert page.evaluate("words => words.slice().sort(IOC.words.compare)", words) == sorted(
            words, key=sort_key
        )
    values = [0, -3.25, 1234.5, 92.45, 1e6, 0.05, -0.04, 999999.95]
    said = page.evaluate("values => values.map(v => IOC.words.number(v, 1))", values)
    assert said == [formats.number(value, 1) for value in values]
    assert page.evaluate("texts => texts.map(IOC.words.read)", said) == [
        formats.rounded(value, 1) for value in values
    ]
    wrong = ["", "abc", "1.5", "1,234.5", "12.34", "1..000", "--1", "1,2,3", "٣"]
    assert page.evaluate("texts => texts.map(IOC.words.read)", wrong) == [None] * len(wrong)


def test_communes_are_chosen_by_search_group_map_and_likeness(visit) -> None:  # type: ignore[no-untyped-def]
    visitor: Visitor = visit()
    page = opened(visitor)
    page.locator("#pick-area summary").click()
    page.locator("#pick-area input[type=search]").fill("mu ca")
    page.locator(".pick-area:visible").first.click()
    visitor.until("location.search.includes('xa=03451')")
    page.get_by_role("button", name="Thêm xã tương tự").click()
    visitor.until("(new URLSearchParams(location.search).get('xa') || '').split(',').length > 3")
    page.get_by_role("button", name="Huyện Tân Uyên cũ").click()
    visitor.until("new URLSearchParams(location.search).get('xa') === '03598,03601,03613,03616'")
    page.locator('.pick-map path[id$="03616"]').click()
    visitor.until("new URLSearchParams(location.search).get('xa') === '03598,03601,03613'")
    expect(page.locator("#explore-line")).to_contain_text("3 trong 38 xã, phường")


def test_an_address_that_cannot_be_read_says_what_is_wrong_and_leads_on(visit) -> None:  # type: ignore[no-untyped-def]
    visitor: Visitor = visit()
    page = visitor.go(f"{PATH}?xem=gi&abc=1")
    expect(page.locator(".explore-fault li")).to_have_count(2)
    expect(page.locator(".explore-fault")).to_contain_text("“abc”")
    page.get_by_role("link", name="Bắt đầu lại").click()
    expect(page.locator(".explore-chart .main-svg").first).to_be_visible()
    assert page.url.endswith(PATH)


def test_a_held_edition_stays_in_the_link(visit) -> None:  # type: ignore[no-untyped-def]
    visitor: Visitor = visit()
    page = opened(visitor, "?xem=nhiet&ban=3")
    expect(page.locator(".closed").last).to_contain_text("số 3")
    page.locator('[data-view="cham"]').click()
    visitor.until("location.search === '?xem=cham&ban=3'")
    expect(page.locator("#explore-source")).to_contain_text("Bản số liệu số 3")


def test_an_analysis_is_kept_under_a_name_opened_and_deleted_again(visit) -> None:  # type: ignore[no-untyped-def]
    visitor: Visitor = visit()
    answer = visitor.page.context.request.post(
        f"{visitor.base}/api/role", data={"role": "analyst"},
        headers={"X-IOC": "1", "Origin": visitor.base, "Sec-Fetch-Site": "same-origin"},
    )  # fmt: skip
    assert answer.ok
    page = opened(visitor, "?xem=nhiet")
    page.get_by_placeholder("Tên phân tích").fill("Bảng nhiệt trực tuyến")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator("#explore-name")).to_have_text("Bảng nhiệt trực tuyến")
    page.locator('[data-view="cot"]').click()
    page.get_by_role("link", name="Bảng nhiệt trực tuyến").click()
    visitor.until("location.search === '?xem=nhiet'")
    page.locator(".saved-acts summary").click()
    page.get_by_role("button", name="Xóa").click()
    page.locator(".saved").get_by_role("button", name="Xóa").click()
    expect(page.locator(".saved-list")).to_have_count(0)


@pytest.mark.parametrize("query", ["", "?xem=cham&so=tinh", "?xem=ban-do", "?xem=bang"])
def test_a_phone_needs_no_sideways_scrolling(visit, query: str) -> None:  # type: ignore[no-untyped-def]
    visitor: Visitor = visit(390, 844)
    page = opened(visitor, query)
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".dock").click()
    expect(page.locator("#pick-kpi summary")).to_be_visible()
