"""A trim as a value: its kind (trim, ripple, roll, slip or slide), the edge or clip that moves, and the
number of frames. This module also applies and describes trims.

Pure. Media and neighbouring clips may limit a trim, so the number of frames by which the edge or clip really
moves is computed from the changed cut.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Any, Literal

from milimo_tui.core.ids import new_id
from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout.layout import Layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import Clip, Cut, MediaLength, SourceKind, Track

Edge = Literal["head", "tail"]


class TrimKind(Enum):
    """A kind of trim. The value is its name and a description of its effect on other clips."""

    TRIM = ("trim", "nothing else moves")
    RIPPLE = ("ripple", "later clips move too")
    ROLL = ("roll", "the neighbour is trimmed too")
    SLIP = ("slip", "its position stays, its source moves")
    SLIDE = ("slide", "both neighbours are trimmed")

    @property
    def word(self) -> str:
        return self.value[0]

    @property
    def others(self) -> str:
        """The effect of this kind of trim on other clips, in words."""
        return self.value[1]

    @property
    def is_of_edge(self) -> bool:
        """True if this kind of trim moves one edge. Slip and slide move the entire clip instead."""
        return self in (TrimKind.TRIM, TrimKind.RIPPLE, TrimKind.ROLL)


def list_trim_kinds(track: Track) -> tuple[TrimKind, ...]:
    """List the kinds of trim for a clip on `track`, in the order of Tab. On a magnetic track there is no
    plain trim, because every trim there ripples.
    """
    return tuple(kind for kind in TrimKind if not (track.magnetic and kind is TrimKind.TRIM))


@dataclass(frozen=True, slots=True)
class Trim:
    """A trim: a clip, or one of its edges, moved by `by` frames. A positive number moves it to the right."""

    kind: TrimKind
    edge: Edge
    clip: str
    by: int = 0

    @property
    def sign(self) -> str:
        """The glyph that marks the trim on the timeline. The direction of its arrows shows which clips change
        length.
        """
        if self.kind is TrimKind.ROLL:
            return "◀▶"
        if not self.kind.is_of_edge:
            return "▶◀" if self.kind is TrimKind.SLIP else "◀▶"
        return "◀" if self.edge == "tail" else "▶"

    def to_command(self) -> tuple[str, dict[str, Any]]:
        """Return the command that makes this trim, and its arguments."""
        given: dict[str, Any] = {"clip": self.clip, "by": self.by}
        if self.kind is TrimKind.TRIM:
            return ("cut.trim_out" if self.edge == "tail" else "cut.trim_in"), given
        if self.kind.is_of_edge:
            given["edge"] = self.edge
        return f"cut.{self.kind.word}", given


def apply_trim(cut: Cut, trim: Trim, bounds: MediaLength) -> Cut:
    """Apply a trim to a cut. Raises Refused if the trim is not possible."""
    if trim.kind is TrimKind.TRIM:
        plain = edits.trim_clip_out if trim.edge == "tail" else edits.trim_clip_in
        return plain(cut, trim.clip, trim.by, new_id=new_id, bounds=bounds)
    if trim.kind.is_of_edge:
        edge = edits.ripple_trim if trim.kind is TrimKind.RIPPLE else edits.roll_edit
        return edge(cut, trim.clip, trim.edge, trim.by, new_id=new_id, bounds=bounds)
    whole = edits.slip_clip if trim.kind is TrimKind.SLIP else edits.slide_clip
    return whole(cut, trim.clip, trim.by, new_id=new_id, bounds=bounds)


def count_frames_moved(before: PlacedClip, after: PlacedClip, trim: Trim, rate: Fraction) -> int:
    """Return the number of frames by which a trim moved the edge or clip, computed by comparing the clip
    before and after the trim. The number is smaller than requested if media or neighbouring clips limit the
    trim.
    """
    if trim.kind is TrimKind.SLIP:
        speed = before.clip.effects.speed or Fraction(1)
        return round((after.clip.source_in - before.clip.source_in) * rate / speed)
    if trim.kind is TrimKind.SLIDE:
        return after.start - before.start
    grown = after.clip.frames - before.clip.frames
    return grown if trim.edge == "tail" else -grown


def find_trim_frame(clip: PlacedClip, trim: Trim) -> int:
    """Return the frame of the trimmed edge. For a tail this is the frame after the clip. For a trim of an
    entire clip, return the clip's first frame.
    """
    return clip.end if trim.kind.is_of_edge and trim.edge == "tail" else clip.start


def list_snapping_edges(clip: PlacedClip, trim: Trim) -> tuple[int, ...]:
    """Return the frames that are checked against snapping points during a trim: the frame of the trimmed
    edge, or the frames of both edges of a clip that slides. The tuple is empty for a slip, which moves no
    edge.
    """
    if trim.kind is TrimKind.SLIP:
        return ()
    if trim.kind is TrimKind.SLIDE:
        return (clip.start + trim.by, clip.end + trim.by)
    return (find_trim_frame(clip, trim) + trim.by,)


def find_adjacent_clips(base: Layout, clip: PlacedClip) -> tuple[Clip | None, Clip | None]:
    """Return the clip that touches the head of a clip and the clip that touches its tail. Each is None if
    there is no clip or only a gap.
    """
    track = clip.clip.track
    adjacent = (
        base.find_clip_at(track, clip.start - 1) if clip.start else None,
        base.find_clip_at(track, clip.end),
    )
    left, right = (
        each.clip if each is not None and each.clip.source.kind is not SourceKind.GAP else None
        for each in adjacent
    )
    return left, right


def describe_trim(base: Layout, trim: Trim, name_of: Callable[[Clip], str]) -> str:
    """Describe a trim by its kind, its clips and its frames: `roll 3A │ 3B −5 f`. `name_of` returns a clip's
    name.
    """
    placed = base.get_placed(trim.clip)
    name, left_right = name_of(placed.clip), find_adjacent_clips(base, placed)
    left, right = (name_of(clip) if clip is not None else "" for clip in left_right)
    by = f"{trim.by:+d} f"
    if trim.kind is TrimKind.ROLL:
        pair = (name, right) if trim.edge == "tail" else (left, name)
        return f"roll {pair[0] or '–'} │ {pair[1] or '–'}  {by}"
    if trim.kind is TrimKind.SLIDE:
        between = f" between {left or 'nothing'} and {right or 'nothing'}"
        return f"slide {name}{between}  {by}"
    if trim.kind is TrimKind.SLIP:
        return f"slip {name}: its source is {abs(trim.by)} f {'later' if trim.by >= 0 else 'earlier'}"
    after = _count_clips_after(base, placed) if trim.kind is TrimKind.RIPPLE else 0
    follow = f", {after} after it {'follows' if after == 1 else 'follow'}" if after else ""
    return f"{trim.kind.word} {trim.edge} of {name}  {by}{follow}"


def _count_clips_after(base: Layout, clip: PlacedClip) -> int:
    """Count the clips that follow a clip on its track."""
    row = base.get_row(clip.clip.track)
    return len(row) - 1 - row.index(clip)
