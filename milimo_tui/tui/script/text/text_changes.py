"""The effects of the Script screen's operators on the text, as one replacement each. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.tui.script.text.text_motions import Page, Place, first_word
from milimo_tui.tui.script.text.text_objects import Span


@dataclass(frozen=True, slots=True)
class Change:
    """A text that replaces the text from `start` up to `end`, and the cursor's place after it."""

    start: Place
    end: Place
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Register:
    """A text that was deleted or yanked; `lines`: complete lines."""

    text: str
    lines: bool = False


def delete(page: Page, span: Span) -> Change:
    """Remove a span; for complete lines also their line ends."""
    (top, _), (bottom, _) = span.start, span.end
    if not span.lines:
        return Change(span.start, span.end, "", span.start)
    if bottom < page.last:
        return Change((top, 0), (bottom + 1, 0), "", (top, first_word(page.lines[bottom + 1])))
    end = (bottom, len(page.lines[bottom]))
    if top == 0:
        return Change((0, 0), end, "", (0, 0))
    above = page.lines[top - 1]
    return Change((top - 1, len(above)), end, "", (top - 1, first_word(above)))


def clear(page: Page, span: Span) -> Change:
    """Remove a span to write in its place; of complete lines one empty line remains."""
    if not span.lines:
        return Change(span.start, span.end, "", span.start)
    bottom = span.end[0]
    return Change((span.start[0], 0), (bottom, len(page.lines[bottom])), "", (span.start[0], 0))


def put(page: Page, place: Place, held: Register, count: int, *, before: bool) -> Change:
    """Insert a register's text after a place or before it; complete lines go below the line or above it."""
    row, column = place
    text = held.text * count
    if held.lines:
        if before:
            return Change((row, 0), (row, 0), text, (row, first_word(text.partition("\n")[0])))
        end = (row, len(page.lines[row]))
        return Change(end, end, "\n" + text[:-1], (row + 1, first_word(text.partition("\n")[0])))
    at = row, column if before else min(column + 1, len(page.lines[row]))
    return Change(at, at, text, _end_of(at, text))


def _end_of(start: Place, text: str) -> Place:
    """Return the place of the last letter of a text that is inserted at `start`."""
    head, _, last = text.rpartition("\n")
    row = start[0] + text.count("\n")
    return row, max(0, len(last) - 1 + (0 if head or "\n" in text else start[1]))


def replace_letters(page: Page, place: Place, letter: str, count: int) -> Change | None:
    """Replace `count` letters by one letter; return None if the line has fewer letters."""
    row, column = place
    if column + count > len(page.lines[row]):
        return None
    return Change(place, (row, column + count), letter * count, (row, column + count - 1))


def swap_case(page: Page, span: Span) -> Change:
    """Swap upper and lower case in a span."""
    (top, _), (bottom, _) = span.start, span.end
    start, end = ((top, 0), (bottom, len(page.lines[bottom]))) if span.lines else (span.start, span.end)
    return Change(start, end, Span(start, end).text(page.lines).swapcase(), start)


def join(page: Page, row: int, count: int) -> Change | None:
    """Join lines into one with a blank between them; return None at the last line."""
    last = min(row + max(count, 2) - 1, page.last)
    if last == row:
        return None
    head = page.lines[row].rstrip()
    rest = [line for line in (page.lines[at].strip() for at in range(row + 1, last + 1)) if line]
    whole = " ".join([head, *rest] if head else rest)
    return Change((row, 0), (last, len(page.lines[last])), whole, (row, max(0, len(head))))


def open_line(page: Page, row: int, *, above: bool) -> Change:
    """Insert an empty line below or above a line."""
    at = (row, 0) if above else (row, len(page.lines[row]))
    return Change(at, at, "\n", (row if above else row + 1, 0))
