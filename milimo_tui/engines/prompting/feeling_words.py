"""Feelings as visible or audible signs, because a model cannot film a feeling. The table is
`feelings.toml`.
"""

from __future__ import annotations

import re

from milimo_tui.engines.prompting.tables import list_prompt_rows

_STATE = r"(?:is|are|looks?|seems?|feels?|appears?|gets?|grows?|becomes?|stands?|sits?)"
_MORE = r"(?:(?:very|so|suddenly|visibly|clearly|deeply|completely|utterly|a little) )*"
_SEEN = tuple(
    (
        re.compile(rf"\b({_STATE}) {_MORE}(?:{row['words']})\b(?! (?:of|by|with|about|to)\b)", re.IGNORECASE),
        row["seen"],
    )
    for row in list_prompt_rows("feelings", "feeling")
)
_HEARD = tuple(
    (re.compile(rf"\b(?:{row['words']})\b", re.IGNORECASE), row["tone"])
    for row in (*list_prompt_rows("feelings", "tone"), *list_prompt_rows("feelings", "feeling"))
)
_BEING = frozenset({"is", "are", "looks", "look", "seems", "seem", "feels", "feel", "appears", "appear"})


def replace_feelings(text: str) -> str:
    """Return a text in which each stated feeling is replaced by visible signs: “is furious” becomes “has jaw
    set and …”.
    """
    for pattern, seen in _SEEN:
        text = pattern.sub(lambda found, seen=seen: _phrase_visible_sign(found[1], seen), text)  # type: ignore[misc]
    return text


def find_tone(parenthetical: str) -> str:
    """Return the tone of voice that the parenthetical of a spoken line describes, such as “whispering”.
    Return an empty text if the parenthetical does not describe a voice.
    """
    return next((tone for pattern, tone in _HEARD if pattern.search(parenthetical)), "")


def _phrase_visible_sign(verb: str, seen: str) -> str:
    if verb.lower() not in _BEING:
        return f"{verb}, {seen}"
    return f"shows {seen}" if verb.lower().endswith("s") else f"show {seen}"
