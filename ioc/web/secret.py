"""The signing key: made once for a demonstration on loopback, demanded and examined otherwise.

Owns the refusals about keys. A weak key is refused, not warned about; the key itself is in no message.
"""

from __future__ import annotations

import os
import secrets
import stat
from itertools import pairwise
from pathlib import Path

from ioc.settings import Settings, SettingsError

SHORTEST = 32
"""Characters a given key must have at least."""
FEWEST_DIFFERENT = 10
KEY_FILE = "secret.key"
_KNOWN = (
    "changeme", "change_me", "change-me", "thisismyscretkey", "secret_key", "secretkey", "supersecret",
    "your-secret", "yoursecret", "mysecret", "password", "matkhau", "example", "default", "insecure",
    "testkey", "cokcookie",
)  # fmt: skip


def signing_key(settings: Settings, demonstration: bool) -> str:
    """The key that cookies are signed with.

    IOC_SECRET_KEY wins and must be strong. Without it a demonstration on loopback uses ``secret.key`` in the
    data folder (made once, mode 0600). Raises SettingsError in any other case.
    """
    if settings.secret_key:
        _examine(settings.secret_key)
        return settings.secret_key
    if demonstration and settings.loopback:
        return _own_key(settings.data / KEY_FILE)
    raise SettingsError(
        "Thiếu IOC_SECRET_KEY: ngoài bản minh họa trên chính máy này phải khai báo một khóa ngẫu nhiên dài "
        f"ít nhất {SHORTEST} ký tự, ví dụ tạo bằng: "
        'python -c "import secrets; print(secrets.token_urlsafe(48))"'
    )


def _examine(key: str) -> None:
    if len(key) < SHORTEST:
        raise SettingsError(f"IOC_SECRET_KEY quá ngắn: cần ít nhất {SHORTEST} ký tự ngẫu nhiên.")
    folded = key.lower()
    steps = [ord(after) - ord(before) for before, after in pairwise(key)]
    runs = sum(step in (-1, 0, 1) for step in steps) / len(steps)
    repeats = any(key == (key[:size] * len(key))[: len(key)] for size in range(1, len(key) // 2 + 1))
    if any(word in folded for word in _KNOWN) or repeats or runs > 0.5 or len(set(key)) < FEWEST_DIFFERENT:
        raise SettingsError(
            "IOC_SECRET_KEY dễ đoán (mẫu đã công khai, lặp lại hoặc theo thứ tự); hãy dùng khóa ngẫu nhiên."
        )


def _own_key(path: Path) -> str:
    """Read the demonstration's key, making it first if need be; two workers at once agree on one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # made before, by an earlier start or by another worker: that one counts
    finally:
        draft.unlink()
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SettingsError(f"Tệp khóa {path} người khác đọc được; hãy xóa tệp này rồi khởi động lại.")
    key = path.read_text(encoding="ascii").strip()
    if len(key) < SHORTEST:
        raise SettingsError(f"Tệp khóa {path} bị hỏng; hãy xóa tệp này rồi khởi động lại.")
    return key
