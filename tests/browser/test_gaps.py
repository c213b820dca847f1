"""Khoảng trống in a real browser: the published counts, communes as in the facts, filters in the address, a phone, paper."""

from __future__ import annotations

import csv

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.conftest import PROJECT

pytestmark = pytest.mark.browser
PATH = "/khoang-trong"
COUNTS = {"khong_dien": "8", "trang_song": "33", "khong_cap": "191"}
expect.set_options(timeout=30_000)  # a loaded machine is not a fault


def test_the_screen_counts_what_the_register_counts_down_to_every_commune(visit) -> None:  # type: ignore[no-untyped-def]
    visitor: Visitor = visit()
    page = visitor.go(PATH)
    expect(page.locator("#title")).to_have_text("Khoảng trống")
    for kind, count in COUNTS.items():
        expect(page.locator(f'[data-gap="{kind}"] .gap-figure')).to_have_text(count)
    expect(page.locator('[data-gap="lom_song"] .gap-of')).to_contain_text("923")  # its own denominator
    expect(page.locator('[data-gap="khong_dien"] .gap-people')).to_contain_text("426")
    folder = PROJECT / "datasources" / "sites" / "lai_chau" / "facts"
    with (folder / "lai_chau_demo_allocation.csv").open(encoding="utf-8", newline="") as file:
        facts = {row["code"]: row for row in csv.DictReader(file)}
    rows = page.locator("#react-entry-point [data-commune]").evaluate_all(
        "rows => rows.map(row => [row.dataset.commune, ...Array.from(row.cells).slice(1).map(cell => cell.textContent)])"
    )
    assert {row[0] for row in rows} == set(facts)
    for code, villages, grid, mobile, _, cable in rows:
        row = facts[code]
        wanted = [
            row[name]
            for name in ("villages", "villages_off_grid", "villages_without_mobile", "villages_without_cable")
        ]
        assert [cell.replace("–", "0") for cell in (villages, grid, mobile, cable)] == wanted
    sets = page.locator("#react-entry-point [data-set]").evaluate_all(
        "rows => rows.map(row => Number(row.dataset.count))"
    )
    assert sum(sets) == 191  # every village with a gap lacks at least the cable
    assert visitor.violations() == []


def test_a_filter_is_an_address_and_back_again(visit) -> None:  # type: ignore[no-untyped-def]
    visitor: Visitor = visit()
    page = visitor.go(f"{PATH}?loai=khong_dien")
    expect(page.locator("[data-village]")).to_have_count(8)
    expect(page.locator(".gap-summary")).to_contain_text("426")
    page.locator("select[data-goto]").select_option(label="Xã Tà Tổng")
    expect(page.locator("[data-village]")).to_have_count(3)
    assert "xa=03463" in page.url and "loai=khong_dien" in page.url
    expect(page.locator("[data-village]").filter(has_text="Tia Ma Mủ")).to_have_count(1)
    page.go_back()
    expect(page.locator("[data-village]")).to_have_count(8)


def test_reports_that_differ_stand_side_by_side_and_small_counts_are_hidden_with_a_word(visit) -> None:  # type: ignore[no-untyped-def]
    visitor: Visitor = visit()
    page = visitor.go(f"{PATH}?loc=mau-thuan&do=poor_households")
    told = page.locator(".is-said details").first
    told.locator("summary").click()
    expect(told.locator("li").nth(1)).to_be_visible()
    expect(told).to_contain_text("khảo sát của tỉnh quyết định")
    expect(page.locator(".gap-communes .masked").first).to_have_text("bị che")
    expect(page.locator(".gap-note").first).to_contain_text("dưới 5")
    points = page.request.get(f"{visitor.base}/api/places?kind=village").json()["points"]
    assert len(points) == 956 and all("poor_households" not in point[5] for point in points)


def test_a_phone_needs_no_sideways_scrolling_and_paper_shows_the_tables_alone(visit) -> None:  # type: ignore[no-untyped-def]
    visitor: Visitor = visit(width=390, height=844)
    page = visitor.go(f"{PATH}?loai=trang_song")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.emulate_media(media="print")
    for hidden in (".rail", ".gap-filters"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator(".demonstration").first).to_be_visible()
    expect(page.locator(".gap-villages")).to_be_visible()
