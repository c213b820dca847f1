"""The map page as a planner uses it: every choice is in the address, every number in the register, and nothing is sent twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from bench.stage import fetch
from tests.browser.conftest import COMMUNES, Installation, Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
GAPS = {"trang-song": 33, "khong-cap": 191, "khong-dien": 8}


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def values(installation: Installation, kpi: str, period: str) -> list[float | None]:
    found = fetch(f"{installation.base}/api/values?kpi={kpi}&ky={period}")
    assert isinstance(found, dict)
    return list(found["v"])


def test_every_commune_is_painted_counted_ranked_and_named(visit: Visit) -> None:
    page = visit().go("/ban-do")
    assert page.locator(".map path.area").count() == COMMUNES
    counts = page.locator(".legend-classes .legend-count").all_inner_texts()
    assert sum(int(count) for count in counts) == COMMUNES
    expect(page.locator(".ranking-table tbody tr")).to_have_count(COMMUNES)
    spoken = page.locator(".map path.area").evaluate_all(
        "nodes => nodes.map(node => node.getAttribute('aria-label'))"
    )
    assert len(set(spoken)) == COMMUNES and all("%" in one for one in spoken)


def test_the_map_says_the_values_of_the_edition(visit: Visit, installation: Installation) -> None:
    page = visit().go("/ban-do?kpi=tthc_on_time&ky=2026-09")
    board = values(installation, "tthc_on_time", "2026-09")
    shown = {}
    for spoken in page.locator(".map path.area").evaluate_all(
        "nodes => nodes.map(node => [node.id, node.getAttribute('aria-label')])"
    ):
        shown[spoken[0]] = float(spoken[1].split(": ")[1].split("\xa0")[0].replace(",", "."))
    assert len(shown) == COMMUNES
    assert sorted(shown.values()) == pytest.approx(
        sorted(round(value, 1) for value in board if value is not None), abs=0.051
    )


def test_switching_kpi_or_period_sends_values_only_and_little_of_them(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/ban-do")
    page.wait_for_load_state("networkidle")
    sizes: list[tuple[str, int]] = []
    page.on(
        "response", lambda answer: sizes.append((answer.url, int(answer.headers.get("content-length", "0"))))
    )
    for change in ({"kpi": "pay_online_dossier"}, {"ky": "2026-08"}, {"kpi": "vil_no_fibre"}):
        page.evaluate("change => IOC.address.go(change)", change)
        name, wanted = next(iter(change.items()))
        page.wait_for_selector(f'.map[data-{"kpi" if name == "kpi" else "period"}="{wanted}"]')
    page.wait_for_load_state("networkidle")
    assert not [url for url, _ in sizes if "/geo/" in url or "/api/areas" in url], "geometry is sent once"
    answers = [size for url, size in sizes if "/api/values" in url]
    assert len(answers) == 3 and max(answers) <= 600
    assert all("coordinates" not in url for url, _ in sizes)


def test_the_last_of_many_quick_choices_stands(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/ban-do")
    page.wait_for_load_state("networkidle")
    wishes = ["pay_online_dossier", "vil_no_fibre", "tthc_on_time", "vil_no_mobile", "cl_social"]
    for pause in (0, 20, 60, 120, 250):
        for wish in wishes:
            page.evaluate("kpi => IOC.address.go({kpi})", wish)
            page.wait_for_timeout(pause)
        page.wait_for_selector(f'.map[data-kpi="{wishes[-1]}"]')
        page.wait_for_timeout(1200)  # for whatever still comes back from the choices before
        assert asked(page)["kpi"] == [wishes[-1]], pause
        expect(page.locator(f'.map[data-kpi="{wishes[-1]}"]')).to_be_visible()


def test_a_link_brings_back_the_whole_view_and_the_back_button_the_view_before(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/ban-do?kpi=pay_online_dossier&ky=2026-08&xa=03388&mau=gia-tri")
    page.wait_for_selector('.map[data-kpi="pay_online_dossier"][data-period="2026-08"]')
    expect(page.locator("#panel h2")).to_have_text("Phường Đoàn Kết")
    assert page.locator("#a03388").get_attribute("aria-pressed") == "true"
    expect(page.get_by_role("radio", name="Theo giá trị")).to_have_attribute("aria-checked", "true")
    page.get_by_role("radio", name="Theo chỉ tiêu").click()
    assert "mau" not in asked(page)
    page.get_by_label("Kỳ trước").click()
    page.wait_for_selector('.map[data-period="2026-07"]')
    page.go_back()
    page.wait_for_selector('.map[data-period="2026-08"]')
    page.go_back()
    expect(page.get_by_role("radio", name="Theo giá trị")).to_have_attribute("aria-checked", "true")


def test_a_link_with_nonsense_shows_the_map_all_the_same(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/ban-do?kpi=khong_co&ky=2099-13&xa=99999&lop=la,trang-song&mau=xyz")
    page.wait_for_selector('.map[data-kpi="ops_online_share"]')
    expect(page.locator('.layers input[value="trang-song"]')).to_be_checked()
    assert visitor.violations() == []


def test_cumulative_and_monthly_are_different_series(visit: Visit, installation: Installation) -> None:
    page = visit().go("/ban-do?ky=2026-10")
    page.get_by_role("radio", name="Lũy kế").click()
    page.wait_for_selector('.map[data-period="2026-10.ytd"]')
    assert asked(page)["ky"] == ["2026-10.ytd"]
    assert values(installation, "ops_online_share", "2026-10.ytd") != values(
        installation, "ops_online_share", "2026-10"
    )
    assert (
        "10 tháng" in page.locator(".legend-unit").inner_text()
        or "lũy kế" in page.locator(".legend-unit").inner_text()
    )


@pytest.mark.parametrize("kind", GAPS)
def test_the_villages_of_a_gap_are_as_many_as_published(kind: str, visit: Visit) -> None:
    page = visit().go("/ban-do")
    page.locator(f'.layers input[value="{kind}"]').check()
    page.wait_for_selector(f'.map[data-gaps="{GAPS[kind]}"]')
    assert asked(page)["lop"] == [kind]
    expect(page.locator(f'.layer:has(input[value="{kind}"]) .legend-count')).to_have_text(str(GAPS[kind]))


def test_a_commune_opens_by_click_with_its_numbers_trend_rank_and_origin(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/ban-do")
    page.locator("#a03388").click()
    expect(page.locator("#panel h2")).to_have_text("Phường Đoàn Kết")
    assert asked(page)["xa"] == ["03388"]
    panel = page.locator("#panel").inner_text()
    assert "Hình thành từ" in panel and "hạng" in panel and "toàn tỉnh" in panel
    assert page.locator("#panel .panel-table tbody tr").count() >= 30
    page.wait_for_selector("#panel .js-plotly-plot .scatterlayer")
    expect(page.locator("#trend")).to_contain_text("Sắp xếp đơn vị hành chính 01/7/2025")
    page.get_by_role("button", name="Đóng").click()
    expect(page.locator("#panel h2")).to_have_count(0)
    assert "xa" not in asked(page)
    assert visitor.complaints == []


def test_the_card_says_name_value_grade_and_rank_and_stays_on_the_screen(visit: Visit) -> None:
    page = visit().go("/ban-do")
    for code in ("a03388", "a03391", "a03637"):
        area = page.locator(f"#{code}")
        if not area.count():
            continue
        area.hover()
        card = page.locator(".card")
        expect(card).to_be_visible()
        words = card.inner_text()
        assert ("%" in words and "Hạng" in words) or "hạng" in words
        box, room = card.bounding_box(), page.locator(".map-body").bounding_box()
        assert box and room
        assert box["x"] >= room["x"] - 1 and box["x"] + box["width"] <= room["x"] + room["width"] + 1


def test_the_map_is_walked_by_keyboard(visit: Visit) -> None:
    page = visit().go("/ban-do")
    page.locator('.map path.area[tabindex="0"]').focus()
    first = page.evaluate("document.activeElement.id")
    page.keyboard.press("ArrowDown")
    second = page.evaluate("document.activeElement.id")
    assert second != first and second.startswith("a")
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_be_visible()
    assert asked(page)["xa"] == [second[1:]]
    page.keyboard.press("Escape")
    assert "xa" not in asked(page)


@pytest.mark.parametrize(
    ("typed", "found"), [("doan ket", "Đoàn Kết"), ("Đoàn", "Đoàn Kết"), ("muong te", "Mường Tè")]
)
def test_a_commune_is_found_with_or_without_its_marks(typed: str, found: str, visit: Visit) -> None:
    page = visit().go("/ban-do")
    page.get_by_role("searchbox", name="Tìm xã, phường").fill(typed)
    rows = page.locator(".ranking-table tbody tr:visible")
    expect(rows).not_to_have_count(COMMUNES)
    assert found in rows.first.inner_text()


def test_the_legend_leaves_a_class_out_by_a_click_and_keeps_it_alone_by_two(visit: Visit) -> None:
    page = visit().go("/ban-do?kpi=vil_no_mobile")
    rows = page.locator(".legend-row")
    pale, listed = page.locator(".map path.area.is-dim"), page.locator(".ranking-table tbody tr")
    counts = [int(text) for text in rows.locator(".legend-count").all_inner_texts()]
    rows.nth(1).click()
    expect(rows.nth(1)).to_have_attribute("aria-pressed", "false")
    expect(pale).to_have_count(counts[1])
    expect(listed).to_have_count(COMMUNES - counts[1])
    assert asked(page)["an"] == ["grade-w"]
    rows.nth(1).click()
    expect(pale).to_have_count(0)
    rows.nth(1).dblclick()
    expect(pale).to_have_count(COMMUNES - counts[1])
    assert asked(page)["an"] == ["grade-g,grade-b"]
    page.reload()
    expect(page.locator(".map path.area.is-dim")).to_have_count(COMMUNES - counts[1])


def test_a_visitor_who_zooms_sees_the_whole_province_again_with_one_key(visit: Visit) -> None:
    page = visit().go("/ban-do")
    page.get_by_role("button", name="Phóng to").click()
    view = page.locator(".map-view")
    expect(view).not_to_have_attribute("transform", "translate(0 0) scale(1)")
    page.get_by_role("button", name="Toàn tỉnh").click()
    expect(view).to_have_attribute("transform", "translate(0 0) scale(1)")


def test_the_drawing_says_that_it_is_a_sketch(visit: Visit) -> None:
    for path in ("/", "/ban-do"):
        expect(visit().go(path).get_by_text("Sơ đồ, không phải địa giới chính thức")).to_be_visible()


def test_the_phone_reaches_every_choice(visit: Visit) -> None:
    visitor = visit(390, 844)
    page = visitor.go("/ban-do")
    page.get_by_role("button", name="Chọn chỉ số và kỳ").click()
    page.locator(".period-select").select_option("2026-07")
    page.wait_for_selector('.map[data-period="2026-07"]')
    small = page.evaluate("""
        [...document.querySelectorAll('button, a.button, .tabs a, select')].filter(node => node.offsetParent)
          .filter(node => { const box = node.getBoundingClientRect(); return box.height < 24 || box.width < 24; })
          .map(node => node.outerHTML.slice(0, 90))
    """)
    assert small == [], "too small for a finger"


def test_catalogue_and_areas_are_kept_by_the_browser(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/ban-do")
    policy = page.evaluate("""async () => {
        const boot = JSON.parse(document.getElementById('ioc-boot').textContent);
        const urls = [...Object.values(boot.urls), ...Object.values(boot.drawing.urls)];
        return Promise.all(urls.map(async url => (await fetch(url)).headers.get('cache-control')));
    }""")
    assert all("immutable" in one for one in policy), json.dumps(policy)
