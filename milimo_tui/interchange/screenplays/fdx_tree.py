"""Parse a Final Draft file into paragraphs, each with its byte range in the file.

The byte ranges allow an export to preserve a paragraph that this program does not understand. expat is used
directly, because it reports byte positions. Document types, and with them all entities, are refused, as is
nesting that is deeper than in any script.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from xml.parsers import expat

from milimo_tui.core.errors import BadInput
from milimo_tui.interchange.screenplays.xml_faults import FAULTS, describe_xml_fault
from milimo_tui.story.values.emphasis import StyledRun

DEEPEST = 64
# Number of open elements at an element directly in the script: FinalDraft, Content and the element itself.
_IN_SCRIPT = 3
MOST_PARAGRAPHS = 200_000
_HINT = "open it in Final Draft and save it again, or export it as Fountain"
_STYLES = ("Bold", "Italic", "Underline")
_QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'")


@dataclass(frozen=True, slots=True)
class FdxNote:
    """A script note that is pinned to a paragraph."""

    text: str


class FdxParagraph(NamedTuple):
    """A paragraph of a Final Draft file. `start` to `end` is its byte range; `texts` are the byte ranges of
    its Text elements.

    `pair` is the number (from 1) of the dual dialogue that it belongs to, or 0.
    """

    type: str
    attributes: Mapping[str, str]
    runs: tuple[StyledRun, ...]
    number: str
    notes: tuple[FdxNote, ...]
    start: int
    end: int
    texts: tuple[tuple[int, int], ...]
    pair: int
    revised: bool

    @property
    def text(self) -> str:
        """The text of all runs."""
        runs = self.runs
        return runs[0].text if len(runs) == 1 else "".join([run.text for run in runs])


@dataclass(frozen=True, slots=True, kw_only=True)
class FdxTree:
    """A parsed Final Draft file, with the paragraphs of the script in order and the paragraphs of the title
    page.

    `content_end` is the byte offset at which a paragraph can be appended. `encoding` is the file's encoding,
    in which inserted text must be written. Some paragraphs are inside another element, such as dual dialogue
    or an omitted scene. `frames` maps the index of such a paragraph to the byte range of that element.
    """

    paragraphs: tuple[FdxParagraph, ...]
    title_page: tuple[FdxParagraph, ...]
    content_end: int
    encoding: str
    frames: Mapping[int, tuple[int, int]]


@dataclass(slots=True)
class _OpenParagraph:
    """A paragraph whose end has not been read yet."""

    attributes: Mapping[str, str]
    start: int
    where: str
    pair: int
    runs: list[StyledRun]
    texts: list[tuple[int, int]]
    notes: list[FdxNote] | None = None
    number: str = ""
    revised: bool = False
    children: int = 0  # Number of script paragraphs inside this paragraph.


def parse_fdx_tree(data: bytes) -> FdxTree:
    """Parse a Final Draft file.

    Raises BadInput with one sentence if the file is not XML, is other XML, has a document type, is nested too
    deeply, or has no script.
    """
    return _FdxReader(data).parse_tree()


class _FdxReader:
    """The handler of the events that the XML parser expat reports. `_path` has the names of all elements that
    are open.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._path: list[str] = []
        # True directly after a start tag. If an end tag follows, the element is empty.
        self._is_empty = False
        # The parent elements of the last paragraph, and the part of the file (title page, note, script or
        # other) that they indicate. Both are cached, because most paragraphs have the same parents.
        self._parents: list[str] = []
        self._where = "other"
        self._open: list[_OpenParagraph] = []
        # True for UTF-16 in which the low byte comes first.
        self._is_little = data[:2] == b"\xff\xfe" or data[1:2] == b"\0"
        self._content_start = 0
        self._text: list[str] = []  # The text read since the current Text element started.
        # Length of `_text` at the start of each open element inside a Text element. When the element ends,
        # the text in it is removed.
        self._kept: list[int] = []
        self._take = self._text.append
        self._texts: list[
            tuple[int, Mapping[str, str]]
        ] = []  # Byte offset and attributes of each open Text element.
        self._note: list[str] | None = None
        self._found: list[FdxParagraph] = []
        self._title: list[FdxParagraph] = []
        self._frames: dict[int, tuple[int, int]] = {}
        # The numbers of dual dialogues and of paragraphs that have started so far.
        self._pairs = self._begun = 0
        self._in_pair = False
        # Byte offset at which the current child element of the script starts, if it is not a paragraph.
        self._stranger = 0
        self._content_end = -1
        self._encoding = "utf-8"
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.ordered_attributes = False
        self._parser.StartElementHandler = self._handle_element_start
        self._parser.EndElementHandler = self._handle_element_end
        self._parser.XmlDeclHandler = self._handle_xml_declaration
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype

    def parse_tree(self) -> FdxTree:
        """Parse the complete file. Raises BadInput."""
        try:
            self._parser.Parse(self._data, True)
        except FAULTS as error:
            line, why = self._parser.CurrentLineNumber, describe_xml_fault(error)
            raise BadInput(f"this Final Draft file is damaged in line {line}: {why}", _HINT) from None
        if self._content_end < 0:
            raise BadInput("this Final Draft file has no script", _HINT)
        return FdxTree(
            paragraphs=tuple(self._found),
            title_page=tuple(self._title),
            content_end=self._content_end,
            encoding=self._encoding,
            frames=self._frames,
        )

    def _handle_xml_declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding:
            self._encoding = encoding.lower()

    def _refuse_doctype(self, *_: object) -> None:
        raise BadInput("this Final Draft file has a document type, which Final Draft never writes", _HINT)

    def _handle_element_start(self, name: str, attributes: Mapping[str, str]) -> None:
        path = self._path
        if not path and name != "FinalDraft":
            raise BadInput(f"this is XML, but not a Final Draft file: it starts with {name:.40}", _HINT)
        if path and path[-1] == "Text":
            self._kept.append(len(self._text))
        path.append(name)
        self._is_empty = True
        if len(path) == _IN_SCRIPT and name != "Paragraph":
            self._stranger = self._parser.CurrentByteIndex
        if len(path) > DEEPEST:
            raise BadInput(
                f"this Final Draft file is nested deeper than {DEEPEST} levels, unlike any script", _HINT
            )
        handler = _STARTS.get(name)
        if handler is not None:
            handler(self, attributes)

    def _handle_element_end(self, name: str) -> None:
        handler = _ENDS.get(name)
        if handler is not None:
            handler(self)
        path = self._path
        if len(path) == _IN_SCRIPT and name != "Paragraph" and path[1] == "Content":
            self._record_frame(self._stranger, self._find_element_end(self._stranger))
        path.pop()
        if path and path[-1] == "Text":
            del self._text[self._kept.pop() :]
        self._is_empty = False

    # -------------------------------------------------------------- paragraphs

    def _start_paragraph(self, attributes: Mapping[str, str]) -> None:
        parents = self._path[:-1]
        if parents != self._parents:
            self._parents, self._where = parents, _classify_paragraph_place(parents)
        where = self._where
        if where == "note" and self._note:
            self._note.append("\n")
        self._begun += 1
        if self._begun > MOST_PARAGRAPHS:
            raise BadInput(f"this Final Draft file has more than {MOST_PARAGRAPHS:,} paragraphs", _HINT)
        if self._open and where == "script":
            self._open[-1].children += 1
        pair = self._pairs if self._in_pair else 0
        self._open.append(_OpenParagraph(attributes, self._parser.CurrentByteIndex, where, pair, [], []))

    def _end_paragraph(self) -> None:
        each = self._open.pop()
        end = self._find_element_end(each.start)
        if each.where not in ("title", "script"):
            return
        attributes = each.attributes
        done = FdxParagraph(
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
        elif each.children and not any(run.text.strip() for run in each.runs):
            # This paragraph only contains other paragraphs, so it is recorded as the frame around them.
            self._record_frame(each.start, end)
        else:
            self._found.append(done)

    def _record_frame(self, start: int, end: int) -> None:
        """Record that paragraphs are inside another element, whose byte range is `start` to `end`. This is
        recorded for all paragraphs in this range.
        """
        for at in range(len(self._found) - 1, -1, -1):
            if self._found[at].start < start:
                break
            self._frames[at] = (start, end)

    def _start_text(self, attributes: Mapping[str, str]) -> None:
        self._text.clear()
        # If a Text element is inside another, the text of the outer element up to here is dropped.
        if self._kept:
            self._kept = [0] * len(self._kept)
        self._texts.append((self._parser.CurrentByteIndex, attributes))
        # The text handler is only set inside Text elements, because everything else is white space. This
        # saves time.
        self._parser.CharacterDataHandler = self._take

    def _end_text(self) -> None:
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
        each.texts.append((start, self._find_element_end(start)))
        styles = style.get("Style") if style else None
        if style and style.get("RevisionID", "0") != "0":
            each.revised = True
        if text:
            each.runs.append(
                StyledRun(text, *(style in styles for style in _STYLES)) if styles else StyledRun(text)
            )

    def _start_scene_properties(self, attributes: Mapping[str, str]) -> None:
        if self._open and self._path[-2] == "Paragraph" and attributes.get("Number"):
            self._open[-1].number = self._open[-1].number or attributes["Number"]

    def _start_note(self, attributes: Mapping[str, str]) -> None:
        self._note = []

    def _end_note(self) -> None:
        text = "".join(self._note or ()).strip()
        self._note = None
        if text and self._open and self._open[-1].where == "script":
            each = self._open[-1]
            each.notes = each.notes or []
            each.notes.append(FdxNote(text))

    def _start_dual_dialogue(self, attributes: Mapping[str, str]) -> None:
        self._pairs += 1
        self._in_pair = True

    def _end_dual_dialogue(self) -> None:
        self._in_pair = False

    def _start_content(self, attributes: Mapping[str, str]) -> None:
        self._content_start = self._parser.CurrentByteIndex

    def _end_content(self) -> None:
        if self._path == ["FinalDraft", "Content"] and self._content_end < 0:
            at = self._parser.CurrentByteIndex
            # An empty `<Content/>` has no position at which a paragraph could be appended.
            self._content_end = at if self._find_element_end(self._content_start) > at else -1

    def _find_element_end(self, start: int) -> int:
        """Return the byte offset after the end of the element that started at `start`. Called while expat
        reports its end.

        expat's position is then after an empty-element tag such as `<Text/>`, but before an end tag such as
        `</Text>`.
        """
        at, data = self._parser.CurrentByteIndex, self._data
        if self._is_empty and data[max(0, at - 4) : at].replace(b"\0", b"").endswith(b"/>"):
            tag = _QUOTED.sub(b"", data[start:at].replace(b"\0", b""))
            if tag.index(b">") == len(tag) - 1:
                return at
        after = data.index(b">", at) + 1
        return after + 1 if self._is_little and data[at : at + 2] == b"<\0" else after


def _classify_paragraph_place(parents: list[str]) -> str:
    """Return the part of the file to which a paragraph belongs: title page, note, script or other. `parents`
    are the names of the elements around the paragraph.
    """
    if parents[:2] == ["FinalDraft", "TitlePage"]:
        return "title"
    if "ScriptNote" in parents:
        return "note"
    left_out = {"Summary", "OmittedScene", "SceneArcBeats"}
    is_script = parents[:2] == ["FinalDraft", "Content"] and left_out.isdisjoint(parents)
    return "script" if is_script else "other"


_STARTS: dict[str, Callable[[_FdxReader, Mapping[str, str]], None]] = {
    "Paragraph": _FdxReader._start_paragraph,
    "Text": _FdxReader._start_text,
    "SceneProperties": _FdxReader._start_scene_properties,
    "ScriptNote": _FdxReader._start_note,
    "DualDialogue": _FdxReader._start_dual_dialogue,
    "Content": _FdxReader._start_content,
}
_ENDS: dict[str, Callable[[_FdxReader], None]] = {
    "Paragraph": _FdxReader._end_paragraph,
    "Text": _FdxReader._end_text,
    "ScriptNote": _FdxReader._end_note,
    "DualDialogue": _FdxReader._end_dual_dialogue,
    "Content": _FdxReader._end_content,
}
