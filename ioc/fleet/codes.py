"""Codes, tokens and address ranges: what a screen proves itself by.

Owns how they are made, written and compared. A code is short because a person types it, so it lives for minutes
and is kept only under the server's key; a token is long, lives until it is revoked, and only its hash is kept.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
from collections.abc import Iterable

from ioc.fleet.records import FleetError

LETTERS = "2346789ACDEFHJKMNPQRTVWXY"
"""No letter or figure that looks or sounds like another (0 O, 1 I L, 5 S, B 8, U V, G 6, Z 2)."""
LENGTH = 6
MOST_RANGES = 16
_CODE = re.compile(f"[{LETTERS}]{{{LENGTH}}}")


def new_code() -> str:
    """A code as it is compared, without the hyphen it is shown with."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def shown(code: str) -> str:
    """``K7M-4QP``: read out and typed in two halves."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def read_code(text: str) -> str | None:
    """What a person typed, as a code; None when it cannot be one."""
    plain = re.sub(r"[\s\-–.]", "", text).upper()
    return plain if _CODE.fullmatch(plain) else None


def new_secret() -> str:
    """256 bits, for a token or the right to fetch one."""
    return secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(secret.encode()).hexdigest()


def mac(code: str, key: str) -> str:
    """What is kept of a code: without the server's key nobody can try all codes against it."""
    return hmac.new(key.encode(), b"ioc-screen-code:" + code.encode(), hashlib.sha256).hexdigest()


def match(mac_given: str, macs: Iterable[tuple[int, str]]) -> int | None:
    """Which of the codes it is. Every one is compared, in the same time whether it fits or not."""
    found = None
    for number, kept in macs:
        if hmac.compare_digest(kept, mac_given):
            found = number
    return found


def read_ranges(text: str) -> tuple[str, ...]:
    """Address ranges by commas or spaces, in canonical form. Raises FleetError."""
    parts = [part for part in re.split(r"[,;\s]+", text) if part]
    if len(parts) > MOST_RANGES:
        raise FleetError("act.many_ranges", most=MOST_RANGES)
    found = []
    for part in parts:
        try:
            found.append(str(ipaddress.ip_network(part, strict=False)))
        except ValueError:
            raise FleetError("act.range", range=part[:40]) from None
    return tuple(dict.fromkeys(found))


def within(address: str, ranges: tuple[str, ...]) -> bool:
    """Whether an address lies in one of the ranges; without ranges every address does."""
    if not ranges:
        return True
    try:
        asked = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(asked, "ipv4_mapped", None)  # the old kind in the new spelling may be meant by either
    spelled = {asked, mapped or asked}
    return any(one in ipaddress.ip_network(net) for one in spelled for net in ranges)
