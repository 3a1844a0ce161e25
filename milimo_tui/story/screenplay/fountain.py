"""The parser of screenplays: it converts bytes of Fountain or plain text to a `Screenplay`, in linear time.

`story.screenplay.lines` splits the text into lines and finds hidden text. `story.screenplay.line_kinds`
classifies elements, and `story.screenplay.scenes` groups them into scenes. `story.screenplay.plain_text`
reads text without headings or cues. This module chooses the mode and reads the title page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from milimo_tui.story.screenplay import line_grammar, plain_text
from milimo_tui.story.screenplay.front_matter import find_front_matter_problems, read_front_matter
from milimo_tui.story.screenplay.introduced import find_introduced_people
from milimo_tui.story.screenplay.line_kinds import (
    classify_lines,
    find_directed_names,
    find_name_lines,
    has_no_capitals,
    strip_voice_word,
)
from milimo_tui.story.screenplay.lines import (
    VisibleLine,
    check_line_lengths,
    check_screenplay_text,
    find_hidden_regions,
    list_visible_lines,
    make_hidden_elements,
    make_line_span,
    split_source_lines,
)
from milimo_tui.story.screenplay.scenes import find_number_problems, group_into_scenes
from milimo_tui.story.screenplay.screenplay import (
    Screenplay,
    ScreenplayMode,
    ScriptElement,
    ScriptElementKind,
    ScriptProblem,
    TitleEntry,
)
from milimo_tui.story.values.text import fold, strip_emphasis


def parse(data: bytes, mode: ScreenplayMode = ScreenplayMode.AUTO) -> Screenplay:
    """Parse a screenplay or plain text in UTF-8, with or without a byte order mark.

    AUTO chooses the first of these modes that fits:

    - a screenplay, if there is a scene heading;
    - numbered shots, if at least two lines and at least half of them are numbered;
    - a screenplay, if there is a character cue;
    - freeform paragraphs, in which Fountain's marks still count.

    With FREEFORM, every paragraph is taken as it is. Raises BadInput for data that is no text (see
    `story.screenplay.lines`). Valid text never raises.
    """
    check_screenplay_text(data)
    lines = split_source_lines(data)
    check_line_lengths(data, lines)
    regions, problems = find_hidden_regions(data, lines)
    seen = list_visible_lines(data, lines, regions)
    title_page, body = _split_title_page(seen)
    mode, elements = _classify_body(body, mode)
    if mode is ScreenplayMode.SCREENPLAY and _has_scene_heading(elements):
        elements = read_front_matter(elements)
    notes = make_hidden_elements(data, lines, regions)
    elements = sorted([*elements, *notes], key=lambda element: element.span.start)
    one_scene = "" if mode is ScreenplayMode.SCREENPLAY and _has_scene_heading(elements) else "Scene 1"
    scenes = group_into_scenes(data, lines, elements, one_scene)
    problems.extend(find_number_problems(scenes))
    problems.extend([] if one_scene else find_front_matter_problems(elements))
    problems.extend(_find_mixed_case_speakers(elements))
    return Screenplay(
        mode=mode,
        title_page=title_page,
        elements=tuple(elements),
        scenes=scenes,
        problems=tuple(sorted(problems, key=lambda problem: (problem.line, problem.column))),
    )


def _classify_body(
    body: Sequence[VisibleLine], mode: ScreenplayMode
) -> tuple[ScreenplayMode, list[ScriptElement]]:
    """Choose the mode, classify the lines of the body in this mode, and return both the mode and the
    elements.
    """
    if mode in (ScreenplayMode.AUTO, ScreenplayMode.SCREENPLAY):
        elements = _classify_with_speakers(body)
        if (
            mode is ScreenplayMode.AUTO
            and plain_text.is_numbered_list(body)
            and not _has_filmed_element(elements)
        ):
            return ScreenplayMode.NUMBERED, plain_text.read_numbered_items(body)
        if _has_scene_heading(elements) or any(element.kind is ScriptElementKind.CUE for element in elements):
            return ScreenplayMode.SCREENPLAY, elements
        return ScreenplayMode.FREEFORM, elements
    if mode is ScreenplayMode.NUMBERED and plain_text.has_numbered_lines(body):
        return ScreenplayMode.NUMBERED, plain_text.read_numbered_items(body)
    return ScreenplayMode.FREEFORM, plain_text.read_freeform_paragraphs(body)


def _classify_with_speakers(body: Sequence[VisibleLine]) -> list[ScriptElement]:
    """Classify the lines of a body. A known name alone on a line above text is a cue, even if the name is not
    in capitals.

    A name is known if it has a cue in capitals, if action introduces the person, if most of its letters are
    capitals (McCOY), or if a direction in brackets follows. A name on at least two lines is known too if its
    script has no capitals, or if it is capitalised and the screenplay has no cue in capitals.
    """
    elements = classify_lines(body)
    lines = find_name_lines(body)
    cues = {fold(element.cue.name) for element in elements if element.cue}
    if not lines or not (cues or _has_scene_heading(elements)):
        return elements
    script = Screenplay(mode=ScreenplayMode.SCREENPLAY, elements=tuple(elements))
    introduced = {fold(person.name) for person in find_introduced_people(script)}
    known = cues | introduced | {name.split()[0] for name in introduced}
    for name, times in lines.items():
        capitals = sum(map(str.isupper, name)) * 2 > sum(map(str.isalpha, name))
        if capitals or (times > 1 and (has_no_capitals(name) or (not cues and name.istitle()))):
            known.add(fold(name))
    known |= {fold(name) for name in find_directed_names(body) if name in lines}
    speakers = known & {strip_voice_word(fold(name)) for name in lines} | known & set(map(fold, lines))
    return classify_lines(body, speakers) if speakers else elements


def _find_mixed_case_speakers(elements: Sequence[ScriptElement]) -> Iterator[ScriptProblem]:
    """Yield a problem for the first cue of each name that is a cue although it is not in capitals."""
    first: dict[str, ScriptElement] = {}
    for element in elements:
        if element.cue and not element.forced and not element.cue.name.isupper():
            first.setdefault(element.cue.name, element)
    for name, element in first.items():
        marked = f"@{name}" if has_no_capitals(name) else name.upper()
        message = f"“{name}” is read as a speaker here: write {marked}, or !{name} for action"
        yield ScriptProblem(element.span.line, 1, message)


def _has_scene_heading(elements: Sequence[ScriptElement]) -> bool:
    return any(element.kind is ScriptElementKind.HEADING for element in elements)


def _has_filmed_element(elements: Sequence[ScriptElement]) -> bool:
    """Return True if any heading has content below it. A numbered list that consists only of headings is a
    shot list.
    """
    in_scene = False
    for element in elements:
        if element.kind is ScriptElementKind.HEADING:
            in_scene = True
        elif in_scene and element.kind in (
            ScriptElementKind.ACTION,
            ScriptElementKind.CUE,
            ScriptElementKind.LYRIC,
            ScriptElementKind.CENTRED,
        ):
            return True
    return False


def _split_title_page(lines: Sequence[VisibleLine]) -> tuple[tuple[TitleEntry, ...], Sequence[VisibleLine]]:
    """Return the `key: value` lines at the top as a title page, and the remaining lines.

    Lines are taken for a title page only if at least one key is known from title pages. Otherwise a first
    line such as `FADE IN:`, or prose with a colon, would disappear from the film.
    """
    start = next((index for index, line in enumerate(lines) if not line.blank), len(lines))
    # Each tuple has the key, the values, the first line and the last line of an entry.
    found: list[tuple[str, list[str], VisibleLine, VisibleLine]] = []
    stop = start
    while stop < len(lines) and not lines[stop].blank:
        line = lines[stop]
        if found and line.text[0] in " \t":
            key, values, first, _ = found[-1]
            values.append(strip_emphasis(line.text.strip()))
            found[-1] = (key, values, first, line)
        else:
            pair = line_grammar.parse_title_key(line.text)
            if not pair or line_grammar.is_transition_line(line.text):
                break
            found.append((pair[0], [strip_emphasis(pair[1])] if pair[1] else [], line, line))
        stop += 1
    if not any(line_grammar.is_known_title_key(key) for key, *_ in found):
        return (), lines
    entries = (
        TitleEntry(key=key, values=tuple(values), span=make_line_span(first, last))
        for key, values, first, last in found
    )
    return tuple(entries), lines[stop:]
