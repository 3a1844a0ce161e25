"""Batches of takes for the queue: jobs already making them, the ends that shots continue, and the job
requests.

`take_batch` composes the takes; nothing is queued before `submit_takes`.
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
from milimo_tui.jobs.values.spec_texts import patched
from milimo_tui.jobs.values.states import ENDED, State
from milimo_tui.jobs.values.views import JobView
from milimo_tui.store.jobs.studio_file import open_for_reading
from milimo_tui.store.jobs.studio_values import JobFilter
from milimo_tui.story.shots.performances import Performances
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
from milimo_tui.studio.takes.conditioning import End
from milimo_tui.studio.takes.handles import NO_HANDLES, Handles
from milimo_tui.studio.takes.shot_spec import ShotState, Specs
from milimo_tui.studio.takes.switched import switched
from milimo_tui.studio.takes.take_batch import Sweep, TakeRequest

OPEN = sorted(set(State) - ENDED)
_WORD = re.compile(r"\w+")  # Whole words, so that the shot 2B is not found in “LTX-2.5 22B”.
COMING = sorted(set(OPEN) - {State.CANCELLING})  # states of jobs that will produce their result
LABEL = 300  # characters that the queue accepts
# The engine that speaks lines over existing pictures.
SPEAKER = engine_registry.speaker().name
FEW = 50  # up to this number, the queue is asked for each shot separately


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The user's order of takes.

    `due` are shots that need a take only if it is not being made already. `not_before` is in seconds since
    1970.
    """

    specs: Specs
    always: Sequence[ShotState] = ()
    due: Sequence[ShotState] = ()
    sweep: Sweep = field(default_factory=Sweep)
    label: str = ""  # label of the batch; empty: the shots' numbers
    hold: bool = False
    priority: int = 0
    not_before: float | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)  # a merge patch for each spec
    # shots (ids) whose picked take keeps its pictures and gets new sound
    voices: frozenset[str] = frozenset()
    handles: Handles | None = None  # None: from the settings
    sound: str = ""  # a sound file that the takes follow
    one_go: bool = False  # all shots as one take with cuts
    speaker: str = SPEAKER  # engine for the sound of `voices`; empty: the engine of the shot's takes


@dataclass(frozen=True, slots=True)
class Prepared:
    """An order as job requests. `under_way` are jobs that already make some of its takes."""

    takes: tuple[TakeRequest, ...]
    requests: tuple[JobRequest, ...]  # one for each take
    batch: BatchRequest
    under_way: tuple[str, ...]
    comparing: tuple[JobRequest, ...] = ()  # jobs that compare the finished takes with pictures

    def put_off(self, not_before: float | None) -> Prepared:
        """Return the order with an earliest start time (seconds since 1970)."""
        later = tuple(replace(request, not_before=not_before) for request in self.requests)
        return replace(self, requests=later)


def prepare(studio: Studio, order: Order, client: Client | None) -> Prepared:
    """Return what would be queued.

    Raises NotFound for an engine that can't make takes, BadInput for a faulty order, and Unavailable for
    missing parts.
    """
    story = order.specs.story
    root = studio.project().paths.root
    takes = open_takes(studio, client, _relevant_shots(order))
    under_way = made_already(takes, order)
    fresh = {state.shot.id for state in (*order.always, *order.due)} - under_way.keys()
    # In film order, without duplicates.
    given = {state.shot.id: state for state in (*order.due, *order.always)}
    wanted = [given[shot.id] for shot in story.live_shots() if shot.id in fresh]
    wishes = take_batch.compose(
        order.specs,
        wanted,
        order.sweep,
        handles=NO_HANDLES if order.one_go else order.handles or Handles.wanted(studio.settings),
        continued=ends_before(studio, wanted, takes),
    )
    wishes = [replace(take, spec=switched(studio.settings, take.spec)) for take in wishes]
    wishes = [one_go.joined(wishes)] if order.one_go and wishes else wishes
    wishes = [_changed(take, order.changes) for take in wishes] if order.changes else wishes
    wishes = [
        _voice(studio, take, order.speaker) if take.state.shot.id in order.voices else take for take in wishes
    ]
    wishes = [_led(take, order.sound) for take in wishes] if order.sound else wishes
    wishes = _together(wishes)
    for engine in {take.spec.engine for take in wishes}:
        shot_spec.check_engine(engine, "make_video")
    once = {take.state.shot.id: take for take in wishes}.values()
    preflight.require(studio, story, ((take.state.shot, take.spec) for take in once))
    label = order.label or take_batch.label_of(wanted, order.sweep)
    batch = BatchRequest(label=label[:LABEL], project=str(root))
    requests = [
        JobRequest(
            id=take.id,
            spec=take.spec.model_dump(mode="json"),
            label=take.label[:LABEL],
            project=str(root),
            shot=take.state.shot.id,
            with_shots=one_go.shots_beside(take.spec, take.state.shot.id),
            batch=batch.id,
            hold=order.hold,
            priority=order.priority,
            not_before=order.not_before,
        )
        for take in wishes
    ]
    comparing = tuple(likeness.after(studio, story, wishes, order.hold, order.not_before))
    return Prepared(
        tuple(wishes), tuple(requests), batch, tuple(dict.fromkeys(under_way.values())), comparing
    )


