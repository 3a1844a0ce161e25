"""The shots of the film that must be made again, with the stale parts and the engine of each. Queues
nothing.
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
    """A shot that needs a take: the stale parts of its picked take, and the engine of the next take."""

    state: ShotState
    stale: StaleParts
    engine: str

    @property
    def row(self) -> dict[str, Any]:
        """A row for lists."""
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
        """The shot's state with that engine."""
        return shot_spec.set_state_engine(self.state, self.engine)


@dataclass(frozen=True, slots=True)
class RebuildPlan:
    """All due shots in film order, reasons for the shots left out, and the number of shots without a take."""

    due: tuple[DueShot, ...]
    specs: FilmSpecs
    left_out: tuple[str, ...] = ()
    missing: int = 0
    voices: frozenset[str] = frozenset()  # shots (ids) that get new sound only
    waiting: tuple[str, ...] = ()  # a sentence for each shot whose fresh take waits for the user's decision

    @property
    def order(self) -> take_queue.TakeOrder:
        """An order for all due shots as one batch."""
        due = tuple(one.requested_state for one in self.due)
        return take_queue.TakeOrder(specs=self.specs, due=due, label=self._label, voices=self.voices)

    @property
    def _label(self) -> str:
        return f"Build, {format_count(len(self.due), 'take')}"


def plan_rebuild(
    studio: Studio, *, scene: str = "", missing: bool = False, voice: bool = False
) -> RebuildPlan:
    """Return the stale shots of the film, or of one scene (its id); with `missing` also shots without a take.

    With `voice`, a take of which only the voice is stale keeps its pictures. Shots that can't be made are
    left out with the reason. If none can be made, the reason is raised: BadInput, Refused, Unavailable.
    """
    specs = take_queue.make_film_specs(studio)
    story = specs.story
    states = [state for state in shot_spec.list_shot_states(story) if not scene or state.shot.scene == scene]
    without = [state for state in states if state.lacks_take]
    due = [_make_due_shot(story, state) for state in states if state.is_due or (missing and state.lacks_take)]
    waiting = tuple(shot_spec.format_waiting_message(state) for state in states if state.waiting_take)
    spoken = [one for one in due if voice and one.stale.parts == (TakePart.VOICE,)]
    voices = frozenset(one.state.shot.id for one in spoken)
    ready, told = _split_ready_shots(studio, [one for one in due if one.state.shot.id not in voices], specs)
    chosen = {one.state.shot.id for one in ready} | voices
    kept = tuple(_keep_picture_engine(one) if one.state.shot.id in voices else one for one in due)
    kept = tuple(one for one in kept if one.state.shot.id in chosen)
    return RebuildPlan(kept, specs, tuple(told), 0 if missing else len(without), voices, waiting)


def _keep_picture_engine(due: DueShot) -> DueShot:
    """Return the shot with the engine of its picked take, by which the take is judged fresh or stale."""
    return replace(due, engine=due.state.picked.engine) if due.state.picked else due


def _make_due_shot(story: Story, state: ShotState) -> DueShot:
    stale = staleness.find_stale_parts(state) if state.picked else MISSING
    return DueShot(state, stale, choose_remake_engine(story, state))


def choose_remake_engine(story: Story, state: ShotState) -> str:
    """Return the engine that makes a shot again: its own or the film's. A drawing never replaces a model's
    take.
    """
    wanted = shot_spec.choose_engine(story, state.shot)
    if state.shot.engine or state.picked is None:
        return wanted
    before = engine_registry.find_engine(state.picked.engine)
    after = engine_registry.find_engine(wanted)
    is_downgrade = before is not None and not before.previs and after is not None and after.previs
    return state.picked.engine if is_downgrade else wanted


def apply_remake_engine(story: Story, state: ShotState) -> ShotState:
    """Return a shot's state for an order without a named engine: a stale take gets its remake engine."""
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
