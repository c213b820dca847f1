"""Words: every sentence a user sees, kept as TOML by language and room, said by key.

Owns loading and looking up. A key is ``room.name`` (deeper tables add dots), the room being the file's
name; Vietnamese is the first language and English its complete second. Knows nothing of what the words are
used for, and never falls back silently: an unknown key or a value left out is an error of the programme.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any, Literal

Lang = Literal["vi", "en"]
LANGS: tuple[Lang, ...] = ("vi", "en")
FOLDER = Path(__file__).parent


class WordingError(KeyError):
    """A key nobody wrote words for, or words whose value was not given."""

    def __str__(self) -> str:
        return str(self.args[0])


def say(key: str, lang: str, **values: object) -> str:
    """The words for `key` in `lang` ("vi" or "en"), with ``{placeholders}`` filled from `values`.

    Values are put in as they are: format numbers and dates with `ioc.formats` first. Raises WordingError.
    """
    template = catalog(lang).get(key)
    if template is None:
        raise WordingError(f"no words for {key!r} in {lang!r}")
    if "{" not in template:
        return template
    try:
        return template.format_map(values)
    except KeyError as error:
        raise WordingError(f"{key!r} in {lang!r} needs a value for {error}") from None


def has_words(key: str) -> bool:
    """Whether `key` can be said."""
    return key in catalog("vi")


@lru_cache(maxsize=len(LANGS))
def catalog(lang: str) -> Mapping[str, str]:
    """All words of one language by full key. Raises WordingError for a language that is not spoken here."""
    if lang not in LANGS:
        raise WordingError(f"language {lang!r} is not one of {', '.join(LANGS)}")
    found: dict[str, str] = {}
    for path in sorted((FOLDER / lang).glob("*.toml")):
        found.update(_flatten(path.stem, tomllib.loads(path.read_text(encoding="utf-8"))))
    return found


def placeholders(template: str) -> set[str]:
    """Names of the values that `template` needs."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def _flatten(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, node in table.items():
        key = f"{prefix}.{name}"
        if isinstance(node, dict):
            yield from _flatten(key, node)
        elif isinstance(node, str):
            yield key, node
        else:
            raise WordingError(f"{key}: words must be text, not {type(node).__name__}")