def _together(wishes: Sequence[TakeRequest]) -> list[TakeRequest]:
    """Return the requests, each with the number of requests that use the same weights."""
    count = Counter((take.spec.engine, take.spec.model) for take in wishes)
    return [
        replace(
            take,
            spec=take.spec.model_copy(update={"among": count[take.spec.engine, take.spec.model]}),
        )
        for take in wishes
    ]


def _changed(take: TakeRequest, changes: Mapping[str, Any]) -> TakeRequest:
    """Return a request with the user's changes to its spec. Raises BadInput, Refused."""
    text = patched(take.spec.model_dump_json(), changes).text
    return replace(take, spec=MakeVideo.model_validate_json(text))


def _led(wish: TakeRequest, sound: str) -> TakeRequest:
    """Return a request for a take that follows a sound, with the shot's own signature. Raises Refused."""
    spec = wish.spec
    if shot_spec.draws_from_facts(spec.engine):
        raise Refused(
            f"{spec.engine} draws from the shot alone and follows no sound",
            "name an engine that makes video by a model: milimo shot make --engine",
        )
    stands_for = spec.stands_for or signatures.signature(spec)
    return replace(
        wish, spec=spec.model_copy(update={"sound": Leading(input=sound), "stands_for": stands_for})
    )


def _voice(studio: Studio, wish: TakeRequest, speaker: str) -> TakeRequest:
    """Return a request for new sound only, over the pictures of the picked take."""
    story, take = wish.state.story, wish.state.picked
    asset = next((asset for asset in story.assets if take and asset.id == take.asset), None)
    if take is None or asset is None:
        raise BadInput(
            f"{wish.state.number} has no take to speak over", f"milimo shot make {wish.state.number}"
        )
    changes = {
        "engine": speaker or wish.spec.engine,
        "seed": take.seed,
        "facts": shot_spec.facts_of(story, Performances(story).performed(wish.state.shot), voiced=True),
        "stands_for": signatures.signature(wish.spec),
        "over": Over(input=str(render_plan.asset_path(studio.project().paths, asset))),
        "head": take.head,
        "tail": take.tail,
    }
    return replace(wish, spec=wish.spec.model_copy(update=changes), label=f"{wish.state.number} voice")


def film_specs(studio: Studio, engine: str = "") -> Specs:
    """Return the specs for the open film. `engine` makes all shots; empty: each shot's own engine."""
    return Specs(studio.snapshot().story, engine=engine, root=studio.project().paths.root)


def check_ready(studio: Studio, wanted: Sequence[ShotState], specs: Specs) -> None:
    """Check that the takes can be made here, before anything is started. Raises BadInput, Refused,
    Unavailable.
    """
    preflight.require(studio, specs.story, ((state.shot, specs.of(state.shot)) for state in wanted))


def ready_ones(
    studio: Studio, wanted: Sequence[ShotState], specs: Specs
) -> tuple[list[ShotState], list[str]]:
    """Return the shots that can be made here, and reasons for the others. Raises the reason if none can be
    made.
    """
    try:
        check_ready(studio, wanted, specs)
    except MilimoError as error:
        first = error
    else:
        return list(wanted), []
    ready: list[ShotState] = []
    sentences: list[str] = []
    for state in wanted:
        try:
            check_ready(studio, [state], specs)
        except MilimoError as error:
            why = f"{error.message}: {error.hint}" if error.hint else error.message
            sentences.append(why if state.number in _WORD.findall(why) else f"{state.number}: {why}")
        else:
            ready.append(state)
    if not ready:
        raise first
    return ready, sentences


