"""Classify the lines of a printed screenplay by their positions on the page. The functions are pure.

In the standard layout, measured from the left edge, action starts at 1.5 inches, dialogue at 2.5,
parentheticals at 3.1 and cues at 3.7. Transitions are at the right. There are six lines per inch. Programs
differ by some tenths of an inch, so all positions are measured from the left margin of the action.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from statistics import median

from milimo_tui.interchange.screenplays.fountain_blocks import (
    ACTION,
    CUE,
    DIALOGUE,
    HEADING,
    PARENTHETICAL,
    TRANSITION,
    ScriptBlock,
    make_block,
)
from milimo_tui.interchange.screenplays.title_page import classify_title_lines
from milimo_tui.story.screenplay import line_grammar
from milimo_tui.story.screenplay.screenplay import ScriptElementKind

# The smallest distances in inches from the action's left margin at which a line counts as dialogue,
# parenthetical, cue and transition.
SPOKEN_AT, BRACKET_AT, CUE_AT, RIGHT_AT = 0.45, 1.25, 1.65, 3.4
# A line that does not begin at the left margin and whose last letter is further than this from the margin, in
# inches, is set at the right margin.
RIGHT_END = 5.7
# A line that ends further than this from the margin, in inches, fills the column, so its text continues in
# the next line.
FULL = 4.5
# Two texts count as being on the same line if their vertical distance in inches is at most this.
_SAME = 0.06
PITCH = 1 / 6  # Height of a line in inches.
_PAGE_NUMBER = re.compile(r"(?:page )?[A-Z]?\d{1,4}[A-Z]?\.?", re.IGNORECASE)
_CONTINUED = re.compile(
    r"(?:\w*\d\w*\.? )?\(?(?:MORE|CONTINUED|CONT['’]D)\)?:?(?: ?\(\d+\))?(?: \w*\d\w*\.?)?", re.IGNORECASE
)
_LONGEST_MARK = 60  # Only lines with fewer letters than this are searched for marks such as (CONTINUED).
_AGAIN = re.compile(r"\s*\((?:CONT['’]?D|CONTINUING|CONT\.)\)", re.IGNORECASE)
_NUMBER = re.compile(r"(?=\w*\d)\w{1,6}\.?")
_REVISED = re.compile(r"\s\*+$")
_ENDS = re.compile(r"[.!?…:\"”’)\-–—]$")
_MARGIN_NUMBERS = re.compile(r"(\w{1,6}\.?) (.+?)(?: \1)?$")


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line of text on a page. Positions are in inches from the top left: `x` and `y` of its first letter,
    and `end`, the x of its last letter.
    """

    x: float
    y: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """A printed page. Its size is in inches; its lines are in order from the top."""

    width: float
    height: float
    lines: tuple[PrintedLine, ...]


@dataclass(frozen=True, slots=True)
class ClassifiedScript:
    """The result of reading a printed screenplay: its paragraphs, for each paragraph True if its kind is
    unsure, and the entries of the title page.
    """

    blocks: tuple[ScriptBlock, ...]
    unsure: tuple[bool, ...]
    title: tuple[tuple[str, list[str]], ...]


def classify_pages(pages: Sequence[PrintedPage]) -> ClassifiedScript:
    """Return the paragraphs of a printed screenplay.

    Page headers, page numbers, (MORE), (CONT'D), revision marks and numbers in the margins are removed.
    """
    title: tuple[tuple[str, list[str]], ...] = ()
    bare = _remove_heads_and_feet(pages)
    if len(bare) > 1 and _is_title_page(bare[0]):
        middle = bare[0].width / 2
        rows = ((line.text, abs((line.x + line.end) / 2 - middle) < 0.6) for line in bare[0].lines)
        title, bare = tuple(classify_title_lines(rows)), bare[1:]
    margin = _find_action_margin(bare)
    reader = _PageReader(margin, _measure_line_pitch(bare), _find_dialogue_column(bare, margin))
    for page in bare:
        reader.read_printed_page(page)
    done = reader.finished_paragraphs
    return ClassifiedScript(
        tuple(each.full_block for each in done), tuple(each.unsure for each in done), title
    )


