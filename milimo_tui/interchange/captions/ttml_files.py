"""Read and write TTML (IMSC) with the library ttconv.

ttconv has no speakers. They are read from and written to the XML itself, as agents (`ttm:agent`).
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from milimo_tui.core.errors import BadInput
from milimo_tui.core.reasons import reason
from milimo_tui.core.time import round_half_up
from milimo_tui.cut.values.caption_text import StyledText, join_styled_text, split_styled_text
from milimo_tui.cut.values.captions import CaptionPlace, CutCaption
from milimo_tui.interchange.captions.caption_content import CaptionCollector, CaptionContent
from milimo_tui.interchange.values.xml_text import remove_invalid_characters

_TT = "http://www.w3.org/ns/ttml"
_TTM = "http://www.w3.org/ns/ttml#metadata"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_OLD_NAMESPACE = re.compile(r"http://www\.w3\.org/200[46]/(?:04|10)/ttaf1")
_TIME = re.compile(r"\d{2,}:\d{2}:\d{2}(\.\d+|:\d{2,}(\.\d+)?)?|\d+(\.\d+)?(h|m|s|ms|f|t)")
_DECLARATION = re.compile(r"^\ufeff?\s*<\?xml[^>]*\?>")
# The beginning of the language that each paragraph gets before the library reads it.
_PARAGRAPH_LANGUAGE = "x-paragraph-"
# The exceptions that the library raises for files that break the rules of TTML.
_LIBRARY_ERRORS = (ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError, RuntimeError)
_DEEPEST = 40  # Maximum depth of elements. The library works recursively.
_PLACE_OF_REGION = {"before": CaptionPlace.TOP, "center": CaptionPlace.MIDDLE}
_OWN_REGIONS = {
    "captions": CaptionPlace.OF_TRACK,
    "bottom": CaptionPlace.BOTTOM,
    "middle": CaptionPlace.MIDDLE,
    "top": CaptionPlace.TOP,
}


def read_ttml(text: str) -> CaptionContent:
    """Return the captions of a TTML text. Raises BadInput for a text that is not TTML."""
    from ttconv.imsc import reader

    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise BadInput("TTML files have no document type", "remove the line that begins with <!DOCTYPE")
    # The lines of the declaration stay, so that the lines of the elements are those of the file.
    document_text = _DECLARATION.sub(lambda each: "\n" * each[0].count("\n"), _OLD_NAMESPACE.sub(_TT, text))
    try:
        root = ElementTree.fromstring(document_text)
    except (ElementTree.ParseError, ValueError) as error:
        raise BadInput(f"this is not TTML: {reason(error)}", "save the file again in its program") from None
    if root.tag != f"{{{_TT}}}tt":
        raise BadInput("this is not TTML: the outermost element is not <tt>", "give a subtitle file")
    _require_depth(root)
    found = CaptionCollector()
    lines = dict(zip(root.iter(), _list_element_lines(document_text), strict=True))
    _remove_damaged_times(root, found, lines)
    speakers = _list_speakers(root)
    paragraphs = _number_paragraphs(root)
    with _collect_log(found.notes):
        try:
            document = reader.to_model(ElementTree.ElementTree(root))
        except _LIBRARY_ERRORS as error:
            raise BadInput(
                _explain_library_error(error),
                "check its frame rate and times, or save it again in its program",
            ) from None
    body = document.get_body() if document is not None else None
    if body is not None:
        for paragraph, start, end in _iterate_timed_parts(body, Fraction(0)):
            element = paragraphs[paragraph.get_lang()]
            where = f"line {lines[element]}"
            if end is None:
                found.problems.append(f"{where}: the caption has no end")
                continue
            found.add_caption(
                where,
                start,
                end,
                join_styled_text(tuple(_iterate_styled_text(paragraph, frozenset()))),
                speaker=speakers.get(element.get(f"{{{_TTM}}}agent", "").strip(), ""),
                place=_read_ttml_place(paragraph),
            )
    return found.build_content(root.get(_XML_LANGUAGE, ""))


def _explain_library_error(error: Exception) -> str:
    if isinstance(error, ZeroDivisionError):
        return "the TTML divides by zero in a rate or a time"
    return f"the TTML breaks a rule: {reason(error)}"


def write_ttml(captions: Sequence[CutCaption], language: str = "") -> str:
    """Return TTML text (IMSC 1). Times are written in thousandths of a second."""
    from ttconv import model
    from ttconv import style_properties as styles
    from ttconv.imsc import config, writer
    from ttconv.imsc.attributes import TimeExpressionSyntaxEnum

    document = model.ContentDocument()
    document.set_lang(language)
    regions = {}
    for name, place in _OWN_REGIONS.items():
        region = model.Region(name, document)
        align = {"top": "before", "middle": "center"}.get(name, "after")
        region.set_style(styles.StyleProperties.DisplayAlign, styles.DisplayAlignType(align))
        region.set_style(styles.StyleProperties.TextAlign, styles.TextAlignType.center)
        document.put_region(region)
        regions[place] = region
    body, division = model.Body(document), model.Div(document)
    body.push_child(division)
    for each in captions:
        paragraph = model.P(document)
        start, end = (round_half_up(at * 1000) for at in (each.start, each.end))
        paragraph.set_begin(Fraction(start, 1000))
        paragraph.set_end(Fraction(max(end, start + 1), 1000))
        paragraph.set_region(regions[each.place])
        for part in split_styled_text(each.text):
            _add_styled_text(document, paragraph, part)
        division.push_child(paragraph)
    document.set_body(body)
    tree = writer.from_model(
        document, config.IMSCWriterConfiguration(time_format=TimeExpressionSyntaxEnum.clock_time)
    )
    _add_agents(tree.getroot(), captions)
    out = io.BytesIO()
    tree.write(out, encoding="utf-8", xml_declaration=True)
    return out.getvalue().decode()


def _require_depth(root: ElementTree.Element) -> None:
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > _DEEPEST:
            raise BadInput("this TTML is nested too deeply", f"at most {_DEEPEST} levels are read")
        level = [child for element in level for child in element]


def _list_element_lines(text: str) -> list[int]:
    """Return the line of each element of an XML text, in the order of the elements. The parser of
    ElementTree does not report lines.
    """
    parser, lines = expat.ParserCreate(), list[int]()
    parser.StartElementHandler = lambda name, attributes: lines.append(parser.CurrentLineNumber)
    parser.Parse(text, True)
    return lines


def _remove_damaged_times(
    root: ElementTree.Element, found: CaptionCollector, lines: Mapping[ElementTree.Element, int]
) -> None:
    """Report and remove elements whose times are not readable. The library would take 0 instead."""
    for parent in list(root.iter()):
        for child in list(parent):
            times = [child.get(name) for name in ("begin", "end", "dur")]
            wrong = next(
                (each for each in times if each is not None and not _TIME.fullmatch(each.strip())), None
            )
            if wrong is not None:
                found.problems.append(f"line {lines[child]}: the time “{wrong.strip()[:60]}” is not readable")
                parent.remove(child)


def _list_speakers(root: ElementTree.Element) -> dict[str, str]:
    """Return the names of the speakers by the ids of their agents."""
    return {
        agent.get(_XML_ID, ""): " ".join("".join(agent.itertext()).split())
        for agent in root.iter(f"{{{_TTM}}}agent")
    }


def _number_paragraphs(root: ElementTree.Element) -> dict[str, ElementTree.Element]:
    """Give each paragraph a number, and return the paragraphs by their numbers. The library drops ids, and
    attributes that it does not know, such as the speaker. It keeps languages, so the number is written as a
    language.
    """
    paragraphs = {
        f"{_PARAGRAPH_LANGUAGE}{number}": each
        for number, each in enumerate(root.iter(f"{{{_TT}}}p"), start=1)
    }
    for number, paragraph in paragraphs.items():
        paragraph.set(_XML_LANGUAGE, number)
    return paragraphs


@contextmanager
def _collect_log(notes: list[str]) -> Iterator[None]:
    """Collect the library's warnings as notes instead of printing them."""

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.levelno >= logging.ERROR and len(notes) < 20:
                notes.append(record.getMessage())

    logger, handler = logging.getLogger("ttconv"), Handler()
    logger.addHandler(handler)
    before, logger.propagate = logger.propagate, False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.propagate = before


