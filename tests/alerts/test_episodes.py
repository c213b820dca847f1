"""An alert opens when a limit is really passed, stays while it is, and ends once: hysteresis, hold, episodes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ioc.alerts.episodes import Reading, Sign, Watch, settle, watch

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
SIGNS = st.lists(st.tuples(st.sampled_from(list(Sign)), st.integers(1, 90)), min_size=1, max_size=60)


def step(
    before: dict[str, Watch], sign: Sign, hold: timedelta, now: datetime, period: str = "2026-10"
) -> dict[str, Watch]:
    return watch(before, [Reading("a", sign, period, 1.0)], hold, now)


@given(SIGNS, st.integers(0, 120))
def test_a_breach_counts_exactly_when_it_has_lasted_the_hold_without_a_break(
    signs: list[tuple[Sign, int]], hold: int
) -> None:
    held: dict[str, Watch] = {}
    now, first, active = NOON, None, False
    for sign, minutes in signs:
        now += timedelta(minutes=minutes)
        held = step(held, sign, timedelta(minutes=hold), now)
        if sign is Sign.BREACH:
            first = first or now
            active = active or now - first >= timedelta(minutes=hold)
        elif sign is Sign.CALM or (sign is Sign.BETWEEN and not active):
            first, active = None, False
        assert any(one.counts for one in held.values()) == active
        if first is not None:
            assert held["a"].since == first


@given(SIGNS, st.integers(0, 120))
def test_looking_twice_at_the_same_state_changes_nothing(signs: list[tuple[Sign, int]], hold: int) -> None:
    held: dict[str, Watch] = {}
    now = NOON
    for sign, minutes in signs:
        now += timedelta(minutes=minutes)
        held = step(held, sign, timedelta(minutes=hold), now)
        assert step(held, sign, timedelta(minutes=hold), now) == held


def test_a_value_between_limit_and_margin_keeps_an_alert_but_starts_none() -> None:
    none = timedelta(0)
    assert step({}, Sign.BETWEEN, none, NOON) == {}
    held = step({}, Sign.BREACH, none, NOON)
    later = step(held, Sign.BETWEEN, none, NOON + timedelta(hours=1))
    assert later["a"].counts
    assert later["a"].since == NOON
    assert step(later, Sign.CALM, none, NOON + timedelta(hours=2)) == {}


def test_what_a_person_ended_stays_quiet_until_calm_or_another_period() -> None:
    none = timedelta(0)
    held = {one.member: one for one in settle(step({}, Sign.BREACH, none, NOON).values())}
    again = step(held, Sign.BREACH, none, NOON + timedelta(hours=1))
    assert not again["a"].counts
    assert step(again, Sign.BREACH, none, NOON + timedelta(days=9), period="2026-11")["a"].counts
    calm = step(again, Sign.CALM, none, NOON + timedelta(days=1))
    assert step(calm, Sign.BREACH, none, NOON + timedelta(days=2))["a"].counts


def test_a_clock_set_back_makes_no_breach_older_than_it_is() -> None:
    held = step({}, Sign.BREACH, timedelta(minutes=10), NOON)
    early = NOON - timedelta(hours=3)
    back = step(held, Sign.BREACH, timedelta(minutes=10), early)
    assert back["a"].since == early
    assert not back["a"].active
    assert step(back, Sign.BREACH, timedelta(minutes=10), early + timedelta(minutes=10))["a"].active
