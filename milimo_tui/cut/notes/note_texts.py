"""Write the notes and markers of a cut as text, as a table (CSV) or as an EDL. Pure functions.

`cut.notes.note_files` can read all three. A table loses nothing, and text loses only the colours. An EDL
contains only times, words, authors and named colours.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from fractions import Fraction

from milimo_tui.core.time import format_timecode, get_timecode_base
from milimo_tui.cut.notes.marker_colours import MARKER_COLOURS, PLAIN_COLOUR, find_nearest_colour_name
from milimo_tui.cut.notes.note_files import Kind
from milimo_tui.cut.notes.note_list import Thread
from milimo_tui.cut.values.cut import Cut, Marker

ThreadPlaceName = Callable[[Thread], str]
"""A function that returns the name of the place a note is about, such as `3B`; empty if there is none."""

COLUMNS = ("number", "timecode", "frame", "note", "author", "done", "colour", "on", "reply")


def format_note_file(cut: Cut, found: Sequence[Thread], kind: Kind, where: ThreadPlaceName) -> str:
    """Return notes as a file in the format `kind`. Notes without a visible frame are left out. `where`
    returns the name of the shot or clip that a note is on.
    """
    shown = [each for each in found if each.frame is not None]
    if kind == "csv":
        return _format_table_notes(cut, shown, where)
    return _format_edl_notes(cut, shown) if kind == "edl" else _format_text_notes(cut, shown)


def _format_text_notes(cut: Cut, found: Sequence[Thread]) -> str:
    lines = []
    for each in found:
        tick = "[x] " if each.marker.done else ""
        lines.append(
            (
                f"{format_timecode(each.frame or 0, cut.rate)}  {tick}{_format_signed_words(each.marker)}"
            ).rstrip()
        )
        lines += [f"    ↳ {_format_signed_words(answer)}" for answer in each.answers]
    return "\n".join(lines) + "\n" if lines else ""


def _format_signed_words(marker: Marker) -> str:
    words = " ".join((marker.text or (f"mark {marker.name}" if marker.name else "")).split())
    return f"{words}  — {marker.author}" if marker.author and words else words


def _format_table_notes(cut: Cut, found: Sequence[Thread], where: ThreadPlaceName) -> str:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for each in found:
        for marker in (each.marker, *each.answers):
            frame = each.frame or 0
            reply = "yes" if marker is not each.marker else ""
            done = "yes" if marker.done else ""
            place = each.number, format_timecode(frame, cut.rate), frame
            text = marker.text or marker.name, marker.author, done, marker.colour
            table.writerow((*place, *text, where(each), reply))
    return out.getvalue()


def _format_edl_notes(cut: Cut, found: Sequence[Thread]) -> str:
    """Return an EDL with one event of one frame for each note. Each event has a locator line for Avid and a
    marker line for DaVinci Resolve.
    """
    lines = [f"TITLE: {' '.join(cut.name.split())}", "FCM: NON-DROP FRAME", ""]
    for number, each in enumerate(found, 1):
        first, last = (_format_full_timecode((each.frame or 0) + more, cut.rate) for more in (0, 1))
        words = _format_signed_words(each.marker)
        colour = MARKER_COLOURS[find_nearest_colour_name(each.marker.colour) or PLAIN_COLOUR]
        lines += [
            f"{number:03}  001      V     C        {first} {last} {first} {last}",
            f"* LOC: {first} {colour.avid:7} {words}".rstrip(),
            f" |C:ResolveColor{colour.resolve} |M:{words} |D:1",
            "",
        ]
    return "\n".join(lines)


def _format_full_timecode(frame: int, rate: Fraction) -> str:
    """Return a frame as non-drop timecode, because the header of the EDL announces non-drop timecode."""
    return format_timecode(frame, Fraction(get_timecode_base(rate)))
