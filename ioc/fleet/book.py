"""The book of the fleet: devices, their orders, last contacts, and every act with its reason.

Owns the transactions over the tables of `ioc.warehouse.fleet_tables`. An act and the line about it are one
transaction, and the newest line's number tells every worker whether anything changed. How a screen gets in is
`ioc.fleet.enrolments`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from ioc.fleet.records import Act, Contact, Device, FleetError, What
from ioc.walls.orders import NOTHING, Order
from ioc.warehouse.connected import Connected
from ioc.warehouse.fleet_tables import FLEET_LOCK, screen_act, screen_contact, screen_device, screen_order
from ioc.warehouse.schema import lease

SHORTEST, LONGEST = 3, 500
LONGEST_MESSAGE = 240
"""Letters of a takeover's message: what is read from eight metres in a few seconds."""
_ORDERED = ("scene", "pin_area", "pin_kpi", "message", "paused")


class Book:
    """The fleet of one warehouse."""

    def __init__(self, warehouse: Connected):
        self.warehouse = warehouse

    def devices(self, *, revoked: bool = True) -> list[Device]:
        """Every device in the order it was enrolled, with those that were revoked or without."""
        query = select(screen_device).order_by(screen_device.c.id)
        if not revoked:
            query = query.where(screen_device.c.revoked_at.is_(None))
        with self.warehouse.reading() as connection:
            return [device_of(row) for row in connection.execute(query)]

    def device(self, number: int) -> Device | None:
        """One device."""
        with self.warehouse.reading() as connection:
            row = connection.execute(select(screen_device).where(screen_device.c.id == number)).one_or_none()
        return device_of(row) if row else None

    def newest(self) -> int:
        """Number of the newest act: while it is the same, nothing about any device has changed."""
        with self.warehouse.reading() as connection:
            return int(connection.execute(select(func.max(screen_act.c.id))).scalar() or 0)

    def standing(self) -> tuple[dict[str, Device], dict[int, Order]]:
        """Devices that may ask, by the hash of their token, and the orders of all, read at one moment."""
        claimed = screen_device.c.token_sha256.is_not(None)
        with self.warehouse.reading() as connection:
            rows = connection.execute(select(screen_device).where(claimed)).all()
            orders = connection.execute(select(screen_order)).all()
        return {row.token_sha256: device_of(row) for row in rows}, {
            one.device: order_of(one) for one in orders
        }

    def orders(self) -> dict[int, Order]:
        """What every device was told."""
        with self.warehouse.reading() as connection:
            return {row.device: order_of(row) for row in connection.execute(select(screen_order))}

    def contacts(self) -> dict[int, Contact]:
        """When each device was last heard, as far as it has been written down."""
        with self.warehouse.reading() as connection:
            return {row.device: Contact(*row) for row in connection.execute(select(screen_contact))}

    def acts(self, device: int | None = None, limit: int = 40) -> list[Act]:
        """The newest acts, newest first; those on one device or all."""
        query = select(screen_act).order_by(screen_act.c.id.desc()).limit(limit)
        if device is not None:
            query = query.where(screen_act.c.device == device)
        with self.warehouse.reading() as connection:
            return [_act(row) for row in connection.execute(query)]

    def tell(
        self,
        devices: Iterable[int] | None,
        what: What,
        change: Mapping[str, Any],
        by: str,
        reason: str,
        now: datetime,
    ) -> int:
        """Change the orders of some devices, or of all; how many were told. Raises FleetError.

        `change` holds fields of `Order`; RESUME takes none and leaves the screens to their configuration.
        """
        by, reason = answered(by, reason)
        if (message := change.get("message")) is not None and not 0 < len(message) <= LONGEST_MESSAGE:
            raise FleetError("act.message_length", most=LONGEST_MESSAGE)
        query = (
            select(screen_device.c.id)
            .where(screen_device.c.revoked_at.is_(None))
            .order_by(screen_device.c.id)
        )
        wanted = None if devices is None else sorted(set(devices))
        if wanted is not None:
            query = query.where(screen_device.c.id.in_(wanted))
        with changing(self.warehouse) as connection:
            found = list(connection.execute(query).scalars())
            if wanted is not None and found != wanted:
                raise FleetError("act.unknown", 404, n=next(one for one in wanted if one not in found))
            kept = connection.execute(select(screen_order).where(screen_order.c.device.in_(found)))
            before = {row.device: order_of(row) for row in kept}
            for number in found:
                self._tell(connection, number, what, before.get(number, NOTHING), change, by, reason, now)
        if not found:
            raise FleetError("act.nobody", 409)
        return len(found)

    def _tell(
        self, connection: Connection, number: int, what: What, before: Order, change: Mapping[str, Any],
        by: str, reason: str, now: datetime,
    ) -> None:  # fmt: skip
        base = {name: getattr(NOTHING if what is What.RESUME else before, name) for name in _ORDERED}
        after = {**base, **change}
        was = {name: getattr(before, name) for name in _ORDERED}
        changed = [name for name in _ORDERED if was[name] != after[name]]
        seq = write_act(
            connection, now, by, what, number, reason,
            {name: was[name] for name in changed}, {name: after[name] for name in changed},
        )  # fmt: skip
        values = {**after, "seq": seq, "at": now}
        held = screen_order.c.device == number
        if not connection.execute(update(screen_order).where(held).values(**values)).rowcount:
            connection.execute(insert(screen_order).values(device=number, **values))

    def change(
        self, number: int, name: str, screen: str, ranges: Sequence[str], by: str, reason: str, now: datetime
    ) -> None:
        """Give a device another name, configuration or address range. Raises FleetError."""
        by, reason = answered(by, reason)
        wanted = {"name": named(name), "screen": screen, "ranges": ",".join(ranges)}
        with changing(self.warehouse) as connection:
            held = _held(connection, number)
            changed = [key for key, value in wanted.items() if held._mapping[key] != value]
            connection.execute(update(screen_device).where(screen_device.c.id == number).values(**wanted))
            write_act(
                connection, now, by, What.CHANGE, number, reason,
                {key: held._mapping[key] for key in changed}, {key: wanted[key] for key in changed},
            )  # fmt: skip

    def revoke(self, number: int, by: str, reason: str, now: datetime) -> None:
        """Take a device's token away for good. Raises FleetError."""
        by, reason = answered(by, reason)
        with changing(self.warehouse) as connection:
            held = _held(connection, number)
            connection.execute(
                update(screen_device).where(screen_device.c.id == number).values(revoked_at=now)
            )
            write_act(
                connection,
                now,
                by,
                What.REVOKE,
                number,
                reason,
                {"name": held.name, "screen": held.screen},
                {},
            )

    def note(self, device: int, what: What, by: str, address: str, now: datetime) -> None:
        """Write down what no person did, such as a token used from an address outside its range."""
        with changing(self.warehouse) as connection:
            write_act(connection, now, by, what, device, "", {}, {"address": address})

    def keep(self, contacts: Sequence[Contact]) -> None:
        """Write down when devices were heard, all in one transaction; an older contact never replaces a newer."""
        fields = [column.name for column in screen_contact.columns]
        renewed = (
            update(screen_contact)
            .where(
                screen_contact.c.device == bindparam("new_device"), screen_contact.c.at < bindparam("new_at")
            )
            .values({name: bindparam(f"new_{name}") for name in fields if name != "device"})
        )
        rows = {one.device: asdict(one) for one in contacts}
        with self.warehouse.writing() as connection:
            known = set(connection.execute(select(screen_contact.c.device)).scalars())
            kept = [
                {f"new_{name}": row[name] for name in fields} for key, row in rows.items() if key in known
            ]
            new = [row for key, row in rows.items() if key not in known]
            if kept:
                connection.execute(renewed, kept)
            if new:
                connection.execute(insert(screen_contact), new)


