"""The state of the source viewer: one source in its full length, with its own playhead and its own in and out
marks. Pure.

Frames are counted from the start of the source at the cut's rate. An out mark is exclusive.
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
from milimo_tui.cut.values.timing import STILL_CLIP_SECONDS, get_source_span
from milimo_tui.story.values.film import Shot
from milimo_tui.tui.timeline.values.registers import SourceClip, to_source_argument

KINDS = (SourceKind.SHOT, SourceKind.ASSET, SourceKind.CUT)


@dataclass(frozen=True, slots=True)
class SourceSide:
    """The state of the source viewer: a source with its playhead and marks. `used` is the range of the source
    that a clip of the film shows; it is set by the key for match frame, and None otherwise.
    """

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
        """Return the state with the in mark at the playhead. An out mark that is not after the new in mark is
        cleared.
        """
        out = self.mark_out if self.mark_out is not None and self.mark_out > self.playhead else None
        return replace(self, mark_in=self.playhead, mark_out=out)

    def with_mark_out(self) -> SourceSide:
        """Return the state with the out mark right after the frame under the playhead, so that the marked
        range ends with this frame.
        """
        out = self.playhead + 1
        begins = self.mark_in if self.mark_in is not None and self.mark_in < out else None
        return replace(self, mark_in=begins, mark_out=out)

    def without_marks(self) -> SourceSide:
        return replace(self, mark_in=None, mark_out=None)

    @property
    def part(self) -> tuple[int, int]:
        """The range that an edit takes from the source: [in, out). Without an in mark it begins at the
        source's start, and without an out mark it ends at the source's end.
        """
        return self.mark_in or 0, self.frames if self.mark_out is None else self.mark_out

    @property
    def is_marked(self) -> bool:
        return self.mark_in is not None or self.mark_out is not None

    def frame_to_seconds(self, frame: int) -> Fraction:
        return frames_to_seconds(frame, self.rate)

    def to_source_clip(self) -> SourceClip:
        """Return the marked range as a source clip for a register. Without an out mark, the source clip has
        no length of its own (`frames` 0).
        """
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
    """Return the state for a source in its full length: a file's media length, a shot's planned length, or
    `STILL_CLIP_SECONDS` for a still picture.
    """
    media = bounds(source)
    if source.ref in shots:
        frames = round_half_up(Fraction(shots[source.ref].frames) / shot_rate * rate)
        # The extra frames of a take (handles) are only for trimming. The viewer does not show them, and an
        # insert does not use them.
        if media is not None:
            frames = min(frames, math.floor(media.end * rate))
    elif media is not None:
        frames = math.floor(media.end * rate)
    else:
        frames = STILL_CLIP_SECONDS * get_timecode_base(rate)
    return SourceSide(source, name, max(1, frames), rate)


def mark_source_clip(side: SourceSide, piece: SourceClip) -> SourceSide:
    """Return the state with in and out marks at the range of the copied source clip `piece`. A source that
    was copied in full gets no marks.
    """
    start = round_half_up(piece.source_in * side.rate)
    if not piece.frames:
        return side.seek(start) if not start else replace(side.seek(start), mark_in=start)
    end = min(side.frames, start + piece.frames)
    return replace(side.seek(start), mark_in=start, mark_out=max(start + 1, end))


def mark_clip_range(side: SourceSide, clip: Clip, rate: Fraction) -> SourceSide:
    """Return the state with in and out marks at the range of the source that a clip shows. `rate` is the
    frame rate of the clip's cut.
    """
    low, high = get_source_span(clip, rate)
    piece = SourceClip(frames=max(1, round_half_up((high - low) * side.rate)), source_in=low)
    return mark_source_clip(side, piece)


def show_matched_frame(
    side: SourceSide, clip: Clip, at: Fraction, low: Fraction, high: Fraction
) -> SourceSide:
    """Return the state after match frame, which shows the source of a clip at the frame under the film's
    playhead. The source's playhead is at second `at`. `used` is the range of the source, from second `low` to
    second `high`, that the clip shows.
    """
    rate = side.rate
    used = (round_half_up(low * rate), max(round_half_up(low * rate) + 1, round_half_up(high * rate)))
    return replace(side.seek(round_half_up(at * rate)), used=used)


@dataclass(frozen=True, slots=True)
class EditPoints:
    """The in and out points of a three-point edit, in the film and in the source. If all four are given, the
    clip's speed is changed so that both ranges have the same length. Out points are exclusive.
    """

    start: int
    end: int | None
    source_in: Fraction
    source_out: Fraction | None

    def to_three_point_arguments(self, side: SourceSide) -> dict[str, Any]:
        """Return the points as arguments of the command `cut.three_point`."""
        given = {
            **to_source_argument(side.source),
            "start": str(self.start),
            "source_in": format_ratio(self.source_in),
        }
        given |= {"end": str(self.end)} if self.end is not None else {}
        return given | ({"source_out": format_ratio(self.source_out)} if self.source_out is not None else {})

    def frame_after_edit(self, rate: Fraction) -> int:
        """Return the frame of the film at which the inserted clip ends. `rate` is the cut's frame rate."""
        if self.end is not None:
            return self.end
        return self.start + round_half_up(((self.source_out or self.source_in) - self.source_in) * rate)


def choose_edit_points(
    side: SourceSide, playhead: int, mark_in: int | None, mark_out: int | None, *, fit: bool = False
) -> EditPoints:
    """Choose the points of a three-point edit from the in and out marks of film and source. If all four marks
    are set and the two ranges differ in length, `fit` decides. If it is True, all four points are used and
    the clip's speed changes. Otherwise the source's out mark is ignored.

    - If the film has no marks, the clip begins at the film's playhead. If it has only an out mark, the clip
      ends there.
    - If the source has no marks, the range begins at the source's start. If it has only an out mark, the
      range ends there.
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
    """Return True if in and out are marked both in the film and in the source, and the two ranges differ in
    length.
    """
    if None in (side.mark_in, side.mark_out) or mark_in is None or mark_out is None:
        return False
    start, end = side.part
    return end - start != mark_out - mark_in


def draw_position_bar(length: int, at: int, marks: tuple[int | None, int | None], cells: int) -> str:
    """Draw the marks and the playhead of a source or film on one row of `cells` cells: `──[━━┃━━]──`.
    `length` and the playhead `at` are in frames; `marks` are in and out.
    """
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
    """Describe the marked range of the source: `00:00:01:00 – 00:00:02:24 50 f`. Without marks, describe the
    length of the source.
    """
    start, end = side.part
    if not side.is_marked:
        return f"{side.frames} f"
    return f"{format_timecode(start, side.rate)} – {format_timecode(end - 1, side.rate)}  {end - start} f"
