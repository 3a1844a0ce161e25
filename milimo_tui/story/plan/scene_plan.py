"""The plan of a scene: its pieces of action and speeches as shots, each with its framing and the reason for
the framing.

A scene opens with its place or with the person who enters. A dialogue begins with a master shot. Singles of
each speaker follow. They are over the other person's shoulder while the scene is calm, and closer as the
tension rises (`drama`). A framing that the script asks for always takes precedence (`values.vocabulary`);
words that suggest a framing come next (`framing.read_framing_hints`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.plan.coverage import NEXT_CLOSER_SIZE, apply_coverage
from milimo_tui.story.plan.drama import DramaticWeight, choose_single_size, weigh_moment
from milimo_tui.story.plan.framing import (
    CARD,
    Framing,
    apply_reading,
    complete_reading,
    is_about_group,
    is_about_thing_near_person,
    is_about_world,
    read_framing_hints,
    shows_one_thing,
    shows_unnamed_person,
)
from milimo_tui.story.plan.sides import ScreenSides, keep_one_in_centre
from milimo_tui.story.plan.speech import distribute_speech
from milimo_tui.story.reading.moment import Moment
from milimo_tui.story.values.film import Line
from milimo_tui.story.values.shot_words import (
    Angle,
    Continuing,
    Coverage,
    Function,
    Movement,
    Rig,
    Setting,
    Size,
    VoicePosition,
)
from milimo_tui.story.values.text import make_display_name
from milimo_tui.story.values.vocabulary import FramingReading

_LEAVES = compile_lazily(
    r"\b(?:leaves|exits|walks (?:off|away|out)|goes out|runs off|disappears)\b", re.IGNORECASE
)
# Actions that the plan writes for speeches.
_PLANNED_ACTION = compile_lazily(
    r".+ (?:speaks?(?: to .+| at once| on the (?:screen|phone))?|listens|in silence|lies before us)\."
    r"|.+, silent, lips closed\."
)
_TEXT_SAYS = "the text says so"
_READING_SAYS = "the reading says so"
_TOGETHER = {2: Function.TWO_SHOT, 3: Function.THREE_SHOT}


def is_planned_action(text: str) -> bool:
    """Return True if the plan of a scene wrote this action for a speech, such as “Mara speaks to Jun.”"""
    return _PLANNED_ACTION.fullmatch(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedShot:
    """A shot that was planned from the script and is not yet a part of a film. `source` has the words of the
    script that the shot shows.

    `characters` are the people in the frame, the subject first. `stands` has the screen side of each person
    (left or right). If a speech is divided over several shots, `within` says how this shot continues the
    performance of the previous shot.
    """

    moment: Moment
    framing: Framing
    action: str = ""
    source: str = ""
    characters: tuple[str, ...] = ()
    dialogue: tuple[Line, ...] = ()
    caption: str = ""
    focus: str = ""
    reason: str = ""
    stands: tuple[tuple[str, str], ...] = ()
    within: Continuing = Continuing.END


@dataclass(frozen=True, slots=True)
class SceneFacts:
    """The setting (interior or exterior), location and style of coverage of a scene. Planning needs them in
    addition to the pieces of action and speeches.
    """

    setting: Setting = Setting.NONE
    location: str = ""
    coverage: Coverage = Coverage.CLASSICAL


@dataclass(slots=True)
class _ScenePlanner:
    """The state of planning one scene, shot by shot: screen sides of people, the number of singles (shots of
    one person) of each speaker, and the people in the last master shot.
    """

    moments: Sequence[Moment]
    scene: SceneFacts
    sides: ScreenSides = field(default_factory=ScreenSides)
    mastered: frozenset[str] = frozenset()  # The people in the last master shot.
    singles: dict[str, int] = field(default_factory=dict)

    def plan_shots(self) -> Iterator[PlannedShot]:
        for index, moment in enumerate(self.moments):
            if moment.turns:
                continue
            turn = weigh_moment(self.moments, index)
            if moment.sides:
                plan = self._plan_speech(moment, index, turn)
            elif moment.beat.card:
                plan = iter(
                    (
                        PlannedShot(
                            moment=moment, framing=CARD, caption=moment.caption, reason="words on the screen"
                        ),
                    )
                )
            else:
                plan = iter((self._plan_action(moment, index, turn),))
            for shot in plan:
                yield self._apply_scene_coverage(self._add_sides_and_focus(shot))

    def _add_sides_and_focus(self, shot: PlannedShot) -> PlannedShot:
        stands = self.sides.assign_sides(shot.characters) if len(shot.characters) > 1 else ()
        if shot.moment.is_read:
            stands = keep_one_in_centre(stands)
        focus = shot.focus or (shot.characters[0] if shot.characters else shot.moment.thing)
        return replace(shot, stands=stands, focus=focus)

    # -------------------------------------------------------------- action

    def _plan_action(self, moment: Moment, index: int, turn: DramaticWeight) -> PlannedShot:
        written = complete_reading(moment.beat.written_framing)
        framing, reason = self._choose_action_framing(moment, index, turn)
        hints = read_framing_hints(moment.text)
        if moment.is_read:
            hints = replace(hints, function=None)
        if not moment.opens:
            framing = apply_reading(framing, hints)
        if moment.function is not None and written.function is None:
            framing = apply_reading(framing, complete_reading(FramingReading(function=moment.function)))
            reason = _READING_SAYS
        framing = apply_reading(framing, written)
        if written.size or written.function or written.movements or written.angle:
            reason = _TEXT_SAYS
        is_thing = framing.function is Function.INSERT and not moment.is_read
        people = () if is_thing and is_about_thing_near_person(moment.text, moment.seen) else moment.seen
        return PlannedShot(
            moment=moment,
            framing=framing,
            action=moment.text,
            source=moment.text,
            characters=people,
            caption=moment.caption,
            reason=reason,
        )

    def _choose_action_framing(self, moment: Moment, index: int, turn: DramaticWeight) -> tuple[Framing, str]:
        if moment.opens:
            return self._choose_opening_framing(moment)
        if not moment.is_read and is_about_thing_near_person(moment.text, moment.seen):
            return Framing(Size.CU, function=Function.INSERT), "a thing that counts"
        if not moment.seen and shows_unnamed_person(moment.text):
            return self._choose_unnamed_framing(moment)
        if not moment.seen:
            if is_about_group(moment.text):
                return Framing(Size.LS, function=Function.GROUP), "all of them together"
            if is_about_world(moment.text):
                return Framing(
                    Size.LS, Angle.EYE, Movement.PAN_LEFT, Function.CUTAWAY
                ), "the same place continues"
            if not shows_one_thing(moment.text):
                return Framing(Size.MS, function=Function.CUTAWAY), "nobody is named"
            return Framing(Size.CU, function=Function.INSERT), "a thing that counts"
        people = len(moment.seen)
        earlier = self.moments[:index]
        new = [name for name in moment.seen if not any(name in (*one.seen, *one.near) for one in earlier)]
        if people > 3:
            return Framing(Size.WS, Angle.HIGH, Movement.PAN_RIGHT, Function.GROUP), "all of them together"
        if people > 1:
            self.mastered = frozenset(moment.seen)
            size = Size.MLS if turn.weight < 0.6 else Size.MS
            return Framing(size, function=_TOGETHER[people]), "what passes between them"
        if new and index:
            return Framing(Size.FS), f"{new[0]} comes in"
        if turn.weight >= 0.6:
            return Framing(Size.MCU, Angle.EYE, Movement.DOLLY_IN), turn.reason
        if new:
            return Framing(Size.MLS), f"shows {new[0]} first"
        if _LEAVES.search(moment.text):
            return Framing(Size.LS, Angle.EYE, Movement.DOLLY_OUT, rig=Rig.DOLLY), f"{moment.seen[0]} goes"
        before = earlier[-1] if earlier else None
        if before is not None and before.sides and moment.seen[0] not in before.seen:
            return Framing(Size.MCU, function=Function.REACTION), "how the words are taken"
        return Framing(Size.MS), f"what {moment.seen[0]} does"

    def _choose_unnamed_framing(self, moment: Moment) -> tuple[Framing, str]:
        """Return the framing for an action of a person or animal whose name the script does not give."""
        if _LEAVES.search(moment.text):
            return Framing(Size.LS, Angle.EYE, Movement.DOLLY_OUT, rig=Rig.DOLLY), "somebody goes"
        size = Size.FS if is_about_world(moment.text) else Size.MS
        return Framing(size), "somebody without a name acts"

    def _choose_opening_framing(self, moment: Moment) -> tuple[Framing, str]:
        outside = self.scene.setting in (Setting.EXTERIOR, Setting.BOTH)
        if moment.seen and not is_about_world(moment.text):
            size = Size.WS if outside else Size.LS
            framing = Framing(size, Angle.EYE, Movement.DOLLY_IN, Function.ESTABLISHING, Rig.DOLLY)
            return framing, "master: the place with who is there"
        if outside:
            framing = Framing(Size.EWS, Angle.HIGH, Movement.CRANE_DOWN, Function.ESTABLISHING, Rig.CRANE)
            return framing, "master: where we are"
        framing = Framing(Size.WS, Angle.EYE, Movement.DOLLY_IN, Function.ESTABLISHING, Rig.DOLLY)
        return framing, "master: where we are"

    # -------------------------------------------------------------- speech

    def _plan_speech(self, moment: Moment, index: int, turn: DramaticWeight) -> Iterator[PlannedShot]:
        framing, characters, action, reason = self._frame_speech(moment, index, turn)
        written = complete_reading(moment.beat.written_framing)
        framing = apply_reading(framing, written)
        if written:
            reason = _TEXT_SAYS
        listener = moment.listener if moment.listener in moment.near else ""
        for piece, sides in enumerate(distribute_speech(moment.sides)):
            dialogue = tuple(line for side in sides for line in side)
            shot = PlannedShot(
                moment=moment,
                framing=framing,
                action=action,
                source="\n".join(
                    "|".join((line.character, line.extension, line.parenthetical, line.text))
                    for line in dialogue
                ),
                characters=characters,
                dialogue=dialogue,
                caption=moment.caption if piece == 0 else "",
                reason=reason,
            )
            yield self._continue_speech(shot, piece, listener) if piece else shot

    def _continue_speech(self, shot: PlannedShot, piece: int, listener: str) -> PlannedShot:
        """Return the shot for a later piece of a speech that is divided over several shots; `piece` is its
        index. The shots show in turn the speaker in a closer framing and the listener.

        Without a listener, the framing of the first piece is shown in place of the listener. Katz (1991): a
        long speech is broken by reactions to it.
        """
        if piece % 2:
            closer = NEXT_CLOSER_SIZE.get(shot.framing.size, shot.framing.size)
            framing = replace(shot.framing, size=closer)
            return replace(
                shot, framing=framing, reason="the speech continues, closer", within=Continuing.CLOSER
            )
        if shot.moment.heard is VoicePosition.SEEN and listener:
            return replace(
                shot,
                framing=Framing(Size.MCU, function=Function.REACTION),
                action=f"{listener} listens.",
                characters=(listener,),
                dialogue=tuple(replace(line, heard=VoicePosition.OFF_SCREEN) for line in shot.dialogue),
                reason=f"how {listener} takes it, the speech under it",
                within=Continuing.UNDER,
            )
        return replace(shot, reason="the speech continues", within=Continuing.CLOSER)

    def _frame_speech(
        self, moment: Moment, index: int, turn: DramaticWeight
    ) -> tuple[Framing, tuple[str, ...], str, str]:
        """Return the framing of a speech, the people in the frame, the visible action, and the reason for the
        framing.
        """
        speakers = moment.beat.speakers
        a = " and ".join(speakers) or "Somebody"
        listener = moment.listener if moment.listener in moment.near else ""
        if moment.heard is not VoicePosition.SEEN:
            return self._frame_unseen_voice(moment, index, a)
        if len(speakers) > 1 or len(moment.sides) > 1:
            people = speakers or moment.seen
            function = _TOGETHER.get(len(people), Function.GROUP if len(people) > 3 else Function.SINGLE)
            return Framing(Size.MS, function=function), people, f"{a} speak at once.", "they speak at once"
        pair = frozenset((*speakers, listener)) if listener else frozenset(speakers)
        self.singles[a] = self.singles.get(a, 0) + 1
        if listener and not pair <= self.mastered and turn.weight < 0.75 and moment.seen:
            self.mastered |= pair
            together = (*speakers, listener)
            return (
                Framing(Size.MLS, function=Function.TWO_SHOT),
                together,
                f"{a} speaks to {listener}.",
                ("master of the talk"),
            )
        size = choose_single_size(turn)
        if listener and turn.weight < 0.5 and self.singles[a] > 1:
            framing = Framing(Size.MS, function=Function.OTS)
            return (
                framing,
                (*speakers, listener),
                f"{a} speaks to {listener}.",
                f"over {listener}, while it is at ease",
            )
        text = f"{a} speaks to {listener}." if listener else f"{a} speaks."
        if moment.is_on_phone:
            text = f"{a} speaks on the phone."
        if size is Size.CU:
            return Framing(size, Angle.EYE, Movement.DOLLY_IN), speakers, text, turn.reason
        if self.singles[a] == 1:
            return Framing(size), speakers, text, f"{a} speaks first" if index < 3 else f"{a} speaks"
        return Framing(size), speakers, text, f"{a} speaks" if size is Size.MS else turn.reason

    def _frame_unseen_voice(
        self, moment: Moment, index: int, a: str
    ) -> tuple[Framing, tuple[str, ...], str, str]:
        """Return the framing for a voice whose speaker is not in the picture, with people, action and reason.
        The shot shows the listener, a person who thinks, or the place.
        """
        if moment.heard is VoicePosition.ON_A_SCREEN and moment.seen:
            return Framing(Size.MCU), moment.seen, f"{a} speaks on the screen.", f"{a} is on the screen"
        if moment.seen and moment.seen[0] in moment.beat.speakers:
            framing = Framing(Size.MCU, Angle.PROFILE, Movement.DOLLY_IN, rig=Rig.DOLLY)
            return framing, moment.seen, f"{a}, silent, lips closed.", f"{a}'s thoughts are heard"
        if moment.seen:
            listener = moment.seen[0]
            how = {
                VoicePosition.PHONE: f"hears {a} over the line",
                VoicePosition.ON_A_SCREEN: f"hears {a} from a screen",
            }.get(moment.heard, f"hears it, {a} off screen")
            framing = Framing(Size.MCU, Angle.PROFILE, function=Function.REACTION)
            if moment.heard is VoicePosition.VOICE_OVER:
                framing = Framing(Size.MS if len(moment.seen) == 1 else Size.MLS)
                return (
                    framing,
                    moment.seen,
                    f"{' and '.join(moment.seen)} in silence.",
                    f"{a} tells it over them",
                )
            return framing, (listener,), f"{listener} listens.", how
        place = make_display_name(self.scene.location or moment.location)
        # Without a known place, the voice is heard over the picture before it.
        before = next((one.text for one in reversed(self.moments[:index]) if one.text), "")
        action = f"{place} lies before us." if place else before or "The place lies before us."
        return Framing(Size.WS, function=Function.CUTAWAY), (), action, f"{a} is heard over the place"

    # -------------------------------------------------------------- style

    def _apply_scene_coverage(self, shot: PlannedShot) -> PlannedShot:
        """Return the shot adapted to the scene's style of coverage. Values that the script asks for stay
        unchanged.
        """
        written = shot.moment.beat.written_framing
        framing = apply_coverage(
            shot.framing,
            self.scene.coverage,
            has_own_movement=bool(written.movements),
            has_own_rig=written.rig is not None,
            has_own_size=bool(written.size or shot.dialogue),
        )
        return replace(shot, framing=framing)


def plan_scene(moments: Sequence[Moment], scene: SceneFacts) -> tuple[PlannedShot, ...]:
    """Return the planned shots of a scene in order."""
    return tuple(_ScenePlanner(moments, scene).plan_shots())
