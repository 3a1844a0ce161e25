"""Script to film in one go: import, commit, make what is missing or stale, render.

Each step is also a command of its own; this module only puts them in a row.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import HOST, require_space
from milimo_tui.core.ids import slug
from milimo_tui.core.time import ratio_text
from milimo_tui.cut.delivery import Delivery
from milimo_tui.cut.plan import Plan
from milimo_tui.cut.presets import delivery_of
from milimo_tui.engines.specs import RenderFilm
from milimo_tui.jobs.client import JobRequest
from milimo_tui.studio import making, planning, queueing, screenplays
from milimo_tui.studio.batching import counted
from milimo_tui.studio.studio import Snapshot, Studio
from milimo_tui.studio.waiting import Job, check_done, sentence, wait_shown

GOES_ON = "the same command goes on from there; milimo job watch follows the jobs"


@dataclass(frozen=True, slots=True)
class Made:
    """What `milimo film` tells: DESIGN's JSON, and whether some of it is previs, or noise of tiny weights."""

    data: dict[str, Any]
    previs: bool
    noise: bool = False


def queue_render(
    studio: Studio,
    output: Path | None = None,
    *,
    start: int = 0,
    end: int | None = None,
    preset: str = "h264",
) -> tuple[str | None, Path, Plan]:
    """Queue a render of the current cut; no job when this very plan was rendered to that file before.

    Raises BadInput for a target, range or preset that can't be.
    """
    delivery = wanted_delivery(studio, preset)
    snapshot = studio.snapshot()
    project = studio.project()
    if snapshot.cut is None:
        raise BadInput("the project has no cut yet", "milimo storyboard commit makes the first one")
    plan = planning.plan_now(snapshot, project, start, end)
    target = check_output(output) if output else default_output(snapshot, project.paths.renders)
    plan_file, signature = planning.freeze(project.paths, plan)
    if rendered_before(studio, target, signature, delivery):
        return None, target, plan
    spec = RenderFilm(
        plan=str(plan_file),
        output=str(target),
        delivery=delivery,
        preset=preset,
        quality=delivery.picture.quality if delivery.picture else None,
        frames=plan.frames,
        width=plan.width,
        height=plan.height,
        cache=str(project.paths.cache),
    )
    [job] = studio.client().submit(
        [
            JobRequest(
                spec=spec.model_dump(mode="json"),
                label=f"film “{snapshot.cut.name[:100]}”",
                project=str(project.paths.root),
            )
        ]
    )
    return job, target, plan


def wanted_delivery(studio: Studio, preset: str) -> Delivery:
    """The delivery of a preset; the settings' own quality counts for plain H.264. Raises NotFound."""
    return delivery_of(preset, quality=studio.settings.render_crf if preset == "h264" else None)


def wait_for_render(studio: Studio, job: str, *, come_back: str = "milimo job watch follows it") -> Job:
    """Block until a film is there. Raises Failed, Cancelled with its sentence when it will not be."""
    ended = wait_shown(studio, "film", [job], come_back=come_back)[job]
    check_done(ended)
    return ended


def last_result(studio: Studio, job: str) -> dict[str, Any]:
    """What the engine told of a finished job: `facts`, and `notes`, sentences for the person."""
    attempt: dict[str, Any] = studio.client().job(job)["history"][-1]
    return attempt


def default_output(snapshot: Snapshot, renders: Path) -> Path:
    """`renders/<film>.mp4`, or `<film>-<cut>.mp4` for any cut but the first."""
    name = slug(snapshot.story.project.name)
    if snapshot.cut and snapshot.cuts and snapshot.cut.id != snapshot.cuts[0].id:
        name = f"{name}-{slug(snapshot.cut.name, 'cut')}"
    return renders / f"{name}.mp4"


def check_output(path: Path) -> Path:
    """An absolute target that can be written. Raises BadInput before any work is done."""
    target = Path(os.path.abspath(path.expanduser()))
    if target.is_dir():
        raise BadInput(f"{target} is a folder", "name a file, for example film.mp4")
    if target.suffix.lower() not in (".mp4", ".m4v", ".mov"):
        raise BadInput(f"{target.name}: a film is written as .mp4 or .mov", "name it film.mp4")
    if not target.parent.is_dir():
        raise BadInput(f"the folder {target.parent} does not exist", "make it first, or name another")
    if not os.access(target.parent, os.W_OK):
        raise BadInput(f"the folder {target.parent} can't be written", "name a file in a folder of yours")
    return target


