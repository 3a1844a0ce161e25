"""Notes on captions after an edit: new numbers, overlaps, and captions after the end of the cut."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from fractions import Fraction

from milimo_tui.core.format import format_count
from milimo_tui.core.time import format_timecode, frames_to_seconds
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.captions import CutCaption
from milimo_tui.cut.values.cut import Cut
from milimo_tui.cut.words.caption_edits import list_track_captions

_MOST = 2  # numbers or overlaps that a message lists


def list_caption_notes(before: Cut, after: Cut, track: str, ids: Set[str]) -> list[str]:
    """Return notes on the captions `ids` of a track that an edit has added or moved: captions with another
    number, new overlaps, and captions after the end of the cut.
    """
    rows = list_track_captions(after, track)
    old_rows = list_track_captions(before, track)
    old = {each.id: each for each in old_rows}
    old_numbers = {each.id: number for number, each in enumerate(old_rows, start=1)}
    moved = [each for each in rows if each.id in ids and not _has_same_times(each, old.get(each.id))]
    moved_ids = {each.id for each in moved}
    renumbered = [
        f"caption {old_numbers[each.id]} is now number {number}"
        for number, each in enumerate(rows, start=1)
        if each.id in moved_ids and old_numbers.get(each.id, number) != number
    ]
    return [
        *_shorten_list(renumbered, "captions have new numbers"),
        *_shorten_list(_list_new_overlaps(rows, moved_ids, old), "captions overlap"),
        *list_late_caption_notes(after, moved),
    ]


def _has_same_times(caption: CutCaption, old: CutCaption | None) -> bool:
    return old is not None and (old.start, old.end) == (caption.start, caption.end)


def _shorten_list(notes: Sequence[str], summary: str) -> Sequence[str]:
    """Return the notes, or only their number and a summary if there are many."""
    return notes if len(notes) <= _MOST else [f"{len(notes)} {summary}"]


def list_late_caption_notes(cut: Cut, captions: Collection[CutCaption]) -> list[str]:
    """Return a note on the captions that begin after the end of a cut, and one on those that only end after
    it. Both have the number of captions and the timecode of the end.
    """
    frames = layout(cut).frames
    length, end = frames_to_seconds(frames, cut.rate), format_timecode(frames, cut.rate)
    begin = sum(each.start >= length for each in captions)
    late = sum(each.end > length for each in captions) - begin
    return [
        f"{format_count(count, 'caption')} {verb}{'s' if count == 1 else ''} after the end of the cut, {end}"
        for count, verb in ((begin, "begin"), (late, "end"))
        if count
    ]


def _list_new_overlaps(
    rows: Sequence[CutCaption], moved: Set[str], old: Mapping[str, CutCaption]
) -> list[str]:
    """Describe the overlaps of moved captions. Each caption is compared with the earlier caption that ends
    last. Two captions that did not move against each other are left out.
    """
    found: list[str] = []
    last: tuple[int, CutCaption] | None = None
    for number, each in enumerate(rows, start=1):
        if last is not None and last[1].end > each.start and {each.id, last[1].id} & moved:
            before = _compute_offsets(old.get(last[1].id), old.get(each.id))
            if before != _compute_offsets(last[1], each):
                late = float(last[1].end - each.start)
                found.append(f"caption {number} overlaps caption {last[0]} by {late:.2f} s")
        if last is None or each.end > last[1].end:
            last = number, each
    return found


def _compute_offsets(first: CutCaption | None, second: CutCaption | None) -> tuple[Fraction, Fraction] | None:
    """Return the distances of the starts and of the ends of two captions; None if one did not exist."""
    if first is None or second is None:
        return None
    return second.start - first.start, second.end - first.end
