"""`make pictures`: the pages and walls of the demonstration as a visitor sees them, for the documents (docs/img).

Starts an installation of its own, waits until every source is fresh, and photographs each page on a desk and on a phone,
the questions of docs/analyst.md, and each scene of a wall. `make pictures ALL=folder` puts every scene in every state on
every shape of screen into that folder, to be looked at; they are too many for the documents.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from bench.browser import chromium
from bench.stage import PROJECT, environment, fetch, free_port, running, wait

FIRST = {
    "tong-quan": "/",
    "ban-do": "/ban-do?xa=03466&lop=trang-song,khong-dien",
    "nguon-du-lieu": "/nguon-du-lieu",
}
"""Also by night."""
PAGES = FIRST | {
    "ban-do-thon-ban": "/ban-do?kpi=vil_no_mobile&cap=xa&xa=03466&lop=trang-song,khong-cap,khong-dien",
    "ban-do-song-doi": "/ban-do?kpi=ops_online_share&xem=so&voi=vil_no_mobile@",
    "ban-do-hai-chi-so": "/ban-do?kpi=ops_online_share&xem=hai&voi=mob_village_cov@",
    "ban-do-o-vuong": "/ban-do?kpi=ops_online_share&xem=o",
    "ban-do-phan-vi": "/ban-do?kpi=vil_no_mobile&chia=phan-vi",
    "ho-so-xa": "/xa/03466",
    "khoang-trong": "/khoang-trong",
    "diem-chu-y": "/diem-chu-y",
    "chi-so": "/chi-so?kpi=ops_online_share",
    "chat-luong": "/chat-luong",
    "canh-bao": "/canh-bao",
    "cham-diem": "/cham-diem",
    "man-hinh": "/man-hinh",
}
ANALYSES = {
    "phan-tich-1": "/phan-tich?kpi=ops_online_share,vil_no_mobile&xa=03433,03434,03439,03442,03445,03451,03460,03463,03466,03472,03478,03487,03503,03508,03517,03529,03532,03538,03544&tu=2026-08&xem=cham&cach=tu-goc&loc=ops_online_share:duoi:0,vil_no_mobile:bang:0",
    "phan-tich-2": "/phan-tich?kpi=pay_online_dossier&xem=cham&so=muc-tieu,tinh,truoc&loc=pay_online_dossier:duoi:80",
    "phan-tich-3": "/phan-tich?kpi=mob_village_cov,ops_online_share&xem=tuong-quan&so=tinh",
    "phan-tich-4": "/phan-tich?kpi=ops_online_share,pay_online_dossier,cl_social&xa=03433,03439,03442,03445,03451,03460,03463,03466"
    "&tu=2025-07&so=tinh&gop=co",
    "phan-tich-5": "/phan-tich?kpi=cl_social&xem=ban-do-bang&cach=cung-ky&sap=cl_social",
}
"""The five questions of docs/analyst.md."""
PLAN = "/dau-tu"
LOOKS = {"1920-day": (1920, 1080, "light"), "1920-night": (1920, 1080, "dark"), "phone": (390, 844, "light")}
SCREENS = {
    "1920x1080": "phong_hop",
    "3840x2160": "phong_dieu_hanh",
    "2560x1080": "tuong_ghep",
    "1080x1920": "hanh_lang",
}
SHOWN = ("1920x1080", "1080x1920")
"""Shapes of screens that stand in the documents."""
STATES = ("fresh", "ageing", "source_down", "lost")
TARGET = PROJECT / "docs" / "img"


def main(everything: str = "") -> None:
    """Take every picture anew."""
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ioc-pictures-") as name:
        port = free_port()
        base, env = f"http://127.0.0.1:{port}", environment(Path(name) / "var", port)

        def fresh() -> bool:
            told = fetch(f"{base}/api/edition")
            assert isinstance(told, dict)
            return set(told["sources"].values()) == {"fresh"}

        with (
            running(["app.py"], env, Path(name) / "run.log"),
            chromium() as browser,
        ):
            wait(fresh, 120, "the demonstration's first editions")
            subprocess.run([sys.executable, "app.py", "clusters", "reckon"], cwd=PROJECT, env=env, check=True)
            _walls(browser, base, Path(everything) if everything else None)
            if everything:
                return
            for look, (width, height, scheme) in LOOKS.items():
                context = browser.new_context(
                    viewport={"width": width, "height": height}, locale="vi-VN", color_scheme=scheme
                )
                for page_name, path in (FIRST if scheme == "dark" else PAGES).items():
                    _take(context, base + path, f"{page_name}-{look}")
                if scheme == "light":
                    _take(context, base + PLAN, f"dau-tu-{look}", _planned)
                for name_, path in ANALYSES.items() if look == "1920-day" else ():
                    _take(context, base + path, name_)
                context.close()


def _take(context: Any, address: str, name: str, act: Callable[[Any], None] = lambda page: None) -> None:
    page = context.new_page()
    page.goto(address)
    page.wait_for_load_state("networkidle")
    act(page)
    page.wait_for_timeout(1500)  # charts draw after the network has fallen silent
    _shoot(page, TARGET / f"{name}.png")
    page.close()


def _shoot(page: Any, path: Path) -> None:
    """A picture in 256 colours: all that flat pages have, in a third of the bytes."""
    whole = Image.open(BytesIO(page.screenshot())).convert("RGB")
    whole.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def _planned(page: Any) -> None:
    """Have the plan made that the form proposes, and show its answer."""
    page.request.post(
        f"{page.url.split('/dau-tu')[0]}/api/role", data={"role": "planner"},
        headers={"X-IOC": "1", "Origin": page.url.split("/dau-tu")[0], "Sec-Fetch-Site": "same-origin"},
    )  # fmt: skip
    page.reload()
    page.wait_for_load_state("networkidle")
    if page.locator(".plan-answer:visible").count() == 0:
        page.locator("#react-entry-point .plan-solve").click()
        page.wait_for_selector("#react-entry-point .plan-answer", timeout=180_000)
    page.wait_for_selector("#react-entry-point #plan-map svg")
    page.evaluate("document.querySelector('#react-entry-point .plan-answer').scrollIntoView()")


def _walls(browser: Any, base: str, room: Path | None) -> None:
    """Every scene of every screen; with `room` in every state, without it fresh, and the first scene in all states."""
    for size, screen in SCREENS.items():
        if room is None and size not in SHOWN:
            continue
        width, height = map(int, size.split("x"))
        for state in STATES:
            context = browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN")
            page = context.new_page()
            if state in ("ageing", "source_down"):
                page.route(f"**/api/wall/{screen}*", _as(state))
            page.goto(f"{base}/tuong?man={screen}")
            page.wait_for_selector(".scene.is-shown .tile", state="attached")
            page.wait_for_timeout(1500)
            if state == "lost":
                context.set_offline(True)
                wait(
                    lambda page=page: (
                        page.evaluate("document.getElementById('stage').dataset.state") == "lost"
                    ),
                    120,
                    "the wall to notice",
                )  # type: ignore[misc]
            for at in range(page.locator(".scene").count()):
                if room is None and ((state != "fresh" and at) or (size != SHOWN[0] and at)):
                    continue
                page.keyboard.press(str(at + 1))
                page.wait_for_timeout(1200)
                _shoot(page, (room or TARGET) / f"tuong-{at + 1}-{state}-{size}.png")
            page.unroute_all(behavior="ignoreErrors")
            context.close()


def _as(state: str) -> Callable[[Any], None]:
    """The wall's document as it is when data age, or when a source has failed for a day and more."""

    def answer(route: Any) -> None:
        found = route.fetch(headers={**route.request.headers, "if-none-match": ""})
        document = json.loads(found.body())
        for at, source in enumerate(document["sources"].values()):
            promise = source.get("promise") or 86400
            if state == "ageing":
                source["age"] = 1.5 * promise
            elif state == "source_down" and at % 3 == 0:
                source.update(age=1.4 * promise, down=True)
        route.fulfill(response=found, body=json.dumps(document))

    return answer


if __name__ == "__main__":
    started = time.monotonic()
    main(*sys.argv[1:2])
    print(f"{time.monotonic() - started:.0f} s")
