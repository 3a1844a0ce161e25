"""Lay out a screenplay on pages in the standard layout, with ten letters and six lines per inch. Pure
functions.

The paper is Letter with 54 lines of text per page. These rules apply to page breaks:

- A heading stays with at least two of the lines after it.
- A cue, or the rest of a split speech, has at least two lines of the speech. A split speech gets (MORE) and
  (CONT'D).
- A split paragraph of action has at least two lines on each page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from milimo_tui.interchange.screenplays.fdx_out import SPOKEN, find_dual_sides
from milimo_tui.story.screenplay.screenplay import Screenplay, ScriptElement, ScriptElementKind
from milimo_tui.story.values.emphasis import StyledRun, parse_styled_runs

LINES = 54
# Columns in letters from the left edge of the paper, at which each kind of text begins. A transition ends at
# RIGHT.
ACTION, DIALOGUE, BRACKET, CUE, RIGHT = 15, 25, 31, 37, 75
WIDE = {
    ScriptElementKind.ACTION: 60,
    ScriptElementKind.DIALOGUE: 35,
    ScriptElementKind.PARENTHETICAL: 20,
    ScriptElementKind.HEADING: 57,
    ScriptElementKind.CUE: 38,
}
UNPRINTED = frozenset(
    {
        ScriptElementKind.NOTE,
        ScriptElementKind.SECTION,
        ScriptElementKind.SYNOPSIS,
        ScriptElementKind.BONEYARD,
        ScriptElementKind.PAGE_BREAK,
    }
)
NUMBER_LEFT, NUMBER_RIGHT = 8, 78
PAIR = (ACTION, 46)  # First columns of the two sides of dual dialogue.
PAIR_WIDE = 28
KEEP = 2  # At a page break in a paragraph or speech, at least this many of its lines are on each page.
MORE, AGAIN = "(MORE)", "(CONT'D)"
# Matches a transition that ends a scene, in capitals.
_ENDING = re.compile(
    r"(?:\w+[ -])?(?:CUT|DISSOLVES?)\b|FADES? (?:OUT|TO|FROM|THROUGH)\b"
    r"|(?:IRIS|WIPE) (?:OUT|TO)\b|CROSS-?FADE\b"
)


@dataclass(frozen=True, slots=True)
class PagePiece:
    """A piece of text on a line: its first column, and its styled runs."""

    column: int
    runs: tuple[StyledRun, ...]


@dataclass(frozen=True, slots=True)
class PageRow:
    """A line of a page: its number on the page, from 0, and its pieces of text from left to right."""

    line: int
    pieces: tuple[PagePiece, ...]


@dataclass(frozen=True, slots=True)
class _PagePart:
    """Lines of a page that belong together, such as a heading or a complete speech. A page break inside these
    lines is allowed only in certain places.

    The first `head` lines, such as a heading or a cue, stay together with at least `KEEP` of the lines after
    them. With `new_page`, there are no lines, and the part only forces a page break.
    """

    rows: tuple[tuple[PagePiece, ...], ...]
    head: int = 0
    again: tuple[PagePiece, ...] = ()  # The cue that is repeated when a speech continues on the next page.
    loose: bool = False  # True if a page break inside the lines is allowed.
    new_page: bool = False


def lay_out_pages(screenplay: Screenplay) -> list[list[PageRow]]:
    """Return the pages of a screenplay, each as a list of lines. Notes, sections, synopses and boneyard text
    are not printed.
    """
    pages: list[list[PageRow]] = [[]]
    at = 0
    parts = list(_iterate_page_parts(screenplay.elements))
    for index, part in enumerate(parts):
        if part.new_page:
            if pages[-1]:
                pages.append([])
                at = 0
            continue
        at += 1 if at else 0
        needed = len(part.rows)
        if part.head and part.head == needed and index + 1 < len(parts):
            needed += 1 + min(KEEP + parts[index + 1].head, len(parts[index + 1].rows))
        if needed > LINES and not part.loose:
            # Lines that do not fit on one page must be split, even if they should stay together.
            part = replace(part, head=1, loose=True)
        rows = part.rows
        if at + needed > LINES:
            rest = _break_part(part, LINES - at)
            while rest is not None:
                here, rows = rest
                at = _append_page_rows(pages[-1], here, at)
                pages.append([])
                at, part = 0, replace(part, rows=rows, head=1 if part.again else 0)
                rest = _break_part(part, LINES) if len(rows) > LINES else None
            if rows is part.rows and at:
                pages.append([])
                at = 0
        at = _append_page_rows(pages[-1], rows, at)
    return [page for page in pages if page]


def _append_page_rows(page: list[PageRow], rows: Sequence[tuple[PagePiece, ...]], at: int) -> int:
    page += [PageRow(at + number, pieces) for number, pieces in enumerate(rows)]
    return at + len(rows)


def _break_part(
    part: _PagePart, room: int
) -> tuple[tuple[tuple[PagePiece, ...], ...], tuple[tuple[PagePiece, ...], ...]] | None:
    """Split the lines of a part at a page break. Return the lines for this page, at most `room`, and the
    lines for the next page. Return None if the lines can't or need not be split.
    """
    if not part.loose or len(part.rows) <= room:
        return None
    more = 1 if part.again else 0
    first = min(room - more, len(part.rows) - KEEP)
    while first > part.head and part.again and _is_parenthetical_row(part.rows[first - 1]):
        first -= 1
    if first < part.head + KEEP:
        return None
    rows, rest = part.rows[:first], part.rows[first:]
    if part.again:
        rows, rest = (*rows, (PagePiece(CUE, (StyledRun(MORE),)),)), (part.again, *rest)
    return rows, rest


def _is_parenthetical_row(row: tuple[PagePiece, ...]) -> bool:
    return row[0].column == BRACKET


def _iterate_page_parts(elements: Sequence[ScriptElement]) -> Iterator[_PagePart]:
    at = 0
    side = find_dual_sides(elements)
    while at < len(elements):
        each = elements[at]
        stop = at + 1
        if each.kind is ScriptElementKind.CUE:
            while stop < len(elements) and (
                elements[stop].kind in SPOKEN or (side[at] and side[stop] and side[stop - 1] <= side[stop])
            ):
                stop += 1
            speech = [
                place for place in range(at, stop) if elements[place].kind is not ScriptElementKind.NOTE
            ]
            spoken = [elements[place] for place in speech]
            yield (
                _format_dual_dialogue(spoken, [side[place] for place in speech])
                if side[at] == 1
                else _format_speech(spoken)
            )
        elif each.kind is ScriptElementKind.PAGE_BREAK:
            yield _PagePart((), new_page=True)
        elif (rows := _format_element_rows(each)) and each.kind is ScriptElementKind.HEADING:
            yield _PagePart(rows, head=len(rows))
        elif rows:
            yield _PagePart(rows, loose=True)
        at = stop


def _format_element_rows(each: ScriptElement) -> tuple[tuple[PagePiece, ...], ...]:
    """Return the lines of an element that is not part of a speech. The result is empty for an element that is
    not printed.
    """
    if each.kind is ScriptElementKind.HEADING:
        number = each.slug.number if each.slug else ""
        lines = wrap_emphasized_text(each.text.upper(), WIDE[ScriptElementKind.HEADING])
        rows: list[tuple[PagePiece, ...]] = [(PagePiece(ACTION, runs),) for runs in lines]
        if number:
            left, right = (
                PagePiece(NUMBER_LEFT, (StyledRun(number),)),
                PagePiece(NUMBER_RIGHT - len(number), (StyledRun(number),)),
            )
            rows[0] = (left, *rows[0], right)
        return tuple(rows)
    if each.kind is ScriptElementKind.TRANSITION:
        lines = wrap_emphasized_text(each.text, WIDE[ScriptElementKind.ACTION])
        is_right = each.forced or _is_right_aligned(each.text.upper())
        return tuple(
            (PagePiece(RIGHT - _count_letters(runs) if is_right else ACTION, runs),) for runs in lines
        )
    if each.kind is ScriptElementKind.CENTRED:
        middle = (ACTION + RIGHT) // 2
        return tuple(
            (PagePiece(middle - _count_letters(runs) // 2, runs),)
            for runs in wrap_emphasized_text(each.text, 60)
        )
    if each.kind in (
        ScriptElementKind.ACTION,
        ScriptElementKind.LYRIC,
        ScriptElementKind.DIALOGUE,
        ScriptElementKind.PARENTHETICAL,
    ):
        return tuple(
            (PagePiece(ACTION, runs),)
            for runs in wrap_emphasized_text(each.text, WIDE[ScriptElementKind.ACTION])
        )
    return ()


def _is_right_aligned(line: str) -> bool:
    """Return True if a transition that is not forced by `>` is printed at the right. FADE IN and lines such
    as THE END are printed at the left.
    """
    return line.endswith("TO:") or _ENDING.match(line) is not None


def _format_speech(elements: Sequence[ScriptElement]) -> _PagePart:
    rows: list[tuple[PagePiece, ...]] = []
    cue = _format_cue_with_extensions(elements[0])
    for each in elements:
        if each.kind is ScriptElementKind.CUE:
            rows += [
                (PagePiece(CUE, runs),) for runs in wrap_emphasized_text(cue, WIDE[ScriptElementKind.CUE])
            ]
        elif each.kind is ScriptElementKind.PARENTHETICAL:
            lines = wrap_emphasized_text(f"({each.text})", WIDE[ScriptElementKind.PARENTHETICAL])
            rows += [(PagePiece(BRACKET + (1 if number else 0), runs),) for number, runs in enumerate(lines)]
        else:
            rows += [
                (PagePiece(DIALOGUE, runs),)
                for runs in wrap_emphasized_text(each.text, WIDE[ScriptElementKind.DIALOGUE])
            ]
    again = cue if AGAIN in cue else f"{cue} {AGAIN}"
    return _PagePart(tuple(rows), head=1, again=(PagePiece(CUE, (StyledRun(again),)),), loose=True)


def _format_cue_with_extensions(each: ScriptElement) -> str:
    extensions = each.cue.extensions if each.cue else ()
    return " ".join((each.text, *(f"({extension})" for extension in extensions)))


def _format_dual_dialogue(elements: Sequence[ScriptElement], side: Sequence[int]) -> _PagePart:
    """Return the lines of two simultaneous speeches side by side."""
    columns: tuple[list[PagePiece], list[PagePiece]] = ([], [])
    for each, where in zip(elements, side, strict=True):
        indent = (
            8
            if each.kind is ScriptElementKind.CUE
            else 3
            if each.kind is ScriptElementKind.PARENTHETICAL
            else 0
        )
        text = _format_cue_with_extensions(each) if each.kind is ScriptElementKind.CUE else each.text
        text = f"({text})" if each.kind is ScriptElementKind.PARENTHETICAL else text
        column = PAIR[where - 1] + indent
        columns[where - 1].extend(
            PagePiece(column, runs) for runs in wrap_emphasized_text(text, PAIR_WIDE - indent)
        )
    most = max(map(len, columns))
    rows = [tuple(column[at] for column in columns if at < len(column)) for at in range(most)]
    return _PagePart(tuple(rows), head=1)


def wrap_emphasized_text(text: str, wide: int) -> list[tuple[StyledRun, ...]]:
    """Return the lines of a text with emphasis marks, wrapped to at most `wide` letters. A longer word is
    split. A blank line between two lines of the text is an empty line.
    """
    out: list[tuple[StyledRun, ...]] = []
    for row in _split_runs_at_newlines(parse_styled_runs(text)):
        letters = [(letter, run) for run in row for letter in run.text]
        words: list[list[tuple[str, StyledRun]]] = [[]]
        for letter, run in letters:
            if letter.isspace():
                words.append([])
            else:
                words[-1].append((letter, run))
        line: list[tuple[str, StyledRun]] = []
        for word in filter(None, words):
            if line and len(line) + 1 + len(word) > wide:
                out.append(_join_letters(line))
                line = []
            if line:
                both = line[-1][1] if line[-1][1].has_same_style(word[0][1]) else StyledRun("")
                line.append((" ", both))
            line += word
            if len(line) > wide:
                cut = (len(line) - 1) // wide * wide
                out += [_join_letters(line[at : at + wide]) for at in range(0, cut, wide)]
                line = line[cut:]
        if line or out:
            out.append(_join_letters(line))
    while out and not out[-1]:
        out.pop()
    return out


def _split_runs_at_newlines(runs: Sequence[StyledRun]) -> Iterator[list[StyledRun]]:
    """Yield the styled runs of each line of a text that contains newlines."""
    row: list[StyledRun] = []
    for run in runs:
        first, *others = run.text.split("\n")
        row.append(replace(run, text=first))
        for other in others:
            yield row
            row = [replace(run, text=other)]
    yield row


def _join_letters(letters: Sequence[tuple[str, StyledRun]]) -> tuple[StyledRun, ...]:
    out: list[StyledRun] = []
    for letter, run in letters:
        if out and out[-1].has_same_style(run):
            out[-1] = replace(out[-1], text=out[-1].text + letter)
        else:
            out.append(replace(run, text=letter))
    return tuple(out)


def _count_letters(runs: Sequence[StyledRun]) -> int:
    return sum(len(run.text) for run in runs)
