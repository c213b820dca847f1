"""A wall's page under a clock that a test can hurry, in front of a server whose faults it can switch on."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page

from tests.browser.wall_server import WallServer, serving
from tests.walls.conftest import Hall

STATES = ("fresh", "ageing", "stale", "source_down", "lost")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A document as the real route makes it, with a drawing of six squares."""
    hall = Hall(tmp_path_factory.mktemp("hall"))
    document: dict[str, Any] = hall.client().get("/api/wall/sanh").get_json()
    document["fixed"]["drawing"] = {
        "url": "/geo/thu.svg", "caption": "Sơ đồ", "schematic": True, "ratio": 6.0, "points": "thu"
    }  # fmt: skip
    document["fixed"]["screen"]["hours"] = []
    document["scheduler"] = "ok"
    document["sources"]["mot_cua"].update(age=60, down=False)
    document["age"] = 60
    return document


@pytest.fixture
def server(made: dict[str, Any]) -> Iterator[WallServer]:
    with serving(copy.deepcopy(made)) as found:
        found.document["fixed"]["screen"]["rotation"] = [["chinh", 20]]
        yield found


@pytest.fixture
def wall(browser: Browser, server: WallServer) -> Iterator[Page]:
    """A screen that shows its first document, under a clock that a test can hurry."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, locale="vi-VN")
    page = context.new_page()
    page.clock.install()
    page.goto(f"{server.base}/tuong")
    page.wait_for_selector(".scene.is-shown .map[data-painted='6']", state="attached")
    yield page
    context.close()


def hurry(page: Page, seconds: float, step: float = 1.0, breath: int = 12) -> None:
    """Let time pass: fast on the page's clock, and a breath of real time for each answer to come."""
    for _ in range(max(1, round(seconds / step))):
        page.clock.run_for(int(step * 1000))
        page.wait_for_timeout(breath)


def until(page: Page, test: str, within: float = 40, breath: int = 40, step: float = 1) -> None:
    """Hurry until a JavaScript expression holds."""
    for _ in range(round(within / step)):
        try:
            if page.evaluate(test):
                return
            hurry(page, step, step, breath=breath)
        except Error as error:  # the page is just being loaded anew
            assert "navigation" in str(error) or "Execution context" in str(error), error
            page.wait_for_load_state()
    raise AssertionError(f"not within {within} s of the page: {test}")


def state(page: Page) -> str:
    return str(page.evaluate("document.getElementById('stage').dataset.state"))


def tiles(page: Page) -> list[str]:
    return page.locator(".scene.is-shown .tile:not([hidden])").evaluate_all(
        "all => all.map(t => t.dataset.state)"
    )


def figures(page: Page) -> list[str]:
    return page.locator(".scene.is-shown .tile-figure").all_inner_texts()
