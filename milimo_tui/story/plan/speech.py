"""Speeches over several shots: their length, and the distribution of a long speech or of dual dialogue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import zip_longest

from milimo_tui.story.plan import shot_length
from milimo_tui.story.values.film import Line
from milimo_tui.story.values.text import clauses, count_words, sentences


def share_speech(sides: Sequence[tuple[Line, ...]]) -> list[tuple[tuple[Line, ...], ...]]:
    """Return a speech, or two simultaneous speeches, over the number of shots that the longer side needs."""
    cut = [
        shot_length.fit(_by(sentences, side), speech_seconds, _line_words, (_clauses_of, _words_of))
        for side in sides
    ]
    longest = max(cut, key=len)
    shared = [
        part
        if part is longest
        else shot_length.share([line for group in part for line in group], len(longest), _line_words)
        for part in cut
    ]
    return [
        tuple(tuple(_joined(group)) for group in groups if group)
        for groups in zip_longest(*shared, fillvalue=())
    ]


def speech_seconds(lines: Sequence[Line]) -> Fraction:
    """Return the time to speak the lines, by the rule of `shot_length`."""
    return shot_length.seconds(
        dialogue=sum(map(_line_words, lines)), parentheticals=sum(1 for line in lines if line.parenthetical)
    )


def _line_words(line: Line) -> int:
    return count_words(line.text)


def _by(cut: Callable[[str], list[str]], lines: Sequence[Line]) -> list[Line]:
    """Return the lines split into pieces; a parenthetical stays with the first piece of its line."""
    return [
        replace(line, text=piece, parenthetical=line.parenthetical if index == 0 else "")
        for line in lines
        for index, piece in enumerate(cut(line.text) or [line.text])
    ]


def _clauses_of(line: Line) -> list[Line]:
    return _by(clauses, [line])


def _words_of(line: Line) -> list[Line]:
    return _by(str.split, [line])


def _joined(lines: Sequence[Line]) -> list[Line]:
    """Return neighbouring pieces of one line joined."""
    out: list[Line] = []
    for line in lines:
        if out and not line.parenthetical:
            out[-1] = replace(out[-1], text=f"{out[-1].text} {line.text}")
        else:
            out.append(line)
    return out
