"""Every word is kept beside the others; the recorded rule decides; predecessors are named."""

from __future__ import annotations

from datetime import date

import pytest

from ioc.access import OPEN
from ioc.board import Board
from ioc.catalogue import Text
from ioc.gaps import reports
from ioc.gaps.definitions import Decides, State, Subject
from ioc.gaps.history import Event, Lineage, lineage
from ioc.gaps.register import VillageRegister
from ioc.gaps.reports import Report, verdict

WORD = Text(vi="chữ", en="word")


def subject(rule: Decides) -> Subject:
    states = tuple(State(value=value, name=WORD) for value in ("covered", "weak", "none"))
    return Subject(id="mobile", name=WORD, column="mobile_state", rule=rule, basis=WORD, state=states)


def report(state: str, day: int) -> Report:
    return Report("v1", "Bản Một", f"nha_mang_{day}", "mobile", state, date(2026, 10, day), "văn bản")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Decides.SURVEY, "weak"),
        (Decides.NEWEST, "covered"),
        (Decides.BEST, "covered"),
        (Decides.WORST, "none"),
    ],
)
def test_the_rule_decides_between_reports(rule: Decides, expected: str) -> None:
    words = (report("none", 3), report("covered", 9))
    assert verdict(subject(rule), "weak", date(2026, 10, 5), words) == expected


def test_without_a_survey_the_newest_word_counts_and_silence_says_nothing() -> None:
    words = (report("none", 3), report("weak", 9), report("covered", 9))
    assert verdict(subject(Decides.SURVEY), None, None, words) == "weak"  # of one day the worse
    assert verdict(subject(Decides.BEST), None, None, ()) is None


def test_no_report_is_lost_and_every_difference_is_marked(register: VillageRegister, board: Board) -> None:
    found = reports.testimony(board, register, OPEN)
    kept = [one for said in found.said.values() for about in said for one in about.reports]
    assert len(kept) + len(found.astray) == len(board.places("village_report", OPEN)) > 3000
    assert len({one.reporter for one in kept}) == 6  # five telecom operators and the power company
    differing = {village.id for village in register.villages if found.conflicts(village.id)}
    plain = set()
    for village in register.villages:
        for name, column in (("mobile", "mobile_state"), ("fibre", "fibre"), ("grid", "grid")):
            words = {one.state for one in kept if one.village == village.id and one.subject == name} | {
                str(village.cells[column])
            }
            if len(words) > 1:
                plain.add(village.id)
    assert differing == plain and len(differing) >= 30
    assert not any(
        about.contradicted for said in found.said.values() for about in said
    )  # the survey decides here


def test_villages_name_their_predecessors(register: VillageRegister, board: Board) -> None:
    found = lineage(board, register, OPEN)
    assert sum(len(events) for events in found.events.values()) == len(board.places("village_event", OPEN))
    assert set(found.events) <= set(register.by_id)
    merged = [village for village in register.villages if village.established is not None]
    assert merged
    for village in merged:
        events = found.of(village.id)
        assert {event.what for event in events} == {"merge"} and len(events) >= 2
        assert sum(event.households or 0 for event in events) == village.households
        assert all(event.on == village.established and event.former != village.id for event in events)


def test_the_way_back_goes_through_predecessors_and_ends_in_a_circle() -> None:
    def event(number: int, village: str, former: str) -> Event:
        return Event(
            f"e{number}",
            village,
            former,
            f"Bản {former}",
            "merge",
            date(2020 + number, 1, 1),
            "văn bản",
            None,
        )

    events = {
        "c": (event(3, "c", "b"), event(3, "c", "x")),
        "b": (event(2, "b", "a"),),
        "a": (event(1, "a", "c"),),
    }
    found = Lineage({key: tuple(value) for key, value in events.items()}).of("c")
    assert {one.former for one in found} >= {"b", "a"} and len(found) <= 4
