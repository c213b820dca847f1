"""The route of the search box: one answer for a query, scope and edition, small enough to ask with every letter."""

from __future__ import annotations

import json

import pytest

from tests.web.conftest import Browser
from tests.web.test_face_guarded import browser, server

__all__ = ["browser", "server"]


def test_a_query_is_answered_with_what_each_find_is(browser: Browser) -> None:
    answer = browser.get("/api/search?q=muong+cu")
    found = json.loads(answer.text)
    assert answer.status_code == 200 and found["e"] == 2
    assert found["hits"][0] == {
        "kind": "former", "name": "Xã Mường Cũ", "code": "00001", "note": "xã trước 7/2025, nay thuộc Xã Bản 1",
    }  # fmt: skip
    kinds = {hit["kind"] for hit in json.loads(browser.get("/api/search?q=ban").text)["hits"]}
    assert {"commune", "page"} <= kinds


def test_an_unchanged_answer_is_not_sent_again(browser: Browser) -> None:
    first = browser.get("/api/search?q=ban+do")
    again = browser.get("/api/search?q=ban+do", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and not again.data


def test_villages_are_those_of_the_edition_that_is_asked(browser: Browser) -> None:
    assert json.loads(browser.get("/api/search?q=ban&ban=1").text)["e"] == 1
    assert browser.get("/api/search?q=ban&ban=99").status_code == 404


@pytest.mark.parametrize("query", ["", "q=", "q=%20", "q=" + "a" * 101, "q=a&q=b", "q=a&x=1"])
def test_a_wrong_question_is_refused_with_a_sentence(browser: Browser, query: str) -> None:
    answer = browser.get(f"/api/search?{query}")
    assert answer.status_code == 400 and "error" in json.loads(answer.text)
