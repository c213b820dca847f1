"""The kiosk kit installs without the internet, and what it installs is what the documents promise."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest

from tests.conftest import PROJECT

KIT = PROJECT / "docs" / "kiosk"
URL = "https://ioc.tinh.example/tuong"
PEM = f"-----BEGIN CERTIFICATE-----\n{base64.encodebytes(bytes(range(200))).decode()}-----END CERTIFICATE-----\n"


def install(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    run = ["bash", str(KIT / "install.sh"), *arguments]
    return subprocess.run(
        run, env={**os.environ, "IOC_KIOSK_ROOT": str(root)}, capture_output=True, text=True, check=False
    )


def unit(path: Path) -> RawConfigParser:
    found = RawConfigParser(strict=False)
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read(path)
    return found


@pytest.mark.parametrize("script", sorted(KIT.glob("*.sh")), ids=lambda path: path.name)
def test_every_script_can_be_read_by_the_shell_and_stops_at_its_first_fault(script):
    subprocess.run(["bash", "-n", str(script)], check=True)
    assert "set -euo pipefail" in script.read_text() and os.access(script, os.X_OK)


def test_the_kit_is_installed_whole_and_again_without_losing_a_setting(tmp_path):
    authority = tmp_path / "ca.pem"
    authority.write_text(f"subject=thử\n{PEM}{PEM}")
    done = install(tmp_path, URL, str(authority))
    assert done.returncode == 0, done.stderr
    conf = tmp_path / "etc" / "ioc-kiosk.conf"
    assert f"IOC_KIOSK_URL={URL}\n" in conf.read_text()
    conf.write_text(conf.read_text().replace("IOC_KIOSK_PORT=9222", "IOC_KIOSK_PORT=9333"))
    assert install(tmp_path, f"{URL}?x=1").returncode == 0
    assert "IOC_KIOSK_PORT=9333" in conf.read_text() and f"{URL}?x=1" in conf.read_text()
    policy = json.loads((tmp_path / "etc/chromium/policies/managed/ioc-ca.json").read_text())
    assert [base64.b64decode(one) for one in policy["CACertificates"]] == [bytes(range(200))]
    for service in ("ioc-kiosk.service", "ioc-kiosk-watchdog.service"):
        told = unit(tmp_path / "etc/systemd/system" / service)
        assert (told["Service"]["Restart"], told["Unit"]["StartLimitIntervalSec"]) == ("always", "0")
        assert "network" not in " ".join(told["Unit"].values())  # boots before it
        program = told["Service"]["ExecStart"].split()[-1]
        assert os.access(tmp_path / program.lstrip("/"), os.X_OK)


@pytest.mark.parametrize("arguments", [(), ("ioc.tinh.example",), (URL, "kiosk.conf")])
def test_a_wrong_call_says_so_and_installs_nothing(tmp_path, arguments):
    given = [str(KIT / one) if one.endswith(".conf") else one for one in arguments]
    done = install(tmp_path, *given)
    assert done.returncode == 2 and len(done.stderr) > 20
    assert list(tmp_path.iterdir()) == []


def test_the_browser_is_told_to_trust_no_wrong_certificate_and_to_keep_nothing():
    text = (KIT / "start.sh").read_text()
    assert "ignore-certificate" not in text and "--no-sandbox" not in text
    for flag in (
        "--kiosk",
        "--user-data-dir=",
        "--hide-crash-restore-bubble",
        "--disable-background-timer-throttling",
    ):
        assert flag in text


def test_every_file_of_the_kit_stands_in_its_guide():
    guide = (PROJECT / "docs" / "wall.md").read_text(encoding="utf-8")
    assert not [path.name for path in KIT.iterdir() if path.is_file() and f"`{path.name}`" not in guide]


def test_the_first_page_asks_nobody_but_the_server_it_is_given():
    text = (KIT / "start.html").read_text(encoding="utf-8")
    assert not re.findall(r"(?:src|href)=", text) and "https://" not in text
