"""Whatever is sent, the answer is 200 or 4xx: never 5xx, never a trace."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.conftest import ANSWER, OWN, ROW, START, SUM, UPDATE

JSON = {"Content-Type": "application/json", **OWN}
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
BODIES = (ANSWER, ROW, SUM, START)
RELAXED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def check(answer) -> None:
    assert answer.status_code in (200, 204) or 400 <= answer.status_code < 500, (
        answer.status_code,
        answer.data,
    )
    assert b"Traceback" not in answer.data and b"site-packages" not in answer.data


@pytest.fixture(scope="module")
def visitor(site):
    return site.client()


def mutate(chance: random.Random, node):
    """The same document with one part replaced, removed, doubled or turned into something else."""
    strange = [
        None,
        True,
        -1,
        1e308,
        2**70,
        "",
        "..",
        "a.b",
        "\u0000",
        "{}",
        '{"a":["ALL"]}',
        [],
        {},
        [[]],
        {"id": {}},
    ]
    kind = chance.random()
    if kind < 0.25 or not isinstance(node, dict | list) or not node:
        return chance.choice(strange)
    if isinstance(node, dict):
        key = chance.choice(list(node))
        changed = dict(node)
        if kind < 0.4:
            del changed[key]
        elif kind < 0.5:
            changed[str(chance.choice(strange))] = chance.choice(strange)
        else:
            changed[key] = mutate(chance, node[key])
        return changed
    at = chance.randrange(len(node))
    if kind < 0.4:
        return node[:at] + node[at + 1 :]
    if kind < 0.5:
        return [*node, node[at]]
    return [*node[:at], mutate(chance, node[at]), *node[at + 1 :]]


def test_three_thousand_bent_callbacks_never_break_the_server(visitor):
    chance = random.Random(20261122)
    seen: dict[int, int] = {}
    for _ in range(3000):
        body = chance.choice(BODIES)
        for _ in range(chance.randint(1, 3)):
            body = mutate(chance, body)
        answer = visitor.post(UPDATE, data=json.dumps(body), headers=JSON)
        check(answer)
        seen[answer.status_code] = seen.get(answer.status_code, 0) + 1
    assert seen.get(200, 0) > 50 and seen.get(400, 0) > 1000  # both sides of the line were tried


@RELAXED
@given(st.sampled_from(BODIES), ANYTHING)
def test_any_value_of_an_input_reaches_the_callback_or_is_refused(visitor, body, value):
    bent = json.loads(json.dumps(body))
    first = bent["inputs"][0]
    (first[0] if isinstance(first, list) else first)["value"] = value
    check(visitor.post(UPDATE, data=json.dumps(bent), headers=JSON))


@RELAXED
@given(st.sampled_from([UPDATE, "/api/role", "/api/lang", "/api/refresh/mot_cua"]), ANYTHING)
def test_any_document_to_any_act(visitor, address, document):
    check(visitor.post(address, data=json.dumps(document), headers=JSON))


@RELAXED
@given(st.sampled_from([UPDATE, "/api/role"]), st.binary(max_size=200))
def test_any_bytes_to_any_act(visitor, address, body):
    check(visitor.post(address, data=body, headers=JSON))


PARAM = st.sampled_from(["kpi", "ky", "ban", "kind", "lang", "xa", "x"])
VALUE = st.sampled_from(["online", "2026-10", "1", "village", "vi", "0", "-1", "999999999999", ""]) | st.text(
    max_size=30
)


@RELAXED
@given(
    st.sampled_from(["/api/values", "/api/periods", "/api/places", "/api/edition", "/api/catalogue/x.json"]),
    st.lists(st.tuples(PARAM, VALUE), max_size=4),
)
def test_any_parameters_to_any_read(visitor, address, params):
    check(visitor.get(address, query_string=params))


@RELAXED
@given(st.text(max_size=40))
def test_any_address(visitor, path):
    check(visitor.get("/" + path))


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (b"[" * 100_000, {400}),
        (b"[" * 900 + b"]" * 900, {400, 413}),
        (b"[" * 33 + b"]" * 33, {413}),
        (b'{"a":' * 33 + b"1" + b"}" * 33, {413}),
        (b"[" + b"1," * 1000 + b"1]", {413}),
        (json.dumps({"output": "x", "changedPropIds": ["a.b"] * 200_000}).encode(), {413}),
        (b'{"a":"' + b"x" * (2 * 1024 * 1024) + b'"}', {413}),
        (b'{"role":NaN}', {400}),
        (b'{"role":' + b"9" * 5000 + b"}", {400}),
        (b'{"role":"\\ud800"}', {400}),
        (b'{"role":"\xff"}', {400}),
        (b'{"role"', {400}),
        (b"", {400}),
        ('{"role":"leader"}'.encode("utf-16"), {400}),
    ],
)
def test_bodies_too_large_too_deep_or_not_json_are_refused(visitor, body, wanted):
    for address in (UPDATE, "/api/role"):
        answer = visitor.post(address, data=body, headers=JSON)
        assert answer.status_code in wanted, answer.status_code
        assert answer.is_json and answer.get_json()["error"]


def test_a_body_without_a_declared_length_is_bounded_too(visitor):
    import io

    answer = visitor.post(
        "/api/role", input_stream=io.BytesIO(b" " * 3_000_000), headers=JSON,
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )  # fmt: skip
    assert answer.status_code in (400, 413)


def test_half_a_character_reaches_no_callback(visitor):
    bent = json.dumps({**ANSWER, "inputs": [{**ANSWER["inputs"][0], "value": "a\ud800"}]})
    assert "\\ud800" in bent
    assert visitor.post(UPDATE, data=bent, headers=JSON).status_code == 400


def test_depth_up_to_the_bound_is_accepted(visitor):
    value: object = 1
    for _ in range(20):
        value = [value]
    body = json.loads(json.dumps(ANSWER))
    body["inputs"][0]["value"] = value
    assert visitor.post(UPDATE, json=body, headers=OWN).status_code == 200
