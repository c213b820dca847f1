"""A publication that is killed or refused leaves the last good drawing in force, whole."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geodata import plates
from geodata.publication import ensure, import_boundaries, publish_register
from ioc.areas import Register
from ioc.drawings import LEVELS, Drawing
from ioc.settings import Settings
from tests.conftest import PROJECT
from tests.geodata.conftest import bare_site, run, sized

Write = Callable[..., Path]


Features = list[dict[str, Any]]


SITE = bare_site("12")


def test_what_was_published_stays_and_a_failing_publication_changes_nothing(
    settings: Settings, patchwork: Features, submit: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure(SITE, settings)
    register = Register.load(settings.data / "geo" / "areas.json", "12")
    sized(patchwork, register)
    before = (settings.data / "geo" / "current.json").read_bytes()
    old = Drawing.load(settings.data)
    real = plates.write_whole

    def failing(path: Path, raw: bytes) -> None:
        if path.name == "current.json":
            raise OSError(28, "No space left on device")
        real(path, raw)

    monkeypatch.setattr(plates, "write_whole", failing)
    with pytest.raises(OSError, match="No space"):
        import_boundaries(submit(patchwork), SITE, settings, register)
    assert (settings.data / "geo" / "current.json").read_bytes() == before
    monkeypatch.undo()
    import_boundaries(submit(patchwork), SITE, settings, register)
    assert Drawing.load(settings.data).kind == "official"
    for level in LEVELS:
        assert (settings.data / "geo" / f"{old.sha(level)}.svg").exists()
    assert not list((settings.data / "geo").glob("*.part"))


IMPORT = """
import sys
from pathlib import Path
from geodata.publication import import_boundaries
from ioc.areas import Register
from ioc.settings import Settings
from tests.geodata.conftest import bare_site
data = Path(sys.argv[2])
register = Register.load(data / "geo" / "areas.json", "12")
import_boundaries(Path(sys.argv[1]), bare_site("12"), Settings(data=data), register)
"""


LABELS = [
    "drawing.svg_drafted",
    *(f"drawing.{level}_written" for level in LEVELS),
    "drawing.before_manifest",
    "drawing.json_drafted",
]


def importing(path: Path, settings: Settings, **variables: str) -> subprocess.Popen[bytes]:
    """A process of its own that imports a file, to be killed."""
    return subprocess.Popen(
        [sys.executable, "-c", IMPORT, str(path), str(settings.data)],
        cwd=PROJECT,
        env={**os.environ, **variables},
    )


def whole(data: Path) -> Drawing:
    """The drawing in force, every file of it as its name says."""
    drawing = Drawing.load(data)
    for file in (data / "geo").glob("*.svg"):
        assert hashlib.sha256(file.read_bytes()).hexdigest() == file.stem, "a name is a promise of content"
    assert all((data / "geo" / f"{sha}.svg").is_file() for sha in drawing.shas)
    return drawing


@pytest.mark.faults
@pytest.mark.parametrize("label", LABELS)
def test_a_publication_killed_at_any_step_keeps_the_old_drawing(
    settings: Settings, patchwork: Features, submit: Write, label: str
) -> None:
    ensure(SITE, settings)
    before = whole(settings.data)
    sized(patchwork, Register.load(settings.data / "geo" / "areas.json", "12"))
    path = submit(patchwork)
    assert importing(path, settings, IOC_CRASH_AT=label).wait(120) == 137
    assert whole(settings.data) == before
    drafts = list((settings.data / "geo").glob(".*.part"))
    assert bool(drafts) == label.endswith("_drafted")
    for draft in drafts:
        os.utime(draft, (0, 0))
    assert importing(path, settings).wait(120) == 0
    assert whole(settings.data).kind == "official"
    assert not list((settings.data / "geo").glob(".*.part")), "what a killed one left is swept by the next"


@pytest.mark.faults
def test_a_publication_killed_from_outside_leaves_the_old_drawing_or_the_new_one(
    settings: Settings, patchwork: Features, submit: Write
) -> None:
    ensure(SITE, settings)
    before = whole(settings.data)
    sized(patchwork, Register.load(settings.data / "geo" / "areas.json", "12"))
    files = set((settings.data / "geo").iterdir())
    process = importing(submit(patchwork), settings)
    while process.poll() is None and not set((settings.data / "geo").iterdir()) - files:
        time.sleep(0.001)
    process.kill()
    process.wait(120)
    after = whole(settings.data)
    assert after == before or after.kind == "official"


def test_every_crash_point_of_a_publication_is_tried() -> None:
    code = Path(plates.__file__).read_text("utf-8")
    written = set(re.findall(r'crash_point\(f?"(drawing[^"]*)"', code))
    assert written == {
        "drawing.{level}_written",
        "drawing.before_manifest",
        "drawing.{path.suffix[1:]}_drafted",
    }


@pytest.mark.parametrize("fault", ["missing", "twice", "metres", "swapped", "empty", "broken", "old codes"])
def test_whatever_is_refused_the_last_good_drawing_stays(
    settings: Settings, patchwork: Features, submit: Write, fault: str
) -> None:
    register = publish_register(SITE, settings)
    sized(patchwork, register)
    good = run(settings, "import", str(submit(patchwork, "tot.geojson")))
    assert good.exit_code == 0, good.output
    before = {path: path.read_bytes() for path in (settings.data / "geo").iterdir()}
    bad = json.loads(json.dumps(patchwork))
    rings = [entry["geometry"]["coordinates"] for entry in bad]
    if fault == "missing":
        bad.pop()
    elif fault == "twice":
        bad.append(bad[0])
    elif fault == "metres":
        for ring in rings:
            ring[0] = [[1e5 * x, 1e5 * y] for x, y in ring[0]]
    elif fault == "swapped":
        for ring in rings:
            ring[0] = [[y, x] for x, y in ring[0]]
    elif fault == "empty":
        bad[7]["geometry"]["coordinates"] = []
    elif fault == "old codes":
        bad[0]["properties"].update(code="03386", name="Phường Quyết Thắng")
    text: Any = json.dumps(bad)[:5_000] if fault == "broken" else bad
    told = run(settings, "import", str(submit(text, "hong.geojson")))
    assert told.exit_code == 1
    assert "hong.geojson" in told.output
    assert "hãy" in told.output.lower()
    assert "Bản đồ đang dùng được giữ nguyên." in told.output
    assert "Traceback" not in told.output
    assert {path: path.read_bytes() for path in (settings.data / "geo").iterdir()} == before
