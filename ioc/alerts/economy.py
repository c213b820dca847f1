"""The economy of words: how many messages an owner gets a day, when none, and what the digest makes up for.

Owns that decision as pure functions. An alert itself is never held back: it stands in the list at once. What is
held back is the word about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from ioc.alerts.rules import Messages, Severity
from ioc.periods import VIETNAM


class Kept(StrEnum):
    """Why a message waits for the digest."""

    QUIET = "quiet"
    BUDGET = "budget"


def day_of(now: datetime) -> date:
    """The day whose budget a message counts to."""
    return now.astimezone(VIETNAM).date()


def decide(
    policy: Messages, severity: Severity, told_today: int, digest_today: bool, now: datetime
) -> Kept | None:
    """None to tell at once, or why to keep it. Until the day's digest is out, one word is saved for it."""
    here = now.astimezone(VIETNAM).time()
    if policy.is_quiet(here) and severity is not Severity.CRITICAL:
        return Kept.QUIET
    saved = 1 if not digest_today and here < policy.digest_time else 0
    return None if told_today + saved < policy.daily_budget else Kept.BUDGET


def digest_due(
    policy: Messages, kept: Sequence[datetime], told_today: int, digest_today: bool, now: datetime
) -> bool:
    """Whether the owner is to be told now what was kept back before today's hour of the digest."""
    here = now.astimezone(VIETNAM)
    if digest_today or told_today >= policy.daily_budget:
        return False
    if here.time() < policy.digest_time or policy.is_quiet(here.time()):
        return False
    due = datetime.combine(here.date(), policy.digest_time, VIETNAM)
    return any(made < due for made in kept)
