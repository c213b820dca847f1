"""Our certificate's end: read from its file, and said before browsers on walls begin to refuse us.

Owns the small part of X.509 that tells until when a certificate holds, and when that becomes a warning. Checks no
chain and no name: the browsers do.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from ioc.settings import Settings

STAGES = (timedelta(days=7), timedelta(days=14), timedelta(days=30))
"""Ends at which the warning grows louder, the loudest first."""
_SEQUENCE, _UTC_TIME, _GENERAL_TIME, _VERSION = 0x30, 0x17, 0x18, 0xA0
_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


class Alarm(StrEnum):
    """How near the end is."""

    NONE = "none"
    UNREADABLE = "unreadable"
    EXPIRED = "expired"
    WITHIN_7 = "within_7"
    WITHIN_14 = "within_14"
    WITHIN_30 = "within_30"
    WELL = "well"


@dataclass(frozen=True)
class Certificate:
    """What is known of the certificate; `until` is None when no file is named or none can be read."""

    alarm: Alarm
    until: datetime | None = None

    @property
    def wants(self) -> bool:
        """Whether somebody has to do something."""
        return self.alarm not in (Alarm.NONE, Alarm.WELL)


def certificate(settings: Settings, now: datetime) -> Certificate:
    """The state of the certificate that IOC_CERTIFICATE names, at `now`."""
    if not settings.certificate:
        return Certificate(Alarm.NONE)
    try:
        until = ends(Path(settings.certificate).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return Certificate(Alarm.UNREADABLE)
    left = until - now
    if left <= timedelta(0):
        return Certificate(Alarm.EXPIRED, until)
    for stage, alarm in zip(STAGES, (Alarm.WITHIN_7, Alarm.WITHIN_14, Alarm.WITHIN_30), strict=True):
        if left <= stage:
            return Certificate(alarm, until)
    return Certificate(Alarm.WELL, until)


def ends(pem: str) -> datetime:
    """Until when the first certificate of a PEM file holds: `notAfter` of RFC 5280. Raises ValueError."""
    start = pem.find(_BEGIN)
    stop = pem.find(_END, start)
    if start < 0 or stop < 0:
        raise ValueError("no certificate in PEM form")
    whole = ssl.PEM_cert_to_DER_cert(pem[start : stop + len(_END)])
    try:
        inner = _children(_children(whole)[0][1])[0][1]  # Certificate, then tbsCertificate
        fields = [one for one in _children(inner) if one[0] != _VERSION]
        tag, text = _children(fields[3][1])[1]  # serial, signature, issuer, validity: its second time
    except IndexError:
        raise ValueError("not a certificate") from None
    if tag not in (_UTC_TIME, _GENERAL_TIME):
        raise ValueError("a certificate without an end")
    written = text.decode("ascii")
    if tag == _UTC_TIME:  # two figures of the year, from 1950 to 2049
        written = ("19" if int(written[:2]) >= 50 else "20") + written
    return datetime.strptime(written, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)


def _children(data: bytes) -> list[tuple[int, bytes]]:
    """The elements inside a piece of DER: (tag, content). Raises ValueError."""
    found, at = [], 0
    while at < len(data):
        if at + 2 > len(data):
            raise ValueError("cut off")
        tag, size, at = data[at], data[at + 1], at + 2
        if size & 0x80:
            count = size & 0x7F
            size, at = int.from_bytes(data[at : at + count]), at + count
        if at + size > len(data):
            raise ValueError("cut off")
        found.append((tag, data[at : at + size]))
        at += size
    return found
