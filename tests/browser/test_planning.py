"""Kế hoạch đầu tư in a real browser: limits, a plan made in the background, its map and list, a name, a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
PATH = "/dau-tu?ns=3000,3000&dv=grid,mobile&san=0&ch=0"
HARD = "/dau-tu?ns=500&dv=grid&san=100&ch=0"
expect.set_options(timeout=30_000)  # a loaded machine is not a fault


def planner(visitor: Visitor) -> Visitor:
    answer = visitor.page.context.request.post(
        f"{visitor.base}/api/role", data={"role": "planner"},
        headers={"X-IOC": "1", "Origin": visitor.base, "Sec-Fetch-Site": "same-origin"},
    )  # fmt: skip
    assert answer.ok
    return visitor


def solved(visitor: Visitor, path: str):  # type: ignore[no-untyped-def]
    """The page of a plan, which is made where nobody has made it yet."""
    page = planner(visitor).go(path)
    form = page.locator("#react-entry-point .plan-limits")
    expect(form).to_be_visible()
    answer = page.locator("#react-entry-point .plan-answer, #react-entry-point .plan-conflict")
    if not answer.count():
        form.get_by_role("button", name="Tính kế hoạch").click()
    expect(answer).to_be_visible(timeout=120_000)
    return page


def test_a_plan_is_made_drawn_listed_and_kept_under_a_name(visit) -> None:  # type: ignore[no-untyped-def]
    visitor: Visitor = visit()
    page = solved(visitor, PATH)
    expect(page.locator("#title")).to_have_text("Kế hoạch đầu tư")
    assert "ns=3000,3000" in page.url
    expect(page.locator("#react-entry-point #plan-map svg")).to_have_count(2)
    expect(page.locator("#react-entry-point .plan-picture .is-met").first).to_be_visible()
    rows = page.locator("#react-entry-point .plan-list tbody tr")
    expect(rows.first).to_contain_text("hộ ở")
    expect(page.locator("#react-entry-point .plan-answer")).to_contain_text("giả định")
    expect(page.locator("#react-entry-point .plan-answer")).to_contain_text("không phải số liệu chính thức")
    page.locator("#react-entry-point #plan-name").fill("Phương án của trình duyệt")
    page.locator("#react-entry-point").get_by_role("button", name="Lưu phương án").click()
    link = page.locator("#react-entry-point .plan-scenarios a", has_text="Phương án của trình duyệt")
    expect(link).to_be_visible()
    link.click()
    expect(page).to_have_url(re.compile(r"pa=\d+"))
    expect(page.locator("#react-entry-point .plan-limits [name=budget]").first).to_have_value("3000")
    assert visitor.violations() == []


def test_a_floor_out_of_reach_is_said_with_its_communes(visit) -> None:  # type: ignore[no-untyped-def]
    page = solved(visit(), HARD)
    said = page.locator("#react-entry-point .plan-conflict")
    expect(said).to_contain_text("không tự hạ mức sàn")
    expect(said).to_contain_text("Xã ")
    expect(page.locator("#react-entry-point .plan-list")).to_have_count(0)


def test_a_wrong_number_is_told_and_nothing_is_lost(visit) -> None:  # type: ignore[no-untyped-def]
    page = planner(visit()).go(PATH)
    form = page.locator("#react-entry-point .plan-limits")
    form.locator("[name=budget]").nth(1).fill("-5")
    form.locator("[name=budget]").first.fill("4000")
    form.get_by_role("button", name="Tính kế hoạch").click()
    expect(form.locator(".plan-fault")).to_contain_text("Ghi số từ 0")
    expect(form.locator("[name=budget]").first).to_have_value("4000")


def test_a_list_is_handed_in_told_and_used_by_the_next_plan(visit) -> None:  # type: ignore[no-untyped-def]
    page = planner(visit()).go("/dau-tu?ns=2100&dv=mobile&san=0&ch=0")
    form = page.locator("#react-entry-point .plan-limits")
    form.locator("[name=budget]").first.fill("2200")

    def give(text: str) -> None:
        head = "id,measure,name,lat,lon,cost\n"
        given = {"name": "de-xuat.csv", "mimeType": "text/csv", "buffer": (head + text).encode()}
        form.locator("input[type=file]").set_input_files([given])  # type: ignore[list-item]

    give("T1,thap,Núi Cao,22.5,103.1,800\n")
    expect(form.locator(".plan-told.is-bad")).to_contain_text("dòng 2: measure 'thap'")
    give("T1,tram_bts,Núi Cao,22.5,103.1,800\n")
    expect(form.locator(".plan-told")).to_contain_text("Đã nhận 1 phương án")
    expect(form.locator("[name=listed] option:checked")).to_contain_text("de-xuat.csv (demo-planner")
    expect(form.locator("[name=budget]").first).to_have_value("2200")  # nothing that was typed is lost
    form.get_by_role("button", name="Tính kế hoạch").click()
    answer = page.locator("#react-entry-point .plan-answer")
    expect(answer).to_contain_text("de-xuat.csv", timeout=120_000)
    expect(page).to_have_url(re.compile(r"ns=2200.*ds=\d+"))


def test_who_may_not_plan_may_look_and_is_told(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit().go("/dau-tu?ns=123&dv=grid")
    expect(page.locator("#react-entry-point .plan-empty")).to_contain_text("Vai trò")
    expect(page.locator("#react-entry-point .plan-solve")).to_have_count(0)


def test_a_phone_needs_no_sideways_scrolling(visit) -> None:  # type: ignore[no-untyped-def]
    visitor: Visitor = visit(width=390, height=844)
    page = solved(visitor, PATH)
    expect(page.locator("#react-entry-point .plan-list tbody tr").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
