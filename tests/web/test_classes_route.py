"""The route of automatic breaks: one answer for every period of a kind, a sentence for whatever is wrong."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("way", ["phan-vi", "deu", "tu-nhien"])
def test_every_period_gets_the_same_breaks(client, way):
    found = [
        client.get(f"/api/classes?kpi=online&ky={ky}&cach={way}&so=4").get_json()
        for ky in ("2026-09", "2026-10")
    ]
    assert found[0]["at"] == found[1]["at"] == sorted(set(found[0]["at"]))
    assert len(found[0]["at"]) <= 3 and found[0]["way"] == way


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ("", 400, "kpi"),
        ("kpi=online", 400, "cach"),
        ("kpi=online&cach=jenks", 400, "tu-nhien"),
        ("kpi=online&cach=deu&so=1", 400, "so"),
        ("kpi=online&cach=deu&so=99", 400, "so"),
        ("kpi=online&cach=deu&so=5&so=6", 400, "so"),
        ("kpi=nothing&cach=deu", 404, "kpi"),
        ("kpi=online&cach=deu&ky=2099-01", 400, "ky"),
        ("kpi=online&cach=deu&ban=99", 404, "ban"),
        ("kpi=online&cach=deu&more=1", 400, "more"),
    ],
)
def test_a_wrong_parameter_is_named(client, query, status, says):
    answer = client.get(f"/api/classes?{query}")
    assert answer.status_code == status
    assert says in answer.get_json()["error"]
