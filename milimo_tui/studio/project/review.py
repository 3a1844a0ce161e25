"""What came in while nobody was attached, and what no person has looked at: the inbox of a film.

Pure over the story, jobs and absences, which `studio.project.inbox` reads.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from milimo_tui.core.format import plural
from milimo_tui.jobs.values.views import JobView, WholeJob
from milimo_tui.story.values import picked_takes
from milimo_tui.story.values.film import Asset, FrameNote, Shot, Story, Take

if TYPE_CHECKING:
    from milimo_tui.store.jobs.studio_values import Absence

Job = JobView


class State(StrEnum):
    """What became of a job."""

    MADE = "made"
    STEPPED_DOWN = "stepped_down"  # made, in a way that needs less memory
    FAILED = "failed"
    SET_ASIDE = "set_aside"
    SKIPPED = "skipped"  # it waited for one that did not get done
    WAITING = "waiting"  # made, and waits for the film to take it in
    AGAIN = "again"  # it had failed, and is in the queue again


# Jobs without a take that a person should know of, and what they are called here.
TROUBLES = {
    "failed": State.FAILED,
    "set_aside": State.SET_ASIDE,
    "skipped": State.SKIPPED,
    "publishing": State.WAITING,
}
FAILED = tuple(state for state, what in TROUBLES.items() if what in (State.FAILED, State.SET_ASIDE))
MADE_HERE = "made while you were here"  # what is said where no absence is told of
_KINDS = ("make_video", "make_picture", "render_film")
_WORDS = {
    State.MADE: "made",
    State.FAILED: "failed",
    State.SET_ASIDE: "set aside",
    State.SKIPPED: "skipped",
    State.STEPPED_DOWN: "stepped down",
    State.WAITING: "waiting for the film",
    State.AGAIN: "in the queue again",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that came in: a take, or a job that made none and why.

    `at` is when, in seconds since 1970; `took` how many seconds it was worked on, None where that is not
    known. `place` is the take's number among its shot's, from 1, of `takes`; 0 without a take. `away`: it
    came while nobody was attached.
    """

    job: str
    state: State
    shot: str = ""
    number: str = ""  # of the shot, else the job's label
    take: str = ""
    place: int = 0
    takes: int = 0
    reason: str = ""
    hint: str = ""
    at: float = 0.0
    took: float | None = None
    path: str = ""
    rating: int = 0
    picked: bool = False
    rejected: bool = False
    note: str = ""
    notes: tuple[FrameNote, ...] = ()
    tags: tuple[str, ...] = ()
    likeness: Mapping[str, float] = field(default_factory=dict)  # to the pictures of elements, by their ids
    seen: bool = False
    away: bool = False

    @property
    def id(self) -> str:
        return self.take or self.job


@dataclass(frozen=True, slots=True)
class Review:
    """The inbox, in film order. `began` and `ended` bound the absences it tells of, None where none does."""

    items: tuple[Item, ...] = ()
    began: float | None = None
    ended: float | None = None
    trouble: str = ""  # why the queue could not be asked: only takes are told then

    @property
    def before(self) -> int:
        """How many items came in before the absence that is told of."""
        return sum(self.began is not None and item.at < self.began for item in self.items)

    @property
    def new(self) -> tuple[Item, ...]:
        """What nobody has looked at."""
        return tuple(item for item in self.items if not item.seen)

    def counts(self, *, away: bool = False) -> dict[State, int]:
        """How many of each state; one stepped down is made too. `away`: of what came in an absence."""
        mine = [item for item in self.items if item.away or not away]
        out = {state: sum(item.state is state for item in mine) for state in State}
        out[State.MADE] += out[State.STEPPED_DOWN]
        return out

    def sentence(self) -> str:
        """`12 takes came in while you were away, 2 jobs failed`: what was not looked at; empty for none."""
        mine = Review(tuple(item for item in self.new if item.away)).counts()
        return CameIn(mine[State.MADE], mine[State.FAILED] + mine[State.SET_ASIDE]).sentence()


