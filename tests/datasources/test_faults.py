"""Whatever becomes of a source, the run ends with a sentence that helps, and the last good rows stay."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from ioc.refresh.outcome import Outcome
from ioc.runs import Reason
from tests.datasources.databases import COLUMNS, PASSWORD, QUERY, Counter, Database, dossiers
from tests.datasources.servers import answering, refusing_passwords, silent
from tests.refresh.tiny import counts, present, row, values

DOAN_KET = "03388"
EVERYTHING = "SELECT * FROM ho_so"
"""A query that follows whatever columns the table has; `QUERY` names them."""


def _rows(count: int = 12) -> list[dict[str, Any]]:
    moment = datetime(2026, 2, 10, 8)  # noqa: DTZ001 - sources keep province time
    return [
        row(id=f"h{number}", name="Phường Đoàn Kết", channel=1 + number % 2, fee=number)
        | {"received": moment, "updated": moment}
        for number in range(count)
    ]


@pytest.fixture
def good(counter: Counter) -> Outcome:
    """A first refresh that went well: what has to stay."""
    counter.database.fill(dossiers(sa.MetaData()), _rows())
    outcome = counter.refresh()
    assert outcome.reason is None, outcome.message
    return outcome


def _staged(counter: Counter) -> dict[str, str]:
    folder = counter.data / "staging" / "hs"
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.suffix in (".json", ".parquet")
    }


def holds(
    counter: Counter, good: Outcome, reason: Reason, *words: str, spoil: Callable[[], None],
    mend: Callable[[], None], **changes: Any,
) -> str:  # fmt: skip
    """Spoil, refresh, mend, refresh: a sentence with all `words`, nothing published, nothing lost."""
    before = _staged(counter)
    spoil()
    outcome = counter.refresh(**changes)
    message = outcome.message or ""
    assert outcome.reason is reason, (outcome.reason, message)
    assert not outcome.publishable and outcome.tally is None
    for word in ("hs", *words):
        assert word in message, (word, message)
    assert message.endswith(".") and PASSWORD not in message and "Traceback" not in message
    assert _staged(counter) == before, "the rows of the last good run are as they were"
    mend()
    again = counter.refresh(**changes)
    assert again.reason is None, again.message
    assert again.content_sha256 == good.content_sha256, "once mended, the numbers are those of before"
    return message


def _refill(database: Database) -> Callable[[], None]:
    return lambda: database.fill(dossiers(sa.MetaData()), _rows())


# -- the server ---------------------------------------------------------------------------------------------


def test_a_database_that_is_missing_is_named(counter: Counter, good: Outcome, tmp_path: Path) -> None:
    address = sa.make_url(counter.database.url)
    missing = address.set(database=str(tmp_path / "khong_co.db") if address.host is None else "ioc_khong_co")
    holds(
        counter, good, Reason.UNREACHABLE if counter.database.backend != "mariadb" else Reason.AUTH,
        str(missing.database), "kiểm tra", "được giữ nguyên",
        spoil=lambda: counter.use(missing.render_as_string(hide_password=False)),
        mend=lambda: counter.use(counter.database.url),
    )  # fmt: skip


@pytest.mark.mariadb
def test_a_missing_database_is_told_from_a_refusal_when_the_account_may_see_it(
    counter: Counter, good: Outcome
) -> None:
    if counter.database.backend != "mariadb":
        return
    missing = sa.make_url(counter.database.admin).set(database="ioc_khong_co")
    holds(
        counter, good, Reason.UNREACHABLE, "ioc_khong_co", "tên cơ sở dữ liệu",
        spoil=lambda: counter.use(missing.render_as_string(hide_password=False)),
        mend=lambda: counter.use(counter.database.url),
    )  # fmt: skip


def test_a_server_nobody_listens_at_is_named(counter: Counter, good: Outcome) -> None:
    if counter.database.backend == "sqlite":
        return
    address = sa.make_url(counter.database.url).set(port=1)
    holds(
        counter, good, Reason.UNREACHABLE, "127.0.0.1:1/", "cổng mạng",
        spoil=lambda: counter.use(address.render_as_string(hide_password=False)),
        mend=lambda: counter.use(counter.database.url),
    )  # fmt: skip


def test_a_wrong_password_names_the_variable_and_never_the_password(counter: Counter, good: Outcome) -> None:
    address = sa.make_url(counter.database.url)
    wrong = f"{PASSWORD}-nhung-sai"
    words = ("mật khẩu", "IOC_SOURCE_HS_URL", "không thử lại ngay")
    if counter.database.backend == "mariadb":
        refused = address.set(password=wrong)
        holds(
            counter, good, Reason.AUTH, *words, spoil=lambda: counter.use(refused.render_as_string(hide_password=False)),
            mend=lambda: counter.use(counter.database.url),
        )  # fmt: skip
    elif counter.database.backend == "postgresql":
        # the server of these tests trusts everybody, so one that asks for a password stands in for it
        with answering(refusing_passwords) as port:
            refused = address.set(password=wrong, port=port)
            holds(
                counter, good, Reason.AUTH, *words,
                spoil=lambda: counter.use(refused.render_as_string(hide_password=False)),
                mend=lambda: counter.use(counter.database.url),
            )  # fmt: skip


def test_an_account_without_the_right_to_read_is_told_to_ask_for_it(counter: Counter, good: Outcome) -> None:
    backend, database = counter.database.backend, counter.database
    if backend == "sqlite":
        return
    user = sa.make_url(database.url).username
    name = sa.make_url(database.url).database
    if backend == "mariadb":
        spoil, mend = (
            f"REVOKE ALL ON `{name}`.* FROM '{user}'@'%%'",
            f"GRANT SELECT ON `{name}`.* TO '{user}'@'%%'",
        )
        database.run(
            f"CREATE TABLE `{name}`.khac (a int)", mend, f"GRANT SELECT ON `{name}`.khac TO '{user}'@'%%'"
        )
        holds(counter, good, Reason.AUTH, "quyền SELECT",
              spoil=lambda: database.run(spoil), mend=lambda: database.run(mend))  # fmt: skip
        return
    reader = f"doc_{str(name)[-12:]}"
    database.run(f"CREATE ROLE {reader} LOGIN")
    try:
        address = sa.make_url(database.url).set(username=reader)
        counter.use(address.render_as_string(hide_password=False))
        holds(counter, good, Reason.AUTH, "quyền SELECT",
              spoil=lambda: None, mend=lambda: database.run(f"GRANT SELECT ON ho_so TO {reader}"))  # fmt: skip
    finally:
        database.run(f"DROP OWNED BY {reader}", f"DROP ROLE {reader}")


def test_a_server_that_accepts_and_never_answers_is_given_up_soon(counter: Counter, good: Outcome) -> None:
    if counter.database.backend == "sqlite":
        return
    with answering(silent) as port:
        address = sa.make_url(counter.database.url).set(port=port)
        holds(
            counter, good, Reason.UNREACHABLE, f"127.0.0.1:{port}/", "máy chủ",
            spoil=lambda: counter.use(address.render_as_string(hide_password=False)),
            mend=lambda: counter.use(counter.database.url),
        )  # fmt: skip


ENDLESS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS id FROM n",
    "postgresql": "SELECT pg_sleep(120)",
    "mariadb": "SELECT count(*) FROM seq_1_to_1000000 a, seq_1_to_1000000 b",
}


def test_a_query_without_end_is_stopped_by_the_server_at_the_deadline(
    counter: Counter, good: Outcome
) -> None:
    before = _staged(counter)
    outcome = counter.refresh(query=ENDLESS[counter.database.backend], schedule={"deadline": "2s"})
    assert outcome.reason is Reason.DEADLINE, outcome.message
    assert outcome.message and "quá 2 giây" in outcome.message and "sources/hs.toml" in outcome.message
    assert _staged(counter) == before
    assert counter.refresh().content_sha256 == good.content_sha256


# -- the tables ---------------------------------------------------------------------------------------------


def test_a_dropped_table_is_named(counter: Counter, good: Outcome) -> None:
    database = counter.database
    holds(counter, good, Reason.SCHEMA, "ho_so", "sources/hs.toml", database.place,
          spoil=lambda: database.run("DROP TABLE ho_so"), mend=_refill(database))  # fmt: skip


@pytest.mark.parametrize("query", [QUERY, EVERYTHING], ids=["named", "everything"])
def test_a_dropped_column_is_named(counter: Counter, good: Outcome, query: str) -> None:
    database = counter.database
    holds(counter, good, Reason.SCHEMA, "channel", "sources/hs.toml", query=query,
          spoil=lambda: database.run("ALTER TABLE ho_so DROP COLUMN channel"),
          mend=_refill(database))  # fmt: skip


def test_a_renamed_column_is_named_with_its_likely_new_name(counter: Counter, good: Outcome) -> None:
    database = counter.database
    message = holds(counter, good, Reason.SCHEMA, "channel", query=EVERYTHING,
                    spoil=lambda: database.run("ALTER TABLE ho_so RENAME COLUMN channel TO channel_id"),
                    mend=_refill(database))  # fmt: skip
    assert "channel (có thể đã đổi tên thành channel_id)" in message


def test_an_extra_column_is_noted_and_changes_nothing(counter: Counter, good: Outcome) -> None:
    counter.database.run(
        "ALTER TABLE ho_so ADD COLUMN cccd VARCHAR(12)", "UPDATE ho_so SET cccd = '012345678901'"
    )
    outcome = counter.refresh(query=EVERYTHING)
    assert outcome.reason is None and outcome.content_sha256 == good.content_sha256
    assert counts(outcome) == {"extra_column": 0}
    kept = (path for path in counter.data.rglob("*") if path.is_file())
    assert not any(b"012345678901" in path.read_bytes() for path in kept)


def test_columns_in_another_order_or_case_are_the_same_columns(counter: Counter, good: Outcome) -> None:
    turned = ", ".join(f"{name} AS {name.upper()}" for name in reversed(COLUMNS))
    assert counter.refresh(query=f"SELECT {turned} FROM ho_so").content_sha256 == good.content_sha256


def test_an_empty_answer_keeps_the_last_numbers(counter: Counter, good: Outcome) -> None:
    database = counter.database
    database.run("DELETE FROM ho_so")
    outcome = counter.refresh()
    assert outcome.reason is Reason.EMPTY and not outcome.publishable
    assert outcome.message and "không trả về dòng nào" in outcome.message and "allow_empty" in outcome.message
    _refill(database)()
    assert counter.refresh().content_sha256 == good.content_sha256


def test_a_column_that_became_words_is_quarantined_by_its_rows(counter: Counter, good: Outcome) -> None:
    database = counter.database
    kind = {"sqlite": None, "postgresql": "ALTER TABLE ho_so ALTER COLUMN channel TYPE VARCHAR(20)",
            "mariadb": "ALTER TABLE ho_so MODIFY channel VARCHAR(20)"}[database.backend]  # fmt: skip
    if kind:
        database.run(kind)
    # as text the same digits still mean the same numbers
    assert counter.refresh().content_sha256 == good.content_sha256
    database.run("UPDATE ho_so SET channel = 'trực tuyến'")
    outcome = counter.refresh(tolerance=0.02)
    assert outcome.reason is Reason.TOO_MANY_BAD_ROWS
    assert outcome.message and "channel" in outcome.message and "100,0 %" in outcome.message
    assert outcome.tally is not None and outcome.tally.rejected == outcome.tally.staged == 12
    _refill(database)()
    assert counter.refresh().content_sha256 == good.content_sha256


def test_of_a_key_given_twice_the_latest_counts_once(counter: Counter, good: Outcome) -> None:
    later = [
        one | {"updated": datetime(2026, 2, 11, 8), "channel": 3}  # noqa: DTZ001
        for one in _rows(3)
    ]
    counter.database.fill(dossiers(sa.MetaData()), [*_rows(), *later, *_rows(1)])
    outcome = counter.refresh(tolerance=0.5)
    assert counts(outcome) == {"duplicate": 4}
    assert outcome.tally is not None and outcome.tally.published == 12
    assert values(outcome, "all", "2026-02")[present(DOAN_KET)] == (12, None, 12)


def test_an_address_that_is_missing_or_is_none_says_how_to_write_one(
    counter: Counter, good: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    for address, reason in (
        ("", Reason.SECRET_MISSING), (f"x{PASSWORD}", Reason.UNREACHABLE),
        (f"ftp://u:{PASSWORD}@h/d", Reason.UNREACHABLE), (f"postgresql://u:{PASSWORD}@h:cong/d", Reason.UNREACHABLE),
    ):  # fmt: skip
        counter.use(address)
        outcome = counter.refresh()
        assert outcome.reason is reason
        assert outcome.message and "postgresql://tên:mật_khẩu@máy_chủ/csdl" in outcome.message
        assert PASSWORD not in outcome.message
    counter.use(counter.database.url)
    assert counter.refresh().content_sha256 == good.content_sha256
