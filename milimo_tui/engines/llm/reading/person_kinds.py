"""Correction of the kind of a person that a model names: what the cues of the script show for certain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from milimo_tui.story.breakdown.numbered_scene import NumberedScene, ParagraphKind
from milimo_tui.story.breakdown.passages import contains_name
from milimo_tui.story.breakdown.people import Person, PersonKind
from milimo_tui.story.screenplay.extensions import is_voice_cue
from milimo_tui.story.screenplay.people_words import CREATURES
from milimo_tui.story.values.text import fold, split_words


def correct_kind(person: Person, scenes: Sequence[NumberedScene]) -> Person:
    """Return a person whose cue without an extension shows that the person is not only a voice, and a speaker
    who is one of a group that the action names: GUARD, of “two GUARDS”. The cue of a radio or a loudspeaker
    needs no extension. Somebody whose role is that of a creature, such as “a small hen”, is an animal.
    """
    paragraphs = [each for scene in scenes for each in scene.paragraphs]
    cues = {
        each.cue for each in paragraphs if not each.is_absent and any(map(person.is_called, each.speakers))
    }
    is_seen = not all(map(is_voice_cue, cues))
    is_named_alone = any(
        contains_name(person.name, each.text) for each in paragraphs if each.kind is ParagraphKind.ACTION
    )
    if person.kind is PersonKind.PERSON and not CREATURES.isdisjoint(split_words(fold(person.role.text))):
        return replace(person, kind=PersonKind.ANIMAL)
    is_wrong = person.kind is PersonKind.VOICE or (person.kind is PersonKind.GROUP and not is_named_alone)
    return replace(person, kind=PersonKind.PERSON) if is_seen and is_wrong else person
