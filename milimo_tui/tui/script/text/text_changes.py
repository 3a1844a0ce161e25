"""The changes that the Script screen's operators make to the text, each as one replacement. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.tui.script.text.text_motions import Place, ScriptPage, find_first_letter
from milimo_tui.tui.script.text.text_objects import TextSpan


@dataclass(frozen=True, slots=True)
class TextChange:
    """A replacement of the text from `start` up to `end`, and the position of the cursor afterwards."""

    start: Place
    end: Place
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Register:
    """A text that was deleted or yanked. `lines` is True if it consists of complete lines."""

    text: str
    lines: bool = False


def delete_span(page: ScriptPage, span: TextSpan) -> TextChange:
    """Return the change that deletes a span. For complete lines, their line ends are deleted too."""
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
    """Return the change that deletes a span so that the user can write in its place. Complete lines are
    replaced by one empty line.
    """
    if not span.lines:
        return TextChange(span.start, span.end, "", span.start)
    bottom = span.end[0]
    return TextChange((span.start[0], 0), (bottom, len(page.lines[bottom])), "", (span.start[0], 0))


def put_register(
    page: ScriptPage, place: Place, register: Register, count: int, *, before: bool
) -> TextChange:
    """Return the change that inserts a register's text `count` times, after `place` or before it. Complete
    lines are inserted below or above the line.
    """
    row, column = place
    text = register.text * count
    if register.lines:
        if before:
            return TextChange((row, 0), (row, 0), text, (row, find_first_letter(text.partition("\n")[0])))
        end = (row, len(page.lines[row]))
        return TextChange(end, end, "\n" + text[:-1], (row + 1, find_first_letter(text.partition("\n")[0])))
    at = row, column if before else min(column + 1, len(page.lines[row]))
    return TextChange(at, at, text, _find_inserted_end(at, text))


def _find_inserted_end(start: Place, text: str) -> Place:
    """Return the position of the last letter of `text`, which is inserted at `start`."""
    head, _, last = text.rpartition("\n")
    row = start[0] + text.count("\n")
    return row, max(0, len(last) - 1 + (0 if head or "\n" in text else start[1]))


def replace_letters(page: ScriptPage, place: Place, letter: str, count: int) -> TextChange | None:
    """Return the change that replaces each of `count` letters by `letter`; None if the line has fewer letters
    after `place`.
    """
    row, column = place
    if column + count > len(page.lines[row]):
        return None
    return TextChange(place, (row, column + count), letter * count, (row, column + count - 1))


def swap_case(page: ScriptPage, span: TextSpan) -> TextChange:
    """Return the change that swaps upper and lower case in a span."""
    (top, _), (bottom, _) = span.start, span.end
    start, end = ((top, 0), (bottom, len(page.lines[bottom]))) if span.lines else (span.start, span.end)
    return TextChange(start, end, TextSpan(start, end).extract_text(page.lines).swapcase(), start)


def join_text_lines(page: ScriptPage, row: int, count: int) -> TextChange | None:
    """Return the change that joins `count` lines from `row` on with blanks between them; None at the last
    line.
    """
    last = min(row + max(count, 2) - 1, page.last)
    if last == row:
        return None
    head = page.lines[row].rstrip()
    rest = [line for line in (page.lines[at].strip() for at in range(row + 1, last + 1)) if line]
    whole = " ".join([head, *rest] if head else rest)
    return TextChange((row, 0), (last, len(page.lines[last])), whole, (row, max(0, len(head))))


def open_line(page: ScriptPage, row: int, *, above: bool) -> TextChange:
    """Return the change that inserts an empty line below the line at `row`, or above it."""
    at = (row, 0) if above else (row, len(page.lines[row]))
    return TextChange(at, at, "\n", (row if above else row + 1, 0))
