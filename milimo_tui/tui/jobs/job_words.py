"""A job in words: a glyph and a word for every state, times, reasons, and questions to the user.

Pure functions over jobs as returned by the queue's client. `job_lines` makes the lines of the table.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping

from milimo_tui.core.format import format_bytes, format_clock_duration, format_count, format_elapsed_time
from milimo_tui.jobs.values.states import ACTIVE, ENDED, FAILED_STATES
from milimo_tui.jobs.values.views import JobView

Job = JobView

# Glyph, displayed word and colour of each job state. The words are those listed in the design document.
STATES: dict[str, tuple[str, str, str]] = {
    "held": ("…", "held", "stale"),
    "waiting": ("…", "waiting", "stale"),
    "queued": ("…", "queued", "stale"),
    "running": ("▒", "running", "working"),
    "paused": ("…", "paused", "stale"),
    "publishing": ("▒", "publishing", "working"),
    "retrying": ("…", "retrying", "stale"),
    "cancelling": ("▒", "cancelling", "working"),
    "done": ("●", "done", "picked"),
    "failed": ("✕", "failed", "failed"),
    "cancelled": ("○", "cancelled", "muted"),
    "skipped": ("○", "skipped", "muted"),
    "set_aside": ("✕", "set aside", "failed"),
}
OPEN = tuple(state for state in STATES if state not in ENDED)
RETRYABLE = FAILED_STATES | {"cancelled", "skipped"}  # States from which a retry queues the job again.
# If a job has run longer than this number of seconds, the user must confirm its cancellation.
CANCEL_ASKS_AFTER = 60.0
SOON = 3600.0  # A start within this number of seconds is shown as a duration, a later one as a time of day.

KINDS = {
    "make_video": "video",
    "make_picture": "picture",
    "render_film": "film",
    "print_boards": "boards",
    "probe": "facts",
    "make_thumbnails": "thumbs",
    "make_peaks": "peaks",
    "find_speech": "speech",
    "make_proxy": "proxy",
}
NO_JOB_HERE = "there is no job here"


def get_kind_word(job: Job) -> str:
    """Return the displayed word for a job's kind, such as `video` or `film`."""
    kind = job.kind
    return KINDS.get(kind, kind.replace("_", " "))


def get_job_name(job: Job) -> str:
    """Return the displayed name of a job: its label, otherwise the word for its kind."""
    return str(job.label or get_kind_word(job) or job.id)


def describe_job_state(job: Job) -> tuple[str, str, str]:
    """Return the glyph, word and colour name of a job's state. A state that is not in `STATES` is shown by
    its own name.
    """
    state = job.state
    return STATES.get(state, ("…", state, "muted"))


def format_job_state(job: Job, room: int = 20) -> str:
    """Return a job's state as a word; for a running job its progress in steps, such as `step 5 of 8`. The
    text is shortened to fit `room` cells.
    """
    done, total = (*job.steps, 0, 0)[:2]
    if job.state == "running" and total:
        variants = (f"step {done} of {total}", f"{done} of {total}", f"{done}/{total}")
        return next((words for words in variants if len(words) <= room), variants[-1])
    return describe_job_state(job)[1]


def get_run_seconds(job: Job, now: float | None = None) -> float | None:
    """Return the number of seconds that a job has run; None if it has not started. For a job that is still
    running, the time is counted up to `now`.
    """
    started, ended = job.started, job.ended
    if started is None:
        return None
    until = ended if ended is not None else now
    return None if until is None else max(0.0, float(until) - float(started))


def format_job_clock_time(at: float, now: float) -> str:
    """Return a time of day such as `23:10`; on another day than `now`, with the weekday: `Sat 07:05`."""
    then, today = time.localtime(at), time.localtime(now)
    pattern = "%H:%M" if then[:3] == today[:3] else "%a %H:%M"
    return time.strftime(pattern, then)


def format_start_time(start: float | None, now: float) -> str:
    """Return when a job is expected to start, such as `starts in 1:40` or `starts about 23:10`; empty if
    `start` is None.
    """
    if start is None:
        return ""
    if start <= now + 1:
        return "starts next"
    soon = start - now < SOON
    return (
        f"starts in {format_clock_duration(start - now)}"
        if soon
        else f"starts about {format_job_clock_time(start, now)}"
    )


def format_end_time(end: float | None, now: float) -> str:
    """Return when jobs are expected to end, such as `about 2:10 left` or `done about 23:10`; empty if `end`
    is None.
    """
    if end is None:
        return ""
    left = max(0.0, end - now)
    return (
        f"about {format_clock_duration(left)} left"
        if left < SOON
        else f"done about {format_job_clock_time(end, now)}"
    )


def format_job_time(job: Job) -> str:
    """Return the text for the time column. For a running job, this is the time left; for an ended job, its
    duration. For a waiting job, the text is empty.
    """
    if job.state in ACTIVE:
        eta = job.eta
        return format_clock_duration(float(eta)) if eta is not None else ""
    if job.state in ENDED:
        seconds = get_run_seconds(job)
        return "" if seconds is None else format_elapsed_time(seconds)
    return ""


