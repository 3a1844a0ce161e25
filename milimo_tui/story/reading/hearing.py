"""Listeners of speeches: the person to whom a line is spoken, and the people who are seen while a voice comes
from elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from milimo_tui.story.reading.action_reader import read_action
from milimo_tui.story.reading.beats import Beat
from milimo_tui.story.reading.people import People
from milimo_tui.story.reading.places import PlaceReader
from milimo_tui.story.reading.presence import ScenePresence
from milimo_tui.story.reading.voices import (
    find_addressee,
    find_person_called,
    is_spoken_into_device,
    is_spoken_to_self,
)
from milimo_tui.story.values.film import Line
from milimo_tui.story.values.shot_words import VoicePosition


@dataclass(slots=True, kw_only=True)
class SceneHearing:
    """The data that decide who hears a speech: who is present, where, and who was in a picture with whom.
    They are collected while a scene is read.
    """

    people: People
    presence: ScenePresence
    places: PlaceReader
    intercut: bool = False
    view: bool = False  # True while the picture is a person's view or is on a screen.
    on_screen: set[str] = field(default_factory=set)  # The people seen in that view or on that screen.
    item: tuple[str, ...] | None = None  # The people in the current montage item, or None outside a montage.
    speaker: tuple[str, ...] = ()  # The visible speakers of the previous speech.
    # The groups of people who were in a picture together.
    pictures: set[frozenset[str]] = field(default_factory=set)
    # Maps the index of a beat to the next visible speaker after the beat.
    said_next: dict[int, str] = field(default_factory=dict)

    def were_seen_together(self, speakers: Sequence[str], listener: str) -> bool:
        """Return True if the listener was in a picture together with a speaker, or spoke just before.

        A two-shot shows only people who were seen together before.
        """
        pairs = [frozenset((speaker, listener)) for speaker in speakers]
        together = any(pair <= each for pair in pairs for each in self.pictures)
        return together or (listener in self.speaker and not self.presence.crowd)

    def find_listener(self, beat: Beat, lines: Sequence[Line], index: int) -> str:
        """Return the person to whom a speech is addressed, or an empty string. This is a person whom the
        speech names, who spoke before, whom the speaker looks at, or who answers. `index` is the index of the
        beat.
        """
        if self.intercut or is_spoken_into_device(lines) or is_spoken_to_self(lines):
            return ""
        there = self.presence
        if beat.montage and self.item is not None:
            return next((name for name in self.item if name not in beat.speakers), "")
        others = [n for n in there.present if n not in beat.speakers and n not in there.away]
        groups = {self.people.group_of.get(name) for name in beat.speakers} - {None}
        if to := find_addressee(lines):
            meaning = read_action(to, self.people, there)
            if named := next((name for name in meaning.seen if name not in beat.speakers), ""):
                return named
        if named := find_person_called(lines, others, self.people):
            return named
        seen_with = there.last if set(there.last) & set(beat.speakers) else ()
        for name in (
            *seen_with,
            *self.speaker,
            *there.last,
            *reversed(there.present),
            self.said_next.get(index, ""),
        ):
            if self.people.group_of.get(name) in groups:
                continue  # Two members of the same group do not speak to each other.
            if name and name not in beat.speakers and name not in there.gone and name not in there.away:
                return name
        return ""

    def list_screen_watchers(self, speakers: Sequence[str]) -> list[str]:
        """Return a list of one person: a person of the last picture who is in front of the screen while
        somebody on the screen speaks. Empty if there is none.
        """
        there = self.presence
        return [name for name in there.last if name not in (*speakers, *there.gone, *there.elsewhere)][:1]

    def list_visible_listeners(self, beat: Beat, position: VoicePosition, index: int) -> tuple[str, ...]:
        """Return the people in the picture while another person is heard from elsewhere. `index` is the index
        of the beat.
        """
        there = self.presence
        if beat.montage and self.item is not None:
            own = () if position is VoicePosition.VOICE_OVER else beat.speakers
            return tuple(name for name in self.item if name not in own)[:2]
        speakers = () if position is VoicePosition.VOICE_OVER else beat.speakers
        if position is VoicePosition.ON_A_SCREEN and set(there.last) & set(speakers):
            return speakers  # The camera shows the screen, so the speakers are in the picture.
        if position is VoicePosition.ON_A_SCREEN and self.on_screen.issuperset(speakers) and speakers:
            return speakers if self.view else (*speakers, *self.list_screen_watchers(speakers))
        excluded = {*speakers, *there.gone, *there.away}
        excluded.update(name for name in beat.speakers if self.places.is_on_other_side(name))
        here = [name for name in reversed(there.present) if name not in excluded]
        last = tuple(name for name in there.last if name not in excluded)
        coming = self.said_next.get(index, "")
        if position is VoicePosition.VOICE_OVER:
            have_met = set(here) <= set(there.together) or not set(here).isdisjoint(beat.speakers)
            return tuple(here) if len(here) == 2 and set(last) & set(here) and have_met else last[:2]
        lines = [line for side in beat.sides for line in side]
        called = find_person_called(lines, here, self.people)
        if called or (coming in here and len(here) > 1 and len(last) != 1):
            return (called or coming,)
        if last or here:
            return (*last, *here)[:1]
        return (coming,) if coming and coming not in beat.speakers else ()
