"""The JSON routes say exactly what the board says, in few bytes, and nothing twice."""

from __future__ import annotations

import gzip
import json
import re
import threading

import pytest

from tests.board.province import Province, numbers, share, villages
from tests.web.conftest import OWN, as_role

GOLDEN = (
    '{"e":1,"k":"online","p":"2026-10","v":[90,70,45,25,null,null],"s":"gwgBzm",'
    '"t":{"v":68.4,"n":260,"d":380,"s":"b","r":5,"x":6,"st":"final"}}'
)


def test_values_are_these_bytes(client):
    assert client.get("/api/values?kpi=online&ky=2026-10").text == GOLDEN
    assert client.get("/api/values?kpi=online&ky=2026-10&ban=1").text == GOLDEN
    impossible = client.get("/api/values?kpi=overdue&ky=2026-08").get_json()
    assert (impossible["v"][0], impossible["s"], impossible["t"]["s"]) == (None, "immmmm", "m")
    plain = client.get("/api/values?kpi=received&ky=2026-10").get_json()
    assert plain["v"] == [0, 10, 20, 30, 40, 50] and plain["s"] == "nnnnnn"
    assert plain["t"] == {"v": 150, "n": 150, "d": None, "s": "n", "r": 6, "x": 6, "st": "final"}


def test_the_period_may_be_left_to_the_board(client):
    assert client.get("/api/values?kpi=online").get_json()["p"] == "2026-11"


@pytest.mark.parametrize(
    ("address", "status", "word"),
    [
        ("/api/values", 400, "kpi"),
        ("/api/values?kpi=", 400, "kpi"),
        ("/api/values?kpi=ONLINE", 400, "kpi"),
        ("/api/values?kpi=nope", 404, "kpi"),
        ("/api/values?kpi=online&ky=2026-13", 400, "ky"),
        ("/api/values?kpi=online&ky=2019-01", 400, "ky"),
        ("/api/values?kpi=online&ky=", 400, "ky"),
        ("/api/values?kpi=online&ban=0", 400, "ban"),
        ("/api/values?kpi=online&ban=1.0", 400, "ban"),
        ("/api/values?kpi=online&ban=%D9%A1", 400, "ban"),
        ("/api/values?kpi=online&ban=99", 404, "ban"),
        ("/api/values?kpi=online&kpi=overdue", 400, "kpi"),
        ("/api/values?kpi=online&x=1", 400, "x"),
        ("/api/places", 400, "kind"),
        ("/api/places?kind=hospital", 404, "kind"),
        ("/api/periods?ban=x", 400, "ban"),
        ("/api/edition?x=1", 400, "x"),
    ],
)
def test_a_wrong_parameter_is_named_with_what_is_allowed(client, address, status, word):
    answer = client.get(address)
    assert answer.status_code == status
    assert re.search(rf"\b{word}\b", answer.get_json()["error"])
    assert "am số" in answer.get_json()["error"]


@pytest.mark.parametrize(
    "address",
    ["/api/edition", "/api/values?kpi=online&ky=2026-10", "/api/periods", "/api/places?kind=village"],
)
def test_what_the_browser_has_is_not_sent_again(client, address):
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and again.data == b""
    assert again.headers["ETag"] == first.headers["ETag"]
    other = client.get(address, headers={"If-None-Match": '"0000"'})
    assert other.status_code == 200


def test_a_screen_that_polls_costs_four_hundred_bytes(client):
    tag = client.get("/api/edition").headers["ETag"]
    answer = client.get("/api/edition", headers={"If-None-Match": tag})
    gunicorn = "Server: gunicorn\r\nDate: Sun, 22 Nov 2026 13:34:04 GMT\r\nConnection: keep-alive\r\n"
    head = "HTTP/1.1 304 NOT MODIFIED\r\n" + gunicorn + "".join(f"{k}: {v}\r\n" for k, v in answer.headers)
    assert len(head + "\r\n") <= 400


def test_the_edition_changes_its_tag_only_with_what_it_says(make_site, monkeypatch):
    site = make_site()
    client = site.client()
    first = client.get("/api/edition")
    assert first.get_json() | {"age_s": 0} == {
        "edition": 1, "published_at": "2026-11-22T01:15:00+00:00", "build": "build-1", "scheduler": "never",
        "sources": {"mot_cua": first.get_json()["sources"]["mot_cua"]}, "age_s": 0, "alerts": 0,
    }  # fmt: skip
    assert first.get_json()["age_s"] >= 0
    site.province.publish(numbers(site.province, shift=-1), villages(site.province))
    monkeypatch.setattr(site.bookshelf, "_looked", -1e9)
    later = client.get("/api/edition", headers={"If-None-Match": first.headers["ETag"]})
    assert later.status_code == 200 and later.get_json()["edition"] == 2
    assert client.get("/api/values?kpi=online&ky=2026-10&ban=1").get_json()["v"][0] == 90
    assert client.get("/api/values?kpi=online&ky=2026-10").get_json()["v"][0] == 89


def test_before_the_first_edition_the_routes_answer(make_site):
    client = make_site(published=False).client()
    found = client.get("/api/edition").get_json()
    assert (found["edition"], found["published_at"], found["age_s"]) == (0, None, None)
    values = client.get("/api/values?kpi=online").get_json()
    assert values["s"] == "mmmmmm" and values["e"] == 0 and values["t"]["s"] == "m"


