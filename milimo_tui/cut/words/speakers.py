"""Give the words of a transcript their speakers, and rename speakers. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from milimo_tui.core.errors import NotFound
from milimo_tui.cut.words.transcripts import SpokenWord

NEAREST = 500  # A word without a speaker gets the nearest one within this many milliseconds.


def assign_speakers(
    words: Sequence[SpokenWord], spans: Sequence[tuple[int, int, str]]
) -> tuple[SpokenWord, ...]:
    """Return words with the speakers who speak longest during each word. `spans` are milliseconds [start,
    end) with the name of a speaker. A word in no span gets the nearest speaker, or none if nobody speaks
    nearby.
    """
    return tuple(replace(word, speaker=_find_speaker(word, spans)) for word in words)


def _find_speaker(word: SpokenWord, spans: Sequence[tuple[int, int, str]]) -> str:
    shares: dict[str, int] = {}
    for start, end, speaker in spans:
        share = min(word.end, end) - max(word.start, start)
        if share > 0:
            shares[speaker] = shares.get(speaker, 0) + share
    if shares:
        return max(shares, key=lambda speaker: shares[speaker])
    distances = [(max(start - word.end, word.start - end), speaker) for start, end, speaker in spans]
    distance, speaker = min(distances, default=(NEAREST + 1, ""))
    return speaker if distance <= NEAREST else ""


def list_speakers(words: Sequence[SpokenWord]) -> tuple[str, ...]:
    """Return the names of the speakers in the order of their first words."""
    return tuple(dict.fromkeys(word.speaker for word in words if word.speaker))


def rename_speaker(words: Sequence[SpokenWord], speaker: str, name: str) -> tuple[SpokenWord, ...]:
    """Return words with another name for a speaker. If another speaker has this name, the two become one.
    Raises NotFound for an unknown speaker.
    """
    known = list_speakers(words)
    found = next((each for each in known if each.casefold() == speaker.casefold()), None)
    if found is None:
        names = ", ".join(known) or "none"
        raise NotFound(f"the transcript has no speaker “{speaker}”", f"speakers: {names}")
    return tuple(replace(word, speaker=name) if word.speaker == found else word for word in words)
