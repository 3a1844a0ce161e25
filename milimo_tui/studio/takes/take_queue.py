"""Batches of takes for the queue: what is being made already, what a shot goes on from, the requests.

`take_batch` says what the takes are; nothing is queued until `submit`.
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
_WORD = re.compile(r"\w+")  # 2B is no word of “LTX-2.5 22B”
COMING = sorted(set(OPEN) - {State.CANCELLING})  # jobs that will make what they are for
LABEL = 300  # letters that the queue takes
# Who speaks lines over pictures that are there.
SPEAKER = engine_registry.speaker().name
FEW = 50  # shots that are asked about one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Takes that a person wants. `due` are shots that need one only where it is not being made already.

    `not_before` is in seconds since 1970.
    """

    specs: Specs
    always: Sequence[ShotState] = ()
    due: Sequence[ShotState] = ()
    sweep: Sweep = field(default_factory=Sweep)
    label: str = ""  # of the batch; empty: the shots' numbers
    hold: bool = False
    priority: int = 0
    not_before: float | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)  # a merge patch for each spec
    voices: frozenset[str] = frozenset()  # shots (ids) whose picked take keeps its pictures: new sound alone
    handles: Handles | None = None  # None: as the settings say
    sound: str = ""  # a file that leads the takes
    one_go: bool = False  # all of them as one, with a cut from each to the next
    speaker: str = SPEAKER  # who makes the sound of `voices`; empty: who makes the shot's takes


@dataclass(frozen=True, slots=True)
class Prepared:
    """An order as requests. `under_way` are jobs that make some of it already."""

    takes: tuple[TakeRequest, ...]
    requests: tuple[JobRequest, ...]  # one for each wish
    batch: BatchRequest
    under_way: tuple[str, ...]
    comparing: tuple[JobRequest, ...] = ()  # holds takes against pictures once they are there

    def put_off(self, not_before: float | None) -> Prepared:
        """The same, to begin no earlier (seconds since 1970)."""
        later = tuple(replace(request, not_before=not_before) for request in self.requests)
        return replace(self, requests=later)


def prepare(studio: Studio, order: Order, client: Client | None) -> Prepared:
    """What would be queued. Raises NotFound for an engine that can't, BadInput for what can't be, Unavailable
    for what is not here.
    """
    story = order.specs.story
    root = studio.project().paths.root
    takes = open_takes(studio, client, _relevant_shots(order))
    under_way = made_already(takes, order)
    fresh = {state.shot.id for state in (*order.always, *order.due)} - under_way.keys()
    # In film order, each once.
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
    """The wishes, each with how many of them the same weights make."""
    count = Counter((take.spec.engine, take.spec.model) for take in wishes)
    return [
        replace(
            take,
            spec=take.spec.model_copy(update={"among": count[take.spec.engine, take.spec.model]}),
        )
        for take in wishes
    ]


def _changed(take: TakeRequest, changes: Mapping[str, Any]) -> TakeRequest:
    """A wish whose spec a person changed. Raises BadInput, Refused."""
    text = patched(take.spec.model_dump_json(), changes).text
    return replace(take, spec=MakeVideo.model_validate_json(text))


def _led(wish: TakeRequest, sound: str) -> TakeRequest:
    """A wish for a take that a sound leads, and that stands for what the shot says. Raises Refused."""
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
    """A wish for the sound alone, over the pictures of the take that is picked."""
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
    """Return what is asked for the shots of the open film; `engine` makes them all (empty: each its own)."""
    return Specs(studio.snapshot().story, engine=engine, root=studio.project().paths.root)


def check_ready(studio: Studio, wanted: Sequence[ShotState], specs: Specs) -> None:
    """What can't be made here is said before anything is started. Raises BadInput, Refused, Unavailable."""
    preflight.require(studio, specs.story, ((state.shot, specs.of(state.shot)) for state in wanted))


def ready_ones(
    studio: Studio, wanted: Sequence[ShotState], specs: Specs
) -> tuple[list[ShotState], list[str]]:
    """The shots that can be made here, and why the others can't. Raises what is in the way where none can."""
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
    """Queue it, as one batch; returns the ids of all jobs that make it, those under way first."""
    if prepared.requests:
        client.submit(prepared.requests, batches=[prepared.batch])
    if prepared.comparing:
        client.submit(prepared.comparing)
    return [*prepared.under_way, *(request.id for request in prepared.requests)]


@dataclass(frozen=True, slots=True)
class OpenTake:
    """A job that will make a take of a shot, and maybe of others; `spec` gives what it is asked for."""

    id: str
    shot: str
    is_settled: bool
    spec: Callable[[], Any]


def open_takes(studio: Studio, client: Client | None, shots: Collection[str]) -> list[OpenTake]:
    """Jobs that will make takes of those shots, oldest first; without a client as last seen."""
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
    """What of the queue could be of those shots: asked shot by shot where they are few, as it may be long."""
    if len(shots) > FEW:
        return client.jobs({"states": COMING})
    found = [job for shot in sorted(shots) for job in client.jobs({"states": COMING, "shot": shot})]
    return list({job.id: job for job in found}.values())  # one may be for several of them


def _relevant_shots(order: Order) -> set[str]:
    """The shots of which it matters what is being made: those that are due or that others continue."""
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
    """By shot id the open job that makes what a due shot asks for now (after an interrupt, or elsewhere)."""
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
    """What shots that continue others go on from, by the id of the other: the newest take that is being made,
    else the picked one's file. Nothing where there is neither.
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