def test_periods_places_areas_and_catalogue(client, site):
    from ioc.access import OPEN
    from ioc.web import documents

    board = site.bookshelf.latest()
    periods = client.get("/api/periods").get_json()
    assert periods["kpis"]["online"] == {
        "p": ["2026-09", "2026-10", "2026-11"], "c": ["2026-10.ytd"], "latest": "2026-11",
    }  # fmt: skip
    points = client.get("/api/places?kind=village").get_json()["points"]
    assert points[2] == ["v2", "00003", "Bản 2", None, None, {"households": 2}]
    areas = client.get(f"/api/areas/{documents.areas_sha(board)}.json")
    assert "immutable" in areas.headers["Cache-Control"]
    assert areas.get_json()["codes"] == ["00001", "00002", "00003", "00004", "00005", "00006"]
    assert areas.get_json()["old"] == [["Xã Bản 1", "Xã Mường Cũ"], [], [], [], [], []]
    address = f"/api/catalogue/{documents.catalogue_sha(board, OPEN)}.json"
    assert client.get(address).get_json()["kpis"][0]["name"] == "Chỉ số online"
    english = client.get(address + "?lang=en").get_json()
    assert english["kpis"][0]["name"] == "Indicator online" and english["kpis"][0]["share"] is True
    assert client.get(address + "?lang=fr").status_code == 400
    assert client.get("/api/areas/0000.json").status_code == 404


def test_drawings_are_served_for_ever_by_their_hash_and_by_nothing_else(make_site):
    site = make_site()
    folder = site.province.settings.data / "geo"
    sha = "ab" * 32
    (folder / f"{sha}.svg").write_text("<svg>" + "<path/>" * 300 + "</svg>")
    (folder / "areas.svg").write_text("<svg>not a drawing</svg>")
    (folder / "deadbeefdeadbeef.json").write_text("{}")
    client = site.client()
    answer = client.get(f"/geo/{sha}.svg", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(answer.data).startswith(b"<svg>")
    assert answer.mimetype == "image/svg+xml" and "immutable" in answer.headers["Cache-Control"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert client.get(f"/geo/{sha}.svg").data.startswith(b"<svg>")
    again = client.get(f"/geo/{sha}.svg", headers={"If-None-Match": f'"{sha}"'})
    assert again.status_code == 304
    for bad in ("deadbeefdeadbeef", "areas", "../secret", sha.upper(), sha[:-1] + "/", "%2e%2e%2fareas"):
        assert client.get(f"/geo/{bad}.svg").status_code == 404


def test_a_refresh_is_asked_for_once_and_named(make_site):
    site = make_site()
    client = as_role(site.client(), "operator")
    first = client.post("/api/refresh/mot_cua", json={}, headers=OWN)
    again = client.post("/api/refresh/mot_cua", json={}, headers=OWN)
    assert first.status_code == again.status_code == 202
    assert first.get_json()["request"] == again.get_json()["request"]
    waiting = site.province.warehouse.waiting_requests()
    assert [(one.source, one.asked_by) for one in waiting] == [("mot_cua", "demo-operator")]
    assert "Một cửa" in first.get_json()["message"]
    unknown = client.post("/api/refresh/khac", json={}, headers=OWN)
    assert unknown.status_code == 404 and "khac" in unknown.get_json()["error"]


@pytest.fixture(scope="module")
def nation(tmp_path_factory):
    """3,321 communes, one month."""
    province = Province(tmp_path_factory.mktemp("nation"), communes=3321)
    rows = [share("online", area, "2026-10", (at * 37) % 401, 400) for at, area in enumerate(province.areas)]
    province.publish(rows)
    return province


@pytest.mark.parametrize(("communes", "most"), [(38, 600), (3321, 10_000)])
def test_a_map_fits_into_few_bytes(nation, tmp_path, communes, most):
    from ioc.access import OPEN
    from ioc.bookshelf import Bookshelf
    from ioc.web import documents

    province = nation
    if communes == 38:
        province = Province(tmp_path, communes=38)
        province.publish(
            [share("online", area, "2026-10", (at * 37) % 401, 400) for at, area in enumerate(province.areas)]
        )
    board = Bookshelf(province.warehouse, province.site, province.register).latest()
    document = documents.values(board, "online", "2026-10", OPEN)
    assert len(json.loads(document.raw)["v"]) == communes
    assert len(document.small or document.raw) <= most
    if document.small:
        assert gzip.decompress(document.small) == document.raw


def test_a_cold_worker_answers_a_crowd_without_an_error(make_site):
    site = make_site()
    start, found = threading.Barrier(16), []

    def ask(at):
        client = site.client()
        start.wait()
        for period in ("2026-09", "2026-10", "2026-11"):
            kpi = ("online", "overdue")[at % 2]
            answer = client.get(f"/api/values?kpi={kpi}&ky={period}")
            found.append((answer.status_code, kpi, period, answer.data))

    crowd = [threading.Thread(target=ask, args=(at,)) for at in range(16)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    assert len(found) == 48 and {one[0] for one in found} == {200}
    assert len({one[1:] for one in found}) == 6
