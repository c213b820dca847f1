"""What can be asked for in vain: a KPI, area, period or edition that is not there or not for the asker.

Owns these errors, which everything that reads from a board may raise: KeyErrors with a plain sentence.
"""

from __future__ import annotations


class UnknownError(KeyError):
    """Something was asked for that this edition does not have; the text says what."""

    def __str__(self) -> str:
        return str(self.args[0])


class UnknownKpiError(UnknownError):
    """No such KPI in the catalogue."""


class UnknownAreaError(UnknownError):
    """No such area on this board."""


class UnknownPeriodError(UnknownError):
    """Not a period, or one outside the history this site keeps."""


class OutOfScopeError(UnknownError):
    """The scope does not reach this KPI or area."""


class UnknownEditionError(UnknownError):
    """No edition with this number has been published."""
