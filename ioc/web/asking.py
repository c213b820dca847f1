"""What a request asks for: its parameters, checked one by one before anything is looked up.

Owns the names and forms of parameters that several routes share. A parameter that is not allowed gets 400 and a
sentence, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import request

from ioc.board import Board
from ioc.bookshelf import Bookshelf
from ioc.unknown import UnknownEditionError
from ioc.web.errors import InvalidError

NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
NUMBER = re.compile(r"[1-9][0-9]{0,8}")


def params(*allowed: str) -> dict[str, str]:
    """The query's parameters: only `allowed` ones, each once."""
    found: dict[str, str] = {}
    for name, given in request.args.lists():
        if name not in allowed:
            raise InvalidError("web.param.unknown", name=name[:40])
        if len(given) != 1:
            raise InvalidError("web.param.repeated", name=name)
        found[name] = given[0]
    return found


def asked_kpi(given: Mapping[str, str]) -> str:
    """The id of a KPI, which may still be unknown."""
    if not NAME.fullmatch(given.get("kpi", "")):
        raise InvalidError("web.param.kpi")
    return given["kpi"]


def asked_board(bookshelf: Bookshelf, given: Mapping[str, str]) -> Board:
    """The board of the edition that was asked for, the latest by default."""
    if "ban" not in given:
        return bookshelf.latest()
    if not NUMBER.fullmatch(given["ban"]):
        raise InvalidError("web.param.ban")
    try:
        return bookshelf.get(int(given["ban"]))
    except UnknownEditionError:
        raise InvalidError("web.param.ban", 404) from None
