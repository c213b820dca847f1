"""A country on the map: 3,321 communes, by province, from the real boundaries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, expect

from bench import national
from bench.serving import serve
from bench.stage import PROJECT, environment, fetch, free_port, running, wait
from geodata.publication import import_boundaries, publish_register
from ioc.leader import Lease
from ioc.office import Office
from ioc.settings import Settings
from tests.browser.conftest import Installation, Visitor, opening

BOUNDARIES = PROJECT.parent / "shared" / "boundaries" / "vietnam_communes_simplified.geojson"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not BOUNDARIES.is_file(), reason="needs the boundaries in ../shared"),
]
ALL, LAI_CHAU, COMMUNES = 3321, "12", 38
OF_LAI_CHAU = "03463"
Visit = Callable[..., Visitor]


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The web of a national site with one edition of two KPIs."""
    folder = tmp_path_factory.mktemp("country")
    site = national.write_site(folder / "viet_nam")
    office = Office(Settings.from_environment({"IOC_DATA": str(folder / "data"), "IOC_SITE": str(site)}), {})
    publish_register(office.site, office.settings)
    import_boundaries(BOUNDARIES, office.site, office.settings, office.register)
    office.warehouse.migrate()
    term, now = Lease(office.warehouse, "test").acquire(), datetime.now(UTC)
    assert term is not None
    run = office.warehouse.open_run("nguon", "first", "test", term, now)
    office.warehouse.publish(run, "nguon", national.observations(office), national.no_places(), term, now)
    office.warehouse.close()
    port = free_port()
    env = environment(folder / "data", port, IOC_SITE=str(site))
    with running(serve(port), env, folder / "web.log"):
        wait(lambda: bool(fetch(f"http://127.0.0.1:{port}/api/edition", 30)), 60, "the web")
        yield Installation(folder / "data", port)


@pytest.fixture
def visit(browser: Browser, country: Installation) -> Iterator[Visit]:
    with opening(browser, country) as open_one:
        yield open_one


def opened(visitor: Visitor, path: str) -> Visitor:
    visitor.page.goto(visitor.base + path)
    visitor.page.wait_for_selector(f'.map[data-painted="{ALL}"]')
    visitor.page.wait_for_selector("#crumbs li")
    return visitor


def test_the_way_down_leads_from_the_country_to_a_province_and_back(visit: Visit) -> None:
    visitor = opened(visit(), f"/ban-do?xa={OF_LAI_CHAU}")
    page = visitor.page
    crumbs = page.locator("#crumbs li")
    expect(crumbs).to_have_count(3)
    crumbs.nth(1).get_by_role("button").click()
    visitor.until(f"location.search.includes('tinh={LAI_CHAU}')")
    expect(page.locator(".area.is-out")).to_have_count(ALL - COMMUNES)
    expect(page.locator(".ranking-table tbody tr")).to_have_count(COMMUNES)
    expect(page.locator(".ranking-note")).to_contain_text("Lai Châu: 38 xã, phường")
    visitor.until("document.querySelector('.map').classList.contains('is-zoomed')")
    crumbs.nth(0).get_by_role("button").click()
    expect(page.locator(".area.is-out")).to_have_count(0)
    visitor.until("!location.search.includes('tinh=')")
    assert visitor.complaints == []
    assert visitor.violations() == []


def test_from_inside_a_commune_the_path_leads_up_to_its_province(visit: Visit) -> None:
    visitor = opened(visit(), f"/ban-do?xa={OF_LAI_CHAU}&cap=xa")
    visitor.page.locator("#crumbs li").nth(1).get_by_role("button").click()
    visitor.until(f"location.search.includes('tinh={LAI_CHAU}') && !location.search.includes('cap=')")
    expect(visitor.page.locator(".area.is-out")).to_have_count(ALL - COMMUNES)
    assert visitor.complaints == []


def test_the_colours_of_the_communes_are_what_is_seen(visit: Visit) -> None:
    """Lines of provinces lie over the communes and must not be filled."""
    visitor = opened(visit(), "/ban-do")
    fills = visitor.page.evaluate("""
        [...document.querySelectorAll('.map-drawing path.province, .map-drawing path.outline')]
          .map(node => getComputedStyle(node).fill)
    """)
    assert len(fills) > 1 and set(fills) == {"none"}
    expect(visitor.page.locator("#react-entry-point")).to_contain_text("Cả nước")


def test_a_link_into_a_province_opens_there_and_the_whole_is_one_click_away(visit: Visit) -> None:
    visitor = opened(visit(), f"/ban-do?tinh={LAI_CHAU}")
    page = visitor.page
    expect(page.locator(".area.is-out")).to_have_count(ALL - COMMUNES)
    names = page.locator(".map .label")
    expect(names.first).to_be_visible()
    page.locator(".zoom-all").click()
    expect(page.locator(".area.is-out")).to_have_count(0)
    expect(page.locator("#crumbs li")).to_have_count(1)


@pytest.mark.parametrize(
    "path", ["/", f"/xa/{OF_LAI_CHAU}", "/phan-tich", "/khoang-trong", "/diem-chu-y", "/dau-tu"]
)
def test_the_other_pages_stand_for_a_country_too(path: str, visit: Visit) -> None:
    visitor = visit()
    visitor.page.goto(visitor.base + path)
    visitor.page.wait_for_selector("#react-entry-point #page > *", state="attached")
    visitor.page.wait_for_load_state("networkidle")
    wide = visitor.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide[0] <= wide[1]
    assert visitor.complaints == []
