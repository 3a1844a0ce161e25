"""Queue render jobs, wait for them, and read their results. A render is not queued if the same film exists
already.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from milimo_tui.core.format import format_count
from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.engines.specs.file_specs import RenderFilm
from milimo_tui.jobs.client.client import BatchRequest, JobRequest
from milimo_tui.jobs.values.views import AttemptView
from milimo_tui.studio.queue.waiting import Job, check_job_done, wait_with_progress
from milimo_tui.studio.render import render_plan
from milimo_tui.studio.render.deliveries import RenderOrder
from milimo_tui.studio.session.studio import Studio


def queue_render(
    studio: Studio, orders: Sequence[RenderOrder], not_before: float | None = None
) -> tuple[str | None, ...]:
    """Queue a render job for each order, and return the ids of the jobs. The jobs start no earlier than
    `not_before` (seconds since 1970).

    An id is None if no job was queued for the order, because its target already contains the same plan with
    the same delivery settings.
    """
    project = studio.require_project()
    requests: list[JobRequest | None] = []
    batch = BatchRequest(label=format_count(len(orders), "film"), project=str(project.paths.root))
    for order in orders:
        plan_file, signature = render_plan.freeze_plan(project.paths, order.plan)
        if is_already_rendered(studio, order.target, signature, order.delivery):
            requests.append(None)
            continue
        spec = RenderFilm(
            plan=str(plan_file),
            output=str(order.target),
            delivery=order.delivery,
            preset=order.delivery.preset,
            frames=order.plan.frames,
            width=order.plan.width,
            height=order.plan.height,
            cache=str(project.paths.cache),
        )
        requests.append(
            JobRequest(
                spec=spec.model_dump(mode="json"),
                label=order.label,
                project=str(project.paths.root),
                batch=batch.id if len(orders) > 1 else "",
                not_before=not_before,
            )
        )
    wanted = [request for request in requests if request is not None]
    ids = iter(
        studio.require_client().submit_jobs(wanted, batches=[batch] if len(orders) > 1 else [])
        if wanted
        else ()
    )
    return tuple(None if request is None else next(ids) for request in requests)


def wait_for_render(studio: Studio, job: str, *, come_back: str = "milimo job watch follows it") -> Job:
    """Block until a render job ends, and return the job. `come_back` is the hint that says how to follow the
    job after an interrupt. Raises Failed or Cancelled with the job's message.
    """
    [ended] = wait_for_renders(studio, [job], come_back=come_back)
    return ended


def wait_for_renders(
    studio: Studio, jobs: Sequence[str], *, come_back: str = "milimo job watch follows it"
) -> list[Job]:
    """Block until several render jobs end, and return them. If one fails, its error is raised only after all
    jobs have ended.
    """
    ended = wait_with_progress(studio, "film" if len(jobs) == 1 else "films", list(jobs), come_back=come_back)
    for job in jobs:
        check_job_done(ended[job])
    return [ended[job] for job in jobs]


def get_last_result(studio: Studio, job: str) -> AttemptView:
    """Return the last attempt of a finished job. `facts` has the engine's data, and `notes` has sentences for
    the user.
    """
    return studio.require_client().fetch_job(job).history[-1]


def is_already_rendered(studio: Studio, target: Path, signature: str, delivery: Delivery) -> bool:
    """Return True if the file at `target` was rendered from this plan with this delivery, and its size is
    unchanged. `signature` is the hash of the plan.
    """
    settings = delivery.model_dump_json(exclude_defaults=True)
    project = studio.require_project()
    for render in reversed(project.facts.list_renders()):
        if render_plan.get_render_path(project.paths, render) == target:
            size = get_render_size(target)
            return (render.signature, render.settings, render.bytes) == (signature, settings, size)
    return False


def get_render_size(path: Path) -> int | None:
    """Return the size in bytes of a rendered file, or of all files in a rendered folder; None if nothing
    exists at the path.
    """
    try:
        if path.is_dir():
            return sum(entry.stat().st_size for entry in os.scandir(path))
        return path.stat().st_size
    except OSError:
        return None
