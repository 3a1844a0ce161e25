"""Looks from accepted breakdowns, in place of the looks of introductions for the same people. Pure functions.

The first look of a person is in the person's breakdown, and each later look is a change in the breakdown of a
scene. A later look has everything that is known by then, so that a new coat does not hide the grey hair.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from milimo_tui.story.breakdown.facts import Fact
from milimo_tui.story.breakdown.film_reading import list_look_facts
from milimo_tui.story.breakdown.people import Person, PersonKind
from milimo_tui.story.breakdown.scenes import LookChange
from milimo_tui.story.looks.look_draft import READ, LookDraft
from milimo_tui.story.reading.moment import ReadScene
from milimo_tui.story.values.shot_words import Era
from milimo_tui.story.values.text import fold

_POSSESSIVES = {"he": "his", "she": "her"}


@dataclass(frozen=True, slots=True)
class Introduction:
    """A person of an accepted breakdown and the line of the heading of the scene that introduces the person.
    `name` is the name of the person in the film, and `description` describes the element.
    """

    name: str
    person: Person
    scene_line: int
    description: str = ""


@dataclass(frozen=True, slots=True)
class _KnownLook:
    """Everything that is known about the look of a person at a point of the film."""

    age: str = ""
    role: str = ""
    build: str = ""
    features: str = ""
    clothes: str = ""
    condition: str = ""

    @property
    def text(self) -> str:
        facts = (self.age, self.role, self.build, self.features, self.clothes, self.condition)
        return join_look_facts(*facts)


def join_look_facts(*texts: str) -> str:
    """Return the facts of a look as one text: age, role, build, face and hair, clothes, condition."""
    return ", ".join(filter(None, (text.strip(" .,;") for text in texts)))


def describe_first_look(person: Person) -> str:
    """Return the role and the first look of a person as one text, or an empty text if the script describes
    neither.
    """
    return _make_known_look(person).text


def _make_known_look(person: Person) -> _KnownLook:
    age = person.age.text
    if person.kind is PersonKind.PERSON and person.gender in _POSSESSIVES:
        # The script may describe several people at once: “two nurses in their thirties”.
        age = re.sub(r"\btheir\b", _POSSESSIVES[person.gender], age)
    return _KnownLook(age, person.role.text, person.build.text, person.features.text, person.clothes.text)


def replace_with_breakdown_looks(
    drafts: Sequence[LookDraft], scenes: Sequence[ReadScene], introductions: Sequence[Introduction]
) -> tuple[LookDraft, ...]:
    """Return the looks of the script with those of accepted breakdowns in place of those of introductions.

    The introduction in the script still decides about the first look of a person of whom no breakdown has a
    look.
    """
    if not introductions and not any(scene.breakdown for scene in scenes):
        return tuple(drafts)
    known = {fold(each.name) for each in introductions if list_look_facts(each.person)}
    kept = [draft for draft in drafts if fold(draft.name) not in known]
    return tuple(_LookWriter(scenes, introductions, kept).write_looks())


class _LookWriter:
    """A walk through the scenes that knows the look of each person in each era so far."""

    def __init__(
        self, scenes: Sequence[ReadScene], introductions: Sequence[Introduction], kept: Sequence[LookDraft]
    ) -> None:
        self._scenes = scenes
        self._introductions = introductions
        self._kept = kept
        self._looks: dict[tuple[str, Era], _KnownLook] = {}

    def write_looks(self) -> Iterator[LookDraft]:
        lines = {scene.line for scene in self._scenes}
        yield from (draft for draft in self._kept if draft.scene_line not in lines)
        for scene in self._scenes:
            found = [each for each in self._introductions if each.scene_line == scene.line]
            for introduction in found:
                if draft := self._introduce(introduction, scene):
                    yield draft
            yield from sorted(self._iterate_later_looks(scene), key=lambda draft: draft.line)

    def _introduce(self, introduction: Introduction, scene: ReadScene) -> LookDraft | None:
        person = introduction.person
        facts = list_look_facts(person)
        if not facts or person.kind is PersonKind.VOICE:
            return None
        look = _make_known_look(person)
        self._looks[fold(introduction.name), scene.era] = look
        return _make_changed_look(introduction.name, look, facts, scene, opens=True)

    def _iterate_later_looks(self, scene: ReadScene) -> Iterator[LookDraft]:
        for draft in self._kept:
            if draft.scene_line != scene.line:
                continue
            key = fold(draft.name), draft.era
            if draft.opens or key not in self._looks:
                self._looks[key] = _KnownLook(
                    age=draft.age, features=draft.hair, clothes=draft.wardrobe, condition=draft.condition
                )
            yield draft
        for change in _join_changes(scene.breakdown.changes) if scene.breakdown is not None else ():
            key = fold(change.name), scene.era
            before = self._looks.get(key, _KnownLook())
            look = replace(
                before,
                age=change.age.text or before.age,
                features=change.features.text or before.features,
                clothes=change.clothes.text or before.clothes,
                condition=change.condition.text or before.condition,
            )
            self._looks[key] = look
            known = (change.age, change.clothes, change.features, change.condition)
            facts = tuple(fact for fact in known if fact)
            if facts and look != before:
                yield _make_changed_look(change.name, look, facts, scene, opens=False)


def _join_changes(changes: Sequence[LookChange]) -> list[LookChange]:
    """Return the changes of a scene with those of one person in the same line joined."""
    out: dict[tuple[str, int], LookChange] = {}
    for change in changes:
        key = fold(change.name), change.line
        known = out.get(key, change)
        out[key] = replace(
            change,
            age=change.age or known.age,
            clothes=change.clothes or known.clothes,
            features=change.features or known.features,
            condition=change.condition or known.condition,
        )
    return list(out.values())


def _make_changed_look(
    name: str, look: _KnownLook, facts: Sequence[Fact], scene: ReadScene, *, opens: bool
) -> LookDraft:
    first = min(facts, key=lambda fact: fact.line)
    quote = " ".join(dict.fromkeys(fact.quote for fact in facts if fact.quote))
    return LookDraft(
        name=name,
        line=scene.line + first.line,
        end_line=scene.line + max(fact.end_line for fact in facts),
        scene_line=scene.line,
        # A look that begins at the heading applies from the first shot of the scene.
        action=first.quote if first.line > 0 else "",
        quote=quote or look.text,
        opens=opens,
        era=scene.era,
        age=look.age,
        wardrobe=look.clothes,
        hair=look.features,
        condition=look.condition,
        text=look.text,
        rule=READ,
    )
