"""Renaming of elements: their trigger in all texts that use it, and people renamed in the script. Pure
functions.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from milimo_tui.story.elements.elements import ElementDraft, is_untouched
from milimo_tui.story.elements.place_tree import named
from milimo_tui.story.elements.triggers import default_trigger, free_trigger, retriggered
from milimo_tui.story.values.film import (
    Element,
    ElementKind,
    Project,
    Shot,
    Story,
    Suggestion,
    SuggestionState,
)
from milimo_tui.story.values.text import fold

Put = Callable[[str], str]


def with_trigger(story: Story, id: str, trigger: str) -> Story:
    """Return the film with another trigger for an element, in its row and in all texts that contain the
    trigger.

    These are prompts and actions of shots, descriptions, suggestions of models, and the film's style.
    """
    known = story.elements

    def put(text: str) -> str:
        return retriggered(text, known, id, trigger)

    return replace(
        story,
        project=_project(story.project, put),
        shots=tuple(_shot(shot, put) for shot in story.shots),
        elements=tuple(
            replace(
                element,
                description=put(element.description),
                trigger=trigger if element.id == id else element.trigger,
            )
            for element in known
        ),
        suggestions=tuple(_suggestion(one, put) for one in story.suggestions),
    )


def _project(project: Project, put: Put) -> Project:
    return replace(project, style=put(project.style), negative=put(project.negative))


def _shot(shot: Shot, put: Put) -> Shot:
    return replace(
        shot,
        action=put(shot.action),
        prompt=None if shot.prompt is None else put(shot.prompt),
        negative=put(shot.negative),
        characters=tuple(map(put, shot.characters)),
        chunks=tuple(replace(chunk, prompt=put(chunk.prompt)) for chunk in shot.chunks),
    )


def _suggestion(one: Suggestion, put: Put) -> Suggestion:
    if one.state is not SuggestionState.OPEN:
        return one
    return replace(one, text=put(one.text), original=put(one.original), parts=tuple(map(put, one.parts)))


@dataclass(frozen=True, slots=True)
class Renamed:
    """A person or place that is no longer in the script, and the new name in the same lines or scenes.

    `plain` is True if every remaining line of a person now belongs to the new name, and to nobody else.
    Otherwise the user is asked, as for every place, because a scene may have moved to another place. `name`
    is empty if there is no new name.
    """

    element: Element
    name: str
    plain: bool


def renamed(before: Story, after: Story, drafts: Sequence[ElementDraft]) -> tuple[Renamed, ...]:
    """Return the elements that a commit would leave without a script.

    `after` is the film with the new scenes and shots; those that stayed have the same ids. Elements that hold
    only values from the script are left out, unless the case is plain.
    """
    speakers = {fold(line.character) for shot in before.live_shots() for line in shot.dialogue}
    seen = {fold(named(scene.in_script("location"))) for scene in before.live_scenes()}
    people = _Gone(ElementKind.CHARACTER, before.elements, drafts, speakers)
    places = _Gone(ElementKind.LOCATION, before.elements, drafts, seen)
    return (*people.renamed(_speakers(before, after), sure=True), *places.renamed(_places(before, after)))


Heirs = dict[str, Counter[str]]  # Folded old name → count of each folded name that replaces it.


class _Gone:
    """The elements of a kind whose name was in the script and is not there now, and the names that are
    new.
    """

    def __init__(
        self, kind: ElementKind, elements: Sequence[Element], drafts: Sequence[ElementDraft], then: set[str]
    ) -> None:
        mine = [element for element in elements if element.kind is kind]
        known = {fold(element.name) for element in mine if not is_untouched(element)}
        self.now = {fold(draft.name): draft.name for draft in drafts if draft.kind is kind}
        self.gone = [
            each for each in mine if fold(named(each.name)) not in self.now and fold(each.name) in then
        ]
        self.new = {name for name in self.now if name not in then and name not in known}

    def renamed(self, heirs: Heirs, *, sure: bool = False) -> Iterator[Renamed]:
        shares = Counter(chain.from_iterable(each.keys() for each in heirs.values()))
        for element in self.gone:
            theirs = heirs.get(fold(element.name), Counter())
            heir = max(
                (name for name in theirs if name in self.new), key=lambda name: theirs[name], default=""
            )
            plain = sure and bool(heir) and len(theirs) == 1 and shares[heir] == 1
            if plain or not is_untouched(element):
                yield Renamed(element, self.now.get(heir, "") or self._only(), plain)

    def _only(self) -> str:
        """Return the new name if exactly one name was removed and one was added, or an empty string."""
        return self.now[next(iter(self.new))] if len(self.new) == len(self.gone) == 1 else ""


def _speakers(before: Story, after: Story) -> Heirs:
    """Return the current speakers of each person's lines: equal words in the same shot, or the shot's only
    line.
    """
    out: Heirs = defaultdict(Counter)
    shots = {shot.id: shot for shot in after.live_shots()}
    for old in before.live_shots():
        new = shots.get(old.id)
        if new is None or len(old.dialogue) != len(new.dialogue):
            continue
        for was, is_now in zip(old.dialogue, new.dialogue, strict=True):
            if fold(was.text) == fold(is_now.text) or len(old.dialogue) == 1:
                out[fold(was.character)][fold(is_now.character)] += 1
    return out


def _places(before: Story, after: Story) -> Heirs:
    """Return the current places of each place's scenes."""
    out: Heirs = defaultdict(Counter)
    scenes = {scene.id: scene for scene in after.live_scenes()}
    for old in before.live_scenes():
        if old.id in scenes:
            out[fold(named(old.in_script("location")))][
                fold(named(scenes[old.id].in_script("location")))
            ] += 1
    return out


def is_called_by_name(element: Element) -> bool:
    """Return True if the trigger of an element is derived from its name, so that it changes with the name."""
    return fold(element.trigger).rstrip("0123456789") == fold(default_trigger(element.name))


def followed(story: Story, rename: Renamed) -> Story:
    """Return the film with an element under its new name and all its values preserved.

    A trigger that is derived from the old name is replaced by one from the new name, wherever it is used.
    """
    element = rename.element
    named = replace(element, name=rename.name)
    story = replace(
        story, elements=tuple(named if each.id == element.id else each for each in story.elements)
    )
    if not is_called_by_name(element):
        return story
    taken = {fold(each.trigger) for each in story.elements if each.id != element.id}
    return with_trigger(story, element.id, free_trigger(rename.name, taken))
