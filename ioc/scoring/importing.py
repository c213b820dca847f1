"""The import of a file of official scores: read, sort, write, and say what became of every row.

Owns the one way in, for the command line and for a demonstration alike. Raises ImportRefused with a sentence where
the whole file cannot be used; a bad row never stops the good ones.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ioc.office import Office
from ioc.periods import VIETNAM
from ioc.scoring.book import Finding, Import, ScoreBook, Submission
from ioc.scoring.index import Index
from ioc.scoring.rows import NEEDED, sort_rows
from ioc.scoring.sheet import SheetError, read_sheet
from ioc.scoring.workbook import WorkbookError


class ImportRefused(Exception):  # noqa: N818
    """The file cannot be imported; the text says why and what to do, in Vietnamese."""


@dataclass(frozen=True)
class Outcome:
    """What an import did; `new` is false where the same file was imported before and nothing changed."""

    record: Import
    findings: list[Finding]
    new: bool


def import_scores(office: Office, path: Path, index: Index, document: str, by: str, now: datetime) -> Outcome:
    """Import the official scores of `index` from a CSV or XLSX file. Raises ImportRefused, OSError."""
    document, by = " ".join(document.split()), " ".join(by.split())
    if not document or not by:
        raise ImportRefused("Cần nêu văn bản hoặc nguồn của tệp (--document) và người nhập (--by).")
    try:
        raw, heads, lines = read_sheet(path)
    except (SheetError, WorkbookError) as error:
        raise ImportRefused(str(error)) from None
    lacking = [name for name in NEEDED if name not in heads]
    if lacking:
        raise ImportRefused(
            f"{path.name} thiếu cột {', '.join(lacking)}; các cột cần có: {', '.join(NEEDED)} (xem docs/data-contract.md)."
        )
    if not lines:
        raise ImportRefused(f"{path.name} không có dòng số liệu nào; kiểm tra lại tệp.")
    found = sort_rows(lines, index, office.site, office.register, now.astimezone(VIETNAM).date())
    book = ScoreBook(office.warehouse)
    sha = hashlib.sha256(raw).hexdigest()
    given = Submission(index.id, path.name, sha, index.fingerprint, document, by, found)
    record, new = book.enter(given, now)
    return Outcome(record, book.findings(record.id), new)
