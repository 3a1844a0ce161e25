"""Import Word documents. The kind of a paragraph, such as heading or dialogue, is found by the name of its
style, or else by its indentation.

A .docx file is a zip of XML files (ECMA-376). Two of them are read: `word/document.xml`, and
`word/styles.xml` for the styles. Both are decompressed only up to the size that a script can have, as a
defence against zip bombs.
"""

from __future__ import annotations

import io
import re
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import dropwhile
from xml.parsers import expat

from milimo_tui.core.errors import BadInput
from milimo_tui.core.reasons import reason
from milimo_tui.interchange.screenplays.fountain_blocks import (
    ReadScript,
    ScriptBlock,
    make_block,
    to_fountain,
)
from milimo_tui.interchange.screenplays.xml_faults import FAULTS, describe_xml_fault
from milimo_tui.interchange.screenplays.zip_part import DAMAGED, zip_part
from milimo_tui.story.screenplay import line_grammar
from milimo_tui.story.screenplay.screenplay import ScriptElementKind
from milimo_tui.story.values.emphasis import StyledRun

BODY, STYLES = "word/document.xml", "word/styles.xml"
DEEPEST = 256
MOST_PARAGRAPHS = 200_000
_HINT = "save it in Word again, or export it as plain text"
_CUE_AT = 1.8  # The smallest indent of a cue in inches, measured from the left margin of the action.
_INCH = 1440  # Length of an inch in twips (twentieths of a point).
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main "
_NAMED = (  # Kinds of paragraphs, recognised by a part of the style's name. The first match is used.
    (re.compile(r"scene|slug", re.IGNORECASE), ScriptElementKind.HEADING),
    (re.compile(r"parenth|wryl", re.IGNORECASE), ScriptElementKind.PARENTHETICAL),
    (re.compile(r"dialog|speech", re.IGNORECASE), ScriptElementKind.DIALOGUE),
    (re.compile(r"character|cue|speaker", re.IGNORECASE), ScriptElementKind.CUE),
    (re.compile(r"transition", re.IGNORECASE), ScriptElementKind.TRANSITION),
    (re.compile(r"lyric|singing", re.IGNORECASE), ScriptElementKind.LYRIC),
    (re.compile(r"action|direction|shot", re.IGNORECASE), ScriptElementKind.ACTION),
)
_TAB = 0.5  # Width of a tab in inches.
# A style can be based on another style. At most this many styles of such a chain are followed, because in a
# damaged file the chain may be a loop.
_MOST_BASES = 32
_COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006 "
# Elements with deleted text or old properties, which Word stores for a tracked change.
_BEFORE = frozenset({"del", "moveFrom", "rPrChange", "pPrChange"})


@dataclass(slots=True)
class _DocxParagraph:
    """A paragraph of a Word document, with the properties that identify its kind."""

    style: str = ""
    left: int = 0  # Left indent in twips (twentieths of a point).
    align: str = ""
    runs: list[StyledRun] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text of all runs."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class _DocxStyle:
    """A named paragraph style of a Word document, with its base style and indent."""

    name: str
    based_on: str
    left: int
    align: str


