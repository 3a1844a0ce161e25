"""Script to film in one go: import, commit, make what is missing or stale, render.

Each step is also a command of its own; this module only puts them in a row.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, Refused, Unavailable
from milimo_tui.core.host import HOST, require_space
from milimo_tui.core.time import ratio_text
from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.delivery.requests import Asked, delivery_asked
from milimo_tui.cut.plan.plan import Plan
from milimo_tui.engines.specs import RenderFilm
from milimo_tui.jobs.client.client import BatchRequest, JobRequest
from milimo_tui.story import picking
from milimo_tui.studio import building, delivering, making, planning, queueing, screenplays
from milimo_tui.studio.batching import counted
from milimo_tui.studio.delivering import Order
from milimo_tui.studio.making import ShotState
from milimo_tui.studio.studio import Snapshot, Studio
from milimo_tui.studio.waiting import Job, check_done, sentence, wait_shown

GOES_ON = "the same command goes on from there; milimo job watch follows the jobs"


@dataclass(frozen=True, slots=True)
class Made:
    """What `milimo film` tells: DESIGN's JSON, and whether some of it is previs, or noise of tiny weights."""

    data: dict[str, Any]
    previs: bool
    noise: bool = False


def queue_render(studio: Studio, orders: Sequence[Order]) -> tuple[str | None, ...]:
    """Queue a render of each; None for one whose very plan lies delivered that way at its place already."""
    project = studio.project()
    requests: list[JobRequest | None] = []
    batch = BatchRequest(label=f"{len(orders)} films", project=str(project.paths.root))
    for order in orders:
        plan_file, signature = planning.freeze(project.paths, order.plan)
        if rendered_before(studio, order.target, signature, order.delivery):
            requests.append(None)
            continue
        spec = RenderFilm(
            plan=str(plan_file),
            output=str(order.target),
            delivery=order.delivery,
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
            )
        )
    wanted = [request for request in requests if request is not None]
    ids = iter(studio.client().submit(wanted, batches=[batch] if len(orders) > 1 else []) if wanted else ())
    return tuple(None if request is None else next(ids) for request in requests)


def wait_for_render(studio: Studio, job: str, *, come_back: str = "milimo job watch follows it") -> Job:
    """Block until a film is there. Raises Failed, Cancelled with its sentence when it will not be."""
    [ended] = wait_for_renders(studio, [job], come_back=come_back)
    return ended


def wait_for_renders(
    studio: Studio, jobs: Sequence[str], *, come_back: str = "milimo job watch follows it"
) -> list[Job]:
    """The same for several, all waited for before one that failed is told of."""
    ended = wait_shown(studio, "film" if len(jobs) == 1 else "films", list(jobs), come_back=come_back)
    for job in jobs:
        check_done(ended[job])
    return [ended[job] for job in jobs]


def last_result(studio: Studio, job: str) -> dict[str, Any]:
    """What the engine told of a finished job: `facts`, and `notes`, sentences for the person."""
    attempt: dict[str, Any] = studio.client().job(job)["history"][-1]
    return attempt


def rendered_before(studio: Studio, target: Path, signature: str, delivery: Delivery) -> bool:
    """Whether this plan lies delivered that way at the target, untouched since (its size tells)."""
    settings = delivery.model_dump_json(exclude_defaults=True)
    project = studio.project()
    for render in reversed(project.facts.renders()):
        if planning.render_path(project.paths, render) == target:
            size = bytes_at(target)
            return (render.signature, render.settings, render.bytes) == (signature, settings, size)
    return False


def bytes_at(path: Path) -> int | None:
    """The size of a film, or of all files of a folder; None for what is not there."""
    try:
        if path.is_dir():
            return sum(entry.stat().st_size for entry in os.scandir(path))
        return path.stat().st_size
    except OSError:
        return None


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
        delivering.check_output(output, delivery_asked(Asked(), output.suffix, 2, 2))
    if engine:
        making.check_engine(engine, "make_video")
    require_space(studio.home.root, 0, "make a film")
    screenplays.open_or_create(studio, screenplay, name=name, project=project)
    screenplays.bring_in(studio, data.decode(), name)
    job_ids: list[str] = []
    wanted, left_out = _wanted(studio, engine)
    if wanted:
        order = queueing.Order(due=wanted, engine=engine, label=_label(wanted, studio.snapshot()))
        client = studio.client()
        job_ids = queueing.submit(client, queueing.prepare(studio, order, client))
    jobs = wait_shown(studio, "takes", job_ids, come_back=GOES_ON) if job_ids else {}
    problems = [*left_out, *(sentence(job) for job in jobs.values() if job["state"] != "done")]
    if engine:
        _pick(studio, engine)
    problems += [making.stays_told(each) for each in _staying(studio, engine)]
    [wish] = delivering.orders(studio, Asked(), str(output or ""))
    [render_id] = queue_render(studio, [wish])
    if render_id:
        jobs[render_id] = wait_for_render(studio, render_id, come_back=GOES_ON)
        problems += last_result(studio, render_id)["notes"]
    report = _report(studio, wish.target, wish.plan, jobs, problems)
    return Made(report, wish.plan.previs, report["noise"])


def _wanted(studio: Studio, engine: str) -> tuple[list[ShotState], list[str]]:
    """Shots without a take, or whose take is stale, or of another engine than the one that is named; and why
    others can't be made. Raises what is in the way where no shot without a take can be made.

    A stale take that can't be made again here stays: a drawing does not take the place of what a model made.
    """
    story = studio.snapshot().story
    states = making.states(story)
    if engine:
        named = [each for each in states if not _has(each, engine)]
        return queueing.ready_ones(studio, named, engine)
    ready, told = queueing.ready_ones(studio, [each for each in states if each.picked is None])
    stale = [building.made_again(story, each) for each in states if each.due]
    try:
        again, left = queueing.ready_ones(studio, stale)
    except (BadInput, Refused, Unavailable) as error:
        again, left = [], [f"stale takes stay as they are: {error.message}: {error.hint}".removesuffix(": ")]
    return [*ready, *again], [*told, *left]


def _staying(studio: Studio, engine: str) -> list[ShotState]:
    """The shots that show what a person chose, though something newer was made for the film."""
    states = making.states(studio.snapshot().story)
    if engine:
        return [
            each for each in states if each.picked and each.picked.engine != engine and _has(each, engine)
        ]
    return [each for each in states if each.waiting]


def _has(state: ShotState, engine: str) -> bool:
    """Whether a shot shows a fresh take of an engine, or has one that waits beside what a person chose."""
    if state.picked is not None and state.picked.engine == engine and not state.stale:
        return True
    mine = (take for take in state.takes if take.engine == engine and not take.rejected)
    return state.stays and any(state.is_fresh(take) for take in mine)


def _pick(studio: Studio, engine: str) -> None:
    """Show what was asked for: each shot its newest fresh take of that engine, as one edit. (By itself a take
    of a model is picked over a drawn one, but not noise.) What a person picked or rated stays.
    """
    before, after = [], []
    for state in making.states(studio.snapshot().story):
        mine = [take for take in state.takes if take.engine == engine and not take.rejected]
        shown = state.picked is not None and state.picked.engine == engine
        if not mine or shown or not state.is_fresh(mine[-1]):
            continue
        if not state.stays:
            before.append(state.shot)
            after.append(picking.by_the_box(state.shot, mine[-1]))
    if after:
        label = f"show the takes of {engine}"
        studio.project().edit(label, scope="project", actor=studio.actor, before=before, after=after)


def _label(wanted: Sequence[ShotState], snapshot: Snapshot) -> str:
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
