"""A planner's way in a real browser: search by key, the profile it leads to, its print, and where to look."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Installation, Visitor
from tests.conftest import PROJECT

pytestmark = pytest.mark.browser


def test_a_search_by_key_tells_three_muong_te_apart_and_leads_to_a_profile_that_prints(
    visit: Callable[..., Visitor], installation: Installation
) -> None:
    visitor = visit()
    page = visitor.page
    page.goto(f"{installation.base}/canh-bao")
    box = page.locator("#react-entry-point #search-box")
    expect(box).to_be_visible(timeout=60_000)
    page.keyboard.press("/")
    page.keyboard.type("muong te")
    found = page.locator("#search-list [role=option]")
    expect(found.first).to_contain_text("xã hiện nay", timeout=15_000)
    told = " ".join(found.all_text_contents()[:3])
    assert "thị trấn trước 7/2025, nay thuộc Xã Bum Tở" in told and "huyện trước 7/2025" in told
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{installation.base}/xa/03445", timeout=15_000)
    expect(page.locator("#profile h2").first).to_have_text("Xã Mường Tè", timeout=90_000)
    assert page.locator(".spine-table tbody tr[data-kpi]").count() > 40
    expect(box).to_have_value("")
    pypdfium2 = pytest.importorskip("pypdfium2")
    printed = pypdfium2.PdfDocument(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(printed) <= 3
    width, height = printed[0].get_size()
    assert (round(width), round(height)) == (595, 842), "A4 upright"
    assert visitor.complaints == [] and visitor.violations() == []


def test_on_a_phone_the_box_and_the_profile_fit(
    visit: Callable[..., Visitor], installation: Installation
) -> None:
    page = visit(width=390, height=844).page
    page.goto(f"{installation.base}/xa/03433")
    expect(page.locator("#react-entry-point #search-box")).to_be_visible(timeout=60_000)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_reckoning_of_an_edition_appears_with_its_map(
    visit: Callable[..., Visitor], installation: Installation
) -> None:
    done = subprocess.run(
        [sys.executable, "app.py", "clusters", "reckon"], cwd=PROJECT, capture_output=True, text=True, timeout=170,
        env={**os.environ, "IOC_DATA": str(installation.data)}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    visitor = visit()
    visitor.page.goto(f"{installation.base}/diem-chu-y")
    marks = visitor.page.locator("#attention-map .attention-mark")
    expect(marks.first).to_be_attached(timeout=60_000)
    expect(visitor.page.locator(".attention-means")).to_contain_text("Không nói lên điều gì")
    assert visitor.complaints == []
