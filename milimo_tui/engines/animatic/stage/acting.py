"""Acting: the actions of each person from frame to frame: speak, blink, gesture, step, cross the frame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from milimo_tui.engines.animatic.figures.people import REST, Actor, ActorState, measure_head
from milimo_tui.engines.animatic.stage.blocking import is_unseen
from milimo_tui.engines.animatic.stage.scratch_sound import TimedLine
from milimo_tui.engines.animatic.stage.staging import StagedShot

_CLOSE = ("ECU", "CU", "MCU")
Mouth = tuple[int, int]  # index of the line heard (-1: none), how far the mouth opens


@dataclass(frozen=True, slots=True)
class Acting:
    """An actor's state in each frame, and the walk: metres sideways at the head and at the end."""

    states: tuple[ActorState, ...]
    drift: tuple[float, float] = (0.0, 0.0)

    @property
    def wanted_states(self) -> tuple[ActorState, ...]:
        """The states of the actor in addition to the resting state, each once."""
        return tuple(dict.fromkeys(state for state in self.states if state != REST))

    @property
    def is_motionless(self) -> bool:
        """Return True if nothing about the actor ever changes."""
        return not self.wanted_states and self.drift == (0.0, 0.0)

    def find_shift(self, share: float) -> float:
        """Return metres sideways at a share (0 to 1) of the shot; a walker goes on before and after."""
        return self.drift[0] + (self.drift[1] - self.drift[0]) * share


def act_shot(
    staging: StagedShot,
    mouths: list[Mouth],
    timing: tuple[TimedLine, ...],
    height: int,
    rate: Fraction,
    head: int = 0,
    tail: int = 0,
) -> dict[int, Acting]:
    """Return the acting of each actor by index; a shoulder in front of the lens does nothing.

    The first `head` frames are before the shot, the last `tail` frames after it.
    """
    # A voice-over moves no lips, even of a person in the picture.
    speakers = [
        None if is_unseen(item.line) else staging.find_speaker(item.line.character) for item in timing
    ]
    out = {}
    for index, actor in enumerate(staging.actors):
        if actor.near or staging.overhead:
            out[index] = Acting((REST,) * len(mouths))
            continue
        tall = staging.lens.find_scale((actor.x, 1.5, actor.z)) * measure_head(actor.appearance) * height
        states = tuple(
            _choose_state(
                staging,
                actor,
                index,
                float((frame - head) / rate),
                line,
                mouth if line >= 0 and speakers[line] == index else -1,
                timing,
                tall,
            )
            for frame, (line, mouth) in enumerate(mouths)
        )
        out[index] = Acting(states, _plan_drift(staging, actor, float((len(mouths) - head - tail) / rate)))
    return out


def _choose_state(
    staging: StagedShot,
    actor: Actor,
    index: int,
    time: float,
    line: int,
    mouth: int,
    timing: tuple[TimedLine, ...],
    tall: float,
) -> ActorState:
    """Return an actor's state in a frame; details too small to be seen at `tall` pixels are left out."""
    state = REST
    close = staging.facts.size in _CLOSE
    if mouth >= 0 and tall > 15:
        state = replace(state, mouth=mouth if tall > 40 else 2 * (mouth > 0))
    if mouth >= 0 and not close and actor.pose in ("stand", "sit"):
        share = (time - timing[line].start) / max(0.1, timing[line].end - timing[line].start)
        state = replace(state, gesture=0.12 < share < 0.4 or 0.62 < share < 0.88)
    if tall > 60 and mouth <= 0 and (time + 1.9 + 0.7 * index) % 3.1 < 0.13:
        state = replace(state, blink=True)
    if actor.pose in ("walk", "run") and not close and staging.facts.size != "MS":
        steps = (4.4, 4) if actor.pose == "walk" else (6.0, 2)
        state = replace(state, stride=int(time * steps[0]) % steps[1])
    return state


def _plan_drift(staging: StagedShot, actor: Actor, seconds: float) -> tuple[float, float]:
    """Return how far a walker crosses the frame; nothing if the camera goes with them."""
    if actor.pose not in ("walk", "run") or staging.facts.movement == "track" or staging.facts.size in _CLOSE:
        return (0.0, 0.0)
    pace = 0.55 if actor.pose == "walk" else 1.2
    way = min(staging.span * 0.2, pace * seconds) * actor.facing
    # A lone walker crosses the middle; a walker in company arrives on the mark.
    return (-way / 2, way / 2) if len(staging.actors) == 1 else (-way * 0.8, 0.0)
