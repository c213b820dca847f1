"""Reading a cell: SQL that turns the text of a cell into a value of its declared type, or NULL.

Owns every rule of number and date forms. Only forms with one possible meaning are read; "1.234" typed by
a person may be a thousand or a fraction and is refused, as is any date with the month first. Must not know
sources, rows or what becomes of a refused cell.
"""

from __future__ import annotations

TYPES = {
    "text": "VARCHAR",
    "code": "VARCHAR",
    "int": "BIGINT",
    "number": "DOUBLE",
    "bool": "BOOLEAN",
    "date": "DATE",
    "datetime": "TIMESTAMP",
}
"""DuckDB type of a declared type."""
BLANK = "' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(8203) || chr(65279)"
"""What may stand around a value without meaning anything: spaces, breaks, no-break and zero-width spaces."""
PROVINCE_MINUTES = 7 * 60
"""Offset of province time, which has no daylight saving."""
LARGEST = 10**15
"""Sums of larger numbers would lose units in a double; such a cell is a fault of the source."""

_SIGN = "[+-]?"
_GROUP = "[1-9][0-9]{0,2}"
_SPACE = "[ \\x{00a0}\\x{202f}]"
_PLAIN = f"{_SIGN}[0-9]+"
_AMBIGUOUS = f"{_SIGN}{_GROUP}[.,][0-9]{{3}}"
_EXPONENT = f"{_SIGN}[0-9]+([.][0-9]+)?[eE]{_SIGN}[0-9]+"
_VIETNAMESE = f"{_SIGN}{_GROUP}([.][0-9]{{3}}){{2,}}(,[0-9]+)?|{_SIGN}{_GROUP}([.][0-9]{{3}})+,[0-9]+"
_ENGLISH = f"{_SIGN}{_GROUP}(,[0-9]{{3}}){{2,}}([.][0-9]+)?|{_SIGN}{_GROUP}(,[0-9]{{3}})+[.][0-9]+"
_SPACED = f"{_SIGN}{_GROUP}({_SPACE}[0-9]{{3}})+(,[0-9]+)?"
_TRUE = ("1", "true", "t", "yes", "y", "có", "đúng")
_FALSE = ("0", "false", "f", "no", "n", "không", "sai")
_CLOCK = "[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?"
_DAY_FIRST = "[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}"
_OFFSET = "(Z|z|[+-][0-9]{2}(:?[0-9]{2})?)"


def trimmed(raw: str) -> str:
    """SQL for the text of a cell without the blanks around it; an empty text is NULL."""
    return f"nullif(trim({raw}, {BLANK}), '')"


def reading(text: str, kind: str) -> str:
    """SQL that reads `text`, a trimmed cell, as the declared type `kind`; NULL when it has no such form.

    What it gives is to be passed through `sound`; the two steps are apart so that the long expression is
    written once.
    """
    return {
        "text": _text,
        "code": _text,
        "int": _number,
        "number": _number,
        "bool": _truth,
        "date": _day,
        "datetime": _moment,
    }[kind](text)


def sound(value: str, kind: str) -> str:
    """SQL for the value of a cell of type `TYPES[kind]`, from what `reading` gave; NULL beyond its bounds."""
    match kind:
        case "int":
            whole = f"abs({value}) < {LARGEST} AND {value} = floor({value})"
            return f"CASE WHEN {whole} THEN CAST({value} AS BIGINT) END"
        case "number":
            return f"CASE WHEN abs({value}) < {LARGEST} THEN {value} END"
        case "date" | "datetime":
            # years 0001 and 9999 are fillers, no government record bears them
            return f"CASE WHEN year({value}) BETWEEN 1900 AND 2200 THEN CAST({value} AS {TYPES[kind]}) END"
        case _:
            return value


def _text(x: str) -> str:
    # a replacement character is the scar of a wrong encoding; such a text may not pass for a name
    return f"CASE WHEN contains({x}, chr(65533)) THEN NULL ELSE nfc_normalize({x}) END"


def _full(x: str, pattern: str) -> str:
    return f"regexp_full_match({x}, '{pattern}')"


