"""Make captions for a cut from the dialogue of its shots. Pure functions.

A line whose recording is laid in the cut has the times of that recording. The length of a shot is divided
among its other lines in proportion to their text. A clip that shows only a part of a shot has only the
captions of that part.
"""

from __future__ import annotations

import textwrap
from bisect import bisect_left
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from milimo_tui.core.time import frames_to_seconds, round_half_up
from milimo_tui.cut.delivery.delivery import Caption
from milimo_tui.cut.layout.dialogue_tracks import is_line_of_clip, list_heard_lines
from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import Cut, SourceKind, TrackKind
from milimo_tui.cut.values.timing import find_clip_frame

LETTERS = 84  # Maximum number of characters of a caption: two lines on the screen.


@dataclass(frozen=True, slots=True)
class ShotDialogue:
    """The length of a shot in seconds, and its lines of dialogue in order, each as speaker and text.

    `recordings` has the assets of the recordings of each line. It is empty if no line was recorded.
    """

    seconds: Fraction
    lines: tuple[tuple[str, str], ...]
    recordings: tuple[frozenset[str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Cue:
    """A caption with its times in seconds from the start of its shot. `line` is the index of its line."""

    line: int
    start: Fraction
    end: Fraction
    speaker: str
    text: str


def make_captions(cut: Cut, spoken: Mapping[str, ShotDialogue]) -> tuple[Caption, ...]:
    """Return the captions of a cut in order. `spoken` maps the id of a shot to its dialogue. Clips on hidden
    tracks get no captions.
    """
    placed = layout(cut)
    found = sorted(_find_cut_captions(placed, spoken), key=lambda each: (each.start, each.end))
    out: list[Caption] = []
    for each in found:
        last = out[-1] if out else None
        if last and (last.end, last.text, last.speaker) == (each.start, each.text, each.speaker):
            # If a clip was split during a line, both halves have the same caption. The two are joined to one.
            out[-1] = last.model_copy(update={"end": each.end})
        else:
            out.append(each)
    return tuple(out)


def select_captions(found: tuple[Caption, ...], start: int, frames: int) -> tuple[Caption, ...]:
    """Return the captions visible in frames [start, start + frames), with times counted from `start`."""
    return tuple(
        each.model_copy(
            update={
                "start": max(0, each.start - start),
                "end": min(frames, each.end - start),
                "words": tuple(word - max(0, start - each.start) for word in each.words),
            }
        )
        for each in found
        if each.start < start + frames and each.end > start
    )


def _find_cut_captions(cut_layout: Layout, spoken: Mapping[str, ShotDialogue]) -> Iterator[Caption]:
    heard = list_heard_lines(cut_layout)
    for track in cut_layout.tracks:
        if track.kind is not TrackKind.VIDEO or track.hidden:
            continue
        for each in cut_layout.get_row(track.id):
            dialogue = spoken.get(each.clip.source.ref) if each.clip.source.kind is SourceKind.SHOT else None
            if dialogue is None:
                continue
            laid = _find_laid_lines(each, dialogue, heard)
            yield from _make_laid_captions(dialogue, laid)
            if each.clip.effects.speed > 0:
                yield from _find_clip_captions(each, dialogue, laid, cut_layout.cut.rate)


def _find_laid_lines(
    placed: PlacedClip, dialogue: ShotDialogue, heard: Sequence[PlacedClip]
) -> dict[int, tuple[int, int]]:
    """Return the frames [start, end) of the recordings that are laid for the clip of a shot, by the index of
    the line.
    """
    own = [each for each in heard if is_line_of_clip(each, placed)]
    found: dict[int, tuple[int, int]] = {}
    for line, assets in enumerate(dialogue.recordings):
        pieces = [each for each in own if each.clip.source.ref in assets]
        if not pieces:
            continue
        first = pieces[0].clip.source.ref
        if sum(first in others for others in dialogue.recordings) > 1:
            del pieces[1:]  # The same file is the recording of several lines, which follow each other.
        own = [each for each in own if each not in pieces]
        found[line] = (min(each.start for each in pieces), max(each.end for each in pieces))
    return found


def _make_laid_captions(dialogue: ShotDialogue, laid: Mapping[int, tuple[int, int]]) -> Iterator[Caption]:
    """Yield the captions of lines whose recordings are laid. A long line is divided in proportion to its
    text.
    """
    for line, (start, end) in laid.items():
        speaker, text = dialogue.lines[line]
        parts = _split_dialogue_line(text)
        total, done, at = sum(map(len, parts)), 0, start
        for part in parts:
            done += len(part)
            until = start + round_half_up(Fraction((end - start) * done, total))
            if until > at:
                yield Caption(start=at, end=until, text=part, speaker=speaker)
            at = until


def _find_clip_captions(
    placed: PlacedClip, dialogue: ShotDialogue, laid: Container[int], rate: Fraction
) -> Iterator[Caption]:
    """Yield the captions for the part of a shot that a clip shows, without the lines in `laid`."""
    clip = placed.clip
    for cue in _make_cues(dialogue):
        if cue.line in laid:
            continue
        first, last = (round_half_up(find_clip_frame(clip, at, rate)) for at in (cue.start, cue.end))
        start, end = max(first, 0), min(last, clip.frames)
        if frames_to_seconds(end - start, rate) >= Fraction(1, 4) or (
            (start, end) == (first, last) and end > start
        ):
            yield Caption(
                start=placed.start + start, end=placed.start + end, text=cue.text, speaker=cue.speaker
            )


def _make_cues(dialogue: ShotDialogue) -> Iterator[_Cue]:
    parts = [
        (line, speaker, part)
        for line, (speaker, text) in enumerate(dialogue.lines)
        for part in _split_dialogue_line(text)
    ]
    total = sum(len(part) for _, _, part in parts)
    at = Fraction(0)
    for line, speaker, part in parts:
        end = at + dialogue.seconds * len(part) / total
        yield _Cue(line, at, end, speaker, part)
        at = end


def _split_dialogue_line(text: str) -> list[str]:
    """Return the texts of the captions for one line of dialogue. A long line is divided between words into as
    few parts as possible, which have nearly equal lengths.
    """
    divide = partial(textwrap.wrap, " ".join(text.split()), break_long_words=False, break_on_hyphens=False)
    widths = range(1, LETTERS + 1)
    # A greater width never needs more parts, so that the least width for the fewest parts can be bisected.
    least = bisect_left(widths, -len(divide(LETTERS)), key=lambda width: -len(divide(width)))
    return divide(widths[least])
