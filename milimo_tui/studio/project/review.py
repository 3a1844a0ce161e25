"""The inbox of a film: results that the user has not seen, and results that arrived while the user was away.

All functions are pure and work on the story, jobs and absences that `studio.project.inbox` reads.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from milimo_tui.core.format import format_count
from milimo_tui.jobs.values.views import DetailedJob, JobView
from milimo_tui.story.values import picked_takes
from milimo_tui.story.values.film import Asset, FrameNote, Shot, Story, Take
from milimo_tui.studio.project.screen_next_step import FILM_JOB_KINDS

if TYPE_CHECKING:
    from milimo_tui.store.jobs.studio_values import Absence

Job = JobView


class ReviewState(StrEnum):
    """The outcome of a job, as shown in the inbox."""

    MADE = "made"
    # The take was made, but memory ran out first, so a recipe that needs less memory was used.
    STEPPED_DOWN = "stepped_down"
    FAILED = "failed"
    SET_ASIDE = "set_aside"
    SKIPPED = "skipped"  # The job was skipped because a job that it waited for was not completed.
    WAITING = "waiting"  # The result is finished and waits to be published in the film.
    AGAIN = "again"  # The job failed before and is in the queue again.


# Maps the states of jobs without a take that the inbox shows to their outcomes.
REVIEWED_JOB_STATES = {
    "failed": ReviewState.FAILED,
    "set_aside": ReviewState.SET_ASIDE,
    "skipped": ReviewState.SKIPPED,
    "publishing": ReviewState.WAITING,
}
FAILED = tuple(
    state
    for state, what in REVIEWED_JOB_STATES.items()
    if what in (ReviewState.FAILED, ReviewState.SET_ASIDE)
)
MADE_HERE = "made while you were here"  # The heading of the inbox if the user was not away.
_WORDS = {
    ReviewState.MADE: "made",
    ReviewState.FAILED: "failed",
    ReviewState.SET_ASIDE: "set aside",
    ReviewState.SKIPPED: "skipped",
    ReviewState.STEPPED_DOWN: "stepped down",
    ReviewState.WAITING: "waiting for the film",
    ReviewState.AGAIN: "in the queue again",
}


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """An item of the inbox: a take, or a job that made no take, with the reason.

    - `at` is the time of the result, in seconds since 1970; `took` is the working time in seconds, None if
      unknown.
    - `place` is the number of the take among the `takes` of its shot, from 1; 0 without a take.
    - `away` is True if the result arrived while the user was away.
    """

    job: str
    state: ReviewState
    shot: str = ""
    number: str = ""  # The number of the shot, or else the label of the job.
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
    # Maps ids of elements to the likeness between the take and the element's pictures.
    likeness: Mapping[str, float] = field(default_factory=dict)
    seen: bool = False
    away: bool = False

    @property
    def item_id(self) -> str:
        """The id of the take; for an item without a take, the id of the job."""
        return self.take or self.job


@dataclass(frozen=True, slots=True)
class FilmReview:
    """The inbox of a film, with its items in film order.

    `began` and `ended` are the times at which the user's absence began and ended, in seconds since 1970. If
    there were several absences, these are the beginning of the first and the end of the last. `began` is None
    if there was no absence. `ended` is None if there was no absence, or if the absence has not ended.
    """

    items: tuple[ReviewItem, ...] = ()
    began: float | None = None
    ended: float | None = None
    problem: str = ""  # The reason why the queue could not be read; the inbox then has only takes.

    @property
    def earlier_count(self) -> int:
        """The number of items that arrived before the absence."""
        return sum(self.began is not None and item.at < self.began for item in self.items)

    @property
    def unseen_items(self) -> tuple[ReviewItem, ...]:
        """The items that the user has not seen."""
        return tuple(item for item in self.items if not item.seen)

    def count_by_state(self, *, away: bool = False) -> dict[ReviewState, int]:
        """Return the number of items for each outcome. Takes made with a fallback recipe also count as made.

        `away` counts only the items that arrived while the user was away.
        """
        items = [item for item in self.items if item.away or not away]
        out = {state: sum(item.state is state for item in items) for state in ReviewState}
        out[ReviewState.MADE] += out[ReviewState.STEPPED_DOWN]
        return out

    def describe_unseen(self) -> str:
        """Return `12 takes arrived while you were away, 2 jobs failed` for unseen items, or an empty
        string.
        """
        count = FilmReview(tuple(item for item in self.unseen_items if item.away)).count_by_state()
        return UnseenCounts(
            count[ReviewState.MADE], count[ReviewState.FAILED] + count[ReviewState.SET_ASIDE]
        ).describe_arrivals()


@dataclass(frozen=True, slots=True)
class UnseenCounts:
    """The numbers of takes and failed jobs that arrived during an absence and that the user has not seen."""

    made: int = 0
    failed: int = 0

    def describe_arrivals(self) -> str:
        """Return these numbers as text, such as `12 takes arrived while you were away, 2 jobs failed`; empty
        if both are 0.
        """
        parts = []
        if self.made:
            parts.append(f"{format_count(self.made, 'take')} arrived while you were away")
        if self.failed:
            away = "" if self.made else " while you were away"
            parts.append(f"{format_count(self.failed, 'job')} failed{away}")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class AbsenceRecord:
    """The absences of the user that the queue recorded, and the failed jobs."""

    absences: tuple[Absence, ...] = ()
    failed: tuple[Job, ...] = ()

    def count_film_arrivals(
        self, folder: str, unseen: Iterable[float], seen: Collection[str]
    ) -> UnseenCounts:
        """Return how many takes and failures arrived for a film while the user was away.

        `unseen` are the times of the takes that the user has not seen. `seen` are the ids of jobs whose
        result the user has seen. The numbers are the same as in `FilmReview.describe_unseen`, but are
        computed without reading every job.
        """
        ends = (
            job.ended or job.created
            for job in self.failed
            if job.project == folder and job.kind in FILM_JOB_KINDS and job.id not in seen
        )
        return UnseenCounts(sum(map(self.was_user_away, unseen)), sum(map(self.was_user_away, ends)))

    def was_user_away(self, at: float) -> bool:
        """Return True if the user was away at the time `at`, in seconds since 1970."""
        return any(absence.contains_time(at) for absence in self.absences)


def list_state_counts(counts: Mapping[ReviewState, int]) -> list[tuple[ReviewState, str]]:
    """Return pairs of an outcome and a text such as `37 made`, `2 failed` or `1 stepped down`. Outcomes that
    did not occur are left out.
    """
    order = (
        ReviewState.MADE,
        ReviewState.FAILED,
        ReviewState.SET_ASIDE,
        ReviewState.SKIPPED,
        ReviewState.STEPPED_DOWN,
        ReviewState.WAITING,
    )
    return [(state, f"{counts[state]} {_WORDS[state]}") for state in order if counts.get(state)]


def describe_absence(review: FilmReview) -> str:
    """Return a sentence about the user's absence, such as `while you were away 23:40–07:12: 37 made, 2
    failed`, followed by the number of unseen items.
    """
    new = f"{len(review.unseen_items)} not seen yet"
    if review.began is None:
        return f"{MADE_HERE}: {new}" if review.unseen_items else "there are no new results"
    counts = ", ".join(words for _, words in list_state_counts(review.count_by_state(away=True)))
    return f"while you were away {format_time_span(review.began, review.ended)}: {counts}; {new}"


def format_time_span(began: float, ended: float | None) -> str:
    """Return a span of time such as `23:40–07:12`. Days are added if it is longer than one day.

    Times are in seconds since 1970. If `ended` is None, the span still lasts and has no end in the text.
    """
    start, end = time.localtime(began), time.localtime(time.time() if ended is None else ended)
    day = "" if time.mktime(end) - time.mktime(start) < 86400 else time.strftime("%a ", start)
    last = "" if ended is None else time.strftime("%a %H:%M" if day else "%H:%M", end)
    return f"{day}{time.strftime('%H:%M', start)}–{last}"


def collect_review(
    story: Story,
    folder: str,
    *,
    jobs: Iterable[Job] = (),
    absences: Sequence[Absence] = (),
    kept: frozenset[str] = frozenset(),
    everything: bool = False,
) -> FilmReview:
    """Return the inbox of the film in `folder`.

    The inbox contains the items that the user has not seen. If such items arrived in an absence, the other
    results of this absence are included too. Jobs in `kept` stay in the inbox, so that an item does not
    vanish while the cursor is on it. If `everything` is True, all takes and problems of the film are
    included.

    Items from before the absence come last. `jobs` are the known jobs of the film; a take whose job is not
    known has fewer details.
    """
    known = {job.id: job for job in jobs}
    found = _list_take_items(story, folder, known) + _list_trouble_items(story, known, kept)
    found = [
        replace(item, away=any(absence.contains_time(item.at) for absence in absences)) for item in found
    ]
    wanted = [item for item in found if not item.seen or item.job in kept]
    with_items = [absence for absence in absences if any(absence.contains_time(item.at) for item in wanted)]
    began = min((absence.began for absence in with_items), default=None)
    wanted_jobs = {item.job for item in wanted}
    chosen = [
        item
        for item in found
        if everything
        or item.job in wanted_jobs
        or any(absence.contains_time(item.at) for absence in with_items)
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
    return FilmReview(
        tuple(chosen),
        began,
        None if not ends or None in ends else max(end for end in ends if end is not None),
    )


def _list_take_items(story: Story, folder: str, known: Mapping[str, Job]) -> list[ReviewItem]:
    assets: dict[str, Asset] = {asset.id: asset for asset in story.assets}
    shots: dict[str, Shot] = {shot.id: shot for shot in story.live_shots()}
    of_shot: dict[str, list[Take]] = {}
    for take in story.takes:
        of_shot.setdefault(take.shot, []).append(take)
    out = []
    for id, takes in of_shot.items():
        shot = shots.get(id)
        if shot is None:  # The shot is parked (taken out of the film), so its takes are not shown.
            continue
        for place, take in enumerate(takes, 1):
            job = known.get(picked_takes.get_take_job(take))
            asset = assets.get(take.asset)
            level = job.rung if job else 0
            out.append(
                ReviewItem(
                    job=take.job,
                    state=ReviewState.STEPPED_DOWN if level else ReviewState.MADE,
                    shot=id,
                    number=story.numbers.get(id, ""),
                    take=take.id,
                    place=place,
                    takes=len(takes),
                    reason=_describe_fallback(take.engine, level, job) if job and level else "",
                    at=take.created,
                    took=_compute_job_seconds(job),
                    path="" if asset is None else f"{folder}/{asset.path}" if asset.managed else asset.path,
                    rating=take.rating,
                    picked=picked_takes.is_picked_take(shot, take),
                    rejected=take.rejected,
                    note=take.note,
                    notes=take.notes,
                    tags=take.tags,
                    likeness=take.likenesses,
                    seen=take.job in story.seen,
                )
            )
    return out


def _list_trouble_items(story: Story, known: Mapping[str, Job], kept: frozenset[str]) -> list[ReviewItem]:
    jobs = {picked_takes.get_take_job(take) for take in story.takes}
    out = []
    for id, job in known.items():
        if id in jobs or job.kind not in FILM_JOB_KINDS:
            continue
        state = REVIEWED_JOB_STATES.get(job.state)
        if state is ReviewState.WAITING and not job.reason:
            state = None  # Without a reason to wait, the result will be published in a moment.
        if state is None and id in kept and job.state not in ("done", "cancelled"):
            state = ReviewState.AGAIN
        if state is None:
            continue
        shot = job.shot
        out.append(
            ReviewItem(
                job=id,
                state=state,
                shot=shot,
                number=story.numbers.get(shot, "") or str(job.label or job.kind),
                reason=str(job.error or job.reason),
                hint=job.hint,
                at=float(job.ended or job.created or 0.0),
                took=_compute_job_seconds(job),
                seen=id in story.seen,
            )
        )
    return out


def _compute_job_seconds(job: Job | None) -> float | None:
    """Return the seconds from start to end of a job; None without a job, or if the job has not run or not
    ended.
    """
    if job is None or job.started is None or job.ended is None:
        return None
    return max(0.0, float(job.ended) - float(job.started))


def _describe_fallback(engine: str, level: int, job: Job) -> str:
    """Return a text on the fallback to another recipe, such as `bf16 → fp8`, with the error that caused it if
    known.

    `level` is the number of fallback levels.
    """
    # Imported lazily: the Home screen shows films without loading the table of engines.
    from milimo_tui.engines.registry import engine_registry

    entry = engine_registry.find_engine(engine)
    rungs = entry.rungs if entry else ()
    change = (
        f"{rungs[0]} → {rungs[level]}" if 0 < level < len(rungs) else f"by {level} level{'s'[: level > 1]}"
    )
    tries = job.history if isinstance(job, DetailedJob) else ()
    why = next((each.error for each in reversed(tries) if each.error), "")
    return f"{change}: {why}" if why else change


def sort_by_likeness(review: FilmReview) -> FilmReview:
    """Return the inbox with the results that are least like their elements first.

    Results that were not compared come last, in film order.
    """
    items = sorted(review.items, key=lambda item: min(item.likeness.values(), default=2.0))
    return replace(review, items=tuple(items))
