"""One errand a source, whoever asks goes first, and a source that hangs starves nobody."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ioc.access import SYSTEM, Identity, Role
from ioc.agenda import SLOTS, Agenda
from ioc.dispatch import Order

SOMEBODY = Identity("Nguyễn Văn A", Role.OPERATOR)
NAMES = ("s1", "s2", "s3", "s4", "s5")


def tick(source: str) -> Order:
    return Order(source, "schedule", SYSTEM)


def wish(source: str) -> Order:
    return Order(source, "manual", SOMEBODY)


def healthy(source: str) -> bool:
    return False


def taken(agenda: Agenda) -> str | None:
    errand = agenda.take(healthy)
    return errand.order.source if errand else None


def test_what_falls_due_is_served_in_the_order_it_came() -> None:
    agenda = Agenda(slots=1)
    for name in NAMES:
        assert agenda.add(tick(name))
    served = []
    while (source := taken(agenda)) is not None:
        served.append(source)
        agenda.done(source)
    assert served == list(NAMES)


def test_a_refresh_somebody_asked_for_goes_before_everything_that_merely_fell_due() -> None:
    agenda = Agenda(slots=1)
    for name in NAMES[:3]:
        agenda.add(tick(name))
    agenda.add(wish("s5"), request=1)
    agenda.add(wish("s3"), request=2)
    assert agenda.waiting == ["s3", "s5", "s1", "s2"]
    assert taken(agenda) == "s3", "it has waited longest of those asked for"


def test_a_source_that_waits_waits_once_and_is_served_in_the_name_of_who_asked() -> None:
    agenda = Agenda()
    assert agenda.add(tick("s1"))
    assert not agenda.add(tick("s1"))
    assert agenda.add(wish("s1"), request=7)
    assert not agenda.add(wish("s1"), request=7), "the same request seen again"
    assert not agenda.add(tick("s1"))
    errand = agenda.take(healthy)
    assert errand is not None and errand.order == wish("s1") and errand.request == 7
    assert agenda.take(healthy) is None and agenda.waiting == []


def test_a_tick_during_a_run_is_dropped_but_a_request_waits_for_a_run_of_its_own() -> None:
    agenda = Agenda()
    agenda.add(tick("s1"))
    assert taken(agenda) == "s1"
    assert not agenda.add(tick("s1"))
    assert agenda.add(wish("s1"), request=3), "whoever asks now wants data of now"
    assert taken(agenda) is None, "never two refreshes of one source at once"
    agenda.done("s1")
    assert taken(agenda) == "s1"
    assert not agenda.add(wish("s1"), request=3), "the run under way answers it"


def test_a_source_that_hung_the_last_time_never_takes_the_last_place() -> None:
    agenda, hung = Agenda(slots=2), {"s1", "s2"}
    for name in ("s1", "s2", "s3"):
        agenda.add(tick(name))
    order = [agenda.take(hung.__contains__) for _ in range(3)]
    assert [errand and errand.order.source for errand in order] == ["s1", "s3", None]
    agenda.done("s1")
    errand = agenda.take(hung.__contains__)
    assert errand is not None and errand.order.source == "s2"


def test_who_steps_down_forgets_what_waits_but_not_what_runs() -> None:
    agenda = Agenda()
    agenda.add(tick("s1"))
    assert taken(agenda) == "s1"
    agenda.add(tick("s2"))
    agenda.forget()
    assert (agenda.waiting, agenda.running) == ([], ["s1"])


steps = st.lists(
    st.tuples(st.sampled_from(["tick", "ask", "take", "done"]), st.sampled_from(NAMES)), max_size=60
)


@given(steps, st.sets(st.sampled_from(NAMES)), st.integers(1, 3))
def test_whatever_comes_in_whatever_order_the_rules_hold(
    given_steps: list[tuple[str, str]], hung: set[str], slots: int
) -> None:
    agenda, running, asked = Agenda(slots), [], 0
    for what, source in given_steps:
        if what == "tick":
            idle = source not in agenda.waiting and source not in running
            assert agenda.add(tick(source)) is idle
        elif what == "ask":
            asked += 1
            assert agenda.add(wish(source), asked)
            assert source in agenda.waiting
        elif what == "done":
            agenda.done(source)
            running = [name for name in running if name != source]
        else:
            waiting = agenda.waiting
            free = [name for name in waiting if name not in running]
            if any(name in hung for name in running):
                free = [name for name in free if name not in hung]
            errand = agenda.take(hung.__contains__)
            expected = free[0] if free and len(running) < slots else None
            assert (errand.order.source if errand else None) == expected
            running += [errand.order.source] if errand else []
        assert len(set(agenda.waiting)) == len(agenda.waiting)
        assert sorted(agenda.running) == sorted(running) and len(running) <= slots
        assert sum(name in hung for name in running) <= 1
    left = set(agenda.waiting)
    for name in running:
        agenda.done(name)
    served = set()
    while (errand := agenda.take(hung.__contains__)) is not None:
        served.add(errand.order.source)
        agenda.done(errand.order.source)
    assert served == left, "everything that waits is served in the end"


def test_two_sources_are_refreshed_at_a_time() -> None:
    assert SLOTS == 2 and Agenda().slots == SLOTS