def rendered_before(studio: Studio, target: Path, signature: str, delivery: Delivery) -> bool:
    """Whether this plan lies delivered that way at the target, untouched since (its size tells)."""
    settings = delivery.model_dump_json(exclude_defaults=True)
    project = studio.project()
    for render in reversed(project.renders()):
        if planning.render_path(project.paths, render) == target:
            try:
                size = target.stat().st_size
            except OSError:
                return False
            return (render.signature, render.settings, render.bytes) == (signature, settings, size)
    return False


def film(
    studio: Studio,
    data: bytes,
    *,
    name: str,
    project: str = "",
    output: Path | None = None,
    engine: str = "",
) -> Made:
    """Screenplay bytes to a rendered film. What is no screenplay raises BadInput before anything is made."""
    screenplay = screenplays.parse_script(data)
    if output is not None:
        output = check_output(output)
    if engine:
        making.check_engine(engine, "make_video")
    require_space(studio.home.root, 0, "make a film")
    screenplays.open_or_create(studio, screenplay, name=name, project=project)
    screenplays.save_script(studio, data.decode(), name)
    screenplays.commit(studio)
    wanted = [
        state
        for state in making.states(studio.snapshot().story)
        if state.picked is None or state.stale or (engine and state.picked.engine != engine)
    ]
    job_ids: list[str] = []
    wanted, left_out = queueing.ready_ones(studio, wanted, engine)
    if wanted:
        order = queueing.Order(due=wanted, engine=engine, label=_label(wanted, studio.snapshot()))
        client = studio.client()
        job_ids = queueing.submit(client, queueing.prepare(studio, order, client))
    jobs = wait_shown(studio, "takes", job_ids, come_back=GOES_ON) if job_ids else {}
    problems = [*left_out, *(sentence(job) for job in jobs.values() if job["state"] != "done")]
    if engine:
        _pick(studio, engine)
    render_id, target, plan = queue_render(studio, output)
    if render_id:
        jobs[render_id] = wait_for_render(studio, render_id, come_back=GOES_ON)
        problems += last_result(studio, render_id)["notes"]
    report = _report(studio, target, plan, jobs, problems)
    return Made(report, plan.previs, report["noise"])


def _pick(studio: Studio, engine: str) -> None:
    """Show what was asked for: each shot its newest fresh take of that engine, as one edit. (By itself a take
    of a model is picked over a drawn one, but not noise.)
    """
    before, after = [], []
    for state in making.states(studio.snapshot().story):
        mine = [take for take in state.takes if take.engine == engine and not take.rejected]
        shown = state.picked is not None and state.picked.engine == engine
        if mine and not shown and state.is_fresh(mine[-1]):
            before.append(state.shot)
            after.append(making.replace_take(state.shot, mine[-1].id))
    if after:
        label = f"show the takes of {engine}"
        studio.project().edit(label, scope="project", actor=studio.actor, before=before, after=after)


def _label(wanted: Sequence[making.ShotState], snapshot: Snapshot) -> str:
    """What the batch of a film's takes is called: `“Rain Market”, 40 takes`."""
    return f"“{snapshot.story.project.name[:100]}”, {counted(len(wanted), 'take')}"


def _report(
    studio: Studio, target: Path, plan: Plan, jobs: dict[str, Job], problems: list[str]
) -> dict[str, Any]:
    story = studio.snapshot().story
    return {
        "film": str(target),
        "frames": plan.frames,
        "fps": ratio_text(plan.rate),
        "seconds": float(plan.frames / plan.rate),
        "project": studio.project().paths.root.name,
        "previs": plan.previs,
        "noise": plan.noise,
        "shots": [
            {
                "id": state.shot.id,
                "number": state.number,
                "scene": state.shot.scene,
                "frames": state.shot.frames,
                "engine": state.picked.engine if state.picked else making.engine_of(story, state.shot),
                "take": state.picked.id if state.picked else None,
            }
            for state in making.states(story)
        ],
        "jobs": [{"id": job["id"], "kind": job["kind"], "state": job["state"]} for job in jobs.values()],
        "problems": problems,
        "made": HOST.now(),
    }
