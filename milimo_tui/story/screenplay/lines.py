"""Split the bytes of a screenplay into lines: limits, encoding, line endings, and text hidden by notes and
boneyard.

A line ends only at CRLF, LF or CR. A form feed or U+2028 stays inside its line. Each line has its byte
offsets, so that later edits can replace exactly the bytes of an element.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from milimo_tui.core.errors import BadInput
from milimo_tui.core.safe_text import remove_terminal_commands
from milimo_tui.story.screenplay.screenplay import ScriptElement, ScriptElementKind, ScriptProblem, ScriptSpan

MAX_BYTES = 20_000_000
MAX_LINE = 100_000  # Maximum number of characters of a line. A screenplay with a longer line is refused.
MAX_LINES = 1_000_000
BOM = b"\xef\xbb\xbf"

_ESCAPE = "\x1b"
_LINE_END = re.compile(rb"\r\n|\n|\r")
_OTHER_KINDS = (
    (b"%PDF-", "it is a PDF"),
    (b"{\\rtf", "it is rich text (RTF)"),
    (b"PK\x03\x04", "it is a zip archive, such as a .docx or .highland file"),
    (b"\xff\xfe", "its encoding is UTF-16"),
    (b"\xfe\xff", "its encoding is UTF-16"),
    (b"\x89PNG", "it is a picture"),
    (b"\x7fELF", "it is a program"),
)
_HINT = "give a Fountain or plain-text file in UTF-8"


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of the file, as byte offsets: the text is from `start` to `end`, and `stop` is the offset after
    the line ending.
    """

    number: int
    start: int
    end: int
    stop: int


@dataclass(frozen=True, slots=True)
class VisibleLine:
    """A line as the parser reads it: without notes, boneyard and spaces at its end.

    `blank` is True for an empty line, which separates paragraphs. `holds` is True for a line of two or more
    spaces, which continues a speech.
    """

    number: int
    start: int
    end: int
    text: str
    blank: bool = False
    holds: bool = False


@dataclass(frozen=True, slots=True)
class HiddenRegion:
    """A note or a piece of boneyard (text in comment marks), as byte offsets that include the marks."""

    kind: ScriptElementKind
    start: int
    end: int


def split_source_lines(data: bytes) -> list[SourceLine]:
    """Return every line of the file. Together the slices `start:stop` cover all bytes except a byte order
    mark.
    """
    out: list[SourceLine] = []
    start = len(BOM) if data.startswith(BOM) else 0
    for match in _LINE_END.finditer(data, start):
        out.append(SourceLine(len(out) + 1, start, match.start(), match.end()))
        start = match.end()
    if start < len(data) or not out:
        out.append(SourceLine(len(out) + 1, start, len(data), len(data)))
    return out


def check_screenplay_text(data: bytes) -> None:
    """Raise BadInput if the data is empty, binary, in another format or encoding, or too large."""
    if len(data) > MAX_BYTES:
        raise BadInput(f"this is not a screenplay: it is larger than {MAX_BYTES // 1_000_000} MB", _HINT)
    for mark, what in _OTHER_KINDS:
        if data.startswith(mark):
            raise BadInput(f"this screenplay can't be read: {what}", _HINT)
    if b"\0" in data:
        raise BadInput("this is not a screenplay: the file is not text", _HINT)
    if b"<FinalDraft" in data[:1000]:
        raise BadInput("this is the XML of a Final Draft file, not its text", "give the file itself (.fdx)")
    if data.count(b"\n") + data.count(b"\r") > MAX_LINES and len(_LINE_END.findall(data)) >= MAX_LINES:
        raise BadInput(f"this is not a screenplay: it has more than {MAX_LINES:,} lines", _HINT)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = len(_LINE_END.findall(data, 0, error.start)) + 1
        raise BadInput(
            f"this is not UTF-8 text: line {line} has a byte of another encoding (0x{data[error.start]:02x})",
            "save the screenplay as UTF-8 and try again",
        ) from None
    if not text.strip():
        raise BadInput("this screenplay has no text", _HINT)


def check_line_lengths(data: bytes, lines: Sequence[SourceLine]) -> None:
    """Raise BadInput if a line is too long to be displayed or edited."""
    for line in lines:
        if line.end - line.start > MAX_LINE and len(data[line.start : line.end].decode()) > MAX_LINE:
            raise BadInput(
                f"this is not a screenplay: line {line.number} is longer than {MAX_LINE:,} characters", _HINT
            )


def find_hidden_regions(
    data: bytes, lines: Sequence[SourceLine]
) -> tuple[list[HiddenRegion], list[ScriptProblem]]:
    """Return all boneyard, the notes outside of boneyard, and a problem with its position for each unclosed
    mark.
    """
    regions: list[HiddenRegion] = []
    problems: list[ScriptProblem] = []
    position = 0
    while (start := data.find(b"/*", position)) >= 0:
        closing = data.find(b"*/", start + 2)
        end = closing + 2 if closing >= 0 else len(data)
        if closing < 0:
            problems.append(
                _make_problem_at(
                    data, lines, start, "this boneyard (/*) is never closed: all that follows is left out"
                )
            )
        regions.append(HiddenRegion(ScriptElementKind.BONEYARD, start, end))
        position = end
    gaps = zip([0, *(r.end for r in regions)], [*(r.start for r in regions), len(data)], strict=True)
    blanks = [
        line.start for line in lines if line.end - line.start < 2 and not data[line.start : line.end].strip()
    ]
    notes: list[HiddenRegion] = []
    for start, end in gaps:
        notes.extend(_find_notes(data, lines, blanks, start, end, problems))
    return sorted([*regions, *notes], key=lambda region: region.start), sorted(
        problems, key=_get_problem_place
    )


