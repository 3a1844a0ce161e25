"""Read plain text that is not formatted as a screenplay: a numbered list of shots, or paragraphs. Each item
or paragraph becomes one action.

This module uses the same visible lines as the Fountain parser and returns the same kind of elements, so that
later code need not distinguish the two.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.screenplay.line_grammar import is_transition_line
from milimo_tui.story.screenplay.lines import VisibleLine, make_line_span
from milimo_tui.story.screenplay.screenplay import ScriptElement, ScriptElementKind

# The number of an item: "1. text", "2) text", "3: text", "4 - text". The mark after the number is optional if
# `#` or `Shot` is before it.
_ITEM = compile_lazily(
    r"(?:(?:shot\s+#?|#\s?)\d{1,4}[A-Za-z]?(?:\s*[.):\-–—]\s*|\s+|$)|\d{1,4}[A-Za-z]?(?:\s*[.):]|\s?-|\s[–—])(?:\s+|$))",
    re.IGNORECASE,
)


def find_item_text_start(text: str) -> int:
    """Return the offset at which the text of a numbered line begins, after its number. Return 0 if the line
    has no number.
    """
    match = _ITEM.match(text)
    return match.end() if match else 0


def is_numbered_list(lines: Sequence[VisibleLine]) -> bool:
    """Return True if at least two lines, and at least half of all lines with text, are numbered."""
    texts = [line.text.strip() for line in lines if not line.blank]
    marked = sum(1 for text in texts if find_item_text_start(text))
    return marked >= 2 and marked * 2 >= len(texts)


def has_numbered_lines(lines: Sequence[VisibleLine]) -> bool:
    """Return True if any line is numbered."""
    return any(find_item_text_start(line.text.strip()) for line in lines if not line.blank)


def read_numbered_items(lines: Sequence[VisibleLine]) -> list[ScriptElement]:
    """Return one action for each numbered item. A line without a number continues its item; each line before
    the first item becomes its own action.
    """
    groups: list[list[VisibleLine]] = []
    inside = False
    for line in lines:
        if line.blank:
            continue
        if inside and not find_item_text_start(line.text.strip()):
            groups[-1].append(line)
            continue
        inside = inside or find_item_text_start(line.text.strip()) > 0
        groups.append([line])
    return [_make_action_element(group, find_item_text_start(group[0].text.strip())) for group in groups]


def read_freeform_paragraphs(lines: Sequence[VisibleLine]) -> list[ScriptElement]:
    """Return one action for each paragraph, with spaces collapsed. A transition that is alone on its line
    stays a transition.
    """
    groups: list[list[VisibleLine]] = []
    open_group = False
    for line in lines:
        if line.blank:
            open_group = False
        elif open_group:
            groups[-1].append(line)
        else:
            groups.append([line])
            open_group = True
    return [_make_action_element(group, 0) for group in groups]


def _make_action_element(group: Sequence[VisibleLine], skip: int) -> ScriptElement:
    first, last = group[0], group[-1]
    texts = [first.text.strip()[skip:], *(line.text for line in group[1:])]
    text = " ".join(" ".join(texts).split())
    kind = (
        ScriptElementKind.TRANSITION
        if first is last and is_transition_line(text)
        else ScriptElementKind.ACTION
    )
    return ScriptElement(kind=kind, text=text, span=make_line_span(first, last))
