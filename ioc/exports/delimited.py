"""CSV: RFC 4180 with a byte order mark, so that a spreadsheet reads Vietnamese and a programme reads numbers.

Owns the writing of rows. Numbers have a point and every digit they have; what a table says of itself stands in columns
at the end of every row, for a comment line is no CSV.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ioc.exports.dataset import Dataset, Value
from ioc.exports.texts import cell_text
from ioc.wording import say

BOM = "\ufeff"
_QUOTED = frozenset(',"\r\n;\t')
_TOLD = ("title", "unit", "period", "scope", "filter", "source", "edition", "as_of", "mark")


def write(dataset: Dataset) -> Iterator[bytes]:
    """The file in pieces."""
    about = dataset.about
    told = {
        "title": about.title, "unit": about.unit, "period": about.period, "scope": about.scope,
        "filter": "; ".join(f"{label}: {value}" for label, value in about.filters),
        "source": about.source, "edition": about.edition, "as_of": about.as_of, "mark": "; ".join(about.marks),
    }  # fmt: skip
    names = [name for name in _TOLD if told[name]]
    heads = [_titled(column.title, column.unit) for column in dataset.columns]
    heads += [say(f"exports.fact.{name}", about.lang) for name in names]
    tail = "".join(f",{_field(told[name])}" for name in names)
    yield (BOM + ",".join(_field(head) for head in heads) + "\r\n").encode()
    piece: list[str] = []
    for row in dataset.rows:
        piece.append(",".join(_field(value) for value in row) + tail + "\r\n")
        if len(piece) == 2000:
            yield "".join(piece).encode()
            piece.clear()
    yield "".join(piece).encode()


def _titled(title: str, unit: str) -> str:
    return f"{title} ({unit})" if unit else title


def _field(value: Value) -> str:
    """One field. Floats are written so that they read back as the very same number."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
    text = cell_text(value)
    if _QUOTED.isdisjoint(text) and text == text.strip():
        return text
    return '"' + text.replace('"', '""') + '"'
