"""Divide or combine the user's prompt words when a shot is split or joined. Pure functions.

A split looks for the beginning of the second half's text in the words and divides them there. If this text
does not occur in the words, they are divided sentence by sentence, provided that the words and the shot have
the same number of sentences. Words that cannot be divided stay with the first half. Words about the complete
shot, such as its light, are copied to both halves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from milimo_tui.story.values.film import Shot
from milimo_tui.story.values.making import ChunkWords
from milimo_tui.story.values.text import fold, split_sentences

WHOLE_PROMPT = "prompt"
# The names of the prompt parts that describe events. Only these are divided.
_ACTION, _SPEECH = "action", "speech"
_SEAM_WORD_COUNT = 4  # The second half is found in the user's words by its first words, at most this many.
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_QUOTES = {"“": "”", '"': '"'}


@dataclass(frozen=True, slots=True)
class WordedHalves:
    """The result of splitting a shot: its two halves with their prompt words.

    `stayed` names the texts that could not be divided and stay with the first half: `prompt`, or parts of the
    prompt.
    """

    first: Shot
    second: Shot
    stayed: tuple[str, ...] = ()


def split_prompt_words(shot: Shot, first: Shot, second: Shot, at: int) -> WordedHalves:
    """Divide the user's words between the halves of a shot. The second half begins at frame `at`."""
    begins = round(len(shot.chunks) * at / shot.frames)
    first = replace(first, chunks=_trim_empty_chunks(shot.chunks[:begins]))
    second = replace(second, chunks=_trim_empty_chunks(shot.chunks[begins:]))
    texts = [line.text for line in second.dialogue] or [second.action]
    whole = [line.text for line in shot.dialogue] or [shot.action]
    if texts == whole:  # Both halves have the complete text, so there is nothing to divide.
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
    """Join the prompt words of `shot` and of its neighbour `other`, which becomes part of it. Return the
    joined shot, and the names of the neighbour's texts that were not used.

    Unused texts stay with the neighbour, which is parked. A text that describes only the neighbour would be
    wrong for the joined shot.
    """
    mine, other_parts = dict(shot.prompt_parts), dict(other.prompt_parts)
    stays = [part for part, words in other_parts.items() if mine.get(part) != words]
    joined_parts = (_ACTION, _SPEECH)
    both = {
        part: _concatenate_distinct(mine[part], other_parts[part])
        for part in joined_parts
        if mine.get(part) and other_parts.get(part)
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
    return tuple((name, text) for name, text in parts.items() if text is not None)


def _trim_empty_chunks(chunks: Sequence[ChunkWords]) -> tuple[ChunkWords, ...]:
    """Return the chunks without trailing chunks for which the user wrote no words."""
    rest = list(chunks)
    while rest and rest[-1] == ChunkWords():
        rest.pop()
    return tuple(rest)


def _split_user_words(words: str, whole: Sequence[str], second: Sequence[str]) -> tuple[str, str] | None:
    """Divide the user's words for a shot that is split into two halves. Return None if they cannot be
    divided.

    `whole` are the texts of the undivided shot, and `second` are the texts of the second half.
    """
    sentences = split_sentences(words)
    text = [sentence for each in whole for sentence in split_sentences(each)]
    rest = [sentence for each in second for sentence in split_sentences(each)]
    before = len(text) - len(rest)
    # True if the second half begins with a complete sentence.
    is_whole = before > 0 and fold(text[before]) == fold(rest[0])
    at = _find_unique_beginning(words, second[0])
    if at is not None and is_whole:
        at = max(start for start in _find_sentence_starts(words, sentences) if start <= at) or at
    elif at is None and is_whole and len(sentences) == len(text):
        at = _find_sentence_starts(words, sentences)[before]
    elif at is None:
        return None
    return _split_at_quotation(words, at)


def _find_sentence_starts(words: str, pieces: Sequence[str]) -> list[int]:
    """Return the offset in `words` at which each sentence of `pieces` begins."""
    out, at = [], 0
    for piece in pieces:
        at = words.index(piece, at)
        out.append(at)
        at += len(piece)
    return out


def _find_unique_beginning(words: str, text: str) -> int | None:
    """Return the offset in `words` at which the first words of `text` occur.

    Return None if they occur several times, nowhere, or only at the beginning of `words`.
    """
    wanted = [fold(found[0]) for found in _WORD.finditer(text)][:_SEAM_WORD_COUNT]
    matches = list(_WORD.finditer(words))
    keys = [fold(found[0]) for found in matches]
    wide = len(wanted)
    places = [at for at in range(1, len(keys) - wide + 1) if wanted and keys[at : at + wide] == wanted]
    return matches[places[0]].start() if len(places) == 1 else None


def _split_at_quotation(words: str, at: int) -> tuple[str, str] | None:
    """Divide `words` at the offset `at`. Return None if one side would be empty.

    If the offset is inside a quotation, the first side gets a closing quotation mark. The second side then
    repeats the sentence that introduces the quotation, and opens the quotation again.
    """
    head = words[:at].rstrip()
    opened = _find_open_quote(head)
    if opened is None:
        head = head.rstrip('“"').rstrip()
        tail = words[len(head) :].lstrip()
        return (head, tail) if head and tail else None
    tail = words[at:]
    last_sentence = split_sentences(head[:opened])[-1:] if head[:opened].strip() else []
    introduction = f"{last_sentence[0]} " if last_sentence else ""
    return f"{head}{_QUOTES[head[opened]]}", f"{introduction}{head[opened]}{tail}"


def _find_open_quote(text: str) -> int | None:
    """Return the offset of a quotation mark that is not closed and is followed by words. Return None if there
    is none.
    """
    opened: int | None = None
    for at, sign in enumerate(text):
        if opened is not None and sign == _QUOTES[text[opened]]:
            opened = None
        elif opened is None and sign in _QUOTES:
            opened = at
    return opened if opened is not None and _WORD.search(text, opened) else None
