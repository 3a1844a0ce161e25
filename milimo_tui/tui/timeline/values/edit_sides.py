"""The frames shown while an edit is trimmed: the two frames at the edit, or four frames for a clip that slips
or slides.

Pure. Each frame comes with a description.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from milimo_tui.core.time import format_timecode, round_half_up
from milimo_tui.cut.layout.layout import Layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values import timing
from milimo_tui.cut.values.cut import Clip, MediaLength, SourceKind
from milimo_tui.tui.timeline.values.trims import Trim


@dataclass(frozen=True, slots=True)
class EditSide:
    """A frame shown while an edit is trimmed: the first or last frame of a clip, with its description.

    - `name` is the clip's name; it is empty if there is no clip.
    - `frame` is the frame of the film, or None before its start or after its end.
    - `where` is the frame's timecode in its source; it is empty if the source has no timecode.
    - `left` is the number of source frames beyond this frame, or None for a source without an end.
    """

    frame: int | None
    name: str = ""
    end: str = ""  # `first` or `last`: which frame of the clip this is.
    where: str = ""
    left: int | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """The description of the frame in pieces, the most important first: `1C last`, `00:00:06:14`, `12 f
        left`.
        """
        if not self.name:
            return ("nothing here",)
        left = "" if self.left is None else f"{self.left} f left"
        return tuple(filter(None, (f"{self.name} {self.end}", self.where, left)))

    @property
    def words(self) -> str:
        """The description of the frame on one line: `1C last 00:00:06:14 12 f left`."""
        first, *rest = self.parts
        where = f"  {rest.pop(0)}" if self.where and rest else ""
        return f"{first}{where}" + (f"   {rest[0]}" if rest else "")


def list_edit_sides(
    layout: Layout, trim: Trim, name_of: Callable[[Clip], str], bounds: MediaLength, rate: Fraction
) -> tuple[EditSide, ...]:
    """Return the frames to show while an edit is trimmed, in their order on the screen. `name_of` returns a
    clip's name.

    For an edge these are the last frame before the edge and the first frame after it. For an entire clip
    these are the last frame of the previous clip, the clip's own first and last frames, and the first frame
    of the next clip.
    """
    placed = layout.get_placed(trim.clip)
    edges: tuple[int, ...] = (placed.start, placed.end)
    if trim.kind.is_of_edge:
        edges = (placed.end,) if trim.edge == "tail" else (placed.start,)
    out: list[EditSide] = []
    for edge in edges:
        for frame, end in ((edge - 1, "last"), (edge, "first")):
            if not 0 <= frame < layout.frames:
                out.append(EditSide(None))
            else:
                out.append(
                    _make_edit_side(
                        layout.find_clip_at(placed.clip.track, frame), frame, end, name_of, bounds, rate
                    )
                )
    return tuple(out)


def _make_edit_side(
    placed: PlacedClip | None,
    frame: int,
    end: str,
    name_of: Callable[[Clip], str],
    bounds: MediaLength,
    rate: Fraction,
) -> EditSide:
    if placed is None or placed.clip.source.kind is SourceKind.GAP:
        return EditSide(frame)
    clip = placed.clip
    before, after = timing.count_spare_frames(clip, rate, bounds)
    where = ""
    if clip.source.kind not in timing.ENDLESS:
        where = format_timecode(
            round_half_up(timing.get_source_second(clip, frame - placed.start, rate) * rate), rate
        )
    return EditSide(frame, name_of(clip), end, where, after if end == "last" else before)
