"""Drawings on the wire: the published SVG files, each fetched once by a browser and kept for ever.

Owns reading ``geo/`` for the web: the manifest in force and the bytes of a sheet with their gzip variant. A
sheet is found by the hash in its name and by nothing else a visitor can say.
"""

from __future__ import annotations

import gzip
import re
import threading
from collections import OrderedDict
from pathlib import Path

from ioc.drawings import MANIFEST, Drawing

_SHA = re.compile(r"[0-9a-f]{8,64}")
_KEPT = 12


class Drawn:
    """The drawings of one data folder. Safe to share between threads."""

    def __init__(self, data: Path):
        self._data = data
        self._folder = data / "geo"
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._drawing: Drawing | None = None
        self._sheets: OrderedDict[str, tuple[bytes, bytes]] = OrderedDict()

    def current(self) -> Drawing | None:
        """The drawing in force, read again when its manifest changed; None before the first publication."""
        try:
            found = (self._folder / MANIFEST).stat()
        except FileNotFoundError:
            return None
        stamp = (found.st_mtime_ns, found.st_size)
        if stamp != self._stamp:
            with self._lock:
                self._drawing, self._stamp = Drawing.load(self._data), stamp
        return self._drawing

    def sheet(self, sha: str) -> tuple[bytes, bytes] | None:
        """The SVG with this content hash, as it is and compressed; None when there is none."""
        if not _SHA.fullmatch(sha):
            return None
        with self._lock:
            found = self._sheets.get(sha)
            if found is None:
                path = self._folder / f"{sha}.svg"
                if not path.is_file():
                    return None
                raw = path.read_bytes()
                found = self._sheets[sha] = raw, gzip.compress(raw, 9, mtime=0)
                while len(self._sheets) > _KEPT:
                    self._sheets.popitem(last=False)
            self._sheets.move_to_end(sha)
        return found
