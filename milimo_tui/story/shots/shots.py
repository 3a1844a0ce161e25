"""Shots from a screenplay: the rules that turn each beat into one shot, or into several where it is long.

Pure and deterministic: a counter of framings belongs to one breakdown. Wording and framings are data in
`story.values.vocabulary` and `story.shots.framing`, seconds are those of `story.shots.shot_length`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from typing import TypeVar

from milimo_tui.story.screenplay.cast import Cast, cast_of, has_subject
from milimo_tui.story.screenplay.line_grammar import RELATIVE_TIME
from milimo_tui.story.screenplay.screenplay import Screenplay, ScriptScene
from milimo_tui.story.shots import shot_length
from milimo_tui.story.shots.beats import Beat, beats
from milimo_tui.story.shots.framing import (
    ALONE,
    CARD,
    ESTABLISHING_INSIDE,
    ESTABLISHING_OUTSIDE,
    MANY,
    NOBODY,
    ONE,
    THING,
    THOUGHT,
    THREE,
    TOGETHER,
    TWO,
    UNSEEN,
    WORLD,
    Delivery,
    Framing,
    completed,
    hinted,
    overlaid,
    shows_thing,
    shows_world,
)
from milimo_tui.story.shots.speech import share_speech, speech_seconds
from milimo_tui.story.values.film import Angle, Function, Line, Movement, Rig, Setting, Shot, Size
from milimo_tui.story.values.text import clauses, count_words, digest, display_name, sentences
from milimo_tui.story.values.vocabulary import Reading

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShotDraft:
    """A shot as the script alone makes it. `digest` stands for the text it came from, framing left out.

    `characters` are those in the picture, the subject first; for a reaction that is the listener.
    """

    action: str
    dialogue: tuple[Line, ...] = ()
    characters: tuple[str, ...] = ()
    size: Size = Size.MS
    angle: Angle = Angle.EYE
    movement: Movement = Movement.STATIC
    function: Function = Function.SINGLE
    rig: Rig = Rig.TRIPOD
    frames: int
    caption: str = ""
    line: int
    end_line: int
    digest: str
    written_framing: Reading = field(default_factory=Reading)  # what its words say about the framing outright
    listed: bool = (
        False  # of a list (`story.shots.shot_list`): its action is somebody's, not one of the rules'
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneDraft:
    """A scene with its shots. `time_of_day` of a CONTINUOUS or LATER scene is that of the scene before."""

    heading: str
    setting: Setting
    location: str
    time_of_day: str
    number: str
    text: str
    line: int
    shots: tuple[ShotDraft, ...]


def break_down(screenplay: Screenplay, rate: Fraction) -> tuple[SceneDraft, ...]:
    """Every scene with its shots, in order; `rate` is frames per second. An empty scene has no shots."""
    cast = cast_of(screenplay)
    rota = _Rota()
    out: list[SceneDraft] = []
    time_of_day = ""
    for scene in screenplay.scenes:
        own_time = scene.slug.time_of_day
        time_of_day = time_of_day if RELATIVE_TIME.match(own_time) and time_of_day else own_time
        shots = tuple(_Scene(scene, cast, rota, rate).shots())
        out.append(
            SceneDraft(
                heading=scene.heading,
                setting=scene.slug.setting,
                location=scene.slug.location,
                time_of_day=time_of_day,
                number=scene.number,
                text=scene.text,
                line=scene.span.line,
                shots=shots,
            )
        )
    return tuple(out)


def words_of(shot: ShotDraft | Shot) -> str:
    """What is said in a shot, else what is seen."""
    if shot.dialogue:
        return " ".join(f"“{spoken.text}”" for spoken in shot.dialogue)
    return shot.action or shot.caption


def natural_frames(action: str, dialogue: Sequence[Line], caption: str, rate: Fraction) -> int:
    """Frames that a shot's own text asks for; where there is speech it decides, and two at once overlap."""
    if not dialogue:
        return shot_length.frames(
            shot_length.seconds(action=count_words(action), hold=shot_length.hold(caption)), rate
        )
    voices: dict[str, list[Line]] = {}
    for line in dialogue:
        voices.setdefault(line.character, []).append(line)
    return shot_length.frames(max(map(speech_seconds, voices.values())) + shot_length.hold(caption), rate)


@dataclass(slots=True)
class _Rota:
    """Which framing of each rota (a tuple) comes next; one per breakdown."""

    turns: dict[tuple[object, ...], int] = field(default_factory=dict)

    def next(self, choices: tuple[_Item, ...]) -> _Item:
        turn = self.turns.get(choices, 0)
        self.turns[choices] = turn + 1
        return choices[turn % len(choices)]


