"""Quoted lines of a prompt: the model speaks what is quoted, so chunks share its lines out. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from milimo_tui.engines.specs.video_specs import Beat, Beats

_QUOTED = re.compile(r"“[^”]*”|„[^“”]*[“”]|«[^»]*»|「[^」]*」|\"[^\"]*\"")
LONG = 25  # words: ten seconds of speech
WORD = Fraction(10, LONG)  # seconds
_SENTENCES = re.compile(r"(?<=[.!?…])\s+")
_ENDS = re.compile(r"[.!?…][\")’”]*\s+|\n+")  # where a sentence is over


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence that speaks: letters [start, end) of the prompt; `words` are what is quoted in it."""

    start: int
    end: int
    words: str


def lines_of(prompt: str) -> tuple[Line, ...]:
    """The sentences of a prompt with something quoted in them, in order."""
    quotes = [each.span() for each in _QUOTED.finditer(prompt)]
    inside = {place for begins, over in quotes for place in range(begins, over)}
    ends = [each.end() for each in _ENDS.finditer(prompt) if each.start() not in inside]
    found: list[Line] = []
    for start, end in quotes:
        words = prompt[start:end]
        if found and start < found[-1].end:  # “Go,” she says, “now.”
            before = found.pop()
            begins, words = before.start, f"{before.words} {words}"
        else:
            begins = max((each for each in ends if each <= start), default=0)
            begins = max(begins, found[-1].end if found else 0)
        over = (
            end
            if _closes(prompt, begins, start, end)
            else min((each for each in ends if each > end), default=len(prompt))
        )
        found.append(Line(begins, over, words))
    return tuple(found)


def _closes(prompt: str, begins: int, start: int, end: int) -> bool:
    """Whether a sentence is over with what it quotes: by a full stop of that, or of a colon before it, where
    no small letter goes on.
    """
    is_last = prompt[begins:start].rstrip().endswith(":") or prompt[end - 2] in ".!?…"
    return is_last and not prompt[end:].lstrip()[:1].islower()


def shared_out(
    prompt: str, own: Sequence[str], lengths: Sequence[int], beats: Sequence[Beat] = ()
) -> tuple[str, ...]:
    """The prompt of each chunk, `lengths` long: its own where it has one, else the shot's with those of its
    lines that fall into it in time, and of what happens that which does.

    Each line goes to one chunk, of a long one each sentence; none where a chunk's own words have it. It is
    spoken in the frames of its `beats`; a line that has none, as long after the others as its letters are.
    """
    if len(lengths) == 1:
        return (own[0] or prompt,)
    free = [index for index, words in enumerate(own) if not words]
    if not free:
        return tuple(own)
    prompt, seams = _parted(prompt)
    own_text = " ".join(own).casefold()
    lines = [line for line in lines_of(prompt) if line.words.strip('“”„«»「」"').casefold() not in own_text]
    gone = [line for line in lines_of(prompt) if line not in lines]
    chunks = [
        free[by_letters] if timed is None else min(free, key=lambda index: abs(index - timed))
        for by_letters, timed in zip(
            _in_time(lines, [lengths[index] for index in free]),
            _at_their_beats(lines, beats, lengths),
            strict=True,
        )
    ]
    ends = [*accumulate(lengths)]
    told = []
    for index, words in enumerate(own):
        others = [line for line, chunk in zip(lines, chunks, strict=True) if chunk != index]
        shown = [*_shown_elsewhere(prompt, beats, range(ends[index] - lengths[index], ends[index]))]
        told.append(words or _joined(without(prompt, [*gone, *others, *shown]), seams))
    return tuple(told)


def in_speech(beats: Beats, rate: Fraction) -> tuple[Beat, ...]:
    """The beats by the frames in which they are spoken. One that a person has begin then lasts as long as its
    words do; where the words alone tell the times, each beat has its whole share.
    """
    if beats.by != "hand":
        return beats.parts
    found = []
    for beat in beats.parts:
        said = sum(len(quote[0].split()) for quote in _QUOTED.finditer(beat.words))
        lasts = max(1, round(said * WORD * rate)) if said else beat.end - beat.start
        found.append(beat.model_copy(update={"end": min(beat.end, beat.start + lasts)}))
    return tuple(found)


