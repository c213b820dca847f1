"""The facts about a data set as pairs of label and text, in the order in which every format tells them.

Owns the labels. One list for the sheet of a workbook, the header of a Parquet file, the member of a GeoJSON and the
foot of a page, so that no format forgets what another says.
"""

from __future__ import annotations

from ioc.exports.dataset import About
from ioc.wording import say


def facts(about: About) -> list[tuple[str, str]]:
    """Label and text of everything known; what is not known is left out."""
    told = [
        ("title", about.title), ("unit", about.unit), ("period", about.period), ("scope", about.scope),
        *(("filter", f"{label}: {value}") for label, value in about.filters),
        ("legend", "; ".join(about.legend)), ("source", about.source), ("edition", about.edition),
        ("as_of", about.as_of), ("quality", about.quality), ("basis", about.basis),
        *(("note", note) for note in about.notes), *(("mark", mark) for mark in about.marks),
    ]  # fmt: skip
    return [(say(f"exports.fact.{name}", about.lang), text) for name, text in told if text]
