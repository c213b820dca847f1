"""Kinds of sources, one file each.

A new kind is one class behind `ioc.refresh.source.Source` and one line in `kinds`.
"""

from __future__ import annotations

from ioc.refresh.source import Kinds


def kinds() -> Kinds:
    """Makers of sources by the `kind` written in a source's file."""
    from datasources.sql import SqlSource  # drivers are loaded by the process that pulls, not by the web

    return {"sql": SqlSource}
