"""The queue as the Jobs screen shows it: rows with batches folded, filters, words for every state.

Pure: job rows (as the queue's client gives them) in, lines of values out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from milimo_tui.core.time import clock

Job = Mapping[str, Any]

# state → (glyph, word, colour name); the words of DESIGN, for people
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
IN_LINE = frozenset({"queued", "waiting", "retrying"})
ACTIVE = frozenset({"running", "publishing", "cancelling"})
ENDED = frozenset({"done", "failed", "cancelled", "skipped", "set_aside"})
BAD = frozenset({"failed", "set_aside"})
CANCEL_ASKS_AFTER = 60.0  # seconds a job has run

KINDS = {
    "make_video": "video",
    "make_picture": "picture",
    "render_film": "film",
    "probe": "facts",
    "make_thumbnails": "thumbnails",
    "make_peaks": "peaks",
}
FILTERS = ("all", "active", "failed", "done")  # what `f` goes round


@dataclass(frozen=True, slots=True)
class BatchLine:
    """Several jobs that belong together."""

    id: str
    title: str
    done: int
    total: int
    progress: float
    eta: float | None
    bad: int
    folded: bool
    jobs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JobLine:
    """One job; `inside` a batch it is set in."""

    id: str
    inside: bool = False


Line = BatchLine | JobLine


def kind_word(job: Job) -> str:
    kind = str(job.get("kind", ""))
    return KINDS.get(kind, kind.replace("_", " "))


def state_of(job: Job) -> tuple[str, str, str]:
    """Glyph, word and colour; an unknown state is shown by its own name."""
    state = str(job.get("state", ""))
    return STATES.get(state, ("…", state, "muted"))


def accepts(job: Job, shown: str, text: str = "") -> bool:
    """Whether a filter keeps a job: by kind of state, and by words of its label, kind, engine or error."""
    state = job.get("state")
    if shown == "active" and state in ENDED:
        return False
    if shown == "failed" and state not in BAD:
        return False
    if shown == "done" and state != "done":
        return False
    if not text:
        return True
    hay = " ".join(
        str(job.get(key) or "") for key in ("label", "kind", "engine", "state", "error", "id")
    ).lower()
    return all(word in hay for word in text.lower().split())


def lines_of(
    jobs: Mapping[str, Job],
    *,
    folded: frozenset[str] = frozenset(),
    shown: str = "all",
    text: str = "",
    titles: Mapping[str, str] | None = None,
) -> tuple[Line, ...]:
    """The table's lines: newest batch or lone job first, the jobs of a batch in their own order.

    `jobs` come oldest first. A batch of one is shown as the job it is.
    """
    groups: dict[str, list[str]] = {}
    for id, job in jobs.items():
        if accepts(job, shown, text):
            groups.setdefault(str(job.get("batch") or f"job:{id}"), []).append(id)
    out: list[Line] = []
    for batch, ids in reversed(groups.items()):
        if len(ids) == 1:
            out.append(JobLine(ids[0]))
            continue
        line = _batch(batch, ids, jobs, batch in folded, (titles or {}).get(batch, ""))
        out.append(line)
        if not line.folded:
            out += [JobLine(id, inside=True) for id in ids]
    return tuple(out)


def _batch(batch: str, ids: list[str], jobs: Mapping[str, Job], folded: bool, title: str) -> BatchLine:
    members = [jobs[id] for id in ids]
    done = sum(job.get("state") == "done" for job in members)
    bad = sum(job.get("state") in BAD for job in members)
    gone = sum(_share(job) for job in members)
    return BatchLine(
        batch,
        title or _batch_title(members),
        done,
        len(ids),
        gone / len(ids),
        batch_eta(members),
        bad,
        folded,
        tuple(ids),
    )


def _share(job: Job) -> float:
    """How far a job is, 0…1; one that ended without being done has come nowhere."""
    if job.get("state") in ENDED:
        return 1.0 if job.get("state") == "done" else 0.0
    return float(job.get("progress") or 0.0)


def batch_eta(members: Iterable[Job]) -> float | None:
    """Seconds until a batch has ended: what runs, then what waits at the pace of those that are done.

    None while nothing tells the pace.
    """
    members = list(members)
    took = [seconds for job in members if job.get("state") == "done" and (seconds := ran(job)) is not None]
    running = [job for job in members if job.get("state") in ACTIVE]
    waiting = sum(job.get("state") not in ENDED and job.get("state") not in ACTIVE for job in members)
    if not running and not waiting:
        return None
    left = sum(float(job["eta"]) for job in running if job.get("eta") is not None)
    if not waiting:
        return left if any(job.get("eta") is not None for job in running) else None
    if not took:
        return None
    lanes = max(1, len(running))
    return left / lanes + waiting * (sum(took) / len(took)) / lanes


def _batch_title(members: list[Job]) -> str:
    """`takes 1A … 4C`: what is made, the first and the last; without labels, how many of what."""
    labels = [str(job.get("label") or "").split() for job in members]
    kinds = {kind_word(job) for job in members}
    if not labels[0] or not labels[-1]:
        return f"{len(members)} {kinds.pop() + 's' if len(kinds) == 1 else 'jobs'}"
    last_words = {words[-1] for words in labels if words}
    if len(last_words) == 1 and all(len(words) > 1 for words in labels):
        return f"{last_words.pop()}s {' '.join(labels[0][:-1])} … {' '.join(labels[-1][:-1])}"
    return f"{' '.join(labels[0])} … {' '.join(labels[-1])}"


def ran(job: Job, now: float | None = None) -> float | None:
    """Seconds a job has run; None before it started."""
    started, ended = job.get("started"), job.get("ended")
    if started is None:
        return None
    until = ended if ended is not None else now
    return None if until is None else max(0.0, float(until) - float(started))


def tail(job: Job, now: float) -> str:
    """The time column: what is left while it runs, how long it took once it ended."""
    if job.get("state") in ACTIVE:
        eta = job.get("eta")
        return clock(float(eta)) if eta is not None else ""
    if job.get("state") in ENDED:
        took = ran(job)
        return "" if took is None else took_text(took)
    return ""


def took_text(seconds: float) -> str:
    """`0.4 s`, `38 s`, `2:10`."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    return f"{seconds:.0f} s" if seconds < 99.5 else clock(seconds)


