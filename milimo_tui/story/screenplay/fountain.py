"""The parser: bytes of Fountain or plain text in, a `Screenplay` out, in time linear in their length.

`story.screenplay.lines` finds lines and the text hidden in them, `story.screenplay.line_kinds` classifies
elements, and `story.screenplay.scenes` groups them; `story.screenplay.plain_text` reads text without headings
or cues. This module has the mode and the title page.
"""

from __future__ import annotations

from collections.abc import Sequence

from milimo_tui.story.screenplay import line_grammar, plain_text
from milimo_tui.story.screenplay.line_kinds import classify
from milimo_tui.story.screenplay.lines import (
    Visible,
    check_lines,
    check_text,
    hidden,
    hidden_elements,
    span_of,
    split_lines,
    visible,
)
from milimo_tui.story.screenplay.scenes import group, number_problems
from milimo_tui.story.screenplay.screenplay import Kind, Mode, Screenplay, ScriptElement, TitleEntry
from milimo_tui.story.values.text import plain


def parse(data: bytes, mode: Mode = Mode.AUTO) -> Screenplay:
    """Parse a screenplay or plain text, UTF-8 with or without a byte order mark.

    AUTO reads a screenplay if there is a scene heading, else numbered shots if at least two lines and half of
    them are numbered, else a screenplay if there is a cue, else freeform paragraphs, in which Fountain's
    marks still count. FREEFORM requested by name takes every paragraph as it is. Raises BadInput, in one
    sentence, for data that is no text (see `story.screenplay.lines`); valid text never raises.
    """
    check_text(data)
    lines = split_lines(data)
    check_lines(data, lines)
    regions, problems = hidden(data, lines)
    seen = visible(data, lines, regions)
    title_page, body = _title_page(seen)
    mode, elements = _read(body, mode)
    notes = hidden_elements(data, lines, regions)
    elements = sorted([*elements, *notes], key=lambda element: element.span.start)
    one_scene = "" if mode is Mode.SCREENPLAY and _has_heading(elements) else "Scene 1"
    scenes = group(data, lines, elements, one_scene)
    problems.extend(number_problems(scenes))
    return Screenplay(
        mode=mode,
        title_page=title_page,
        elements=tuple(elements),
        scenes=scenes,
        problems=tuple(sorted(problems, key=lambda problem: (problem.line, problem.column))),
    )


def _read(body: Sequence[Visible], mode: Mode) -> tuple[Mode, list[ScriptElement]]:
    """Choose the mode and classify the body in this mode."""
    if mode in (Mode.AUTO, Mode.SCREENPLAY):
        elements = classify(body)
        if mode is Mode.AUTO and plain_text.is_numbered(body) and not _is_played(elements):
            return Mode.NUMBERED, plain_text.numbered(body)
        if _has_heading(elements) or any(element.kind is Kind.CUE for element in elements):
            return Mode.SCREENPLAY, elements
        return Mode.FREEFORM, elements
    if mode is Mode.NUMBERED and plain_text.has_items(body):
        return Mode.NUMBERED, plain_text.numbered(body)
    return Mode.FREEFORM, plain_text.freeform(body)


def _has_heading(elements: Sequence[ScriptElement]) -> bool:
    return any(element.kind is Kind.HEADING for element in elements)


def _is_played(elements: Sequence[ScriptElement]) -> bool:
    """Return True if a heading has content under it; a numbered list of headings alone is a shot list."""
    in_scene = False
    for element in elements:
        if element.kind is Kind.HEADING:
            in_scene = True
        elif in_scene and element.kind in (Kind.ACTION, Kind.CUE, Kind.LYRIC, Kind.CENTRED):
            return True
    return False


def _title_page(seen: Sequence[Visible]) -> tuple[tuple[TitleEntry, ...], Sequence[Visible]]:
    """Return the `key: value` lines at the top, if at least one key is a title-page key, and the remaining
    lines.

    Without this condition `FADE IN:`, or prose with a colon, would vanish into a title page.
    """
    start = next((index for index, line in enumerate(seen) if not line.blank), len(seen))
    found: list[tuple[str, list[str], Visible, Visible]] = []  # key, values, first line, last line
    stop = start
    while stop < len(seen) and not seen[stop].blank:
        line = seen[stop]
        if found and line.text[0] in " \t":
            key, values, first, _ = found[-1]
            values.append(plain(line.text.strip()))
            found[-1] = (key, values, first, line)
        else:
            pair = line_grammar.title_key(line.text)
            if not pair or line_grammar.is_transition(line.text):
                break
            found.append((pair[0], [plain(pair[1])] if pair[1] else [], line, line))
        stop += 1
    if not any(line_grammar.is_known_key(key) for key, *_ in found):
        return (), seen
    entries = (
        TitleEntry(key=key, values=tuple(values), span=span_of(first, last))
        for key, values, first, last in found
    )
    return tuple(entries), seen[stop:]
