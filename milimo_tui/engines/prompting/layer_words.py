"""Write the attributes of a place as prose: put the user's words into a sentence, and complete the script's
fragments with verbs.
"""

from __future__ import annotations

import re
from dataclasses import replace

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.prompting.action_words import complete_fragment
from milimo_tui.engines.prompting.script_marks import make_sentence
from milimo_tui.story.values.place_layers import WORD_LAYERS
from milimo_tui.story.values.text import split_sentences

_NONE = compile_lazily(r"no (?=\w)", re.IGNORECASE)
_FINITE = compile_lazily(
    r"\b(?:is|are|was|were|has|have|had|serves?|known|once|formerly|used|says?|goes|does|out|off"
    # Verbs of other languages, so that a sentence in one of them is not taken for a thing.
    r"|ist|sind|haben|steht|stehen|liegt|liegen|hängt|sitzt|est|sont|ont|était|pend|bat|está|están|tiene|hay"
    r"|è|sono|sta|stanno|c'è|são|estão|tem|há)\b",
    re.IGNORECASE,
)
LAYER_NAMES = tuple(WORD_LAYERS)
_FRAMES = {
    "function": (
        (r"(?:\w+ing)\b", "It is used for {words}"),
        (r"to\b", "It is there {words}"),
        (r"where\b", "It is a place {words}"),
        (r"", "It serves as {words}"),
    ),
    "constraints": ((r"", "People there have to manage with {words}"),),
    "culture": ((r"", "Its people and things show {words}"),),
    "reputation": (
        (r"(?:an?|the)\b", "It has the look of {words}"),
        (r"", "It has the look of a place that is {words}"),
    ),
    "detail": ((r"", "What catches the eye there is {words}"),),
}


def phrase_user_layer(name: str, text: str) -> str:
    """Return a sentence about one attribute of a place, such as its weather. `name` is the attribute, and
    `text` is its description in the user's words.
    """
    words = text.strip()
    if words.endswith((".", "!", "?", "…")):
        return make_sentence(words)
    frame = next(frame for begins, frame in _FRAMES[name] if re.match(begins, words, re.IGNORECASE))
    return make_sentence(frame.format(words=words))


def phrase_script_layer(text: str, meaning: ShotMeaning) -> str:
    """Return sentences about one attribute of a place in the script's words. Verbs are added to incomplete
    sentences.
    """
    nobody = replace(meaning, people=(), focus="")
    return " ".join(_add_verb(each, nobody) for each in split_sentences(text))


def _add_verb(text: str, nobody: ShotMeaning) -> str:
    if found := _NONE.match(text):
        return f"There is no {text[found.end() :]}"
    fragment = complete_fragment(text, nobody, still=True)
    if fragment != text or _FINITE.search(text):
        return fragment
    return f"There one sees {text[:1].lower()}{text[1:]}"
