"""Read review notes from files that people send: lines of text, tables (CSV) and EDL markers. Pure functions.

The times are first read as text, because short times are ambiguous. Then `cut.notes.note_times` looks at all
times of a file together and converts them to frames. A line that can't be read is reported with its number
and skipped.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal

from milimo_tui.core.errors import BadInput
from milimo_tui.core.reasons import reason
from milimo_tui.core.safe_text import replace_forbidden_characters
from milimo_tui.cut.notes.marker_colours import PLAIN_COLOUR, convert_foreign_colour
from milimo_tui.cut.notes.note_times import NoteTimes

Kind = Literal["text", "csv", "edl"]
MOST = 10_000  # Maximum number of notes in a file. A file with more notes is refused.
LONGEST = 4000  # Maximum number of characters of a note. The rest is cut off.


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadNote:
    """A note that was read from a file. `frame` is its frame in the cut.

    For a reply, `answers` is the index of the note that it answers in the list of notes.
    """

    frame: int
    words: str
    author: str = ""
    done: bool = False
    colour: str = ""
    answers: int | None = None


@dataclass(frozen=True, slots=True)
class NoteFileContent:
    """The result of reading a file: its notes in the order of the file, remarks on how its times were
    interpreted, and the reasons why lines were skipped.
    """

    notes: tuple[ReadNote, ...]
    remarks: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _NoteLine:
    """A note whose time is still text. `number` is the number of its line and `code` the time as written."""

    number: int
    code: str
    note: ReadNote


_UnreadLines = list[tuple[int, str]]
"""The lines of a file that contain no readable note: line number and reason."""


def detect_note_file_kind(name: str, text: str) -> Kind:
    """Return the format of a file of notes, judging by the suffix of its name and the beginning of its
    text.
    """
    ending = name.rpartition(".")[2].casefold()
    if ending == "edl" or text.lstrip().startswith("TITLE:"):
        return "edl"
    return "csv" if ending in ("csv", "tsv") else "text"


def decode_note_file(data: bytes) -> str:
    """Return the text of a file. The encoding is UTF-8, UTF-16 with a byte order mark, or else cp1252, which
    old Windows programs use.
    """
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig")):
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
    return data.decode("cp1252", errors="replace")


def read_notes(text: str, kind: Kind, rate: Fraction, length: int, name: str = "") -> NoteFileContent:
    """Return the notes in the text of a file about a cut with frame rate `rate` and `length` frames.

    `name` is the file's name for messages about its lines. Raises BadInput if the file contains no notes.
    """
    if "\0" in text:
        raise BadInput(
            f"{name or 'this'} is not a text file", "notes are lines of text, a table (.csv) or an EDL"
        )
    try:
        lines, unread = {"text": _parse_text_notes, "csv": _parse_table_notes, "edl": _parse_edl_notes}[kind](
            text
        )
    except BadInput as error:
        raise BadInput(f"{_format_line_position(name, 1)}: {error.message}", error.hint) from None
    problems = [f"{_format_line_position(name, number)}: {why}" for number, why in unread]
    if len(lines) > MOST:
        raise BadInput(
            f"{name or 'the file'} contains {len(lines)} notes; the limit is {MOST}", "split the file"
        )
    codes = [each.code for each in lines]
    drops = "FCM: DROP" in text.upper() or any(";" in code for code in codes)
    times = NoteTimes(rate, length, dropless=kind == "edl" and not drops)
    times.analyze_times(codes)
    notes: list[ReadNote] = []
    for each in lines:
        if each.note.answers is not None:
            if notes:
                first = max(i for i, note in enumerate(notes) if note.answers is None)
                notes.append(replace(each.note, frame=notes[first].frame, answers=first))
            continue
        try:
            notes.append(replace(each.note, frame=times.parse_note_time(each.code)))
        except BadInput as error:
            problems.append(f"{_format_line_position(name, each.number)}: {error.message}")
    if not notes:
        example = "a line is a timecode and words, for example 00:01:12:08 hold on her eyes"
        why = f"it: {problems[0]}" if problems else name or "it"
        raise BadInput(f"there are no notes in {why}", example)
    return NoteFileContent(tuple(notes), times.remarks, tuple(problems))


def _format_line_position(name: str, line: int) -> str:
    """Return the position of a line for a message: `notes.csv:4`."""
    return f"{name}:{line}" if name else f"line {line}"


def _clean_note(words: str, author: str = "", colour: str = "", *, done: bool = False) -> ReadNote:
    plain = " ".join(replace_forbidden_characters(words).split())[:LONGEST]
    return ReadNote(
        frame=0,
        words=plain,
        author=" ".join(replace_forbidden_characters(author).split())[:120],
        done=done,
        colour=convert_foreign_colour(colour),
    )


# Lines of text.

_FULL = r"\d{1,2}(?:[:;.]\d{2}){2}[:;.]\d{2,3}"
_CODE = rf"{_FULL}|\d{{1,2}}[:;]\d{{2}}[:;]\d{{2}}(?:[.,]\d+)?|\d{{1,3}}:\d{{2}}(?:[.,]\d+)?|\d+f"
_AVID = re.compile(
    rf"(?P<who>[^\t]*)\t(?P<code>{_FULL})\t[^\t]*\t(?P<colour>[A-Za-z]*)\t(?P<words>[^\t]*)(?:\t.*)?"
)
_LINE = re.compile(
    rf"\s*(?:[-*•]\s+|\d+[.)]\s+)?[\[(]?(?P<code>{_CODE})(?!:?\d)[\])]?"
    rf"(?:\s*(?:-|–|—|→|to)\s*[\[(]?(?:{_CODE})(?!:?\d)[\])]?)?"
    r"\s*(?:[-–—:|,]\s+|\t)?\s*(?P<done>\[[ xX✓]?\])?\s*(?P<words>.*)"
)
_SIGNED = re.compile(r"(?P<words>.*\S)\s\s+— (?P<author>\S.*)")
_REPLY = re.compile(r"\s*(?:↳|->)\s*(?P<words>.*\S)")


def _parse_text_notes(text: str) -> tuple[list[_NoteLine], _UnreadLines]:
    """Parse text with one note per line: a timecode and words, or the columns of an Avid marker list (author,
    time, track, colour, words).

    Lines without a time continue the note above them, up to an empty line. Return the notes, and the lines
    that were skipped with the reasons.
    """
    lines: list[_NoteLine] = []
    problems: _UnreadLines = []
    open_ = False
    for number, raw in enumerate(text.splitlines(), 1):
        if not raw.strip():
            open_ = False
        elif (reply := _REPLY.fullmatch(raw)) and lines:
            lines.append(_NoteLine(number, "", replace(_parse_signed_words(reply["words"]), answers=0)))
            open_ = False
        elif found := _AVID.fullmatch(raw):
            lines.append(
                _NoteLine(number, found["code"], _clean_note(found["words"], found["who"], found["colour"]))
            )
            open_ = True
        elif found := _LINE.fullmatch(raw):
            done = (found["done"] or "").strip("[] ") != ""
            lines.append(
                _NoteLine(number, found["code"], replace(_parse_signed_words(found["words"]), done=done))
            )
            open_ = True
        elif open_:
            last = lines[-1]
            more = _clean_note(f"{last.note.words} {raw.strip()}")
            lines[-1] = replace(last, note=replace(last.note, words=more.words))
        else:
            problems.append((number, f"there is no timecode in “{raw.strip()[:60]}”"))
    return lines, problems


def _parse_signed_words(words: str) -> ReadNote:
    """Parse the words of a note. An author may follow the words after two blanks and a dash, as in files that
    Milimo exports.
    """
    found = _SIGNED.fullmatch(words)
    return _clean_note(found["words"], found["author"]) if found else _clean_note(words)


# Tables.

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "time": ("timecode", "tc", "timecodein", "tcin", "recordin", "in", "inpoint", "start",
             "timecodestart", "starttime", "time", "timestamp", "at", "position", "smpte", "frame",
             "frames", "seconds"),
    "words": ("note", "notes", "comment", "comments", "text", "words", "description", "message", "feedback",
              "body", "remark"),
    "title": ("markername", "title", "name", "subject"),
    "author": ("author", "by", "commenter", "reviewer", "reviewername", "authorname",
               "commentername", "user", "username", "from", "owner", "who", "person"),
    "done": ("done", "completed", "complete", "resolved", "status", "state", "closed"),
    "colour": ("colour", "color", "markercolor", "markercolour"),
    "reply": ("reply", "isreply", "replyto", "parent"),
}  # fmt: skip
KNOWN = "its first line names the columns: a timecode (or frame) and a note (or text)"
_YES = frozenset(
    {"yes", "y", "true", "1", "x", "done", "completed", "complete", "resolved", "closed", "✓", "ok"}
)


def _parse_table_notes(text: str) -> tuple[list[_NoteLine], _UnreadLines]:
    """Parse a table whose first line contains the names of the columns, in any order. Return the notes, and
    the skipped lines with the reasons. Raises BadInput if no columns can be recognised.
    """
    text = text.lstrip("\ufeff\n\r ")
    if not text:
        raise BadInput("the table is empty", KNOWN)
    delimiter = max(",;\t|", key=text.partition("\n")[0].count)
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        names = next(rows, [])
        # Some programs write a first line `sep=;`, which tells Excel the delimiter.
        if names[0].casefold() == "sep=":
            names = next(rows, [])
        return _parse_table_rows(rows, _find_columns(names), names)
    except csv.Error as error:
        raise BadInput(
            f"the table can't be read: {reason(error)}", "export it as CSV with a header line"
        ) from None


def _find_columns(names: Sequence[str]) -> dict[str, int]:
    plain = [_normalize_column_name(name) for name in names]
    where = {}
    for column, known in COLUMNS.items():
        found = [plain.index(name) for name in known if name in plain]
        if found:
            where[column] = found[0]
    if "words" not in where and "title" in where:
        where["words"] = where.pop("title")
    for column, called in (("time", "timecode"), ("words", "note")):
        if column not in where:
            there = ", ".join(name.strip() for name in names if name.strip())[:200] or "none"
            raise BadInput(f"the table has no column “{called}”; it has: {there}", KNOWN)
    return where


def _normalize_column_name(name: str) -> str:
    """Return a column's name as in `COLUMNS`: `timecode` for `Time code (HH:MM:SS:FF)`, `comment` for
    `Comment text`.
    """
    letters = re.sub(r"[^a-z]", "", re.sub(r"[(\[].*", "", name.casefold()))
    return letters.removesuffix("text") or letters


def _find_time_unit(name: str) -> str:
    """Return the unit of plain numbers in a column of times, judging by the column's name: `f` for frames or
    `s` for seconds. Empty if the name mentions no unit.
    """
    unit = re.search(r"frame|sec", name.casefold().rpartition("(")[2])
    return {"frame": "f", "sec": "s"}[unit[0]] if unit else ""


def _parse_table_rows(
    rows: Any, where: Mapping[str, int], names: Sequence[str]
) -> tuple[list[_NoteLine], _UnreadLines]:
    mark = _find_time_unit(names[where["time"]])
    lines: list[_NoteLine] = []
    problems: _UnreadLines = []
    for number, row in _number_table_rows(rows):
        if not any(cell.strip() for cell in row):
            continue
        cells = {column: row[at].strip() if at < len(row) else "" for column, at in where.items()}
        words = _prefix_marker_name(cells.get("title", ""), cells["words"])
        answers = cells.get("reply", "") not in ("", "0", "no", "false", "No", "False")
        if answers and lines:
            note = replace(_clean_note(words, cells.get("author", "")), answers=0)
            lines.append(_NoteLine(number, "", note))
        elif not cells["time"]:
            problems.append((number, f"there is no timecode next to “{words[:60]}”"))
        else:
            done = cells.get("done", "").casefold() in _YES
            note = _clean_note(words, cells.get("author", ""), cells.get("colour", ""), done=done)
            bare = re.fullmatch(r"\d+(?:\.\d+)?", cells["time"])
            lines.append(_NoteLine(number, cells["time"] + (mark or "s" if bare else ""), note))
    return lines, problems


def _prefix_marker_name(title: str, words: str) -> str:
    """Return the words of a note preceded by its marker's name. A generated name, such as `Marker 3`, is left
    out.
    """
    named = "" if words and re.fullmatch(r"marker \d+", title.strip().casefold()) else title
    return ": ".join(part for part in (named, words) if part)


def _number_table_rows(rows: Any) -> Iterator[tuple[int, list[str]]]:
    """Yield each row of a table with the number of its first line. A row can have several lines, because a
    cell may contain line breaks.
    """
    while True:
        line = rows.line_num + 1
        row = next(rows, None)
        if row is None:
            return
        yield line, row


# Edit decision lists.

_EVENT = re.compile(rf"\s*\d+\s+\S+.*?\s{_FULL}\s+{_FULL}\s+(?P<record>{_FULL})\s+{_FULL}\s*")
_LOC = re.compile(rf"\*?\s*LOC:\s*(?P<code>{_FULL})(?:\s+(?P<colour>[A-Za-z]+)(?:\s+(?P<words>.*))?)?", re.I)
_RESOLVE = re.compile(
    r"(?P<before>.*?)\|C:(?:ResolveColor)?(?P<colour>\w+)\s*\|M:(?P<words>.*?)\s*(?:\|D:.*)?"
)


def _is_same_note(one: ReadNote, other: ReadNote) -> bool:
    """Return True if two lines under one event of an EDL contain the same note, so that it is added only
    once. Milimo writes each note twice: a line for Avid and a line for Resolve.
    """
    return (one.words.casefold(), one.author) == (other.words.casefold(), other.author)


def _parse_edl_notes(text: str) -> tuple[list[_NoteLine], _UnreadLines]:
    """Parse an EDL: `* LOC:` lines, which Avid and other programs write, and the marker lines of DaVinci
    Resolve.
    """
    lines: list[_NoteLine] = []
    # The record time of the last event that was read, and the index in `lines` at which the notes of this
    # event begin.
    record, inside = "", 0
    for number, raw in enumerate(text.splitlines(), 1):
        if found := _LOC.fullmatch(raw.strip()):
            note = replace(
                _parse_signed_words(found["words"] or ""),
                colour=convert_foreign_colour(found["colour"] or ""),
            )
            lines.append(_NoteLine(number, found["code"], note))
        elif event := _EVENT.fullmatch(raw):
            record, inside = event["record"], len(lines)
        elif (found := _RESOLVE.fullmatch(raw.strip())) and record:
            note = _parse_signed_words(_prefix_marker_name(found["words"], found["before"].strip()))
            note = replace(note, colour=convert_foreign_colour(found["colour"]))
            twin = next((at for at in range(inside, len(lines)) if _is_same_note(lines[at].note, note)), None)
            if twin is None:
                lines.append(_NoteLine(number, record, note))
            elif lines[twin].note.colour == PLAIN_COLOUR:  # Avid has no name for some colours.
                lines[twin] = replace(lines[twin], note=replace(lines[twin].note, colour=note.colour))
    return lines, []
