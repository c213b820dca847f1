"""The evaluator: every rule against the newest edition and the sources' ages, in one transaction.

Owns the order of an evaluation. It is the leader's duty alone: its term is checked inside the transaction. Done
twice on the same state it changes nothing; killed anywhere it has happened wholly or not at all. Sends nothing:
what is to leave the house is written down for `ioc.alerts.post`.
"""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ioc import formats
from ioc.alerts import economy, words
from ioc.alerts.book import Book, NotLeadingError
from ioc.alerts.episodes import Reading, Watch, watch
from ioc.alerts.pen import Pen
from ioc.alerts.readings import look
from ioc.alerts.records import ITSELF, OPEN, Alert, written_members
from ioc.alerts.rules import AlertRule, Kind, Severity
from ioc.bookshelf import Bookshelf
from ioc.crashpoint import crash_point
from ioc.freshness import health
from ioc.office import Office
from ioc.wording import say

log = logging.getLogger(__name__)
HEARTBEAT = "alerts"
"""Under which name the evaluator leaves its sign of life."""


@dataclass(frozen=True)
class Outcome:
    """What an evaluation did: ids of alerts opened and resolved, and how many are unresolved now."""

    edition: int
    opened: tuple[int, ...]
    resolved: tuple[int, ...]
    unresolved: int


class Evaluator:
    """Evaluates the rules of one office. Safe to call from several threads: one at a time works."""

    def __init__(self, office: Office):
        self.office = office
        self._lock = threading.Lock()
        self._bookshelf: Bookshelf | None = None

    def evaluate(self, term: int, now: datetime) -> Outcome | None:
        """Look at everything once. None when there are no rules, or when another process leads by now."""
        site = self.office.site
        with self._lock:
            book = Book(self.office.warehouse)
            if not site.alerts and not book.unresolved():
                return None
            try:
                return self._evaluate(book, term, now)
            except NotLeadingError:
                log.warning("Không còn quyền điều phối; bỏ lượt xét cảnh báo này")
                return None

    def _evaluate(self, book: Book, term: int, now: datetime) -> Outcome:
        office, site = self.office, self.office.site
        if self._bookshelf is None:
            # A clock that runs on with every look: an evaluator must never see yesterday's edition.
            self._bookshelf = Bookshelf(
                office.warehouse,
                site,
                office.register,
                itertools.count().__next__,
            )
        board = self._bookshelf.latest()
        runs = office.warehouse.recent_runs(site.sources)
        ages = {name: health(spec, runs[name], now) for name, spec in site.sources.items()}
        found = {rule.id: look(rule, board, ages) for rule in site.alerts.values()}
        with book.changing(term) as pen:
            round_ = _Round(office, pen, board.edition.number, term, now)
            round_.digests()
            for rule in site.alerts.values():
                round_.judge(rule, found[rule.id])
            round_.forget()
            crash_point("alerts.before_commit")
        crash_point("alerts.committed")
        counts = book.counts()
        unresolved = counts["open"] + counts["acknowledged"]
        office.warehouse.beat(HEARTBEAT, now, {"edition": board.edition.number, "unresolved": unresolved})
        return Outcome(board.edition.number, tuple(round_.opened), tuple(round_.resolved), unresolved)