def _number(x: str) -> str:
    """A DOUBLE, for whole numbers too: exact below `LARGEST`."""
    dotless = f"replace({x}, '.', '')"
    spaceless = f"regexp_replace({x}, '{_SPACE}', '', 'g')"
    forms = (
        (f"({_PLAIN}|{_EXPONENT})", x),
        (_AMBIGUOUS, "NULL"),
        (f"{_SIGN}[0-9]+[.][0-9]+", x),
        (f"{_SIGN}[0-9]+,[0-9]+", _comma_to_point(x)),
        (_VIETNAMESE, _comma_to_point(dotless)),
        (_ENGLISH, f"replace({x}, ',', '')"),
        (_SPACED, _comma_to_point(spaceless)),
    )
    odd = " ".join(f"WHEN {_full(x, form)} THEN {value}" for form, value in forms)
    # nearly all cells are whole numbers in their plainest form; they are spared the patterns
    plainest = f"CAST(TRY_CAST({x} AS BIGINT) AS VARCHAR) = {x}"
    return f"TRY_CAST(CASE WHEN {plainest} THEN {x} {odd} END AS DOUBLE)"


def _comma_to_point(x: str) -> str:
    return f"replace({x}, ',', '.')"


def _truth(x: str) -> str:
    def among(words: tuple[str, ...]) -> str:
        listed = ", ".join(f"'{word}'" for word in words)
        return f"lower(nfc_normalize({x})) IN ({listed})"

    return f"CASE WHEN {among(_TRUE)} THEN true WHEN {among(_FALSE)} THEN false END"


def _day(x: str) -> str:
    slashed = f"translate({x}, '.-', '//')"
    return (
        f"CASE WHEN {x} LIKE '____-__-__' THEN TRY_CAST({x} AS DATE) "
        f"WHEN {_full(x, _DAY_FIRST)} THEN CAST(try_strptime({slashed}, '%d/%m/%Y') AS DATE) "
        f"WHEN {_full(x, '(19|20)[0-9]{6}')} THEN CAST(try_strptime({x}, '%Y%m%d') AS DATE) "
        f"WHEN {_full(x, '[0-9]{4}-[0-9]{2}')} THEN TRY_CAST({x} || '-01' AS DATE) "
        f"WHEN {_full(x, '[0-9]{1,2}/[0-9]{4}')} THEN CAST(try_strptime('01/' || {x}, '%d/%m/%Y') AS DATE) "
        f"ELSE CAST({_moment(x)} AS DATE) END"
    )


def _moment(x: str) -> str:
    """A moment in province time; one with an offset is brought there, one without is already there."""
    day = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
    stamp = f"{day}[ T]{_CLOCK}"
    bare = f"regexp_replace({x}, ' ?{_OFFSET}$', '')"
    offset = f"regexp_extract({x}, '{_OFFSET}$', 1)"
    minutes = (
        f"(CASE WHEN {offset} IN ('Z', 'z') THEN 0 ELSE "
        f"(CASE {offset}[1] WHEN '-' THEN -1 ELSE 1 END) * (60 * CAST(substr({offset}, 2, 2) AS INTEGER) "
        f"+ CAST('0' || right(replace(substr({offset}, 4), ':', ''), 2) AS INTEGER)) END)"
    )
    turned = f"regexp_replace({x}, '^([0-9]+)[/.-]([0-9]+)[/.-]([0-9]+)', '\\3-\\2-\\1')"
    return (
        f"(CASE WHEN {_full(x, stamp)} OR {_full(x, day)} THEN TRY_CAST({x} AS TIMESTAMP) "
        f"WHEN {_full(x, stamp + ' ?' + _OFFSET)} THEN TRY_CAST({bare} AS TIMESTAMP) "
        f"+ to_minutes({PROVINCE_MINUTES} - {minutes}) "
        f"WHEN {_full(x, f'{_DAY_FIRST}([ T]{_CLOCK})?')} THEN TRY_CAST({turned} AS TIMESTAMP) END)"
    )
