"""What a source is to a refresh: something that yields batches of cells, all of them as text.

Owns the protocol every kind of source implements and the one canonical text of a cell, so that a row reads
the same whichever driver brought it. Must not know what columns mean; `ioc.refresh.cells` reads the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from ioc.contract import SourceSpec
from ioc.periods import VIETNAM
from ioc.settings import Settings


class Source(Protocol):
    """One place data come from."""

    def pull(self, since: str | None) -> Iterator[pa.RecordBatch]:
        """Yield the rows of the query in batches of string columns: at least one batch, perhaps empty.

        `since` is the canonical text of a watermark; only rows later than it are asked for, None asks for
        all. Raises RunFailed with a reason and a sentence for the operator; a pull that raises has
        delivered nothing, whatever it yielded before.
        """
        ...


Kinds = Mapping[str, Callable[[SourceSpec, Settings], Source]]
"""Makers of sources by the `kind` written in a source's file."""


def text_batch(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> pa.RecordBatch:
    """Rows as a driver gives them, turned into string columns called `names`."""
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    return pa.RecordBatch.from_arrays([text_column(list(column)) for column in columns], names=list(names))


def text_column(cells: list[Any]) -> pa.Array:
    """One column of cells as text, by whole columns where all its cells are of one kind."""
    try:
        column = pa.array(cells)
    except (pa.ArrowException, OverflowError, TypeError, ValueError):
        column = None
    match column:
        case pa.StringArray():
            return column
        case pa.BooleanArray() | pa.IntegerArray() | pa.NullArray() | pa.Date32Array():
            return column.cast(pa.string())
        case pa.DoubleArray() if set(map(type, cells)) <= {
            float,
            type(None),
        }:  # else 0 and 0.0 would look alike
            shown = column.cast(pa.string())
            marked = pc.binary_join_element_wise(shown, "e0", "")
            return pc.if_else(pc.match_substring_regex(shown, "^-?[0-9.]+$"), marked, shown)
        case _:
            return pa.array([cell_text(cell) for cell in cells], pa.string())


def cell_text(cell: Any) -> str | None:
    """The canonical text of one cell.

    A fraction that arrived as a number is written with an exponent (``1.234e0``): beside texts typed by
    people, where "1.234" may mean one thousand two hundred, it must stay beyond doubt. Moments with an
    offset are brought to province time.
    """
    match cell:
        case None:
            return None
        case str():
            return cell.encode("utf-8", "replace").decode("utf-8")
        case bool():
            return "true" if cell else "false"
        case float():
            return repr(cell) if "e" in repr(cell) or cell - cell != 0 else f"{cell!r}e0"
        case Decimal() if cell.is_finite():
            whole = cell == cell.to_integral_value() and cell.as_tuple().exponent == 0
            return str(cell) if whole or "E" in str(cell) else f"{cell}e0"
        case datetime():
            local = cell.astimezone(VIETNAM).replace(tzinfo=None) if cell.tzinfo else cell
            return local.isoformat(" ", timespec="microseconds")
        case date():
            return cell.isoformat()
        case bytes() | bytearray() | memoryview():
            raw = bytes(cell)
            if raw in (b"\0", b"\1"):  # a BIT(1) column
                return str(raw[0])
            return raw.decode("utf-8", "replace")
        case _:
            return str(cell)
