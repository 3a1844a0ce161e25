"""Script to film in one command: import, commit, make missing and stale takes, render.

Each step is also a command of its own; this module runs them in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, Refused, Unavailable
from milimo_tui.core.format import plural
from milimo_tui.core.host import HOST, require_space
from milimo_tui.core.time import ratio_text
from milimo_tui.cut.delivery.requests import DeliveryRequest, delivery_for
from milimo_tui.cut.plan.plan import Plan
from milimo_tui.story.values import picked_takes
from milimo_tui.studio.queue.waiting import Job, sentence, wait_shown
from milimo_tui.studio.render import deliveries, render_jobs
from milimo_tui.studio.script import screenplays
from milimo_tui.studio.script.script_source import Source, keep_original
from milimo_tui.studio.session.studio import Snapshot, Studio
from milimo_tui.studio.takes import rebuild, shot_spec, take_queue
from milimo_tui.studio.takes.shot_spec import ShotState, Specs

GOES_ON = "the same command goes on from there; milimo job watch follows the jobs"


@dataclass(frozen=True, slots=True)
class Made:
    """The result of `milimo film`: its JSON data, and True for a previs, and for noise of tiny weights."""

    data: dict[str, Any]
    previs: bool
    noise: bool = False


def film(
    studio: Studio,
    source: Source,
    *,
    project: str = "",
    output: Path | None = None,
    engine: str = "",
) -> Made:
    """Make a rendered film from a screenplay. Raises BadInput before anything is made if the file is no
    screenplay.
    """
    screenplay = screenplays.parse_script(source.data)
    if output is not None:
        deliveries.check_output(output, delivery_for(DeliveryRequest(), output.suffix, 2, 2))
    if engine:
        shot_spec.check_engine(engine, "make_video")
    require_space(studio.home.root, 0, "make a film")
    screenplays.open_or_create(studio, screenplay, name=source.name, project=project)
    screenplays.bring_in(studio, source.data.decode(), source.name)
    keep_original(studio, source)
    job_ids: list[str] = []
    specs = take_queue.film_specs(studio, engine)
    wanted, left_out = _wanted(studio, specs)
    if wanted:
        order = take_queue.Order(specs=specs, due=wanted, label=_label(wanted, studio.snapshot()))
        client = studio.client()
        job_ids = take_queue.submit(client, take_queue.prepare(studio, order, client))
    jobs = wait_shown(studio, "takes", job_ids, come_back=GOES_ON) if job_ids else {}
    problems = [*left_out, *(sentence(job) for job in jobs.values() if job.state != "done")]
    if engine:
        _pick(studio, engine)
    problems += [shot_spec.stays_message(each) for each in _staying(studio, engine)]
    [wish] = deliveries.orders(studio, DeliveryRequest(), str(output or ""))
    [render_id] = render_jobs.queue_render(studio, [wish])
    if render_id:
        jobs[render_id] = render_jobs.wait_for_render(studio, render_id, come_back=GOES_ON)
        problems += render_jobs.last_result(studio, render_id).notes
    report = _report(studio, wish.target, wish.plan, jobs, problems)
    return Made(report, wish.plan.previs, report["noise"])


def _wanted(studio: Studio, specs: Specs) -> tuple[list[ShotState], list[str]]:
    """Return the shots to make, and the reasons why others can't be made.

    These are shots without a take, with a stale take, or without a take of the named engine. Raises the
    reason if no shot without a take can be made. A stale take that can't be made again here stays: a drawing
    does not replace a model's take.
    """
    states = [state for state in shot_spec.states(specs.story) if not state.is_shared]
    if specs.engine:
        named = [each for each in states if not _has(each, specs.engine)]
        return take_queue.ready_ones(studio, named, specs)
    ready, waiting = take_queue.ready_ones(studio, [each for each in states if each.lacks_take], specs)
    stale = [rebuild.made_again(specs.story, each) for each in states if each.due]
    try:
        again, left = take_queue.ready_ones(studio, stale, specs)
    except (BadInput, Refused, Unavailable) as error:
        again, left = [], [f"stale takes stay as they are: {error.message}: {error.hint}".removesuffix(": ")]
    return [*ready, *again], [*waiting, *left]


def _staying(studio: Studio, engine: str) -> list[ShotState]:
    """Return the shots that show a take that the user picked although the film has a newer one."""
    states = [state for state in shot_spec.states(studio.snapshot().story) if not state.is_shared]
    if engine:
        return [
            each for each in states if each.picked and each.picked.engine != engine and _has(each, engine)
        ]
    return [each for each in states if each.waiting]


def _has(state: ShotState, engine: str) -> bool:
    """Return True if a shot shows a fresh take of an engine, or has one that is not shown because of the
    user's pick.
    """
    if state.picked is not None and state.picked.engine == engine and not state.stale:
        return True
    mine = (take for take in state.takes if take.engine == engine and not take.rejected)
    return state.stays and any(state.is_fresh(take) for take in mine)


def _pick(studio: Studio, engine: str) -> None:
    """Show each shot's newest fresh take of the engine, as one edit.

    Automatically, a model's take is picked over a drawing, but noise is not. Takes that the user picked or
    rated stay.
    """
    before, after = [], []
    for state in shot_spec.states(studio.snapshot().story):
        if state.is_shared:
            continue
        mine = [take for take in state.takes if take.engine == engine and not take.rejected]
        shown = state.picked is not None and state.picked.engine == engine
        if not mine or shown or not state.is_fresh(mine[-1]):
            continue
        if not state.stays:
            before.append(state.shot)
            after.append(picked_takes.by_the_box(state.shot, mine[-1]))
    if after:
        label = f"show the takes of {engine}"
        studio.project().edit(label, scope="project", actor=studio.actor, before=before, after=after)


def _label(wanted: Sequence[ShotState], snapshot: Snapshot) -> str:
    """Return the name of the batch of takes: `“Rain Market”, 40 takes`."""
    return f"“{snapshot.story.project.name[:100]}”, {plural(len(wanted), 'take')}"


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
                "engine": state.picked.engine if state.picked else shot_spec.engine_of(story, state.shot),
                "take": state.picked.id if state.picked else None,
            }
            for state in shot_spec.states(story)
        ],
        "jobs": [{"id": job.id, "kind": job.kind, "state": job.state} for job in jobs.values()],
        "problems": problems,
        "made": HOST.now(),
    }
