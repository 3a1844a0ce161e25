"""Test that values of an answer have only words of a line, and that services never get the word lists."""

from __future__ import annotations

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.engines.llm.openai.strict_schema import make_strict_schema
from milimo_tui.engines.llm.word_lists import (
    WORDS_KEY,
    convert_word_lists,
    make_phrase_schema,
    remove_word_lists,
)

LINE = "SOLÈNE, trente-cinq ans, porte un tablier (noir) d'homme."


def match_phrase(text: str, line: str = LINE) -> bool:
    pattern: str = convert_word_lists(make_phrase_schema([line]))["pattern"]
    return re.fullmatch(pattern, text) is not None


def test_phrase_has_only_words_of_the_line() -> None:
    assert match_phrase("")
    assert match_phrase("trente-cinq ans")
    assert match_phrase("un tablier noir, d'homme")
    assert match_phrase("solène")
    assert not match_phrase("thirty-five years")
    assert not match_phrase("tab")
    assert not match_phrase("noir " * 30)


@given(line=st.text(max_size=80))
def test_any_line_gives_a_valid_expression_for_its_words(line: str) -> None:
    schema = make_phrase_schema([line])
    words = schema.get(WORDS_KEY, [])
    if WORDS_KEY in schema:
        pattern = convert_word_lists(schema)["pattern"]
        assert all(re.fullmatch(pattern, word) for word in ("", *words))


def test_line_without_spaces_has_no_word_list() -> None:
    assert WORDS_KEY not in make_phrase_schema(["她穿着一件绿色的外套。"])


def test_services_get_schemas_without_word_lists() -> None:
    schema = {"type": "object", "properties": {"age": make_phrase_schema([LINE])}}
    assert WORDS_KEY in json.dumps(schema)
    assert WORDS_KEY not in json.dumps(remove_word_lists(schema))
    assert WORDS_KEY not in json.dumps(make_strict_schema(schema))
