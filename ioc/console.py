"""The console: how the command line shows runs, ages and tables to an operator, in Vietnamese.

Owns printing only: the live line of a refresh, the closing line of a run, plain tables, JSON. Asks nobody
for data.
"""

from __future__ import annotations

import json
import shutil
import sys
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime, timedelta
from typing import Any

import click

from ioc import formats
from ioc.dispatch import Step
from ioc.periods import VIETNAM
from ioc.runs import ENDED, Run, State
from ioc.site import Site
from ioc.wording import say

_VI = "vi"


def print_json(value: Any) -> None:
    """Any data for a script: instants in ISO 8601 UTC, spans in seconds, Vietnamese letters as they are."""
    click.echo(json.dumps(_plain(value), ensure_ascii=False, indent=2))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return round(value.total_seconds())
    return value


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns aligned by the width letters really take."""
    widths = [max(_width(str(cell)) for cell in column) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        cells = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def _width(text: str) -> int:
    return sum(not unicodedata.combining(letter) for letter in text)


def instant(moment: datetime | None) -> str:
    """``22/11/2026 14:05:09``, province time; a dash for none."""
    return f"{moment.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S}" if moment else "–"


def number(value: float | None) -> str:
    """A count in full: ``1.234``, with decimals only where there are some."""
    if value is None:
        return "–"
    return formats.number(value, 0 if float(value).is_integer() else 2)


def state_words(state: State) -> str:
    """A run's state in words."""
    return say(f"runs.state.{state.value}", _VI)


def reason_words(run: Run) -> str:
    """Why a run stopped, or how far it is, in words."""
    return say(f"runs.reason.{run.reason.value}", _VI) if run.reason else state_words(run.state)


def result_line(run: Run, site: Site) -> str:
    """How a run ended, in one line."""
    name = site.sources[run.source].name.vi
    seconds = ((run.finished_at or run.heartbeat_at) - run.started_at).total_seconds()
    took = f"{formats.number(max(seconds, 0.0), 1)} giây"
    if run.state is State.PUBLISHED:
        rows = (
            f"{number(run.staged)} dòng: {number(run.published)} dùng, {number(run.parked)} chờ xử lý, "
            f"{number(run.rejected)} bị loại"
        )
        return f"✓ {name} ({run.source}): bản số liệu {run.edition}, {rows}, {took}"
    return f"✗ {name} ({run.source}): {state_words(run.state)}, {reason_words(run)}, {took}\n  {run.message}"


class LiveLine:
    """The progress of several runs: one line that rewrites itself, or when piped a line a change."""

    def __init__(self, site: Site, quiet: bool = False):
        self._site = site
        self._quiet = quiet
        self._terminal = sys.stderr.isatty()
        self._steps: dict[str, Step] = {}
        self._lock = threading.Lock()

    def step(self, step: Step) -> None:
        """Show a step."""
        if self._quiet:
            return
        with self._lock:
            before = self._steps.get(step.source)
            self._steps[step.source] = step
            if step.state in ENDED:
                del self._steps[step.source]
            if self._terminal:
                self._redraw()
            elif before is None or before.state is not step.state:
                click.echo(self._words(step), err=True)

    def clear(self) -> None:
        """Wipe the line before something else is printed."""
        if self._terminal and not self._quiet:
            click.echo("\r\x1b[K", nl=False, err=True)

    def _redraw(self) -> None:
        words = " · ".join(self._words(step) for step in self._steps.values())
        click.echo(f"\r\x1b[K{words[: shutil.get_terminal_size().columns - 1]}", nl=False, err=True)

    def _words(self, step: Step) -> str:
        rows = f", {number(step.rows)} dòng" if step.rows else ""
        return f"{self._site.sources[step.source].name.vi}: {state_words(step.state)}{rows}"
