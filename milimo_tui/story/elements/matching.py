"""Matching of elements to shots, with a confidence for each match.

Names are matched as complete words, regardless of case, in canonical Unicode.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from milimo_tui.story.elements.place_tree import find_shot_place, get_shot_location, list_containing_places
from milimo_tui.story.values.film import Element, ElementKind, Scene, Shot
from milimo_tui.story.values.text import fold, has_phrase, split_words

MIN_CONFIDENCE = 0.4
SHOT_PLACE_CONFIDENCE = 0.8  # Confidence of the place in which a shot plays, if the heading does not name it.
# Common words that are ignored when a description is compared with a shot, because they do not show a shared
# subject.
_COMMON = frozenset(
    {
        "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "has", "have", "he", "her", "his",
        "in", "into", "is", "it", "its", "of", "on", "or", "she", "that", "the", "their", "them", "they",
        "this", "to", "was", "with", "who", "whose", "very", "old", "young", "one", "two",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ElementMatch:
    """An element that a shot is about. `confidence` is from 0.4 to 1. `source` names the rule that found the
    element with this confidence, such as `scene_heading`.
    """

    element: Element
    confidence: float
    source: str


def match_elements(
    elements: Sequence[Element], scene: Scene, shot: Shot, known: Sequence[Element] = ()
) -> tuple[ElementMatch, ...]:
    """Return the elements that a shot is about, in descending order of confidence. Each element has the
    confidence and the source of its strongest match.

    Matches with a confidence below 0.4 are left out. If `elements` is only a subset of the film's elements,
    `known` must have all of them, because the place of the shot is searched among `known`.
    """
    fields = _ShotTexts(scene, shot)
    all_of_them = known or elements
    place = find_shot_place(all_of_them, scene, shot)
    here = (
        {each.id for each in list_containing_places(all_of_them, place)}
        if place is not None
        else frozenset[str]()
    )
    found = []
    for element in elements:
        if element.dismissed:
            continue
        confidence, source = fields.find_best_signal(element)
        if element.id in here and confidence < SHOT_PLACE_CONFIDENCE:
            confidence, source = SHOT_PLACE_CONFIDENCE, "place_of_the_shot"
        if confidence >= MIN_CONFIDENCE:
            found.append(ElementMatch(element, round(confidence, 2), source))
    return tuple(sorted(found, key=lambda row: (-row.confidence, fold(row.element.name))))


# Cached, because every shot of a film is matched with the same element names.
_folded = lru_cache(maxsize=8192)(fold)


class _ShotTexts:
    """The texts of a shot, folded and split into words once, so that many elements can be matched quickly."""

    def __init__(self, scene: Scene, shot: Shot) -> None:
        names = [*shot.characters, *(line.character for line in shot.dialogue)]
        self.names = {fold(name) for name in names}
        self.name_words = {word for name in names for word in split_words(fold(name))}
        action = shot.action if shot.prompt is None else f"{shot.action} {shot.prompt}"
        self.action = fold(action)
        self.action_words = set(split_words(self.action))
        self.speech = fold(" ".join(line.text for line in shot.dialogue))
        location, part = get_shot_location(scene, shot)
        in_scene = "" if shot.location else scene.heading
        self.heading = fold(f"{in_scene} {location} {part}")

    def find_best_signal(self, element: Element) -> tuple[float, str]:
        """Return the confidence (0 to 1) of the strongest match with an element, and the name of the rule
        that found it. Return (0, "") if nothing matches.
        """
        name, trigger = _folded(element.name), _folded(element.trigger).lstrip("@")
        tokens = split_words(name)
        signals: list[tuple[float, str]] = [(0.0, "")]
        if name:
            signals += self._list_name_signals(element, name, tokens)
        if trigger:
            if trigger in self.names or f"@{trigger}" in self.names:
                signals.append((0.95, "character_field_trigger"))
            if has_phrase(self.action, f"@{trigger}"):
                signals.append((0.95, "action_trigger_word_prefixed"))
            elif has_phrase(self.action, trigger):
                signals.append((0.95, "action_trigger_word"))
        signals.append(self._score_description(element.description))
        return max(signals, key=lambda signal: signal[0])

    def _list_name_signals(
        self, element: Element, name: str, tokens: list[str]
    ) -> Iterable[tuple[float, str]]:
        if name in self.names or not self.names.isdisjoint(map(_folded, element.aliases)):
            yield 1.0, "character_field_exact"
        if tokens and all(token in self.name_words for token in tokens):
            yield 0.8, "character_field_partial"
        if element.kind is ElementKind.LOCATION and has_phrase(self.heading, name):
            yield 0.85, "scene_heading"
        if any(has_phrase(self.action, _folded(each)) for each in (element.name, *element.aliases)):
            yield 0.75, "action_name_mention"
        elif len(tokens) > 1 and all(token in self.action_words for token in tokens):
            yield 0.75, "action_name_tokens"
        if has_phrase(self.speech, name):
            yield 0.7, "dialogue_mention"

    def _score_description(self, description: str) -> tuple[float, str]:
        """Compare a description with the words of the shot. If at least three significant words occur in
        both, return the confidence and the name of this rule; otherwise return (0, "").

        The confidence grows with the number of common words.
        """
        if not description:
            return 0.0, ""
        words_found = {
            word for word in split_words(fold(description)) if word not in _COMMON and len(word) > 2
        }
        shared = words_found & (self.action_words | set(split_words(self.speech)))
        if len(shared) < 3:
            return 0.0, ""
        return 0.4 + 0.2 * len(shared) / len(words_found), "description_keywords"
