"""A whole web application around the test province: guard, API and a small Dash app with callbacks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import dash
import pytest
from dash import ALL, MATCH, Input, Output, State, dcc, html
from flask import Flask
from flask.testing import FlaskClient

from ioc.access import Permission
from ioc.bookshelf import Bookshelf
from ioc.web import DASH_CSRF, current_identity, guarded, mount
from tests.board.province import Province, numbers, villages

HOST = "127.0.0.1:8050"
OWN = {"Origin": f"http://{HOST}", "Sec-Fetch-Site": "same-origin", "X-IOC": "1"}
"""What a browser sends with an unsafe request from one of our own pages."""


def make_dash(server: Flask, assets: Path) -> dash.Dash:
    """An app with one callback of every shape."""
    app = dash.Dash(__name__, server=server, assets_folder=str(assets), **DASH_CSRF)
    app.layout = html.Div([html.Div(id="answer"), dcc.Input(id="ask"), dcc.Store(id="state")])

    @app.callback(Output("answer", "children"), Input("ask", "value"), State("state", "data"))
    @guarded(Permission.VIEW)
    def answer(value: Any, state: Any) -> str:
        return f"{current_identity().name}: {value!r}"

    @app.callback(Output("started", "children"), Output("started", "title"), Input("start", "n_clicks"))
    @guarded(Permission.OPERATE)
    def start(clicks: Any) -> tuple[str, str]:
        return "started", "yes"

    @app.callback(
        Output({"kind": "row", "at": MATCH}, "children"), Input({"kind": "button", "at": MATCH}, "n_clicks")
    )
    @guarded(Permission.VIEW)
    def row(clicks: Any) -> str:
        return str(clicks)

    @app.callback(Output("sum", "children"), Input({"kind": "button", "at": ALL}, "n_clicks"))
    @guarded(Permission.VIEW)
    def total(clicks: Any) -> str:
        return str(clicks)

    app.clientside_callback("function (x) { return x; }", Output("answer", "title"), Input("ask", "value"))
    return app


class Browser(FlaskClient):
    """A client that opens the address a person on this machine would."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """As FlaskClient, at HOST unless the test says another."""
        if args and isinstance(args[0], str):
            kwargs.setdefault("base_url", f"http://{HOST}")
        return super().open(*args, **kwargs)


class Site:
    """The application and a client that behaves like a browser on this machine."""

    def __init__(self, folder: Path, published: bool = True, **settings: Any):
        demonstration = settings.pop("demonstration", True)
        self.province = Province(folder, demonstration=demonstration, **settings)
        if published:
            self.province.publish(numbers(self.province), villages(self.province))
        self.assets = folder / "assets"
        self.assets.mkdir()
        (self.assets / "app.css").write_text("body{color:black}" * 200)
        (self.assets / "app.js").write_text("var one = 1;")
        (self.assets / "leak.py").write_text("SECRET = 1")
        (self.assets / "leak.csv").write_text("a,b")
        (self.assets / ".hidden.svg").write_text("x")
        self.server = Flask("ioc", static_folder=None)
        self.bookshelf = Bookshelf(self.province.warehouse, self.province.site, self.province.register)
        self.dash = make_dash(self.server, self.assets)
        mount(self.server, self.province.office, self.bookshelf, "build-1", self.dash)

    def client(self) -> FlaskClient:
        """A visitor without cookies."""
        return Browser(self.server, self.server.response_class)


@pytest.fixture
def make_site(tmp_path: Path) -> Callable[..., Site]:
    """Make a site with other settings than the usual."""
    return lambda **settings: Site(tmp_path, **settings)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The usual demonstration on loopback, one edition published."""
    return Site(tmp_path_factory.mktemp("web"))


@pytest.fixture
def client(site: Site) -> FlaskClient:
    """A new visitor of it."""
    return site.client()


def as_role(client: FlaskClient, role: str) -> FlaskClient:
    """Switch the visitor's demonstration role."""
    assert client.post("/api/role", json={"role": role}, headers=OWN).status_code == 200
    return client


def call(output: str, outputs: Any, inputs: list[Any], state: list[Any] | None = None) -> dict[str, Any]:
    """The body of a callback as Dash's renderer writes it."""
    flat = [part for item in inputs for part in (item if isinstance(item, list) else [item])]
    first = flat[0]["id"] if flat else "ask"
    name = first if isinstance(first, str) else dash._utils.stringify_id(first)
    changed = [f"{name}.{flat[0]['property']}"] if flat else []
    return {
        "output": output, "outputs": outputs, "inputs": inputs, "state": state or [],
        "changedPropIds": changed, "parsedChangedPropsIds": changed,
    }  # fmt: skip


ANSWER = call(
    "answer.children",
    {"id": "answer", "property": "children"},
    [{"id": "ask", "property": "value", "value": "xin chào"}],
    [{"id": "state", "property": "data"}],
)
START = call(
    "..started.children...started.title..",
    [{"id": "started", "property": "children"}, {"id": "started", "property": "title"}],
    [{"id": "start", "property": "n_clicks", "value": 1}],
)
ROW = call(
    '{"at":["MATCH"],"kind":"row"}.children',
    {"id": {"kind": "row", "at": 3}, "property": "children"},
    [{"id": {"kind": "button", "at": 3}, "property": "n_clicks", "value": 2}],
)
SUM = call(
    "sum.children",
    {"id": "sum", "property": "children"},
    [[{"id": {"kind": "button", "at": at}, "property": "n_clicks", "value": at} for at in range(3)]],
)
UPDATE = "/_dash-update-component"
