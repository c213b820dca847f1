"""Messages reach real servers, or it is said why not: TLS, signatures, retries, and everything that is refused."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ioc import inspection
from ioc.alerts.channels import allowed, origin
from ioc.alerts.post import PAUSES, Post
from ioc.alerts.records import Delivery, Message
from ioc.settings import Settings
from tests.alerts.conftest import Build
from tests.alerts.servers import Hook, Mailbox, make_certificate, smtp, webhook
from tests.alerts.tower import Tower, rule

SECRET = "0123456789abcdef"
MAIL = '[[recipient]]\nowner = "van_phong"\nmail = ["truc@tinh.example"]\n'


def hooked(*addresses: str) -> str:
    return f'[[recipient]]\nowner = "van_phong"\nwebhook = {json.dumps(addresses)}\n'


def deliver(tower: Tower) -> int:
    return Post(tower.office).deliver(lambda: tower.now)


def breach(tower: Tower) -> list[Delivery]:
    tower.see(50, 40, 90, 90, 90, 90)
    return tower.book.messages()[0][1]


def deliveries(tower: Tower) -> list[Delivery]:
    return [one for _, found in tower.book.messages() for one in found]


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with smtp() as found:
        yield found


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook() as found:
        yield found


def mailing(box: Mailbox, **more: Any) -> dict[str, Any]:
    given = {
        "smtp_host": "127.0.0.1",
        "smtp_port": box.port,
        "smtp_tls": "none",
        "smtp_from": "ioc@tinh.example",
    }
    return given | more


def hooking(hook: Hook, **more: Any) -> dict[str, Any]:
    return {"webhook_hosts": f"http://127.0.0.1:{hook.port}", "webhook_secret": SECRET} | more


def test_without_an_address_nothing_is_ever_sent(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    tower = build()
    assert breach(tower) == []
    monkeypatch.setattr(socket, "create_connection", lambda *_: pytest.fail("asked another host"))
    assert deliver(tower) == 0


def test_an_e_mail_says_what_where_and_how_much(build: Build, box: Mailbox) -> None:
    tower = build(rule() + MAIL, **mailing(box))
    breach(tower)
    assert deliver(tower) == 1
    (letter,) = box.letters
    assert letter["To"] == "truc@tinh.example"
    assert "2/6" in letter["Subject"]
    assert letter["Auto-Submitted"] == "auto-generated"
    text = letter.get_content()
    assert "Xã Bản 2: 40" in text
    assert "Dữ liệu minh họa" in text
    assert [one.state for one in deliveries(tower)] == ["sent"]
    assert deliver(tower) == 0
    assert len(box.letters) == 1


def test_starttls_and_login_are_used_and_the_certificate_is_verified(
    build_light: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = make_certificate(tmp_path)
    with smtp(certificate) as box:
        settings = mailing(box, smtp_tls="starttls", smtp_user="ioc", smtp_password="mat-khau")
        tower = build_light(rule() + MAIL, **settings)
        breach(tower)
        assert deliver(tower) == 0, "an unknown authority was believed"
        assert (box.letters, box.logins) == ([], [])
        assert deliveries(tower)[0].state == "waiting"
        assert "chứng thư" in (deliveries(tower)[0].fault or "")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        tower.now += timedelta(minutes=3)
        assert deliver(tower) == 1
        assert box.secured == [True]
        assert "ioc" in box.logins[0]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"smtp_host": ""}, "IOC_SMTP_HOST"),
        ({"smtp_from": ""}, "IOC_SMTP_FROM"),
        ({"smtp_user": "ioc", "smtp_password": "x"}, "không mã hóa"),
        ({"smtp_tls": "maybe"}, "IOC_SMTP_TLS"),
    ],
)
def test_a_mail_that_cannot_be_sent_properly_is_not_sent(
    changes: dict[str, Any], words: str, build_light: Build, box: Mailbox
) -> None:
    tower = build_light(rule() + MAIL, **mailing(box, **changes))
    breach(tower)
    assert deliver(tower) == 0
    assert (box.letters, box.logins) == ([], [])
    (one,) = deliveries(tower)
    assert one.state == "failed"
    assert words in (one.fault or "")


def test_a_failure_is_tried_again_with_growing_pauses_then_given_up(build: Build, box: Mailbox) -> None:
    tower = build(rule() + MAIL, **mailing(box))
    box.refuse["MAIL"] = ["451 later"] * 100
    breach(tower)
    for attempt, pause in enumerate(PAUSES, start=1):
        assert deliver(tower) == 0
        (one,) = deliveries(tower)
        assert (one.state, one.attempts) == ("waiting", attempt)
        tower.now += pause - timedelta(seconds=1)
        assert deliver(tower) == 0
        assert deliveries(tower)[0].attempts == attempt, "tried before its time"
        tower.now += timedelta(seconds=2)
    assert deliver(tower) == 0
    assert deliveries(tower)[0].state == "failed"
    assert box.letters == []


def test_a_retry_carries_the_same_id(build: Build, box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    from ioc.alerts import post

    tower = build(rule() + MAIL, **mailing(box))
    breach(tower)

    def killed(label: str) -> None:
        if label == "alerts.sent":
            raise KeyboardInterrupt

    monkeypatch.setattr(post, "crash_point", killed)
    with pytest.raises(KeyboardInterrupt):
        deliver(tower)
    monkeypatch.undo()
    assert deliver(tower) == 0, "it still belongs to the one that died"
    tower.now += timedelta(minutes=3)
    assert deliver(tower) == 1
    assert len(box.letters) == 2
    assert box.letters[0]["Message-ID"] == box.letters[1]["Message-ID"]


def test_a_password_no_server_can_be_told_fails_alone(
    build_light: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    with smtp(certificate) as box, webhook() as hook:
        given = mailing(box, smtp_tls="starttls", smtp_user="ioc", smtp_password="mật-khẩu") | hooking(hook)
        tower = build_light(rule() + MAIL + hooked(f"http://127.0.0.1:{hook.port}/"), **given)
        breach(tower)
        assert deliver(tower) == 1
    assert sorted(one.state for one in deliveries(tower)) == ["failed", "sent"]


def test_a_refused_recipient_is_final(build_light: Build, box: Mailbox) -> None:
    tower = build_light(rule() + MAIL, **mailing(box))
    box.refuse["RCPT"] = ["550 nobody of that name"]
    breach(tower)
    deliver(tower)
    assert deliveries(tower)[0].state == "failed"


def test_a_webhook_is_signed_and_names_no_person(build_light: Build, hook: Hook) -> None:
    tower = build_light(rule() + hooked(f"http://127.0.0.1:{hook.port}/nhan?k=1"), **hooking(hook))
    breach(tower)
    assert deliver(tower) == 1
    ((path, head, body),) = hook.calls
    assert path == "/nhan?k=1"
    at, v1 = (part.split("=")[1] for part in head["X-IOC-Signature"].split(","))
    assert v1 == hmac.new(SECRET.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    told = json.loads(body)
    assert (told["count"], told["total"], told["demonstration"]) == (2, 6, True)
    assert not {"by", "person", "name", "acknowledged_by"} & set(told)


@pytest.mark.parametrize(
    ("statuses", "state", "calls"),
    [
        ([500, 204], "sent", 2),
        ([429, 204], "sent", 2),
        ([404], "failed", 1),
        ([302], "failed", 1),
        ([301], "failed", 1),
    ],
)
def test_a_webhooks_answer_decides(
    statuses: list[int], state: str, calls: int, build_light: Build, hook: Hook
) -> None:
    tower = build_light(rule() + hooked(f"http://127.0.0.1:{hook.port}/"), **hooking(hook))
    hook.answers = list(statuses)
    breach(tower)
    deliver(tower)
    tower.now += timedelta(minutes=2)
    deliver(tower)
    assert deliveries(tower)[0].state == state
    assert len(hook.calls) == calls
    assert all(path == "/" for path, _, _ in hook.calls), "a redirect was followed"


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost:{port}/", "http://2130706433:{port}/", "http://0x7f.1:{port}/", "http://[::1]:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/", "http://127.0.0.1.:{port}/x", "https://127.0.0.1:{port}/",
        "http://127.1:{port}/", "http://１２７.0.0.1:{port}/",
    ],
)  # fmt: skip
def test_only_the_listed_origin_is_asked_however_it_is_spelt(
    address: str, build_light: Build, hook: Hook
) -> None:
    target = address.format(port=hook.port)
    tower = build_light(rule() + hooked(target), **hooking(hook))
    breach(tower)
    same = origin(target) == ("http", "127.0.0.1", hook.port)
    assert deliver(tower) == int(same)
    assert len(hook.calls) == int(same)


@pytest.mark.parametrize("name", ["noi-bo.example", "2130706433", "0x7f000001", "127.1"])
def test_a_listed_name_that_leads_to_this_machine_is_refused(
    name: str, build_light: Build, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.getaddrinfo

    def resolve(host: str, *more: Any, **kw: Any) -> Any:
        return real("127.0.0.1" if host == name else host, *more, **kw)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    target = f"http://{name}:{hook.port}/"
    tower = build_light(rule() + hooked(target), webhook_hosts=target.rstrip("/"), webhook_secret=SECRET)
    breach(tower)
    assert deliver(tower) == 0
    assert hook.calls == []
    assert deliveries(tower)[0].state == "failed"


def test_the_name_is_looked_up_once_so_that_it_cannot_change_its_meaning(
    build_light: Build, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, asked = socket.getaddrinfo, []

    def rebinding(host: str, *more: Any, **kw: Any) -> Any:
        if host != "doi-y.example":
            return real(host, *more, **kw)
        asked.append(host)
        return real("192.0.2.1" if len(asked) == 1 else "127.0.0.1", *more, **kw)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr("ioc.alerts.channels.SECONDS", 0.2)
    target = f"http://doi-y.example:{hook.port}"
    tower = build_light(rule() + hooked(target), webhook_hosts=target, webhook_secret=SECRET)
    breach(tower)
    assert deliver(tower) == 0
    assert asked == ["doi-y.example"]
    assert hook.calls == []


def test_a_webhook_without_a_real_secret_is_not_sent(build_light: Build, hook: Hook) -> None:
    tower = build_light(
        rule() + hooked(f"http://127.0.0.1:{hook.port}/"), **hooking(hook, webhook_secret="short")
    )
    breach(tower)
    assert deliver(tower) == 0
    assert hook.calls == []


def test_https_verifies_the_servers_certificate(
    build_light: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with webhook(make_certificate(tmp_path)) as hook:
        target = f"https://localhost:{hook.port}"
        tower = build_light(rule() + hooked(target), webhook_hosts=target, webhook_secret=SECRET)
        breach(tower)
        assert deliver(tower) == 0
        assert hook.calls == []
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        tower.now += timedelta(minutes=3)
        assert deliver(tower) == 1


def test_the_allow_list_reads_origins_and_refuses_the_rest() -> None:
    listed = allowed(Settings(webhook_hosts="https://Tin.Tinh.VN, http://10.0.0.8:9000,"))
    assert listed == {("https", "tin.tinh.vn", 443), ("http", "10.0.0.8", 9000)}
    for wrong in ("tin.tinh.vn", "ftp://tin.tinh.vn", "https://a:b@tin.tinh.vn", "https://"):
        with pytest.raises(ValueError):
            allowed(Settings(webhook_hosts=wrong))


def test_check_tells_whom_this_installation_cannot_reach(build_light: Build) -> None:
    told = hooked("https://tin.tinh.vn/a", "https://khac.vn/") + MAIL
    tower = build_light(rule() + told, webhook_hosts="https://tin.tinh.vn")
    notes = "\n".join(inspection.notes(tower.office))
    assert "IOC_SMTP_HOST" in notes
    assert "https://khac.vn/ sẽ bị từ chối" in notes
    assert "tin.tinh.vn/a" not in notes


def test_a_server_that_says_nothing_does_not_hold_up_the_evaluation(build: Build) -> None:
    tower = build(rule() + MAIL, smtp_host="127.0.0.1", smtp_from="a@b.example", smtp_tls="none")
    breach(tower)
    begun, free = threading.Event(), threading.Event()

    def stuck(*_: Any) -> None:
        begun.set()
        assert free.wait(30)

    sending = threading.Thread(target=Post(tower.office, stuck).deliver, args=(lambda: tower.now,))
    sending.start()
    assert begun.wait(30)
    assert len(tower.see(95, 95, 95, 95, 95, 95).resolved) == 1
    free.set()
    sending.join()
    assert deliveries(tower)[0].state == "sent"


def test_two_posts_never_hold_the_same_delivery(build: Build) -> None:
    tower = build(rule() + MAIL)
    breach(tower)
    seen: list[int] = []

    def note(delivery: Delivery, message: Message, *_: Any) -> None:
        seen.append(delivery.id)
        Post(tower.office, note).deliver(lambda: tower.now)

    assert Post(tower.office, note).deliver(lambda: tower.now) == 1
    assert len(seen) == 1
