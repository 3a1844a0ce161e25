"""Unsure values (“doubts”) about looks: at most one for each person in a scene, with the look that applies.
Pure functions.

A missed change makes every later shot wrong. A doubt is therefore raised where a look continues after a jump
in time or in another era, and once for each person whom nothing describes. Looks set by the user raise no
doubt.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from milimo_tui.story.looks.look_draft import LookRule, shorten_quote
from milimo_tui.story.looks.looks import describe_visible_look, find_look_at_shot, join_look_words
from milimo_tui.story.reading.moment import ReadScene
from milimo_tui.story.values.doubts import NOT_TOLD, Doubt, DoubtKind
from milimo_tui.story.values.film import Element, ElementKind, Look, Scene, Shot, Story
from milimo_tui.story.values.shot_words import Era
from milimo_tui.story.values.text import fold

OTHERS = 3  # Maximum number of alternative looks that a doubt offers in addition to the look that applies.
_NOTHING = LookRule(0.3, "nothing tells how they look")
_CARRIED = 0.45
# Matches a heading that says that hours or days have passed, also if the time of day is the same.
_JUMP = re.compile(
    r"\b(?:(?:NEXT|FOLLOWING|ANOTHER) (?:DAY|MORNING|EVENING|NIGHT|AFTERNOON|WEEK|MONTH|YEAR)"
    r"|(?:HOURS?|DAYS?|WEEKS?|MONTHS?|YEARS?) (?:LATER|EARLIER|AFTER)"
    r"|(?:HEURES?|JOURS?|SEMAINES?|MOIS|ANS|ANNÉES?) PLUS (?:TARD|TÔT)|LENDEMAIN"
    r"|(?:STUNDEN?|TAGE?|WOCHEN?|MONATE?|JAHRE?) (?:SPÄTER|ZUVOR)|AM NÄCHSTEN (?:TAG|MORGEN|ABEND)"
    r"|(?:HORAS?|D[IÍ]AS?|SEMANAS?|MES(?:ES)?|A[NÑ]OS?) (?:M[AÁ]S TARDE|DESPU[EÉ]S|DEPOIS|MAIS TARDE|ANTES)"
    r"|(?:D[IÍ]A|MAÑANA|MANHÃ) SIGUIENTE|(?:DIA|MANHÃ) SEGUINTE"
    r"|(?:OR[AE]|GIORN[OI]|SETTIMAN[AE]|MES[EI]|ANN[OI]) (?:DOPO|PRIMA|PIÙ TARDI)|GIORNO DOPO)\b",
    re.IGNORECASE,
)


def find_look_doubts(
    story: Story, scenes: Sequence[ReadScene], other_doubts: Mapping[str, Sequence[Doubt]]
) -> Iterator[tuple[str, Doubt]]:
    """Yield each unsure value (doubt) about a look, together with the id of the shot in which it arises.

    `other_doubts` has the doubts of other kinds by shot id. If a person already has such a doubt in a scene,
    no doubt about the person's look is yielded for this scene.
    """
    yield from _LookDoubtFinder(story, scenes).find_doubts(other_doubts)


def find_doubted_person(story: Story, doubt: Doubt) -> Element | None:
    """Return the person whose look a doubt is about."""
    name = doubt.words.partition(": ")[0]
    return next((each for each in story.elements if each.name == name), None)


class _LookDoubtFinder:
    def __init__(self, story: Story, scenes: Sequence[ReadScene]) -> None:
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
        scene_of_shot = {shot.id: shot.scene for shot in story.live_shots()}
        # Maps the id of a person to the ids of the scenes in which the script describes the person's look.
        self._told: dict[str, set[str]] = defaultdict(set)
        for look in story.looks:
            if look.found:
                self._told[look.element].add(scene_of_shot.get(look.begins, ""))
        # Maps the id of a person to the eras of the scenes in which the person is seen.
        self._eras: dict[str, set[Era]] = defaultdict(set)
        for scene in self._scenes.values():
            for element in self._list_people_in_shots(self._shots[scene.id]):
                self._eras[element.id].add(scene.era)

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
                is_later = last is not None and (
                    _JUMP.search(read.heading) is not None
                    or (not read.goes_on and last != fold(read.time_of_day))
                )
                # A breakdown of the scene says whether the look has changed.
                is_later = is_later and read.breakdown is None
                is_new = element.id not in known or (last is None and self._eras[element.id] != {scene.era})
                if not any(words.startswith(fold(element.name)) for words in doubted_words):
                    yield from self._find_look_doubt(element, scene, seen, is_later=is_later, is_new=is_new)
                times[element.id, scene.era] = fold(read.time_of_day)
                known.add(element.id)

    def _list_people_in_shots(self, shots: Sequence[Shot]) -> list[Element]:
        found = (self._people.get(fold(name)) for shot in shots for name in shot.characters)
        return list({each.id: each for each in found if each is not None}.values())

    def _find_look_doubt(
        self, element: Element, scene: Scene, seen: Shot, *, is_later: bool, is_new: bool
    ) -> Iterator[tuple[str, Doubt]]:
        """Yield the doubt about the look of one person in a scene, if there is one. `seen` is the first shot
        of the scene that shows the person.
        """
        look = find_look_at_shot(self._story, seen, element)
        is_undescribed = is_new and not (element.references or element.breakdown)
        if seen.id in self._by_hand or element.id in dict(seen.looks):
            return
        if is_undescribed and self._has_no_description(element, scene, look):
            rule, words = _NOTHING, element.name
        elif is_later and look is not None and look.found and scene.id not in self._told[element.id]:
            if not (look.wardrobe or look.condition):
                return
            reason = f"as in scene {self._scene_of.get(look.begins, '')}, and not mentioned since"
            rule, words = (
                LookRule(_CARRIED, reason),
                f"{element.name}: {shorten_quote(join_look_words(look))}",
            )
        else:
            return
        guess = describe_visible_look(element, look) or NOT_TOLD
        others = tuple(self._list_alternative_looks(element, guess))
        yield seen.id, Doubt(DoubtKind.LOOK, words, guess, others, rule.sure, rule.reason)

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
