"""Find the shots of the film whose takes must be made again, with the stale parts and the engine of each
shot. Queues nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.format import format_count
from milimo_tui.engines.registry import engine_registry
from milimo_tui.story.values.film import Story
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec, staleness, take_queue
from milimo_tui.studio.takes.shot_spec import FilmSpecs, ShotState
from milimo_tui.studio.takes.staleness import StaleParts, TakePart

MISSING = StaleParts((), ("it has no take",))


@dataclass(frozen=True, slots=True)
class DueShot:
    """A shot that needs a new take. `stale` has the stale parts of its picked take, and `engine` makes the
    new take.
    """

    state: ShotState
    stale: StaleParts
    engine: str

    @property
    def row(self) -> dict[str, Any]:
        """The values of this shot by column name, for lists and `--json`."""
        return {
            "id": self.state.shot.id,
            "number": self.state.number,
            "parts": [part.value for part in self.stale.parts],
            "why": "; ".join(self.stale.why),
            "engine": self.engine,
            "take": self.state.picked.id if self.state.picked else None,
        }

    @property
    def requested_state(self) -> ShotState:
        """The state of the shot with `engine` set as its engine, as an order needs it."""
        return shot_spec.set_state_engine(self.state, self.engine)


@dataclass(frozen=True, slots=True)
class RebuildPlan:
    """All shots that need a new take, in film order. `left_out` has a sentence for each shot that can't be
    made. `missing` counts the shots without a take that were not requested.
    """

    due: tuple[DueShot, ...]
    specs: FilmSpecs
    left_out: tuple[str, ...] = ()
    missing: int = 0
    # The ids of the shots whose take keeps its pictures and gets only new sound.
    voices: frozenset[str] = frozenset()
    # A sentence for each shot that shows a stale take chosen by the user although a fresh take is available.
    waiting: tuple[str, ...] = ()

    @property
    def order(self) -> take_queue.TakeOrder:
        """The order that makes all these takes as one batch."""
        due = tuple(one.requested_state for one in self.due)
        return take_queue.TakeOrder(specs=self.specs, due=due, label=self._label, voices=self.voices)

    @property
    def _label(self) -> str:
        return f"Build, {format_count(len(self.due), 'take')}"


def plan_rebuild(
    studio: Studio, *, scene: str = "", missing: bool = False, voice: bool = False
) -> RebuildPlan:
    """Return the shots that need a new take because their take is stale. `scene` is the id of a scene to
    search; empty means the complete film. If `missing` is True, shots without a take are included.

    If `voice` is True and only the voice of a take is stale, the take keeps its pictures and gets new sound.
    Shots that can't be made are left out, with the reason in the result. If no shot can be made, the reason
    is raised: BadInput, Refused, Unavailable.
    """
    specs = take_queue.make_film_specs(studio)
    story = specs.story
    states = [state for state in shot_spec.list_shot_states(story) if not scene or state.shot.scene == scene]
    without = [state for state in states if state.lacks_take]
    due = [_make_due_shot(story, state) for state in states if state.is_due or (missing and state.lacks_take)]
    waiting = tuple(shot_spec.format_waiting_message(state) for state in states if state.waiting_take)
    spoken = [one for one in due if voice and one.stale.parts == (TakePart.VOICE,)]
    voices = frozenset(one.state.shot.id for one in spoken)
    ready, reasons = _split_ready_shots(
        studio, [one for one in due if one.state.shot.id not in voices], specs
    )
    chosen = {one.state.shot.id for one in ready} | voices
    kept = tuple(_keep_picture_engine(one) if one.state.shot.id in voices else one for one in due)
    kept = tuple(one for one in kept if one.state.shot.id in chosen)
    return RebuildPlan(kept, specs, tuple(reasons), 0 if missing else len(without), voices, waiting)


def _keep_picture_engine(due: DueShot) -> DueShot:
    """Return the shot with the engine of its picked take as its engine. Used for a take that gets only new
    sound: its pictures stay, and they are compared with a spec of the engine that made them to find out if
    the take is stale.
    """
    return replace(due, engine=due.state.picked.engine) if due.state.picked else due


def _make_due_shot(story: Story, state: ShotState) -> DueShot:
    stale = staleness.find_stale_parts(state) if state.picked else MISSING
    return DueShot(state, stale, choose_remake_engine(story, state))


def choose_remake_engine(story: Story, state: ShotState) -> str:
    """Return the engine that makes a shot's next take. This is the shot's own engine, or otherwise the
    film's. If that engine only draws and the picked take was made by a model, the model's engine is returned,
    because a drawing never replaces a take from a model.
    """
    wanted = shot_spec.choose_engine(story, state.shot)
    if state.shot.engine or state.picked is None:
        return wanted
    before = engine_registry.find_engine(state.picked.engine)
    after = engine_registry.find_engine(wanted)
    is_downgrade = before is not None and not before.previs and after is not None and after.previs
    return state.picked.engine if is_downgrade else wanted


def apply_remake_engine(story: Story, state: ShotState) -> ShotState:
    """Return the state of a shot, changed to have the engine that makes its next take. If the shot's take is
    stale, this is the engine from `choose_remake_engine`. Otherwise the state is returned unchanged. Used if
    the user named no engine.
    """
    return shot_spec.set_state_engine(state, choose_remake_engine(story, state)) if state.stale else state


def _split_ready_shots(
    studio: Studio, due: Sequence[DueShot], specs: FilmSpecs
) -> tuple[list[DueShot], list[str]]:
    """Return the shots that can be made here, and reasons for the others. Raises the reason if none can be
    made.
    """
    if not due:
        return [], []
    try:
        ready, waiting = take_queue.split_ready_takes(studio, [one.requested_state for one in due], specs)
    except MilimoError as error:
        raise type(error)(f"no stale take can be made here: {error.message}", error.hint) from error
    ids = {state.shot.id for state in ready}
    return [one for one in due if one.state.shot.id in ids], waiting
