"""The naive way, for comparison: a Dash callback that answers with the whole Plotly figure, geometry included.

This is what most dashboards do. Same boundaries, same values, same machine, same run.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

PORT_ARGUMENT = 2


def make_server(geojson: Path):
    """A Flask server with one page: a dropdown and a map drawn anew by every choice."""
    import plotly.graph_objects as go
    from dash import Dash, Input, Output, dcc, html

    shapes = json.loads(geojson.read_text(encoding="utf-8"))
    codes = [feature["properties"]["code"] for feature in shapes["features"]]
    app = Dash("naive", serve_locally=True)
    app.layout = html.Div(
        [
            dcc.Dropdown([f"kpi{i}" for i in range(10)], "kpi0", id="kpi", clearable=False),
            dcc.Graph(id="map", style={"height": "900px"}),
        ]
    )

    @app.callback(Output("map", "figure"), Input("kpi", "value"))
    def draw(kpi: str) -> go.Figure:
        noise = random.Random(kpi)
        figure = go.Figure(
            go.Choroplethmap(
                geojson=shapes, locations=codes, z=[noise.random() * 100 for _ in codes],
                featureidkey="properties.code", zmin=0, zmax=100,
            )
        )  # fmt: skip
        figure.update_layout(map={"style": "white-bg", "center": {"lat": 22.3, "lon": 103.2}, "zoom": 7})
        return figure

    return app.server


def request_body(kpi: str) -> bytes:
    """What the browser posts when `kpi` is chosen."""
    return json.dumps(
        {
            "output": "map.figure",
            "outputs": {"id": "map", "property": "figure"},
            "inputs": [{"id": "kpi", "property": "value", "value": kpi}],
            "changedPropIds": ["kpi.value"],
        }
    ).encode()


if __name__ == "__main__":
    from gunicorn.app.base import BaseApplication

    class Naive(BaseApplication):
        """gunicorn with the same size as ours."""

        def load_config(self) -> None:
            """Two workers, as ours."""
            for key, value in {
                "bind": f"127.0.0.1:{sys.argv[PORT_ARGUMENT]}",
                "workers": 2,
                "threads": 8,
            }.items():
                self.cfg.set(key, value)

        def load(self):
            """The application."""
            return make_server(Path(sys.argv[1]))

    Naive(prog="naive").run()
