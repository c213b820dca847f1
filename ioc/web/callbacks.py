"""Callbacks: which permission each Dash callback needs, and what a call of one must look like.

Owns the check before any callback runs: a call names a known callback, its declared ids and properties and
nothing else, and the visitor has the permission. Knows Dash only by the shape of its callback map; a callback
without a declared permission stops the start.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from inspect import signature
from types import UnionType
from typing import Any, ParamSpec, TypeVar, Union, get_args, get_origin, get_type_hints

from werkzeug.exceptions import BadRequest, Forbidden

from ioc.access import Identity, Permission
from ioc.web.identity import current_identity

Params = ParamSpec("Params")
Result = TypeVar("Result")
_MARK = "ioc_permission"
_KEYS = {"output", "outputs", "inputs", "state", "changedPropIds", "parsedChangedPropsIds"}
_WILDCARDS = (["MATCH"], ["ALL"], ["ALLSMALLER"])
MOST_CHANGED = 1000
ROUTER = "_pages_content"
"""Id of the page router's own output, whose function belongs to Dash and cannot carry a mark."""


class UndeclaredError(RuntimeError):
    """A route or callback nobody declared a permission for: the programme must not start."""


def guarded(permission: Permission) -> Callable[[Callable[Params, Result]], Callable[Params, Result]]:
    """Declare what a callback needs; stands directly above the function, below ``@callback(...)``.

    When the function runs the permission is checked again, so that no other way leads to it, and each
    argument is held against its annotation: a visitor may send anything as a value, and gets 400 for what
    is not of the type (nothing at all, None, always passes).
    """

    def mark(function: Callable[Params, Result]) -> Callable[Params, Result]:
        shape = signature(function)
        hints = get_type_hints(function)
        kinds = {name: _runtime(hints[name]) for name in shape.parameters if name in hints}

        @wraps(function)
        def checked(*args: Params.args, **kwargs: Params.kwargs) -> Result:
            if not current_identity().may(permission):
                raise Forbidden
            for name, given in shape.bind(*args, **kwargs).arguments.items():
                wanted = kinds.get(name)
                if wanted and given is not None and not isinstance(given, wanted):
                    raise BadRequest
            return function(*args, **kwargs)

        setattr(checked, _MARK, permission)
        return checked

    return mark


def _runtime(hint: Any) -> tuple[type, ...]:
    """The classes that a JSON value of this annotation may have; none when anything may come."""
    if hint is Any:
        return ()
    if get_origin(hint) in (Union, UnionType):
        parts = [_runtime(part) for part in get_args(hint) if part is not type(None)]
        return () if () in parts else tuple(one for part in parts for one in part)
    plain = get_origin(hint) or hint
    return (int, float) if plain is float else (plain,) if isinstance(plain, type) else ()


@dataclass(frozen=True)
class Declared:
    """One callback: its permission, its flat inputs and states, and its outputs, each as (id, property)."""

    permission: Permission
    inputs: tuple[tuple[Any, str], ...]
    state: tuple[tuple[Any, str], ...]
    outputs: tuple[tuple[Any, str], ...]
    several: bool


def audit_callbacks(callback_map: Mapping[str, Mapping[str, Any]]) -> dict[str, Declared]:
    """Every server callback with its permission. Raises UndeclaredError naming all that lack one.

    Callbacks that run in the browser are not in the map with a function and pass.
    """
    found: dict[str, Declared] = {}
    lacking: list[str] = []
    for name, entry in callback_map.items():
        function = entry.get("callback")
        if function is None:
            continue
        permission = getattr(function, _MARK, None)
        if permission is None and name.strip(".").startswith(f"{ROUTER}."):
            permission = Permission.VIEW
        if permission is None:
            lacking.append(name)
            continue
        outputs, several = _outputs(name, entry)
        found[name] = Declared(permission, _pairs(entry["inputs"]), _pairs(entry["state"]), outputs, several)
    if lacking:
        raise UndeclaredError(f"callbacks without a declared permission: {', '.join(sorted(lacking))}")
    return found


def check_call(table: Mapping[str, Declared], body: Any, identity: Identity) -> None:
    """Let a call pass. Raises BadRequest for a wrong shape, Forbidden when the permission is lacking."""
    if not isinstance(body, dict) or not set(body) <= _KEYS or not isinstance(body.get("output"), str):
        raise BadRequest
    declared = table.get(body["output"])
    if declared is None:
        raise BadRequest
    if not identity.may(declared.permission):
        raise Forbidden
    changed = body.get("changedPropIds", [])
    if not isinstance(changed, list) or len(changed) > MOST_CHANGED:
        raise BadRequest
    named = _check_items(declared.inputs, body.get("inputs", []), valued=True)
    _check_items(declared.state, body.get("state", []), valued=True)
    if not all(isinstance(name, str) and name in named for name in changed):
        raise BadRequest
    _check_outputs(declared, body)


def _check_outputs(declared: Declared, body: Mapping[str, Any]) -> None:
    if declared.outputs:
        given = body.get("outputs", [])
        _check_items(declared.outputs, given if declared.several else [given], valued=False)


def _check_items(declared: Sequence[tuple[Any, str]], given: Any, valued: bool) -> set[str]:
    """Hold `given` against what was declared; the names ("id.property") that it holds."""
    if not isinstance(given, list) or len(given) != len(declared):
        raise BadRequest
    allowed = {"id", "property", "value"} if valued else {"id", "property"}
    names: set[str] = set()
    for (wanted, prop), item in zip(declared, given, strict=True):
        parts = item if isinstance(item, list) and _is_wild(wanted) else [item]
        for part in parts:
            if not isinstance(part, dict) or not set(part) <= allowed or not _fits(wanted, part.get("id")):
                raise BadRequest
            # an output that several callbacks share carries a suffix of its own after the property
            if not isinstance(part.get("property"), str) or part["property"].split("@")[0] != prop:
                raise BadRequest
            names.add(f"{_written(part['id'])}.{prop}")
    return names


def _fits(wanted: Any, given: Any) -> bool:
    """Whether `given` is the declared id, or one of the ids a pattern stands for."""
    if not isinstance(wanted, dict):
        return bool(wanted == given)
    if not isinstance(given, dict) or set(given) != set(wanted):
        return False
    return all(
        isinstance(given[key], str | int | float | bool) if value in _WILDCARDS else given[key] == value
        for key, value in wanted.items()
    )


def _is_wild(wanted: Any) -> bool:
    return isinstance(wanted, dict) and any(value in (["ALL"], ["ALLSMALLER"]) for value in wanted.values())


def _written(given: Any) -> str:
    return given if isinstance(given, str) else json.dumps(given, sort_keys=True, separators=(",", ":"))


def _pairs(entries: Sequence[Mapping[str, Any]]) -> tuple[tuple[Any, str], ...]:
    return tuple((_id(entry["id"]), entry["property"]) for entry in entries)


def _id(written: Any) -> Any:
    """An id as Dash keeps it: pattern ids are JSON text."""
    if isinstance(written, str) and written.startswith("{"):
        return json.loads(written)
    return written


def _outputs(name: str, entry: Mapping[str, Any]) -> tuple[tuple[tuple[Any, str], ...], bool]:
    if entry.get("no_output"):
        return (), False
    output = entry["output"]
    several = isinstance(output, list | tuple)
    pairs = tuple(
        (_id(one.component_id_str()), one.component_property) for one in (output if several else [output])
    )
    return pairs, several
