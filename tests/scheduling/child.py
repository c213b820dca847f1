"""A refresh process that behaves as told: ``{data}/behaviour.json`` says how, by source.

Takes the place of the real one in the tests of dispatch and scheduling, so that a run costs milliseconds
and can be made to hang, crash or lie. What it publishes was made beforehand: it imports next to nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from ioc.tether import tie

tie()
data, command, source, _, run = Path(sys.argv[1]), *sys.argv[2:]
assert command == "extract"
folder = data / "runs" / run
told = json.loads((data / "behaviour.json").read_text(encoding="utf-8"))[source]
mode = told.get("mode", "good")
with (data / "calls.jsonl").open("a", encoding="utf-8") as calls:
    calls.write(json.dumps({"source": source, "run": int(run), "pid": os.getpid(), "at": time.time()}) + "\n")


def progress(state: str, rows: int) -> None:
    with (folder / "progress.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"at": "2026-01-01T00:00:00+00:00", "state": state, "rows": rows}) + "\n")


def outcome(**changed: object) -> None:
    document = {
        "source": source, "reason": None, "message": None,
        "tally": {"staged": 10, "published": 7, "parked": 2, "rejected": 1},
        "findings": [
            {"code": "unknown_code", "disposition": "parked", "rows": 2, "column": "code", "sample": [{"code": "9"}]},
            {"code": "extra_column", "disposition": None, "rows": 0, "column": "x", "sample": []},
        ],
        "as_of": "2026-11-01T00:00:00+07:00", "watermark": "w1", "content_sha256": "0" * 64, "full": True,
        "pulled": 10, "seconds": {},
    }  # fmt: skip
    (folder / "outcome.json").write_text(json.dumps(document | changed), encoding="utf-8")


def tables() -> None:
    for name in ("observations.parquet", "places.parquet"):
        shutil.copy(Path(told["tables"]) / name, folder / name)


progress("extracting", 5)
match mode:
    case "hang":
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        time.sleep(600)
    case "slow":
        time.sleep(told.get("seconds", 1.0))
    case "exit":
        print("something odd happened")
        sys.exit(3)
    case "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    case "memory":
        block = bytearray(3 * 2**30)
        print(len(block))
    case "no_space":
        raise OSError(28, "No space left on device")
    case "orphan":
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    case "babble":
        (folder / "progress.jsonl").write_text(
            '{"state": "dancing", "rows": 1}\nnot json\n', encoding="utf-8"
        )
        time.sleep(600)
    case "silent":
        sys.exit(0)
progress("staged", 10)
if mode == "reason":
    outcome(reason=told["reason"], message="Nguồn không trả lời.", tally=None, findings=[])
elif mode == "lossy":
    outcome(tally={"staged": 10, "published": 7, "parked": 2, "rejected": 0})
elif mode == "garbage":
    (folder / "outcome.json").write_text("{", encoding="utf-8")
else:
    tables()
    progress("checked", 7)
    outcome(**({"tally": None} if mode == "untallied" else {}))
