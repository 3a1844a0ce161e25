"""The source that a player plays, and the status bar of the full-screen player.

A source is a cut, a take, a file, a nested cut, or two takes played side by side in step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milimo_tui.core.time import format_timecode
from milimo_tui.tui.terminal.theme import RULE
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from rich.text import Text

    from milimo_tui.cut.plan.plan import RenderPlan
    from milimo_tui.tui.terminal.theme import TextStyles

LEAST_TRACK = 8  # Minimum width of the progress line, in cells. If there is less space, the line is left out.


@dataclass(frozen=True, slots=True)
class PlaySource:
    """The source of a player: one plan, or two plans that are shown side by side at the same frame. Sound and
    length are those of the first plan.

    `mark_in` is the first frame of the marked range, and `mark_out` the frame after the last. None means that
    the mark is not set.
    """

    plans: tuple[RenderPlan, ...]
    name: str = ""
    mark_in: int | None = None
    mark_out: int | None = None
    notes: tuple[int, ...] = ()  # Numbers of the frames to which the user wrote a note.

    @property
    def plan(self) -> RenderPlan:
        return self.plans[0]

    @property
    def frames(self) -> int:
        return self.plan.frames

    @property
    def range(self) -> tuple[int, int]:
        """The marked range, [start, end); the entire source if no range is marked."""
        start, end = self.mark_in or 0, self.frames if self.mark_out is None else self.mark_out
        return (start, min(end, self.frames)) if start < min(end, self.frames) else (0, self.frames)

    def get_name_at_frame(self, frame: int) -> str:
        """Return the name of the picture at a frame: the shot's number, or else the clip's name, or else the
        source's name.
        """
        from milimo_tui.cut.plan.plan import find_stretch_at

        if not 0 <= frame < self.frames:
            return self.name
        pictures = find_stretch_at(self.plan, frame).list_pictures()
        return (pictures[-1].media.title if pictures else "") or self.name

    def list_edit_frames(self) -> list[int]:
        """List the frames at which another clip begins, and the last frame of the source."""
        return [stretch.start for stretch in self.plan.stretches] + [self.frames - 1]


def format_player_bar(
    source: PlaySource, frame: int, sign: str, pace: str, width: int, ink: TextStyles, *, seen: str = ""
) -> tuple[Text, str]:
    """Return the left and the right part of the player's bar. At the left are the speed, the timecode, the
    name of the picture and a progress line. At the right are the playback statistics (`pace`).

    If `width` cells are not enough, the name is left out first, then the progress line.

    `seen` describes the scopes, guides, zoom and comparison in use. If it is not empty, it replaces the name
    and the progress line. If there is no space for `seen`, the statistics are left out first, then the speed.
    """
    where = format_timecode(frame, source.plan.rate)
    if seen:
        pace = pace if len(sign) + len(where) + len(seen) + len(pace) + 6 <= width else ""
        sign = sign if len(sign) + len(where) + len(seen) + 4 <= width else ""
        return join_line((f"{sign}  " if sign else "", ink.accent), (where, ink.strong), f"  {seen}"), pace
    name = source.get_name_at_frame(frame)
    room = width - len(sign) - len(where) - len(pace) - 6
    name = name if len(name) + LEAST_TRACK <= room else ""
    cells = room - len(name) - (2 if name else 0)
    text = join_line((sign, ink.accent), "  ", (where, ink.strong))
    if name:
        text.append(f"  {name}", ink.text)
    if cells >= LEAST_TRACK:
        text.append("  ")
        text.append_text(draw_track(source, frame, cells, ink))
    return text, pace


def format_figures_bar(
    figures: str, source: PlaySource, frame: int, sign: str, width: int, ink: TextStyles
) -> tuple[Text, Text]:
    """Return the left and the right part of the bar while connection statistics are switched on: the
    statistics (`figures`) at the left, speed and timecode at the right.

    If the cells are not enough, the speed is left out first, then the timecode.
    """
    where = format_timecode(frame, source.plan.rate)
    room = width - len(figures) - 2 - len(where)
    speed = f"{sign}  " if len(sign) + 2 <= room else ""
    right = join_line((speed, ink.accent), (where, ink.strong)) if room >= 0 else join_line("")
    return join_line((figures, ink.muted)), right


def draw_track(source: PlaySource, frame: int, cells: int, ink: TextStyles) -> Text:
    """Draw the source as a line of `cells` cells, `━━◆━┃───[───]──`: the part before the playhead, notes, the
    playhead `┃`, the in and out marks.
    """

    def frame_to_cell(at: int) -> int:
        return max(0, min(cells - 1, at * (cells - 1) // max(1, source.frames - 1)))

    head = frame_to_cell(frame)
    parts = [("━", ink.muted)] * head + [(RULE, ink.line)] * (cells - head)
    if source.mark_in is not None:
        parts[frame_to_cell(source.mark_in)] = ("[", ink.text)
    if source.mark_out is not None:
        parts[frame_to_cell(source.mark_out - 1)] = ("]", ink.text)
    for note in source.notes:
        parts[frame_to_cell(note)] = ("◆", ink.stale)
    parts[head] = ("┃", ink.accent)
    return join_line(*parts)