def _iterate_timed_parts(element: Any, offset: Fraction) -> Iterator[tuple[Any, Fraction, Fraction | None]]:
    """Yield the paragraphs below an element with their times from the start of the document. A paragraph
    without an end lasts as long as the element around it, or as its parts. It begins with its first part.
    """
    from ttconv import model

    begin = offset + (element.get_begin() or Fraction(0))
    for child in element:
        if isinstance(child, model.P):
            start = begin + (child.get_begin() or Fraction(0))
            end = begin + child.get_end() if child.get_end() is not None else None
            spans = [each for each in child if isinstance(each, model.Span) and _has_text(each)]
            ends = [each.get_end() for each in spans if each.get_end() is not None]
            if end is None and ends:
                end = start + max(ends)
            start += min((each.get_begin() or Fraction(0) for each in spans), default=Fraction(0))
            if end is None and element.get_end() is not None:
                end = offset + element.get_end()
            yield child, start, end
        elif isinstance(child, model.Div):
            yield from _iterate_timed_parts(child, begin)


def _has_text(span: Any) -> bool:
    return any(part.text.strip() for part in _iterate_styled_text(span, frozenset()))


def _iterate_styled_text(element: Any, marks: frozenset[str]) -> Iterator[StyledText]:
    from ttconv import model

    for child in element:
        if isinstance(child, model.Br):
            yield StyledText("\n", marks)
        elif isinstance(child, model.Text):
            yield StyledText(" ".join(re.split(r"[\n\r\t]+", child.get_text())), marks)
        else:
            yield from _iterate_styled_text(child, _read_marks(child, marks))


