"""Addresses of communes: each leads to its profile, an unknown code to a sentence with status 404."""

from __future__ import annotations

import pytest

from tests.web.conftest import Browser
from tests.web.test_face_guarded import browser, server

__all__ = ["browser", "server"]


def test_a_commune_has_an_address_of_its_own(browser: Browser) -> None:
    found = browser.get("/xa/00003")
    assert found.status_code == 200 and "Xã Bản 3" in found.text and "Hồ sơ xã" in found.text
    assert "/ban-do?xa=00003&amp;ban=1" in browser.get("/xa/00003?ban=1").text


@pytest.mark.parametrize("code", ["99999", "12", "x", "00003-", "03433"])
def test_an_unknown_code_is_answered_with_a_sentence(browser: Browser, code: str) -> None:
    found = browser.get(f"/xa/{code}")
    assert found.status_code == 404 and f"nào mang mã {code}" in found.text


@pytest.mark.parametrize("path", ["/xa", "/xa/", "/xa/00003/them", "/so/00003"])
def test_what_only_looks_like_one_is_no_page(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 404
