"""Found looks brought onto a film at a commit: each begins with the shot that its line is in. Pure.

Looks that a person made or changed stay; found ones follow the script, and keep their id while they say the
same.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence

from milimo_tui.core.order_keys import spread
from milimo_tui.story.elements.looks_found import LookDraft
from milimo_tui.story.values.film import Element, ElementKind, Look, Story


def with_looks(story: Story, drafts: Sequence[LookDraft], new_id: Callable[[str], str]) -> tuple[Look, ...]:
    """The looks of a film after a commit, whose scenes, shots and elements are the new ones already."""
    people = [element for element in story.elements if element.kind is ElementKind.CHARACTER]
    lines = sorted(
        (shot.end_line, index, shot.id) for index, shot in enumerate(story.live_shots()) if shot.line
    )
    ends = [line for line, _, _ in lines]
    by_name: dict[str, list[LookDraft]] = {}
    for draft in drafts:
        by_name.setdefault(draft.name, []).append(draft)
    known: dict[tuple[str, str, str], Look] = {
        (look.element, look.era.value, look.text): look for look in story.looks if look.found
    }
    out = [look for look in story.looks if not look.found]
    for name, found in by_name.items():
        element = next((one for one in people if one.is_called(name)), None)
        if element is None or element.dismissed:
            continue
        keys = spread(len(found))
        seen: set[str] = set()
        for draft, order in zip(found, keys, strict=True):
            place = bisect_left(ends, draft.line)
            begins = lines[place][2] if place < len(lines) else ""
            first = not any(draft.era is other.era for other in found[: found.index(draft)])
            old = known.get((element.id, draft.era.value, draft.text))
            id = old.id if old is not None and old.id not in seen else new_id("look")
            seen.add(id)
            out.append(_look(draft, element, id, order, "" if first else begins))
    return tuple(out)


def _look(draft: LookDraft, element: Element, id: str, order: str, begins: str) -> Look:
    return Look(
        id=id,
        element=element.id,
        order=order,
        name=draft.title,
        text=draft.text,
        age=draft.age,
        condition=", ".join(draft.condition),
        begins=begins,
        era=draft.era,
        quote=draft.quote,
        line=draft.line,
        found=True,
    )
