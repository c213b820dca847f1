"""Faults of an address in words: each with the part it is about, for the page and for the list of saved analyses."""

from __future__ import annotations

from collections.abc import Iterable

from ioc.analysis.query import Fault
from ioc.wording import say


def sentences(faults: Iterable[Fault], lang: str) -> list[dict[str, str]]:
    """One entry a fault: ``part`` of the address and the sentence ``text``."""
    return [
        {"part": fault.part, "text": say(f"explore.fault.{fault.key}", lang, **dict(fault.values))}
        for fault in faults
    ]
