"""A wall left alone with every fault of a network, a server and a clock: nothing blanks, nothing old looks fresh, it
comes back by itself. W01-W09, W13, W15-W18 of the fault model; those of the kiosk machine are the kiosk kit's."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from tests.browser.wall_page import figures, hurry, made, server, state, tiles, until, wall
from tests.browser.wall_server import WallServer

__all__ = ["made", "server", "wall"]
pytestmark = [pytest.mark.browser, pytest.mark.faults]


def test_w01_a_restarted_server_is_found_again_and_another_build_reloads_once(
    wall: Page, server: WallServer
) -> None:
    server.mode = "killed"
    until(wall, "document.getElementById('stage').dataset.state === 'lost'", 60)
    wall.evaluate("window.kept = true")
    server.mode = "well"
    until(wall, "document.getElementById('stage').dataset.state === 'fresh'", 15)
    assert wall.evaluate("window.kept") is True, "the same programme came back: no reload"
    server.document["fixed"]["build"] = "build-2"
    until(wall, "window.kept === undefined", 45)
    wall.wait_for_selector(".scene.is-shown .tile-figure", state="attached")
    wall.evaluate("window.kept = true")
    hurry(wall, 60, 5)
    assert wall.evaluate("window.kept") is True, "one reload, not one a poll"


def test_w01_a_confused_pair_of_servers_cannot_reload_a_screen_for_ever(
    wall: Page, server: WallServer
) -> None:
    loads = []
    wall.on("load", lambda _: loads.append(1))
    wall.route("**/tuong", _old_page)
    server.document["fixed"]["build"] = "build-2"
    for _ in range(90):
        until(wall, "true", 2)
        try:
            hurry(wall, 3, 1)
        except Error:
            wall.wait_for_load_state()
    assert 1 <= len(loads) <= 3


def _old_page(route: Any) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace('"build-2"', '"build-1"'))


def test_w02_hours_without_a_network_keep_the_numbers_and_say_their_age(
    wall: Page, server: WallServer
) -> None:
    before = figures(wall)
    wall.context.set_offline(True)
    until(wall, "!document.querySelector('.banner').hidden", 40)
    assert wall.locator(".banner").get_attribute("data-grave") in ("", None)
    asked = len(server.asked)
    for _ in range(60):
        wall.clock.run_for(60_000)
        wall.wait_for_timeout(5)
    assert len(server.asked) == asked, "offline means offline"
    assert wall.locator(".banner").get_attribute("data-grave") == "yes"
    assert re.search(r"Mất kết nối máy chủ 1 giờ", wall.locator(".banner").inner_text())
    assert figures(wall) == before and set(tiles(wall)) == {"lost"}
    assert "1 giờ trước" in wall.locator(".scene.is-shown .is-number .tile-age").first.inner_text()
    wall.context.set_offline(False)
    until(wall, "document.getElementById('stage').dataset.state !== 'lost'", 15)
    expect(wall.locator(".banner")).to_be_hidden()


def test_w03_a_black_hole_pins_one_request_and_is_said(wall: Page, server: WallServer) -> None:
    server.mode = "silent"
    asked = len(server.asked)
    hurry(wall, 90)
    assert 2 <= len(server.asked) - asked <= 90 / 8 + 1, "each is given up before the next"
    assert state(wall) == "lost" and figures(wall)
    server.mode = "well"
    until(wall, "document.getElementById('stage').dataset.state === 'fresh'", 25)


def test_w04_a_slow_server_makes_it_slower_never_still(wall: Page, server: WallServer) -> None:
    server.slow = 0.4
    for number in (7, 8):
        server.edition(number)
        until(  # slowly: an answer takes 0.4 s of ours, which must not be more of the page's than it has patience for
            wall,
            f"[...document.querySelectorAll('.is-shown .tile-figure')].some(n => n.textContent.startsWith('{number},'))",
            60,
            breath=150,
        )
    assert server.most_flying == 1


def test_w05_a_server_killed_in_the_middle_of_an_answer_does_not_stop_the_loop(
    wall: Page, server: WallServer
) -> None:
    for mode in ("killed", "broken", "killed"):
        server.mode = mode
        hurry(wall, 30)
    asked = len(server.asked)
    server.mode = "well"
    server.edition(9)
    until(
        wall,
        "[...document.querySelectorAll('.is-shown .tile-figure')].some(n => n.textContent.startsWith('9,'))",
        20,
    )
    assert len(server.asked) > asked


@pytest.mark.parametrize("mode", ["302", "html", "503"])
def test_w06_whatever_answers_instead_of_a_document_keeps_the_numbers_and_is_said(
    wall: Page, server: WallServer, mode: str
) -> None:
    before = figures(wall)
    server.mode = mode
    until(wall, "document.getElementById('stage').dataset.state === 'lost'", 30)
    assert figures(wall) == before
    assert "không nhận màn hình này" in wall.locator(".banner").inner_text()
    assert wall.locator("input, form").count() == 0
    server.mode = "well"
    until(wall, "document.getElementById('stage').dataset.state === 'fresh'", 20)


def test_w06_a_revoked_screen_shows_nothing_but_that_it_must_be_enrolled(
    wall: Page, server: WallServer
) -> None:
    server.mode = "401"
    until(wall, "!document.querySelector('.enrol').hidden", 15)
    assert wall.locator(".tile, .scene").count() == 0 and wall.locator("input, form").count() == 0
    expect(wall.locator(".enrol h1")).to_have_text("Màn hình chưa được ghép")
    server.mode = "well"
    until(wall, "document.getElementById('stage').dataset.state === 'fresh'", 30)
    expect(wall.locator(".enrol")).to_be_hidden()
    assert figures(wall)


def test_w07_what_stops_being_renewed_ages_on_the_screen_by_itself(wall: Page, server: WallServer) -> None:
    seen = []
    server.document["sources"]["mot_cua"]["promise"] = 120
    for _ in range(60):
        hurry(wall, 4, 4, breath=30)
        server.document["sources"]["mot_cua"]["age"] += 4  # the server counts on as well
        of_source = wall.locator(".scene.is-shown .tile.is-number").first.get_attribute("data-state")
        if not seen or seen[-1] != of_source:
            seen.append(of_source)
    assert seen[:3] == ["fresh", "ageing", "stale"]
    server.document["sources"]["mot_cua"]["down"] = True
    until(wall, "document.getElementById('stage').dataset.state === 'source_down'", 20)
    words = wall.locator(".scene.is-shown .tile.is-number .tile-age").first.inner_text()
    assert re.search(r"Mất nguồn: số \d+ phút trước", words)
    grey = wall.locator(".scene.is-shown .is-number .tile-figure").first.evaluate(
        "n => getComputedStyle(n).color"
    )
    assert grey != "rgb(255, 255, 255)"


def test_w08_the_clock_of_the_screen_does_not_matter(browser: Browser, server: WallServer) -> None:
    texts = []
    for shift in (0, 3600e3, -5 * 365 * 86400e3):
        context = browser.new_context(viewport={"width": 1280, "height": 720}, locale="vi-VN")
        page = context.new_page()
        page.add_init_script(f"const real = Date.now.bind(Date); Date.now = () => real() + {shift};")
        page.goto(f"{server.base}/tuong")
        page.wait_for_selector(".scene.is-shown .tile-age", state="attached")
        texts.append(
            (
                page.locator(".is-shown .is-number .tile-age").first.inner_text(),
                page.locator(".foot-date").inner_text(),
            )
        )
        context.close()
    assert texts[0] == texts[1] == texts[2] and "1 phút trước" in texts[0][0]


def test_w09_redraws_and_polls_leave_no_node_and_no_timer_behind(wall: Page, server: WallServer) -> None:
    count = "[document.querySelectorAll('*').length, document.querySelectorAll('.tile').length]"
    server.edition(20)
    wall.evaluate("IOC.loop.poll()")
    before = wall.evaluate(count)
    wall.evaluate("window.same = document.querySelector('.scene.is-shown')")
    for number in range(21, 41):
        server.edition(number)
        wall.evaluate("IOC.loop.poll()")
        wall.evaluate("IOC.loop.poll()")
    assert figures(wall)[1].startswith("40,")
    assert wall.evaluate(count) == before
    assert wall.evaluate("window.same.isConnected") is True, "scenes are mounted once"


def test_w13_no_edge_stays_where_it_was(wall: Page) -> None:
    where = "(() => { const r = document.querySelector('.scene-head h1').getBoundingClientRect(); return [r.left, r.top]; })()"
    seen = {tuple(wall.evaluate(where))}
    for _ in range(4):
        hurry(wall, 181, 60.4)
        seen.add(tuple(wall.evaluate(where)))
    assert len(seen) >= 4
    assert max(x for x, _ in seen) - min(x for x, _ in seen) <= 8


def test_w15_screens_come_back_spread_out_and_each_within_fifteen_seconds(
    wall: Page, server: WallServer
) -> None:
    server.mode = "killed"
    hurry(wall, 60)
    waits = wall.evaluate("Array.from({length: 400}, () => IOC.loop.wait())")
    assert min(waits) >= 1000 and max(waits) <= 15_000
    assert max(waits) - min(waits) > 8_000, "full jitter, not a few steps"
    server.mode = "well"
    until(wall, "document.getElementById('stage').dataset.state === 'fresh'", 16)


def test_w16_a_poisoned_tile_keeps_its_last_good_number_and_the_others_go_on(
    wall: Page, server: WallServer
) -> None:
    server.edition(30)
    wall.evaluate("IOC.loop.poll()")
    poisoned = server.document["fixed"]["scenes"]["chinh"]["tiles"][1]
    server.edition(31)
    poisoned.update(fault="Không đọc được ô này.", mark="poison")
    wall.evaluate("IOC.loop.poll()")
    assert figures(wall)[1:] == ["30,1", "31,2"]
    assert "Lỗi đọc" in wall.locator(".is-shown .tile").nth(1).locator(".tile-age").inner_text()
    del poisoned["fault"]
    poisoned.update(series=None)  # and one that only breaks while it is drawn
    server.edition(32)
    wall.evaluate("IOC.loop.poll()")
    assert figures(wall)[1:] == ["30,1", "32,2"]
    poisoned.update(series=[1.0, 2.0])
    server.edition(33)
    wall.evaluate("IOC.loop.poll()")
    assert figures(wall)[1:] == ["33,1", "33,2"]


@pytest.mark.parametrize("fault", ["commune missing", "no drawing", "not a drawing"])
def test_w17_a_map_that_is_not_whole_is_a_table(browser: Browser, server: WallServer, fault: str) -> None:
    if fault == "commune missing":
        server.drawing = re.sub(r'<path id="a00003"[^>]*/>', "", server.drawing)
    elif fault == "no drawing":
        server.document["fixed"]["drawing"] = None
    else:
        server.drawing = "<html></html>"
    context = browser.new_context(viewport={"width": 1280, "height": 720}, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{server.base}/tuong")
    page.wait_for_selector(".scene.is-shown .map-table tr", state="attached")
    rows = page.locator(".scene.is-shown .map-table tr")
    assert rows.count() >= 3 and "Xã Bản" in rows.first.inner_text()
    assert page.locator(".scene.is-shown .map:not([hidden])").count() == 0
    context.close()


def test_w18_a_screen_that_was_asleep_asks_at_once(wall: Page, server: WallServer) -> None:
    server.edition(50)
    session = wall.context.new_cdp_session(wall)
    session.send("Page.setWebLifecycleState", {"state": "frozen"})
    session.send("Page.setWebLifecycleState", {"state": "active"})
    wall.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    wall.wait_for_timeout(300)
    assert figures(wall)[1].startswith("50,")
