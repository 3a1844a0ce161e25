"""Prepare batches of takes for the queue.

The module makes the job requests. It finds unfinished jobs that already make a wanted take, and the ends of
previous shots that new takes continue. `take_batch` composes the takes. Nothing is queued before
`submit_takes` is called.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, MilimoError, Refused
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.spec_values import JobOutput
from milimo_tui.engines.specs.video_specs import Leading, MakeVideo, Over
from milimo_tui.jobs.client.client import BatchRequest, Client, JobRequest
from milimo_tui.jobs.values.spec_texts import patch_job_spec
from milimo_tui.jobs.values.states import ENDED, JobState
from milimo_tui.jobs.values.views import JobView
from milimo_tui.store.jobs.studio_file import open_studio_for_reading
from milimo_tui.store.jobs.studio_values import JobFilter
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.studio.queue.waiting import is_settled
from milimo_tui.studio.render import render_plan
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import (
    conditioning,
    likeness,
    one_go,
    preflight,
    shot_spec,
    signatures,
    take_batch,
)
from milimo_tui.studio.takes.conditioning import ShotEnd
from milimo_tui.studio.takes.handles import NO_HANDLES, Handles
from milimo_tui.studio.takes.shot_spec import FilmSpecs, ShotState
from milimo_tui.studio.takes.switched import apply_feature_switches
from milimo_tui.studio.takes.take_batch import Sweep, TakeRequest

OPEN_JOB_STATES = sorted(set(JobState) - ENDED)
# Matches a complete word, so that the shot number 2B is not found in “LTX-2.5 22B”.
_WORD = re.compile(r"\w+")
PRODUCTIVE_STATES = sorted(
    set(OPEN_JOB_STATES) - {JobState.CANCELLING}
)  # Jobs in these states will still produce a result. A job that is being cancelled will not.
MAX_JOB_LABEL = 300  # Labels are cut to this number of characters, because the queue refuses longer ones.
# The engine that speaks dialogue over the pictures of an existing take.
SPEAKER = engine_registry.find_speech_engine().name
# Up to this number of shots, the queue is queried separately for each shot; for more shots, all its jobs are
# listed.
MAX_SHOT_QUERIES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOrder:
    """The user's order of takes, from which `prepare_takes` makes job requests.

    Every shot in `always` gets a take. A shot in `due` gets a take only if no job is making one already.
    `not_before` is the earliest start in seconds since 1970.
    """

    specs: FilmSpecs
    always: Sequence[ShotState] = ()
    due: Sequence[ShotState] = ()
    sweep: Sweep = field(default_factory=Sweep)
    label: str = ""  # The label of the batch. If it is empty, the numbers of the shots are used.
    hold: bool = False
    priority: int = 0
    not_before: float | None = None
    # A JSON merge patch that is applied to the spec of each take.
    changes: Mapping[str, Any] = field(default_factory=dict)
    # Ids of the shots whose picked take keeps its pictures and gets new sound.
    voices: frozenset[str] = frozenset()
    handles: Handles | None = None  # None means the handles from the settings.
    sound: str = ""  # The path of a sound file that the takes follow; empty for none.
    # The sounds that the takes of single shots follow, by shot id.
    sounds: Mapping[str, Leading] = field(default_factory=dict)
    one_go: bool = False  # True if all shots are made together, as one take with cuts.
    # The engine that makes new sound for the shots in `voices`. If it is empty, the engine of the shot's
    # takes is used.
    speaker: str = SPEAKER


@dataclass(frozen=True, slots=True)
class PreparedTakes:
    """The job requests made from an order of takes, ready to be queued. `under_way` has the ids of existing
    jobs that already make some of the ordered takes.
    """

    takes: tuple[TakeRequest, ...]
    requests: tuple[JobRequest, ...]  # The job requests, one for each of `takes` and in their order.
    batch: BatchRequest
    under_way: tuple[str, ...]
    # Requests for jobs that compare the finished takes with the pictures of their elements.
    comparing: tuple[JobRequest, ...] = ()

    def postpone(self, not_before: float | None) -> PreparedTakes:
        """Return a copy of these prepared takes in which no job starts before `not_before`, in seconds since
        1970. None means that the jobs may start at once.
        """
        later = tuple(replace(request, not_before=not_before) for request in self.requests)
        return replace(self, requests=later)


def prepare_takes(studio: Studio, order: TakeOrder, client: Client | None) -> PreparedTakes:
    """Convert an order to job requests, without queuing them. Without `client`, jobs that already make a take
    are read from the queue's file.

    Raises NotFound for an engine that can't make takes, BadInput for a faulty order, and Unavailable for
    missing weights or files.
    """
    story = order.specs.story
    root = studio.require_project().paths.root
    takes = list_open_takes(studio, client, _find_relevant_shots(order))
    under_way = find_jobs_for_due_shots(takes, order)
    fresh = {state.shot.id for state in (*order.always, *order.due)} - under_way.keys()
    # A shot may be in both lists. Make one take of it, and take the shots in film order below.
    given = {state.shot.id: state for state in (*order.due, *order.always)}
    wanted = [given[shot.id] for shot in story.live_shots() if shot.id in fresh]
    take_requests = take_batch.compose(
        order.specs,
        wanted,
        order.sweep,
        handles=NO_HANDLES if order.one_go else order.handles or Handles.from_settings(studio.settings),
        continued=find_continued_ends(studio, wanted, takes),
    )
    take_requests = [
        replace(take, spec=apply_feature_switches(studio.settings, take.spec)) for take in take_requests
    ]
    take_requests = [one_go.join_takes(take_requests)] if order.one_go and take_requests else take_requests
    take_requests = (
        [_apply_spec_changes(take, order.changes) for take in take_requests]
        if order.changes
        else take_requests
    )
    take_requests = [
        _make_voice_request(studio, take, order.speaker) if take.state.shot.id in order.voices else take
        for take in take_requests
    ]
    take_requests = [
        _add_leading_sound(take, leading) if (leading := _find_leading_sound(order, take)) else take
        for take in take_requests
    ]
    take_requests = _count_shared_weights(take_requests)
    for engine in {take.spec.engine for take in take_requests}:
        shot_spec.check_engine(engine, "make_video")
    once = {take.state.shot.id: take for take in take_requests}.values()
    preflight.require_preflight(studio, story, ((take.state.shot, take.spec) for take in once))
    label = order.label or take_batch.make_batch_label(wanted, order.sweep)
    batch = BatchRequest(label=label[:MAX_JOB_LABEL], project=str(root))
    requests = [
        JobRequest(
            id=take.id,
            spec=take.spec.model_dump(mode="json"),
            label=take.label[:MAX_JOB_LABEL],
            project=str(root),
            shot=take.state.shot.id,
            with_shots=one_go.list_other_shots(take.spec, take.state.shot.id),
            batch=batch.id,
            hold=order.hold,
            priority=order.priority,
            not_before=order.not_before,
        )
        for take in take_requests
    ]
    comparing = tuple(
        likeness.list_likeness_requests(studio, story, take_requests, order.hold, order.not_before)
    )
    return PreparedTakes(
        tuple(take_requests), tuple(requests), batch, tuple(dict.fromkeys(under_way.values())), comparing
    )


def _count_shared_weights(requests: Sequence[TakeRequest]) -> list[TakeRequest]:
    """Return copies of the requests of a batch. The spec of each gets a new value `among`: the number of
    requests in the batch that use the same engine and model.
    """
    count = Counter((take.spec.engine, take.spec.model) for take in requests)
    return [
        replace(
            take,
            spec=take.spec.model_copy(update={"among": count[take.spec.engine, take.spec.model]}),
        )
        for take in requests
    ]


def _apply_spec_changes(take: TakeRequest, changes: Mapping[str, Any]) -> TakeRequest:
    """Return the request with the user's changes, a JSON merge patch, applied to its spec. Raises BadInput,
    Refused.
    """
    text = patch_job_spec(take.spec.model_dump_json(), changes).text
    return replace(take, spec=MakeVideo.model_validate_json(text))


def _find_leading_sound(order: TakeOrder, request: TakeRequest) -> Leading | None:
    """Return the sound that the take of a request must follow. None if there is none."""
    return order.sounds.get(request.state.shot.id) or (Leading(input=order.sound) if order.sound else None)


def _add_leading_sound(request: TakeRequest, sound: Leading) -> TakeRequest:
    """Return the request with a sound file that the take must follow. The take keeps the signature of its
    shot, so that it does not count as stale. Raises Refused for an engine that draws the pictures without a
    video model, because it can't follow a sound.
    """
    spec = request.spec
    if shot_spec.is_drawing_engine(spec.engine):
        raise Refused(
            f"{spec.engine} draws from the facts of the shot and can't follow a sound",
            "choose an engine with a video model, for example --engine ltx2",
        )
    stands_for = spec.stands_for or signatures.get_signature(spec)
    return replace(request, spec=spec.model_copy(update={"sound": sound, "stands_for": stands_for}))


def _make_voice_request(studio: Studio, request: TakeRequest, speaker: str) -> TakeRequest:
    """Return a request that makes new sound over the pictures of the shot's picked take. `speaker` is the
    engine that speaks the dialogue. Raises BadInput if the shot has no take.
    """
    story, take = request.state.story, request.state.picked
    asset = next((asset for asset in story.assets if take and asset.id == take.asset), None)
    if take is None or asset is None:
        raise BadInput(
            f"{request.state.number} has no take to which a voice could be added",
            f"milimo shot make {request.state.number} makes one",
        )
    changes = {
        "engine": speaker or request.spec.engine,
        "seed": take.seed,
        "facts": shot_spec.get_shot_facts(
            story, FilmPerformances(story).prepare_for_take(request.state.shot), voiced=True
        ),
        "stands_for": signatures.get_signature(request.spec),
        "over": Over(input=str(render_plan.get_asset_path(studio.require_project().paths, asset))),
        "head": take.head,
        "tail": take.tail,
    }
    return replace(
        request, spec=request.spec.model_copy(update=changes), label=f"{request.state.number} voice"
    )


def make_film_specs(studio: Studio, engine: str = "") -> FilmSpecs:
    """Return an object that makes the specs of takes for the open film. If `engine` is given, that engine
    makes all shots; otherwise each shot uses its own engine.
    """
    return FilmSpecs(studio.take_snapshot().story, engine=engine, root=studio.require_project().paths.root)


def check_takes_ready(studio: Studio, wanted: Sequence[ShotState], specs: FilmSpecs) -> None:
    """Check that takes of the wanted shots can be made on this machine, before any is started. Raises
    BadInput, Refused, Unavailable.
    """
    preflight.require_preflight(
        studio, specs.story, ((state.shot, specs.get_spec(state.shot)) for state in wanted)
    )


def split_ready_takes(
    studio: Studio, wanted: Sequence[ShotState], specs: FilmSpecs
) -> tuple[list[ShotState], list[str]]:
    """Return the shots whose takes can be made on this machine, and a sentence with the reason for each of
    the others. If no take can be made, raise the error that `check_takes_ready` raised for all of them.
    """
    try:
        check_takes_ready(studio, wanted, specs)
    except MilimoError as error:
        first = error
    else:
        return list(wanted), []
    ready: list[ShotState] = []
    sentences: list[str] = []
    for state in wanted:
        try:
            check_takes_ready(studio, [state], specs)
        except MilimoError as error:
            why = f"{error.message}: {error.hint}" if error.hint else error.message
            sentences.append(why if state.number in _WORD.findall(why) else f"{state.number}: {why}")
        else:
            ready.append(state)
    if not ready:
        raise first
    return ready, sentences


def submit_takes(client: Client, prepared: PreparedTakes) -> list[str]:
    """Queue the takes as one batch. Return the ids of all jobs that make takes of the order, existing jobs
    first.
    """
    if prepared.requests:
        client.submit_jobs(prepared.requests, batches=[prepared.batch])
    if prepared.comparing:
        client.submit_jobs(prepared.comparing)
    return [*prepared.under_way, *(request.id for request in prepared.requests)]


@dataclass(frozen=True, slots=True)
class OpenTake:
    """An unfinished job that will make a take of a shot. `id` is the job's id, and `shot` the shot's id. If
    the job makes several shots as one take with cuts, each of these shots has its own `OpenTake`. `spec` is a
    function that reads the job's spec.
    """

    id: str
    shot: str
    is_settled: bool
    spec: Callable[[], Any]


def list_open_takes(studio: Studio, client: Client | None, shots: Collection[str]) -> list[OpenTake]:
    """Return the unfinished jobs that will make takes of the given shots (ids), oldest first. If `client` is
    None, read the jobs from the queue's file.
    """
    here = studio.require_project().paths.root.resolve()
    if client is not None:
        return [
            OpenTake(job.id, shot, is_settled(job), partial(_get_job_spec, client, job.id))
            for job in _list_jobs_of_shots(client, shots)
            if job.kind == "make_video" and Path(job.project).resolve() == here
            for shot in job.shots
            if shot in shots
        ]
    with open_studio_for_reading(studio.home.studio_db) as file:
        return [
            OpenTake(job.id, shot, False, partial(json.loads, job.spec))
            for job in (file.select_jobs(JobFilter(states=PRODUCTIVE_STATES)) if file and shots else ())
            if job.kind == "make_video" and Path(job.project).resolve() == here
            for shot in (job.shot, *json.loads(job.with_shots))
            if shot in shots
        ]


def _list_jobs_of_shots(client: Client, shots: Collection[str]) -> list[JobView]:
    """Return the unfinished jobs that may make takes of the given shots (ids). For few shots, query the queue
    for each shot, because a long queue is slow to list.
    """
    if len(shots) > MAX_SHOT_QUERIES:
        return client.list_jobs({"states": PRODUCTIVE_STATES})
    found = [
        job for shot in sorted(shots) for job in client.list_jobs({"states": PRODUCTIVE_STATES, "shot": shot})
    ]
    # Remove duplicates: a job that makes several shots as one take is found once for each of them.
    return list({job.id: job for job in found}.values())


def _find_relevant_shots(order: TakeOrder) -> set[str]:
    """Return the ids of the shots whose unfinished jobs affect an order. These are shots that get a take only
    if no job makes one already, and shots whose end another shot continues.
    """
    wanted = (*order.always, *order.due)
    shots, performances = order.specs.film.shots, order.specs.film.performances
    before = {
        performances.find_take_maker(shots[state.shot.continuity_source]).id
        for state in wanted
        if state.shot.continuity_source in shots
    }
    return before | {state.shot.id for state in order.due}


def _get_job_spec(client: Client, id: str) -> Any:
    return client.fetch_job(id).spec


def find_jobs_for_due_shots(takes: Sequence[OpenTake], order: TakeOrder) -> dict[str, str]:
    """Find the shots in `due` for which a job already makes the wanted take. Return the job's id by the
    shot's id. Such a job may be left from an interrupted command, or come from another terminal.
    """
    always = {state.shot.id for state in order.always}
    orders = {
        state.shot.id: signatures.get_signature(order.specs.get_spec(state.shot))
        for state in order.due
        if state.shot.id not in always
    }
    found: dict[str, str] = {}
    for take in takes:
        if take.shot not in orders or take.shot in found or take.is_settled:
            continue
        if one_go.get_shot_signature(MakeVideo.model_validate(take.spec()), take.shot) == orders[take.shot]:
            found[take.shot] = take.id
    return found


def find_continued_ends(
    studio: Studio, wanted: Sequence[ShotState], takes: Sequence[OpenTake]
) -> Mapping[str, ShotEnd]:
    """Return the ends of previous shots with which takes of the wanted shots begin, by the id of the previous
    shot.

    The end comes from the newest unfinished job that makes a take of the previous shot. If there is no such
    job, the end comes from the file of the picked take. A previous shot with neither is left out.
    """
    film = conditioning.StoryIndex.from_story(studio.take_snapshot().story)
    before = {state.shot.continuity_source for state in wanted if state.shot.continuity_source}
    coming = {take.shot: take for take in takes}
    found: dict[str, ShotEnd] = {}
    for shot in film.story.shots:
        if shot.id not in before:
            continue
        take, maker = film.get_shown_take(shot), film.performances.find_take_maker(shot).id
        if maker in coming:
            role, spec = one_go.get_output_for_shot(MakeVideo.model_validate(coming[maker].spec()), maker)
            output = JobOutput(job=coming[maker].id, output=role)
            found[shot.id] = ShotEnd(
                output, conditioning.find_last_frame(shot, spec, film.performances.get_take_start(shot))
            )
        elif take is not None and take.asset in film.assets:
            path = str(render_plan.get_asset_path(studio.require_project().paths, film.assets[take.asset]))
            found[shot.id] = ShotEnd(path, conditioning.find_last_frame(shot, take))
    return found
