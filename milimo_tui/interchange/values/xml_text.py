"""Build and format small XML trees, for all writers of XML formats, and parse XML with the lines of its
elements.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree
from xml.parsers import expat

_BARE_AMPERSAND = re.compile("&(?!(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9A-Fa-f]+);)")


def parse_xml_with_lines(text: str) -> tuple[ElementTree.Element, Mapping[ElementTree.Element, int]]:
    """Return the outermost element of an XML document, and the line of each element. Characters that XML
    does not allow, and `&` signs that begin no entity, are accepted. Raises ElementTree's ParseError.
    """
    try:
        return _parse_strictly(text)
    except ElementTree.ParseError as error:
        repaired = _BARE_AMPERSAND.sub("&amp;", remove_invalid_characters(text))
        if repaired == text:
            raise
        try:
            return _parse_strictly(repaired)
        except ElementTree.ParseError:
            raise error from None


def _parse_strictly(text: str) -> tuple[ElementTree.Element, Mapping[ElementTree.Element, int]]:
    builder = ElementTree.TreeBuilder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    lines: dict[ElementTree.Element, int] = {}

    def start_element(tag: str, attributes: dict[str, str]) -> None:
        lines[builder.start(tag, attributes)] = parser.CurrentLineNumber

    parser.StartElementHandler = start_element
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise ElementTree.ParseError(str(error)) from None
    return builder.close(), lines


def make_xml_element(
    parent: ElementTree.Element | None, tag: str, content: str | None = None, **attributes: Any
) -> ElementTree.Element:
    """Return a new element, added to `parent` unless that is None. Attributes that are None are left out;
    `in_` becomes `in`.
    """
    named = {name.rstrip("_"): str(value) for name, value in attributes.items() if value is not None}
    element = (
        ElementTree.Element(tag, named) if parent is None else ElementTree.SubElement(parent, tag, named)
    )
    element.text = None if content is None else remove_invalid_characters(content)
    return element


def format_xml_document(root: ElementTree.Element, doctype: str = "") -> str:
    """Return the complete XML document as indented text."""
    ElementTree.indent(root, "  ")
    head = '<?xml version="1.0" encoding="UTF-8"?>\n' + (f"<!DOCTYPE {doctype}>\n" if doctype else "")
    return head + ElementTree.tostring(root, encoding="unicode") + "\n"


def remove_invalid_characters(content: str) -> str:
    """Return text without the characters that XML cannot represent."""
    return "".join(
        c
        for c in content
        if c in "\n\t" or (c >= " " and c not in "\ufffe\uffff" and not 0xD800 <= ord(c) < 0xE000)
    )


def make_file_url(path: str) -> str:
    """Return a path as a file URL in the form that players and editors expect."""
    return "file://" + quote(path)