class _Round:
    """One evaluation inside its transaction."""

    def __init__(self, office: Office, pen: Pen, edition: int, term: int, now: datetime):
        self.office, self.site, self.pen = office, office.site, pen
        self.edition, self.term, self.now = edition, term, now
        self.opened: list[int] = []
        self.resolved: list[int] = []

    def judge(self, rule: AlertRule, readings: tuple[Reading, ...]) -> None:
        """Bring a rule's watches up to date and open, renew or resolve its episode."""
        if not readings:
            return
        before = self.pen.watches(rule.id)
        after = watch(before, readings, rule.hold, self.now)
        self.pen.keep_watches(rule.id, before, after)
        crash_point("alerts.watched")
        beyond = [one for one in after.values() if one.counts]
        held = self.pen.unresolved(rule.id)
        if len(beyond) < rule.communes:
            if held is not None:
                self._resolve(held, say("alerts.by_itself", "vi"))
        elif held is None:
            self._open(rule, beyond, len(readings))
        else:
            self._renew(rule, held, beyond, len(readings))

    def _open(self, rule: AlertRule, beyond: list[Watch], total: int) -> None:
        alert = self.pen.open(
            rule=rule.id, kind=rule.kind.value, owner=rule.owner_in(self.site), state=OPEN, opened_at=self.now,
            term=self.term, **self._standing(rule, beyond, total),
        )  # fmt: skip
        self.opened.append(alert.id)
        crash_point("alerts.opened")
        self._announce(alert)

    def _renew(self, rule: AlertRule, held: Alert, beyond: list[Watch], total: int) -> None:
        standing = self._standing(rule, beyond, total)
        same = {one.member for one in held.members} == {one.member for one in beyond}
        unchanged = same and standing["members"] == written_members_of(held) and held.edition == self.edition
        if unchanged and held.total == total and held.severity == rule.severity.value:
            return
        self.pen.renew(held, **standing | {"since": min(held.since, standing["since"])})
        if not same:
            self.pen.tell(held, "changed", self.now, ITSELF, None, len(beyond), total)

    def _standing(self, rule: AlertRule, beyond: list[Watch], total: int) -> dict[str, Any]:
        return {
            "severity": rule.severity.value, "subject": self._subject(rule, beyond), "count": len(beyond),
            "since": min(one.since for one in beyond), "looked_at": self.now, "edition": self.edition,
            "total": total, "members": written_members(beyond),
        }  # fmt: skip

    def _subject(self, rule: AlertRule, beyond: list[Watch]) -> dict[str, Any]:
        if rule.kind is Kind.STALE:
            return {"side": "above"}
        kpi = self.site.kpis[rule.kpi or ""]
        found: dict[str, Any] = {
            "kpi": kpi.id,
            "level": rule.level,
            "period": max((one.period for one in beyond if one.period), default=None),
        }
        if rule.kind is Kind.THRESHOLD:
            found |= {"side": rule.side_of(kpi), "target": rule.target}
        if rule.kind is Kind.JUMP:
            found |= {"side": rule.side, "against": rule.against or "previous"}
        return found

    def _resolve(self, held: Alert, reason: str) -> None:
        self.pen.resolve(held, self.now, ITSELF, reason)
        self.resolved.append(held.id)

    def forget(self) -> None:
        """End what belongs to rules that the site no longer has."""
        for name in sorted(self.pen.watched_rules() - set(self.site.alerts)):
            self.pen.keep_watches(name, self.pen.watches(name), {})
            held = self.pen.unresolved(name)
            if held is not None:
                self._resolve(held, say("alerts.rule_gone", "vi"))

    def _announce(self, alert: Alert) -> None:
        """Tell the owner now, or keep the word for the digest."""
        policy, day = self.site.messages, economy.day_of(self.now)
        told, digest = self.pen.told(alert.owner, day)
        why = economy.decide(policy, Severity(alert.severity), told, digest, self.now)
        self.pen.say(
            self._addresses(alert.owner), owner=alert.owner, kind="alert", day=day.isoformat(),
            state="kept" if why else "sent", why=why.value if why else None, alert=alert.id, made_at=self.now,
            body=words.body(alert, self.site, self.office.register),
        )  # fmt: skip
        crash_point("alerts.announced")

    def digests(self) -> None:
        """Tell each owner once a day what was kept back."""
        policy, day = self.site.messages, economy.day_of(self.now)
        for owner in self.pen.owners_waiting():
            kept = self.pen.kept(owner)
            told, digest = self.pen.told(owner, day)
            if not economy.digest_due(policy, [one.made_at for one in kept], told, digest, self.now):
                continue
            number = self.pen.say(
                self._addresses(owner), owner=owner, kind="digest", day=day.isoformat(), state="sent", why=None,
                alert=None, made_at=self.now, body=self._digest(owner, [one.body for one in kept]),
            )  # fmt: skip
            self.pen.tied(kept, number)

    def _digest(self, owner: str, bodies: list[dict[str, Any]]) -> dict[str, Any]:
        lines = []
        for body in bodies:
            alert = self.pen.alert(int(body["alert"]))
            state = say(f"alerts.state.{alert.state}", "vi") if alert else ""
            opened = formats.instant(alert.opened_at, "vi") if alert else ""
            lines.append(f"{body['title']}: {body['headline']} ({state}, {opened})")
        return {
            "owner": owner, "title": say("alerts.digest_title", "vi"), "lines": lines,
            "headline": say("alerts.digest_headline", "vi", n=len(bodies)), "count": len(bodies),
            "alerts": [body["alert"] for body in bodies], "demonstration": self.site.head.demonstration,
        }  # fmt: skip

    def _addresses(self, owner: str) -> list[tuple[str, str]]:
        found = [one for one in self.site.recipients if one.owner == owner]
        mails = [("mail", address) for one in found for address in one.mail]
        return mails + [("webhook", address) for one in found for address in one.webhook]


def written_members_of(alert: Alert) -> str:
    """The members of an alert as they are kept, for comparison."""
    watches: Mapping[str, Watch] = {
        one.member: Watch(
            one.member,
            one.since,
            True,
            False,
            one.period,
            one.value,
            one.limit,
            one.numerator,
            one.denominator,
        )
        for one in alert.members
    }
    return written_members(list(watches.values()))
