"""`ioc passport` says at the terminal what the page says, and marks demonstration data as such."""

from __future__ import annotations

from tests.commands.conftest import Terminal
from tests.commands.test_value import FIGURE, NOTICE, PROVINCE, published

__all__ = ["published"]


def test_the_passport_names_formula_source_and_corrections_after_the_notice(published: Terminal) -> None:
    said = published.ioc("passport", "kpi_alpha", "--period", "2026-10")
    assert said.code == 0 and said.err == ""
    assert NOTICE in said.out.splitlines()[0]
    assert "Nguồn alpha (alpha)" in said.out
    assert "36/38" in said.out
    assert "từ 12,3" in said.out and "thành 13,0" in said.out
    assert "các dòng của lượt này không còn lưu" in said.out


def test_as_json_it_holds_every_version_and_the_verdict(published: Terminal) -> None:
    found = published.ioc("passport", "kpi_alpha", "--period", "2026-10", "--json").json
    assert found["passport"]["notice"] == NOTICE
    assert [one["value"] for one in found["passport"]["revisions"]] == [FIGURE["value"], 13.0]
    assert found["passport"]["area"] == PROVINCE
    assert found["recount"]["verdict"] == "rows_gone"
    first = published.ioc("passport", "kpi_alpha", "--period", "2026-10", "--edition", "1", "--json").json
    assert [one["value"] for one in first["passport"]["revisions"]] == [FIGURE["value"]]


def test_a_question_without_an_answer_is_refused_with_a_sentence(published: Terminal) -> None:
    for words in (["nope"], ["kpi_alpha", "--period", "x"], ["kpi_alpha", "--area", "99999"]):
        said = published.ioc("passport", *words)
        assert said.code == 2 and said.err and not said.out
    said = published.ioc("passport", "kpi_alpha", "--period", "2019-01")
    assert said.code == 1 and "Bản số liệu 2" in said.err
