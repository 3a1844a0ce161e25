"""The text objects of the Script screen (word, block, speech, scene), and the text between the cursor and the
end of a motion. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from milimo_tui.story.screenplay.screenplay import ScriptElementKind
from milimo_tui.tui.script.element_kinds import SPEAKING
from milimo_tui.tui.script.text.text_motions import (
    Place,
    Reach,
    ScriptPage,
    classify_letter,
    find_first_letter,
)

PAIRS = {"(": ")", '"': '"', "“": "”"}


@dataclass(frozen=True, slots=True)
class TextSpan:
    """A stretch of text from position `start` up to `end`. `lines` is True if it consists of complete lines,
    from the row of `start` to the row of `end`.
    """

    start: Place
    end: Place
    lines: bool = False

    def extract_text(self, lines: Sequence[str]) -> str:
        """Return the text of the span. Each complete line ends with a line end."""
        (top, left), (bottom, right) = self.start, self.end
        if self.lines:
            return "\n".join([*lines[top : bottom + 1], ""])
        if top == bottom:
            return lines[top][left:right]
        return "\n".join([lines[top][left:], *lines[top + 1 : bottom], lines[bottom][:right]])


def make_rows_span(top: int, bottom: int) -> TextSpan:
    """Return the span of the complete lines from row `top` to row `bottom`."""
    return TextSpan((top, 0), (bottom, 0), lines=True)


def make_motion_span(page: ScriptPage, place: Place, there: Place, reach: Reach) -> TextSpan:
    """Return the span that an operator takes if a motion leads from `place` to `there`. `reach` says if the
    span includes the letter at its end, or complete lines.
    """
    start, end = sorted((page.clamp_place(place), page.clamp_place(there)))
    if reach is Reach.LINES:
        return make_rows_span(start[0], end[0])
    if reach is Reach.WITH:
        return TextSpan(start, (end[0], min(end[1] + 1, len(page.lines[end[0]]))))
    if end[0] > start[0] and end[1] <= find_first_letter(page.lines[end[0]]):
        if reach is Reach.UP_TO_LINE and start[1] == 0:
            return make_rows_span(start[0], end[0] - 1)
        last = end[0] - 1
        while last > start[0] and not page.lines[last].strip():
            last -= 1
        return TextSpan(start, (last, len(page.lines[last])))
    return TextSpan(start, end)


def _find_word_object(page: ScriptPage, place: Place, around: bool) -> TextSpan | None:
    row, column = page.on_letter(place)
    line = page.lines[row]
    if not line:
        return None
    letter = classify_letter(line[column])
    start, end = column, column + 1
    while start > 0 and classify_letter(line[start - 1]) == letter:
        start -= 1
    while end < len(line) and classify_letter(line[end]) == letter:
        end += 1
    if around:
        blanks_end = end
        while blanks_end < len(line) and not classify_letter(line[blanks_end]):
            blanks_end += 1
        if (
            blanks_end == end
        ):  # A word at the end of a line has no blanks after it, so take the blanks before it.
            while start > 0 and not classify_letter(line[start - 1]):
                start -= 1
        end = blanks_end
    return TextSpan((row, start), (row, end))


def _find_block(page: ScriptPage, place: Place, around: bool) -> TextSpan:
    """Return the lines between two blank lines. If the position is on a blank line, return the neighbouring
    blank lines. With `around`, include the blank lines after them.
    """
    top = bottom = place[0]
    is_blank = not page.lines[top].strip()
    while top > 0 and (not page.lines[top - 1].strip()) == is_blank:
        top -= 1
    while bottom < page.last and (not page.lines[bottom + 1].strip()) == is_blank:
        bottom += 1
    return _extend_by_blanks(page, top, bottom) if around else make_rows_span(top, bottom)


def _extend_by_blanks(page: ScriptPage, top: int, bottom: int) -> TextSpan:
    """Return the span of the lines from `top` to `bottom`, together with the blank lines after them. If no
    blank lines follow, include the blank lines before `top` instead.
    """
    last = bottom
    while last < page.last and not page.lines[last + 1].strip():
        last += 1
    if last == bottom:
        while top > 0 and not page.lines[top - 1].strip():
            top -= 1
    return make_rows_span(top, last)


def _find_speech(page: ScriptPage, place: Place, around: bool) -> TextSpan | None:
    """Return the lines of the speech at a position; None if there is no speech. With `around`, include its
    cue and the blank lines after it.
    """
    if page.kind_at(place[0]) not in SPEAKING:
        return None
    top = bottom = place[0]
    while page.kind_at(top) != ScriptElementKind.CUE:
        if top == 0 or page.kind_at(top - 1) not in SPEAKING:
            break
        top -= 1
    while (
        bottom < page.last
        and page.kind_at(bottom + 1) in SPEAKING
        and page.kind_at(bottom + 1) != ScriptElementKind.CUE
    ):
        bottom += 1
    if around:
        return _extend_by_blanks(page, top, bottom)
    inner = top + 1 if page.kind_at(top) == ScriptElementKind.CUE else top
    return make_rows_span(inner, bottom) if inner <= bottom else None


def _find_scene_object(page: ScriptPage, place: Place, around: bool) -> TextSpan | None:
    """Return the lines of the scene at a position, up to the next heading. With `around`, include the scene's
    own heading.
    """
    top = place[0]
    while top > 0 and not page.is_element_start(top, ScriptElementKind.HEADING):
        top -= 1
    if not page.is_element_start(top, ScriptElementKind.HEADING):
        return None
    bottom = place[0]
    while bottom < page.last and not page.is_element_start(bottom + 1, ScriptElementKind.HEADING):
        bottom += 1
    inner = top
    while not around and inner <= bottom and page.kind_at(inner) == ScriptElementKind.HEADING:
        inner += 1
    return make_rows_span(inner, bottom) if inner <= bottom else None


def _make_pair_finder(left: str) -> Callable[[ScriptPage, Place, bool], TextSpan | None]:
    right = PAIRS[left]

    def of(page: ScriptPage, place: Place, around: bool) -> TextSpan | None:
        row, column = page.on_letter(place)
        line = page.lines[row]
        at = line.find(left)
        while at >= 0:
            end = line.find(right, at + 1)
            if end < 0:
                return None
            if column <= end:
                return TextSpan((row, at), (row, end + 1)) if around else TextSpan((row, at + 1), (row, end))
            at = line.find(left, end + 1)
        return None

    return of


OBJECTS: Mapping[str, Callable[[ScriptPage, Place, bool], TextSpan | None]] = {
    "word": _find_word_object,
    "block": _find_block,
    "speech": _find_speech,
    "scene": _find_scene_object,
    "brackets": _make_pair_finder("("),
    "quotes": _make_pair_finder('"'),
}
