"""What the page of plans is asked for: the limits in its address, and the plan that answers them.

Owns the names of the address's parts and their check; what cannot be read falls back to what the configuration
suggests. Knows no component.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from pydantic import ValidationError

from ioc.planning.assumptions import Assumptions
from ioc.planning.book import Head, Plan, PlanBook
from ioc.planning.question import Ask, suggested
from ioc.planning.words import Telling
from ioc.web.plans import list_words
from layouts.desk import Desk

_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True)
class Planned:
    """The request, and its plan if there is one; `older` when that is of an earlier edition, `lost` when the address
    names a plan that cannot be shown; `lists` are those that were handed in."""

    ask: Ask
    plan: Plan | None
    older: bool = False
    lost: str | None = None
    lists: tuple[Head, ...] = ()

    def telling(self, desk: Desk, assumptions: Assumptions) -> Telling:
        """The plan in words."""
        return Telling(self.plan.document if self.plan else {}, assumptions, desk.board.register, desk.lang)


def read_planned(search: str | None, desk: Desk, assumptions: Assumptions) -> Planned:
    """What an address asks for: a kept plan by ``pa``, or limits by ``ns, dv, san, ch, uu, ds``."""
    asked = {name: found[-1] for name, found in parse_qs((search or "").removeprefix("?")).items()}
    book, lost = PlanBook(desk.house.office.warehouse), None
    lists = book.lists(desk.scope, desk.identity.name)
    if "pa" in asked:
        plan = book.plan(int(asked["pa"]), desk.scope) if _NUMBER.fullmatch(asked["pa"]) else None
        if plan is not None:
            ask = Ask.model_validate(plan.document["ask"])
            return Planned(ask, plan, plan.edition != desk.board.edition.number, lists=lists)
        lost = asked["pa"][:10]
    ask = asked_limits(asked, assumptions)
    name = ask.name(desk.board.edition.number, desk.board.site.fingerprint, desk.scope)
    plan = book.of_question(name, desk.scope)
    if plan is not None or desk.fixed:
        return Planned(ask, plan, lost=lost, lists=lists)
    plan = book.latest(ask.request, desk.scope)
    return Planned(ask, plan, plan is not None, lost, lists)


def asked_limits(asked: dict[str, str], assumptions: Assumptions) -> Ask:
    """The limits that an address names; each part that cannot be read is as suggested."""
    ask = suggested(assumptions)
    for changes in _changes(asked):
        try:
            ask = Ask.model_validate(ask.model_dump() | changes)
        except ValidationError:
            continue
    known = {name: bonus for name, bonus in ask.bonus.items() if name in assumptions.emphases}
    return ask.model_copy(update={"bonus": known})


def _changes(asked: dict[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if "ns" in asked:
        found.append({"budgets": asked["ns"].split(",")})
    if "dv" in asked:
        found.append({"services": asked["dv"].split(",")})
    if "san" in asked and re.fullmatch(r"[0-9]{1,3}", asked["san"]):
        found.append({"floor": int(asked["san"]) / 100})
    if "ch" in asked:
        found.append({"carry_over": asked["ch"] == "1"})
    if "uu" in asked:
        pairs = [part.partition(":") for part in asked["uu"].split(",") if ":" in part]
        found.append({"bonus": {name: bonus for name, _, bonus in pairs}})
    if "ds" in asked:
        found.append({"listed": asked["ds"]})
    return found


def form(planned: Planned, desk: Desk, assumptions: Assumptions, may: bool) -> dict[str, Any]:
    """What the script that draws the limits needs."""
    ask, lang = planned.ask, desk.lang
    return {
        "may": may, "first_year": assumptions.means.first_year, "budgets": list(ask.budgets),
        "services": [
            {"id": one.id.value, "name": one.name.in_(lang), "on": one.id in ask.services}
            for one in assumptions.services.values()
        ],
        "floor": round(100 * ask.floor), "carry": ask.carry_over, "listed": ask.listed,
        "lists": [{"id": one.id, "words": list_words(one, lang)} for one in planned.lists],
        "emphases": [
            {"id": one.id, "name": one.name.in_(lang), "bonus": ask.bonus.get(one.id, 0.0)}
            for one in assumptions.emphases.values()
        ],
        "plan": planned.plan.id if planned.plan else None,
        "edition": desk.board.edition.number if desk.fixed else None,
    }  # fmt: skip
