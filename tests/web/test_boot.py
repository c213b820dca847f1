"""What the scripts know from the start about places, gaps and lines: the site's own, and nothing else."""

from __future__ import annotations

import html
import json
import re

from tests.web.test_face_guarded import browser, server  # noqa: F401 - fixtures


def test_the_page_names_the_kinds_of_places_that_sources_bring(browser) -> None:  # noqa: F811
    page = browser.get("/ban-do").text
    found = re.search(r'<script type="application/json" id="ioc-boot">(.*?)</script>', page, re.S)
    assert found
    boot = json.loads(html.unescape(found[1]))
    assert [one["kind"] for one in boot["places"]] == ["village"]
    assert boot["places"][0]["name"] == "Thôn, bản"
    assert boot["layers"] == [] and isinstance(boot["gaps"], list)
