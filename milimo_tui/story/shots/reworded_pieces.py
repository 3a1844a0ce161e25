"""Words that a person gave a prompt, when its shot is split or joined: what of them goes where. Pure.

A split tells them apart at the words that its second half begins with, else sentence by sentence where there
are as many as the shot has. What can't be told apart stays with the first half. Words about the whole of a
shot, as its light, are both halves'.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from milimo_tui.story.values.film import ChunkWords, Shot
from milimo_tui.story.values.text import fold, sentences

PROMPT = "prompt"
_ACTION, _SPEECH = "action", "speech"  # the parts that tell what happens
_BEGINS = 4  # words by which the second half is found
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_QUOTES = {"“": "”", '"': '"'}


@dataclass(frozen=True, slots=True)
class Parted:
    """Two halves with their words; `stayed` names what the first alone has: the prompt, or parts of it."""

    first: Shot
    second: Shot
    stayed: tuple[str, ...] = ()


def words_parted(shot: Shot, first: Shot, second: Shot, at: int) -> Parted:
    """The halves of a shot, the second from the frame `at` on, each with its part of a person's words."""
    begins = round(len(shot.chunks) * at / shot.frames)
    first = replace(first, chunks=_told(shot.chunks[:begins]))
    second = replace(second, chunks=_told(shot.chunks[begins:]))
    texts = [line.text for line in second.dialogue] or [second.action]
    whole = [line.text for line in shot.dialogue] or [shot.action]
    if texts == whole:  # both have the whole text
        return Parted(first, second)
    stayed: list[str] = []
    if shot.prompt is not None:
        found = _parted(shot.prompt, whole, texts)
        prompts = found or (shot.prompt, None)
        first, second = replace(first, prompt=prompts[0]), replace(second, prompt=prompts[1])
        stayed += [] if found else [PROMPT]
    part = _SPEECH if shot.dialogue else _ACTION
    if words := dict(shot.prompt_parts).get(part):
        found = _parted(words, whole, texts)
        first = replace(first, prompt_parts=_with(shot, part, found[0] if found else words))
        second = replace(second, prompt_parts=_with(shot, part, found[1] if found else None))
        stayed += [] if found else [part]
    return Parted(first, second, tuple(stayed))


def words_joined(shot: Shot, other: Shot) -> tuple[Shot, tuple[str, ...]]:
    """A shot that takes in its neighbour with the words of both, and what of them is the neighbour's alone.

    Those stay with it, where it is parked: one that says all of the one shot says nothing of the other.
    """
    mine, its = dict(shot.prompt_parts), dict(other.prompt_parts)
    stays = [part for part, words in its.items() if mine.get(part) != words]
    told = (_ACTION, _SPEECH)
    both = {part: _one(mine[part], its[part]) for part in told if mine.get(part) and its.get(part)}
    stays = [part for part in stays if part not in both]
    prompt = shot.prompt
    if other.prompt is not None and other.prompt != shot.prompt:
        prompt = _one(shot.prompt, other.prompt) if shot.prompt is not None else None
        stays += [PROMPT] if shot.prompt is None else []
    chunks = (*shot.chunks, *other.chunks) if shot.chunks else ()
    parts = tuple({**mine, **both}.items())
    return replace(shot, prompt=prompt, prompt_parts=parts, chunks=chunks), tuple(stays)


def _one(first: str, second: str) -> str:
    return first if fold(first) == fold(second) else f"{first} {second}"


def _with(shot: Shot, part: str, words: str | None) -> tuple[tuple[str, str], ...]:
    parts = {**dict(shot.prompt_parts), part: words}
    return tuple((name, said) for name, said in parts.items() if said is not None)


def _told(chunks: Sequence[ChunkWords]) -> tuple[ChunkWords, ...]:
    """Chunks without the last ones that nobody worded."""
    rest = list(chunks)
    while rest and rest[-1] == ChunkWords():
        rest.pop()
    return tuple(rest)


def _parted(words: str, whole: Sequence[str], second: Sequence[str]) -> tuple[str, str] | None:
    """A person's words before and from where a second half begins; None where that can't be told."""
    mine = sentences(words)
    text = [sentence for each in whole for sentence in sentences(each)]
    rest = [sentence for each in second for sentence in sentences(each)]
    before = len(text) - len(rest)
    is_whole = before > 0 and fold(text[before]) == fold(rest[0])  # it begins with a sentence
    at = _found(words, second[0])
    if at is not None and is_whole:
        at = max(start for start in _starts(words, mine) if start <= at) or at
    elif at is None and is_whole and len(mine) == len(text):
        at = _starts(words, mine)[before]
    elif at is None:
        return None
    return _cut(words, at)


def _starts(words: str, pieces: Sequence[str]) -> list[int]:
    """Where each sentence of some words begins."""
    out, at = [], 0
    for piece in pieces:
        at = words.index(piece, at)
        out.append(at)
        at += len(piece)
    return out


def _found(words: str, text: str) -> int | None:
    """Where words have the beginning of a text, once and not at their own beginning."""
    wanted = [fold(found[0]) for found in _WORD.finditer(text)][:_BEGINS]
    mine = list(_WORD.finditer(words))
    keys = [fold(found[0]) for found in mine]
    wide = len(wanted)
    places = [at for at in range(1, len(keys) - wide + 1) if wanted and keys[at : at + wide] == wanted]
    return mine[places[0]].start() if len(places) == 1 else None


def _cut(words: str, at: int) -> tuple[str, str] | None:
    """Words before and from a place on; a quotation that goes on is closed, and begun anew by who says it."""
    head = words[:at].rstrip()
    opened = _open_quote(head)
    if opened is None:
        head = head.rstrip('“"').rstrip()
        tail = words[len(head) :].lstrip()
        return (head, tail) if head and tail else None
    tail = words[at:]
    says = sentences(head[:opened])[-1:] if head[:opened].strip() else []
    lead = f"{says[0]} " if says else ""
    return f"{head}{_QUOTES[head[opened]]}", f"{lead}{head[opened]}{tail}"


def _open_quote(text: str) -> int | None:
    """Where a quotation begins in a text that does not end there, with words of it before the end."""
    opened: int | None = None
    for at, sign in enumerate(text):
        if opened is not None and sign == _QUOTES[text[opened]]:
            opened = None
        elif opened is None and sign in _QUOTES:
            opened = at
    return opened if opened is not None and _WORD.search(text, opened) else None
