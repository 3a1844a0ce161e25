"""Who hears what somebody says: to whom it is said, and who is seen while a voice comes from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from milimo_tui.story.reading.action_reader import read_action
from milimo_tui.story.reading.beats import Beat
from milimo_tui.story.reading.people import People
from milimo_tui.story.reading.places import PlaceReader
from milimo_tui.story.reading.presence import Presence
from milimo_tui.story.reading.voices import called_in, speaks_into, speaks_to_nobody, spoken_to
from milimo_tui.story.values.film import Line, VoicePosition


@dataclass(slots=True, kw_only=True)
class Hearing:
    """A scene while it is read, with what tells who is near whom."""

    people: People
    there: Presence
    places: PlaceReader
    intercut: bool = False
    view: bool = False  # what somebody sees, or a screen shows
    on_screen: set[str] = field(default_factory=set)  # who was seen there
    item: tuple[str, ...] | None = None  # who is in the item of a montage
    speaker: tuple[str, ...] = ()  # of the speech before, as seen
    pictures: set[frozenset[str]] = field(default_factory=set)  # of more than one
    said_next: dict[int, str] = field(default_factory=dict)  # index of a beat → who is seen to speak after it

    def met(self, speakers: Sequence[str], listener: str) -> bool:
        """Whether somebody has been in one picture with who speaks now, or spoke just before.

        A two-shot shows those of whom we have seen that they are together.
        """
        pairs = [frozenset((who, listener)) for who in speakers]
        together = any(pair <= each for pair in pairs for each in self.pictures)
        return together or (listener in self.speaker and not self.there.crowd)

    def listener(self, beat: Beat, lines: Sequence[Line], index: int) -> str:
        """To whom something is said: who is named, who spoke before, who is looked at, who answers."""
        if self.intercut or speaks_into(lines) or speaks_to_nobody(lines):
            return ""
        there = self.there
        if beat.montage and self.item is not None:
            return next((name for name in self.item if name not in beat.speakers), "")
        others = [n for n in there.present if n not in beat.speakers and n not in there.away]
        groups = {self.people.group_of.get(name) for name in beat.speakers} - {None}
        if to := spoken_to(lines):
            meant = read_action(to, self.people, there)
            if named := next((name for name in meant.seen if name not in beat.speakers), ""):
                return named
        if named := called_in(lines, others, self.people):
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
                continue  # of two guards neither is spoken to by the other
            if name and name not in beat.speakers and name not in there.gone and name not in there.away:
                return name
        return ""

    def watching(self, speakers: Sequence[str]) -> list[str]:
        """Who is seen with a screen while it speaks: whoever was in the last picture."""
        there = self.there
        return [name for name in there.last if name not in (*speakers, *there.gone, *there.elsewhere)][:1]

    def hearers(self, beat: Beat, heard: VoicePosition, index: int) -> tuple[str, ...]:
        """Who is in the picture while somebody else is heard."""
        there = self.there
        if beat.montage and self.item is not None:
            own = () if heard is VoicePosition.VOICE_OVER else beat.speakers
            return tuple(name for name in self.item if name not in own)[:2]
        speakers = () if heard is VoicePosition.VOICE_OVER else beat.speakers
        if heard is VoicePosition.ON_A_SCREEN and set(there.last) & set(speakers):
            return speakers  # the picture on the screen is what we look at
        if heard is VoicePosition.ON_A_SCREEN and self.on_screen.issuperset(speakers) and speakers:
            return speakers if self.view else (*speakers, *self.watching(speakers))
        gone = {*speakers, *there.gone, *there.away}
        gone.update(name for name in beat.speakers if self.places.apart(name))
        here = [name for name in reversed(there.present) if name not in gone]
        last = tuple(name for name in there.last if name not in gone)
        coming = self.said_next.get(index, "")
        if heard is VoicePosition.VOICE_OVER:
            met = set(here) <= set(there.together) or not set(here).isdisjoint(beat.speakers)
            return tuple(here) if len(here) == 2 and set(last) & set(here) and met else last[:2]
        lines = [line for side in beat.sides for line in side]
        called = called_in(lines, here, self.people)
        if called or (coming in here and len(here) > 1 and len(last) != 1):
            return (called or coming,)
        if last or here:
            return (*last, *here)[:1]
        return (coming,) if coming and coming not in beat.speakers else ()
