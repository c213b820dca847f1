"""The planner's map: from province to village and back, with every step in the address and every count in the register."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import COMMUNES, Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
TA_TONG = "03463"


def asked(page: Page) -> dict[str, str]:
    return {name: found[-1] for name, found in parse_qs(urlsplit(page.url).query).items()}


def allocation(shared: Path) -> dict[str, dict[str, str]]:
    path = shared / "facts" / "lai_chau_demo_allocation.csv"
    with path.open(encoding="utf-8") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def test_the_first_choice_selects_the_second_goes_in_and_escape_goes_up_level_by_level(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/ban-do?kpi=vil_no_mobile")
    crumbs = page.locator(".crumbs li")
    area = page.locator(f"#a{TA_TONG}")
    area.click()
    assert "cap" not in asked(page) and asked(page)["xa"] == TA_TONG
    expect(crumbs).to_have_count(2)
    area.click()
    assert asked(page)["cap"] == "xa"
    expect(page.locator(".map.is-inside-one .village-name").first).to_be_visible()
    page.locator(".village-table a").first.click()
    expect(crumbs).to_have_count(3)
    expect(page.locator(".gap.is-chosen")).to_have_count(1)
    expect(page.locator(".chain-link")).to_have_count(4)
    for parts, level in ((2, "xa"), (1, None)):
        page.keyboard.press("Escape")
        expect(crumbs).to_have_count(parts)
        assert asked(page).get("cap") == level
    expect(page.locator(".map-view")).to_have_attribute("transform", "translate(0 0) scale(1)")
    assert visitor.complaints == []


def test_every_commune_shows_as_many_villages_and_gaps_as_the_register(visit: Visit, shared: Path) -> None:
    page = visit().go("/ban-do?kpi=vil_no_mobile")
    for code in (TA_TONG, "03433", "03388"):
        fact = allocation(shared)[code]
        page.evaluate("code => IOC.address.go({xa: code, cap: 'xa'})", code)
        page.wait_for_selector(f'.map.is-inside-one[data-gaps="{fact["villages"]}"]')
        for kind, column in (("trang-song", "mobile"), ("khong-cap", "cable")):
            count = page.locator(f'.layer:has(input[value="{kind}"]) .legend-count')
            expect(count).to_have_text(fact[f"villages_without_{column}"])
        expect(page.locator('.layer:has(input[value="khong-dien"]) .legend-count')).to_have_text(
            fact["villages_off_grid"]
        )
        expect(page.locator("#panel h2")).to_have_text(fact["name"])
        expect(page.locator(".village-table tbody tr")).to_have_count(int(fact["villages"]))
    page.get_by_role("button", name="Toàn tỉnh").click()
    assert "cap" not in asked(page) and "xa" not in asked(page)


def test_a_village_says_what_has_to_come_first(visit: Visit) -> None:
    page = visit().go(f"/ban-do?xa={TA_TONG}&cap=xa")
    page.locator(".village-table a", has_text="Tia Ma Mủ").click()
    chain = page.locator(".chain-link")
    expect(chain.nth(0)).to_contain_text("không điện lưới")
    expect(chain.nth(0)).to_contain_text("cần làm trước")
    expect(chain.nth(3)).to_contain_text("hồ sơ trực tuyến", ignore_case=True)
    expect(page.locator("#panel")).to_contain_text("82 hộ")
    expect(page.locator("#panel")).to_contain_text("Khảo sát")


def test_automatic_breaks_are_marked_kept_in_the_link_and_the_same_in_every_period(visit: Visit) -> None:
    page = visit().go("/ban-do?mau=gia-tri&ky=2026-09")
    expect(page.locator(".legend-mark.is-automatic")).to_have_count(0)
    page.locator(".breaks-select").select_option("tu-nhien")
    expect(page.locator(".legend-mark.is-automatic")).to_contain_text("ngắt tự nhiên")
    assert asked(page)["chia"] == "tu-nhien"
    labels = page.locator(".legend-label").all_inner_texts()
    page.get_by_label("Kỳ trước").click()
    page.wait_for_selector('.map[data-period="2026-08"]')
    assert page.locator(".legend-label").all_inner_texts() == labels


def test_the_timeline_plays_to_the_newest_period_without_a_trail(visit: Visit) -> None:
    page = visit().go("/ban-do?ky=2026-09")
    slider = page.locator(".timeline-range")
    expect(slider).to_have_attribute("aria-valuetext", "tháng 9/2026")
    before = page.evaluate("history.length")
    page.get_by_role("button", name="Chạy qua các kỳ").click()
    page.wait_for_selector('.map[data-period="2026-11"]')
    expect(page.get_by_role("button", name="Chạy qua các kỳ")).to_be_visible()
    assert page.evaluate("history.length") == before
    assert page.locator(".map[data-painted]").get_attribute("data-painted") == str(COMMUNES)
