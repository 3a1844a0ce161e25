"""Renaming of elements: replacing a trigger in all texts that use it, and finding people and places that the
script renamed. Pure functions.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from milimo_tui.story.elements.elements import ElementDraft, is_unedited_element
from milimo_tui.story.elements.place_tree import normalize_place_name
from milimo_tui.story.elements.triggers import (
    make_default_trigger,
    make_free_trigger,
    replace_trigger_in_text,
)
from milimo_tui.story.values.film import Element, ElementKind, Project, Shot, Story
from milimo_tui.story.values.suggestion import Suggestion, SuggestionState
from milimo_tui.story.values.text import fold

Put = Callable[[str], str]


def replace_trigger(story: Story, id: str, trigger: str) -> Story:
    """Return the film with a new trigger for an element, replaced in the element itself and in all texts that
    contain the old trigger.

    The texts are prompts and actions of shots, descriptions, suggestions of models, and the film's style.
    """
    known = story.elements

    def replace_in_text(text: str) -> str:
        return replace_trigger_in_text(text, known, id, trigger)

    return replace(
        story,
        project=_retrigger_project(story.project, replace_in_text),
        shots=tuple(_retrigger_shot(shot, replace_in_text) for shot in story.shots),
        elements=tuple(
            replace(
                element,
                description=replace_in_text(element.description),
                trigger=trigger if element.id == id else element.trigger,
            )
            for element in known
        ),
        suggestions=tuple(_retrigger_suggestion(one, replace_in_text) for one in story.suggestions),
    )


def _retrigger_project(project: Project, put: Put) -> Project:
    return replace(project, style=put(project.style), negative=put(project.negative))


def _retrigger_shot(shot: Shot, put: Put) -> Shot:
    return replace(
        shot,
        action=put(shot.action),
        prompt=None if shot.prompt is None else put(shot.prompt),
        negative=put(shot.negative),
        characters=tuple(map(put, shot.characters)),
        chunks=tuple(replace(chunk, prompt=put(chunk.prompt)) for chunk in shot.chunks),
    )


def _retrigger_suggestion(one: Suggestion, put: Put) -> Suggestion:
    if one.state is not SuggestionState.OPEN:
        return one
    return replace(one, text=put(one.text), original=put(one.original), parts=tuple(map(put, one.parts)))


@dataclass(frozen=True, slots=True)
class ElementRename:
    """A person or place that is no longer in the script, and the probable new name. The new name was found in
    the lines or scenes that the old name had before.

    `plain` is True if the rename is certain: every remaining line of the person now belongs to the new name
    and to nobody else. Otherwise the user is asked. The user is asked about every place, because a scene may
    have moved to another place. `name` is empty if no new name was found.
    """

    element: Element
    name: str
    plain: bool


def find_renamed_elements(
    before: Story, after: Story, drafts: Sequence[ElementDraft]
) -> tuple[ElementRename, ...]:
    """Return the elements that are no longer in the script after a commit, with their possible new names.

    `after` is the film with the new scenes and shots; unchanged scenes and shots have the same ids as in
    `before`. Elements that hold only values from the script are left out, unless the rename is certain.
    """
    speakers = {fold(line.character) for shot in before.live_shots() for line in shot.dialogue}
    seen = {fold(normalize_place_name(scene.get_script_value("location"))) for scene in before.live_scenes()}
    people = _RemovedNames(ElementKind.CHARACTER, before.elements, drafts, speakers)
    places = _RemovedNames(ElementKind.LOCATION, before.elements, drafts, seen)
    return (
        *people.list_element_renames(_count_new_speakers(before, after), sure=True),
        *places.list_element_renames(_count_new_places(before, after)),
    )


# Maps a folded old name to the number of occurrences of each folded name that replaces it.
NameReplacements = dict[str, Counter[str]]


class _RemovedNames:
    """The elements of one kind whose names are no longer in the script, and the names that are new in the
    script. A new name may be the new name of a removed element.
    """

    def __init__(
        self, kind: ElementKind, elements: Sequence[Element], drafts: Sequence[ElementDraft], then: set[str]
    ) -> None:
        mine = [element for element in elements if element.kind is kind]
        known = {fold(element.name) for element in mine if not is_unedited_element(element)}
        self.now = {fold(draft.name): draft.name for draft in drafts if draft.kind is kind}
        self.removed = [
            each
            for each in mine
            if fold(normalize_place_name(each.name)) not in self.now and fold(each.name) in then
        ]
        self.new = {name for name in self.now if name not in then and name not in known}

    def list_element_renames(
        self, replacements: NameReplacements, *, sure: bool = False
    ) -> Iterator[ElementRename]:
        shares = Counter(chain.from_iterable(each.keys() for each in replacements.values()))
        for element in self.removed:
            theirs = replacements.get(fold(element.name), Counter())
            replacement = max(
                (name for name in theirs if name in self.new), key=lambda name: theirs[name], default=""
            )
            plain = sure and bool(replacement) and len(theirs) == 1 and shares[replacement] == 1
            if plain or not is_unedited_element(element):
                yield ElementRename(
                    element, self.now.get(replacement, "") or self._find_only_new_name(), plain
                )

    def _find_only_new_name(self) -> str:
        """Return the only new name if exactly one name was removed from the script and exactly one was added.
        Otherwise return an empty string.
        """
        return self.now[next(iter(self.new))] if len(self.new) == len(self.removed) == 1 else ""


def _count_new_speakers(before: Story, after: Story) -> NameReplacements:
    """Return, for each person, the people who now speak this person's earlier lines, with the number of these
    lines. A line is recognized by equal words in the same shot, or because it is the only line of its shot.
    """
    out: NameReplacements = defaultdict(Counter)
    shots = {shot.id: shot for shot in after.live_shots()}
    for old in before.live_shots():
        new = shots.get(old.id)
        if new is None or len(old.dialogue) != len(new.dialogue):
            continue
        for was, is_now in zip(old.dialogue, new.dialogue, strict=True):
            if fold(was.text) == fold(is_now.text) or len(old.dialogue) == 1:
                out[fold(was.character)][fold(is_now.character)] += 1
    return out


def _count_new_places(before: Story, after: Story) -> NameReplacements:
    """Return, for each place, the places in which the scenes of this place play after the commit, with the
    number of these scenes.
    """
    out: NameReplacements = defaultdict(Counter)
    scenes = {scene.id: scene for scene in after.live_scenes()}
    for old in before.live_scenes():
        if old.id in scenes:
            out[fold(normalize_place_name(old.get_script_value("location")))][
                fold(normalize_place_name(scenes[old.id].get_script_value("location")))
            ] += 1
    return out


def has_default_trigger(element: Element) -> bool:
    """Return True if the trigger of an element is derived from its name. Such a trigger is replaced when the
    name changes.
    """
    return fold(element.trigger).rstrip("0123456789") == fold(make_default_trigger(element.name))


def apply_element_rename(story: Story, rename: ElementRename) -> Story:
    """Return the film with an element under its new name; all other values of the element are preserved.

    If the trigger was derived from the old name, a trigger derived from the new name replaces it in all
    texts.
    """
    element = rename.element
    named = replace(element, name=rename.name)
    story = replace(
        story, elements=tuple(named if each.id == element.id else each for each in story.elements)
    )
    if not has_default_trigger(element):
        return story
    taken = {fold(each.trigger) for each in story.elements if each.id != element.id}
    return replace_trigger(story, element.id, make_free_trigger(rename.name, taken))
