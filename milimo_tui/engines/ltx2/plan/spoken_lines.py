"""The quoted lines of a prompt. The model speaks quoted text, so each line must be in the prompt of only one
chunk. All functions are pure.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from milimo_tui.engines.specs.video_specs import Beat, Beats

# The first alternative matches a quotation inside a quotation: “He said “go” to me.”
_QUOTED = re.compile(r"“(?:[^“”]|“[^“”]*”)*”|“[^”]*”|„[^“”]*[“”]|«[^»]*»|「[^」]*」|\"[^\"]*\"")
LONG = 25  # number of words above which a speech is split into sentences: ten seconds of speech
WORD = Fraction(10, LONG)  # estimated seconds for speaking one word
_SENTENCES = re.compile(r"(?<=[.!?…])\s+")
# Matches the end of a sentence outside quotations, with the white space after it
_ENDS = re.compile(r"[.!?…][\")’”]*\s+|\n+")


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """A sentence of a prompt that contains speech: characters [start, end) of the prompt. `words` is the
    quoted text with its quotation marks.
    """

    start: int
    end: int
    words: str


def find_quoted_lines(prompt: str) -> tuple[QuotedLine, ...]:
    """Return the sentences of a prompt that contain quoted text, in order."""
    quotes = [each.span() for each in _QUOTED.finditer(prompt)]
    inside = {place for begins, over in quotes for place in range(begins, over)}
    ends = [each.end() for each in _ENDS.finditer(prompt) if each.start() not in inside]
    found: list[QuotedLine] = []
    for start, end in quotes:
        words = prompt[start:end]
        # The quotation is in the same sentence as the one before: “Go,” she says, “now.”
        if found and start < found[-1].end:
            before = found.pop()
            begins, words = before.start, f"{before.words} {words}"
        else:
            begins = max((each for each in ends if each <= start), default=0)
            begins = max(begins, found[-1].end if found else 0)
        over = (
            end
            if _ends_with_quote(prompt, begins, start, end)
            else min((each for each in ends if each > end), default=len(prompt))
        )
        found.append(QuotedLine(begins, over, words))
    return tuple(found)


def _ends_with_quote(prompt: str, begins: int, start: int, end: int) -> bool:
    """Return True if the sentence ends with the quotation at [start, end). This is so if the quotation ends
    with a full stop or similar, or if it follows a colon, and if no lower-case letter comes next. `begins` is
    the start of the sentence.
    """
    is_last = prompt[begins:start].rstrip().endswith(":") or prompt[end - 2] in ".!?…"
    return is_last and not prompt[end:].lstrip()[:1].islower()


def distribute_prompt(
    prompt: str, own: Sequence[str], lengths: Sequence[int], beats: Sequence[Beat] = ()
) -> tuple[str, ...]:
    """Return the prompt of each chunk. `lengths` are the frames of the chunks. A chunk with a prompt in `own`
    uses that prompt. Any other chunk uses the shot's prompt, reduced to the lines and actions that happen
    during the chunk.

    Each spoken line is given to one chunk, but a long speech is given sentence by sentence. A line that is in
    a prompt of `own` is given to no other chunk. The frames of a line come from its beat in `beats`; a line
    without a beat is placed in proportion to the number of characters.
    """
    if len(lengths) == 1:
        return (own[0] or prompt,)
    free = [index for index, words in enumerate(own) if not words]
    if not free:
        return tuple(own)
    prompt, seams = _split_long_speeches(prompt)
    own_text = " ".join(own).casefold()
    lines = [
        line
        for line in find_quoted_lines(prompt)
        if line.words.strip('“”„«»「」"').casefold() not in own_text
    ]
    omitted = [line for line in find_quoted_lines(prompt) if line not in lines]
    chunks = [
        free[by_letters] if timed is None else min(free, key=lambda index: abs(index - timed))
        for by_letters, timed in zip(
            _find_chunks_by_length(lines, [lengths[index] for index in free]),
            _find_chunks_by_beat(lines, beats, lengths),
            strict=True,
        )
    ]
    ends = [*accumulate(lengths)]
    prompts = []
    for index, words in enumerate(own):
        others = [line for line, chunk in zip(lines, chunks, strict=True) if chunk != index]
        shown = [*_find_beats_outside(prompt, beats, range(ends[index] - lengths[index], ends[index]))]
        prompts.append(
            words or _rejoin_speeches(remove_spoken_lines(prompt, [*omitted, *others, *shown]), seams)
        )
    return tuple(prompts)


def limit_beats_to_speech(beats: Beats, rate: Fraction) -> tuple[Beat, ...]:
    """Return the beats, limited to the frames in which they are spoken. If the user set the times, a beat
    with speech is shortened to the estimated duration of its words. If the times were derived from the words,
    the beats are unchanged. `rate` is in frames per second.
    """
    if beats.by != "hand":
        return beats.parts
    found = []
    for beat in beats.parts:
        spoken_words = sum(len(quote[0].split()) for quote in _QUOTED.finditer(beat.words))
        lasts = max(1, round(spoken_words * WORD * rate)) if spoken_words else beat.end - beat.start
        found.append(beat.model_copy(update={"end": min(beat.end, beat.start + lasts)}))
    return tuple(found)


def _find_chunks_by_beat(
    lines: Sequence[QuotedLine], beats: Sequence[Beat], lengths: Sequence[int]
) -> Iterator[int | None]:
    """Yield, for each line, the index of the chunk in which the line's middle is spoken according to its
    beat. The sentences of a long speech share the frames of one beat, one after the other. Yield None for a
    line without a beat.
    """
    ends = [*accumulate(lengths)]
    at, passed = 0, 0
    for line in lines:
        found = _find_line_in_beats(line, beats, at, passed)
        if found is None:
            yield None
            continue
        at, place = found
        passed = place.stop
        text = " ".join(beats[at].words.split())
        quotes = [*_QUOTED.finditer(text)]
        opens, closes = quotes[0].start(), quotes[-1].end()
        share = Fraction(place.start + place.stop - 2 * opens, 2 * (closes - opens))
        middle = beats[at].start + share * (beats[at].end - beats[at].start)
        yield next((index for index, end in enumerate(ends) if middle <= end), len(ends) - 1)


def _find_line_in_beats(
    line: QuotedLine, beats: Sequence[Beat], at: int, passed: int
) -> tuple[int, range] | None:
    """Find the beat that contains a line's words. Return the beat's index and the range of these words in the
    beat's text, in characters. The search begins in beat number `at`, after character `passed`. Return None
    if no beat contains the words.
    """
    words = " ".join(line.words[1:-1].split())
    for index in range(at, len(beats)):
        start = " ".join(beats[index].words.split()).find(words, passed if index == at else 0)
        if words and start >= 0 and _QUOTED.search(beats[index].words):
            return index, range(start, start + len(words))
    return None


def _find_beats_outside(prompt: str, beats: Sequence[Beat], frames: range) -> Iterator[QuotedLine]:
    """Yield the stretches of a chunk's prompt that must be removed, because they describe an action that
    happens in another chunk. Otherwise the action would happen twice. `frames` are the frames of the chunk.
    Beats with speech are skipped.
    """
    passed = 0
    for beat in beats:
        words = beat.words.split()
        place = re.compile(r"\s+".join(map(re.escape, words))).search(prompt, passed) if words else None
        if place is None or _QUOTED.search(beat.words):
            continue
        passed = place.end()
        if beat.end <= frames.start or beat.start >= frames.stop:
            yield QuotedLine(place.start(), place.end(), "")


def _split_long_speeches(prompt: str) -> tuple[str, frozenset[str]]:
    """Return the prompt with each long speech split into a separate quotation for each sentence. Also return
    the texts that were inserted between the sentences, for `_rejoin_speeches`.
    """
    seams = set()
    for line in reversed(find_quoted_lines(prompt)):
        text = prompt[line.start : line.end]
        quotes = list(_QUOTED.finditer(text))
        if len(quotes) != 1:
            continue  # The speech is interrupted, as in “Go,” she says, “now.”, so it is not split.
        introduction, tail = text[: quotes[0].start()], text[quotes[0].end() :]
        opens, words, closes = quotes[0][0][0], quotes[0][0][1:-1], quotes[0][0][-1]
        parts = _SENTENCES.split(words.strip())
        if len(words.split()) < LONG or not introduction.strip() or tail.strip():
            continue
        parted = f"{closes} {introduction}{opens}"
        seams.add(" ".join(parted.split()))
        speech = f"{introduction}{opens}{parted.join(parts)}{closes}{tail}"
        prompt = f"{prompt[: line.start]}{speech}{prompt[line.end :]}"
    return prompt, frozenset(seams)


def _rejoin_speeches(prompt: str, seams: Collection[str]) -> str:
    """Join the sentences of a split speech that are in the same chunk's prompt. `seams` are the texts that
    `_split_long_speeches` inserted.
    """
    text = " ".join(prompt.split()) if any(seam in " ".join(prompt.split()) for seam in seams) else prompt
    for seam in seams:
        text = text.replace(seam, " ")
    return text


def _find_chunks_by_length(lines: Sequence[QuotedLine], lengths: Sequence[int]) -> list[int]:
    """Return, for each line, the index of the chunk in which the middle of the line is spoken. The lines are
    assumed to fill the complete take one after the other, each for a time proportional to its number of
    characters.
    """
    letters, frames = sum(len(line.words) for line in lines), sum(lengths)
    found, passed = [], 0
    for line in lines if lengths else ():
        middle = (2 * passed + len(line.words)) * frames / (2 * letters)
        passed += len(line.words)
        ends = [sum(lengths[: index + 1]) for index in range(len(lengths))]
        found.append(next((index for index, end in enumerate(ends) if middle <= end), len(lengths) - 1))
    return found


def remove_spoken_lines(prompt: str, lines: Sequence[QuotedLine]) -> str:
    """Return the prompt without the spoken lines in `lines`. If nothing would be left, only the quoted words
    are removed from the prompt, and the words around them stay.
    """
    left = prompt
    for line in sorted(lines, key=lambda line: -line.start):
        left = left[: line.start] + left[line.end :]
    if left.strip():
        return " ".join(left.split())
    return " ".join(_QUOTED.sub("", prompt).split()).rstrip(" :,")