@contextmanager
def changing(warehouse: Connected) -> Iterator[Connection]:
    """One transaction, alone in the book: a number of an act that is seen is never followed by a smaller one."""
    with warehouse.writing() as connection:
        connection.execute(select(lease.c.term).where(lease.c.name == FLEET_LOCK).with_for_update())
        yield connection


def answered(by: str, reason: str) -> tuple[str, str]:
    """Who and why, tidied. Raises FleetError when either is wanting."""
    by, reason = by.strip()[:80], " ".join(reason.split())
    if not by:
        raise FleetError("act.by")
    if not SHORTEST <= len(reason) <= LONGEST:
        raise FleetError("act.reason")
    return by, reason


def named(text: str) -> str:
    """Where a screen hangs, tidied. Raises FleetError."""
    name = " ".join(text.split())
    if not 2 <= len(name) <= 80:
        raise FleetError("act.name")
    return name


def write_act(
    connection: Connection, now: datetime, by: str, what: What, device: int | None, reason: str,
    before: Mapping[str, Any], after: Mapping[str, Any],
) -> int:  # fmt: skip
    """One line of the book, in the transaction of the act itself; its number."""
    texts = {
        "before": json.dumps(before, ensure_ascii=False),
        "after": json.dumps(after, ensure_ascii=False),
    }
    line = {"at": now, "by": by, "what": what.value, "device": device, "reason": reason, **texts}
    return int(connection.execute(insert(screen_act).values(**line).returning(screen_act.c.id)).scalar_one())


def device_of(row: Row[Any]) -> Device:
    """A device from its row; its token's hash stays behind."""
    ranges = tuple(part for part in row.ranges.split(",") if part)
    return Device(
        row.id, row.name, row.screen, ranges, row.enrolled_at, row.enrolled_by, row.token_sha256 is not None,
        row.revoked_at,
    )  # fmt: skip


def order_of(row: Row[Any]) -> Order:
    """An order from its row."""
    return Order(row.scene, row.pin_area, row.pin_kpi, row.message, bool(row.paused), int(row.seq))


def _held(connection: Connection, number: int) -> Row[Any]:
    """The row of a device that is not revoked. Raises FleetError."""
    row = connection.execute(select(screen_device).where(screen_device.c.id == number)).one_or_none()
    if row is None:
        raise FleetError("act.unknown", 404, n=number)
    if row.revoked_at is not None:
        raise FleetError("act.revoked", 409, n=number)
    return row


def _act(row: Row[Any]) -> Act:
    return Act(
        int(row.id), row.at, row.by, What(row.what), row.device, row.reason, json.loads(row.before),
        json.loads(row.after),
    )  # fmt: skip