def _at_their_beats(
    lines: Sequence[Line], beats: Sequence[Beat], lengths: Sequence[int]
) -> Iterator[int | None]:
    """For each line the chunk that its middle falls into by its beat's frames, the sentences of a long speech
    one after the other within those; None for one that no beat has.
    """
    ends = [*accumulate(lengths)]
    at, passed = 0, 0
    for line in lines:
        found = _said_in(line, beats, at, passed)
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


def _said_in(line: Line, beats: Sequence[Beat], at: int, passed: int) -> tuple[int, range] | None:
    """The beat that has the words of a line, and their letters in it; from one beat on, behind `passed`."""
    words = " ".join(line.words[1:-1].split())
    for index in range(at, len(beats)):
        start = " ".join(beats[index].words.split()).find(words, passed if index == at else 0)
        if words and start >= 0 and _QUOTED.search(beats[index].words):
            return index, range(start, start + len(words))
    return None


def _shown_elsewhere(prompt: str, beats: Sequence[Beat], frames: range) -> Iterator[Line]:
    """What a prompt tells of beats without words that lie outside of those frames: it would happen again."""
    passed = 0
    for beat in beats:
        words = beat.words.split()
        place = re.compile(r"\s+".join(map(re.escape, words))).search(prompt, passed) if words else None
        if place is None or _QUOTED.search(beat.words):
            continue
        passed = place.end()
        if beat.end <= frames.start or beat.start >= frames.stop:
            yield Line(place.start(), place.end(), "")


def _parted(prompt: str) -> tuple[str, frozenset[str]]:
    """The prompt with a long speech as a line for each of its sentences, and the seams between those."""
    seams = set()
    for line in reversed(lines_of(prompt)):
        text = prompt[line.start : line.end]
        quotes = list(_QUOTED.finditer(text))
        if len(quotes) != 1:
            continue  # “Go,” she says, “now.”
        lead, tail = text[: quotes[0].start()], text[quotes[0].end() :]
        opens, words, closes = quotes[0][0][0], quotes[0][0][1:-1], quotes[0][0][-1]
        said = _SENTENCES.split(words.strip())
        if len(words.split()) < LONG or not lead.strip() or tail.strip():
            continue
        parted = f"{closes} {lead}{opens}"
        seams.add(" ".join(parted.split()))
        prompt = f"{prompt[: line.start]}{lead}{opens}{parted.join(said)}{closes}{tail}{prompt[line.end :]}"
    return prompt, frozenset(seams)


def _joined(prompt: str, seams: Collection[str]) -> str:
    """What was parted put together again where it stayed together."""
    text = " ".join(prompt.split()) if any(seam in " ".join(prompt.split()) for seam in seams) else prompt
    for seam in seams:
        text = text.replace(seam, " ")
    return text


def _in_time(lines: Sequence[Line], lengths: Sequence[int]) -> list[int]:
    """For each line the chunk that its middle falls into, were they spoken one after the other."""
    letters, frames = sum(len(line.words) for line in lines), sum(lengths)
    found, passed = [], 0
    for line in lines if lengths else ():
        middle = (2 * passed + len(line.words)) * frames / (2 * letters)
        passed += len(line.words)
        ends = [sum(lengths[: index + 1]) for index in range(len(lengths))]
        found.append(next((index for index, end in enumerate(ends) if middle <= end), len(lengths) - 1))
    return found


def without(prompt: str, lines: Sequence[Line]) -> str:
    """The prompt without those lines. Where they are all there is, what stands around them stays."""
    left = prompt
    for line in sorted(lines, key=lambda line: -line.start):
        left = left[: line.start] + left[line.end :]
    if left.strip():
        return " ".join(left.split())
    return " ".join(_QUOTED.sub("", prompt).split()).rstrip(" :,")
