"""The source side of the viewers: one complete source, with its own playhead and its own in and out. Pure.

Frames count from the source's start at the cut's rate. An out is exclusive.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from milimo_tui.core.time import (
    format_ratio,
    format_timecode,
    frames_to_seconds,
    get_timecode_base,
    round_half_up,
)
from milimo_tui.cut.values.cut import Clip, ClipSource, MediaLength, SourceKind
from milimo_tui.cut.values.timing import get_source_span
from milimo_tui.story.values.film import Shot
from milimo_tui.tui.timeline.values.registers import SourceClip, to_source_argument

STILL_SECONDS = 4  # Default duration of a still picture, which has no length of its own.
KINDS = (SourceKind.SHOT, SourceKind.ASSET, SourceKind.CUT)


@dataclass(frozen=True, slots=True)
class SourceSide:
    """The state of the source viewer. `used` is the range that the clip of a match frame shows."""

    source: ClipSource
    name: str
    frames: int
    rate: Fraction
    playhead: int = 0
    mark_in: int | None = None
    mark_out: int | None = None
    used: tuple[int, int] | None = None

    def seek(self, frame: int) -> SourceSide:
        return replace(self, playhead=max(0, min(frame, self.frames - 1)))

    def with_mark_in(self) -> SourceSide:
        """Return the side with its in at the playhead; an out before the new in is cleared."""
        out = self.mark_out if self.mark_out is not None and self.mark_out > self.playhead else None
        return replace(self, mark_in=self.playhead, mark_out=out)

    def with_mark_out(self) -> SourceSide:
        """Return the side with its out after the frame under the playhead."""
        out = self.playhead + 1
        begins = self.mark_in if self.mark_in is not None and self.mark_in < out else None
        return replace(self, mark_in=begins, mark_out=out)

    def without_marks(self) -> SourceSide:
        return replace(self, mark_in=None, mark_out=None)

    @property
    def part(self) -> tuple[int, int]:
        """The range that an edit would take: [in, out); a missing mark means that end of the source."""
        return self.mark_in or 0, self.frames if self.mark_out is None else self.mark_out

    @property
    def is_marked(self) -> bool:
        return self.mark_in is not None or self.mark_out is not None

    def frame_to_seconds(self, frame: int) -> Fraction:
        return frames_to_seconds(frame, self.rate)

    def to_source_clip(self) -> SourceClip:
        """Return the marked range as registers store it; without an out its length stays open."""
        start, end = self.part
        return SourceClip(
            **{self.source.kind.value: self.source.ref},
            frames=end - start if self.mark_out is not None else 0,
            source_in=self.frame_to_seconds(start),
            name=self.name,
        )


def make_source_side(
    source: ClipSource,
    name: str,
    rate: Fraction,
    bounds: MediaLength,
    shots: Mapping[str, Shot],
    shot_rate: Fraction,
) -> SourceSide:
    """Show a complete source: a file at its media's length, a shot at its planned length, a still for a few
    seconds.
    """
    media = bounds(source)
    if source.ref in shots:
        frames = round_half_up(Fraction(shots[source.ref].frames) / shot_rate * rate)
        if media is not None:  # Handles are for trimming; they are not part of an insert.
            frames = min(frames, math.floor(media.end * rate))
    elif media is not None:
        frames = math.floor(media.end * rate)
    else:
        frames = STILL_SECONDS * get_timecode_base(rate)
    return SourceSide(source, name, max(1, frames), rate)


def mark_source_clip(side: SourceSide, piece: SourceClip) -> SourceSide:
    """Return the side with the yanked range marked; a complete source gets no marks."""
    start = round_half_up(piece.source_in * side.rate)
    if not piece.frames:
        return side.seek(start) if not start else replace(side.seek(start), mark_in=start)
    end = min(side.frames, start + piece.frames)
    return replace(side.seek(start), mark_in=start, mark_out=max(start + 1, end))


def mark_clip_range(side: SourceSide, clip: Clip, rate: Fraction) -> SourceSide:
    """Return the side with the range marked that a clip shows; `rate` is the rate of the clip's cut."""
    low, high = get_source_span(clip, rate)
    piece = SourceClip(frames=max(1, round_half_up((high - low) * side.rate)), source_in=low)
    return mark_source_clip(side, piece)


