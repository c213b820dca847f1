"""`ioc value` gives one number with everything that makes it credible, and says when it is made up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.commands.conftest import Terminal

NOTICE = "Dữ liệu minh họa, không phải số liệu chính thức"
PROVINCE, COMMUNE = "12@20250701", "03388@20250701"
FIGURE = {"value": 12.345, "numerator": 1234.0, "denominator": 9996.0, "reporting": 36, "expected": 38}


@pytest.fixture
def published(terminal: Terminal) -> Terminal:
    """Two editions; the second corrects the province in October."""
    values = {
        ("kpi_alpha", PROVINCE, "2026-09"): 9.0,
        ("kpi_alpha", PROVINCE, "2026-10"): FIGURE,
        ("kpi_alpha", PROVINCE, "2026-10.ytd"): 11.0,
        ("kpi_alpha", PROVINCE + "+so", "2026-10"): 50.0,
        ("kpi_alpha", COMMUNE, "2026-10"): {"value": None, "status": "no_activity", "denominator": 0.0},
    }
    terminal.publish(values)
    values["kpi_alpha", PROVINCE, "2026-10"] = FIGURE | {"value": 13.0}
    terminal.publish(values)
    return terminal


def test_a_number_comes_with_numerator_denominator_coverage_source_and_edition(published: Terminal) -> None:
    said = published.ioc("value", "kpi_alpha", "--edition", "1")
    assert said.code == 0 and said.err == ""
    shown = {line[:13].strip(): line[13:] for line in said.out.splitlines()}
    assert shown["Chỉ số"] == "Chỉ số alpha (kpi_alpha)"
    assert shown["Địa bàn"] == f"Tỉnh Thử ({PROVINCE})"
    assert "10/2026" in shown["Kỳ"]
    assert shown["Giá trị"].startswith("12,3") and shown["Giá trị"].endswith("(kỳ đã kết thúc)")
    assert shown["Tử số"] == "1.234" and shown["Mẫu số"] == "9.996"
    assert shown["Báo cáo"] == "36/38 xã, phường"
    assert shown["Nguồn"] == "Nguồn alpha (alpha)"
    assert shown["Bản số liệu"].startswith("1, công bố ")


def test_on_a_demonstration_every_answer_says_so_before_the_number(published: Terminal) -> None:
    first = published.ioc("value", "kpi_alpha").out.splitlines()[0]
    assert NOTICE in first
    answer = published.ioc("value", "kpi_alpha", "--json")
    assert answer.json["notice"] == NOTICE
    assert answer.out.index(NOTICE) < answer.out.index('"value"')
    missing = published.ioc("value", "kpi_beta", "--json")
    assert missing.json["notice"] == NOTICE and missing.json["value"] is None


def test_a_real_site_has_no_such_notice(published: Terminal) -> None:
    published.edit("site.toml", "demonstration = true", "demonstration = false")
    assert NOTICE not in published.ioc("value", "kpi_alpha").out
    assert published.ioc("value", "kpi_alpha", "--json").json["notice"] is None


def test_json_holds_the_exact_number_and_where_it_is_from(published: Terminal) -> None:
    found = published.ioc("value", "kpi_alpha", "--json").json
    assert (found["value"], found["numerator"], found["denominator"]) == (13.0, 1234.0, 9996.0)
    assert (found["period"], found["area"], found["state"]) == ("2026-10", PROVINCE, "final")
    assert (found["edition"], found["changed_in_edition"], found["source"]) == (2, 2, "alpha")
    assert datetime.fromisoformat(found["published_at"]).utcoffset() == datetime.now(UTC).utcoffset()


def test_a_past_edition_still_says_what_it_said(published: Terminal) -> None:
    assert published.ioc("value", "kpi_alpha", "--edition", "1", "--json").json["value"] == 12.345
    assert published.ioc("value", "kpi_alpha", "--edition", "2", "--json").json["value"] == 13.0


def test_period_and_part_of_the_province_can_be_chosen(published: Terminal) -> None:
    def value(*words: str) -> float:
        return float(published.ioc("value", "kpi_alpha", "--json", *words).json["value"])

    assert value("--period", "2026-09") == 9.0
    assert value("--period", "2026-10.ytd") == 11.0
    assert value("--area", "12+so") == 50.0
    assert "các sở" in published.ioc("value", "kpi_alpha", "--area", "12+so").out


def test_no_number_is_said_in_words_and_never_as_zero(published: Terminal) -> None:
    nothing = published.ioc("value", "kpi_alpha", "--area", "03388")
    assert nothing.code == 0 and "không phát sinh" in nothing.out
    missing = published.ioc("value", "kpi_alpha", "--area", "03529", "--period", "2026-10")
    assert missing.code == 0 and "chưa báo cáo" in missing.out
    for said in (nothing, missing):
        value = next(line for line in said.out.splitlines() if line.startswith("Giá trị"))
        assert "0" not in value


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["kpi_delta"], "kpi_alpha, kpi_beta, kpi_gamma"),
        (["kpi_alpha", "--area", "99999"], "99999"),
        (["kpi_alpha", "--area", "03000"], "mã trước 01/7/2025"),
        (["kpi_alpha", "--area", "12+thon"], "12+thon"),
        (["kpi_alpha", "--period", "10/2026"], "2026-10.ytd"),
        (["kpi_alpha", "--period", "2026-13"], "2026-Q3"),
        (["kpi_alpha", "--edition", "3"], "ioc editions"),
    ],
)
def test_a_question_wrongly_asked_is_refused_with_what_can_be_asked(
    published: Terminal, words: list[str], hint: str
) -> None:
    said = published.ioc("value", *words)
    assert (said.code, said.out) == (2, "") and hint in said.err


def test_before_the_first_publication_there_is_nothing_to_say(terminal: Terminal) -> None:
    said = terminal.ioc("value", "kpi_alpha")
    assert said.code == 1 and "ioc refresh" in said.err
