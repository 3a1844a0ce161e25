"""Prepare a batch that makes one take from another take. `take_queue` submits such a batch like any other
batch.
"""

from __future__ import annotations

from milimo_tui.core.ids import new_id
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.jobs.client.client import BatchRequest, JobRequest
from milimo_tui.story.values.film import Story
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import one_go, preflight
from milimo_tui.studio.takes.shot_spec import ShotState
from milimo_tui.studio.takes.take_batch import TakeRequest
from milimo_tui.studio.takes.take_queue import PreparedTakes


def prepare_single_take(
    studio: Studio, story: Story, state: ShotState, spec: MakeVideo, label: str
) -> PreparedTakes:
    """Prepare a batch with one take, without queueing it. Raises the errors of `preflight.require_preflight`.

    `label` names the job and the batch.
    """
    preflight.require_preflight(studio, story, [(state.shot, spec)])
    root = str(studio.require_project().paths.root)
    take_request = TakeRequest(new_id("job"), state, spec, label)
    batch = BatchRequest(label=label, project=root)
    request = JobRequest(
        id=take_request.id,
        spec=spec.model_dump(mode="json"),
        label=label,
        project=root,
        shot=state.shot.id,
        with_shots=one_go.list_other_shots(spec, state.shot.id),
        batch=batch.id,
    )
    return PreparedTakes((take_request,), (request,), batch, ())
