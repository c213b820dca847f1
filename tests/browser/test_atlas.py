"""The planner's map: from province to village and back, with every step in the address and every count in the register."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from bench.stage import fetch
from geodata.lines import Label, import_lines
from ioc.drawings import Drawing
from tests.browser.conftest import COMMUNES, Installation, Visitor

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


def test_every_commune_shows_as_many_villages_and_gaps_as_the_register(
    visit: Visit, installation: Installation, shared: Path
) -> None:
    page = visit().go("/ban-do?kpi=vil_no_mobile")
    villages = fetch(f"{installation.base}/api/places?kind=village")["points"]  # type: ignore[index, call-overload]
    for code in (TA_TONG, "03433", "03388"):
        fact = allocation(shared)[code]
        page.evaluate("code => IOC.address.go({xa: code, cap: 'xa'})", code)
        mine = [point for point in villages if point[1] == code]
        drawn = sum(point[3] is not None for point in mine)
        assert len(mine) == int(fact["villages"])
        page.wait_for_selector(f'.map.is-inside-one[data-gaps="{drawn}"]')
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


def test_maps_side_by_side_keep_their_own_figures_and_move_together(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/ban-do?ky=2026-09")
    page.get_by_role("radio", name="So sánh").click()
    second = page.locator(".map.is-second")
    expect(second).to_have_attribute("data-period", "2025-09")
    assert asked(page)["voi"] == "@2025-09"
    page.get_by_role("button", name="Thêm bản đồ").click()
    expect(second).to_have_count(2)
    second.nth(1).locator(".kpi-plain").select_option("vil_no_mobile")
    expect(second.nth(1)).to_have_attribute("data-kpi", "vil_no_mobile")
    expect(page.locator(".map:not(.is-second)")).to_have_attribute("data-kpi", "ops_online_share")
    page.get_by_role("button", name="Phóng to").click()
    views = page.locator(".map-view")
    transform = views.first.get_attribute("transform") or ""
    scale = transform.split("scale(")[1]
    assert scale != "1)"
    for at in (1, 2):
        assert scale in (views.nth(at).get_attribute("transform") or "")
    page.reload()
    expect(page.locator(".map.is-second")).to_have_count(2)
    page.locator(".map.is-second").first.get_by_role("button", name="Bỏ").click()
    expect(page.locator(".map.is-second")).to_have_count(1)
    assert visitor.complaints == [] and visitor.violations() == []


def test_two_kpis_share_one_map_and_the_square_counts_every_commune(visit: Visit) -> None:
    page = visit().go("/ban-do?xem=hai&voi=pay_online_dossier@")
    cells = page.locator(".square-cell")
    expect(cells).to_have_count(9)
    counts = [int(text) for text in cells.all_inner_texts()]
    assert sum(counts) == COMMUNES
    name = cells.nth(2).get_attribute("data-entry")
    expect(page.locator(f".map path.area.{name}")).to_have_count(counts[2])
    cells.nth(2).dblclick()
    expect(page.locator(".map path.area.is-dim")).to_have_count(COMMUNES - counts[2])
    page.locator(".views .kpi-plain").select_option("vil_no_mobile")
    assert asked(page)["voi"] == "vil_no_mobile@" and "an" not in asked(page)
    expect(page.locator(".legend-title")).to_contain_text("Thôn, bản trắng sóng")


def test_every_commune_is_an_equal_square_reached_by_keys(visit: Visit) -> None:
    page = visit(390, 844).go("/ban-do?xem=o")
    squares = page.locator(".mosaic-one")
    expect(squares).to_have_count(COMMUNES)
    boxes = squares.evaluate_all(
        "nodes => nodes.map(n => [n.offsetWidth, n.offsetHeight, n.scrollWidth > n.clientWidth])"
    )
    assert len({(round(w / 2), round(h / 2)) for w, h, _ in boxes}) == 1
    assert not any(cut for *_, cut in boxes), "a name is cut off"
    page.locator('.mosaic-one[tabindex="0"]').focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert asked(page)["xa"]
    expect(page.locator(".mosaic-one.is-chosen")).to_have_count(1)


def test_the_table_says_the_same_as_the_map(visit: Visit) -> None:
    page = visit().go("/ban-do?voi=pay_online_dossier@2026-09&ky=2026-09")
    page.get_by_role("radio", name="Bảng").click()
    rows = page.locator(".listing tbody tr")
    expect(rows).to_have_count(COMMUNES)
    expect(page.locator(".listing thead th").last).to_contain_text("9/2026")
    first = rows.first.locator("td, th").all_inner_texts()
    spoken = page.locator(".map path.area").evaluate_all(
        "nodes => nodes.map(node => node.getAttribute('aria-label'))"
    )
    assert any(one.startswith(first[1]) and first[2] in one for one in spoken)


def test_39_service_centres_are_ticked_counted_and_drawn(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/ban-do")
    page.get_by_label("Điểm phục vụ hành chính công").check()
    label = page.locator(".layers.is-more label", has_text="Điểm phục vụ hành chính công")
    expect(label.locator(".legend-count")).to_have_text("39")
    spots = page.locator('.map-place-layer[data-layer="p-service_centre"] .place-spot')
    expect(spots).to_have_count(COMMUNES)
    # the province's centre stands where that of its ward does
    assert sum(int(one or 0) for one in spots.evaluate_all("all => all.map(one => one.dataset.places)")) == 39
    shared = page.locator('.place-spot[data-places="2"]')
    shared.hover()
    expect(page.locator(".card")).to_contain_text("tỉnh Lai Châu")
    expect(page.locator(".card")).to_contain_text("chưa đo tại chỗ")
    assert asked(page)["lop"] == "p-service_centre"
    assert visitor.complaints == [] and visitor.violations() == []


def test_an_operators_lines_are_ticked_drawn_and_linked(visit: Visit, installation: Installation) -> None:
    path = installation.data.parent / "song.geojson"
    river = {"type": "LineString", "coordinates": [[102.6, 22.4], [102.9, 22.3], [103.4, 22.2]]}
    path.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": river}), encoding="utf-8")
    label = Label('Sông <b>"suối"</b>', "Rivers", "water")
    import_lines(installation.data, Drawing.load(installation.data), "song-suoi", path, label)
    visitor = visit()
    page = visitor.go("/ban-do")
    box = page.get_by_label('Sông <b>"suối"</b>')
    box.check()
    expect(page.locator('.map-line-layer[data-layer="d-song-suoi"] path')).to_have_count(2)
    page.locator('.layers input[value="trang-song"]').check()
    assert asked(page)["lop"] == "d-song-suoi,trang-song"
    page.reload()
    expect(page.locator(".map-line-layer path")).to_have_count(2)
    page.get_by_label('Sông <b>"suối"</b>').uncheck()
    expect(page.locator(".map-line-layer")).to_be_hidden()
    assert visitor.complaints == [] and visitor.violations() == []
