"""Reads a scene from its first line to its last: who is there, who is meant, who is heard."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from milimo_tui.story.reading.beats import Beat, beats
from milimo_tui.story.reading.moment import Moment
from milimo_tui.story.screenplay.cast import Cast, has_subject
from milimo_tui.story.screenplay.screenplay import ScriptScene
from milimo_tui.story.values.film import Function, Line, VoicePosition

Parts = Callable[[str], Sequence[str]]  # the text of an action → the texts of its shots


def read_scene(
    scene: ScriptScene, cast: Cast, parts: Parts, is_about_nobody: Callable[[str], bool]
) -> tuple[Moment, ...]:
    """The moments of a scene in order; `parts` cuts an action that is too long for one shot."""
    return tuple(_Scene(scene, cast, parts, is_about_nobody).moments())


@dataclass(slots=True)
class _Scene:
    """One scene being read: who has been seen so far, and who was in the last picture."""

    scene: ScriptScene
    cast: Cast
    parts: Parts
    is_about_nobody: Callable[[str], bool]
    present: dict[str, None] = field(default_factory=dict)  # the latest last
    last: tuple[str, ...] = ()

    def moments(self) -> Iterator[Moment]:
        found = beats(self.scene, self.cast)
        speakers = tuple(dict.fromkeys(name for beat in found if not beat.absent for name in beat.speakers))
        for index, beat in enumerate(found):
            if beat.sides:
                yield self._speech(beat, speakers)
            elif beat.card:
                yield Moment(beat=beat, caption=beat.caption)
            else:
                opens = index == 0 and not beat.montage and (bool(self.scene.slug.location) or len(found) > 2)
                yield from self._action(beat, opens)

    def _action(self, beat: Beat, opens: bool) -> Iterator[Moment]:
        for index, text in enumerate(self.parts(beat.text)):
            first = index == 0
            people = self.cast.mentioned(text)
            if beat.written_framing.function is Function.INSERT:
                people = ()
            elif not people and (has_subject(text) or not self.is_about_nobody(text)):
                people = self.last
            yield Moment(
                beat=beat,
                text=text,
                caption=beat.caption if first else "",
                opens=opens and first,
                seen=people,
            )
            self._seen(people)

    def _speech(self, beat: Beat, speakers: Sequence[str]) -> Moment:
        if not beat.absent:
            self._seen(beat.speakers)
        near = chain(reversed(self.present), speakers)
        other = next((name for name in near if name not in beat.speakers), "")
        inner = beat.absent and bool(beat.speakers) and beat.speakers[0] in self.present
        heard = (
            VoicePosition.VOICE_OVER
            if inner
            else VoicePosition.OFF_SCREEN
            if beat.absent
            else VoicePosition.SEEN
        )
        seen = ((other,) if other else ()) if beat.absent and not inner else beat.speakers
        self.last = seen or self.last
        sides = tuple(tuple(_heard(line, heard) for line in side) for side in beat.sides)
        return Moment(beat=beat, sides=sides, caption=beat.caption, seen=seen, listener=other, heard=heard)

    def _seen(self, people: Sequence[str]) -> None:
        for name in people:
            self.present.pop(name, None)
            self.present[name] = None
        if people:
            self.last = tuple(people)


def _heard(line: Line, heard: VoicePosition) -> Line:
    return replace(line, heard=heard)