def _remove_heads_and_feet(pages: Sequence[PrintedPage]) -> list[PrintedPage]:
    """Return the pages without headers and footers, such as page numbers and (CONTINUED)."""
    edges = Counter(
        _fold_numbers(line.text) for page in pages for line in page.lines if _is_at_page_edge(line, page)
    )
    often = max(3, len(pages) // 4)
    out = []
    for page in pages:
        kept = []
        for line in page.lines:
            at_edge = _is_at_page_edge(line, page)
            text = line.text.strip()
            if at_edge and (_PAGE_NUMBER.fullmatch(text) or edges[_fold_numbers(text)] >= often):
                continue
            if at_edge and re.search(r"\s\d{1,4}[A-Z]?\.$", text) and line.end > page.width - 2:
                continue
            if len(text) < _LONGEST_MARK and _CONTINUED.fullmatch(text):
                continue
            if line.end > page.width - 1.2 and _REVISED.search(text):
                line = replace(line, text=_REVISED.sub("", text))
            if line.text.strip("* "):
                kept.append(line)
        out.append(replace(page, lines=tuple(kept)))
    return out


def _fold_numbers(text: str) -> str:
    return re.sub(r"\d+", "#", text.casefold())


def _is_at_page_edge(line: PrintedLine, page: PrintedPage) -> bool:
    return line.y < 0.95 or line.y > page.height - 0.85


def _is_title_page(page: PrintedPage) -> bool:
    """Return True if the first page is a title page: it has no scene heading, and hardly any text at the
    action's margin.
    """
    texts = [line.text for line in page.lines]
    if not texts or len(texts) > 30 or any(line_grammar.parse_heading(text) for text in texts):
        return False
    middle = page.width / 2
    centred = sum(abs((line.x + line.end) / 2 - middle) < 0.6 for line in page.lines)
    return centred * 2 >= len(texts) or centred >= 3


def _find_action_margin(pages: Sequence[PrintedPage]) -> float:
    """Return the left margin of the action in inches. Of all positions at which at least a twelfth of the
    lines start, the margin is the leftmost.
    """
    texts = (line for page in pages for line in page.lines if not _NUMBER.fullmatch(line.text))
    counts = Counter(round(line.x, 1) for line in texts)
    whole = sum(counts.values())
    return min((x for x, count in counts.items() if count * 12 >= whole), default=1.5)


def _find_dialogue_column(pages: Sequence[PrintedPage], margin: float) -> float:
    """Return the position in inches at which most lines of the speeches start."""
    starts = (round(line.x, 1) for page in pages for line in page.lines)
    counts = Counter(x for x in starts if SPOKEN_AT <= x - margin < BRACKET_AT)
    return max(counts, key=counts.__getitem__, default=margin + 1)


def _measure_line_pitch(pages: Sequence[PrintedPage]) -> float:
    gaps = [
        below.y - line.y
        for page in pages
        for line, below in zip(page.lines, page.lines[1:], strict=False)
        if 0.1 < below.y - line.y < 0.25
    ]
    return median(gaps) if gaps else PITCH


@dataclass(slots=True)
class _FoundParagraph:
    """A paragraph that was found on the pages. If it is part of a speech, `more` has the further lines of
    that speech. `unsure` is True if its kind is a guess.
    """

    block: ScriptBlock
    unsure: bool
    more: list[str]

    @property
    def full_block(self) -> ScriptBlock:
        """The paragraph with all its lines."""
        if not self.more:
            return self.block
        return make_block(self.block.kind, "\n".join([self.block.text, *self.more]))


class _PageReader:
    """A reader that combines the printed lines of the pages into paragraphs. `_kind` is the kind of the
    current paragraph, and `_rows` are its lines so far.
    """

    def __init__(self, margin: float, pitch: float, dialogue: float) -> None:
        self._margin, self._pitch, self._dialogue = margin, pitch, dialogue
        self._found: list[_FoundParagraph] = []
        self._kind: ScriptElementKind | None = None
        self._rows: list[str] = []
        self._unsure = False
        self._speaker = ""
        # The scene number in the margin next to the current line, and the one next to the first line of the
        # current paragraph. Empty if there is none.
        self._number = self._heading_number = ""
        self._last: PrintedLine | None = None

    @property
    def finished_paragraphs(self) -> list[_FoundParagraph]:
        """All paragraphs found so far. Reading this property ends the paragraph that is being collected, so
        it is read only after the last page.
        """
        self._close_paragraph()
        return self._found

    def read_printed_page(self, page: PrintedPage) -> None:
        """Add all lines of a page, from top to bottom."""
        numbers = {round(line.y, 1): line.text for line in page.lines if self._is_margin_number(line, page)}
        rows = [line for line in page.lines if not self._is_margin_number(line, page)]
        near = 1.45 * self._pitch
        last: PrintedLine | None = None
        at = 0
        while at < len(rows):
            pair = _find_dual_dialogue(rows, at, near)
            if pair:
                self._close_paragraph()
                self._kind = None
                self._found += [_FoundParagraph(each, False, []) for each in _iterate_dual_blocks(pair)]
                last, at = pair[-1], at + len(pair)
                continue
            line = rows[at]
            at += 1
            goes_on = line.y - last.y < near if last is not None else self._continues_last_page(line)
            below = rows[at] if at < len(rows) and rows[at].y - line.y < near else None
            self._number = numbers.get(round(line.y, 1), "")
            self._add_line(line, goes_on, below, new_page=last is None)
            last = self._last = line

    def _is_margin_number(self, line: PrintedLine, page: PrintedPage) -> bool:
        """Return True if a line consists only of a scene number in the margin."""
        outside = line.end < self._margin - 0.2 or line.x > page.width - 1.3
        return outside and _NUMBER.fullmatch(line.text) is not None

    def _continues_last_page(self, line: PrintedLine) -> bool:
        """Return True if the first line of a page continues the last paragraph of the previous page."""
        relative = line.x - self._margin
        if self._kind is ACTION and self._last is not None:
            full = self._last.end - self._margin > FULL and not _ENDS.search(self._last.text)
            return relative < SPOKEN_AT and full
        return self._kind is DIALOGUE and SPOKEN_AT <= relative < BRACKET_AT

    def _add_line(
        self, line: PrintedLine, goes_on: bool, below: PrintedLine | None, *, new_page: bool
    ) -> None:
        kind, unsure = self._classify_line(line, goes_on)
        text = " ".join(line.text.split())
        if kind in (ACTION, ScriptElementKind.CENTRED) and not goes_on and self._is_above_speech(line, below):
            kind, unsure = CUE, False
        if kind is CUE and below is None:
            kind, unsure = ScriptElementKind.CENTRED if self._is_centred_line(line) else ACTION, True
        in_speech = self._kind in (DIALOGUE, PARENTHETICAL)
        if kind is CUE and new_page and in_speech and _AGAIN.search(text):
            name = _AGAIN.sub("", text).strip()
            if name.partition("(")[0].strip() == self._speaker.partition("(")[0].strip():
                return  # The cue only repeats the speaker after a page break, so the speech continues.
        runs_over = kind is DIALOGUE and new_page
        if kind is self._kind and (runs_over or (goes_on and kind is not CUE)):
            self._rows.append(text)
            self._unsure = self._unsure or unsure
            return
        self._close_paragraph()
        self._kind, self._rows, self._unsure = kind, [text], unsure
        self._heading_number = self._number
        if kind is CUE:
            self._speaker = _AGAIN.sub("", text).strip()

    def _is_above_speech(self, line: PrintedLine, below: PrintedLine | None) -> bool:
        """Return True if a line is in the column of the cues, and the line below it is in the column of the
        dialogue or is a parenthetical. Such a line is a cue even if its letters are not capitals.
        """
        if below is None or line.x - self._margin < CUE_AT or line.x - below.x < SPOKEN_AT:
            return False
        in_column = abs(below.x - self._dialogue) < 0.1
        bracket = below.text.startswith("(") and below.x - self._margin >= SPOKEN_AT
        return (in_column or bracket) and line_grammar.parse_cue(line.text.strip(), forced=True) is not None

    def _is_centred_line(self, line: PrintedLine) -> bool:
        return abs((line.x + line.end) / 2 - self._margin - 3) < 0.4

    def _classify_line(self, line: PrintedLine, goes_on: bool) -> tuple[ScriptElementKind, bool]:
        """Return the kind of a line by its position and its words, and True if the kind is unsure. `goes_on`
        is True if the line directly follows another line, without a blank line between them.
        """
        text, relative = line.text.strip(), line.x - self._margin
        in_speech = self._kind in (CUE, PARENTHETICAL, DIALOGUE) and goes_on
        if relative < SPOKEN_AT:
            numbered = bool(self._number) and not goes_on and text.isupper()
            if (
                _parse_printed_heading(text)
                or numbered
                or (goes_on and self._kind is HEADING and text.isupper())
            ):
                return HEADING, False
            if line_grammar.is_transition_line(text) or (
                goes_on and self._kind is TRANSITION and text.isupper()
            ):
                return TRANSITION, False
            return ACTION, in_speech
        if in_speech:
            if self._kind is PARENTHETICAL and not self._rows[-1].endswith(")"):
                return PARENTHETICAL, False
            if text.startswith("(") and relative >= SPOKEN_AT:
                return PARENTHETICAL, False
            return DIALOGUE, relative >= CUE_AT
        if relative >= RIGHT_AT and (text.isupper() or text.endswith(":")):
            return TRANSITION, False
        if not goes_on and line.end - self._margin > RIGHT_END:
            return TRANSITION, False  # Only a transition ends at the right margin without filling the line.
        if relative >= CUE_AT and line_grammar.parse_cue(text):
            return CUE, False
        if line_grammar.is_transition_line(text):
            return TRANSITION, False
        if relative >= CUE_AT - 0.4 and line_grammar.parse_cue(text):
            return CUE, True
        if self._kind is DIALOGUE and SPOKEN_AT <= relative < BRACKET_AT:
            return DIALOGUE, False
        return (
            (ScriptElementKind.CENTRED, False)
            if self._is_centred_line(line) and relative >= 1
            else (ACTION, True)
        )

    def _close_paragraph(self) -> None:
        if self._kind is None or not self._rows:
            return
        text = " ".join(self._rows)
        self._rows = []
        if self._kind is HEADING:
            text, number = _parse_printed_heading(text) or (text, "")
            done = make_block(HEADING, text, number=number or self._heading_number.rstrip("."))
        else:
            done = make_block(self._kind, text)
        last = self._found[-1] if self._found else None
        if done.kind is DIALOGUE and last and last.block.kind is DIALOGUE:
            last.more += ["", text]  # A blank line separates the two parts of the speech.
            return
        self._found.append(_FoundParagraph(done, self._unsure, []))


def _find_dual_dialogue(rows: Sequence[PrintedLine], at: int, most: float) -> list[PrintedLine]:
    """Return the lines of the dual dialogue (two speeches side by side) that starts at `rows[at]`, or an
    empty list.
    """
    out = [*rows[at : at + 2]]
    if len(out) < 2 or abs(out[0].y - out[1].y) > _SAME:
        return []
    if not all(line_grammar.parse_cue(line.text) for line in out) or out[1].x - out[0].end < 0.5:
        return []
    for line in islice(rows, at + 2, None):
        if line.y - out[-1].y > most:
            break
        out.append(line)
    return out


def _iterate_dual_blocks(rows: Sequence[PrintedLine]) -> Iterator[ScriptBlock]:
    """Yield the speeches of dual dialogue, the left speech first."""
    border = (rows[0].end + rows[1].x) / 2
    for second in (False, True):
        own = [line for line in rows if (line.x > border - 0.3 if second else line.x <= border - 0.3)]
        yield make_block(CUE, own[0].text, dual=second)
        spoken: list[str] = []
        for line in own[1:]:
            if line.text.startswith("(") and line.text.endswith(")"):
                if spoken:
                    yield make_block(DIALOGUE, " ".join(spoken))
                yield make_block(PARENTHETICAL, line.text)
                spoken = []
            else:
                spoken.append(line.text)
        if spoken:
            yield make_block(DIALOGUE, " ".join(spoken))


def _parse_printed_heading(text: str) -> tuple[str, str] | None:
    """Return a heading and its number, which may be in both margins, or None if the line is no heading."""
    both = _MARGIN_NUMBERS.fullmatch(text)
    if both and any(map(str.isdigit, both[1])) and (found := line_grammar.parse_heading(both[2])):
        return found[0], both[1].rstrip(".")
    found = line_grammar.parse_heading(text)
    return (found[0], found[1].number) if found else None
