"""Looks from accepted breakdowns, together with the looks of introductions. Pure functions.

The first look of a person is in the person's breakdown, and each later look is a change in the breakdown of a
scene. A later look has everything that is known by then, so that a new coat does not hide the grey hair.

An introduction states a look for certain. It stays in each era and scene for which no breakdown describes the
person, such as YOUNG NORA (22) in a flashback.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from milimo_tui.story.breakdown.facts import UNKNOWN, Fact
from milimo_tui.story.breakdown.film_reading import list_look_facts
from milimo_tui.story.breakdown.people import Person, PersonKind
from milimo_tui.story.breakdown.scenes import LookChange
from milimo_tui.story.breakdown.worn_clothes import change_clothes
from milimo_tui.story.looks.look_draft import READ, LookDraft
from milimo_tui.story.reading.moment import ReadScene
from milimo_tui.story.values.shot_words import Era
from milimo_tui.story.values.text import fold, split_words

_JOINING_WORDS = frozenset(("the", "and", "with", "und", "mit", "avec", "con", "com"))
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

    The introduction in the script still decides about the look of a person at a time of which no breakdown
    has a look, and about those parts of the look that the breakdown leaves open.
    """
    if not introductions and not any(scene.breakdown for scene in scenes):
        return tuple(drafts)
    return tuple(_LookWriter(scenes, introductions, drafts).write_looks())


class _LookWriter:
    """A walk through the scenes that knows the look of each person in each era so far."""

    def __init__(
        self, scenes: Sequence[ReadScene], introductions: Sequence[Introduction], drafts: Sequence[LookDraft]
    ) -> None:
        self._scenes = scenes
        self._introductions = [
            each
            for each in introductions
            if list_look_facts(each.person) and each.person.kind is not PersonKind.VOICE
        ]
        self._drafts = drafts
        self._looks: dict[tuple[str, Era], _KnownLook] = {}
        # The people and eras whose look a breakdown has described so far.
        self._read: set[tuple[str, Era]] = set()

    def write_looks(self) -> Iterator[LookDraft]:
        lines = {scene.line for scene in self._scenes}
        yield from (draft for draft in self._drafts if draft.scene_line not in lines)
        for scene in self._scenes:
            drafts = [draft for draft in self._drafts if draft.scene_line == scene.line]
            for introduction in self._introductions:
                if introduction.scene_line == scene.line:
                    yield self._introduce(introduction, scene, drafts)
            yield from sorted(self._iterate_later_looks(scene, drafts), key=lambda draft: draft.line)

    def _introduce(
        self, introduction: Introduction, scene: ReadScene, drafts: Sequence[LookDraft]
    ) -> LookDraft:
        """Return the first look of a person. The introduction in the same scene gives the age, the face and
        hair, and the clothes that the breakdown does not have.
        """
        person = introduction.person
        key = fold(introduction.name), scene.era
        look = _make_known_look(person)
        before = self._looks.get(key, _KnownLook())
        for draft in drafts:
            if (fold(draft.name), draft.era) == key:
                before = _add_introduced_parts(before, draft)
        look = replace(
            look,
            age=look.age or before.age,
            features=look.features or _list_new_pieces(before.features, look),
            clothes=look.clothes or _list_new_pieces(before.clothes, look),
        )
        self._looks[key] = look
        self._read.add(key)
        return _make_changed_look(
            introduction.name, look, list_look_facts(person), scene, scene.era, opens=True
        )

    def _iterate_later_looks(self, scene: ReadScene, drafts: Sequence[LookDraft]) -> Iterator[LookDraft]:
        # A person at another age in a scene of the present is in an era of its own.
        eras: dict[str, Era] = {}
        opened = {fold(each.name) for each in self._introductions if each.scene_line == scene.line}
        for draft in drafts:
            key = fold(draft.name), draft.era
            if draft.era is not scene.era:
                eras[key[0]] = draft.era
            elif key[0] in opened:
                continue  # It is a part of the first look.
            before = self._looks.get(key, _KnownLook())
            if key not in self._read:
                self._looks[key] = _add_introduced_parts(_KnownLook(), draft)
                yield draft
            elif not _is_in_look(draft, before):
                # A breakdown has described the person before this time.
                is_older = bool(draft.age and before.age) and not _are_same_words(draft.age, before.age)
                self._looks[key] = _add_introduced_parts(_KnownLook() if is_older else before, draft)
                yield draft if is_older else _make_introduced_look(draft, self._looks[key])
        for change in _join_changes(scene.breakdown.changes) if scene.breakdown is not None else ():
            era = eras.get(fold(change.name), scene.era)
            key = fold(change.name), era
            before = self._looks.get(key, _KnownLook())
            look = _change_look(before, change)
            self._looks[key] = look
            known = (change.age, change.clothes, change.features, change.condition)
            facts = tuple(fact for fact in known if fact)
            if facts and look != before:
                yield _make_changed_look(change.name, look, facts, scene, era, opens=False)


