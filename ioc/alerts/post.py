"""The post: takes messages that are due to their addresses, and comes back with what became of them.

Owns retries and their pauses. Works beside the evaluator and never in its way; every attempt is written down before
the next. A message may arrive twice when this process is killed in mid-sending: it then carries the same id.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from ioc.alerts.book import Book
from ioc.alerts.channels import PostError, send
from ioc.alerts.records import Delivery, Message
from ioc.crashpoint import crash_point
from ioc.office import Office
from ioc.settings import Settings
from ioc.wording import say

log = logging.getLogger(__name__)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360))
"""How long to wait after each failure; after the last one the delivery has failed."""
CLAIM = timedelta(minutes=2)
"""For so long a delivery that is being tried belongs to whoever tries it."""

Sender = Callable[[Delivery, Message, Settings, datetime], None]


class Post:
    """Delivers for one office. Safe to call from several threads: one at a time works."""

    def __init__(self, office: Office, sender: Sender = send):
        self.office = office
        self._send = sender
        self._lock = threading.Lock()

    def deliver(self, clock: Callable[[], datetime]) -> int:
        """Try everything that is due once; returns how many arrived."""
        book, arrived = Book(self.office.warehouse), 0
        with self._lock:
            for delivery, message in book.waiting(clock()):
                now = clock()
                if not book.claim(delivery, now, now + CLAIM):
                    continue
                crash_point("alerts.claimed")
                arrived += self._try(book, delivery, message, clock)
        return arrived

    def _try(self, book: Book, delivery: Delivery, message: Message, clock: Callable[[], datetime]) -> bool:
        attempts = delivery.attempts + 1
        try:
            self._send(delivery, message, self.office.settings, clock())
        except PostError as fault:
            given_up = fault.final or attempts > len(PAUSES)
            due = clock() + (timedelta(0) if given_up else PAUSES[attempts - 1])
            book.delivered(delivery.id, "failed" if given_up else "waiting", clock(), due, str(fault))
            log.warning("Cảnh báo %s chưa gửi được tới %s: %s", message.id, delivery.channel, fault)
            return False
        except Exception:
            # One message that nobody foresaw must not keep the others from being sent.
            log.exception("Cảnh báo %s: lỗi ngoài dự kiến khi gửi tới %s", message.id, delivery.channel)
            book.delivered(delivery.id, "failed", clock(), clock(), say("alerts.post.unforeseen", "vi"))
            return False
        crash_point("alerts.sent")
        book.delivered(delivery.id, "sent", clock(), clock(), None)
        return True
