"""The layers of a place in prose. A text that is a whole sentence, as the script's are, stays as it is."""

from __future__ import annotations

import re

from milimo_tui.engines.prompting.script_marks import sentence
from milimo_tui.story.values.place_layers import FIVE

LAYER_NAMES = tuple(FIVE)
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


def layer_sentence(name: str, text: str) -> str:
    """A layer as a sentence of its own."""
    words = text.strip()
    if words.endswith((".", "!", "?", "…")):
        return sentence(words)
    frame = next(frame for begins, frame in _FRAMES[name] if re.match(begins, words, re.IGNORECASE))
    return sentence(frame.format(words=words))
