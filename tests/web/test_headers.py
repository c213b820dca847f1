"""Every answer tells the browser to load nothing foreign, keep nothing private and run nothing unknown."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from tests.web.conftest import OWN

POLICY = (
    "default-src 'none'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; worker-src 'self' blob:; "
    "base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"
)
GOT = (
    "/", "/ban-do", "/_dash-layout", "/_dash-dependencies", "/api/edition", "/api/values?kpi=online",
    "/api/values?kpi=nope", "/api/values", "/api/places?kind=village", "/healthz", "/readyz",
    "/assets/app.css", "/assets/leak.py", "/_favicon.ico", "/nowhere.php",
)  # fmt: skip
ANSWERS = [("GET", address) for address in GOT] + [
    ("POST", "/api/role"),
    ("POST", "/api/refresh/mot_cua"),
    ("PUT", "/"),
    ("DELETE", "/api/edition"),
    ("HEAD", "/api/edition"),
]


@pytest.mark.parametrize(("method", "address"), ANSWERS)
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_every_answer_carries_them(client, method, address, accept):
    answer = client.open(
        address, method=method, json={} if method == "POST" else None, headers={**OWN, "Accept": accept}
    )
    headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    if answer.mimetype == "text/html":
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "geolocation=()" in headers["Permissions-Policy"]
    for name in ("Content-Security-Policy", "Cache-Control", "X-Content-Type-Options", "Vary"):
        assert len(headers.getlist(name)) <= 1
    assert "Werkzeug" not in headers.get("Server", "") and "Python" not in headers.get("Server", "")
    if address != "/assets/app.css":
        assert headers["Cache-Control"] == "no-store"


def test_a_page_may_run_its_own_inline_scripts_and_no_other(site, client):
    page = client.get("/")
    policy = page.headers["Content-Security-Policy"]
    text = re.sub(r"<!--.*?-->", "", page.text, flags=re.DOTALL)
    scripts = [
        body
        for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", text, re.DOTALL)
        if body.strip() and "application/json" not in attributes
    ]
    hashes = [
        "'sha256-" + base64.b64encode(hashlib.sha256(body.encode()).digest()).decode() + "'"
        for body in scripts
    ]
    assert len(hashes) >= 2  # the renderer and the callback that runs in the browser
    assert policy == POLICY.format(hashes=" ".join(re.findall(r"'sha256-[^']+'", policy)))
    assert set(hashes) <= set(re.findall(r"'sha256-[^']+'", policy))
    assert "unsafe-eval" not in policy and "http:" not in policy and "*" not in policy


def test_the_page_does_not_tell_its_versions(client):
    import dash

    text = client.get("/").text
    assert "python_version" not in text and "dash_version" not in text
    assert f'"{dash.__version__}"' not in text


def test_files_are_kept_as_long_as_their_address_allows(client):
    assert "immutable" in client.get("/assets/app.css?m=1700000000.0").headers["Cache-Control"]
    plain = client.get("/assets/app.css")
    assert plain.headers["Cache-Control"] == "no-cache"
    again = client.get("/assets/app.css", headers={"If-None-Match": plain.headers["ETag"]})
    assert again.status_code == 304
    page = client.get("/").text
    suites = re.findall(r'src="(/_dash-component-suites/[^"]+)"', page)
    assert suites
    for address in suites:
        answer = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Encoding"] == "gzip"


def test_a_compressed_file_is_the_file(client, site):
    import gzip

    raw = (site.assets / "app.css").read_bytes()
    for _ in range(2):  # made, then from memory
        answer = client.get("/assets/app.css", headers={"Accept-Encoding": "gzip"})
        assert gzip.decompress(answer.data) == raw and int(answer.headers["Content-Length"]) == len(
            answer.data
        )
    assert client.get("/assets/app.css").data == raw
    (site.assets / "app.css").write_bytes(raw + b"/* changed */")
    try:
        answer = client.get("/assets/app.css", headers={"Accept-Encoding": "gzip"})
        assert gzip.decompress(answer.data) == raw + b"/* changed */"
    finally:
        (site.assets / "app.css").write_bytes(raw)
