"""A plan in words: why a measure stands where it stands, what the whole comes to, and what stands against a floor.

Owns the sentences that page, command line and workbook share. Reads the plan's document and the assumptions only;
numbers are written the Vietnamese way by `ioc.formats`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ioc import formats
from ioc.areas import Register
from ioc.planning.assumptions import Assumptions
from ioc.wording import say

BILLION = 1000


@dataclass(frozen=True)
class Telling:
    """What is needed to tell a plan: its document, the assumptions, the areas and a language."""

    document: Mapping[str, Any]
    assumptions: Assumptions
    register: Register
    lang: str

    def say(self, key: str, **values: object) -> str:
        """Words of the room."""
        return say(f"planning.{key}", self.lang, **values)

    def count(self, value: float) -> str:
        """A count in full."""
        return formats.number(value, 0, self.lang)

    def money(self, millions: float) -> str:
        """Money in the unit that suits its size."""
        if abs(millions) >= BILLION:
            return self.say("billions", n=formats.number(millions / BILLION, 1, self.lang))
        return self.say("millions", n=self.count(millions))

    def kind(self, measure: Mapping[str, Any]) -> str:
        """The kind of a measure; its id where the configuration no longer has it."""
        known = self.assumptions.measures.get(measure["kind"])
        return known.name.in_(self.lang) if known else str(measure["kind"])

    def service(self, name: str) -> str:
        """The name of a service."""
        known = {str(one): item for one, item in self.assumptions.services.items()}.get(name)
        return known.name.in_(self.lang) if known else name

    def lacking(self, name: str) -> str:
        """What a village without the service is called."""
        known = {str(one): item for one, item in self.assumptions.services.items()}.get(name)
        return known.lacking.in_(self.lang) if known else name

    def state(self, lacks: bool, year: int | None) -> str:
        """How a village stands with a service: has it, lacks it, or gets it in `year`."""
        if not lacks:
            return self.say("paper.has")
        return self.say("paper.lacks") if year is None else self.say("paper.met_in", year=year)

    def commune(self, area: str | None) -> str:
        """The name of a commune by its dated id."""
        if area is None:
            return "–"
        found = self.register.by_id.get(area)
        return found.name if found else area

    def village(self, name: str) -> str:
        """The name of a village."""
        found = self.document["places"].get(name)
        return str(found["name"]) if found else name

    def year(self, index: int) -> int:
        """The calendar year of the plan's year `index`."""
        return int(self.document["first_year"]) + index

    def measure(self, name: str) -> str:
        """A measure by kind and place."""
        found = next((one for one in self.document.get("measures", ()) if one["id"] == name), None)
        return f"{self.kind(found)} {found['name']}" if found else name

    def reasons(self, measure: Mapping[str, Any]) -> list[str]:
        """Why a measure is in the list and where it stands, the weightiest reason first."""
        found = []
        if measure["households"]:
            found.append(self.say(
                "why.serves", n=self.count(measure["households"]), v=self.count(len(measure["villages"])),
                lacking=self.lacking(measure["service"]), each=formats.number(measure["cost"] / measure["households"], 1, self.lang),
            ))  # fmt: skip
        elif measure["service"] is None:
            found.append(self.say("why.power"))
        else:
            found.append(self.say("why.nothing_yet"))
        traits = [
            name
            if count == measure["households"]
            else self.say("why.trait_part", trait=name, n=self.count(count))
            for trait, count in sorted(measure["traits"].items(), key=lambda item: (-item[1], item[0]))
            if (known := self.assumptions.emphases.get(trait)) and (name := known.name.in_(self.lang))
        ]
        if traits:
            found.append(self.say("why.traits", traits=", ".join(traits)))
        for area in measure["floors"]:
            found.append(self.say("why.floor", commune=self.commune(area)))
        if measure["enables"]:
            found.append(
                self.say("why.enables", what=", ".join(self.measure(one) for one in measure["enables"]))
            )
        if measure["needs"]:
            found.append(self.say("why.needs", what=", ".join(self.measure(one) for one in measure["needs"])))
        if self.document.get("tried"):
            found.append(self.say("why.kept", k=measure.get("kept", 0), n=self.document["tried"]))
        return found

    def ranking(self) -> dict[str, Any]:
        """The ranked list as a table: heads, and rows of cells."""
        heads = [
            self.say(f"page.head_{name}") for name in ("rank", "year", "what", "cost", "households", "why")
        ]
        rows = [
            [
                self.count(one["rank"]), str(self.year(one["year"])), [self.kind(one), self._place(one)],
                self.money(one["cost"]), self.count(one["households"]), "; ".join(self.reasons(one)),
            ]
            for one in self.document.get("measures", ())
        ]  # fmt: skip
        return {"heads": heads, "rows": rows}

    def communes(self) -> dict[str, Any]:
        """Every commune's share as a table, the least served first."""
        heads = [self.say(f"page.head_{name}") for name in ("commune", "lacking", "served", "share", "floor")]
        found = sorted(
            self.document.get("communes", {}).items(),
            key=lambda item: (item[1]["served"] / max(item[1]["lacking"], 1), item[0]),
        )
        rows = [
            [
                self.commune(area), self.count(one["lacking"]), self.count(one["served"]),
                formats.quantity(100 * one["served"] / max(one["lacking"], 1), "%", 0, self.lang),
                self.count(one["least"]) if one["least"] else "–",
            ]
            for area, one in found
        ]  # fmt: skip
        return {"heads": heads, "rows": rows}

    def _place(self, measure: Mapping[str, Any]) -> str:
        return (
            f"{measure['name']}, {self.commune(measure['commune'])}"
            if measure["commune"]
            else measure["name"]
        )

    def proof(self) -> str:
        """How near the plan is to the best there is."""
        document = self.document
        if document["outcome"] == "optimal":
            return self.say("proof.optimal")
        text = self.say("proof.near", gap=formats.number(100 * document["gap"], 2, self.lang))
        return f"{text} {self.say('proof.late')}" if document["late"] else text

    def conflict(self) -> list[str]:
        """What stands against the floors, a sentence each."""
        found = self.document["conflict"]
        share = formats.number(100 * self.document["ask"]["floor"], 0, self.lang)
        told = [self.say("conflict.head", share=share)]
        for area, count in sorted(found["beyond"].items()):
            told.append(self.say(
                "conflict.beyond", commune=self.commune(area), n=self.count(count), least=self.count(found["floors"][area])
            ))  # fmt: skip
        if found["together"]:
            names = ", ".join(self.commune(area) for area in found["together"])
            told.append(self.say("conflict.together", communes=names))
            if not found["whole"]:
                told.append(self.say("conflict.unfinished"))
        if found["needed"] is not None:
            total = sum(self.document["ask"]["budgets"])
            told.append(
                self.say("conflict.needed", needed=self.money(found["needed"]), total=self.money(total))
            )
        if found["short"] and found["together"]:
            parts = ", ".join(
                self.say("conflict.short_one", commune=self.commune(area), n=self.count(count))
                for area, count in sorted(found["short"].items())
            )
            told.append(self.say("conflict.short", communes=parts))
        return [*told, self.say("conflict.ways")]

    def unverified(self) -> list[str]:
        """Every assumption that nobody has checked against a document, with what it rests on."""
        items: list[tuple[str, str]] = []
        if not self.assumptions.means.verified:
            items.append((self.say("budget"), self.assumptions.means.source))
        for one in self.assumptions.estimates:
            if not one.verified:
                items.append((one.name.in_(self.lang), one.source))
        return [f"{name}: {source}" for name, source in items]
