"""Unsure values (“doubts”) about looks: at most one for each person in a scene, with the look that applies.
Pure functions.

A missed change makes every later shot wrong. A doubt is therefore raised where an uncertain rule found a
change, where words for clothes changed nothing, where a look continues on another day or in another era, and
once for each person whom nothing describes. Looks set by the user raise no doubt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from milimo_tui.story.looks.look_draft import (
    STRANGER,
    SURE_ENOUGH,
    LookDraft,
    LookRule,
    LooksRead,
    UnreadLookSentence,
    shorten_quote,
)
from milimo_tui.story.looks.look_places import find_shot_of_draft
from milimo_tui.story.looks.looks import describe_visible_look, find_look_at_shot, join_look_words
from milimo_tui.story.reading.moment import ReadScene
from milimo_tui.story.values.doubts import NOT_TOLD, Doubt, DoubtKind
from milimo_tui.story.values.film import Element, ElementKind, Look, Scene, Shot, Story
from milimo_tui.story.values.shot_words import Era
from milimo_tui.story.values.text import fold

OTHERS = 3  # Maximum number of alternative looks that a doubt offers in addition to the look that applies.
_NOTHING = LookRule(0.3, "nothing tells how they look")
_UNREAD = LookRule(0.4, "it changed nothing of this look")
_CARRIED = 0.45


def find_look_doubts(
    story: Story, scenes: Sequence[ReadScene], read: LooksRead, other_doubts: Mapping[str, Sequence[Doubt]]
) -> Iterator[tuple[str, Doubt]]:
    """Yield each unsure value (doubt) about a look, together with the id of the shot in which it arises.

    `other_doubts` has the doubts of other kinds by shot id. If a person already has such a doubt in a scene,
    no doubt about the person's look is yielded for this scene.
    """
    yield from _LookDoubtFinder(story, scenes, read).find_doubts(other_doubts)


def find_doubted_person(story: Story, doubt: Doubt) -> Element | None:
    """Return the person whose look a doubt is about."""
    name = doubt.words.partition(": ")[0]
    return next((each for each in story.elements if each.name == name), None)


class _LookDoubtFinder:
    def __init__(self, story: Story, scenes: Sequence[ReadScene], read: LooksRead) -> None:
        self._story = story
        self._people = {
            fold(name): each
            for each in story.elements
            if each.kind is ElementKind.CHARACTER and not (each.dismissed or each.extra)
            for name in (each.name, *each.aliases)
        }
        self._scenes = {scene.line: scene for scene in story.live_scenes()}
        self._shots: dict[str, list[Shot]] = defaultdict(list)
        for shot in story.live_shots():
            self._shots[shot.scene].append(shot)
        numbers = {scene.id: scene.number for scene in story.live_scenes()}
        self._scene_of = {shot.id: numbers.get(shot.scene, "") for shot in story.live_shots()}
        self._read = scenes
        self._by_hand = {look.begins for look in story.looks if not look.found}
        self._weak: dict[tuple[str, str], list[tuple[LookRule, str, Shot]]] = defaultdict(list)
        # Maps the id of a person to the ids of the scenes in which the script describes the person's look.
        self._told: dict[str, list[str]] = defaultdict(list)
        for draft in read.drafts:
            self._record_weak_change(
                draft.name, draft.scene_line, draft.rule, draft.quote, self._find_draft_shot(draft)
            )
            if (one := self._people.get(fold(draft.name))) and draft.scene_line in self._scenes:
                self._told[one.id].append(self._scenes[draft.scene_line].id)
        # Maps the id of a person to the eras of the scenes in which the person is seen.
        self._eras: dict[str, set[Era]] = defaultdict(set)
        for scene in self._scenes.values():
            for element in self._list_people_in_shots(self._shots[scene.id]):
                self._eras[element.id].add(scene.era)
        for unread in read.unread:
            self._record_weak_change(
                unread.name, unread.scene_line, _UNREAD, unread.quote, self._find_draft_shot(unread)
            )

    def _find_draft_shot(self, found: LookDraft | UnreadLookSentence) -> Shot | None:
        scene = self._scenes.get(found.scene_line)
        return find_shot_of_draft(found, self._shots[scene.id]) if scene is not None else None

    def _record_weak_change(
        self, name: str, line: int, rule: LookRule, quote: str, shot: Shot | None
    ) -> None:
        element = self._people.get(fold(name))
        if element is not None and shot is not None and rule.sure < SURE_ENOUGH and rule is not STRANGER:
            self._weak[element.id, shot.scene].append((rule, quote, shot))

    def find_doubts(self, other_doubts: Mapping[str, Sequence[Doubt]]) -> Iterator[tuple[str, Doubt]]:
        # Maps a person's id and an era to the time of day of the last scene of this era in which the person
        # is seen.
        times: dict[tuple[str, Era], str] = {}
        known: set[str] = set()
        for read in self._read:
            scene = self._scenes.get(read.line)
            shots = self._shots[scene.id] if scene is not None else []
            if scene is None or not shots:
                continue
            doubted_words = [fold(doubt.words) for shot in shots for doubt in other_doubts.get(shot.id, ())]
            for element in self._list_people_in_shots(shots):
                seen = next(shot for shot in shots if element in self._list_people_in_shots([shot]))
                last = times.get((element.id, scene.era))
                is_later = last is not None and not read.goes_on and last != fold(read.time_of_day)
                # A breakdown of the scene says whether the look has changed.
                is_later = is_later and read.breakdown is None
                is_new = element.id not in known or (last is None and self._eras[element.id] != {scene.era})
                if not any(words.startswith(fold(element.name)) for words in doubted_words):
                    yield from self._find_least_sure_doubt(
                        element, scene, seen, is_later=is_later, is_new=is_new
                    )
                times[element.id, scene.era] = fold(read.time_of_day)
                known.add(element.id)

    def _list_people_in_shots(self, shots: Sequence[Shot]) -> list[Element]:
        found = (self._people.get(fold(name)) for shot in shots for name in shot.characters)
        return list({each.id: each for each in found if each is not None}.values())

    def _find_least_sure_doubt(
        self, element: Element, scene: Scene, seen: Shot, *, is_later: bool, is_new: bool
    ) -> Iterator[tuple[str, Doubt]]:
        """Yield the doubt about the look of one person in a scene. If there are several doubts, yield only
        the doubt with the lowest certainty. `seen` is the first shot of the scene that shows the person.
        """
        look = find_look_at_shot(self._story, seen, element)
        found = list(self._weak[element.id, scene.id])
        is_undescribed = is_new and not (element.references or element.breakdown)
        if is_undescribed and self._has_no_description(element, scene, look):
            found.append((_NOTHING, "", seen))
        elif is_later and look is not None and look.found and scene.id not in self._told[element.id]:
            clothes = ", ".join(filter(None, (look.wardrobe, look.condition)))
            reason = f"as in scene {self._scene_of.get(look.begins, '')}, and not mentioned since"
            found += [(LookRule(_CARRIED, reason), join_look_words(look), seen)] if clothes else []
        for rule, words, shot in sorted(found, key=lambda each: each[0].sure)[:1]:
            if shot.id in self._by_hand or element.id in dict(shot.looks):
                return
            guess = describe_visible_look(element, find_look_at_shot(self._story, shot, element)) or NOT_TOLD
            doubt_words = f"{element.name}: {shorten_quote(words)}" if words else element.name
            others = tuple(self._list_alternative_looks(element, guess))
            yield shot.id, Doubt(DoubtKind.LOOK, doubt_words, guess, others, rule.sure, rule.reason)

    def _has_no_description(self, element: Element, scene: Scene, look: Look | None) -> bool:
        """Return True if no description of the person applies in this scene. In a scene of another era, only
        descriptions of that era count.
        """
        if self._eras[element.id] - {scene.era} and scene.era is not Era.PRESENT:
            return look is None
        return not describe_visible_look(element, look)

    def _list_alternative_looks(self, element: Element, guess: str) -> list[str]:
        mine = dict.fromkeys(
            join_look_words(look) for look in self._story.looks if look.element == element.id
        )
        return [words for words in mine if words and words != guess][:OTHERS]
