"""The extent of the Script screen's text objects, and the span between a place and the end of a motion.
Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from milimo_tui.story.screenplay.screenplay import Kind
from milimo_tui.tui.script.text.text_motions import Page, Place, Reach, first_word, letter_class

SPEECH = (Kind.CUE, Kind.DIALOGUE, Kind.PARENTHETICAL, Kind.LYRIC)
PAIRS = {"(": ")", '"': '"', "“": "”"}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text from a place up to another; `lines`: complete lines, from row to row."""

    start: Place
    end: Place
    lines: bool = False

    def text(self, lines: Sequence[str]) -> str:
        """Return the text of the span; complete lines end with a line end each."""
        (top, left), (bottom, right) = self.start, self.end
        if self.lines:
            return "\n".join([*lines[top : bottom + 1], ""])
        if top == bottom:
            return lines[top][left:right]
        return "\n".join([lines[top][left:], *lines[top + 1 : bottom], lines[bottom][:right]])


def rows(top: int, bottom: int) -> Span:
    """Return the span of complete lines."""
    return Span((top, 0), (bottom, 0), lines=True)


def span_to(page: Page, here: Place, there: Place, reach: Reach) -> Span:
    """Return the span that an operator takes from a place to the end of a motion."""
    start, end = sorted((page.clamped(here), page.clamped(there)))
    if reach is Reach.LINES:
        return rows(start[0], end[0])
    if reach is Reach.WITH:
        return Span(start, (end[0], min(end[1] + 1, len(page.lines[end[0]]))))
    if end[0] > start[0] and end[1] <= first_word(page.lines[end[0]]):
        if reach is Reach.UP_TO_LINE and start[1] == 0:
            return rows(start[0], end[0] - 1)
        last = end[0] - 1
        while last > start[0] and not page.lines[last].strip():
            last -= 1
        return Span(start, (last, len(page.lines[last])))
    return Span(start, end)


def _word(page: Page, place: Place, around: bool) -> Span | None:
    row, column = page.on_letter(place)
    line = page.lines[row]
    if not line:
        return None
    here = letter_class(line[column])
    start, end = column, column + 1
    while start > 0 and letter_class(line[start - 1]) == here:
        start -= 1
    while end < len(line) and letter_class(line[end]) == here:
        end += 1
    if around:
        behind = end
        while behind < len(line) and not letter_class(line[behind]):
            behind += 1
        if behind == end:  # At the end of a line the blanks before the word are taken.
            while start > 0 and not letter_class(line[start - 1]):
                start -= 1
        end = behind
    return Span((row, start), (row, end))


def _block(page: Page, place: Place, around: bool) -> Span:
    """Return the lines between two blank lines; with `around` also the blank lines after them."""
    top = bottom = place[0]
    is_blank = not page.lines[top].strip()
    while top > 0 and (not page.lines[top - 1].strip()) == is_blank:
        top -= 1
    while bottom < page.last and (not page.lines[bottom + 1].strip()) == is_blank:
        bottom += 1
    return _with_blanks(page, top, bottom) if around else rows(top, bottom)


def _with_blanks(page: Page, top: int, bottom: int) -> Span:
    """Return lines with the blank lines after them; at the end of the text with those before."""
    last = bottom
    while last < page.last and not page.lines[last + 1].strip():
        last += 1
    if last == bottom:
        while top > 0 and not page.lines[top - 1].strip():
            top -= 1
    return rows(top, last)


def _speech(page: Page, place: Place, around: bool) -> Span | None:
    """Return the lines of a speech; with `around` also its cue and the blank lines after it."""
    if page.kind_at(place[0]) not in SPEECH:
        return None
    top = bottom = place[0]
    while page.kind_at(top) != Kind.CUE:
        if top == 0 or page.kind_at(top - 1) not in SPEECH:
            break
        top -= 1
    while bottom < page.last and page.kind_at(bottom + 1) in SPEECH and page.kind_at(bottom + 1) != Kind.CUE:
        bottom += 1
    if around:
        return _with_blanks(page, top, bottom)
    inner = top + 1 if page.kind_at(top) == Kind.CUE else top
    return rows(inner, bottom) if inner <= bottom else None


def _scene(page: Page, place: Place, around: bool) -> Span | None:
    """Return a scene up to the next heading; with `around` also its own heading."""
    top = place[0]
    while top > 0 and not page.begins(top, Kind.HEADING):
        top -= 1
    if not page.begins(top, Kind.HEADING):
        return None
    bottom = place[0]
    while bottom < page.last and not page.begins(bottom + 1, Kind.HEADING):
        bottom += 1
    inner = top
    while not around and inner <= bottom and page.kind_at(inner) == Kind.HEADING:
        inner += 1
    return rows(inner, bottom) if inner <= bottom else None


def _between(left: str) -> Callable[[Page, Place, bool], Span | None]:
    right = PAIRS[left]

    def of(page: Page, place: Place, around: bool) -> Span | None:
        row, column = page.on_letter(place)
        line = page.lines[row]
        at = line.find(left)
        while at >= 0:
            end = line.find(right, at + 1)
            if end < 0:
                return None
            if column <= end:
                return Span((row, at), (row, end + 1)) if around else Span((row, at + 1), (row, end))
            at = line.find(left, end + 1)
        return None

    return of


OBJECTS: Mapping[str, Callable[[Page, Place, bool], Span | None]] = {
    "word": _word,
    "block": _block,
    "speech": _speech,
    "scene": _scene,
    "brackets": _between("("),
    "quotes": _between('"'),
}
