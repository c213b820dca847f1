"""An address is read whole or refused part by part, and the same question is always the same address."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ioc.access import OPEN, Scope
from ioc.analysis.address import read
from ioc.analysis.query import NAMES, QueryError, View, Way
from ioc.analysis.result import analyse
from ioc.wording import LANGS, say
from tests.analysis.conftest import LAST, MONTHS, Known
from tests.analysis.test_result import QUESTIONS

WRONG = {
    "kpi=nope": ("kpi", "kpi"), "abc=1": ("abc", "unknown"), "xem=gi": ("xem", "choice"), "cach=x": ("cach", "choice"),
    "xa=99999": ("xa", "area"), "xa=12": ("xa", "area"), "tu=2026-13": ("tu", "period"), "tu=hom-qua": ("tu", "period"),
    "den=2031-01": ("den", "period_outside"), "den=2026": ("den", "period_kind"), "loai=tuan": ("loai", "choice"),
    "loai=nam": ("loai", "no_kind"), "so=gi": ("so", "choice"), "gop=1": ("gop", "choice"), "bang=x": ("bang", "choice"),
    "loc=online": ("loc", "condition"), "loc=online:duoi:1.2.3": ("loc", "condition"), "loc=overdue:duoi:5": ("loc", "condition_kpi"),
    "sap=<b>": ("sap", "sort"), "ban=7": ("ban", "edition"), "tu=2026-10&den=2026-02": ("tu", "range"),
    "kpi=" + ",".join(f"k{i}" for i in range(7)): ("kpi", "many_kpis"),
}  # fmt: skip


def asked(known: Known, text: str, scope: Scope = OPEN):
    return read(dict(parse_qsl(text)), known.board, scope)


@pytest.mark.parametrize("text", WRONG)
def test_each_wrong_part_is_named_with_a_sentence_in_both_languages(known: Known, text: str) -> None:
    with pytest.raises(QueryError) as raised:
        asked(known, text)
    found = {(fault.part, fault.key) for fault in raised.value.faults}
    assert WRONG[text] in found
    for fault in raised.value.faults:
        for lang in LANGS:
            assert len(say(f"explore.fault.{fault.key}", lang, **dict(fault.values))) > 15


def test_all_faults_are_said_at_once(known: Known) -> None:
    with pytest.raises(QueryError) as raised:
        asked(known, "abc=1&xem=gi&so=x")
    assert {fault.part for fault in raised.value.faults} == {"abc", "xem", "so"}


def test_an_empty_address_is_the_headline_through_its_newest_periods(known: Known) -> None:
    query = asked(known, "")
    assert (query.kpis, query.areas, query.view, query.way) == (("online",), None, View.LINES, Way.VALUE)
    assert query.periods == tuple(MONTHS)
    assert query.shown == LAST
    assert query.write("online", query.kind) == ""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(QUESTIONS)
def test_a_question_written_and_read_again_is_the_same(known: Known, question) -> None:
    query = read(question, known.board, OPEN)
    base = known.board.site.kpis[query.kpis[0]].base
    text = query.write("online", base)
    again = read(dict(parse_qsl(text)), known.board, OPEN)
    assert again == query
    assert again.write("online", base) == text
    names = [part.split("=")[0] for part in text.split("&") if part]
    assert names == [name for name in NAMES if name in names]


def test_parts_in_another_order_give_the_same_address(known: Known) -> None:
    a = asked(known, "kpi=online,overdue&xa=00003,00001&so=truoc,tinh&xem=cham")
    b = asked(known, "xem=cham&so=tinh,truoc&xa=00001,00003,00003&kpi=online,overdue")
    assert a == b


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.dictionaries(st.sampled_from([*NAMES, "x", "theme"]), st.text(max_size=40), max_size=6))
def test_whatever_is_asked_is_answered_or_refused_in_words(known: Known, question) -> None:
    try:
        query = read(question, known.board, OPEN)
    except QueryError as error:
        assert all(say(f"explore.fault.{one.key}", "vi", **dict(one.values)) for one in error.faults)
    else:
        analyse(known.board, query, OPEN)


def test_a_commune_outside_the_scope_does_not_exist(known: Known) -> None:
    with pytest.raises(QueryError) as raised:
        asked(known, "xa=00005", Scope(areas=frozenset(known.areas[:2])))
    assert raised.value.faults[0].key == "area"
