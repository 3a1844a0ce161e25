"""Create jobs that compare a finished take with the reference pictures of the elements in its shot. The jobs
run only if weights for comparing pictures are installed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.specs.control_specs import CompareTake, ElementPicture
from milimo_tui.engines.specs.spec_values import Input, JobOutput
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.story.values.film import ElementKind, Shot, Story
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import conditioning
from milimo_tui.studio.takes.element_inputs import list_pictured_elements
from milimo_tui.studio.takes.take_batch import TakeRequest

FAMILY: Final = "controls"
ROLE: Final = "likeness"


def has_likeness_weights(store: ModelStore) -> bool:
    """Return True if weights that compare pictures are installed."""
    return any((row.family, row.role) == (FAMILY, ROLE) for row in store.rows())


def list_element_pictures(story: Story, shot: Shot, root: Path | None = None) -> tuple[ElementPicture, ...]:
    """Return the first picture of each element in a shot, for comparison with a take. Elements without a
    picture are left out; places come last.
    """
    assets = {asset.id: asset for asset in story.assets if not asset.binned}
    found = [
        ElementPicture(
            element=element.id,
            name=element.name,
            image=conditioning.get_conditioning_path(asset, root),
            is_place=element.kind is ElementKind.LOCATION,
        )
        for element in list_pictured_elements(story, shot)
        if (asset := next((assets[id] for id in element.references if id in assets), None)) is not None
    ]
    return tuple(sorted(found, key=lambda one: one.is_place))


def make_likeness_request(
    story: Story, shot: Shot, root: Path, *, job: str, take: Input, frame: int, model: str = ""
) -> JobRequest | None:
    """Return the job that compares a frame of a take with the pictures of its shot's elements. Return None if
    no element has a picture.

    `job` is the id of the job that makes the take, `take` is its file or output, and `frame` is the compared
    frame.
    """
    pictures = list_element_pictures(story, shot, root)
    if not pictures:
        return None
    spec = CompareTake(take_job=job, input=take, frame=frame, pictures=pictures, model=model)
    label = f"likeness of {story.numbers.get(shot.id) or 'a take'}"
    return JobRequest(spec=spec.model_dump(mode="json"), label=label, project=str(root))


def list_likeness_requests(
    studio: Studio, story: Story, requests: Iterable[TakeRequest], hold: bool, not_before: float | None
) -> Iterator[JobRequest]:
    """Yield a job for each requested take that compares the take with pictures of its shot's elements after
    the take was made.

    Nothing is yielded if no weights for comparing pictures are installed. There is no job for a take that
    covers several shots (a scene in one go), and none for a single picture.
    """
    if not has_likeness_weights(ModelStore(studio.home.models)):
        return
    root = studio.require_project().paths.root
    for request in requests:
        if request.spec.pieces or request.spec.frames < 2:
            continue
        middle = request.spec.head + request.spec.frames // 2
        output = JobOutput(job=request.id, output="take")
        found = make_likeness_request(
            story, request.state.shot, root, job=request.id, take=output, frame=middle
        )
        if found is not None:
            yield replace(found, hold=hold, not_before=not_before)
