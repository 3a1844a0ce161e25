"""Decide each actor's state in every frame: speaking, blinking, gesturing, stepping, or crossing the
frame.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from milimo_tui.engines.animatic.figures.people import REST, Actor, ActorState, measure_head
from milimo_tui.engines.animatic.stage.blocking import is_unseen
from milimo_tui.engines.animatic.stage.scratch_sound import TimedLine
from milimo_tui.engines.animatic.stage.staging import StagedShot
from milimo_tui.story.values.shot_sizes import CLOSE_SIZES

Mouth = tuple[int, int]  # index of the spoken line (−1 for none), and how far the mouth opens (0 to 2)


@dataclass(frozen=True, slots=True)
class Acting:
    """An actor's state in each frame, and their walk: metres sideways at the start and at the end of the
    shot.
    """

    states: tuple[ActorState, ...]
    drift: tuple[float, float] = (0.0, 0.0)

    @property
    def wanted_states(self) -> tuple[ActorState, ...]:
        """The distinct states of the actor in the shot, without the resting state."""
        return tuple(dict.fromkeys(state for state in self.states if state != REST))

    def find_shift(self, share: float) -> float:
        """Return how many metres sideways the actor is after a share of the shot (0 to 1).

        In the handles, below 0 and above 1, a walking actor continues to walk.
        """
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
    """Return the acting of each actor, by the actor's index. The dark shoulder in front of the lens in an
    over-the-shoulder shot does not move.

    `mouths` has an entry for each frame: the index of the spoken line and the opening of the mouth. `timing`
    holds the spoken lines with their times. `height` is the height of the frame in pixels. The first `head`
    frames are before the shot, the last `tail` frames after it.
    """
    # A voice-over does not move the speaker's lips, even if the speaker is in the picture.
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
    """Return an actor's state in a frame: mouth, gesture, blink and stride. Details that are too small to see
    on a figure `tall` pixels high are left out.

    `index` is the actor's index and `time` the time of the frame in seconds. `mouth` is the opening of the
    mouth (0 to 2), or negative if the actor does not speak; `line` is then unused, otherwise it is the index
    of the spoken line in `timing`.
    """
    state = REST
    close = staging.facts.size in CLOSE_SIZES
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
    """Return how far a walking actor is from their staged position at the start and at the end of the shot,
    in metres sideways.

    Both numbers are 0 if the camera moves along with the actor, or if the actor does not walk.
    """
    if (
        actor.pose not in ("walk", "run")
        or staging.facts.movement == "track"
        or staging.facts.size in CLOSE_SIZES
    ):
        return (0.0, 0.0)
    pace = 0.55 if actor.pose == "walk" else 1.2
    distance = min(staging.span * 0.2, pace * seconds) * actor.facing
    # A single walker crosses the centre of the frame. A walker with other people ends at their position.
    return (-distance / 2, distance / 2) if len(staging.actors) == 1 else (-distance * 0.8, 0.0)
