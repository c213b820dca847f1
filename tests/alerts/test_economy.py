"""A flapping year costs an owner no more than the budget, and no true breach waits for it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ioc.alerts import economy
from ioc.alerts.rules import Messages, Severity
from ioc.periods import VIETNAM
from tests.alerts.conftest import Build
from tests.alerts.tower import LOW, rule

POLICY = Messages(daily_budget=3, quiet_from="20:00", quiet_to="06:30", digest_at="07:00")


@given(
    st.integers(1, 6),
    st.lists(st.tuples(st.integers(1, 400), st.sampled_from(list(Severity))), min_size=1, max_size=300),
)
def test_whatever_happens_and_whenever_no_day_has_more_words_than_its_budget(
    budget: int, events: list[tuple[int, Severity]]
) -> None:
    policy = POLICY.model_copy(update={"daily_budget": budget})
    now = datetime(2026, 1, 1, tzinfo=UTC)
    told: Counter[object] = Counter()
    digests: set[object] = set()
    kept: list[datetime] = []

    def round_begins() -> None:
        """What the evaluator does first in each of its rounds, before it looks at any rule."""
        day = economy.day_of(now)
        if economy.digest_due(policy, kept, told[day], day in digests, now):
            told[day] += 1
            digests.add(day)
            kept.clear()

    for minutes, severity in events:
        for _ in range(minutes // 60 + 1):  # the evaluator comes by now and then, not on the dot
            now += timedelta(minutes=minutes / (minutes // 60 + 1))
            round_begins()
        day = economy.day_of(now)
        why = economy.decide(policy, severity, told[day], day in digests, now)
        quiet = policy.is_quiet(now.astimezone(VIETNAM).time())
        if why is None:
            told[day] += 1
            assert not quiet or severity is Severity.CRITICAL
        else:
            kept.append(now)
            assert (why is economy.Kept.QUIET) == (quiet and severity is not Severity.CRITICAL)
        assert told[day] <= budget
        assert all(now - made < timedelta(hours=48) for made in kept), "what is kept is told within two days"


def test_quiet_hours_may_pass_midnight_lie_within_a_day_or_not_exist() -> None:
    def quiet(first: str, last: str, *hours: str) -> list[bool]:
        policy = Messages(quiet_from=first, quiet_to=last, digest_at="13:00")
        return [policy.is_quiet(datetime.strptime(hour, "%H:%M").time()) for hour in hours]  # noqa: DTZ007

    assert quiet("20:00", "06:30", "19:59", "20:00", "00:00", "06:29", "06:30") == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert quiet("01:00", "05:00", "00:59", "01:00", "05:00") == [False, True, False]
    assert quiet("08:00", "08:00", "08:00", "20:00") == [False, False]


def test_a_flapping_year_stays_within_budget_and_late_by_one_look_at_most(build: Build) -> None:
    """Six communes swing across the limit several times a day for a year; each rule has its own hold."""
    rules = "[messages]\ndaily_budget = 3\n" + "".join(
        rule(LOW + f'\nhold = "{hold}m"' + ('\nseverity = "critical"' if at == 0 else ""), id=f"r{at}")
        for at, hold in enumerate((0, 60, 240))
    )
    tower = build(rules)
    holds = {f"r{at}": timedelta(minutes=hold) for at, hold in enumerate((0, 60, 240))}
    step, since, previous = timedelta(hours=3), None, None
    opened = dict.fromkeys(holds, 0)
    # Sampled days of a whole year: the rest would repeat them.
    for day in range(0, 364, 28):
        for look in range(16):
            tower.now += step
            low = 50 if (day // 28 + look * 7) % 5 < 2 else 90
            tower.publish(low, 90, 90, 90, 90, 90)
            tower.look()
            since = (since or tower.now) if low == 50 else None
            unresolved = {one.rule for one in tower.book.unresolved()}
            for name, hold in holds.items():
                due = since is not None and tower.now - since >= hold
                assert (name in unresolved) == due, "no true breach later than one look plus the hold"
                opened[name] += due and (previous is None or tower.now - step - previous < hold)
            previous = since
        tower.now += timedelta(days=26)
    assert opened["r0"] > 30
    messages = [message for message, _ in tower.book.messages(limit=10_000)]
    sent = Counter((one.owner, one.day) for one in messages if one.state == "sent")
    assert max(sent.values()) <= 3
    assert len(messages) > sum(sent.values()), "nothing was ever kept back: the replay proves nothing"
    told_late = [one for one in messages if one.kind == "alert" and one.state == "kept"]
    last = max(one.made_at for one in messages if one.kind == "digest")
    assert all(one.digest is not None for one in told_late if one.made_at < last - timedelta(days=1))
    alerts = {one.alert for one in messages if one.kind == "alert"}
    assert len(alerts) == sum(1 for one in messages if one.kind == "alert"), "one word an alert"


def test_the_digest_tells_of_what_was_kept_and_how_it_stands(build: Build) -> None:
    tower = build()
    tower.now = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)  # 21:00 in the province
    tower.see(50, 90, 90, 90, 90, 90)
    (message, deliveries), *rest = tower.book.messages()
    assert (message.state, message.why, deliveries, rest) == ("kept", "quiet", [], [])
    assert tower.only().state == "open", "the alert itself waits for nobody"
    tower.see(95, 90, 90, 90, 90, 90)
    tower.look(60 * 8)  # 05:01
    assert len(tower.book.messages()) == 1
    tower.look(60 * 2)  # 07:01
    digest = tower.book.messages()[0][0]
    assert (digest.kind, digest.state, digest.body["count"]) == ("digest", "sent", 1)
    assert "đã kết thúc" in digest.body["lines"][0]
    tower.look(60)
    assert len(tower.book.messages()) == 2, "told once"


def test_a_critical_alert_breaks_the_quiet_but_not_the_budget(build: Build) -> None:
    rules = "[messages]\ndaily_budget = 2\n" + "".join(
        rule(LOW + '\nseverity = "critical"', id=f"r{at}") for at in range(3)
    )
    tower = build(rules)
    tower.now = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)  # 00:30 in the province
    tower.see(50, 90, 90, 90, 90, 90)
    states = Counter((one.state, one.why) for one, _ in tower.book.messages())
    assert states == {("sent", None): 1, ("kept", "budget"): 2}, "the last word is saved for the digest"
    tower.look(60 * 7)
    assert Counter(one.state for one, _ in tower.book.messages())["sent"] == 2