def read_docx(data: bytes) -> ReadScript:
    """Read a Word document. Raises BadInput with one sentence if the data is not a document, is damaged, or
    is larger than any script.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            body = zip_part(packed, BODY)
            styles = zip_part(packed, STYLES) if STYLES in packed.namelist() else b""
    except KeyError:
        raise BadInput("this is a packed file, but not a Word document", "give a screenplay") from None
    except DAMAGED as error:
        raise BadInput(f"this Word document is damaged: {reason(error)}", _HINT) from None
    known = _StyleReader().read(styles) if styles else {}
    paragraphs = _BodyReader().read(body)
    named = _map_styles_to_kinds(paragraphs, known)
    if any(named[each.style] for each in paragraphs if each.text.strip()):
        return ReadScript(
            to_fountain(_make_docx_blocks(paragraphs, _classify_by_style(paragraphs, named))).text, ()
        )
    split = [part for each in paragraphs for part in _split_after_cue(each, known)]
    indented = _classify_by_indent(split, known)
    if any(kind is ScriptElementKind.CUE for kind in indented):
        return ReadScript(
            to_fountain(_make_docx_blocks(split, indented)).text,
            ("line types guessed from indents",),
        )
    return ReadScript(_format_plain_text(paragraphs), ("read as plain text: it has no screenplay styles",))


class _DocxPartReader(ABC):
    """The base class of the readers of the two XML files. It runs the parser expat, refuses document types,
    and removes namespaces from element names.
    """

    def _parse_part(self, data: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._handle_start_tag
        parser.EndElementHandler = self._handle_end_tag
        parser.CharacterDataHandler = self.add_characters
        parser.StartDoctypeDeclHandler = self._refuse_document_type
        # `_depth` is the number of open elements. `_skipped` is the depth of the element that is being
        # skipped, or 0 if none is.
        self._depth = self._skipped = 0
        try:
            parser.Parse(data, True)
        except FAULTS as error:
            raise BadInput(f"this Word document is damaged: {describe_xml_fault(error)}", _HINT) from None

    def _refuse_document_type(self, *_: object) -> None:
        raise BadInput("this Word document has a document type, which Word never writes", _HINT)

    def _handle_start_tag(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise BadInput(f"this Word document is nested deeper than {DEEPEST} levels", _HINT)
        if self._skipped:
            return
        if self._is_ignored_element(name):
            self._skipped = self._depth
        elif name.startswith((_W, _STRICT)):
            plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
            self.start_element(name.rpartition(" ")[2], plain)

    def _handle_end_tag(self, name: str) -> None:
        self._depth -= 1
        if self._skipped:
            if self._depth < self._skipped:
                self._skipped = 0
        elif name.startswith((_W, _STRICT)):
            self.end_element(name.rpartition(" ")[2])

    @staticmethod
    def _is_ignored_element(name: str) -> bool:
        """Return True if an element must be skipped. Such an element repeats content for older programs, or
        holds the content from before a tracked change.
        """
        space, _, local = name.rpartition(" ")
        if f"{space} " == _COMPATIBLE:
            return local == "Fallback"
        return local in _BEFORE and f"{space} " in (_W, _STRICT)

    @abstractmethod
    def start_element(self, name: str, attributes: Mapping[str, str]) -> None:
        """Handle the start of an element, given its name without namespace."""

    @abstractmethod
    def end_element(self, name: str) -> None:
        """Handle the end of an element."""

    @abstractmethod
    def add_characters(self, text: str) -> None:
        """Handle text between tags."""


class _StyleReader(_DocxPartReader):
    """The reader of `word/styles.xml`, which collects names, base styles and indents."""

    def read(self, data: bytes) -> dict[str, _DocxStyle]:
        """Return the styles in `word/styles.xml` by their ids."""
        self._found: dict[str, _DocxStyle] = {}
        self._id = ""
        self._parse_part(data)
        return self._found

    def start_element(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "style":
            self._id = attributes.get("styleId", "")
            self._found[self._id] = _DocxStyle(self._id, "", -1, "")
        if not self._id:
            return
        style = self._found[self._id]
        if name == "name":
            style = replace(style, name=attributes.get("val", ""))
        elif name == "basedOn":
            style = replace(style, based_on=attributes.get("val", ""))
        elif name == "ind":
            style = replace(style, left=_parse_indent(attributes))
        elif name == "jc":
            style = replace(style, align=attributes.get("val", ""))
        self._found[self._id] = style

    def end_element(self, name: str) -> None:
        if name == "style":
            self._id = ""

    def add_characters(self, text: str) -> None:
        return


def _parse_indent(attributes: Mapping[str, str]) -> int:
    """Return the left indent of a paragraph in twentieths of a point, or -1 if none is given."""
    indent = attributes.get("left", attributes.get("start", ""))
    try:
        return int(float(indent)) if indent else -1
    except (ValueError, OverflowError):
        return -1


class _BodyReader(_DocxPartReader):
    """The reader of `word/document.xml`, which collects paragraphs with their runs. Text that a tracked
    change deleted is left out.
    """

    def read(self, data: bytes) -> list[_DocxParagraph]:
        """Return the paragraphs of `word/document.xml` in order."""
        self._found: list[_DocxParagraph] = []
        # Paragraphs that are open, the innermost last. A paragraph in a text box is inside another paragraph.
        self._around: list[_DocxParagraph] = []
        self._styles = {"b": False, "i": False, "u": False}
        self._in_text = self._in_run = False
        self._parse_part(data)
        return self._found

    def start_element(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "p":
            if len(self._found) >= MOST_PARAGRAPHS:
                raise BadInput(f"this document has more than {MOST_PARAGRAPHS:,} paragraphs", _HINT)
            self._around.append(_DocxParagraph(left=-1))
            self._found.append(self._around[-1])
        if not self._around:
            return
        each = self._around[-1]
        if name == "pStyle":
            each.style = attributes.get("val", "")
        elif name == "ind":
            each.left = _parse_indent(attributes)
        elif name == "jc":
            each.align = attributes.get("val", "")
        elif name == "r":
            self._styles, self._in_run = dict.fromkeys(self._styles, False), True
        elif name in self._styles and self._in_run:
            self._styles[name] = attributes.get("val", "true") not in ("0", "false", "none", "off")
        elif name == "t":
            self._in_text = True
        elif name == "tab" and self._in_run:
            self._add_run("\t")
        elif name == "noBreakHyphen":
            self._add_run("-")
        elif name in ("br", "cr") and attributes.get("type", "textWrapping") == "textWrapping":
            self._add_run("\n")

    def end_element(self, name: str) -> None:
        if name == "p":
            self._around.pop()
        elif name == "t":
            self._in_text = False
        elif name == "r":
            self._in_run = False

    def add_characters(self, text: str) -> None:
        if self._in_text:
            self._add_run(text)

    def _add_run(self, text: str) -> None:
        if self._around:
            self._around[-1].runs.append(
                StyledRun(text, self._styles["b"], self._styles["i"], self._styles["u"])
            )


def _map_styles_to_kinds(
    paragraphs: Sequence[_DocxParagraph], known: Mapping[str, _DocxStyle]
) -> dict[str, ScriptElementKind | None]:
    """Return the kind of paragraph for each style that the document uses, by style id. The kind is guessed
    from the style's name. It is None if the name indicates no kind.
    """
    return {style: _find_kind_of_style(style, known) for style in {each.style for each in paragraphs}}


def _find_kind_of_style(style: str, known: Mapping[str, _DocxStyle]) -> ScriptElementKind | None:
    name = known[style].name if style in known else style
    return next((kind for pattern, kind in _NAMED if pattern.search(name)), None)


def _classify_by_style(
    paragraphs: Sequence[_DocxParagraph], named: Mapping[str, ScriptElementKind | None]
) -> list[ScriptElementKind]:
    """Return the kind of each paragraph by its style. `named` maps styles to kinds. If the kind is None, the
    text of the paragraph decides if it is a heading or action.
    """
    plain = (
        ScriptElementKind.HEADING
        if line_grammar.parse_heading(each.text.strip())
        else ScriptElementKind.ACTION
        for each in paragraphs
    )
    return [named[each.style] or kind for each, kind in zip(paragraphs, plain, strict=True)]


def _split_after_cue(each: _DocxParagraph, known: Mapping[str, _DocxStyle]) -> Iterator[_DocxParagraph]:
    """Yield a paragraph, or two if its first line is an indented or centred cue. Some writers press
    Shift+Enter between a cue and its speech, which begins a line but no paragraph.
    """
    first, _, rest = each.text.partition("\n")
    in_column = _measure_indent(each, known) >= _CUE_AT or _get_alignment(each, known) == "center"
    if not rest.strip() or not in_column or line_grammar.parse_cue(first.strip()) is None:
        yield each
        return
    runs: list[StyledRun] = []
    left = len(first) + 1  # Number of characters before the speech.
    for run in each.runs:
        runs += [replace(run, text=run.text[left:])] if len(run.text) > left else []
        left = max(0, left - len(run.text))
    yield replace(each, runs=[StyledRun(first)])
    yield replace(each, runs=runs)


def _classify_by_indent(
    paragraphs: Sequence[_DocxParagraph], known: Mapping[str, _DocxStyle]
) -> list[ScriptElementKind]:
    """Return the kinds of paragraphs by their indent in inches. Cues are indented furthest, then
    parentheticals, then dialogue. In some documents, cues and dialogue are centred instead.
    """
    lefts = [_measure_indent(each, known) for each in paragraphs]
    centred_cues = _find_centred_cues(paragraphs, known)
    margin = min((left for each, left in zip(paragraphs, lefts, strict=True) if each.text.strip()), default=0)
    out: list[ScriptElementKind] = []
    last = ScriptElementKind.ACTION
    for at, (each, left) in enumerate(zip(paragraphs, lefts, strict=True)):
        text = each.text.strip()
        inches = left - margin
        below = lefts[at + 1] - margin if at + 1 < len(lefts) and paragraphs[at + 1].text.strip() else 0
        # A name that is indented further than the speech below it is a cue, even if it is `Dr. Ada`.
        is_above_speech = 0.5 <= below <= inches - 0.5
        in_speech = last in (
            ScriptElementKind.CUE,
            ScriptElementKind.DIALOGUE,
            ScriptElementKind.PARENTHETICAL,
        )
        in_centred_speech = bool(centred_cues) and in_speech and _get_alignment(each, known) == "center"
        if not text:
            last = ScriptElementKind.ACTION
            out.append(ScriptElementKind.ACTION)
            continue
        if line_grammar.parse_heading(text):
            last = ScriptElementKind.HEADING
        elif _get_alignment(each, known) in ("right", "end") or line_grammar.is_transition_line(text):
            last = ScriptElementKind.TRANSITION
        elif at in centred_cues or (
            inches >= _CUE_AT and line_grammar.parse_cue(text, forced=is_above_speech) is not None
        ):
            last = ScriptElementKind.CUE
        elif in_centred_speech or (inches >= 0.5 and in_speech):
            last = (
                ScriptElementKind.PARENTHETICAL
                if text.startswith("(") and text.endswith(")")
                else ScriptElementKind.DIALOGUE
            )
        else:
            last = ScriptElementKind.ACTION
        out.append(last)
    return out


def _find_centred_cues(
    paragraphs: Sequence[_DocxParagraph], known: Mapping[str, _DocxStyle]
) -> frozenset[int]:
    """Return the indexes of the centred cues of a document: centred names after the first heading with a
    centred paragraph directly below. The result is empty if no name occurs twice, because single centred
    lines are titles.
    """
    texts = [each.text.strip() for each in paragraphs]
    is_centred = [_get_alignment(each, known) == "center" and bool(each.text.strip()) for each in paragraphs]
    first = next((at for at, text in enumerate(texts) if line_grammar.parse_heading(text)), len(texts))
    cues = {
        at: cue.name
        for at in range(first, len(texts) - 1)
        if is_centred[at] and is_centred[at + 1] and (cue := line_grammar.parse_cue(texts[at]))
        if line_grammar.parse_heading(texts[at]) is None
    }
    names = [name for at, name in cues.items() if at - 1 not in cues]
    return frozenset(cues) if len(set(names)) < len(names) else frozenset()


def _measure_indent(each: _DocxParagraph, known: Mapping[str, _DocxStyle]) -> float:
    """Return the indent of a paragraph in inches. It is set in the paragraph itself, or else in its style.
    Blanks and tabs at the start of the text are added.
    """
    left, name = each.left, each.style
    for _ in range(_MOST_BASES):
        if left >= 0 or name not in known:
            break
        left, name = known[name].left, known[name].based_on
    text = each.text
    blanks = text[: len(text) - len(text.lstrip())]
    typed = blanks.count("\t") * _TAB + blanks.count(" ") / 10
    return max(0, left) / _INCH + typed


def _get_alignment(each: _DocxParagraph, known: Mapping[str, _DocxStyle]) -> str:
    return each.align or (known[each.style].align if each.style in known else "")


def _make_docx_blocks(
    paragraphs: Sequence[_DocxParagraph], kinds: Sequence[ScriptElementKind]
) -> list[ScriptBlock]:
    """Return the paragraphs as screenplay blocks. The lines of one speech become one block."""
    out: list[ScriptBlock] = []
    speech: list[StyledRun] = []  # The dialogue of the current speech, collected until the speech ends.
    for each, kind in zip(paragraphs, kinds, strict=True):
        runs = _strip_runs(each.runs)
        if not runs:
            continue
        if kind is ScriptElementKind.DIALOGUE:
            speech += [StyledRun("\n"), *runs] if speech else runs
            continue
        if speech:
            out.append(ScriptBlock(kind=ScriptElementKind.DIALOGUE, runs=tuple(speech)))
            speech = []
        number = ""
        if kind is ScriptElementKind.HEADING:
            found = line_grammar.parse_heading("".join(run.text for run in runs))
            if found and found[1].number:
                out.append(make_block(kind, found[0], number=found[1].number))
                continue
        out.append(ScriptBlock(kind=kind, runs=runs, number=number))
    if speech:
        out.append(ScriptBlock(kind=ScriptElementKind.DIALOGUE, runs=tuple(speech)))
    return out


def _strip_runs(runs: Sequence[StyledRun]) -> tuple[StyledRun, ...]:
    kept = list(dropwhile(lambda run: not run.text.strip(" \t"), runs))
    if kept:
        kept[0] = replace(kept[0], text=kept[0].text.lstrip(" \t"))
    while kept and not kept[-1].text.strip():
        kept.pop()
    return tuple(kept)


def _format_plain_text(paragraphs: Sequence[_DocxParagraph]) -> str:
    """Return the text line by line. If no paragraph is empty, blank lines are added between paragraphs."""
    texts = [each.text.replace("\t", "    ").rstrip() for each in paragraphs]
    has_blank = any(not text for text in texts[:-1])
    return ("\n" if has_blank else "\n\n").join(texts).strip("\n") + "\n"
