"""Handle scene headings that only mark a number as OMITTED. Such a heading has no shots, and its number must
not be given to another scene.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from milimo_tui.core import order_keys
from milimo_tui.story.shots.numbering import OMITTED
from milimo_tui.story.shots.shots import SceneDraft
from milimo_tui.story.values.film import Scene
from milimo_tui.story.values.text import fold


@dataclass(frozen=True, slots=True)
class OmittedHeading:
    """A scene number that the script marks as OMITTED, and the line number of the scene before it (0 if it
    comes first).
    """

    number: str
    after_line: int


def split_off_omitted_headings(
    drafts: Sequence[SceneDraft],
) -> tuple[tuple[SceneDraft, ...], tuple[OmittedHeading, ...]]:
    """Divide drafts into actual scenes and headings that only mark a number as OMITTED."""
    rest: list[SceneDraft] = []
    headings: list[OmittedHeading] = []
    for draft in drafts:
        if fold(draft.heading) == fold(OMITTED) and draft.written_number and not draft.shots:
            headings.append(OmittedHeading(draft.written_number, rest[-1].line if rest else 0))
        else:
            rest.append(draft)
    return tuple(rest), tuple(headings)


def insert_omitted_scenes(
    scenes: Sequence[Scene], headings: Sequence[OmittedHeading], new_id: Callable[[str], str]
) -> tuple[Scene, ...]:
    """Return the scenes in film order, with a parked OMITTED scene for each omitted number in `headings`.

    If a parked scene already has the number, that scene is marked as omitted instead.
    """
    out = list(scenes)
    for each in headings:
        at = next((at for at, one in enumerate(out) if one.number.upper() == each.number.upper()), None)
        if at is not None:
            out[at] = replace(out[at], omitted=out[at].parked)
            continue
        lines = (at + 1 for at, one in enumerate(out) if one.line == each.after_line and not one.parked)
        place = next(lines, 0) if each.after_line else 0
        while place < len(out) and out[place].omitted:
            place += 1
        left = out[place - 1].order if place else None
        order = order_keys.create_key_between(left, out[place].order if place < len(out) else None)
        scene = Scene(id=new_id("scene"), order=order, number=each.number, heading=OMITTED)
        out.insert(place, replace(scene, parked=True, omitted=True))
    return tuple(out)
