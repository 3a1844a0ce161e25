"""The effects of the Script screen's operators on the text, as one replacement each. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.tui.script.text.text_motions import Place, ScriptPage, find_first_letter
from milimo_tui.tui.script.text.text_objects import TextSpan


@dataclass(frozen=True, slots=True)
class TextChange:
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


def delete_span(page: ScriptPage, span: TextSpan) -> TextChange:
    """Remove a span; for complete lines also their line ends."""
    (top, _), (bottom, _) = span.start, span.end
    if not span.lines:
        return TextChange(span.start, span.end, "", span.start)
    if bottom < page.last:
        return TextChange((top, 0), (bottom + 1, 0), "", (top, find_first_letter(page.lines[bottom + 1])))
    end = (bottom, len(page.lines[bottom]))
    if top == 0:
        return TextChange((0, 0), end, "", (0, 0))
    above = page.lines[top - 1]
    return TextChange((top - 1, len(above)), end, "", (top - 1, find_first_letter(above)))


def clear_span(page: ScriptPage, span: TextSpan) -> TextChange:
    """Remove a span to write in its place; of complete lines one empty line remains."""
    if not span.lines:
        return TextChange(span.start, span.end, "", span.start)
    bottom = span.end[0]
    return TextChange((span.start[0], 0), (bottom, len(page.lines[bottom])), "", (span.start[0], 0))


def put_register(page: ScriptPage, place: Place, held: Register, count: int, *, before: bool) -> TextChange:
    """Insert a register's text after a place or before it; complete lines go below the line or above it."""
    row, column = place
    text = held.text * count
    if held.lines:
        if before:
            return TextChange((row, 0), (row, 0), text, (row, find_first_letter(text.partition("\n")[0])))
        end = (row, len(page.lines[row]))
        return TextChange(end, end, "\n" + text[:-1], (row + 1, find_first_letter(text.partition("\n")[0])))
    at = row, column if before else min(column + 1, len(page.lines[row]))
    return TextChange(at, at, text, _find_inserted_end(at, text))


def _find_inserted_end(start: Place, text: str) -> Place:
    """Return the place of the last letter of a text that is inserted at `start`."""
    head, _, last = text.rpartition("\n")
    row = start[0] + text.count("\n")
    return row, max(0, len(last) - 1 + (0 if head or "\n" in text else start[1]))


def replace_letters(page: ScriptPage, place: Place, letter: str, count: int) -> TextChange | None:
    """Replace `count` letters by one letter; return None if the line has fewer letters."""
    row, column = place
    if column + count > len(page.lines[row]):
        return None
    return TextChange(place, (row, column + count), letter * count, (row, column + count - 1))


def swap_case(page: ScriptPage, span: TextSpan) -> TextChange:
    """Swap upper and lower case in a span."""
    (top, _), (bottom, _) = span.start, span.end
    start, end = ((top, 0), (bottom, len(page.lines[bottom]))) if span.lines else (span.start, span.end)
    return TextChange(start, end, TextSpan(start, end).extract_text(page.lines).swapcase(), start)


def join_text_lines(page: ScriptPage, row: int, count: int) -> TextChange | None:
    """Join lines into one with a blank between them; return None at the last line."""
    last = min(row + max(count, 2) - 1, page.last)
    if last == row:
        return None
    head = page.lines[row].rstrip()
    rest = [line for line in (page.lines[at].strip() for at in range(row + 1, last + 1)) if line]
    whole = " ".join([head, *rest] if head else rest)
    return TextChange((row, 0), (last, len(page.lines[last])), whole, (row, max(0, len(head))))


def open_line(page: ScriptPage, row: int, *, above: bool) -> TextChange:
    """Insert an empty line below or above a line."""
    at = (row, 0) if above else (row, len(page.lines[row]))
    return TextChange(at, at, "\n", (row if above else row + 1, 0))
