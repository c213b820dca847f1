"""What one source brings to a publication, put into one canonical form and fingerprinted.

Owns the checks that no row may pass around (a key twice, a number that is not finite, a foreign source)
and the content hash, which depends on the rows alone: not on their order, nor on how they came about.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ioc.observations import OBSERVATIONS, PLACES, Status
from ioc.warehouse.engine import csv_blocks

FACT_KEY = ("kpi", "area", "period")
PLACE_KEY = ("kind", "id")


@dataclass(frozen=True)
class Content:
    """Observations and places of one source, sorted by key, and the hash of both."""

    source: str
    observations: pa.Table
    places: pa.Table
    sha256: str

    @staticmethod
    def of(source: str, observations: pa.Table, places: pa.Table) -> Content:
        """Check and order both tables. Raises ValueError naming the fault; nothing is mended silently."""
        facts = _canonical(observations, OBSERVATIONS, FACT_KEY, source)
        points = _canonical(places, PLACES, PLACE_KEY, source)
        strange = set(pc.unique(facts["status"]).to_pylist()) - set(Status)
        if strange:
            raise ValueError(f"observations: unknown status {sorted(strange)}")
        digest = hashlib.sha256()
        for name, table in (("fact", facts), ("place", points)):
            digest.update(f"{name} {table.num_rows}\n".encode())
            for block in csv_blocks(table):
                digest.update(block)
        return Content(source, facts, points, digest.hexdigest())


def edition_sha256(parts: dict[str, str]) -> str:
    """Hash of an edition from the hashes of its sources; one without any row leaves no trace."""
    lines = (f"{source} {sha}\n" for source, sha in sorted(parts.items()) if sha != _EMPTY)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _canonical(table: pa.Table, schema: pa.Schema, key: tuple[str, ...], source: str) -> pa.Table:
    table = table.select(schema.names).cast(schema).combine_chunks()
    for field in schema:
        column = table[field.name]
        if not field.nullable and column.null_count:
            raise ValueError(f"{field.name}: {column.null_count} rows without a value")
        if pa.types.is_floating(field.type):
            if not pc.all(pc.is_finite(column), min_count=0).as_py():
                raise ValueError(f"{field.name}: a number is infinite or not a number")
            # -0.0 equals 0.0 for a database but not for a hash.
            at = schema.get_field_index(field.name)
            table = table.set_column(at, field, pc.add(column, 0.0))
    others = set(pc.unique(table["source"]).to_pylist()) - {source}
    if others:
        raise ValueError(f"source: rows of {sorted(others)} in a publication of {source}")
    return _sorted(table, key)


def _sorted(table: pa.Table, key: tuple[str, ...]) -> pa.Table:
    """The table in order of its key (by code point). Raises ValueError when a key appears twice."""
    if not table.num_rows:
        return table
    code = np.zeros(table.num_rows, dtype=np.int64)
    for name in key:
        encoded = table[name].combine_chunks().dictionary_encode()
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.combine_chunks()
        words = encoded.dictionary.to_pylist()
        rank = np.empty(len(words), dtype=np.int64)
        rank[sorted(range(len(words)), key=words.__getitem__)] = np.arange(len(words))
        code = code * len(words) + rank[encoded.indices.to_numpy()]
    if not bool((np.diff(code) > 0).all()):
        order = np.argsort(code, kind="stable")
        table, code = table.take(pa.array(order)), code[order]
        twice = np.flatnonzero(np.diff(code) == 0)
        if len(twice):
            first = {name: table[name][int(twice[0])].as_py() for name in key}
            raise ValueError(f"{len(twice)} keys appear more than once, the first is {first}")
    return table.combine_chunks()


_EMPTY = Content.of("none", OBSERVATIONS.empty_table(), PLACES.empty_table()).sha256
