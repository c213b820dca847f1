"""No default and no weak key: the programme refuses to start rather than to warn."""

from __future__ import annotations

import secrets
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from ioc.settings import PROJECT, Settings, SettingsError
from ioc.web.secret import signing_key
from ioc.web.security import protect

WEAK = {
    "short": "k3Zq9",
    "31 characters": secrets.token_urlsafe(48)[:31],
    "one letter": "a" * 40,
    "two letters": "ab" * 20,
    "a word again and again": "hunter2!" * 5,
    "a random word three times": "q8Zk2vN0xP7r" * 3,
    "superset": "CHANGE_ME_TO_A_COMPLEX_RANDOM_SECRET",
    "superset, older": "\\2\\1thisismyscretkey\\1\\2\\e\\y\\y\\h",
    "in a row": "abcdefghijklmnopqrstuvwxyz0123456789",
    "downwards": "zyxwvutsrqponmlkjihgfedcba9876543210",
    "named so": "this-is-a-very-long-example-key-000172",
    "password": "MyPassword-2026-LaiChau-9f8e7d6c5b4a",
    "few different": "1231231231313121231312123131212312312",
}


@pytest.mark.parametrize("key", WEAK.values(), ids=list(WEAK))
@pytest.mark.parametrize("demonstration", [True, False])
def test_a_weak_key_is_refused_even_in_a_demonstration(tmp_path, key, demonstration):
    with pytest.raises(SettingsError) as error:
        signing_key(Settings(data=tmp_path, secret_key=key), demonstration)
    assert key not in str(error.value) and "IOC_SECRET_KEY" in str(error.value)


@pytest.mark.parametrize(
    ("demonstration", "host"),
    [(False, "127.0.0.1"), (True, "0.0.0.0"), (False, "10.0.0.5")],  # noqa: S104
)
def test_without_a_key_only_a_demonstration_on_loopback_starts(tmp_path, demonstration, host):
    with pytest.raises(SettingsError, match="IOC_SECRET_KEY"):
        signing_key(Settings(data=tmp_path, host=host), demonstration)
    assert not (tmp_path / "secret.key").exists()


@pytest.mark.parametrize("make", [secrets.token_urlsafe, secrets.token_hex])
def test_a_random_key_is_accepted(tmp_path, make):
    for _ in range(200):
        key = make(32)
        assert signing_key(Settings(data=tmp_path, secret_key=key), False) == key


def test_the_demonstration_makes_its_key_once_and_keeps_it_to_itself(tmp_path):
    settings = Settings(data=tmp_path / "new" / "var")
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: signing_key(settings, True), range(16)))
    assert len(keys) == 1 and len(keys.pop()) >= 32
    path = settings.data / "secret.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [found.name for found in settings.data.iterdir()] == ["secret.key"]
    path.chmod(0o644)
    with pytest.raises(SettingsError, match="khởi động lại"):
        signing_key(settings, True)


@pytest.mark.parametrize("name", ["DASH_DEBUG", "DASH_MCP_ENABLED", "FLASK_DEBUG"])
def test_an_environment_that_opens_a_console_is_refused(tmp_path, monkeypatch, name):
    monkeypatch.setenv(name, "true")
    with pytest.raises(SettingsError, match=name):
        protect(Flask("x"), Settings(data=tmp_path), list, demonstration=True, rules={})
    if name != "FLASK_DEBUG":
        with pytest.raises(SettingsError, match=name):
            Settings.from_environment({name: "1"})


@pytest.mark.parametrize(
    "environment", [{"DASH_DEBUG": "true"}, {"DASH_MCP_ENABLED": "1"}, {"IOC_SECRET_KEY": "weak"}]
)
def test_the_real_process_ends_with_an_error(tmp_path, environment):
    code = (
        "import sys; from ioc.settings import Settings; from ioc.web.secret import signing_key;"
        "signing_key(Settings.from_environment(), True)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False,
        env={"PATH": "/usr/bin", "IOC_DATA": str(tmp_path), **environment},
    )  # fmt: skip
    assert done.returncode != 0 and next(iter(environment)) in done.stderr
