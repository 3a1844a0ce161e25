"""The plan of a scene: its moments as shots, each with its framing and the reason for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from milimo_tui.story.plan.framing import (
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
    shows_world,
)
from milimo_tui.story.plan.speech import share_speech
from milimo_tui.story.reading.moment import Moment
from milimo_tui.story.values.film import Coverage, Line, Setting, VoicePosition
from milimo_tui.story.values.text import display_name

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedShot:
    """A shot before it is one of a film. `source` are the words of the script that it stands for.

    `characters` are those in the frame, the subject first; `stands` says where on the screen each is.
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


@dataclass(frozen=True, slots=True)
class SceneFacts:
    """What a plan has to know of a scene beside its moments."""

    setting: Setting = Setting.NONE
    location: str = ""
    coverage: Coverage = Coverage.CLASSICAL


@dataclass(slots=True)
class Rota:
    """Which framing of each rota (a tuple) comes next; one per breakdown."""

    turns: dict[tuple[object, ...], int] = field(default_factory=dict)

    def next(self, choices: tuple[_Item, ...]) -> _Item:
        turn = self.turns.get(choices, 0)
        self.turns[choices] = turn + 1
        return choices[turn % len(choices)]


def plan_scene(moments: Sequence[Moment], scene: SceneFacts, rota: Rota) -> tuple[PlannedShot, ...]:
    """The shots of a scene in order."""
    return tuple(shot for moment in moments for shot in _planned(moment, scene, rota))


def _planned(moment: Moment, scene: SceneFacts, rota: Rota) -> Iterator[PlannedShot]:
    if moment.sides:
        yield from _speech(moment, scene, rota)
    elif moment.beat.card:
        yield PlannedShot(moment=moment, framing=CARD, caption=moment.caption)
    else:
        yield PlannedShot(
            moment=moment,
            framing=_action_framing(moment, scene, rota),
            action=moment.text,
            source=moment.text,
            characters=moment.seen,
            caption=moment.caption,
        )


def _action_framing(moment: Moment, scene: SceneFacts, rota: Rota) -> Framing:
    framing = completed(moment.beat.written_framing)
    if moment.opens and not framing.size and not framing.function:
        outside = scene.setting in (Setting.EXTERIOR, Setting.BOTH)
        return overlaid(rota.next(ESTABLISHING_OUTSIDE if outside else ESTABLISHING_INSIDE), framing)
    return overlaid(overlaid(_base(moment, rota), hinted(moment.text)), framing)


def _base(moment: Moment, rota: Rota) -> Framing:
    if not moment.seen:
        return rota.next(WORLD if shows_world(moment.text) else THING)
    return rota.next((ONE, TWO, THREE, MANY)[min(len(moment.seen), 4) - 1])


def _speech(moment: Moment, scene: SceneFacts, rota: Rota) -> Iterator[PlannedShot]:
    for index, sides in enumerate(share_speech(moment.sides)):
        delivery, a, b = _delivery(moment, rota)
        place = display_name(scene.location) or "The scene"
        dialogue = tuple(line for side in sides for line in side)
        yield PlannedShot(
            moment=moment,
            framing=overlaid(delivery.framing, completed(moment.beat.written_framing)),
            action=delivery.action.format(a=" and ".join(a), b=" and ".join(b), place=place),
            source="\n".join(
                "|".join((line.character, line.extension, line.parenthetical, line.text)) for line in dialogue
            ),
            characters=tuple(name for key in delivery.subjects for name in (a if key == "a" else b)),
            dialogue=dialogue,
            caption=moment.caption if index == 0 else "",
        )


def _delivery(moment: Moment, rota: Rota) -> tuple[Delivery, tuple[str, ...], tuple[str, ...]]:
    """A framing for this speech, who speaks, and who listens."""
    a = moment.beat.speakers
    if len(moment.sides) > 1 or len(a) > 1:
        return Delivery(rota.next(TWO if len(a) < 3 else THREE), "{a} speak at once.", "a"), a, ()
    b = (moment.listener,) if moment.listener else ()
    if moment.heard is VoicePosition.VOICE_OVER:
        return rota.next(THOUGHT), a, b
    if moment.beat.absent:
        return (rota.next(UNSEEN) if b else rota.next(NOBODY)), a or ("a song",), b
    return (rota.next(TOGETHER) if b else rota.next(ALONE)), a, b
