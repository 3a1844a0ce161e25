"""Group the elements of a screenplay into scenes. A scene consists of a heading and the elements after it,
and also has its number and its text as typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from milimo_tui.story.screenplay.front_matter import count_front_matter
from milimo_tui.story.screenplay.lines import SourceLine
from milimo_tui.story.screenplay.screenplay import (
    ScriptElement,
    ScriptElementKind,
    ScriptProblem,
    ScriptScene,
    ScriptSpan,
    Slug,
)
from milimo_tui.story.values.locked_numbers import parse_scene_number
from milimo_tui.story.values.text import collapse_text

_FILMED = (
    ScriptElementKind.ACTION,
    ScriptElementKind.CUE,
    ScriptElementKind.LYRIC,
    ScriptElementKind.CENTRED,
)


def group_into_scenes(
    data: bytes, lines: Sequence[SourceLine], elements: Sequence[ScriptElement], one_scene: str
) -> tuple[ScriptScene, ...]:
    """Group elements under their headings. Elements before the first heading become scene 0 if at least one
    of them can be filmed. Front matter belongs to no scene.

    `one_scene` is the heading to use if the text has no headings. In that case the complete text becomes a
    single scene with the number 1.
    """
    starts = [index for index, element in enumerate(elements) if element.kind is ScriptElementKind.HEADING]
    numbers = _assign_scene_numbers([elements[index] for index in starts])
    scenes: list[ScriptScene] = []
    opening = elements[: starts[0]] if starts else elements
    if starts:
        opening = opening[count_front_matter(opening) :]
    if opening and (one_scene or any(element.kind in _FILMED for element in opening)):
        stop = elements[starts[0]].span.start if starts else len(data)
        scenes.append(
            _make_script_scene(
                data, lines, None, opening, one_scene or "Scene 0", "1" if one_scene else "0", stop
            )
        )
    for number, (start, end) in zip(numbers, pairwise([*starts, len(elements)]), strict=True):
        head = elements[start]
        stop = elements[end].span.start if end < len(elements) else len(data)
        scenes.append(
            _make_script_scene(data, lines, head, elements[start + 1 : end], head.text, number, stop)
        )
    return tuple(scenes)


def _make_script_scene(
    data: bytes,
    lines: Sequence[SourceLine],
    head: ScriptElement | None,
    elements: Sequence[ScriptElement],
    heading: str,
    number: str,
    stop: int,
) -> ScriptScene:
    first = head or elements[0]
    texts: list[str] = []
    end, end_line = first.span.end, first.span.end_line
    index = end_line if head else first.span.line - 1
    while index < len(lines) and lines[index].start < stop:
        line = lines[index]
        texts.append(data[line.start : line.end].decode().rstrip())
        if texts[-1]:
            end, end_line = line.end, line.number
        index += 1
    return ScriptScene(
        number=number,
        heading=collapse_text(heading),
        slug=(head.slug if head else None) or Slug(),
        elements=tuple(elements),
        span=ScriptSpan(first.span.line, end_line, first.span.start, end),
        text="\n".join(texts).strip("\n"),
    )


def _assign_scene_numbers(headings: Sequence[ScriptElement]) -> list[str]:
    """Return a number for each heading. A heading that has a number in the script keeps it. Other headings
    are counted; numbers used in the script are skipped.
    """
    own = {element.slug.number for element in headings if element.slug and element.slug.number}
    out: list[str] = []
    count = 0
    for element in headings:
        count += 1
        number = element.slug.number if element.slug else ""
        while not number and str(count) in own:
            count += 1
        out.append(number or str(count))
    return out


def find_number_problems(scenes: Sequence[ScriptScene]) -> Iterator[ScriptProblem]:
    """Yield a problem for each scene whose number is already used by an earlier scene, and for each number in
    the script that sorts before the number before it.
    """
    seen: dict[str, int] = {}
    before = ""
    for scene in scenes:
        if scene.number in seen:
            message = f"scene number {scene.number} is already on line {seen[scene.number]}"
            yield ScriptProblem(scene.span.line, 1, message)
        elif before and scene.slug.number and _sorts_before(scene.slug.number, before):
            message = f"scene number {scene.number} is out of order: it comes after {before}"
            yield ScriptProblem(scene.span.line, 1, message)
        seen.setdefault(scene.number, scene.span.line)
        before = scene.slug.number or before


def _sorts_before(number: str, other: str) -> bool:
    return parse_scene_number(number).sort_key < parse_scene_number(other).sort_key