def submit(client: Client, prepared: Prepared) -> list[str]:
    """Queue an order as one batch; return the ids of all its jobs, those already under way first."""
    if prepared.requests:
        client.submit(prepared.requests, batches=[prepared.batch])
    if prepared.comparing:
        client.submit(prepared.comparing)
    return [*prepared.under_way, *(request.id for request in prepared.requests)]


@dataclass(frozen=True, slots=True)
class OpenTake:
    """A job that will make a take of a shot, and maybe of others. `spec` is a function that returns its
    spec.
    """

    id: str
    shot: str
    is_settled: bool
    spec: Callable[[], Any]


def open_takes(studio: Studio, client: Client | None, shots: Collection[str]) -> list[OpenTake]:
    """Return jobs that will make takes of the shots, oldest first. Without a client, use the queue's last
    stored state.
    """
    here = studio.project().paths.root.resolve()
    if client is not None:
        return [
            OpenTake(job.id, shot, is_settled(job), partial(_spec_of, client, job.id))
            for job in _open_jobs(client, shots)
            if job.kind == "make_video" and Path(job.project).resolve() == here
            for shot in job.shots
            if shot in shots
        ]
    with open_for_reading(studio.home.studio_db) as file:
        return [
            OpenTake(job.id, shot, False, partial(json.loads, job.spec))
            for job in (file.jobs(JobFilter(states=COMING)) if file and shots else ())
            if job.kind == "make_video" and Path(job.project).resolve() == here
            for shot in (job.shot, *json.loads(job.with_shots))
            if shot in shots
        ]


def _open_jobs(client: Client, shots: Collection[str]) -> list[JobView]:
    """Return the open jobs that may belong to the shots. For few shots, ask shot by shot, as the queue may be
    long.
    """
    if len(shots) > FEW:
        return client.jobs({"states": COMING})
    found = [job for shot in sorted(shots) for job in client.jobs({"states": COMING, "shot": shot})]
    return list({job.id: job for job in found}.values())  # A job may belong to several of the shots.


def _relevant_shots(order: Order) -> set[str]:
    """Return the shots whose open jobs matter: shots that are due, and shots that others continue."""
    wanted = (*order.always, *order.due)
    shots, performances = order.specs.film.shots, order.specs.film.performances
    before = {
        performances.maker(shots[state.shot.goes_on_from]).id
        for state in wanted
        if state.shot.goes_on_from in shots
    }
    return before | {state.shot.id for state in order.due}


def _spec_of(client: Client, id: str) -> Any:
    return client.job(id).spec


def made_already(takes: Sequence[OpenTake], order: Order) -> dict[str, str]:
    """Return, by shot id, the open job that already makes what a due shot needs (after an interrupt, or from
    elsewhere).
    """
    always = {state.shot.id for state in order.always}
    orders = {
        state.shot.id: signatures.signature(order.specs.of(state.shot))
        for state in order.due
        if state.shot.id not in always
    }
    found: dict[str, str] = {}
    for take in takes:
        if take.shot not in orders or take.shot in found or take.is_settled:
            continue
        if one_go.asked_of(MakeVideo.model_validate(take.spec()), take.shot) == orders[take.shot]:
            found[take.shot] = take.id
    return found


def ends_before(studio: Studio, wanted: Sequence[ShotState], takes: Sequence[OpenTake]) -> Mapping[str, End]:
    """Return the ends that shots continue, by the id of the previous shot.

    An end is that of the newest take being made, or else of the picked take's file. Shots with neither are
    left out.
    """
    film = conditioning.Index.of(studio.snapshot().story)
    before = {state.shot.goes_on_from for state in wanted if state.shot.goes_on_from}
    coming = {take.shot: take for take in takes}
    found: dict[str, End] = {}
    for shot in film.story.shots:
        if shot.id not in before:
            continue
        take, maker = film.picked(shot), film.performances.maker(shot).id
        if maker in coming:
            role, spec = one_go.piece_of(MakeVideo.model_validate(coming[maker].spec()), maker)
            made = JobOutput(job=coming[maker].id, output=role)
            found[shot.id] = End(made, conditioning.last_frame(shot, spec, film.performances.begins(shot)))
        elif take is not None and take.asset in film.assets:
            path = str(render_plan.asset_path(studio.project().paths, film.assets[take.asset]))
            found[shot.id] = End(path, conditioning.last_frame(shot, take))
    return found
