"""Find the sound effects of an action for which the script names no sound. The table is `effects.toml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.engines.prompting.tables import list_prompt_rows

MOST = 3
# Verbs that make an otherwise silent thing audible: a coin in a palm makes no sound, but a rolling coin does.
_HANDLED = compile_lazily(
    r"\b(?:count|roll|spin|drop|fall|lay|set|put|pick|take|slide|toss|throw|flip|pour|open|close|turn|fold|unfold"
    r"|tear|hand|lift|stack|wash|wipe|stir|rattle|jingle|clink|push|pull|drag|write|shake|pass|catch|grab|place"
    r"|knock|bang|slam|strike|shuffle|crumple|rip|ring|bounce|lower|raise|jangle|swing)(?:e?s|ing)?\b|\bputting\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SoundEffect:
    """A row of `effects.toml`: the words of an action, and the sound that it makes."""

    words: re.Pattern[str]
    sound: str
    of_people: bool
    handled: bool


def find_sound_effects(action: str, heard: str = "", *, peopled: bool = True) -> tuple[str, ...]:
    """Return the sounds of an action, in the order of its events. `heard` is the sound of the place; sounds
    that it already contains are left out. If `peopled` is False, sounds of people are left out too.
    """
    found = (
        (match.start(), effect.sound)
        for effect in _read_effects_table()
        if (peopled or not effect.of_people)
        and (match := effect.words.search(action))
        and (not effect.handled or _HANDLED.search(_get_sentence_at(action, match.start())))
    )
    known = _list_sound_words(heard)
    return tuple(dict.fromkeys(sound for _, sound in sorted(found) if not _list_sound_words(sound) & known))[
        :MOST
    ]


def _list_sound_words(text: str) -> set[str]:
    return {word.removesuffix("s") for word in re.findall(r"[^\W\d_]{4,}", text.lower())} - {"sound", "with"}


def _get_sentence_at(text: str, at: int) -> str:
    """Return the sentence that contains character position `at` of a text."""
    begin = max(text.rfind(stop, 0, at) for stop in ".!?…")
    ends = [end for stop in ".!?…" if (end := text.find(stop, at)) >= 0]
    return text[begin + 1 : min(ends, default=len(text))]


@cache
def _read_effects_table() -> tuple[SoundEffect, ...]:
    return tuple(
        SoundEffect(
            words=re.compile(rf"\b(?:{row['words']})\b", re.IGNORECASE),
            sound=row["sound"],
            of_people=row.get("of_people", False),
            handled=row.get("handled", False),
        )
        for row in list_prompt_rows("effects", "effect")
    )
