"""Draw the row of spoken words: each word at its time, or the beginnings of phrases if there is not enough
space.

Pure: values in, a `CanvasRow` of cells out.
"""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

from milimo_tui.tui.timeline.values.spoken_lane import SpokenLane
from milimo_tui.tui.timeline.widgets.timeline_content import TimelineContent
from milimo_tui.tui.widgets.canvas import CanvasRow

_LEAST_PHRASE = 4  # A phrase with fewer cells is drawn as a block of its density.
_DENSITY = "▂▃▄▅"


def draw_word_row(content: TimelineContent, width: int, head: int) -> CanvasRow:
    """Draw the spoken words. `head` is the width of the track's header in cells.

    A phrase shows each word at its own time if most of its words fit there. Otherwise it shows its first
    words, and a very short phrase a block.
    """
    row, lane, view = CanvasRow(width), content.words, content.view
    row.put(0, "words"[: head - 1], "muted")
    if lane is None:
        return row
    here = lane.find_word_at(view.playhead)
    cells = width - head
    phrases = list(lane.list_visible_phrases(view.origin, view.end, content.film.rate))
    for phrase, following in zip(phrases, [*phrases[1:], None], strict=True):
        end = _find_word_cell(content, lane, following[0]) if following is not None else cells
        if _count_fitting_words(content, lane, phrase, end) * 3 >= len(phrase) * 2:
            _put_timed_words(row, content, lane, phrase, end, head, here)
        else:
            _put_phrase(row, content, lane, phrase, min(end, cells), head, here)
    return row


def _find_word_cell(content: TimelineContent, lane: SpokenLane, index: int) -> int:
    return content.view.frame_to_cell(int(lane.words[index].start))


def _list_word_cells(
    content: TimelineContent, lane: SpokenLane, phrase: range, end: int
) -> list[tuple[int, int, int]]:
    """Return the words of a phrase with their first cells and the cells before which they must end."""
    starts = [_find_word_cell(content, lane, index) for index in phrase]
    return list(zip(phrase, starts, [*starts[1:], end], strict=True))


def _count_fitting_words(content: TimelineContent, lane: SpokenLane, phrase: range, end: int) -> int:
    return sum(
        cell_len(lane.words[index].word.text) < stop - start
        for index, start, stop in _list_word_cells(content, lane, phrase, end)
    )


def _choose_word_colours(lane: SpokenLane, index: int, here: int | None) -> tuple[str, str, bool]:
    """Return the foreground, the background and the weight of a word."""
    ink = "picked" if index in lane.chosen else "accent" if index == here else "text"
    return ink, "chosen" if index in lane.chosen else "", index == here or index in lane.chosen


def _put_timed_words(
    row: CanvasRow,
    content: TimelineContent,
    lane: SpokenLane,
    phrase: range,
    end: int,
    head: int,
    here: int | None,
) -> None:
    for index, start, stop in _list_word_cells(content, lane, phrase, end):
        text, room = lane.words[index].word.text, stop - start - 1
        if room > 0 and start + room > 0:
            shown = text if cell_len(text) <= room else set_cell_size(text, room - 1) + "…"
            _put_visible_text(row, head, start, shown, _choose_word_colours(lane, index, here))


def _put_phrase(
    row: CanvasRow,
    content: TimelineContent,
    lane: SpokenLane,
    phrase: range,
    end: int,
    head: int,
    here: int | None,
) -> None:
    start, last = content.view.frames_to_cells(
        int(lane.words[phrase[0]].start), -int(-lane.words[phrase[-1]].end // 1)
    )
    # The text ends where the phrase ends, because text over silence would be misleading.
    start, end = max(0, start), min(end, last + 1)
    room = end - start
    words = [index for index in phrase if content.view.frame_to_cell(int(lane.words[index].end)) >= start]
    length = sum(cell_len(lane.words[index].word.text) + 1 for index in words) - 1
    if room < _LEAST_PHRASE and length >= room:
        dense = len(phrase) / max(1, last - start + 1)
        row.fill_cells(
            head + start,
            head + end,
            _DENSITY[min(len(_DENSITY) - 1, int(dense))],
            "picked" if lane.chosen.intersection(phrase) else "muted",
        )
        return
    at, stop = start, end
    for index in words:
        text = lane.words[index].word.text
        if at + cell_len(text) > stop - (index != words[-1]):
            text = set_cell_size(text, max(0, stop - at - 1)) + "…"
        colours = _choose_word_colours(lane, index, here)
        _put_visible_text(row, head, at, text, colours)
        at += cell_len(text) + 1
        if text.endswith("…") or at >= stop:
            break


def _put_visible_text(
    row: CanvasRow, head: int, start: int, text: str, colours: tuple[str, str, bool]
) -> None:
    """Write text at a cell of the lane. The part to the left of the lane is left out."""
    if start < 0:
        text, start = text[-start:], 0
    row.put(head + start, text, colours[0], colours[1], bold=colours[2])