@dataclass(slots=True)
class _Scene:
    """One scene being broken down: who has been seen so far, and who was in the last picture."""

    scene: ScriptScene
    cast: Cast
    rota: _Rota
    rate: Fraction
    present: dict[str, None] = field(default_factory=dict)  # the latest last
    last: tuple[str, ...] = ()

    def shots(self) -> Iterator[ShotDraft]:
        found = beats(self.scene, self.cast)
        speakers = tuple(dict.fromkeys(name for beat in found if not beat.absent for name in beat.speakers))
        for index, beat in enumerate(found):
            if beat.sides:
                yield from self._speech(beat, speakers)
            elif beat.card:
                yield self._draft(beat, CARD, "", "", (), beat.caption)
            else:
                opens = index == 0 and not beat.montage and (bool(self.scene.slug.location) or len(found) > 2)
                yield from self._action(beat, opens)

    # -------------------------------------------------------------- action

    def _action(self, beat: Beat, opens: bool) -> Iterator[ShotDraft]:
        parts = shot_length.fit(
            sentences(beat.text) or [beat.text],
            lambda units: shot_length.seconds(action=count_words(" ".join(units))),
            count_words,
            (clauses, str.split),
        )
        for index, part in enumerate(parts):
            text = " ".join(part)
            caption = beat.caption if index == 0 else ""
            people = self.cast.mentioned(text)
            if beat.written_framing.function is Function.INSERT:
                people = ()
            elif not people and (has_subject(text) or not (shows_world(text) or shows_thing(text))):
                people = self.last
            framing = self._framing(beat, text, people, opens and index == 0)
            yield self._draft(beat, framing, text, text, people, caption)
            self._seen(people)

    def _framing(self, beat: Beat, text: str, people: tuple[str, ...], opens: bool) -> Framing:
        framing = completed(beat.written_framing)
        if opens and not framing.size and not framing.function:
            outside = self.scene.slug.setting in (Setting.EXTERIOR, Setting.BOTH)
            return overlaid(self.rota.next(ESTABLISHING_OUTSIDE if outside else ESTABLISHING_INSIDE), framing)
        return overlaid(overlaid(self._base(text, len(people)), hinted(text)), framing)

    def _base(self, text: str, people: int) -> Framing:
        if not people:
            return self.rota.next(WORLD if shows_world(text) else THING)
        return self.rota.next((ONE, TWO, THREE, MANY)[min(people, 4) - 1])

    # -------------------------------------------------------------- speech

    def _speech(self, beat: Beat, speakers: Sequence[str]) -> Iterator[ShotDraft]:
        if not beat.absent:
            self._seen(beat.speakers)
        for index, sides in enumerate(share_speech(beat.sides)):
            caption = beat.caption if index == 0 else ""
            delivery, a, b = self._delivery(beat, speakers)
            place = display_name(self.scene.slug.location) or "The scene"
            people = tuple(name for key in delivery.subjects for name in (a if key == "a" else b))
            action = delivery.action.format(a=" and ".join(a), b=" and ".join(b), place=place)
            framing = overlaid(delivery.framing, completed(beat.written_framing))
            dialogue = tuple(line for side in sides for line in side)
            source = "\n".join(
                "|".join((said.character, said.extension, said.parenthetical, said.text)) for said in dialogue
            )
            yield self._draft(beat, framing, action, source, people, caption, dialogue)
            self.last = people or self.last

    def _delivery(
        self, beat: Beat, speakers: Sequence[str]
    ) -> tuple[Delivery, tuple[str, ...], tuple[str, ...]]:
        """A framing for this speech, who speaks, and who listens."""
        a = beat.speakers
        if len(beat.sides) > 1 or len(a) > 1:
            return Delivery(self.rota.next(TWO if len(a) < 3 else THREE), "{a} speak at once.", "a"), a, ()
        near = chain(reversed(self.present), speakers)
        other = next((name for name in near if name not in a), "")
        b = (other,) if other else ()
        if beat.absent and a and a[0] in self.present:
            return self.rota.next(THOUGHT), a, b
        if beat.absent:
            return (self.rota.next(UNSEEN) if b else self.rota.next(NOBODY)), a or ("a song",), b
        return (self.rota.next(TOGETHER) if b else self.rota.next(ALONE)), a, b

    # -------------------------------------------------------------- both

    def _seen(self, people: Sequence[str]) -> None:
        for name in people:
            self.present.pop(name, None)
            self.present[name] = None
        if people:
            self.last = tuple(people)

    def _draft(
        self,
        beat: Beat,
        framing: Framing,
        action: str,
        source: str,
        people: tuple[str, ...],
        caption: str,
        dialogue: tuple[Line, ...] = (),
    ) -> ShotDraft:
        kind = "speech" if dialogue else "card" if beat.card else "action"
        return ShotDraft(
            action=action,
            dialogue=dialogue,
            characters=people,
            size=framing.size,
            angle=framing.angle,
            movement=framing.movement,
            function=framing.function,
            rig=framing.rig,
            frames=natural_frames(action, dialogue, caption, self.rate),
            caption=caption,
            line=beat.line,
            end_line=beat.end_line,
            digest=digest(kind, beat.direction, source, caption),
            written_framing=beat.written_framing,
        )
