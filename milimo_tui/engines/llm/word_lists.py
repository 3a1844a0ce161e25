"""Values of an answer that consist only of given words, such as the words of a line of a script.

The key `WORDS_KEY` of a JSON schema lists the words of a string. A local model then cannot translate a line
or add to it. Services do not get the key: their schemas do not support it, and the facts of every answer are
verified anyway.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

WORDS_KEY = "x-words"
# A word, with hyphens and apostrophes inside.
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
# Thai, Lao, Burmese, Khmer, Chinese and Japanese.
_WITHOUT_SPACES = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff]")
LONGEST_PHRASE = 10  # words


def make_phrase_schema(texts: Iterable[str], longest: int = 100) -> dict[str, Any]:
    """Return the schema of a phrase of at most `longest` characters that has only words of some texts. Texts
    in a writing system without spaces between words have no list.
    """
    found = [word for text in texts for word in _WORD.findall(text)]
    schema: dict[str, Any] = {"type": "string", "maxLength": longest}
    if any(_WITHOUT_SPACES.search(word) for word in found):
        return schema
    return schema | {
        WORDS_KEY: list(dict.fromkeys(form for word in found for form in (word, word.casefold())))
    }


def remove_word_lists(schema: Any) -> Any:
    """Return a schema without word lists."""
    if isinstance(schema, list):
        return [remove_word_lists(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    return {key: remove_word_lists(each) for key, each in schema.items() if key != WORDS_KEY}


def convert_word_lists(schema: Any) -> Any:
    """Return a schema with a regular expression for each word list. The expression matches an empty text, and
    a few words with spaces or commas between them.
    """
    if isinstance(schema, list):
        return [convert_word_lists(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    words = schema.get(WORDS_KEY)
    if isinstance(words, list):
        choice = "|".join(map(re.escape, words))
        phrase = f"(?:{choice})(?:,? (?:{choice})){{0,{LONGEST_PHRASE - 1}}}"
        return {"type": "string", "pattern": f"^(?:{phrase})?$" if words else "^$"}
    return {key: convert_word_lists(each) for key, each in schema.items()}
