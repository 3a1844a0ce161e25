"""Find words in a transcript, and divide a transcript into captions. Pure functions."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from fractions import Fraction

from milimo_tui.core.errors import BadInput
from milimo_tui.cut.values.caption_text import LINE_LENGTH, wrap_caption_text
from milimo_tui.cut.values.captions import CutCaption
from milimo_tui.cut.words.transcripts import SpokenWord

_SENTENCE_ENDS = (".", "?", "!", "…", "。", "？", "！")


def simplify_word(text: str) -> str:
    """Return a word for comparisons: in lower case and without punctuation."""
    folded = unicodedata.normalize("NFKC", text.casefold())
    return "".join(each for each in folded if each.isalnum() or unicodedata.combining(each))


def _remove_accents(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word)
    return "".join(each for each in decomposed if not unicodedata.combining(each))


def find_phrase(words: Sequence[SpokenWord], phrase: str) -> tuple[tuple[int, int], ...]:
    """Return the places of a phrase in a transcript, as numbers of the first and last word from 1. The last
    word of the phrase may be incomplete.
    """
    wanted = [_remove_accents(simplify_word(each)) for each in phrase.split() if simplify_word(each)]
    if not wanted:
        return ()
    spoken = [_remove_accents(simplify_word(each.text)) for each in words]
    count = len(wanted)
    return tuple(
        (at + 1, at + count)
        for at in range(len(spoken) - count + 1)
        if spoken[at : at + count - 1] == wanted[:-1] and spoken[at + count - 1].startswith(wanted[-1])
    )


def parse_word_ranges(text: str, count: int, things: str = "words") -> tuple[tuple[int, int], ...]:
    """Parse `12`, `12-15` or `3,12-15` into the first and last number of each range. `things` are what the
    numbers stand for, and `count` is the largest number. Raises BadInput.
    """
    found = []
    for part in text.replace(" ", "").split(","):
        first, _, last = part.partition("-")
        if not first.isdecimal() or not (last or first).isdecimal() or len(part) > 20:
            raise BadInput(f"“{part[:20]}” does not number {things}", "write 12, 12-15 or 3,12-15")
        low, high = int(first), int(last or first)
        if not 1 <= low <= high <= count:
            raise BadInput(f"there are no {things} {part}", f"the {things} have the numbers 1 to {count}")
        found.append((low, high))
    return tuple(found)


def make_word_captions(
    words: Sequence[tuple[Fraction, Fraction, str, str]],
    *,
    letters: int = 2 * LINE_LENGTH,
    longest: Fraction = Fraction(6),
    pause: Fraction = Fraction(4, 5),
) -> tuple[CutCaption, ...]:
    """Divide spoken words into captions with the times of their words. Each word is its start, end, text and
    speaker. A caption ends at a pause, at the end of a sentence, or before it is too long.
    """
    return tuple(_make_word_caption(group) for group in _group_words(words, letters, longest, pause))


def _group_words(
    words: Sequence[tuple[Fraction, Fraction, str, str]], letters: int, longest: Fraction, pause: Fraction
) -> Iterator[list[tuple[Fraction, Fraction, str, str]]]:
    group: list[tuple[Fraction, Fraction, str, str]] = []
    for word in words:
        if group:
            size = sum(len(each[2]) + 1 for each in group) + len(word[2])
            is_end = group[-1][2].endswith(_SENTENCE_ENDS)
            is_long = size > letters or word[1] - group[0][0] > longest
            if is_end or is_long or word[0] - group[-1][1] > pause or word[3] != group[-1][3]:
                yield group
                group = []
        group.append(word)
    if group:
        yield group


def _make_word_caption(group: Sequence[tuple[Fraction, Fraction, str, str]]) -> CutCaption:
    start, end = group[0][0], max(each[1] for each in group)
    return CutCaption(
        id="",
        cut="",
        track="",
        start=start,
        end=max(end, start + Fraction(1, 10)),
        text=wrap_caption_text(" ".join(each[2] for each in group)),
        speaker=group[0][3],
        word_times=tuple(int((each[0] - start) * 1000) for each in group),
    )
