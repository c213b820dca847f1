"""Held through publication: nothing is lost, a decision is a new edition, a crash leaves the old one whole."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ioc.access import Scope
from ioc.holding.cases import CaseState, CellEnd, Why
from ioc.holding.desk import Delivery, publish
from ioc.observations import Status
from ioc.refresh.outcome import Outcome
from ioc.runs import State
from ioc.warehouse import schema
from tests.holding.conftest import (
    AREAS,
    LAST,
    MAP,
    PROVINCE,
    SHARE,
    TOTAL,
    Room,
    history,
    open_room,
    times,
)

BIG, MONTH = AREAS[-1], LAST.key
Make = Callable[..., Room]
CELLS = history((TOTAL,))
WRONG = times(CELLS, 10, area=BIG, month=MONTH)
RIGHT = CELLS["all", BIG, MONTH][0]
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.holding.test_desk"])


def test_a_held_value_is_published_under_its_mark_with_the_whole_of_what_is_shown(room: Make) -> None:
    made = room(TOTAL)
    made.send(CELLS)
    before = made.shown("all", PROVINCE, MONTH).value
    edition = made.send(WRONG)
    assert edition.number == 2
    shown = made.shown("all", BIG, MONTH)
    assert (shown.status, shown.value) == (Status.HELD, RIGHT)
    assert made.shown("all", PROVINCE, MONTH).value == pytest.approx(before)
    assert made.shown("all", PROVINCE, f"{MONTH}.ytd").status is Status.HELD
    assert made.warehouse.verify(2)
    case = made.warehouse.cases()[0]
    cell = case.cells[0]
    assert (case.why, case.state, case.kpi, case.count) == (Why.JUMP, CaseState.OPEN, "all", 1)
    assert (cell.area, cell.old, cell.new, cell.good_edition) == (BIG, RIGHT, 10 * RIGHT, 1)


def test_a_release_publishes_the_held_value_in_a_new_edition_without_asking_the_source(room: Make) -> None:
    made = room(TOTAL)
    made.send(CELLS)
    made.send(WRONG)
    number = made.warehouse.cases()[0].id
    now = datetime.now(UTC)
    assert made.warehouse.decide(number, CaseState.RELEASED, "Lò Văn Chiến", "đúng, đã đối chiếu", now)
    assert made.warehouse.released_sources() == {"hs": "Lò Văn Chiến"}
    assert not made.warehouse.decide(number, CaseState.REJECTED, "ai đó", "muộn rồi", now)
    assert made.again().number == 3
    shown = made.shown("all", BIG, MONTH)
    assert (shown.status, shown.value) == (Status.FINAL, 10 * RIGHT)
    case = made.warehouse.case(number)
    assert case is not None
    assert (case.decided_by, case.reason, case.cells[0].ended) == (
        "Lò Văn Chiến", "đúng, đã đối chiếu", CellEnd.RELEASED,
    )  # fmt: skip
    assert case.ended_at is not None
    assert made.warehouse.released_sources() == {}
    assert made.send(WRONG).number == 3  # and stays believed


def test_a_narrow_scope_reads_the_held_figures_of_its_own_communes_and_kpis(room: Make) -> None:
    made = room(TOTAL)
    made.send(CELLS)
    made.send(times(WRONG, 10, area=AREAS[-2], month=MONTH))
    whole = made.warehouse.cases()[0]
    assert whole.count == 2
    (mine,) = made.warehouse.cases(scope=Scope(areas=frozenset({BIG})))
    assert ([cell.area for cell in mine.cells], mine.count) == ([BIG], 1)
    assert made.warehouse.cases(scope=Scope(areas=frozenset({AREAS[0]}))) == []
    assert made.warehouse.cases(scope=Scope(kpis=frozenset({"online"}))) == []
    assert made.warehouse.case(whole.id, scope=Scope(areas=frozenset({AREAS[0]}))) is None


def test_a_decision_needs_a_name_and_a_reason(room: Make) -> None:
    made = room(TOTAL)
    made.send(CELLS)
    made.send(WRONG)
    number = made.warehouse.cases()[0].id
    for by, reason in (("", "vì sao"), ("ai", "  ")):
        with pytest.raises(ValueError, match="name and a reason"):
            made.warehouse.decide(number, CaseState.RELEASED, by, reason, datetime.now(UTC))
    assert made.warehouse.cases()[0].state is CaseState.OPEN


def test_a_rejection_keeps_the_last_good_value_until_the_source_sends_another(room: Make) -> None:
    made = room(TOTAL)
    made.send(CELLS)
    made.send(WRONG)
    number = made.warehouse.cases()[0].id
    made.warehouse.decide(number, CaseState.REJECTED, "Lò Văn Chiến", "gõ nhầm", datetime.now(UTC))
    assert made.send(times(WRONG, 1.0)).number == 2
    assert made.warehouse.cases()[0].state is CaseState.REJECTED
    made.send(CELLS)
    assert made.shown("all", BIG, MONTH).status is Status.FINAL
    ended = made.warehouse.cases(ended=True)
    assert [(one.id, one.cells[0].ended) for one in ended] == [(number, CellEnd.HEALED)]
    assert made.warehouse.cases() == []


def test_the_same_again_is_confirmed_without_a_row_and_without_an_edition(room: Make) -> None:
    made = room(SHARE, TOTAL)
    cells = history((SHARE, TOTAL))
    made.send(cells)
    with made.warehouse.reading() as connection:
        before = connection.execute(select(func.count()).select_from(schema.fact)).scalar_one()
    run, outcome = made.lay(cells)
    edition = publish(made.office, Delivery("hs", run, outcome, run, made.term, datetime.now(UTC)))
    with made.warehouse.reading() as connection:
        assert connection.execute(select(func.count()).select_from(schema.fact)).scalar_one() == before
    ended = made.warehouse.run(run)
    assert ended is not None
    assert (edition.number, ended.state, ended.edition) == (1, State.PUBLISHED, 1)


def test_a_configuration_that_changed_is_judged_again(room: Make) -> None:
    made = room(TOTAL)
    made.send(CELLS)
    made.send(WRONG)
    off = TOTAL.model_copy(update={"hold": TOTAL.hold.model_copy(update={"on": False})})
    from dataclasses import replace

    from tests.refresh.tiny import site

    made.office.__dict__["site"] = replace(site(kpis=(off,)), fingerprint="y")
    made.send(WRONG)
    assert made.shown("all", BIG, MONTH).value == 10 * RIGHT
    assert made.warehouse.cases() == []


def test_a_file_with_three_communes_loses_no_commune(room: Make) -> None:
    made = room(SHARE, TOTAL)
    cells = history((SHARE, TOTAL))
    made.send(cells)
    made.send({key: pair for key, pair in cells.items() if key[1] in AREAS[:3]})
    for entry in ("online", "all"):
        found = made.warehouse.slice(entry, 2, period=MONTH)
        assert {one.area for one in found} == {*AREAS, MAP, PROVINCE}
        assert {one.area for one in found if one.status is Status.HELD} == {*AREAS[3:], MAP, PROVINCE}
    assert {(one.why, one.count) for one in made.warehouse.cases()} == {(Why.COVERAGE, 24)}


def _send(url: str, data: str, run: int, label: str) -> None:
    os.environ["IOC_CRASH_AT"] = label
    made = open_room(url, Path(data), (TOTAL,))
    outcome = Outcome.load(Path(data) / "runs" / str(run))
    publish(made.office, Delivery("hs", run, outcome, run, made.term, datetime.now(UTC)))


@pytest.mark.faults
@pytest.mark.parametrize(
    "label", ["holds.judged", "publish.locked", "holds.recorded", "publish.before_commit"]
)
def test_killed_between_judgement_and_publication_the_old_edition_stays_whole(
    room: Make, warehouse_url: str, tmp_path: Path, label: str
) -> None:
    made = room(TOTAL)
    made.send(CELLS)
    run, outcome = made.lay(WRONG)
    child = _processes.Process(target=_send, args=(warehouse_url, str(tmp_path), run, label))
    child.start()
    child.join(60)
    assert child.exitcode == 137
    latest = made.warehouse.latest()
    assert latest is not None and latest.number == 1
    assert made.warehouse.verify(1)
    assert made.warehouse.cases() == []
    assert made.shown("all", BIG, MONTH).status is Status.FINAL
    publish(made.office, Delivery("hs", run, outcome, run, made.term, datetime.now(UTC)))
    assert [one.count for one in made.warehouse.cases()] == [1]
    assert made.shown("all", BIG, MONTH).status is Status.HELD
