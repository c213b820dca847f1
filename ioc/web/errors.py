"""Errors as visitors see them: one Vietnamese sentence and a reference, never a trace.

Owns the answers to everything that goes wrong, as JSON for scripts and a small page for people. The trace
goes to the log under the same reference.
"""

from __future__ import annotations

import logging
import secrets
from html import escape

from flask import Flask, Response, g, json, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from ioc.unknown import OutOfScopeError, UnknownError
from ioc.web.identity import current_lang
from ioc.wording import has_words, say

log = logging.getLogger(__name__)
_PAGE = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>
:root{{color-scheme:light dark;--ink:#1b2733;--paper:#fbfaf7;--quiet:#5b6773;--link:#0b5d73}}
@media(prefers-color-scheme:dark){{:root{{--ink:#e6edf3;--paper:#0d1722;--quiet:#9fb0c0;--link:#7cc7d8}}}}
body{{font:1.05rem/1.6 "Be Vietnam Pro",system-ui,sans-serif;max-width:36rem;margin:14vh auto;
padding:0 1.5rem;color:var(--ink);background:var(--paper)}}
h1{{font-size:1.3rem}}p{{margin:.4rem 0}}small{{color:var(--quiet)}}a{{color:var(--link)}}
</style></head><body><h1>{title}</h1><p>{text}</p><p><a href="/">{back}</a></p>
<small>{code}</small></body></html>
"""


class InvalidError(ValueError):
    """A parameter or field of a request that is not allowed; `key` and `values` are the words to say."""

    def __init__(self, key: str, status: int = 400, **values: object):
        self.key = key
        self.status = status
        self.values = values
        super().__init__(key)


def install(server: Flask) -> None:
    """Answer every error of `server` here, whatever raised it."""
    server.register_error_handler(HTTPException, _http)
    server.register_error_handler(InvalidError, _invalid)
    server.register_error_handler(UnknownError, _unknown)
    server.register_error_handler(RecursionError, _too_deep)
    server.register_error_handler(SQLAlchemyError, _warehouse)
    server.register_error_handler(Exception, _unexpected)


def refusal(status: int, key: str | None = None, **values: object) -> Response:
    """An error answer in the visitor's language: the words of `key`, or those for the status."""
    lang = _lang()
    words = key or f"web.error.{status}"
    text = say(words if has_words(words) else "web.error.400", lang, **values)
    reference = g.setdefault("ioc_reference", secrets.token_hex(6))
    code = say("web.code", lang, id=reference)
    if _asks_for_page():
        page = _PAGE.format(
            lang=lang, title=escape(say("web.title", lang)), text=escape(text), code=escape(code),
            back=escape(say("web.back", lang)),
        )  # fmt: skip
        answer = Response(page, status, content_type="text/html; charset=utf-8")
    else:
        document = json.dumps({"error": text, "status": status, "reference": reference}, ensure_ascii=False)
        answer = Response(document, status, content_type="application/json")
    answer.headers["X-IOC-Reference"] = reference
    return answer


def _asks_for_page() -> bool:
    best = request.accept_mimetypes.best_match(("application/json", "text/html"))
    return request.method in ("GET", "HEAD") and best == "text/html"


def _lang() -> str:
    try:
        return current_lang()
    except Exception:  # the words of an error must never be the next error
        log.exception("no language for an error")
        return "vi"


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status >= 500:
        return _unexpected(error)
    if 300 <= status < 400:
        found = error.get_response()
        return Response(status=status, headers={"Location": found.headers.get("Location", "/")})
    reason = error.description if isinstance(error.description, str) else ""
    key = f"web.refused.{reason}"
    answer = refusal(status, key if reason.isidentifier() and has_words(key) else None)
    if status == 405 and getattr(error, "valid_methods", None):
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # type: ignore[attr-defined]
    return answer


def _invalid(error: InvalidError) -> Response:
    return refusal(error.status, error.key, **error.values)


def _unknown(error: UnknownError) -> Response:
    return refusal(403 if isinstance(error, OutOfScopeError) else 404)


def _too_deep(_: RecursionError) -> Response:
    return refusal(400, "web.refused.body")


def _warehouse(error: SQLAlchemyError) -> Response:
    return _logged(error, 503)


def _unexpected(error: Exception) -> Response:
    lookup = isinstance(error, OSError | LookupError) or type(error).__name__ == "DependencyException"
    if lookup and (request.endpoint or "").startswith("/_dash-component-suites"):
        return refusal(404)  # a file that no package has, said in Dash's many ways
    return _logged(error, 500)


def _logged(error: Exception, status: int) -> Response:
    answer = refusal(status)
    # %r keeps line breaks of a hostile path out of the log
    log.error("%s %r failed, reference %s", request.method, request.path, g.ioc_reference, exc_info=error)
    return answer
