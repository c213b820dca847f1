"""`make pictures`: the pages of the demonstration as a visitor sees them, for the documents (docs/img).

Starts an installation of its own, waits until every source is fresh, and photographs each page by day and by
night on a desk, and on a phone.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from bench.browser import chromium
from bench.stage import PROJECT, environment, fetch, free_port, running, wait

PAGES = {
    "tong-quan": "/",
    "ban-do": "/ban-do?xa=03466&lop=trang-song,khong-dien",
    "nguon-du-lieu": "/nguon-du-lieu",
}
ANALYSES = {
    "phan-tich-1": "/phan-tich?kpi=ops_online_share,vil_no_mobile&xa=03433,03439,03442,03445,03451,03460,03463,03466,03472&xem=cham&cach=ky-truoc",
    "phan-tich-2": "/phan-tich?kpi=pay_online_dossier&xem=cham&so=muc-tieu,tinh,truoc&loc=pay_online_dossier:duoi:80",
    "phan-tich-3": "/phan-tich?kpi=mob_village_cov,ops_online_share&xem=tuong-quan&so=tinh",
    "phan-tich-4": "/phan-tich?kpi=ops_online_share,pay_online_dossier,cl_social&xa=03433,03439,03442,03445,03451,03460,03463,03466"
    "&tu=2025-07&so=tinh&gop=co",
    "phan-tich-5": "/phan-tich?kpi=cl_social&xem=ban-do-bang&cach=cung-ky&sap=cl_social",
}
"""The five questions of docs/analyst.md."""
LOOKS = {"1920-day": (1920, 1080, "light"), "1920-night": (1920, 1080, "dark"), "phone": (390, 844, "light")}
TARGET = PROJECT / "docs" / "img"


def main() -> None:
    """Take every picture anew."""
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ioc-pictures-") as name:
        port = free_port()
        base = f"http://127.0.0.1:{port}"

        def fresh() -> bool:
            told = fetch(f"{base}/api/edition")
            assert isinstance(told, dict)
            return set(told["sources"].values()) == {"fresh"}

        with (
            running(["app.py"], environment(Path(name) / "var", port), Path(name) / "run.log"),
            chromium() as browser,
        ):
            wait(fresh, 120, "the demonstration's first editions")
            for look, (width, height, scheme) in LOOKS.items():
                context = browser.new_context(
                    viewport={"width": width, "height": height}, locale="vi-VN", color_scheme=scheme
                )
                for page_name, path in PAGES.items():
                    _take(context, base + path, f"{page_name}-{look}")
                for name_, path in ANALYSES.items() if look == "1920-day" else ():
                    _take(context, base + path, name_)


def _take(context: Any, address: str, name: str) -> None:
    page = context.new_page()
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)  # charts draw after the network has fallen silent
    page.screenshot(path=TARGET / f"{name}.png")
    page.close()


if __name__ == "__main__":
    main()
