"""Format a film on Home as a card: its number of scenes and shots, its news, and its open jobs. Also filter
and sort films. Pure functions.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from milimo_tui.core.format import format_count, format_time_of_day
from milimo_tui.jobs.values.views import JobView
from milimo_tui.studio.project.review import AbsenceRecord, UnseenCounts
from milimo_tui.tui.background.queue_feed import LiveQueue
from milimo_tui.tui.terminal.theme import EMPTY, FAILED, PICKED, STALE, WAITING, WORKING, TextStyles
from milimo_tui.tui.widgets.card_grid import BoardCard
from milimo_tui.tui.widgets.text import Part, join_line

if TYPE_CHECKING:
    from milimo_tui.tui.keys.keymap import InKeys

Film = Mapping[str, Any]
HELD = ("held", "paused")
NEWEST, NAME, LONGEST, WANTS = "newest first", "by name", "longest first", "needs attention first"
DRAFT = "draft"  # The status of a new film. It is not shown, because most films have it.
ORDERS = (NEWEST, WANTS, NAME, LONGEST)


@dataclass(frozen=True, slots=True)
class FilmWork:
    """The open jobs of a film. `jobs` is their number, `held` the number of held or paused jobs. `ready` is
    the time when all other jobs are expected to be done, in seconds since 1970.
    """

    jobs: int
    held: int
    ready: float | None


def collect_film_work(queue: LiveQueue) -> dict[str, FilmWork]:
    """Return a summary of the open jobs of each film, by the path of the film's folder."""
    by_film: dict[str, list[JobView]] = {}
    for job in (*queue.active, *queue.waiting):
        by_film.setdefault(job.project, []).append(job)
    return {project: _summarize_film_work(jobs, queue) for project, jobs in by_film.items()}


def _summarize_film_work(jobs: Sequence[JobView], queue: LiveQueue) -> FilmWork:
    moving = [job for job in jobs if job.state not in HELD]
    found = [queue.forecast.jobs.get(job.id) for job in moving]
    ends = [ahead.end for ahead in found if ahead is not None and ahead.end is not None]
    ready = max(ends) if ends and len(ends) == len(moving) else None
    return FilmWork(len(jobs), len(jobs) - len(moving), ready)


def count_unseen_results(film: Film, away: AbsenceRecord) -> UnseenCounts:
    """Count the results that arrived while the user was away and that the user has not seen since."""
    return away.count_film_arrivals(film["path"], film.get("unseen", ()), film.get("seen", ()))


def build_film_card(
    film: Film, work: FilmWork | None, arrived: UnseenCounts, ink: TextStyles, in_keys: InKeys, now: float
) -> BoardCard:
    """Return the card of a film. `arrived` counts results that the user has not seen. `now` is in seconds
    since 1970.
    """
    if film.get("problem"):
        title = join_line((f"{FAILED} {film['name']}", ink.failed))
        state = join_line(("can't be read", ink.failed))
        hint = join_line((in_keys("{ui.delete} moves it to the bin"), ink.muted))
        return BoardCard(
            film["folder"],
            (title,),
            join_line(""),
            state,
            state,
            hint,
            empty=FAILED,
            is_broken=True,
            search=film["name"],
        )
    state = _format_card_counts(film, work, ink)
    news = _list_film_news(film, work, arrived, ink, now)
    # Two news items fill the line, so the word “open” is left out. The open film can still be recognised,
    # because its card is the first.
    words = [("open  ", ink.accent)] if film["current"] and len(news) == 1 else []
    return BoardCard(
        film["folder"],
        (join_line((film["name"], ink.strong)),),
        join_line((_format_length_and_status(film), ink.muted)),
        state,
        state,
        join_line(*words, *news),
        picture=(film["poster"] or {}).get("to", ""),
        is_drawn=True,
        search=film["name"],
    )


def _format_length_and_status(film: Film) -> str:
    """Return the film's length and status, such as `00:02:10 completed`. The status `draft` is left out."""
    status = "" if film["status"] == DRAFT else film["status"]
    return "  ".join(filter(None, (film["length"] if film["shots"] else "", status)))


def has_filter_words(film: Film, words: str) -> bool:
    """Return True if a film matches the filter `words`.

    Every word must be a part of the film's name, or equal its status, its format, a tag or a word of its
    description.
    """
    name = str(film["name"]).casefold()
    whole = " ".join(
        (film.get("status", ""), film.get("format", ""), *film.get("tags", ()), film.get("description", ""))
    )
    others = set(re.findall(r"\w+", whole.casefold()))
    return all(word in name or word in others for word in words.casefold().split())