def _read_marks(element: Any, marks: frozenset[str]) -> frozenset[str]:
    """Return the marks of an element, which inherits those of the element around it."""
    from ttconv.style_properties import FontStyleType, FontWeightType, StyleProperties

    out = set(marks)
    style, weight, lines = (
        element.get_style(name)
        for name in (StyleProperties.FontStyle, StyleProperties.FontWeight, StyleProperties.TextDecoration)
    )
    for letter, value, on in (
        ("i", style, style in (FontStyleType.italic, FontStyleType.oblique)),
        ("b", weight, weight is FontWeightType.bold),
        ("u", getattr(lines, "underline", None), getattr(lines, "underline", False) is True),
    ):
        if value is not None:
            (out.add if on else out.discard)(letter)
    return frozenset(out)


def _read_ttml_place(paragraph: Any) -> CaptionPlace:
    from ttconv.style_properties import StyleProperties

    element = paragraph
    while element is not None:
        region = element.get_region()
        if region is not None:
            own = _OWN_REGIONS.get(region.get_id())
            align = region.get_style(StyleProperties.DisplayAlign)
            return own or _PLACE_OF_REGION.get(getattr(align, "value", ""), CaptionPlace.OF_TRACK)
        element = element.parent()
    return CaptionPlace.OF_TRACK


def _add_styled_text(document: Any, paragraph: Any, part: StyledText) -> None:
    from ttconv import model
    from ttconv import style_properties as styles

    for number, line in enumerate(remove_invalid_characters(part.text).split("\n")):
        if number:
            paragraph.push_child(model.Br(document))
        if not line:
            continue
        span = model.Span(document)
        if "i" in part.marks:
            span.set_style(styles.StyleProperties.FontStyle, styles.FontStyleType.italic)
        if "b" in part.marks:
            span.set_style(styles.StyleProperties.FontWeight, styles.FontWeightType.bold)
        if "u" in part.marks:
            span.set_style(styles.StyleProperties.TextDecoration, styles.TextDecorationType(underline=True))
        span.push_child(model.Text(document, line))
        paragraph.push_child(span)


def _add_agents(root: ElementTree.Element, captions: Sequence[CutCaption]) -> None:
    """Add the speakers to a TTML document: an agent for each, and its id at each paragraph."""
    names = list(dict.fromkeys(each.speaker for each in captions if each.speaker))
    if not names:
        return
    ElementTree.register_namespace("ttm", _TTM)
    head = root.find(f"{{{_TT}}}head")
    if head is None:
        head = ElementTree.Element(f"{{{_TT}}}head")
        root.insert(0, head)
    metadata = ElementTree.Element(f"{{{_TT}}}metadata")
    head.insert(0, metadata)
    ids = {}
    for number, name in enumerate(names, start=1):
        agent = ElementTree.SubElement(
            metadata, f"{{{_TTM}}}agent", {"type": "character", _XML_ID: f"speaker{number}"}
        )
        ElementTree.SubElement(agent, f"{{{_TTM}}}name", {"type": "full"}).text = remove_invalid_characters(
            name
        )
        ids[name] = f"speaker{number}"
    for paragraph, each in zip(root.iter(f"{{{_TT}}}p"), captions, strict=True):
        if each.speaker:
            paragraph.set(f"{{{_TTM}}}agent", ids[each.speaker])
