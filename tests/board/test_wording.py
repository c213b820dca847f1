"""Words are complete in both languages, and no code is left without them."""

from __future__ import annotations

import re
import tomllib

import pytest

from ioc.access import Role
from ioc.catalogue import Grade
from ioc.cells import STATES
from ioc.observations import Status
from ioc.runs import Disposition, Reason, RowReason, State
from ioc.wording import FOLDER, LANGS, WordingError, catalog, placeholders, say

ENGLISH = re.compile(
    r"\b(the|and|of|is|are|source|run|edition|board|page|error|failed|refresh|update|loading|data|click|not|no|"
    r"server|value|map|back|target|commune|province|month|year|hour|minute|day|ago|unknown|missing)\b",
    re.IGNORECASE,
)


def test_both_languages_have_the_same_rooms_and_keys():
    rooms = {lang: {path.name for path in (FOLDER / lang).glob("*.toml")} for lang in LANGS}
    assert rooms["vi"] == rooms["en"]
    assert set(catalog("vi")) == set(catalog("en"))


def test_both_languages_ask_for_the_same_values():
    # the calendar words of the two languages take different parts of a date
    compared = [key for key in catalog("vi") if not key.startswith(("formats.period.", "formats.short."))]
    differing = [
        key for key in compared if placeholders(catalog("vi")[key]) != placeholders(catalog("en")[key])
    ]
    assert differing == []


def test_no_english_is_left_in_vietnamese():
    left = {}
    for key, words in catalog("vi").items():
        plain = re.sub(r"\{\w+\}|\"[^\"]*\"", "", words)  # values and quoted commands
        plain = re.sub(r"\b(kpi|json|village|vi|en|ban|ky|xa|kind|lang)\b", "", plain)
        if ENGLISH.search(plain) or not words.strip():
            left[key] = words
    assert left == {}


def test_vietnamese_words_are_written_in_one_way():
    import unicodedata

    bent = [key for key, words in catalog("vi").items() if unicodedata.normalize("NFC", words) != words]
    assert bent == []


def test_every_code_the_programme_knows_has_words():
    wanted = {
        "grades": [*Grade],
        "grades.long": [*Grade],
        "grades.shape": [*Grade],
        "states": [*STATES, "small", "hidden"],
        "states.why": [*STATES, "small", "hidden"],
        "states.status": [*Status],
        "runs.state": [*State],
        "runs.reason": [*Reason],
        "runs.advice": [*Reason],
        "runs.disposition": [*Disposition],
        "runs.row": [*RowReason],
        "runs.trigger": ["schedule", "manual", "first", "retry"],
        "web.role": [*Role],
        "web.scheduler": ["ok", "silent", "never"],
        "web.error": ["400", "401", "403", "404", "405", "413", "415", "421", "500", "503"],
    }
    lacking = [
        f"{lang}: {room}.{code}"
        for lang in LANGS
        for room, codes in wanted.items()
        for code in codes
        if f"{room}.{code}" not in catalog(lang)
    ]
    assert lacking == []


def test_unknown_words_and_values_left_out_are_errors():
    with pytest.raises(WordingError, match="no words"):
        say("grades.excellent", "vi")
    with pytest.raises(WordingError, match="needs a value"):
        say("formats.ago", "vi")
    with pytest.raises(WordingError, match="not one of"):
        say("grades.good", "fr")
    assert say("formats.ago", "vi", duration="5 phút", more="unused") == "5 phút trước"


def test_a_key_is_written_once_in_a_file():
    for path in FOLDER.glob("*/*.toml"):
        tomllib.loads(path.read_text(encoding="utf-8"))  # TOML refuses a repeated key
        assert path.read_text(encoding="utf-8").endswith("\n")
