"""Notes and cuts as rows of their lists. Pure functions over values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.style import Style
from rich.text import Text

from milimo_tui.core.format import format_count
from milimo_tui.core.time import format_timecode
from milimo_tui.cut.compare.comparison import CutDifference
from milimo_tui.cut.compare.cut_text import format_clip_name
from milimo_tui.cut.layout.layout import Layout
from milimo_tui.cut.notes.marker_colours import MARKER_COLOURS
from milimo_tui.cut.notes.note_list import Thread, list_threads
from milimo_tui.cut.values.cut import Cut, Marker
from milimo_tui.tui.terminal.theme import TextStyles
from milimo_tui.tui.widgets.rows import Row
from milimo_tui.tui.widgets.text import fit_to_cells, join_line, wrap_words

if TYPE_CHECKING:
    from milimo_tui.tui.keys.keymap import InKeys

FILTERS = ("all", "to do", "notes")
DONE, OPEN, PLACE = "✓", "○", "·"
ON = 8  # Width of the column with the clip that a note is attached to, in cells.
# Width of the column that shows if a cut is frozen, edited by the user or follows the screenplay, in cells.
KIND = 7


def filter_notes(found: Sequence[Thread], filter_name: str) -> list[Thread]:
    """Return the notes that pass the filter `filter_name`, one of `FILTERS`."""
    if filter_name == "to do":
        return [each for each in found if each.is_task and not each.marker.done]
    return [each for each in found if filter_name == "all" or each.marker.kind]


def format_note_headings(ink: TextStyles) -> tuple[Text, Text]:
    """Return the column headings of the notes."""
    return join_line((f"     {'at':11}  {'on':{ON}}  note", ink.muted)), join_line(("by", ink.muted))


def build_note_rows(
    found: Sequence[Thread], layout: Layout, names: Mapping[str, str], ink: TextStyles
) -> list[Row]:
    """Return a row for each note. The left side has its glyph, timecode, clip and text; the right side has
    the number of answers and the author.
    """
    rows = []
    for each in found:
        marker = each.marker
        sign = DONE if marker.done else OPEN if each.is_task else PLACE
        at = "hidden" if each.frame is None else format_timecode(each.frame, layout.cut.rate)
        style = ink.muted if marker.done else ink.text
        left = join_line(
            (f"{sign} ", ink.picked if marker.done else ink.muted),
            ("◆ " if marker.colour else "  ", make_marker_style(marker.colour, ink)),
            (f"{at:11}  ", ink.muted),
            (f"{fit_to_cells(_name_marked_clip(each, layout, names), ON)}  ", ink.muted),
            (format_marker_title(marker), style),
        )
        replies = f"↳ {len(each.answers)}  " if each.answers else ""
        search = " ".join([marker.text, marker.author, *(answer.text for answer in each.answers)])
        rows.append(Row(marker.id, left, join_line((replies, ink.muted), (marker.author, ink.muted)), search))
    return rows


def build_note_detail_rows(
    thread: Thread, layout: Layout, names: Mapping[str, str], ink: TextStyles, width: int
) -> list[Row]:
    """Return rows that describe a note: its author, its clip, its full text and its answers."""
    marker = thread.marker
    on = _name_marked_clip(thread, layout, names)
    head = [marker.author or "a note", f"on {on}" if on else "", marker.colour, "done" if marker.done else ""]
    rows = [Row("", join_line(("  ".join(part for part in head if part), ink.muted)))]
    rows += [Row("", join_line((part, ink.text))) for part in wrap_words(format_marker_title(marker), width)]
    for answer in thread.answers:
        rows += [Row("", join_line()), Row("", join_line((f"↳ {answer.author or 'answer'}", ink.muted)))]
        rows += [Row("", join_line((part, ink.text))) for part in wrap_words(answer.text, width)]
    return rows


def format_marker_title(marker: Marker) -> str:
    """Return a marker's text; without a text its name, and without a name the word "marker"."""
    return " ".join(marker.text.split()) or (f"mark {marker.name}" if marker.name else "marker")


def make_marker_style(colour: str, ink: TextStyles) -> Style:
    """Return a style in the marker's colour. If colours are off or the marker has none, return the style of
    plain text.
    """
    shown = MARKER_COLOURS[colour].shown if colour in MARKER_COLOURS else colour
    return ink.text if ink.plain or not shown else Style(color=shown)


