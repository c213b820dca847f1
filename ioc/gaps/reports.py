"""What several report of the same village: every word kept side by side, and whose word counts.

Owns the reading of operators' reports, the rule that decides between them and the mark of a conflict. A report whose
village is not in the register is kept and counted, never dropped. Must not know pages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ioc.access import Scope
from ioc.board import Board
from ioc.gaps.criteria import cells
from ioc.gaps.definitions import Decides, Reports, Subject
from ioc.gaps.register import Village, VillageRegister


@dataclass(frozen=True)
class Report:
    """One operator's word on one village."""

    village: str
    name: str
    reporter: str
    subject: str
    state: str
    on: date | None
    document: str


@dataclass(frozen=True)
class Said:
    """All that is said of one subject in one village. `surveyed` is the register's own state.

    `verdict` is what the rule makes of it; where it differs from `surveyed`, the village has to be surveyed again.
    """

    subject: Subject
    surveyed: str | None
    reports: tuple[Report, ...]
    verdict: str | None

    @property
    def conflict(self) -> bool:
        """Whether not all say the same."""
        return (
            len(
                {
                    *(one.state for one in self.reports),
                    *([self.surveyed] if self.surveyed is not None else []),
                }
            )
            > 1
        )

    @property
    def contradicted(self) -> bool:
        """Whether the rule comes to another state than the register."""
        return self.verdict != self.surveyed


@dataclass(frozen=True)
class Testimony:
    """What is said of every village, by its id; and the reports on villages that the register does not know."""

    said: Mapping[str, tuple[Said, ...]]
    astray: tuple[Report, ...]

    def of(self, village: str) -> tuple[Said, ...]:
        """What is said of one village."""
        return self.said.get(village, ())

    def conflicts(self, village: str) -> tuple[Said, ...]:
        """The subjects on which words about a village differ."""
        return tuple(one for one in self.of(village) if one.conflict)


def testimony(board: Board, register: VillageRegister, scope: Scope) -> Testimony:
    """All words of the board's edition within a scope."""
    found: Testimony = board.document(("village_testimony", scope.key), lambda: _read(board, register, scope))
    return found


def _read(board: Board, register: VillageRegister, scope: Scope) -> Testimony:
    spec = register.definitions.villages.reports
    if spec is None:
        return Testimony({}, ())
    by_village: dict[str, list[Report]] = defaultdict(list)
    for report in _reports(board, spec, scope):
        by_village[report.village].append(report)
    known = register.by_id
    said = {
        village.id: weigh(register, village, by_village.get(village.id, [])) for village in register.villages
    }
    astray = [report for village, reports in by_village.items() if village not in known for report in reports]
    return Testimony(said, tuple(astray))


def _reports(board: Board, spec: Reports, scope: Scope) -> list[Report]:
    source = board.site.sources[spec.source]
    if source.place is None:
        return []
    found = []
    for place in board.places(source.place.kind, scope):
        row = cells(place.attributes, source.column)
        found.append(Report(
            str(row[spec.village]), place.name, str(row[spec.reporter]), str(row[spec.subject]), str(row[spec.state]),
            row[spec.on], str(row[spec.document]),
        ))  # fmt: skip
    return found


def weigh(register: VillageRegister, village: Village, reports: list[Report]) -> tuple[Said, ...]:
    """What is said of a village, subject by subject, with the verdict of the rule."""
    found = []
    for subject in register.definitions.subjects.values():
        cell = village.cells.get(subject.column)
        surveyed = None if cell is None else str(int(cell) if isinstance(cell, bool) else cell)
        mine = tuple(sorted(
            (one for one in reports if one.subject == subject.id), key=lambda one: (one.reporter, one.on or date.min)
        ))  # fmt: skip
        if mine or surveyed is not None:
            found.append(Said(subject, surveyed, mine, verdict(subject, surveyed, village.surveyed, mine)))
    return tuple(found)


def verdict(
    subject: Subject, surveyed: str | None, surveyed_on: date | None, reports: tuple[Report, ...]
) -> str | None:
    """The state by the subject's rule; of two newest words of one day the worse counts. None where nobody says anything."""
    words = [(surveyed_on or date.min, surveyed)] if surveyed is not None else []
    if subject.rule is Decides.SURVEY and words:
        return surveyed
    words += [(one.on or date.min, one.state) for one in reports]
    if not words:
        return None
    match subject.rule:
        case Decides.BEST:
            return min((state for _, state in words), key=subject.rank)
        case Decides.WORST:
            return max((state for _, state in words), key=subject.rank)
        case _:
            return max(words, key=lambda word: (word[0], subject.rank(word[1])))[1]
