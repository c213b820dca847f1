"""Names and texts inside SQL that we write ourselves.

Owns the two ways anything from configuration gets into a statement. Values that come from data are never
written into SQL at all.
"""

from __future__ import annotations


def ident(name: str) -> str:
    """A column name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def idents(names: tuple[str, ...] | list[str], alias: str = "") -> str:
    """Column names as an SQL list, each with the table alias when there is one."""
    return ", ".join(f"{alias}.{ident(name)}" if alias else ident(name) for name in names)


def literal(value: object) -> str:
    """A text, or anything with a plain text, as an SQL literal."""
    return "'" + str(value).replace("'", "''") + "'"
