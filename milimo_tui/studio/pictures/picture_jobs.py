"""Picture jobs in the queue: submit them, wait for them, and report their results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from milimo_tui.engines.specs.mask_specs import Segment
from milimo_tui.engines.specs.picture_specs import Inpaint, InpaintClip, MakePicture, Upscale
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.jobs.values.views import JobView
from milimo_tui.studio.queue.waiting import check_job_done, wait_with_progress
from milimo_tui.studio.registry.registry import Outcome
from milimo_tui.studio.render.render_jobs import get_last_result
from milimo_tui.studio.session.studio import Studio

PictureSpec = MakePicture | Inpaint | InpaintClip | Upscale | Segment


def make_picture_job_request(
    studio: Studio, spec: PictureSpec, label: str, *, shot: str = "", id: str = ""
) -> JobRequest:
    """Return a job request for the picture spec. The job belongs to the open film, or to no film if none is
    open. `label` names the job in lists.
    """
    project = studio.project_or_none()
    return JobRequest(
        id=id,
        spec=spec.model_dump(mode="json"),
        label=label[:300],
        project=str(project.paths.root) if project else "",
        shot=shot,
    )


def run_picture_jobs(
    studio: Studio, requests: Sequence[JobRequest], *, detach: bool, message: str = ""
) -> Outcome:
    """Submit picture jobs, wait until they end, and return the outcome with the picture of the last job.

    The data is `{"id", "path", "kind", "job"}`; several pictures are listed under `pictures`. If `detach` is
    True, the function returns after submitting the jobs. Raises Failed or Cancelled with the job's message if
    the job made no picture.
    """
    ids = studio.require_client().submit_jobs(requests)
    job = ids[-1]
    if detach:
        queued = {"id": None, "path": None, "kind": "picture", "job": job, "jobs": ids}
        return Outcome(data=queued, message=f"queued {message or 'a picture'}")
    jobs = wait_with_progress(studio, "picture", ids)
    for id in ids:
        check_job_done(jobs[id])
    done = studio.require_client().fetch_job(job)
    result = get_last_result(studio, job)
    rows = _list_job_pictures(studio, done)
    facts, notes = result.facts, result.notes
    data = {**rows[0], "kind": "picture", "job": job, **_select_reported_facts(facts), "notes": notes}
    if len(rows) > 1:
        data["pictures"] = rows
    noise = " (noise: tiny weights)" if facts.get("tiny") else ""
    lines = [*(row["path"] for row in rows), *notes]
    many = f"{len(rows)} pictures" if len(rows) > 1 else "a picture"
    return Outcome(data=data, text="\n".join(lines), message=f"made {many}{noise}")


def _list_job_pictures(studio: Studio, job: JobView) -> list[dict[str, Any]]:
    """Return a row for each picture of a job, in order. `id` is the asset's id, or the job's id for a picture
    outside any film.
    """
    outputs = job.outputs
    roles = sorted((role for role in outputs if role.startswith("picture")), key=_get_picture_number)
    paths = [outputs[role] for role in roles] or [outputs["board"]]
    ids: dict[Path, str] = {}
    project = studio.project_or_none()
    if project is not None:
        root = project.paths.root
        ids = {root / asset.path: asset.id for asset in studio.take_snapshot().story.assets}
    return [{"id": ids.get(Path(path), job.id), "path": path} for path in paths]


def _get_picture_number(role: str) -> int:
    return int(role.partition("-")[2] or 1)


def _select_reported_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return those values of an engine's report that a command shows, such as seed and steps."""
    names = ("seed", "steps", "guidance", "negative", "model", "steps_run", "strength", "tiles", "tiny")
    return {name: facts[name] for name in names if name in facts}