@dataclass(frozen=True, slots=True)
class CameIn:
    """How many takes came in while nobody was there, and how many jobs failed, that nobody has looked at."""

    made: int = 0
    failed: int = 0

    def sentence(self) -> str:
        """`12 takes came in while you were away, 2 jobs failed`; empty for none."""
        parts = []
        if self.made:
            parts.append(f"{plural(self.made, 'take')} came in while you were away")
        if self.failed:
            away = "" if self.made else " while you were away"
            parts.append(f"{plural(self.failed, 'job')} failed{away}")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Away:
    """What the queue tells of the times when nobody was there: these, and the jobs that have failed."""

    absences: tuple[Absence, ...] = ()
    failed: tuple[Job, ...] = ()

    def of_film(self, folder: str, unseen: Iterable[float], seen: Collection[str]) -> CameIn:
        """Count what came in of the film in a folder.

        `unseen` are the times at which its takes were made that nobody has looked at, `seen` the jobs (ids)
        whose end somebody has. It counts what `Review.sentence` does, without reading every job.
        """
        ends = (
            job.ended or job.created
            for job in self.failed
            if job.project == folder and job.kind in _KINDS and job.id not in seen
        )
        return CameIn(sum(map(self.holds, unseen)), sum(map(self.holds, ends)))

    def holds(self, at: float) -> bool:
        """Whether nobody was there at a moment."""
        return any(absence.holds(at) for absence in self.absences)


def tally(counts: Mapping[State, int]) -> list[tuple[State, str]]:
    """`37 made`, `2 failed`, `1 stepped down` …, those that are none left out."""
    order = (State.MADE, State.FAILED, State.SET_ASIDE, State.SKIPPED, State.STEPPED_DOWN, State.WAITING)
    return [(state, f"{counts[state]} {_WORDS[state]}") for state in order if counts.get(state)]


def away_text(review: Review) -> str:
    """`while you were away 23:40–07:12: 37 made, 2 failed`, and how much was not looked at."""
    new = f"{len(review.new)} not looked at"
    if review.began is None:
        return f"{MADE_HERE}: {new}" if review.new else "there is nothing to look at"
    counts = ", ".join(words for _, words in tally(review.counts(away=True)))
    return f"while you were away {span(review.began, review.ended)}: {counts}; {new}"


def span(began: float, ended: float | None) -> str:
    """`23:40–07:12`, with the day where it is not within the last one; open where it lasts."""
    start, end = time.localtime(began), time.localtime(time.time() if ended is None else ended)
    day = "" if time.mktime(end) - time.mktime(start) < 86400 else time.strftime("%a ", start)
    last = "" if ended is None else time.strftime("%a %H:%M" if day else "%H:%M", end)
    return f"{day}{time.strftime('%H:%M', start)}–{last}"


def gather(
    story: Story,
    folder: str,
    *,
    jobs: Iterable[Job] = (),
    absences: Sequence[Absence] = (),
    kept: frozenset[str] = frozenset(),
    everything: bool = False,
) -> Review:
    """The inbox of a film whose folder is `folder`.

    In it are what nobody has looked at, the jobs in `kept` (what a screen shows must not vanish under its
    cursor), and whatever else came in the absences that these came in; with `everything` all takes and
    troubles of the film. The morning is about the night: where an absence is told of, what came before it
    comes last. `jobs` are those known of the film; a take without its job has less to tell.
    """
    known = {job.id: job for job in jobs}
    found = _takes(story, folder, known) + _troubles(story, known, kept)
    found = [replace(item, away=any(absence.holds(item.at) for absence in absences)) for item in found]
    wanted = [item for item in found if not item.seen or item.job in kept]
    with_items = [absence for absence in absences if any(absence.holds(item.at) for item in wanted)]
    began = min((absence.began for absence in with_items), default=None)
    meant = {item.job for item in wanted}
    chosen = [
        item
        for item in found
        if everything or item.job in meant or any(absence.holds(item.at) for absence in with_items)
    ]
    order = {shot.id: place for place, shot in enumerate(story.shots)}
    chosen.sort(
        key=lambda item: (
            not everything and began is not None and item.at < began,
            order.get(item.shot, len(order)),
            item.at,
            item.place,
            item.job,
        )
    )
    ends = [absence.ended for absence in with_items]
    return Review(
        tuple(chosen),
        began,
        None if not ends or None in ends else max(end for end in ends if end is not None),
    )