def show_matched_frame(
    side: SourceSide, clip: Clip, at: Fraction, low: Fraction, high: Fraction
) -> SourceSide:
    """Return the side at second `at` of the source, with the range [low, high) that the clip shows."""
    rate = side.rate
    used = (round_half_up(low * rate), max(round_half_up(low * rate) + 1, round_half_up(high * rate)))
    return replace(side.seek(round_half_up(at * rate)), used=used)


@dataclass(frozen=True, slots=True)
class EditPoints:
    """The points of a three-point edit; all four points imply a change of speed. Outs are exclusive."""

    start: int
    end: int | None
    source_in: Fraction
    source_out: Fraction | None

    def to_three_point_arguments(self, side: SourceSide) -> dict[str, Any]:
        """Return the points as arguments of `cut.edit.three_point`."""
        given = {
            **to_source_argument(side.source),
            "start": str(self.start),
            "source_in": format_ratio(self.source_in),
        }
        given |= {"end": str(self.end)} if self.end is not None else {}
        return given | ({"source_out": format_ratio(self.source_out)} if self.source_out is not None else {})

    def frame_after_edit(self, rate: Fraction) -> int:
        """Return the frame after the edit."""
        if self.end is not None:
            return self.end
        return self.start + round_half_up(((self.source_out or self.source_in) - self.source_in) * rate)


def choose_edit_points(
    side: SourceSide, playhead: int, mark_in: int | None, mark_out: int | None, *, fit: bool = False
) -> EditPoints:
    """Choose the edit points from the marks of the cut and the source; a fourth point that disagrees counts
    only with `fit`.

    Without marks in the cut, the edit begins at the cut's playhead; with an out alone, it ends there. Without
    marks in the source, the range begins at the source's start; with an out alone, it ends there.
    """
    start, end = side.part
    if mark_in is not None and mark_out is not None:
        if side.mark_in is None and side.mark_out is not None and not fit:
            start = max(0, end - (mark_out - mark_in))
        return EditPoints(
            mark_in, mark_out, side.frame_to_seconds(start), side.frame_to_seconds(end) if fit else None
        )
    frames = end - start
    at = playhead if mark_in is None else mark_in
    if mark_in is None and mark_out is not None:
        at = max(0, mark_out - frames)
    return EditPoints(at, None, side.frame_to_seconds(start), side.frame_to_seconds(end))


def has_length_conflict(side: SourceSide, mark_in: int | None, mark_out: int | None) -> bool:
    """Return True if all four points are marked and the two ranges differ in length."""
    if None in (side.mark_in, side.mark_out) or mark_in is None or mark_out is None:
        return False
    start, end = side.part
    return end - start != mark_out - mark_in


# -- text ----------------------------------------------------------------------------------------------


def draw_position_bar(length: int, at: int, marks: tuple[int | None, int | None], cells: int) -> str:
    """Draw a source or film on one row, `──[━━┃━━]──`: brackets for in and out, and the playhead."""
    if cells <= 0 or length <= 0:
        return ""

    def cell_at_frame(frame: int) -> int:
        return max(0, min(cells - 1, frame * (cells - 1) // max(1, length - 1)))

    mark_in, mark_out = marks
    first, last = cell_at_frame(mark_in or 0), cell_at_frame(length - 1 if mark_out is None else mark_out - 1)
    some = mark_in is not None or mark_out is not None
    out = ["━" if some and first <= place <= last else "─" for place in range(cells)]
    if mark_in is not None:
        out[first] = "["
    if mark_out is not None:
        out[last] = "]"
    out[cell_at_frame(at)] = "┃"
    return "".join(out)


def describe_marked_part(side: SourceSide) -> str:
    """Describe the marked range, `00:00:01:00 – 00:00:02:24  50 f`; without marks, the source's length."""
    start, end = side.part
    if not side.is_marked:
        return f"{side.frames} f"
    return f"{format_timecode(start, side.rate)} – {format_timecode(end - 1, side.rate)}  {end - start} f"
