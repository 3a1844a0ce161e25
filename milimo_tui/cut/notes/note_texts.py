"""Format the notes and markers of a cut as text, as a table (CSV) or as an EDL of markers. Pure.

`cut.notes.note_files` reads text and table back without a loss, except that text has no colours. An EDL
contains times, words, authors and named colours.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from fractions import Fraction

from milimo_tui.core.time import nominal, timecode
from milimo_tui.cut.notes.marker_colours import named_colour
from milimo_tui.cut.notes.note_files import NO_NAME, Kind
from milimo_tui.cut.notes.note_list import Thread
from milimo_tui.cut.values.cut import Cut, Marker

Where = Callable[[Thread], str]
"""What a note lies on, in words: `3B`; empty for none."""

COLUMNS = ("number", "timecode", "frame", "note", "author", "done", "colour", "on", "reply")
_AVID = {"red": "RED", "green": "GREEN", "blue": "BLUE", "cyan": "CYAN", "magenta": "MAGENTA",
         "yellow": "YELLOW", "black": "BLACK", "white": "WHITE"}  # fmt: skip
_RESOLVE = {"red": "Red", "orange": "Sand", "yellow": "Yellow", "green": "Green", "cyan": "Cyan",
            "blue": "Blue", "purple": "Purple", "magenta": "Fuchsia", "pink": "Pink",
            "white": "Cream"}  # fmt: skip


def written(cut: Cut, found: Sequence[Thread], kind: Kind, where: Where) -> str:
    """Return the notes in one of the formats. Notes whose frame is hidden are left out."""
    shown = [each for each in found if each.frame is not None]
    if kind == "csv":
        return _table(cut, shown, where)
    return _edl(cut, shown) if kind == "edl" else _text(cut, shown)


def _text(cut: Cut, found: Sequence[Thread]) -> str:
    lines = []
    for each in found:
        tick = "[x] " if each.marker.done else ""
        lines.append(f"{timecode(each.frame or 0, cut.rate)}  {tick}{_signed(each.marker)}".rstrip())
        lines += [f"    ↳ {_signed(answer)}" for answer in each.answers]
    return "\n".join(lines) + "\n" if lines else ""


def _signed(marker: Marker) -> str:
    words = " ".join((marker.text or (f"mark {marker.name}" if marker.name else "")).split())
    return f"{words}  — {marker.author}" if marker.author and words else words


def _table(cut: Cut, found: Sequence[Thread], where: Where) -> str:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for each in found:
        for marker in (each.marker, *each.answers):
            frame = each.frame or 0
            reply = "yes" if marker is not each.marker else ""
            done = "yes" if marker.done else ""
            place = each.number, timecode(frame, cut.rate), frame
            text = marker.text or marker.name, marker.author, done, marker.colour
            table.writerow((*place, *text, where(each), reply))
    return out.getvalue()


def _edl(cut: Cut, found: Sequence[Thread]) -> str:
    """Return an event of one frame for each note, with Avid's locator and Resolve's marker line."""
    lines = [f"TITLE: {' '.join(cut.name.split())}", "FCM: NON-DROP FRAME", ""]
    for number, each in enumerate(found, 1):
        first, last = (_code((each.frame or 0) + more, cut.rate) for more in (0, 1))
        words = _signed(each.marker)
        colour = named_colour(each.marker.colour)
        lines += [
            f"{number:03}  001      V     C        {first} {last} {first} {last}",
            f"* LOC: {first} {_AVID.get(colour, NO_NAME.upper()):7} {words}".rstrip(),
            f" |C:ResolveColor{_RESOLVE.get(colour, NO_NAME.title())} |M:{words} |D:1",
            "",
        ]
    return "\n".join(lines)


def _code(frame: int, rate: Fraction) -> str:
    """Return non-drop timecode, as the header of the list specifies."""
    return timecode(frame, Fraction(nominal(rate)))
