"""Check captions against limits for reading: reading speed, length of lines, number of lines, duration and
overlaps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from milimo_tui.cut.values.caption_text import LINE_LENGTH, remove_style_tags
from milimo_tui.cut.values.captions import CutCaption


@dataclass(frozen=True, slots=True)
class CaptionLimits:
    """The limits for captions. The defaults are those of Netflix's timed text style guide for English."""

    letters_per_second: float = 20.0
    line_length: int = LINE_LENGTH
    lines: int = 2
    shortest: Fraction = Fraction(5, 6)  # seconds
    longest: Fraction = Fraction(7)  # seconds


@dataclass(frozen=True, slots=True)
class CaptionProblem:
    """A caption outside a limit. `check` is the name of the check: speed, line, lines, short, long, overlap
    or end. `short` is the problem in a few characters, for a row of a list: the value and the limit.
    """

    caption: CutCaption
    check: str
    sentence: str
    short: str


def compute_reading_speed(caption: CutCaption) -> float:
    """Return the reading speed of a caption in letters per second. Spaces count; ends of lines do not."""
    letters = len(remove_style_tags(caption.text).replace("\n", ""))
    return float(letters / (caption.end - caption.start))


def check_captions(
    captions: Sequence[CutCaption], limits: CaptionLimits, length: Fraction
) -> tuple[CaptionProblem, ...]:
    """Return the problems of the captions of one track. `length` is the length of the cut in seconds."""
    found = [problem for each in captions for problem in _check_caption(each, limits, length)]
    for each, following in pairwise(captions):
        if following.start < each.end:
            late = float(each.end - following.start)
            words = f"overlaps the caption before by {late:.2f} s"
            found.append(CaptionProblem(following, "overlap", words, f"overlap {late:.1f} s"))
    places = {each.id: index for index, each in enumerate(captions)}
    return tuple(sorted(found, key=lambda problem: places[problem.caption.id]))


def _check_caption(caption: CutCaption, limits: CaptionLimits, length: Fraction) -> Iterator[CaptionProblem]:
    speed = compute_reading_speed(caption)
    if speed > limits.letters_per_second:
        words = f"{speed:.1f} letters per second; at most {limits.letters_per_second:g}"
        yield CaptionProblem(caption, "speed", words, f"{speed:.0f}/{limits.letters_per_second:g} per s")
    lines = remove_style_tags(caption.text).split("\n")
    widest = max(map(len, lines))
    if widest > limits.line_length:
        words = f"a line has {widest} characters; at most {limits.line_length}"
        yield CaptionProblem(caption, "line", words, f"{widest}/{limits.line_length} per line")
    if len(lines) > limits.lines:
        words = f"{len(lines)} lines; at most {limits.lines}"
        yield CaptionProblem(caption, "lines", words, f"{len(lines)}/{limits.lines} lines")
    seconds = caption.end - caption.start
    if seconds < limits.shortest:
        words = f"shown for {float(seconds):.2f} s; at least {float(limits.shortest):.2f} s"
        yield CaptionProblem(caption, "short", words, "too short")
    if seconds > limits.longest:
        words = f"shown for {float(seconds):.2f} s; at most {float(limits.longest):.2f} s"
        yield CaptionProblem(caption, "long", words, "too long")
    if caption.end > length:
        yield CaptionProblem(caption, "end", "ends after the end of the cut", "after the end")
