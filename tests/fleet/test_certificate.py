"""The end of our certificate is told at 30, 14 and 7 days, and what cannot be read is told as well."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc.fleet.certificate import Alarm, certificate, ends
from ioc.settings import Settings
from tests.conftest import lacking


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Path, datetime]:
    """A real certificate and the end that openssl reads in it."""
    if not shutil.which("openssl"):
        lacking("openssl")
    folder = tmp_path_factory.mktemp("tls")
    path = folder / "web.pem"
    run = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "90", "-subj", "/CN=ioc.tinh.vn/O=Tỉnh",
           "-utf8", "-keyout", str(folder / "key.pem"), "-out", str(path)]  # fmt: skip
    subprocess.run(run, check=True, capture_output=True)
    said = subprocess.run(
        ["openssl", "x509", "-in", str(path), "-noout", "-enddate"],
        check=True,
        capture_output=True,
        text=True,
    )
    end = datetime.strptime(said.stdout.strip().removeprefix("notAfter="), "%b %d %H:%M:%S %Y GMT").replace(
        tzinfo=UTC
    )
    return path, end


def test_the_end_is_the_one_that_openssl_reads(made):
    path, end = made
    assert ends(path.read_text()) == end


@pytest.mark.parametrize(
    ("left", "alarm"),
    [
        (31, Alarm.WELL),
        (30, Alarm.WITHIN_30),
        (14.5, Alarm.WITHIN_30),
        (14, Alarm.WITHIN_14),
        (7, Alarm.WITHIN_7),
        (0.1, Alarm.WITHIN_7),
        (0, Alarm.EXPIRED),
        (-40, Alarm.EXPIRED),
    ],
)
def test_the_warning_grows_louder(made, left, alarm):
    path, end = made
    found = certificate(Settings(certificate=str(path)), end - timedelta(days=left))
    assert (found.alarm, found.until) == (alarm, end)
    assert found.wants == (alarm is not Alarm.WELL)


def test_without_a_file_nothing_is_watched_and_an_unreadable_one_is_told(tmp_path):
    now = datetime(2026, 11, 26, tzinfo=UTC)
    assert certificate(Settings(), now).alarm is Alarm.NONE
    bad = tmp_path / "bad.pem"
    for text in ("", "xin chào", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        bad.write_text(text)
        assert certificate(Settings(certificate=str(bad)), now).alarm is Alarm.UNREADABLE
    assert certificate(Settings(certificate=str(tmp_path / "none.pem")), now).alarm is Alarm.UNREADABLE


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data):
    import base64

    pem = f"-----BEGIN CERTIFICATE-----\n{base64.b64encode(data).decode()}\n-----END CERTIFICATE-----\n"
    with pytest.raises(ValueError):
        ends(pem)