def _find_notes(
    data: bytes,
    lines: Sequence[SourceLine],
    blanks: Sequence[int],
    start: int,
    end: int,
    problems: list[ScriptProblem],
) -> Iterator[HiddenRegion]:
    """Yield the notes between two boneyards. A note may span lines but must not contain a blank line.

    `blanks` are the offsets of blank lines. The position of the next closing mark is cached, so that a
    thousand unclosed marks still take linear time.
    """
    closing = -1
    while (opening := data.find(b"[[", start, end)) >= 0:
        if closing < opening + 2:
            closing = data.find(b"]]", opening + 2, end)
        if closing < 0:
            problems.append(
                _make_problem_at(data, lines, opening, "this note ([[) is never closed: it is read as text")
            )
            return
        blank = bisect_right(blanks, opening)
        if blank < len(blanks) and blanks[blank] < closing:
            problems.append(
                _make_problem_at(data, lines, opening, "this note ([[) is not closed before the blank line")
            )
            # Continue after the blank line, because no other note before it is closed either.
            start = blanks[blank]
        else:
            yield HiddenRegion(ScriptElementKind.NOTE, opening, closing + 2)
            start = closing + 2


def make_line_span(first: VisibleLine, last: VisibleLine) -> ScriptSpan:
    """Return the span from the beginning of the first line to the end of the last line."""
    return ScriptSpan(first.number, last.number, first.start, last.end)


def find_line_of_byte(lines: Sequence[SourceLine], position: int) -> SourceLine:
    """Return the line that contains the byte at `position`."""
    return lines[max(0, bisect_right(lines, position, key=lambda line: line.start) - 1)]


def _make_problem_at(data: bytes, lines: Sequence[SourceLine], position: int, message: str) -> ScriptProblem:
    line = find_line_of_byte(lines, position)
    return ScriptProblem(line.number, len(data[line.start : position].decode()) + 1, message)


def _get_problem_place(problem: ScriptProblem) -> tuple[int, int]:
    return problem.line, problem.column


def list_visible_lines(
    data: bytes, lines: Sequence[SourceLine], regions: Sequence[HiddenRegion]
) -> list[VisibleLine]:
    """Return the lines to parse. A line that is completely hidden is omitted, unless its hidden region
    contains a blank line; then a blank line takes its place.
    """
    out: list[VisibleLine] = []
    index = 0
    for line in lines:
        while index < len(regions) and regions[index].end <= line.start:
            index += 1
        if index == len(regions) or regions[index].start >= line.end:
            raw = data[line.start : line.end].decode()
            # Text that was copied from a terminal may have commands for colours, also within names.
            text = (remove_terminal_commands(raw) if _ESCAPE in raw else raw).rstrip()
            out.append(
                VisibleLine(line.number, line.start, line.end, text, not text, not text and len(raw) > 1)
            )
            continue
        text, blank_inside = _cut_hidden_regions(data, line, regions, index)
        if text:
            out.append(VisibleLine(line.number, line.start, line.end, text))
        elif blank_inside and out and not out[-1].blank:
            out.append(VisibleLine(line.number, line.start, line.end, "", True))
    return out


def _cut_hidden_regions(
    data: bytes, line: SourceLine, regions: Sequence[HiddenRegion], index: int
) -> tuple[str, bool]:
    """Return the text of a line without its hidden regions. Also return True if a hidden region that ends in
    this line contains a blank line.
    """
    pieces: list[bytes] = []
    position, blank_inside = line.start, False
    while index < len(regions) and regions[index].start < line.end:
        region = regions[index]
        pieces.append(data[position : max(position, region.start)])
        if line.start < region.end <= line.end:
            blank_inside = blank_inside or _BLANK_INSIDE.search(data, region.start, region.end) is not None
        position = max(position, min(region.end, line.end))
        index += 1
    pieces.append(data[position : line.end])
    return b"".join(pieces).decode().rstrip(), blank_inside


_BLANK_INSIDE = re.compile(rb"(?>\r\n|\n|\r)[ \t]?(?:\r|\n)")


def make_hidden_elements(
    data: bytes, lines: Sequence[SourceLine], regions: Sequence[HiddenRegion]
) -> list[ScriptElement]:
    """Return notes and boneyard as elements, without their marks."""
    out = []
    for region in regions:
        inner = data[region.start + 2 : region.end].decode()
        inner = inner.removesuffix("]]" if region.kind is ScriptElementKind.NOTE else "*/")
        first, last = (
            find_line_of_byte(lines, region.start),
            find_line_of_byte(lines, max(region.start, region.end - 1)),
        )
        span = ScriptSpan(first.number, last.number, region.start, region.end)
        out.append(ScriptElement(kind=region.kind, text=inner.strip(), span=span))
    return out
