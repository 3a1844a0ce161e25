"""Write the paragraphs of an imported screenplay as Fountain text, from which a parser makes the same
paragraphs again.

If Fountain would take a line for another kind of paragraph, the line gets the mark that forces its kind, such
as `!` for action. All other lines get no mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from milimo_tui.story.screenplay import line_grammar
from milimo_tui.story.screenplay.screenplay import SPEECH_KINDS, ScriptElementKind
from milimo_tui.story.values.emphasis import StyledRun, escape_emphasis, write_styled_runs
from milimo_tui.story.values.text import strip_emphasis
from milimo_tui.story.values.vocabulary import is_structure_line

# These kinds are module variables, because looking up an enum member takes as long as writing a short line.
ACTION, HEADING, CUE, DIALOGUE = (
    ScriptElementKind.ACTION,
    ScriptElementKind.HEADING,
    ScriptElementKind.CUE,
    ScriptElementKind.DIALOGUE,
)
PARENTHETICAL, TRANSITION = ScriptElementKind.PARENTHETICAL, ScriptElementKind.TRANSITION
_WITHOUT_STYLES, _OFTEN_OF_ONE = frozenset({HEADING, CUE}), frozenset({PARENTHETICAL, TRANSITION})
# Text without any of these characters has no emphasis marks, notes or boneyard, and can be written as it is.
_MARKS = re.compile(r"[*_\\/\[]")
_NUMBER = re.compile(r"[\w.\-]{1,16}")
NEWLINE = "\n"
LONGEST_KEPT = 80  # The Fountain line of a cue is cached only if the cue has at most this many letters.
# Matches `]` before another `]` or at the end of a note, because `]]` would end the note.
_NOTE_ENDS = re.compile(r"\](?=\]|$)")
_LINE_ENDS = re.compile(r"[ ]*(?:\n[ \t]*)+")
_FORCED = "!@~>#=."
_ENDS_SPEECH = "@!>~="


class ScriptBlock(NamedTuple):
    """A paragraph of a screenplay, as an import found it. Lines in `runs` are separated by newlines. `number`
    is the scene number of a heading, and `depth` the level of a section.

    `dual` marks the second cue of a dual dialogue.
    """

    kind: ScriptElementKind
    runs: tuple[StyledRun, ...] = ()
    number: str = ""
    dual: bool = False
    depth: int = 0

    @property
    def text(self) -> str:
        """The text without styles."""
        runs = self.runs
        return runs[0].text if len(runs) == 1 else "".join([run.text for run in runs])


def make_block(
    kind: ScriptElementKind, text: str = "", *, number: str = "", dual: bool = False, depth: int = 0
) -> ScriptBlock:
    """Return a paragraph whose text has no style."""
    return ScriptBlock(
        kind=kind, runs=(StyledRun(text),) if text else (), number=number, dual=dual, depth=depth
    )


def format_title_page(entries: Iterable[tuple[str, Sequence[str]]]) -> list[str]:
    """Return the lines of a Fountain title page. An entry is `Key: value`, or a key with its values on the
    lines below it.
    """
    out: list[str] = []
    for key, texts in entries:
        values = [*map(_break_hiding_marks, texts)]
        if len(values) == 1:
            out.append(f"{key}: {values[0]}")
        elif values:
            out += [f"{key}:", *(f"    {value}" for value in values)]
    return out


@dataclass(frozen=True, slots=True)
class ReadScript:
    """An imported screenplay as Fountain, with notes about the import for the user."""

    text: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FountainText:
    """A Fountain text. `lines` has for each paragraph the line (from 1) at which it starts, or 0 if it was
    not written.
    """

    text: str
    lines: tuple[int, ...]


def to_fountain(
    blocks: Sequence[ScriptBlock], title: Iterable[tuple[str, Sequence[str]]] = ()
) -> FountainText:
    """Write paragraphs as Fountain with LF line ends. The entries of a title page come first. Without
    paragraphs and entries, the text is empty.
    """
    out: list[str] = []
    head = format_title_page(title)
    line = 1 + len(head)
    if head:
        out.append(NEWLINE.join(head))
    starts = []
    in_speech, count = False, len(blocks)
    for at, each in enumerate(blocks):
        follows = blocks[at + 1].kind if at + 1 < count else None
        kind = each.kind
        goes_on = in_speech and (
            kind in SPEECH_KINDS or (kind is ScriptElementKind.NOTE and follows in SPEECH_KINDS)
        )
        written = _format_block(each, goes_on, follows, first=not out)
        if not written:
            starts.append(0)
            continue
        if out:
            out.append(NEWLINE if goes_on else NEWLINE * 2)
            line += 0 if goes_on else 1
        starts.append(line)
        out.append(written)
        line += written.count(NEWLINE) + 1
        in_speech = goes_on or kind is CUE
    return FountainText("".join((*out, NEWLINE)) if out else "", tuple(starts))


def _format_block(each: ScriptBlock, goes_on: bool, follows: ScriptElementKind | None, *, first: bool) -> str:
    kind, runs = each.kind, each.runs
    if len(runs) == 1 and runs[0].has_no_style:
        text = runs[0].text
        if _MARKS.search(text):
            text = _break_hiding_marks(escape_emphasis(text))
    else:
        text = _break_hiding_marks(
            escape_emphasis(each.text) if _drops_styles(each) else write_styled_runs(runs)
        )
    if not goes_on and kind in SPEECH_KINDS:
        kind = kind if kind is ScriptElementKind.LYRIC else ACTION
    if kind is DIALOGUE:
        return NEWLINE.join(map(_format_speech_line, text.split(NEWLINE)))
    if not text.strip():
        return "===" if kind is ScriptElementKind.PAGE_BREAK else ""
    if kind is ACTION:
        return _format_action(text, first=first)
    line = " ".join(text.split())
    if kind is HEADING:
        return _format_heading_line(line, each.number) or _format_action(text, first=first)
    if kind is CUE:
        cue = _format_cue_line if len(line) < LONGEST_KEPT else _format_cue_line.__wrapped__
        return cue(line, each.dual, follows in SPEECH_KINDS) or _format_action(text, first=first)
    if kind is PARENTHETICAL:
        return line if line.startswith("(") and line.endswith(")") else f"({line})"
    if kind is TRANSITION:
        return line if line_grammar.is_transition_line(line) else f"> {line.removesuffix('<')}".rstrip()
    if kind is ScriptElementKind.LYRIC:
        return "\n".join(f"~{row.strip()}" for row in text.split("\n") if row.strip())
    if kind is ScriptElementKind.CENTRED:
        return "\n".join(f"> {row.strip()} <" for row in text.split("\n") if row.strip())
    if kind is ScriptElementKind.SECTION:
        return f"{'#' * max(1, each.depth)} {line}"
    if kind is ScriptElementKind.SYNOPSIS:
        return f"= {line}"
    if kind is ScriptElementKind.NOTE:
        inner = _NOTE_ENDS.sub("] ", _break_hiding_marks(each.text).strip())
        return f"[[{_LINE_ENDS.sub(NEWLINE, inner)}]]"
    return _format_action(text, first=first)


def _drops_styles(each: ScriptBlock) -> bool:
    """Return True if a paragraph is written without its styles.

    Headings and cues are always written without styles: many files have them in bold, and an emphasis mark
    before INT. would hide the heading. A parenthetical or transition loses its style if all its text has the
    same style.
    """
    kind = each.kind
    return kind in _WITHOUT_STYLES or (kind in _OFTEN_OF_ONE and has_one_style(each.runs))


def has_one_style(runs: Sequence[StyledRun]) -> bool:
    """Return True if all text of a paragraph has the same style."""
    return len(runs) < 2 or all(run.has_same_style(runs[0]) for run in runs)


def _break_hiding_marks(text: str) -> str:
    """Return the text with a blank inserted into each `[[` and `/*`. In Fountain, these marks would start a
    note or a boneyard and hide the text after them.
    """
    return text.replace("[[", "[ [").replace("/*", "/ *") if "[[" in text or "/*" in text else text


def _format_heading_line(line: str, number: str) -> str:
    if not any(map(str.isalnum, line)):
        return ""
    numbered = f"{line} #{number}#" if _NUMBER.fullmatch(number) else line
    found = line_grammar.parse_heading(numbered)
    # OMITTED is a heading only with its number. Other programs need the dot.
    if line[0] not in _FORCED and found and found[0] == line and line_grammar.parse_heading(line):
        return numbered
    return f".{numbered}" if line[0].isalnum() else ""


@lru_cache(1 << 10)  # Cached, because a character's name occurs some hundred times in a script.
def _format_cue_line(line: str, dual: bool, is_followed: bool) -> str:
    mark = " ^" if dual else ""
    plain_cue = (
        line[0] not in _FORCED and line_grammar.parse_cue(line) and not line_grammar.parse_heading(line)
    )
    if plain_cue and is_followed:
        return f"{line}{mark}"
    return f"@{line}{mark}" if line_grammar.parse_cue(line, forced=True) else ""


def _format_speech_line(row: str) -> str:
    """Return a line of a speech in Fountain. An empty line becomes two blanks, because an empty line would
    end the speech.
    """
    row = row.strip()
    if not row:
        return "  "
    return f"\\{row}" if row[0] in _ENDS_SPEECH and strip_emphasis(f"\\{row}") == row else row


def _format_action(text: str, *, first: bool) -> str:
    if NEWLINE not in text:
        return _force_action_line(text.rstrip(), more=False, first=first)
    rows = [row.rstrip() for row in text.split("\n")]
    while rows and not rows[-1]:
        rows.pop()
    while rows and not rows[0]:
        rows.pop(0)
    out: list[str] = []
    for at, row in enumerate(rows):
        if not row:
            out.append("")
            continue
        more = at + 1 < len(rows) and bool(rows[at + 1])
        out.append(_force_action_line(row, more=more, first=first and not out))
    return "\n".join(out)


def _force_action_line(row: str, *, more: bool, first: bool) -> str:
    """Return a line of action, with `!` before it if Fountain would parse it as another kind.

    `more` is True if another line follows directly, `first` if the line is the first of the text, where it
    could be read as a title page.
    """
    stripped = row.strip()
    title = first and line_grammar.parse_title_key(stripped) is not None
    return f"!{row}" if title or _is_read_as_other_kind(stripped, more=more) else row


def _is_read_as_other_kind(row: str, *, more: bool) -> bool:
    """Return True if Fountain would parse a line of action as another kind of paragraph. `more` is True if
    another line follows directly.
    """
    # Lines such as LATER and INTERCUT never get a mark, even if the file says that they are action, because
    # they structure the scene.
    if is_structure_line(row):
        return False
    if row[0] in _FORCED or line_grammar.parse_heading(row) or line_grammar.is_transition_line(row):
        return True
    return more and line_grammar.parse_cue(row) is not None
