"""What a database driver complains of, turned into one of our reasons and a sentence for the operator.

Owns the table from error codes to reasons for each driver. A sentence names source, host and database,
never a user's password, and never repeats the driver's own text, which may hold either.
"""

from __future__ import annotations

import re

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from ioc.contract import SourceSpec
from ioc.runs import Reason, RunFailed

_SQLSTATES = {
    "28": Reason.AUTH,
    "42501": Reason.AUTH,
    "42703": Reason.SCHEMA,
    "42P01": Reason.SCHEMA,
    "3F000": Reason.SCHEMA,
    "57014": Reason.DEADLINE,
    "55P03": Reason.DEADLINE,
    "57P": Reason.RESET,
    "08": Reason.RESET,
    "53": Reason.RESET,
    "3D000": Reason.UNREACHABLE,
}
_MYSQL_ERRORS = {
    1044: Reason.AUTH, 1045: Reason.AUTH, 1142: Reason.AUTH, 1143: Reason.AUTH, 1698: Reason.AUTH,
    1820: Reason.AUTH, 1049: Reason.UNREACHABLE, 2002: Reason.UNREACHABLE, 2003: Reason.UNREACHABLE,
    2005: Reason.UNREACHABLE, 1040: Reason.UNREACHABLE, 1129: Reason.UNREACHABLE, 1054: Reason.SCHEMA,
    1146: Reason.SCHEMA, 1205: Reason.DEADLINE, 1317: Reason.DEADLINE, 1969: Reason.DEADLINE,
    3024: Reason.DEADLINE, 2006: Reason.RESET, 2013: Reason.RESET, 1927: Reason.RESET, 1053: Reason.RESET,
}  # fmt: skip
_WORDS = (
    (
        Reason.AUTH,
        r"password authentication failed|no password supplied|role .* does not exist|no pg_hba.conf",
    ),
    (Reason.AUTH, r"authentication|login failed|ORA-01017|ORA-28000"),
    (
        Reason.SCHEMA,
        r"no such column|no such table|invalid column name|invalid object name|ORA-00904|ORA-00942",
    ),
    (Reason.UNREACHABLE, r"unable to open database file|database is locked|not a database|malformed"),
    (Reason.DEADLINE, r"interrupted|statement timeout|DPY-4024|ORA-01013"),
    (Reason.RESET, r"server closed the connection|connection reset|broken pipe|lost connection|EOF detected"),
    (Reason.RESET, r"disk I/O|consuming input failed|DPY-4011"),
    (
        Reason.UNREACHABLE,
        r"could not translate host|connection refused|timeout expired|timed out|does not exist",
    ),
)
_NAMED = (
    re.compile(r"no such (?:column|table): ([\w.]+)"),
    re.compile(r"(?:column|relation) \"?([\w.]+)\"? does not exist"),
    re.compile(r"Unknown column '([\w.]+)'"),
    re.compile(r"Table '([\w.]+)' doesn't exist"),
)


_SENTENCES = {
    Reason.UNREACHABLE: "Không kết nối được nguồn {source} ({place}); kiểm tra máy chủ, cổng mạng, tên cơ sở "
    "dữ liệu hoặc đường dẫn tệp. Số liệu đã công bố được giữ nguyên.",
    Reason.AUTH: "Nguồn {source} ({place}) từ chối tài khoản, hoặc tài khoản không có quyền đọc; kiểm tra "
    "mật khẩu trong biến {secret} và quyền SELECT. Hệ thống không thử lại ngay để tránh bị khóa tài khoản. "
    "Số liệu đã công bố được giữ nguyên.",
    Reason.SCHEMA: "Nguồn {source} ({place}) không còn cột hoặc bảng {missing}; đối chiếu với hệ thống nguồn "
    "rồi sửa câu truy vấn trong {file}. Số liệu đã công bố được giữ nguyên.",
    Reason.DEADLINE: "Câu truy vấn của nguồn {source} ({place}) chạy quá {seconds} giây nên bị dừng; xem tải "
    "của máy chủ nguồn, thêm chỉ mục hoặc tăng schedule.deadline trong {file}. Số liệu đã công bố được giữ "
    "nguyên.",
    Reason.RESET: "Kết nối tới nguồn {source} ({place}) bị ngắt giữa chừng; phần đã đọc bị bỏ, lượt sau sẽ "
    "đọc lại từ đầu. Số liệu đã công bố được giữ nguyên.",
    Reason.QUERY: "Câu truy vấn của nguồn {source} ({place}) không chạy được; chạy thử câu truy vấn trong "
    "{file} bằng tài khoản chỉ đọc rồi sửa lại. Số liệu đã công bố được giữ nguyên.",
}


def place_of(url: URL) -> str:
    """Where a URL points, without user, password or parameters."""
    if url.get_backend_name() == "sqlite":
        return f"tệp {url.database}"
    port = f":{url.port}" if url.port else ""
    return f"{url.get_backend_name()} {url.host}{port}/{url.database}"


def explained(spec: SourceSpec, url: URL, error: Exception, connected: bool) -> RunFailed:
    """The failure to raise for what a driver raised, before or after the connection stood."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    reason = _reason(cause, connected)
    return RunFailed(reason, _sentence(spec, place_of(url), reason, str(cause)))


def _reason(cause: BaseException, connected: bool) -> Reason:
    state = getattr(cause, "sqlstate", None)
    number = cause.args[0] if cause.args and isinstance(cause.args[0], int) else None
    found = None
    if isinstance(state, str):
        found = next(
            (_SQLSTATES[state[:length]] for length in (5, 3, 2) if state[:length] in _SQLSTATES), None
        )
    if found is None and number is not None:
        found = _MYSQL_ERRORS.get(number)
    if found is None:
        told = str(cause)
        found = next((reason for reason, words in _WORDS if re.search(words, told, re.IGNORECASE)), None)
    if found is None:
        found = Reason.QUERY if connected else Reason.UNREACHABLE
    if connected:
        return Reason.RESET if found is Reason.UNREACHABLE and number is not None else found
    # a server that hangs up before it has let us in was never reached
    return Reason.UNREACHABLE if found in (Reason.RESET, Reason.DEADLINE) else found


def _sentence(spec: SourceSpec, place: str, reason: Reason, told: str) -> str:
    named = next((found[1] for pattern in _NAMED if (found := pattern.search(told))), None)
    sentence = _SENTENCES.get(reason, _SENTENCES[Reason.QUERY])
    return sentence.format(
        source=spec.id,
        place=place,
        file=f"sources/{spec.id}.toml",
        secret=spec.url_env or "môi trường",
        missing=named or "mà câu truy vấn cần",
        seconds=int(spec.schedule.deadline.total_seconds()),
    )
