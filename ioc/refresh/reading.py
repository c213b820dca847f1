"""Reading staged rows: which columns are needed, what each cell means, and the first fault of each row.

Owns the step from text cells to typed columns. A base is read once and the result kept beside it, because
nothing in it depends on the time; deltas are small and read each time. Must not know areas or periods.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ioc.catalogue import Measure
from ioc.contract import SourceSpec
from ioc.measures import parse_measure
from ioc.refresh.cells import reading, sound, trimmed
from ioc.refresh.history import stamps
from ioc.refresh.quoting import ident, idents, literal
from ioc.refresh.staging import newest_rows, numbered_rows
from ioc.runs import RowReason
from ioc.site import Site


@dataclass(frozen=True)
class Fault:
    """Why a row cannot be used, and the column concerned."""

    reason: RowReason
    column: str | None


@dataclass(frozen=True)
class Plan:
    """What the rows of a source are needed for.

    `used` are the columns that measures, periods and places read; `dates` those by which rows belong to
    periods. `standing` says that some stock is taken over all rows at an instant, however old they are.
    """

    used: frozenset[str]
    dates: tuple[str, ...]
    standing: bool

    @staticmethod
    def of(site: Site, spec: SourceSpec) -> Plan:
        """Read the plan off the catalogue."""
        kpis = site.kpis_of(spec.id)
        used: set[str] = set()
        for kpi in kpis:
            for text in (kpi.numerator, kpi.denominator):
                used |= parse_measure(text, spec.column).columns if text else set()
        dates = tuple(dict.fromkeys(kpi.date for kpi in kpis if kpi.date))
        place = spec.place
        shown = (place.id, place.name, place.lat, place.lon, *place.attributes) if place else ()
        points = {name for name in shown if name}
        standing = any(kpi.measure is Measure.STOCK and kpi.date is None for kpi in kpis)
        supply = (spec.supply.date, spec.supply.handed_in) if spec.supply else ()
        seen = {name for name in (spec.area.date, *dates, *stamps(spec, dates), *supply) if name}
        return Plan(frozenset(used | points | seen), dates, standing)


class Reader:
    """Makes the view ``typed`` of the newest version of each row inside one DuckDB connection.

    Its columns are the needed ones, typed; `_file` and `_line`, which address the text of the row in the
    view ``staged``; `_content`, a hash of all its cells; `_key`, a hash of its key, or of the content where
    the key is not whole; and `_fault`, the place of its first fault in `faults`. Among a million rows two
    keys share a hash of 64 bits about once in forty million refreshes.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, spec: SourceSpec, plan: Plan):
        self.connection, self.spec = connection, spec
        self.faults: list[Fault] = []
        checked = {
            name for name, column in spec.column.items() if column.minimum is not None or column.at_most
        }
        bounds = {column.at_most for column in spec.column.values() if column.at_most}
        area = spec.area
        named = {area.code, area.date, area.name, area.level, spec.order, *spec.key}
        needed = plan.used | checked | bounds | named
        self.needed = [name for name in spec.column if name in needed]
        self._select = self._typing()

    def read(self, files: Sequence[Path]) -> None:
        """Make the views `staged` and `typed` from `files`, a base and its deltas, oldest first."""
        base, *deltas = files
        kept = self._kept(base)
        if not deltas:
            self.connection.execute(f"CREATE VIEW staged AS {numbered_rows(base, 0)}")
            self.connection.execute(f"CREATE VIEW typed AS SELECT * FROM read_parquet({literal(kept)})")  # noqa: S608
            return
        newest = newest_rows(deltas, self.spec.key, list(self.spec.column), first=1)
        self.connection.execute(f"CREATE TABLE delta AS {newest}")
        self.connection.execute(f"CREATE TABLE fresh AS {self._select.format('delta')}")
        self.connection.execute(
            f"CREATE TABLE replaced AS SELECT _line FROM read_parquet({literal(kept)}) "  # noqa: S608
            "WHERE _key IN (SELECT _key FROM fresh)"
        )
        self.connection.execute(
            f"CREATE VIEW staged AS {numbered_rows(base, 0)} UNION ALL BY NAME SELECT * FROM delta"  # noqa: S608
        )
        self.connection.execute(
            f"CREATE VIEW typed AS SELECT * FROM read_parquet({literal(kept)}) "  # noqa: S608
            "WHERE _line NOT IN (SELECT _line FROM replaced) UNION ALL BY NAME SELECT * FROM fresh"
        )

    def _kept(self, base: Path) -> Path:
        """The file of the base's typed rows, made when it is not there; its name changes with the rules.

        The version is among them because it decides what `hash` gives.
        """
        rules = hashlib.sha256(f"{duckdb.__version__} {self._select}".encode()).hexdigest()[:12]
        kept = base.with_suffix(f".{rules}.typed")
        if not kept.exists():
            draft = kept.with_suffix(".part")
            self.connection.execute(
                f"COPY ({self._select.format(f'({numbered_rows(base, 0)})')}) TO {literal(draft)} "
                "(FORMAT parquet, COMPRESSION snappy)"
            )
            draft.replace(kept)
        return kept

    def _typing(self) -> str:
        """SQL from a relation ``{}`` of text cells to typed rows with their first fault."""
        spec, columns = self.spec, self.spec.column
        texts = ", ".join(f"{trimmed(ident(name))} AS {ident(name)}" for name in columns)
        values = ", ".join(
            f"{reading(ident(name), column.type)} AS {ident('r:' + name)}" for name, column in columns.items()
        )
        bounded = ", ".join(
            f"{sound(ident('r:' + name), column.type)} AS {ident('v:' + name)}"
            for name, column in columns.items()
        )
        whens: list[str] = []
        for name in columns:
            refused = f"{ident(name)} IS NOT NULL AND {ident('v:' + name)} IS NULL"
            whens.append(f"WHEN {refused} THEN {self._number(RowReason.BAD_VALUE, name)}")
        for name, column in columns.items():
            if column.required or name in (*spec.key, spec.area.date):
                whens.append(f"WHEN {ident(name)} IS NULL THEN {self._number(RowReason.MISSING, name)}")
            if column.values is not None:
                allowed = ", ".join(literal(value) for value in column.values)
                strange = f"CAST({ident('v:' + name)} AS VARCHAR) NOT IN ({allowed})"
                whens.append(f"WHEN {strange} THEN {self._number(RowReason.BAD_VALUE, name)}")
        kept = ", ".join(f"{ident('v:' + name)} AS {ident(name)}" for name in self.needed)
        keys = ", ".join(f"{ident('v:' + name)}" for name in spec.key)
        keyless = " OR ".join(f"{ident('v:' + name)} IS NULL" for name in spec.key)
        # no braces can stand in what is written here but those of the relation: identifiers are [a-z0-9_]
        # and the allowed values are escaped
        statement = (
            f"SELECT _file, _line, {kept}, hash({idents(list(columns))}) AS _content, "  # noqa: S608
            f"CASE WHEN {keyless} THEN _content ELSE hash({keys}) END AS _key, "
            f"CAST(CASE {' '.join(whens)} END AS SMALLINT) AS _fault "
            f"FROM (SELECT *, {bounded} FROM (SELECT *, {values} FROM (SELECT _file, _line, {texts} FROM "
        )
        return statement.replace("{", "{{").replace("}", "}}") + "{})))"

    def _number(self, reason: RowReason, column: str) -> int:
        fault = Fault(reason, column)
        if fault not in self.faults:
            self.faults.append(fault)
        return self.faults.index(fault)