def _name_marked_clip(thread: Thread, layout: Layout, names: Mapping[str, str]) -> str:
    placed_clip = layout.find_placed(thread.marker.clip) if thread.marker.clip else None
    return format_clip_name(placed_clip.clip, names) if placed_clip else ""


def format_cut_headings(ink: TextStyles, width: int) -> tuple[Text, Text]:
    """Return the column headings of the cuts, for a list `width` cells wide."""
    left = f"   {fit_to_cells('cut', _measure_cut_name_width(width))}  {'edited':{KIND}}  {'raster':9}  rate"
    return join_line((left, ink.muted)), join_line((f"{'length':11}", ink.muted))


def _measure_cut_name_width(width: int) -> int:
    """Return the width in cells for a cut's name in a list of `width` cells: the space that the other columns
    leave, from 16 to 40.
    """
    return max(16, min(40, width - 61))


def build_cut_rows(
    cuts: Sequence[Cut], facts_by_cut: Mapping[str, Mapping[str, Any]], ink: TextStyles, width: int
) -> list[Row]:
    """Return a row for each cut. The left side has its name, kind, size and rate; the right side has its open
    tasks and its length.
    """
    rows, wide = [], _measure_cut_name_width(width)
    for cut in cuts:
        facts = facts_by_cut[cut.id]
        sign = "●" if facts["current"] else "■" if cut.frozen else " "
        what = "frozen" if cut.frozen else "manual" if cut.hand_edited else "follows"
        left = join_line(
            (f"{sign} ", ink.accent if facts["current"] else ink.muted),
            (fit_to_cells(cut.name, wide), ink.strong if facts["current"] else ink.text),
            (f"  {what:{KIND}}", ink.muted),
            (f"  {fit_to_cells(f'{cut.width}×{cut.height}', 9)}  {float(cut.rate):.5g} fps", ink.muted),
        )
        to_do = f"{facts['to_do']} to do   " if facts["to_do"] else ""
        right = join_line((to_do, ink.stale), (format_timecode(facts["frames"], cut.rate), ink.text))
        rows.append(Row(cut.id, left, right, cut.name))
    return rows


def build_current_cut_rows(
    layout: Layout, cuts: int, ink: TextStyles, in_keys: InKeys, width: int
) -> list[Row]:
    """Return rows that describe the current cut: its tracks and its open tasks. The last row is a hint that
    tells the user what this pane is for.

    `cuts` is the number of cuts in the film.
    """
    rows = [
        Row("", join_line((f"{layout.cut.name}   ", ink.strong), ("on the timeline", ink.muted))),
        Row("", join_line()),
    ]
    counts = Counter(clip.track for clip in layout.cut.clips)
    for track in layout.cut.tracks:
        if counts[track.id]:
            clips = format_count(counts[track.id], "clip")
            rows.append(
                Row("", join_line((f"{fit_to_cells(track.name, 11)}  ", ink.text), (clips, ink.muted)))
            )
    open_ = [each for each in list_threads(layout) if each.is_task and not each.marker.done]
    rows += [Row("", join_line()), Row("", join_line((f"{len(open_)} to do", ink.stale)))] if open_ else []
    for each in open_:
        place = "hidden" if each.frame is None else format_timecode(each.frame, layout.cut.rate)
        for part in wrap_words(format_marker_title(each.marker), max(16, width - 13)):
            rows.append(Row("", join_line((f"{place:11}  ", ink.muted), (part, ink.text))))
            place = ""
    words = (
        "Move the cursor to another cut to see its differences here."
        if cuts > 1
        else in_keys("{ui.add} copies this cut, {ui.freeze} freezes it; the differences are listed here.")
    )
    return [
        *rows,
        Row("", join_line()),
        *(Row("", join_line((part, ink.muted))) for part in wrap_words(words, width)),
    ]


def build_difference_rows(
    old: Cut, new: Cut, found: Sequence[CutDifference], ink: TextStyles, width: int
) -> list[Row]:
    """Return rows with the differences between two cuts, one sentence each. The first row has the cuts' names
    and the number of differences.
    """
    count = len(found)
    head = format_count(count, "difference") if count else "nothing differs"
    rows = [Row("", join_line((f"{old.name} → {new.name}   ", ink.strong), (head, ink.muted)))]
    for each in found:
        place = "" if each.what in ("cut", "track") else format_timecode(each.frame, new.rate)
        for part in wrap_words(each.sentence, max(16, width - 13)):
            rows.append(Row("", join_line((f"{place:11}  ", ink.muted), (part, ink.text))))
            place = ""
    return rows
