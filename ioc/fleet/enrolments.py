"""Enrolment: how a screen without rights becomes a device, by a code that a person reads off it.

Owns the three steps: the screen asks and shows its code, an operator types the code and says where it hangs and
what it shows, the screen fetches its token. Every step is bounded in number and time; who calls is the route's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from ioc.fleet import codes
from ioc.fleet.book import answered, changing, named, write_act
from ioc.fleet.records import Enrolment, FleetError, Waiting, What
from ioc.walls.orders import NOTHING
from ioc.warehouse.connected import Connected
from ioc.warehouse.fleet_tables import screen_act, screen_device, screen_enrolment, screen_order

LIFE = timedelta(minutes=10)
"""How long a code may be typed, and afterwards the token fetched."""
MOST_ASKED, MOST_WAITING = 30, 200
"""Codes one address may ask for within LIFE, and codes waiting in all."""
MOST_WRONG, MOST_WRONG_OF_ALL = 5, 20
"""Wrong codes one person, and all together, may type within LIFE."""


class Enrolments:
    """The door of one warehouse's fleet; `key` is the server's own."""

    def __init__(self, warehouse: Connected, key: str):
        self.warehouse = warehouse
        self._key = key

    def ask(self, address: str, now: datetime) -> Enrolment:
        """A screen wants in. Raises FleetError when too many ask."""
        code, claim, row = codes.new_code(), codes.new_secret(), screen_enrolment.c
        with changing(self.warehouse) as connection:
            connection.execute(delete(screen_enrolment).where(row.expires_at < now - LIFE))
            total = connection.execute(select(func.count()).select_from(screen_enrolment)).scalar_one()
            mine = connection.execute(
                select(func.count()).where(row.address == address, row.asked_at > now - LIFE)
            ).scalar_one()
            if mine >= MOST_ASKED or total >= MOST_WAITING:
                raise FleetError("enrol.many", 429)
            connection.execute(
                insert(screen_enrolment).values(
                    code_mac=codes.mac(code, self._key), claim_sha256=codes.fingerprint(claim), address=address,
                    asked_at=now, expires_at=now + LIFE,
                )
            )  # fmt: skip
        return Enrolment(codes.shown(code), claim, now + LIFE)

    def waiting(self, now: datetime) -> list[Waiting]:
        """Screens that show a code nobody has confirmed, newest first; the codes themselves nobody can list."""
        row = screen_enrolment.c
        query = select(row.address, row.asked_at, row.expires_at).where(
            row.expires_at > now, row.device.is_(None)
        )
        with self.warehouse.reading() as connection:
            return [Waiting(*one) for one in connection.execute(query.order_by(row.id.desc()))]

    def confirm(
        self, typed: str, name: str, screen: str, ranges: Sequence[str], by: str, reason: str, now: datetime
    ) -> int:
        """An operator lets the screen in that shows this code; the new device. Raises FleetError."""
        by, reason = answered(by, reason)
        name, code = named(name), codes.read_code(typed)
        if code is None:
            raise FleetError("act.code")  # a slip of the finger, not a guess
        given, row = codes.mac(code, self._key), screen_enrolment.c
        with changing(self.warehouse) as connection:
            _check_guesses(connection, by, now)
            live = connection.execute(
                select(screen_enrolment).where(row.expires_at > now, row.device.is_(None))
            ).all()
            number = codes.match(given, [(one.id, one.code_mac) for one in live])
            if number is None:
                write_act(connection, now, by, What.REFUSED, None, reason, {}, {})
            else:
                address = next(one.address for one in live if one.id == number)
                if not codes.within(address, tuple(ranges)):
                    raise FleetError("act.outside", 409, address=address)
                device = _admit(connection, name, screen, ranges, by, reason, now)
                connection.execute(
                    update(screen_enrolment)
                    .where(row.id == number)
                    .values(device=device, expires_at=now + LIFE)
                )
        if number is None:
            raise FleetError("act.wrong_code", 404)
        return device

    def claim(self, claim: str, address: str, now: datetime) -> tuple[int, str, str] | None:
        """The screen asks whether it is in: (device, its screen, its token) once, None while it waits.

        Raises FleetError when the code has run out and a new one is needed.
        """
        row = screen_enrolment.c
        mine = row.claim_sha256 == codes.fingerprint(claim)
        with self.warehouse.reading() as connection:  # asked every few seconds: no lock while nothing happens
            held = connection.execute(select(screen_enrolment).where(mine)).one_or_none()
        if held is None or held.expires_at <= now:
            raise FleetError("enrol.expired", 410)
        if held.device is None:
            return None
        token = codes.new_secret()
        with changing(self.warehouse) as connection:
            gone = connection.execute(delete(screen_enrolment).where(mine)).rowcount
            device = connection.execute(select(screen_device).where(screen_device.c.id == held.device)).one()
            ranges = tuple(part for part in device.ranges.split(",") if part)
            if not gone or device.revoked_at is not None or not codes.within(address, ranges):
                raise FleetError("enrol.expired", 410)
            connection.execute(
                update(screen_device)
                .where(screen_device.c.id == device.id)
                .values(token_sha256=codes.fingerprint(token))
            )
            write_act(
                connection, now, f"screen:{device.id}", What.CLAIM, device.id, "", {}, {"address": address}
            )
        return device.id, device.screen, token


def _check_guesses(connection: Connection, by: str, now: datetime) -> None:
    row = screen_act.c
    wrong = select(func.count()).where(row.what == What.REFUSED.value, row.at > now - LIFE)
    if (
        connection.execute(wrong.where(row.by == by)).scalar_one() >= MOST_WRONG
        or connection.execute(wrong).scalar_one() >= MOST_WRONG_OF_ALL
    ):
        raise FleetError("act.many_tries", 429)


def _admit(
    connection: Connection, name: str, screen: str, ranges: Sequence[str], by: str, reason: str, now: datetime
) -> int:
    values = {
        "name": name,
        "screen": screen,
        "ranges": ",".join(ranges),
        "enrolled_at": now,
        "enrolled_by": by,
    }
    device = int(
        connection.execute(insert(screen_device).values(**values).returning(screen_device.c.id)).scalar_one()
    )
    after = {"name": name, "screen": screen, "ranges": ",".join(ranges)}
    seq = write_act(connection, now, by, What.ENROL, device, reason, {}, after)
    connection.execute(insert(screen_order).values(device=device, seq=seq, paused=NOTHING.paused, at=now))
    return device
