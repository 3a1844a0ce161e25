"""What the full-screen player plays, a cut, a take, a file, a nest or two takes in step; and its bar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milimo_tui.core.time import timecode
from milimo_tui.tui.terminal.theme import RULE
from milimo_tui.tui.widgets.text import line

if TYPE_CHECKING:
    from rich.text import Text

    from milimo_tui.cut.plan.plan import Plan
    from milimo_tui.tui.terminal.theme import Ink

LEAST_TRACK = 8  # cells that a bar of the film needs to tell anything


@dataclass(frozen=True, slots=True)
class PlaySource:
    """One plan, or two that are seen side by side in step: the sound and the length are the first one's.

    `mark_out` is the frame behind the last of the range.
    """

    plans: tuple[Plan, ...]
    name: str = ""
    mark_in: int | None = None
    mark_out: int | None = None
    notes: tuple[int, ...] = ()  # frames that have a remark

    @property
    def plan(self) -> Plan:
        return self.plans[0]

    @property
    def frames(self) -> int:
        return self.plan.frames

    @property
    def range(self) -> tuple[int, int]:
        """Return the marked range, [start, end); all of it where none is marked."""
        start, end = self.mark_in or 0, self.frames if self.mark_out is None else self.mark_out
        return (start, min(end, self.frames)) if start < min(end, self.frames) else (0, self.frames)

    def name_at(self, frame: int) -> str:
        """Return what is seen at a frame: the shot's number, the clip's name, else the source's own name."""
        from milimo_tui.cut.plan.plan import stretch_at

        if not 0 <= frame < self.frames:
            return self.name
        pictures = stretch_at(self.plan, frame).pictures()
        return (pictures[-1].media.title if pictures else "") or self.name

    def edits(self) -> list[int]:
        """List the frames at which something else begins to be seen, and the end."""
        return [stretch.start for stretch in self.plan.stretches] + [self.frames - 1]


def bar_text(
    source: PlaySource, frame: int, sign: str, pace: str, width: int, ink: Ink, *, seen: str = ""
) -> tuple[Text, str]:
    """Return both ends of the player's bar in so many cells: speed, timecode, name and the film as a line;
    then the words on its pace. The name, and then the line, are left out where there is no room.

    `seen` says how the picture is looked at: it takes the place of name and line, and where it must that of
    the pace, then of the speed.
    """
    where = timecode(frame, source.plan.rate)
    if seen:
        pace = pace if len(sign) + len(where) + len(seen) + len(pace) + 6 <= width else ""
        sign = sign if len(sign) + len(where) + len(seen) + 4 <= width else ""
        return line((f"{sign}  " if sign else "", ink.accent), (where, ink.strong), f"  {seen}"), pace
    name = source.name_at(frame)
    room = width - len(sign) - len(where) - len(pace) - 6
    name = name if len(name) + LEAST_TRACK <= room else ""
    cells = room - len(name) - (2 if name else 0)
    text = line((sign, ink.accent), "  ", (where, ink.strong))
    if name:
        text.append(f"  {name}", ink.text)
    if cells >= LEAST_TRACK:
        text.append("  ")
        text.append_text(track(source, frame, cells, ink))
    return text, pace


def figures_text(
    figures: str, source: PlaySource, frame: int, sign: str, width: int, ink: Ink
) -> tuple[Text, Text]:
    """Return both ends of the bar while the line's figures are asked for: these, then speed and timecode,
    which are left out, the speed first, where there is no room.
    """
    where = timecode(frame, source.plan.rate)
    room = width - len(figures) - 2 - len(where)
    speed = f"{sign}  " if len(sign) + 2 <= room else ""
    right = line((speed, ink.accent), (where, ink.strong)) if room >= 0 else line("")
    return line((figures, ink.muted)), right


def track(source: PlaySource, frame: int, cells: int, ink: Ink) -> Text:
    """Draw what is played on a line, `━━◆━┃───[───]──`: what was seen, the playhead, in and out."""

    def cell(at: int) -> int:
        return max(0, min(cells - 1, at * (cells - 1) // max(1, source.frames - 1)))

    head = cell(frame)
    parts = [("━", ink.muted)] * head + [(RULE, ink.line)] * (cells - head)
    if source.mark_in is not None:
        parts[cell(source.mark_in)] = ("[", ink.text)
    if source.mark_out is not None:
        parts[cell(source.mark_out - 1)] = ("]", ink.text)
    for note in source.notes:
        parts[cell(note)] = ("◆", ink.stale)
    parts[head] = ("┃", ink.accent)
    return line(*parts)
