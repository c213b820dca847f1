"""Bodies: how large and how deep a JSON document may be before anything looks at it.

Owns the bounds on what visitors send. Knows no route; raises werkzeug's 4xx errors only.
"""

from __future__ import annotations

import json
from typing import Any

from flask import Request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

LARGEST = 2 * 1024 * 1024
DEEPEST = 32
LONGEST = 1000
"""Items of one array, or keys of one object."""
MOST = 200_000
"""Values in a whole document."""


def read_json(asked: Request) -> Any:
    """The JSON document of a request. Raises 415, 413 or 400; never anything else, whatever was sent."""
    if asked.mimetype != "application/json":
        raise UnsupportedMediaType
    if asked.content_encoding not in (None, "", "identity"):
        raise UnsupportedMediaType
    text = asked.get_data(cache=True)
    if len(text) > LARGEST:  # a body sent in chunks declares no length
        raise RequestEntityTooLarge
    try:
        document = json.loads(text.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise BadRequest("json") from None
    _bound(document)
    return document


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _bound(document: Any) -> None:
    """Raise when the document is too deep, too long or holds half a character."""
    waiting = [(document, 1)]
    seen = 0
    while waiting:
        node, depth = waiting.pop()
        seen += 1
        if isinstance(node, str):
            _check_text(node)
            continue
        if not isinstance(node, dict | list):
            continue
        if depth > DEEPEST or len(node) > LONGEST or seen > MOST:
            raise RequestEntityTooLarge
        if isinstance(node, dict):
            waiting.extend((key, depth + 1) for key in node)
            waiting.extend((value, depth + 1) for value in node.values())
        else:
            waiting.extend((value, depth + 1) for value in node)


def _check_text(text: str) -> None:
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise BadRequest("json") from None
