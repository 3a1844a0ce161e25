"""Repeated splitting of a split shot whose text was reworded, at the seam of its halves. Pure functions.

The seam is before the words with which a half begins, or otherwise after the words with which the half before
it ended. If neither is found, the script's own shot is not split.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from milimo_tui.story.shots.shots import ShotDraft, compute_natural_frames
from milimo_tui.story.shots.surgery import TextBeat, split_text_at
from milimo_tui.story.values.film import Shot
from milimo_tui.story.values.text import split_words
from milimo_tui.story.values.text_pieces import list_sources

_HALVES = re.compile(r"[0-9a-f]{32}(?:/[12])+")
SEAM_WORDS = 5  # A seam is recognized by this number of words; if they are not found, by fewer.
MIN_SEAM_WORDS = 2
_REST_OF_SENTENCE = re.compile(r"[^\w\s]*\s*")


def split_draft_again(shots: Sequence[Shot], draft: ShotDraft, rate: Fraction) -> tuple[ShotDraft, ...]:
    """Return a draft split in the same pieces as some shots, which are halves of an older version of its
    text.

    Empty if the shots are more than the halves of one text, or if a seam is not found. `rate` is frames per
    second.
    """
    whole = frozenset().union(*(list_sources(shot.digest) for shot in shots))
    if len(whole) != 1 or not all(_HALVES.fullmatch(shot.digest) for shot in shots):
        return ()
    old, rest = next(iter(whole)), draft
    out: list[ShotDraft] = []
    for left, right in pairwise(shots):
        beat = _find_seam(rest, left, right)
        if beat is None:
            return ()
        head, rest = split_text_at(rest, beat)
        out.append(head)
    return tuple(
        replace(
            piece,
            digest=shot.digest.replace(old, draft.digest),
            caption="" if at else draft.caption,
            frames=compute_natural_frames(piece.action, piece.dialogue, "" if at else draft.caption, rate),
        )
        for at, (shot, piece) in enumerate(zip(shots, [*out, rest], strict=True))
    )


def _find_seam(draft: ShotDraft, left: Shot, right: Shot) -> TextBeat | None:
    """Return the beat of a draft at which the second of two halves begins, or None if the seam is not
    found.
    """
    ended, begins = split_words(_join_spoken_or_action(left)), split_words(_join_spoken_or_action(right))
    for count in range(SEAM_WORDS, MIN_SEAM_WORDS - 1, -1):
        for known, is_behind in ((begins[:count], False), (ended[-count:], True)):
            beat = _find_beat_by_words(draft, known) if known else None
            if beat is not None and is_behind:
                beat = _find_beat_after_words(draft, beat, known)
            if beat is not None and (beat.line or beat.start):
                return beat
    return None


def _join_spoken_or_action(shot: Shot | ShotDraft) -> str:
    return " ".join(line.text for line in shot.dialogue) or shot.action


def _list_draft_texts(draft: ShotDraft) -> list[str]:
    return [line.text for line in draft.dialogue] or [draft.action]


def _find_beat_by_words(draft: ShotDraft, known: Sequence[str]) -> TextBeat | None:
    """Return the beat at which these words follow one another, whatever punctuation is between them."""
    pattern = _compile_word_sequence(known)
    for at, text in enumerate(_list_draft_texts(draft)):
        if found := pattern.search(text):
            return TextBeat(text[found.start() :], at, found.start())
    return None


def _find_beat_after_words(draft: ShotDraft, beat: TextBeat, known: Sequence[str]) -> TextBeat | None:
    """Return the beat after the words with which a beat begins, or None if these words are the last."""
    texts = _list_draft_texts(draft)
    found = _compile_word_sequence(known).match(beat.text)
    signs = _REST_OF_SENTENCE.match(beat.text, found.end()) if found else None
    start = beat.start + (signs.end() if signs else 0)
    if start < len(texts[beat.line]):
        return TextBeat(texts[beat.line][start:], beat.line, start)
    return TextBeat(texts[beat.line + 1], beat.line + 1, 0) if beat.line + 1 < len(texts) else None


def _compile_word_sequence(known: Sequence[str]) -> re.Pattern[str]:
    between = r"\W+".join(map(re.escape, known))
    return re.compile(rf"(?<!\w){between}(?!\w)", re.IGNORECASE)
