"""Plans are kept once and whole, names are acts with person and time, and nobody sees more than their scope."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ioc.access import OPEN, Scope
from ioc.planning.assumptions import Listed
from ioc.planning.book import Entry, NameTakenError, PlanBook
from ioc.planning.question import Ask
from ioc.warehouse import Warehouse

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
ASK = Ask(budgets=(100, 200), services=("grid",))


@pytest.fixture
def book(warehouse_url: str) -> PlanBook:
    warehouse = Warehouse(warehouse_url)
    warehouse.migrate()
    return PlanBook(warehouse)


def entry(edition: int = 3, scope: Scope = OPEN, ask: Ask = ASK) -> Entry:
    return Entry(
        ask.name(edition, "abc", scope),
        ask.request,
        edition,
        scope,
        {"outcome": "optimal", "tên": "Tà Tổng"},
        "Lan",
    )


def test_the_same_question_is_kept_once_and_read_back_whole(book: PlanBook) -> None:
    number = book.keep(entry(), NOW)
    assert (
        book.keep(replace(entry(), document={"outcome": "near"}, by="Minh"), NOW + timedelta(days=1))
        == number
    )
    found = book.of_question(entry().fingerprint, OPEN)
    assert found is not None
    assert (found.id, found.document["tên"], found.made_by, found.made_at) == (number, "Tà Tổng", "Lan", NOW)


def test_a_newer_edition_is_another_plan_of_the_same_request(book: PlanBook) -> None:
    first, second = book.keep(entry(3), NOW), book.keep(entry(4), NOW)
    assert first != second
    latest = book.latest(ASK.request, OPEN)
    assert latest is not None
    assert latest.id == second
    assert book.latest(ASK.model_copy(update={"floor": 0.5}).request, OPEN) is None


def test_a_plan_is_shown_only_to_those_who_may_see_all_of_it(book: PlanBook) -> None:
    wide, narrow = entry(), entry(scope=Scope(areas=frozenset({"03463@20250701"})))
    whole, part = book.keep(wide, NOW), book.keep(narrow, NOW)
    assert book.plan(whole, narrow.scope) is None
    assert book.of_question(wide.fingerprint, narrow.scope) is None
    assert book.plan(part, OPEN) is not None
    book.name(whole, "Cả tỉnh", "", "Lan", NOW)
    assert book.scenarios(narrow.scope) == []
    assert [one.name for one, _ in book.scenarios(OPEN)] == ["Cả tỉnh"]


def test_a_name_belongs_to_one_plan_until_it_is_withdrawn_by_somebody_for_a_reason(book: PlanBook) -> None:
    first, second = book.keep(entry(3), NOW), book.keep(entry(4), NOW)
    named = book.name(first, "  Phương án 1 ", "vốn trung hạn", "Lan", NOW)
    assert (named.name, named.named_by, named.named_at) == ("Phương án 1", "Lan", NOW)
    with pytest.raises(NameTakenError):
        book.name(second, "Phương án 1", "", "Minh", NOW)
    assert book.withdraw(named.id, "trùng", "Minh", NOW)
    assert not book.withdraw(named.id, "trùng", "Minh", NOW)
    assert book.name(second, "Phương án 1", "", "Minh", NOW).plan == second
    assert book.plan(first, OPEN) is not None


@pytest.mark.parametrize(("name", "by"), [(" ", "Lan"), ("Tên", " ")])
def test_a_name_without_words_or_without_a_person_is_refused(book: PlanBook, name: str, by: str) -> None:
    with pytest.raises(ValueError, match="needs a name"):
        book.name(book.keep(entry(), NOW), name, "", by, NOW)


def test_a_list_handed_in_twice_is_one_list(book: PlanBook) -> None:
    listed = (Listed(id="T1", measure="tram_bts", lat=22, lon=103, cost=1500.5, after=("T0",)),)
    number = book.take_list("a.xlsx", "ab" * 32, listed, "Lan", NOW)
    assert book.take_list("b.xlsx", "ab" * 32, listed, "Minh", NOW) == number
    found = book.handed_in(number)
    assert found is not None
    assert (found.candidates, found.file, found.handed_in_by) == (listed, "a.xlsx", "Lan")
    assert book.handed_in(number + 1) is None
