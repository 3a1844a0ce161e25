"""Length of speeches in seconds, and the distribution of a long speech or of dual dialogue over several
shots.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import zip_longest

from milimo_tui.story.plan import shot_length
from milimo_tui.story.values.film import Line
from milimo_tui.story.values.text import count_words, split_clauses, split_sentences


def distribute_speech(sides: Sequence[tuple[Line, ...]]) -> list[tuple[tuple[Line, ...], ...]]:
    """Return the lines of a speech, or of two simultaneous speeches, for each shot. The longer speech
    determines the number of shots.
    """
    cut = [
        shot_length.distribute_over_shots(
            _split_lines_by(split_sentences, side),
            estimate_speech_seconds,
            _count_line_words,
            (_split_line_into_clauses, _split_line_into_words),
        )
        for side in sides
    ]
    longest = max(cut, key=len)
    shared = [
        part
        if part is longest
        else shot_length.split_evenly(
            [line for group in part for line in group], len(longest), _count_line_words
        )
        for part in cut
    ]
    return [
        tuple(tuple(_join_line_pieces(group)) for group in groups if group)
        for groups in zip_longest(*shared, fillvalue=())
    ]


def estimate_speech_seconds(lines: Sequence[Line]) -> Fraction:
    """Return the seconds needed to speak the lines, by the formula of `shot_length`."""
    return shot_length.estimate_shot_seconds(
        dialogue=sum(map(_count_line_words, lines)),
        parentheticals=sum(1 for line in lines if line.parenthetical),
    )


def _count_line_words(line: Line) -> int:
    return count_words(line.text)


def _split_lines_by(cut: Callable[[str], list[str]], lines: Sequence[Line]) -> list[Line]:
    """Return the lines split into pieces by `cut`. A parenthetical stays with the first piece of its line."""
    return [
        replace(line, text=piece, parenthetical=line.parenthetical if index == 0 else "")
        for line in lines
        for index, piece in enumerate(cut(line.text) or [line.text])
    ]


def _split_line_into_clauses(line: Line) -> list[Line]:
    return _split_lines_by(split_clauses, [line])


def _split_line_into_words(line: Line) -> list[Line]:
    return _split_lines_by(str.split, [line])


def _join_line_pieces(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with neighbouring pieces of the same line joined again."""
    out: list[Line] = []
    for line in lines:
        if out and not line.parenthetical:
            out[-1] = replace(out[-1], text=f"{out[-1].text} {line.text}")
        else:
            out.append(line)
    return out
