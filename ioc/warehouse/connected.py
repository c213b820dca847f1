"""The connection that both halves of the warehouse share.

Owns the engine and the rule that no transaction outlives a call.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from sqlalchemy import Connection

from ioc.warehouse import engine


class Connected:
    """An engine with its two kinds of transaction."""

    def __init__(self, url: str):
        self.url = url
        self.engine = engine.open_engine(url)

    def reading(self) -> AbstractContextManager[Connection]:
        """One read-only transaction."""
        return engine.reading(self.engine)

    def writing(self) -> AbstractContextManager[Connection]:
        """One writing transaction, all or nothing."""
        return engine.writing(self.engine)

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()
