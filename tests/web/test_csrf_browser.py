"""In a real browser: our own page acts, a page of somebody else does not, and nothing breaks the policy."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

pytestmark = pytest.mark.browser

EVIL = """<!doctype html><title>evil</title>
<form id="plain" method="post" enctype="text/plain" action="{target}/api/role" target="hole">
<input name='{{"role":"operator","x":"' value='"}}'></form>
<form id="form" method="post" action="{target}/api/refresh/mot_cua" target="hole">
<input name="a" value="1"></form>
<iframe name="hole"></iframe><div id="done"></div>"""


@pytest.fixture(scope="module")
def served(site) -> Iterator[tuple[str, str]]:
    """Our server and a foreign page, each on a port of its own."""

    def evil(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/html")])
        return [EVIL.format(target=f"http://127.0.0.1:{ours.server_port}").encode()]

    ours = make_server("127.0.0.1", 0, site.server, threaded=True)
    theirs = make_server("127.0.0.1", 0, evil, threaded=True)
    threads = [threading.Thread(target=one.serve_forever) for one in (ours, theirs)]
    for thread in threads:
        thread.start()
    yield f"http://127.0.0.1:{ours.server_port}", f"http://localhost:{theirs.server_port}"
    for one in (ours, theirs):
        one.shutdown()
    for thread in threads:
        thread.join()
    for one in (ours, theirs):
        one.server_close()


@pytest.fixture
def page(browser):
    context = browser.new_context()
    yield context.new_page()
    context.close()


def test_our_own_page_acts_and_breaks_no_policy(page, served):
    ours, _ = served
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.add_init_script(
        "window.broken=[];addEventListener('securitypolicyviolation',e=>broken.push(e.violatedDirective))"
    )
    page.goto(ours)
    page.fill("#ask", "xin chào")
    page.keyboard.press("Enter")
    expect(page.locator("#answer")).to_contain_text("xin chào")
    assert "demo-leader" in page.inner_text("#answer")
    assert page.get_attribute("#answer", "title") == "xin chào"  # the callback that runs in the browser
    assert page.evaluate("broken") == [] and not [one for one in said if "Refused" in one]


def test_a_page_of_somebody_else_changes_nothing(page, served, site):
    ours, theirs = served
    page.goto(ours)
    before = page.context.cookies(ours)
    for form in ("plain", "form"):
        page.goto(theirs)  # anew each time: the refused frame's own error page would cut the next form off
        with page.expect_response(lambda answer: answer.request.method == "POST") as caught:
            page.evaluate(f"document.getElementById('{form}').submit()")
        assert caught.value.status in (403, 415)
    outcome = page.evaluate(
        """async target => {
          const tries = [
            {method: "POST", mode: "no-cors", credentials: "include", body: '{"role":"operator"}'},
            {method: "POST", credentials: "include", body: '{"role":"operator"}',
             headers: {"Content-Type": "application/json", "X-IOC": "1"}},
          ];
          const found = [];
          for (const one of tries) {
            found.push(await fetch(target + "/api/role", one).then(a => a.type, () => "refused"));
          }
          found.push(await fetch(target + "/api/values?kpi=online").then(a => "read", () => "refused"));
          return found;
        }""",
        ours,
    )
    assert outcome[1:] == ["refused", "refused"] and outcome[0] in ("opaque", "refused")
    assert page.context.cookies(ours) == before
    assert site.province.warehouse.waiting_requests() == []
