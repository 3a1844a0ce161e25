"""Page layout of a screenplay: standard layout, ten letters and six lines per inch, as lines by columns. Pure
functions.

The paper is Letter with 54 lines of text per page. A heading keeps two lines below it on its page. A cue and
a split speech keep two lines of the speech, with (MORE) and (CONT'D). A split paragraph of action keeps two
lines on each page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from milimo_tui.interchange.screenplays.fdx_out import sides
from milimo_tui.story.screenplay.screenplay import Kind, Screenplay, ScriptElement
from milimo_tui.story.values.emphasis import Run, runs_of

LINES = 54
# Columns from the left of the paper. RIGHT is an end column.
ACTION, DIALOGUE, BRACKET, CUE, RIGHT = 15, 25, 31, 37, 75
WIDE = {Kind.ACTION: 60, Kind.DIALOGUE: 35, Kind.PARENTHETICAL: 20, Kind.HEADING: 57, Kind.CUE: 38}
NUMBER_LEFT, NUMBER_RIGHT = 8, 78
PAIR = (ACTION, 46)  # The columns of dual dialogue.
PAIR_WIDE = 28
KEEP = 2  # The fewest lines on each side of a page break.
MORE, AGAIN = "(MORE)", "(CONT'D)"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line: its first column, and its runs."""

    column: int
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a page: its number from 0, and its pieces from the left."""

    line: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """Lines that may only be broken as described: the first `head` lines stay with `KEEP` of the lines
    below.
    """

    rows: tuple[tuple[Piece, ...], ...]
    head: int = 0
    again: tuple[Piece, ...] = ()  # The repeated cue of a speech on the next page.
    loose: bool = False  # True if the part may be broken.
    new_page: bool = False


def paged(screenplay: Screenplay) -> list[list[Row]]:
    """Return the pages of a screenplay. Notes, sections, synopses and boneyard text are not printed."""
    pages: list[list[Row]] = [[]]
    at = 0
    parts = list(_parts(screenplay.elements))
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
            # A part that is longer than a page is broken in any case.
            part = replace(part, head=1, loose=True)
        rows = part.rows
        if at + needed > LINES:
            rest = _broken(part, LINES - at)
            while rest is not None:
                here, rows = rest
                at = _put(pages[-1], here, at)
                pages.append([])
                at, part = 0, replace(part, rows=rows, head=1 if part.again else 0)
                rest = _broken(part, LINES) if len(rows) > LINES else None
            if rows is part.rows and at:
                pages.append([])
                at = 0
        at = _put(pages[-1], rows, at)
    return [page for page in pages if page]


def _put(page: list[Row], rows: Sequence[tuple[Piece, ...]], at: int) -> int:
    page += [Row(at + number, pieces) for number, pieces in enumerate(rows)]
    return at + len(rows)


def _broken(
    part: _Part, room: int
) -> tuple[tuple[tuple[Piece, ...], ...], tuple[tuple[Piece, ...], ...]] | None:
    """Return a part as two, the first with at most `room` lines, or None if it cannot or need not be
    broken.
    """
    if not part.loose or len(part.rows) <= room:
        return None
    more = 1 if part.again else 0
    first = min(room - more, len(part.rows) - KEEP)
    while first > part.head and part.again and _is_bracket(part.rows[first - 1]):
        first -= 1
    if first < part.head + KEEP:
        return None
    here, rest = part.rows[:first], part.rows[first:]
    if part.again:
        here, rest = (*here, (Piece(CUE, (Run(MORE),)),)), (part.again, *rest)
    return here, rest


def _is_bracket(row: tuple[Piece, ...]) -> bool:
    return row[0].column == BRACKET


def _parts(elements: Sequence[ScriptElement]) -> Iterator[_Part]:
    at = 0
    side = sides(elements)
    while at < len(elements):
        each = elements[at]
        stop = at + 1
        if each.kind is Kind.CUE:
            while stop < len(elements) and (elements[stop].kind in _SPOKEN or (side[at] and side[stop])):
                stop += 1
            speech = [place for place in range(at, stop) if elements[place].kind is not Kind.NOTE]
            said = [elements[place] for place in speech]
            yield _pair(said, [side[place] for place in speech]) if side[at] == 1 else _speech(said)
        elif each.kind is Kind.PAGE_BREAK:
            yield _Part((), new_page=True)
        elif (rows := _rows(each)) and each.kind is Kind.HEADING:
            yield _Part(rows, head=len(rows))
        elif rows:
            yield _Part(rows, loose=True)
        at = stop


_SPOKEN = frozenset({Kind.PARENTHETICAL, Kind.DIALOGUE, Kind.LYRIC, Kind.NOTE})


def _rows(each: ScriptElement) -> tuple[tuple[Piece, ...], ...]:
    """Return the lines of an element outside of speeches, or none for an element that is not printed."""
    if each.kind is Kind.HEADING:
        number = each.slug.number if each.slug else ""
        lines = wrapped(each.text.upper(), WIDE[Kind.HEADING])
        rows: list[tuple[Piece, ...]] = [(Piece(ACTION, runs),) for runs in lines]
        if number:
            left, right = (
                Piece(NUMBER_LEFT, (Run(number),)),
                Piece(NUMBER_RIGHT - len(number), (Run(number),)),
            )
            rows[0] = (left, *rows[0], right)
        return tuple(rows)
    if each.kind is Kind.TRANSITION:
        lines = wrapped(each.text, WIDE[Kind.ACTION])
        opens = not each.text.upper().rstrip(". ").endswith(("TO:", "OUT", "BLACK"))
        return tuple((Piece(ACTION if opens else RIGHT - _width(runs), runs),) for runs in lines)
    if each.kind is Kind.CENTRED:
        middle = (ACTION + RIGHT) // 2
        return tuple((Piece(middle - _width(runs) // 2, runs),) for runs in wrapped(each.text, 60))
    if each.kind in (Kind.ACTION, Kind.LYRIC, Kind.DIALOGUE, Kind.PARENTHETICAL):
        return tuple((Piece(ACTION, runs),) for runs in wrapped(each.text, WIDE[Kind.ACTION]))
    return ()


def _speech(elements: Sequence[ScriptElement]) -> _Part:
    rows: list[tuple[Piece, ...]] = []
    cue = _cue(elements[0])
    for each in elements:
        if each.kind is Kind.CUE:
            rows += [(Piece(CUE, runs),) for runs in wrapped(cue, WIDE[Kind.CUE])]
        elif each.kind is Kind.PARENTHETICAL:
            lines = wrapped(f"({each.text})", WIDE[Kind.PARENTHETICAL])
            rows += [(Piece(BRACKET + (1 if number else 0), runs),) for number, runs in enumerate(lines)]
        else:
            rows += [(Piece(DIALOGUE, runs),) for runs in wrapped(each.text, WIDE[Kind.DIALOGUE])]
    again = cue if AGAIN in cue else f"{cue} {AGAIN}"
    return _Part(tuple(rows), head=1, again=(Piece(CUE, (Run(again),)),), loose=True)


def _cue(each: ScriptElement) -> str:
    extensions = each.cue.extensions if each.cue else ()
    return " ".join((each.text, *(f"({extension})" for extension in extensions)))


def _pair(elements: Sequence[ScriptElement], side: Sequence[int]) -> _Part:
    """Return two simultaneous speeches side by side."""
    columns: tuple[list[Piece], list[Piece]] = ([], [])
    for each, where in zip(elements, side, strict=True):
        indent = 8 if each.kind is Kind.CUE else 3 if each.kind is Kind.PARENTHETICAL else 0
        text = _cue(each) if each.kind is Kind.CUE else each.text
        text = f"({text})" if each.kind is Kind.PARENTHETICAL else text
        column = PAIR[where - 1] + indent
        columns[where - 1].extend(Piece(column, runs) for runs in wrapped(text, PAIR_WIDE - indent))
    most = max(map(len, columns))
    rows = [tuple(column[at] for column in columns if at < len(column)) for at in range(most)]
    return _Part(tuple(rows), head=1)


def wrapped(text: str, wide: int) -> list[tuple[Run, ...]]:
    """Return a text with emphasis marks as lines of at most `wide` letters. A longer word is split."""
    out: list[tuple[Run, ...]] = []
    for row in _rows_of(runs_of(text)):
        letters = [(letter, run) for run in row for letter in run.text]
        words: list[list[tuple[str, Run]]] = [[]]
        for letter, run in letters:
            if letter.isspace():
                words.append([])
            else:
                words[-1].append((letter, run))
        line: list[tuple[str, Run]] = []
        for word in filter(None, words):
            if line and len(line) + 1 + len(word) > wide:
                out.append(_joined(line))
                line = []
            if line:
                both = line[-1][1] if line[-1][1].alike(word[0][1]) else Run("")
                line.append((" ", both))
            line += word
            if len(line) > wide:
                cut = (len(line) - 1) // wide * wide
                out += [_joined(line[at : at + wide]) for at in range(0, cut, wide)]
                line = line[cut:]
        if line:
            out.append(_joined(line))
    return out


def _rows_of(runs: Sequence[Run]) -> Iterator[list[Run]]:
    """Yield the runs of each line."""
    row: list[Run] = []
    for run in runs:
        first, *others = run.text.split("\n")
        row.append(replace(run, text=first))
        for other in others:
            yield row
            row = [replace(run, text=other)]
    yield row


def _joined(letters: Sequence[tuple[str, Run]]) -> tuple[Run, ...]:
    out: list[Run] = []
    for letter, run in letters:
        if out and out[-1].alike(run):
            out[-1] = replace(out[-1], text=out[-1].text + letter)
        else:
            out.append(replace(run, text=letter))
    return tuple(out)


def _width(runs: Sequence[Run]) -> int:
    return sum(len(run.text) for run in runs)
