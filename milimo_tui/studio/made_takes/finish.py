"""Finish a take: make it again at full quality, with all steps and both stages. Prompt, seed and guidance
stay the same.

Settings that made a draft or a sweep faster at lower quality are removed. If the take is only a drawing, the
film's model makes the shot instead.
"""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.engines.specs.video_specs import MakeVideo, get_full_quality_fields
from milimo_tui.jobs.client.client import Client
from milimo_tui.story.values.film import Take
from milimo_tui.studio.made_takes import remake
from milimo_tui.studio.made_takes.batch_of_one import prepare_single_take
from milimo_tui.studio.render import render_plan
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec, take_estimate, take_queue
from milimo_tui.studio.takes.handles import Handles
from milimo_tui.studio.takes.shot_spec import ShotState
from milimo_tui.studio.takes.take_queue import PreparedTakes


@dataclass(frozen=True, slots=True)
class FinishOrder:
    """The order for a take at full quality, as a batch with this single take. `words` describes it, such as
    `ltx2, 1280 × 704, seed 7`.
    """

    prepared: PreparedTakes
    words: str


def prepare_finish(studio: Studio, state: ShotState, take: Take) -> FinishOrder:
    """Prepare the job that makes a take at full quality, without queueing it.

    Raises Refused if the take has full quality already or the film has no model that can make it. Raises
    BadInput for a missing input, and Unavailable for missing weights.
    """
    spec = _build_finish_spec(studio, state, take)
    place = state.takes.index(take) + 1
    label = f"{state.number} take {place} at full quality"
    prepared = prepare_single_take(studio, studio.take_snapshot().story, state, spec, label)
    return FinishOrder(prepared, f"{spec.engine}, {spec.width} × {spec.height}, seed {spec.seed}")


def _build_finish_spec(studio: Studio, state: ShotState, take: Take) -> MakeVideo:
    """Return the spec for making a take at full quality.

    If the take was made by a model, this is its own spec without the settings that saved time. If the take is
    a drawing, this is the spec of the shot for the film's model.
    """
    story, project = studio.take_snapshot().story, studio.require_project()
    raster = {"width": story.project.width, "height": story.project.height}
    if shot_spec.is_drawing_engine(take.engine):
        engine = shot_spec.choose_engine(story, state.shot)
        if shot_spec.is_drawing_engine(engine):
            raise Refused(
                f"{state.number} is a drawing, and the film has no model that can make it",
                "{ui.mode models|milimo model list} lists models; milimo project set --engine chooses one",
            )
        specs = take_queue.make_film_specs(studio, engine)
        spec = specs.get_spec(state.shot)
        whole = spec.model_copy(update={"seed": take.seed, **get_full_quality_fields(spec), **raster})
        return Handles.from_settings(studio.settings).add_handles(whole)
    own = MakeVideo.model_validate(
        render_plan.update_media_paths(remake.read_take_spec(take, state.number), project.paths, story.assets)
    )
    own = own.model_copy(update={"among": 1})
    full = own.model_copy(
        update={**get_full_quality_fields(own), **raster, "recipe": "", "stands_for": take.signature}
    )
    if own.model_copy(update={"recipe": "", "stands_for": take.signature}) == full:
        place = state.takes.index(take) + 1
        raise Refused(
            f"take {place} of {state.number} already has full quality",
            "{ui.enter|milimo shot pick} picks it",
        )
    if own.over is not None:
        raise BadInput(
            f"this take of {state.number} is another take with new sound", "finish that other take"
        )
    if own.changes_a_take:
        raise BadInput(
            f"this take of {state.number} is a changed copy of another take",
            "finish the take that it was made from",
        )
    return full


def submit_finish(client: Client, finishing: FinishOrder) -> list[str]:
    """Queue the job of the order `finishing`, and return a list with the id of the job."""
    return take_queue.submit_takes(client, finishing.prepared)


def estimate_finish(studio: Studio, finishing: FinishOrder) -> take_estimate.TakeEstimate:
    """Estimate when the job of the order `finishing` will be done. Jobs that are queued before it are
    included.
    """
    return take_estimate.estimate_takes(studio, finishing.prepared)
