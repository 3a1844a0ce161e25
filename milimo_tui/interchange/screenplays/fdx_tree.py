"""A Final Draft file as its paragraphs, each with the bytes it stands in.

Raw expat, so that a paragraph that is not understood can be kept byte for byte. A document type, and with it
every entity, is refused; so is what is nested deeper than any script.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from xml.parsers import expat

from milimo_tui.core.errors import BadInput
from milimo_tui.interchange.screenplays.xml_faults import FAULTS, said_of
from milimo_tui.story.values.emphasis import Run

DEEPEST = 64
_IN_SCRIPT = 3  # elements deep: FinalDraft, Content, and what stands there
MOST_PARAGRAPHS = 200_000
_HINT = "open it in Final Draft and save it again, or export it as Fountain"
_STYLES = ("Bold", "Italic", "Underline")
_QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'")


@dataclass(frozen=True, slots=True)
class Note:
    """A note that is pinned to a paragraph."""

    text: str


class Paragraph(NamedTuple):
    """A paragraph of the script. `start` to `end` are its bytes, `texts` those of its Text elements.

    `pair` counts those who speak at once from 1; 0 for one who doesn't.
    """

    type: str
    attributes: Mapping[str, str]
    runs: tuple[Run, ...]
    number: str
    notes: tuple[Note, ...]
    start: int
    end: int
    texts: tuple[tuple[int, int], ...]
    pair: int
    revised: bool

    @property
    def text(self) -> str:
        """Return its letters, of all its runs."""
        runs = self.runs
        return runs[0].text if len(runs) == 1 else "".join([run.text for run in runs])


@dataclass(frozen=True, slots=True, kw_only=True)
class FdxTree:
    """A file's paragraphs in order, and those of its title page.

    `content_end` is the byte before which a paragraph is put behind the last one; `encoding` is what text
    that is put in is written in. A paragraph that others stand in (a pair, an omitted scene), or whatever
    else they stand in, is a `frame`, by their places among `paragraphs`: the bytes of the whole.
    """

    paragraphs: tuple[Paragraph, ...]
    title_page: tuple[Paragraph, ...]
    content_end: int
    encoding: str
    frames: Mapping[int, tuple[int, int]]


@dataclass(slots=True)
class _Open:
    """A paragraph that is being read."""

    attributes: Mapping[str, str]
    start: int
    where: str
    pair: int
    runs: list[Run]
    texts: list[tuple[int, int]]
    notes: list[Note] | None = None
    number: str = ""
    revised: bool = False
    children: int = 0  # paragraphs of the script in it


def read_tree(data: bytes) -> FdxTree:
    """Read a Final Draft file. Raises BadInput in one sentence: not XML, another's XML, a document type,
    nested too deep, no script in it.
    """
    return _Reader(data).read()


class _Reader:
    """Follows expat's events; `_path` has the names of the open elements."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._path: list[str] = []
        self._is_empty = False  # no element began or ended since an element began
        self._parents: list[str] = []  # of the last paragraph, and what such a paragraph is
        self._where = "other"
        self._open: list[_Open] = []
        self._is_little = data[:2] == b"\xff\xfe" or data[1:2] == b"\0"  # UTF-16, the low byte first
        self._content_start = 0
        self._text: list[str] = []  # letters since a Text began
        self._kept: list[int] = []  # how many of them there were where an element in a Text began
        self._take = self._text.append
        self._texts: list[
            tuple[int, Mapping[str, str]]
        ] = []  # where each open Text began, and its attributes
        self._note: list[str] | None = None
        self._found: list[Paragraph] = []
        self._title: list[Paragraph] = []
        self._frames: dict[int, tuple[int, int]] = {}
        self._pairs = self._begun = 0  # pairs and paragraphs so far
        self._in_pair = False
        self._stranger = 0  # where what is no paragraph begins, right in the script
        self._content_end = -1
        self._encoding = "utf-8"
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.ordered_attributes = False
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.XmlDeclHandler = self._declared
        self._parser.StartDoctypeDeclHandler = self._doctype

    def read(self) -> FdxTree:
        try:
            self._parser.Parse(self._data, True)
        except FAULTS as error:
            line, why = self._parser.CurrentLineNumber, said_of(error)
            raise BadInput(f"this Final Draft file is damaged in line {line}: {why}", _HINT) from None
        if self._content_end < 0:
            raise BadInput("there is no script in this Final Draft file", _HINT)
        return FdxTree(
            paragraphs=tuple(self._found),
            title_page=tuple(self._title),
            content_end=self._content_end,
            encoding=self._encoding,
            frames=self._frames,
        )

    def _declared(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding:
            self._encoding = encoding.lower()

    def _doctype(self, *_: object) -> None:
        raise BadInput("this Final Draft file has a document type, which none of its makers writes", _HINT)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        path = self._path
        if not path and name != "FinalDraft":
            raise BadInput(f"this is XML, but no Final Draft file: it begins with {name:.40}", _HINT)
        if path and path[-1] == "Text":
            self._kept.append(len(self._text))
        path.append(name)
        self._is_empty = True
        if len(path) == _IN_SCRIPT and name != "Paragraph":
            self._stranger = self._parser.CurrentByteIndex
        if len(path) > DEEPEST:
            raise BadInput(f"this Final Draft file is nested deeper than {DEEPEST}: no script is", _HINT)
        handler = _STARTS.get(name)
        if handler is not None:
            handler(self, attributes)

    def _end(self, name: str) -> None:
        handler = _ENDS.get(name)
        if handler is not None:
            handler(self)
        path = self._path
        if len(path) == _IN_SCRIPT and name != "Paragraph" and path[1] == "Content":
            self._frame(self._stranger, self._behind_end(self._stranger))
        path.pop()
        if path and path[-1] == "Text":
            del self._text[self._kept.pop() :]
        self._is_empty = False

    # -------------------------------------------------------------- paragraphs

    def _starts_paragraph(self, attributes: Mapping[str, str]) -> None:
        parents = self._path[:-1]
        if parents != self._parents:
            self._parents, self._where = parents, _where(parents)
        where = self._where
        if where == "note" and self._note:
            self._note.append("\n")
        self._begun += 1
        if self._begun > MOST_PARAGRAPHS:
            raise BadInput(f"this Final Draft file has more than {MOST_PARAGRAPHS:,} paragraphs", _HINT)
        if self._open and where == "script":
            self._open[-1].children += 1
        pair = self._pairs if self._in_pair else 0
        self._open.append(_Open(attributes, self._parser.CurrentByteIndex, where, pair, [], []))

    def _ends_paragraph(self) -> None:
        each = self._open.pop()
        end = self._behind_end(each.start)
        if each.where not in ("title", "script"):
            return
        attributes = each.attributes
        done = Paragraph(
            attributes.get("Type", ""),
            attributes,
            tuple(each.runs),
            each.number or attributes.get("Number", ""),
            tuple(each.notes) if each.notes else (),
            each.start,
            end,
            tuple(each.texts),
            each.pair,
            each.revised,
        )
        if each.where == "title":
            self._title.append(done)
        elif each.children and not any(run.text.strip() for run in each.runs):  # it only holds others
            self._frame(each.start, end)
        else:
            self._found.append(done)

    def _frame(self, start: int, end: int) -> None:
        """Note that what was found since a byte stands in one frame."""
        for at in range(len(self._found) - 1, -1, -1):
            if self._found[at].start < start:
                break
            self._frames[at] = (start, end)

    def _starts_text(self, attributes: Mapping[str, str]) -> None:
        self._text.clear()
        if self._kept:  # a Text in a Text: what came before it is nobody's
            self._kept = [0] * len(self._kept)
        self._texts.append((self._parser.CurrentByteIndex, attributes))
        self._parser.CharacterDataHandler = self._take  # elsewhere there are but blanks, and many of them

    def _ends_text(self) -> None:
        text = "".join(self._text)
        self._text.clear()
        start, style = self._texts.pop()
        if not self._kept:
            self._parser.CharacterDataHandler = None
        if self._note is not None and "ScriptNote" in self._path:
            self._note.append(text)
            return
        if not self._open or self._path[-2] != "Paragraph":
            return
        each = self._open[-1]
        each.texts.append((start, self._behind_end(start)))
        styles = style.get("Style") if style else None
        if style and style.get("RevisionID", "0") != "0":
            each.revised = True
        if text:
            each.runs.append(Run(text, *(style in styles for style in _STYLES)) if styles else Run(text))

    def _starts_scene(self, attributes: Mapping[str, str]) -> None:
        if self._open and self._path[-2] == "Paragraph" and attributes.get("Number"):
            self._open[-1].number = self._open[-1].number or attributes["Number"]

    def _starts_note(self, attributes: Mapping[str, str]) -> None:
        self._note = []

    def _ends_note(self) -> None:
        text = "".join(self._note or ()).strip()
        self._note = None
        if text and self._open and self._open[-1].where == "script":
            each = self._open[-1]
            each.notes = each.notes or []
            each.notes.append(Note(text))

    def _starts_pair(self, attributes: Mapping[str, str]) -> None:
        self._pairs += 1
        self._in_pair = True

    def _ends_pair(self) -> None:
        self._in_pair = False

    def _starts_content(self, attributes: Mapping[str, str]) -> None:
        self._content_start = self._parser.CurrentByteIndex

    def _ends_content(self) -> None:
        if self._path == ["FinalDraft", "Content"] and self._content_end < 0:
            at = self._parser.CurrentByteIndex
            self._content_end = at if self._behind_end(self._content_start) > at else -1  # `<Content/>`: none

    def _behind_end(self, start: int) -> int:
        """Return the byte behind the element that began at `start` and ends now. Of `<Text/>` expat tells it;
        of `</Text>` where that begins.
        """
        at, data = self._parser.CurrentByteIndex, self._data
        if self._is_empty and data[max(0, at - 4) : at].replace(b"\0", b"").endswith(b"/>"):
            tag = _QUOTED.sub(b"", data[start:at].replace(b"\0", b""))
            if tag.index(b">") == len(tag) - 1:
                return at
        after = data.index(b">", at) + 1
        return after + 1 if self._is_little and data[at : at + 2] == b"<\0" else after


def _where(parents: list[str]) -> str:
    """Say what a paragraph is by the elements it stands in: of the title, a note, the script, or another."""
    if parents[:2] == ["FinalDraft", "TitlePage"]:
        return "title"
    if "ScriptNote" in parents:
        return "note"
    left_out = {"Summary", "OmittedScene", "SceneArcBeats"}
    is_script = parents[:2] == ["FinalDraft", "Content"] and left_out.isdisjoint(parents)
    return "script" if is_script else "other"


_STARTS: dict[str, Callable[[_Reader, Mapping[str, str]], None]] = {
    "Paragraph": _Reader._starts_paragraph,
    "Text": _Reader._starts_text,
    "SceneProperties": _Reader._starts_scene,
    "ScriptNote": _Reader._starts_note,
    "DualDialogue": _Reader._starts_pair,
    "Content": _Reader._starts_content,
}
_ENDS: dict[str, Callable[[_Reader], None]] = {
    "Paragraph": _Reader._ends_paragraph,
    "Text": _Reader._ends_text,
    "ScriptNote": _Reader._ends_note,
    "DualDialogue": _Reader._ends_pair,
    "Content": _Reader._ends_content,
}
