"""Split a split shot again after its text was reworded, at the same point of the text. Pure functions.

That point is before the words with which the second half began, or else after the words with which the first
half ended. If neither is found, the script's shot is not split.
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
# The point of a split is searched by this number of words before or after it. If they are not found, fewer
# words are tried, down to `MIN_SEAM_WORDS`.
SEAM_WORDS = 5
MIN_SEAM_WORDS = 2
_REST_OF_SENTENCE = re.compile(r"[^\w\s]*\s*")


def split_draft_again(shots: Sequence[Shot], draft: ShotDraft, rate: Fraction) -> tuple[ShotDraft, ...]:
    """Split `draft`, the reworded text of a shot, at the points where the user had split its older version
    into `shots`. Return the pieces.

    Returns an empty tuple if the shots are not all pieces of one shot, or if the text at a split point is no
    longer in the draft. `rate` is frames per second.
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
    """Return the position in the draft's text at which the shot `left` ends and the shot `right` begins.
    Return None if the words at this point are no longer in the text.
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
    """Return the position in the text of a draft at which the words `known` begin, whatever punctuation is
    between them. Return None if they do not occur.
    """
    pattern = _compile_word_sequence(known)
    for at, text in enumerate(_list_draft_texts(draft)):
        if found := pattern.search(text):
            return TextBeat(text[found.start() :], at, found.start())
    return None


def _find_beat_after_words(draft: ShotDraft, beat: TextBeat, known: Sequence[str]) -> TextBeat | None:
    """Return the position in the text of a draft after the words `known`, with which `beat` begins. Return
    None if no text follows them.
    """
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
