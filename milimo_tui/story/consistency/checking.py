"""All rule-based consistency checks of a screenplay, as marks sorted by line."""

from __future__ import annotations

from collections.abc import Sequence

from milimo_tui.story.consistency.entrances import find_missing_entrances
from milimo_tui.story.consistency.knowledge import find_unexplained_knowledge
from milimo_tui.story.consistency.looks import find_contradicting_looks
from milimo_tui.story.consistency.marks import ConsistencyMark, sort_marks
from milimo_tui.story.consistency.names import find_drifting_names
from milimo_tui.story.consistency.places import find_simultaneous_places
from milimo_tui.story.consistency.story_content import list_checked_scenes
from milimo_tui.story.consistency.user_descriptions import find_contradicting_descriptions
from milimo_tui.story.elements.sheet import list_relations
from milimo_tui.story.shots.shots import SceneDraft
from milimo_tui.story.values.film import Element, ElementKind, Look
from milimo_tui.story.values.text import fold


def check_consistency(
    drafts: Sequence[SceneDraft], elements: Sequence[Element] = (), looks: Sequence[Look] = ()
) -> tuple[ConsistencyMark, ...]:
    """Return the possible contradictions in a screenplay that was broken down into shots, sorted by line.

    `elements` are the film's characters and other elements. The aliases of an element count as names of one
    person. The relations of an element specify which people know each other. `looks` are the looks of the
    film, which are compared with what the user wrote about the characters.
    """
    cast = [each for each in elements if each.kind is ElementKind.CHARACTER and not each.dismissed]
    names = {fold(alias): fold(each.name) for each in cast for alias in each.aliases}
    scenes = list_checked_scenes(drafts, names)
    shown = _list_displayed_names(drafts, cast, names)
    related = frozenset(
        (fold(each.name), fold(other.name)) for each in cast for other, _ in list_relations(cast, each)
    )
    return sort_marks(
        (
            *find_drifting_names(scenes, cast),
            *find_simultaneous_places(scenes, shown),
            *find_missing_entrances(scenes, shown),
            *find_unexplained_knowledge(scenes, shown, related),
            *find_contradicting_looks(scenes, shown),
            *find_contradicting_descriptions(scenes, cast, looks),
        )
    )


def _list_displayed_names(
    drafts: Sequence[SceneDraft], cast: Sequence[Element], names: dict[str, str]
) -> dict[str, str]:
    """Return the names of all characters and speakers as the script writes them, by case-folded name. Extras
    and names without letters are left out.
    """
    extras = {fold(each.name) for each in cast if each.extra}
    shown = {fold(each.name): each.name for each in cast}
    for draft in drafts:
        for moment in draft.as_read.moments:
            for side in moment.sides:
                for line in side:
                    name = names.get(fold(line.character), fold(line.character))
                    shown.setdefault(name, line.character)
    return {name: words for name, words in shown.items() if name and name not in extras}
