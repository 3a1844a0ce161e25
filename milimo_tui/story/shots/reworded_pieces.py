"""Distribution of the user's prompt words when a shot is split or joined. Pure functions.

A split divides the words where the second half begins, or otherwise sentence by sentence if the numbers of
sentences are equal. Words that can't be divided stay with the first half. Words about the complete shot, such
as its light, go to both halves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from milimo_tui.story.values.film import ChunkWords, Shot
from milimo_tui.story.values.text import fold, split_sentences

WHOLE_PROMPT = "prompt"
_ACTION, _SPEECH = "action", "speech"  # The parts of a prompt that describe events.
_SEAM_WORD_COUNT = 4  # Number of words by which the beginning of the second half is found.
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_QUOTES = {"“": "”", '"': '"'}


@dataclass(frozen=True, slots=True)
class WordedHalves:
    """Two halves with their words. `stayed` names what only the first has: the prompt, or parts of the
    prompt.
    """

    first: Shot
    second: Shot
    stayed: tuple[str, ...] = ()


def split_prompt_words(shot: Shot, first: Shot, second: Shot, at: int) -> WordedHalves:
    """Return the halves of a shot, the second from frame `at` on, each with its part of the user's words."""
    begins = round(len(shot.chunks) * at / shot.frames)
    first = replace(first, chunks=_trim_empty_chunks(shot.chunks[:begins]))
    second = replace(second, chunks=_trim_empty_chunks(shot.chunks[begins:]))
    texts = [line.text for line in second.dialogue] or [second.action]
    whole = [line.text for line in shot.dialogue] or [shot.action]
    if texts == whole:  # Both halves have the complete text.
        return WordedHalves(first, second)
    stayed: list[str] = []
    if shot.prompt is not None:
        found = _split_user_words(shot.prompt, whole, texts)
        prompts = found or (shot.prompt, None)
        first, second = replace(first, prompt=prompts[0]), replace(second, prompt=prompts[1])
        stayed += [] if found else [WHOLE_PROMPT]
    part = _SPEECH if shot.dialogue else _ACTION
    if words := dict(shot.prompt_parts).get(part):
        found = _split_user_words(words, whole, texts)
        first = replace(first, prompt_parts=_replace_prompt_part(shot, part, found[0] if found else words))
        second = replace(second, prompt_parts=_replace_prompt_part(shot, part, found[1] if found else None))
        stayed += [] if found else [part]
    return WordedHalves(first, second, tuple(stayed))


def join_prompt_words(shot: Shot, other: Shot) -> tuple[Shot, tuple[str, ...]]:
    """Return a shot that absorbs its neighbour with the words of both, and the names of the neighbour's
    unused words.

    Unused words stay with the neighbour, which is parked: words about all of one shot do not describe the
    other.
    """
    mine, its = dict(shot.prompt_parts), dict(other.prompt_parts)
    stays = [part for part, words in its.items() if mine.get(part) != words]
    told = (_ACTION, _SPEECH)
    both = {
        part: _concatenate_distinct(mine[part], its[part])
        for part in told
        if mine.get(part) and its.get(part)
    }
    stays = [part for part in stays if part not in both]
    prompt = shot.prompt
    if other.prompt is not None and other.prompt != shot.prompt:
        prompt = _concatenate_distinct(shot.prompt, other.prompt) if shot.prompt is not None else None
        stays += [WHOLE_PROMPT] if shot.prompt is None else []
    chunks = (*shot.chunks, *other.chunks) if shot.chunks else ()
    parts = tuple({**mine, **both}.items())
    return replace(shot, prompt=prompt, prompt_parts=parts, chunks=chunks), tuple(stays)


def _concatenate_distinct(first: str, second: str) -> str:
    return first if fold(first) == fold(second) else f"{first} {second}"


def _replace_prompt_part(shot: Shot, part: str, words: str | None) -> tuple[tuple[str, str], ...]:
    parts = {**dict(shot.prompt_parts), part: words}
    return tuple((name, said) for name, said in parts.items() if said is not None)


def _trim_empty_chunks(chunks: Sequence[ChunkWords]) -> tuple[ChunkWords, ...]:
    """Return the chunks without the last ones that have no words of the user."""
    rest = list(chunks)
    while rest and rest[-1] == ChunkWords():
        rest.pop()
    return tuple(rest)


def _split_user_words(words: str, whole: Sequence[str], second: Sequence[str]) -> tuple[str, str] | None:
    """Return the user's words before and from the beginning of the second half, or None if they can't be
    divided.
    """
    mine = split_sentences(words)
    text = [sentence for each in whole for sentence in split_sentences(each)]
    rest = [sentence for each in second for sentence in split_sentences(each)]
    before = len(text) - len(rest)
    is_whole = before > 0 and fold(text[before]) == fold(rest[0])  # The second half begins with a sentence.
    at = _find_unique_beginning(words, second[0])
    if at is not None and is_whole:
        at = max(start for start in _find_sentence_starts(words, mine) if start <= at) or at
    elif at is None and is_whole and len(mine) == len(text):
        at = _find_sentence_starts(words, mine)[before]
    elif at is None:
        return None
    return _split_at_quotation(words, at)


def _find_sentence_starts(words: str, pieces: Sequence[str]) -> list[int]:
    """Return the position of each sentence in the words."""
    out, at = [], 0
    for piece in pieces:
        at = words.index(piece, at)
        out.append(at)
        at += len(piece)
    return out


def _find_unique_beginning(words: str, text: str) -> int | None:
    """Return the position in the words of the beginning of a text, if it occurs once and not at their own
    beginning.
    """
    wanted = [fold(found[0]) for found in _WORD.finditer(text)][:_SEAM_WORD_COUNT]
    mine = list(_WORD.finditer(words))
    keys = [fold(found[0]) for found in mine]
    wide = len(wanted)
    places = [at for at in range(1, len(keys) - wide + 1) if wanted and keys[at : at + wide] == wanted]
    return mine[places[0]].start() if len(places) == 1 else None


def _split_at_quotation(words: str, at: int) -> tuple[str, str] | None:
    """Return the words before and from a position on.

    A quotation that goes on is closed, and opened again with its introducing sentence.
    """
    head = words[:at].rstrip()
    opened = _find_open_quote(head)
    if opened is None:
        head = head.rstrip('“"').rstrip()
        tail = words[len(head) :].lstrip()
        return (head, tail) if head and tail else None
    tail = words[at:]
    says = split_sentences(head[:opened])[-1:] if head[:opened].strip() else []
    lead = f"{says[0]} " if says else ""
    return f"{head}{_QUOTES[head[opened]]}", f"{lead}{head[opened]}{tail}"


def _find_open_quote(text: str) -> int | None:
    """Return the position of a quotation that is not closed in a text and has words in it, or None."""
    opened: int | None = None
    for at, sign in enumerate(text):
        if opened is not None and sign == _QUOTES[text[opened]]:
            opened = None
        elif opened is None and sign in _QUOTES:
            opened = at
    return opened if opened is not None and _WORD.search(text, opened) else None
