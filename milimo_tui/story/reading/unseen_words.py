"""Paragraphs that name only a sound or a mood: “A distant bell.”, “Silence.”, “Eine lange Pause.”"""

from __future__ import annotations

from milimo_tui.story.screenplay.format_words import fold_word, list_format_words
from milimo_tui.story.values.text import split_words


def is_sound_or_mood(text: str, language: str) -> bool:
    """Return True if nothing of a text can be seen, because it names only a sound or a mood."""
    if not language:
        return False
    words = set(map(fold_word, split_words(text)))
    tables = [frozenset(list_format_words("unseen", key, language)) for key in ("sound", "mood", "other")]
    return not words.isdisjoint(tables[0] | tables[1]) and words <= frozenset().union(*tables)