def _format_card_counts(film: Film, work: FilmWork | None, ink: TextStyles) -> Any:
    """Return counts such as `4 scenes ● 21 ◐ 2`: the scenes, then the made, stale and missing shots, then the
    running and held jobs. Zeros are left out.
    """
    made, stale = film["picked"] - film["stale"], film["stale"]
    missing = film["shots"] - film["picked"]
    counts = (
        (PICKED, made, ink.picked),
        (STALE, stale, ink.stale),
        (EMPTY, missing, ink.muted),
        (WORKING, work.jobs - work.held if work else 0, ink.working),
        (WAITING, work.held if work else 0, ink.stale),
    )
    there = [(sign, count, style) for sign, count, style in counts if count]
    parts: list[Part] = []
    if len(there) < 3:
        parts.append((format_count(film["scenes"], "scene") + "  ", ink.muted))
    for sign, count, style in there:
        parts += [(f"{sign} ", style), (f"{count:,} ", ink.text)]
    return join_line(*parts) if film["shots"] else join_line(("no shots yet", ink.muted))


def _list_film_news(
    film: Film, work: FilmWork | None, arrived: UnseenCounts, ink: TextStyles, now: float
) -> list[Part]:
    """Return the news of a film: the number of takes that arrived and of jobs that failed. If there is none,
    return a fact about the film.
    """
    if arrived.made and arrived.failed:
        return [(f"{arrived.made:,} arrived, ", ink.picked), (f"{arrived.failed:,} failed", ink.failed)]
    if arrived.made:
        return [(f"{format_count(arrived.made, 'take')} arrived", ink.picked)]
    if arrived.failed:
        return [(f"{format_count(arrived.failed, 'job')} failed", ink.failed)]
    return [_describe_film_work(film, work, ink, now)]


def _describe_film_work(film: Film, work: FilmWork | None, ink: TextStyles, now: float) -> Part:
    """Return a short text for a film's card. It describes the open jobs. If there are none, it names a
    problem of the film; if there is no problem either, the day of the last change.
    """
    if work is not None and work.jobs > work.held:
        known = work.ready is not None
        return (
            f"ready {format_time_of_day(work.ready, now)}" if known else f"{work.jobs} queued"
        ), ink.working
    if work is not None:
        return format_count(work.held, "job") + " held", ink.stale
    if film["script_changed"]:
        return "script changed", ink.stale
    if film["read_only"]:
        return "read-only", ink.stale
    return format_relative_day(film["updated"], now), ink.muted


def sort_films(films: Iterable[Film], order: str, works: Mapping[str, FilmWork]) -> list[Film]:
    """Sort films by `order`, one of `ORDERS`. If the order is by name or length, nothing else counts. In
    other orders, the open film comes first among equal films, then the film that was changed last.
    """
    rows = list(films)
    if order == NAME:
        return sorted(rows, key=lambda film: str(film["name"]).casefold())
    if order == LONGEST:
        return sorted(rows, key=lambda film: -film.get("seconds", 0.0))
    newest = sorted(rows, key=lambda film: (not film["current"], -film.get("updated", 0.0)))
    if order == WANTS:
        return sorted(newest, key=lambda film: -_rank_urgency(film, works))
    return newest


def _rank_urgency(film: Film, works: Mapping[str, FilmWork]) -> int:
    """Return how urgently a film needs the user.

    The rank is 3 for a film that can't be read, 2 if shots are stale or missing or the screenplay has
    changed, 1 if jobs for that are already queued, otherwise 0.
    """
    if film.get("problem"):
        return 3
    waits = film["stale"] or film["script_changed"] or film["shots"] > film["picked"]
    return 2 if waits and film["path"] not in works else 1 if waits else 0


def format_relative_day(moment: float, now: float | None = None) -> str:
    """Return a day relative to `now`: `today 14:05`, `yesterday`, `3 days ago`, or a date such as 2026-11-20
    after a week.
    """
    now = time.time() if now is None else now
    days = (date.fromtimestamp(now) - date.fromtimestamp(moment)).days
    if days <= 0:
        return f"today {time.strftime('%H:%M', time.localtime(moment))}"
    if days == 1:
        return "yesterday"
    return f"{days} days ago" if days < 8 else time.strftime("%Y-%m-%d", time.localtime(moment))