def format_job_detail(job: Job, jobs: Mapping[str, Job], start: float | None = None, now: float = 0.0) -> str:
    """Return the text after a job's state.

    For a running job this is its stage, for a failed job the error, and for a waiting job the reason and the
    expected start. `jobs` has the other jobs by id, because a job may wait for one of them.
    """
    state = job.state
    if state in ACTIVE:
        return "   ".join(list_live_words(job))
    if state in FAILED_STATES:
        return str(job.error or job.reason)
    if state == "retrying":
        return " · ".join(word for word in (job.reason, job.error) if word)
    if state in ENDED:
        return " · ".join(word for word in (describe_fallback(job), job.reason) if word)
    words = [_describe_dependency(job, jobs) or job.reason, format_start_time(start, now)]
    if job.not_before and float(job.not_before) > now and not words[0]:
        words = [f"not before {format_job_clock_time(float(job.not_before), now)}"]
    if job.priority:
        words.insert(0, f"{job.priority:+d}")
    return " · ".join(word for word in words if word)


def _describe_dependency(job: Job, jobs: Mapping[str, Job]) -> str:
    for needed in job.depends_on:
        before = jobs.get(needed)
        if before is not None and before.state not in ENDED:
            return f"after {get_job_name(before)}"
    return ""


def list_live_words(job: Job) -> list[str]:
    """Return the values that a running job reports: its stage, frames, speed, note and fallback level."""
    live = job.live or {}
    words = [job.stage]
    frames = live.get("frames")
    if frames and list(frames) != list(job.steps):
        words.append(f"{frames[0]} of {frames[1]} frames")
    speed = live.get("speed")
    if speed:
        words.append(format_step_speed(float(speed)))
    if live.get("note"):
        words.append(str(live["note"]))
    words.append(describe_fallback(job))
    if job.reason and job.state != "running":
        words.append(job.reason)
    return [word for word in words if word]


def describe_fallback(job: Job) -> str:
    """Return how many fallback levels the engine went down in order to use less memory, such as `1 level
    down`. Return an empty text if it used no fallback level.
    """
    rung = job.rung
    return f"{format_count(rung, 'level')} down" if rung else ""


def format_step_speed(steps: float) -> str:
    """Return a speed in words: `50 steps/s`, `1.3 steps/s`, `2.5 s a step`. `steps` are steps per second."""
    if steps < 0.95:
        return f"{1 / steps:.1f} s a step"
    return f"{steps:.0f} steps/s" if steps >= 9.95 else f"{steps:.1f} steps/s"


def format_job_facts(job: Job, now: float, start: float | None = None) -> str:
    """Return one line with the properties of a job, such as `cpu lane animatic attempt 2 ran 0:38 3 parts
    made`.
    """
    facts = [f"{job.lane} lane" if job.lane else "", job.engine]
    attempts = job.attempts
    if attempts > 1:
        facts.append(f"attempt {attempts}")
    if job.resumed:
        facts.append(f"resumed from {job.resumed}")
    if job.priority:
        facts.append(f"priority {job.priority:+d}")
    seconds = get_run_seconds(job, now)
    if seconds is not None:
        facts.append(f"{'ran' if job.state in ENDED else 'runs for'} {format_elapsed_time(seconds)}")
    if job.worker:
        facts.append(f"on {job.worker}")
    if job.state in ACTIVE:
        facts += list_live_words(job)[1:]
        memory = job.live.get("memory") or {}
        facts += [f"{format_bytes(memory[key])} {key}" for key in ("device", "host") if memory.get(key)]
    parts = len(job.parts)
    if parts:
        facts.append(f"{format_count(parts, 'part')} made")
    if job.state not in ENDED and job.state not in ACTIVE:
        facts.append(format_start_time(start, now))
    why = str(job.error or job.reason)
    hint = job.hint if job.state in FAILED_STATES else ""
    return "   ".join(fact for fact in [*facts, why, hint] if fact.strip())


def make_cancel_question(jobs: Iterable[Job], now: float) -> str:
    """Return the question to ask before jobs are cancelled. Return an empty text if no running job has run
    for over a minute.
    """
    long_ones = [
        job for job in jobs if job.state in ACTIVE and (get_run_seconds(job, now) or 0) > CANCEL_ASKS_AFTER
    ]
    if not long_ones:
        return ""
    longest = max(get_run_seconds(job, now) or 0 for job in long_ones)
    what = str(long_ones[0].label or "it") if len(long_ones) == 1 else f"{len(long_ones)} jobs"
    return f"Cancel {what}? It has run for {format_clock_duration(longest)}."


def summarize_job_counts(counts: Mapping[str, int]) -> str:
    """Return the numbers of jobs in words, such as `2 running 5 waiting 1 failed 10,204 done`. `counts` has
    the number of jobs for each state.
    """
    totals = {"running": 0, "waiting": 0, "failed": 0, "done": 0}
    for state, number in counts.items():
        if state in ACTIVE:
            totals["running"] += number
        elif state in FAILED_STATES:
            totals["failed"] += number
        elif state == "done":
            totals["done"] += number
        elif state not in ENDED:
            totals["waiting"] += number
    return "  ".join(f"{number:,} {word}" for word, number in totals.items() if number)


def tally_jobs_by_state(jobs: Iterable[Job]) -> dict[str, int]:
    """Return the number of jobs in each state."""
    counts: dict[str, int] = {}
    for job in jobs:
        state = job.state
        counts[state] = counts.get(state, 0) + 1
    return counts
