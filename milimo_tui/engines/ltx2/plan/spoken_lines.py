"""Quoted lines of a prompt: the model speaks what is quoted, so chunks share its lines out. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

_QUOTED = re.compile(r"“[^”]*”|„[^“”]*[“”]|«[^»]*»|「[^」]*」|\"[^\"]*\"")
LONG = 25  # words: ten seconds of speech
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


def shared_out(prompt: str, own: Sequence[str], lengths: Sequence[int]) -> tuple[str, ...]:
    """The prompt of each chunk, `lengths` long: its own where it has one, else the shot's with those of its
    lines that fall into it in time. Each line goes to one chunk, of a long one each sentence; none where a
    chunk's own words have it.
    """
    if len(lengths) == 1:
        return (own[0] or prompt,)
    prompt, seams = _parted(prompt)
    own_text = " ".join(own).casefold()
    lines = [line for line in lines_of(prompt) if line.words.strip('“”„«»「」"').casefold() not in own_text]
    gone = [line for line in lines_of(prompt) if line not in lines]
    free = [index for index, words in enumerate(own) if not words]
    spoken = _in_time(lines, [lengths[index] for index in free])
    return tuple(
        words
        or _joined(
            without(
                prompt, [*gone, *(line for line, at in zip(lines, spoken, strict=True) if free[at] != index)]
            ),
            seams,
        )
        for index, words in enumerate(own)
    )


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