def _takes(story: Story, folder: str, known: Mapping[str, Job]) -> list[Item]:
    assets: dict[str, Asset] = {asset.id: asset for asset in story.assets}
    shots: dict[str, Shot] = {shot.id: shot for shot in story.live_shots()}
    of_shot: dict[str, list[Take]] = {}
    for take in story.takes:
        of_shot.setdefault(take.shot, []).append(take)
    out = []
    for id, takes in of_shot.items():
        shot = shots.get(id)
        if shot is None:  # parked: nothing of it is shown anywhere
            continue
        for place, take in enumerate(takes, 1):
            job = known.get(picked_takes.job_of(take))
            asset = assets.get(take.asset)
            level = job.rung if job else 0
            out.append(
                Item(
                    job=take.job,
                    state=State.STEPPED_DOWN if level else State.MADE,
                    shot=id,
                    number=story.numbers.get(id, ""),
                    take=take.id,
                    place=place,
                    takes=len(takes),
                    reason=_way_down(take.engine, level, job) if job and level else "",
                    at=take.created,
                    took=_took(job),
                    path="" if asset is None else f"{folder}/{asset.path}" if asset.managed else asset.path,
                    rating=take.rating,
                    picked=picked_takes.is_picked(shot, take),
                    rejected=take.rejected,
                    note=take.note,
                    notes=take.notes,
                    tags=take.tags,
                    likeness=take.likenesses,
                    seen=take.job in story.seen,
                )
            )
    return out


def _troubles(story: Story, known: Mapping[str, Job], kept: frozenset[str]) -> list[Item]:
    taken = {picked_takes.job_of(take) for take in story.takes}
    out = []
    for id, job in known.items():
        if id in taken or job.kind not in _KINDS:
            continue
        state = TROUBLES.get(job.state)
        if state is State.WAITING and not job.reason:
            state = None  # on its way in, and there in a moment
        if state is None and id in kept and job.state not in ("done", "cancelled"):
            state = State.AGAIN
        if state is None:
            continue
        shot = job.shot
        out.append(
            Item(
                job=id,
                state=state,
                shot=shot,
                number=story.numbers.get(shot, "") or str(job.label or job.kind),
                reason=str(job.error or job.reason),
                hint=job.hint,
                at=float(job.ended or job.created or 0.0),
                took=_took(job),
                seen=id in story.seen,
            )
        )
    return out


def _took(job: Job | None) -> float | None:
    """Seconds from start to end."""
    if job is None or job.started is None or job.ended is None:
        return None
    return max(0.0, float(job.ended) - float(job.started))


def _way_down(engine: str, level: int, job: Job) -> str:
    """`bf16 → fp8`, and why: what went wrong with the try before, where the job's tries are known."""
    from milimo_tui.engines.registry import engine_registry  # Home shows films without it

    entry = engine_registry.find(engine)
    rungs = entry.rungs if entry else ()
    way = f"{rungs[0]} → {rungs[level]}" if 0 < level < len(rungs) else f"by {level} level{'s'[: level > 1]}"
    tries = job.history if isinstance(job, WholeJob) else ()
    why = next((each.error for each in reversed(tries) if each.error), "")
    return f"{way}: {why}" if why else way


def unlike_first(review: Review) -> Review:
    """The inbox, what is least like the pictures of its elements first; what was not compared in film order
    behind it.
    """
    items = sorted(review.items, key=lambda item: min(item.likeness.values(), default=2.0))
    return replace(review, items=tuple(items))
