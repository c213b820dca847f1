"""The export menu in a real browser: opened by keys, a table taken away as it stands, a picture made with progress, a phone."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
PATH = "/khoang-trong"
MENU = ".export-menu"
expect.set_options(timeout=30_000)  # a loaded machine is not a fault


def test_the_menu_opens_by_keys_and_gives_the_table_that_is_on_the_screen(visit) -> None:  # type: ignore[no-untyped-def]
    visitor: Visitor = visit()
    page = visitor.go(PATH)
    button = page.locator('[data-export="gap-communes"]')
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(MENU)).to_be_visible()
    expect(page.locator(f"{MENU} .export-item").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"{MENU} .export-item").nth(1)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(MENU)).to_have_count(0)
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    csv_way = page.locator(f'{MENU} [data-format="csv"]')
    csv_way.focus()
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    file = waiting.value
    assert file.suggested_filename.endswith(".csv") and "Lai-Chau" in file.suggested_filename
    lines = list(csv.reader(io.StringIO(Path(file.path()).read_text(encoding="utf-8-sig"), newline="")))
    shown = page.locator("#react-entry-point [data-commune]").evaluate_all(
        "rows => rows.map(row => [row.dataset.commune, ...Array.from(row.cells).slice(1).map(cell => cell.textContent.replace('–', '0').replace(/[.]/g, ''))])"
    )
    assert len(shown) == 38
    assert [[line[0], *line[2:7]] for line in lines[2:]] == shown
    assert visitor.violations() == [] and visitor.complaints == []


def test_a_picture_is_made_with_progress_and_ends_in_a_file(visit) -> None:  # type: ignore[no-untyped-def]
    visitor: Visitor = visit()
    page = visitor.go("/ban-do?xa=03433")
    page.locator('[data-export="kpi-map"]').click()
    with page.expect_download(timeout=90_000) as waiting:
        page.locator(f'{MENU} [data-format="png"][data-size="screen"]').click()
        expect(page.locator(".job progress").first).to_be_attached()
    file = waiting.value
    assert file.suggested_filename.endswith(".png")
    content = Path(file.path()).read_bytes()
    assert content.startswith(b"\x89PNG") and len(content) > 20_000
    assert visitor.complaints == []


def test_on_a_phone_the_menu_is_a_sheet_from_below(visit) -> None:  # type: ignore[no-untyped-def]
    visitor: Visitor = visit(390, 844)
    page = visitor.go("/canh-bao")
    button = page.locator('[data-export="alerts"]').first
    button.scroll_into_view_if_needed()
    button.click()
    box = page.locator(MENU).bounding_box()
    assert box is not None
    assert (box["x"], box["width"], round(box["y"] + box["height"])) == (0, 390, 844)
    items = page.locator(f"{MENU} .export-item").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert items and min(items) >= 44
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.keyboard.press("Escape")
    expect(page.locator(MENU)).to_have_count(0)
