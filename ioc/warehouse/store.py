"""The warehouse as the rest of the house sees it: one object, opened by URL.

Joins the reading half, the ledger, the book of holds, publication and migration; adds nothing of its own.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow as pa

from ioc.observations import OBSERVATIONS, PLACES, Edition
from ioc.warehouse import publication
from ioc.warehouse.content import Content
from ioc.warehouse.editions import Editions
from ioc.warehouse.holds import Entries, Holds
from ioc.warehouse.ledger import Ledger
from ioc.warehouse.migrations import is_current, migrate
from ioc.warehouse.quality_shelf import QualityShelf


class Warehouse(Editions, Ledger, Holds, QualityShelf):
    """A SQLite file (``sqlite:///var/warehouse.db``) or a PostgreSQL database, alike in everything.

    Safe to share between threads; to be made anew in each process. Connects on first use.
    """

    def migrate(self) -> None:
        """Bring the tables to the newest shape; on an up-to-date warehouse one small query."""
        migrate(self.engine)

    def is_current(self) -> bool:
        """Whether `migrate` has nothing to do; on a warehouse that does not exist yet, False."""
        return is_current(self.engine)

    def publish(
        self,
        run_id: int,
        source: str,
        observations: pa.Table,
        places: pa.Table,
        term: int,
        now: datetime,
        *,
        trust_clock: bool = False,
        entries: Entries | None = None,
    ) -> Edition:
        """Publish both tables (OBSERVATIONS, PLACES) as the whole contribution of `source`.

        `entries` is what judging them adds to the book of holds. See `ioc.warehouse.publication.publish`. Raises ValueError for rows that break the schema: a key
        twice, a number that is not finite, rows of another source.
        """
        content = Content.of(source, observations, places)
        submission = publication.Submission(content, run_id, term, now, trust_clock, entries=entries)
        return publication.publish(self.engine, submission)

    def publish_same(
        self, run_id: int, source: str, term: int, now: datetime, *, trust_clock: bool = False
    ) -> Edition:
        """End a run whose source has sent exactly what it sent before: nothing is compared or written."""
        nothing = Content.of(source, OBSERVATIONS.empty_table(), PLACES.empty_table())
        submission = publication.Submission(nothing, run_id, term, now, trust_clock, same=True)
        return publication.publish(self.engine, submission)

    def wal_bytes(self) -> int:
        """Size of SQLite's write-ahead log; grows while some reader never lets go. 0 on PostgreSQL."""
        if self.engine.dialect.name != "sqlite" or not self.engine.url.database:
            return 0
        log = Path(self.engine.url.database + "-wal")
        return log.stat().st_size if log.exists() else 0