def detail(job: Job, jobs: Mapping[str, Job]) -> str:
    """What follows the state's word: the stage, what it waits for, or why it failed."""
    state = job.get("state")
    if state in ACTIVE:
        return str(job.get("stage") or "")
    if state in BAD:
        return str(job.get("error") or job.get("reason") or "")
    if state in ("waiting", "queued"):
        for dependency in job.get("depends_on") or ():
            before = jobs.get(dependency)
            if before is not None and before.get("state") not in ENDED:
                return f"after {before.get('label') or kind_word(before)}"
    return str(job.get("reason") or "")


def cancel_question(jobs: Iterable[Job], now: float) -> str:
    """The question to ask before cancelling, empty when none of them has run for over a minute."""
    long_ones = [
        job for job in jobs if job.get("state") in ACTIVE and (ran(job, now) or 0) > CANCEL_ASKS_AFTER
    ]
    if not long_ones:
        return ""
    longest = max(ran(job, now) or 0 for job in long_ones)
    what = str(long_ones[0].get("label") or "it") if len(long_ones) == 1 else f"{len(long_ones)} jobs"
    return f"Cancel {what}? It has run for {clock(longest)}."


def summary(jobs: Iterable[Job]) -> str:
    """`2 running  5 waiting  1 failed`, for the heading; empty words when there is nothing."""
    counts = {"running": 0, "waiting": 0, "failed": 0, "done": 0}
    for job in jobs:
        state = job.get("state")
        if state in ACTIVE:
            counts["running"] += 1
        elif state in BAD:
            counts["failed"] += 1
        elif state == "done":
            counts["done"] += 1
        elif state not in ENDED:
            counts["waiting"] += 1
    return "   ".join(f"{number} {word}" for word, number in counts.items() if number)