def _add_introduced_parts(look: _KnownLook, draft: LookDraft) -> _KnownLook:
    """Return a look with the parts of an introduction in place of its own."""
    return replace(
        look,
        age=draft.age or look.age,
        role=draft.role or look.role,
        features=draft.features or look.features,
        clothes=draft.garments or look.clothes,
    )


def _list_new_pieces(text: str, look: _KnownLook) -> str:
    """Return the pieces of a text that a look does not have."""
    known = _list_look_words(look.text)
    return ", ".join(piece for piece in text.split(", ") if not _list_look_words(piece) <= known)


def _is_in_look(draft: LookDraft, look: _KnownLook) -> bool:
    """Return True if a look has everything that an introduction states, so that the introduction only repeats
    it.
    """
    return _list_look_words(draft.text) <= _list_look_words(look.text)


def _change_look(before: _KnownLook, change: LookChange) -> _KnownLook:
    """Return a look after a change. Words that mean the same as before are no change."""
    clothes = replace(change.clothes, text=_keep_same_words(before.clothes, change.clothes.text))
    return replace(
        before,
        age=_keep_same_words(before.age, change.age.text),
        features=_keep_same_words(before.features, change.features.text),
        clothes=change_clothes(before.clothes, clothes) if clothes.text != before.clothes else before.clothes,
        condition=_keep_same_words(before.condition, change.condition.text),
    )


def _keep_same_words(before: str, now: str) -> str:
    return before if not now or _are_same_words(before, now) else now


def _are_same_words(one: str, other: str) -> bool:
    return bool(one) and _list_look_words(one) == _list_look_words(other)


def _list_look_words(text: str) -> set[str]:
    """Return the words of a look without articles and the words that join its parts, and its numbers."""
    words = set(split_words(fold(text))) - _JOINING_WORDS
    return {word for word in words if len(word) > 2 or word.isdigit()}


def _join_changes(changes: Sequence[LookChange]) -> list[LookChange]:
    """Return the changes of a scene with those of one person in the same line joined."""
    out: dict[tuple[str, int], LookChange] = {}
    for change in changes:
        key = fold(change.name), change.line
        known = out.get(key, replace(change, clothes=UNKNOWN))
        clothes = change_clothes(known.clothes.text, change.clothes)
        out[key] = replace(
            change,
            age=change.age or known.age,
            clothes=replace(change.clothes or known.clothes, text=clothes),
            features=change.features or known.features,
            condition=change.condition or known.condition,
        )
    return list(out.values())


def _make_introduced_look(draft: LookDraft, look: _KnownLook) -> LookDraft:
    """Return the look of an introduction together with what was known of the person before."""
    return replace(draft, age=look.age, wardrobe=look.clothes, hair=look.features, text=look.text)


def _make_changed_look(
    name: str, look: _KnownLook, facts: Sequence[Fact], scene: ReadScene, era: Era, *, opens: bool
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
        era=era,
        age=look.age,
        wardrobe=look.clothes,
        hair=look.features,
        condition=look.condition,
        text=look.text,
        rule=READ,
    )
