"""The scenes of a wall: legible at every size, one after the other, by the hours of the day, and for a night anew."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Installation, Visitor
from tests.browser.wall_page import STATES, hurry, made, server, until, wall
from tests.browser.wall_server import WallServer

__all__ = ["made", "server", "wall"]
pytestmark = [pytest.mark.browser, pytest.mark.faults]


def test_no_letter_is_smaller_than_the_plan_allows_and_nothing_is_cut_off(
    wall: Page, server: WallServer
) -> None:
    for width, height in ((1280, 720), (3840, 2160), (2560, 1080), (1080, 1920)):
        wall.set_viewport_size({"width": width, "height": height})
        unit = max(
            p["unit"] * min(height, width / p["ratio"])
            for p in server.document["fixed"]["plans"]
            if p["ratio"] <= width / height * 1.01
        )
        rem_now = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
        until(wall, f"Math.abs({rem_now} - {unit}) < 0.02", 20)
        for scene in ("chinh", "phu"):
            wall.evaluate(f"WALL.show('{scene}')")
            hurry(wall, 2)
            least, rem = wall.evaluate(
                """() => { const sizes = [...document.querySelectorAll('.scene.is-shown *, .wall-foot *')]
                  .filter(n => n.namespaceURI.endsWith('xhtml') && n.textContent.trim() && !n.children.length)
                  .map(n => parseFloat(getComputedStyle(n).fontSize));
                return [Math.min(...sizes), parseFloat(getComputedStyle(document.documentElement).fontSize)]; }"""
            )
            assert least >= rem - 0.01, (width, height, scene)
            cut = wall.locator(".scene.is-shown .tile:not([hidden]) .tile-body").evaluate_all(
                "all => all.filter(b => b.scrollHeight > b.clientHeight + 4 || b.scrollWidth > b.clientWidth + 4)"
                ".map(b => b.parentNode.className + ' ' + b.scrollHeight + '/' + b.clientHeight)"
            )
            assert cut == [], (width, height, scene)


def test_scenes_follow_each_other_and_a_person_or_an_operator_turns_them(
    wall: Page, server: WallServer
) -> None:
    shown = "document.querySelector('.scene.is-shown').dataset.scene"
    server.document["fixed"]["screen"]["rotation"] = [["chinh", 20], ["phu", 20]]
    wall.evaluate("IOC.loop.poll()")
    wall.evaluate(
        "window.heard = []; ['scene', 'pause', 'order'].forEach(n => WALL.on(n, w => heard.push(n)))"
    )
    assert wall.evaluate(shown) == "chinh"
    until(wall, f"{shown} === 'phu'", 25)
    wall.evaluate("WALL.next()")
    assert wall.evaluate(shown) == "chinh"
    wall.evaluate("WALL.pause(60)")
    hurry(wall, 50, 2)
    assert wall.evaluate(shown) == "chinh" and "còn" in wall.locator(".hold").inner_text()
    wall.evaluate("WALL.resume()")
    until(wall, f"{shown} === 'phu'", 25)
    server.document["order"].update(scene="chinh", seq=1)
    until(wall, f"{shown} === 'chinh'", 13)
    hurry(wall, 60, 2)
    assert wall.evaluate(shown) == "chinh"
    server.document["order"].update(scene=None, message="Họp khẩn lúc 15 giờ tại phòng số 1", seq=2)
    until(wall, "!document.querySelector('.takeover').hidden", 13)
    expect(wall.locator(".takeover-words")).to_have_text("Họp khẩn lúc 15 giờ tại phòng số 1")
    server.document["order"].update(message=None, seq=3)
    until(wall, "document.querySelector('.takeover').hidden", 13)
    assert {"scene", "pause", "order"} <= set(wall.evaluate("heard"))
    beat = server.asked[-1][1].split(";")
    assert beat[0] in ("chinh", "phu") and int(beat[2]) > 100 and beat[4] in STATES


def test_the_hours_of_the_day_choose_the_scenes_and_the_night_is_dim(wall: Page, server: WallServer) -> None:
    every = list(range(7))
    server.document["fixed"]["screen"]["hours"] = [
        {"from": 22 * 60, "to": 5 * 60, "days": every, "rotation": [], "dim": 0.4},
        {"from": 7 * 60, "to": 8 * 60, "days": every, "rotation": [["phu", 20]], "dim": 1},
    ]
    light = "document.getElementById('stage').style.getPropertyValue('--light')"
    shown = "document.querySelector('.scene.is-shown').dataset.scene"
    for number, (hour, minute, wanted, scene) in enumerate(
        [(23, 0, "0.4", "chinh"), (3, 0, "0.4", "chinh"), (7, 30, "1", "phu"), (12, 0, "1", "chinh")], 20
    ):
        server.turn_to(hour, minute)
        server.edition(number)
        until(wall, f"{light} === '{wanted}' && {shown} === '{scene}'", 60, breath=60)


def test_a_page_that_has_stood_for_hours_is_loaded_anew_in_the_small_hours_and_only_while_served(
    wall: Page, server: WallServer
) -> None:
    wall.evaluate("window.kept = true")
    server.turn_to(4)  # past every screen's own minute of the night, but just loaded
    server.edition(30)
    hurry(wall, 40, 2)
    assert wall.evaluate("window.kept") is True
    server.mode = "killed"
    wall.clock.fast_forward(7 * 3600 * 1000)
    server.turn_to(3, 35)
    hurry(wall, 60, 2)
    assert wall.evaluate("window.kept") is True, "nothing to load from"
    server.mode = "well"
    server.edition(31)
    until(wall, "window.kept === undefined", 1800, step=5)
    wall.wait_for_selector(".scene.is-shown .tile-figure", state="attached")


def test_the_real_wall_is_whole_silent_and_survives_a_restart(
    visit: Callable[..., Visitor], installation: Installation
) -> None:
    visitor = visit()
    page = visitor.page
    page.goto(f"{visitor.base}/tuong?man=phong_hop")
    page.wait_for_selector('.scene.is-shown .map[data-painted="38"]', state="attached")
    scenes = page.evaluate("WALL.scenes()")
    assert len(scenes) >= 3
    for scene in scenes:
        page.evaluate(f"WALL.show('{scene}')")
        page.wait_for_timeout(500)
        assert page.locator(".scene.is-shown [data-fault=yes], .scene.is-shown .map-table").count() == 0
        cut = page.locator(".scene.is-shown .tile:not([hidden]) .tile-body").evaluate_all(
            "all => all.filter(b => b.scrollHeight > b.clientHeight + 4).map(b => b.innerText)"
        )
        assert cut == [], scene
    assert visitor.complaints == [] and visitor.violations() == []
    before = page.locator(".scene.is-shown .tile-figure").all_inner_texts()
    installation.end()
    page.evaluate("window.kept = true; IOC.loop.poll()")
    page.wait_for_timeout(1500)
    assert page.locator(".scene.is-shown .tile-figure").all_inner_texts() == before
    installation.begin()
    visitor.until("IOC.age.silence() < 3", 60)
    assert page.evaluate("window.kept") is True
