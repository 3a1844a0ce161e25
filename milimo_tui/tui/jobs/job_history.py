"""The history of a job as lines: its attempts, checkpoints, parts, pauses and crashes.

Pure functions. They convert events and attempts, as returned by the queue's client, to `HistoryMoment`
values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from milimo_tui.core.format import format_elapsed_time
from milimo_tui.jobs.values.views import AttemptView
from milimo_tui.tui.jobs.job_words import STATES

KINDS = ("state", "checkpoint", "part", "edit", "late")  # Kinds of events that are shown in a job's history.

Event = Mapping[str, Any]

_TRIGGERS = {
    "submit": "queued",
    "hold": "held",
    "release": "released",
    "ready": "its prerequisite is done",
    "skip": "skipped",
    "claim": "started",
    "unaccepted": "its worker ended before it began",
    "lost": "lost its worker, which was not its fault",
    "ask_pause": "asked to pause",
    "need": "waits for another job now",
    "pause": "paused",
    "resume": "goes on",
    "made": "made, being taken in",
    "withheld": "can't be taken in yet",
    "taken_in": "taken in",
    "fault": "to be tried again",
    "fail": "failed",
    "set_aside": "set aside",
    "requeue": "queued again",
    "cancel": "to be cancelled",
    "stopped": "stopped",
    "retry": "tried again",
    "change": "changed",
}


@dataclass(frozen=True, slots=True)
class HistoryMoment:
    """A line in a job's history. `at` is its time in seconds since 1970; `colour` is the name of a text
    style.
    """

    at: float
    words: str
    colour: str = "text"
    glyph: str = " "
    group: str = ""  # Consecutive lines with the same group are merged; the last one is shown.
    count: int = 1


def list_history_moments(
    events: Sequence[Event], attempts: Sequence[AttemptView] = ()
) -> list[HistoryMoment]:
    """Return the lines of a job's history, the oldest first. If its events have been deleted, the lines are
    made from its attempts.
    """
    found = [moment for event in events if (moment := _make_event_moment(event)) is not None]
    if not any(event.get("kind") == "state" for event in events):
        found = [moment for attempt in attempts for moment in _list_attempt_moments(attempt)]
    events_tell = any(event.get("resumed") for event in events)
    resumed = {
        int(attempt.number): attempt.resumed for attempt in attempts if attempt.resumed and not events_tell
    }
    if resumed:
        found = _add_resume_moments(found, resumed)
    return _merge_checkpoints(found)


def _make_event_moment(event: Event) -> HistoryMoment | None:
    kind, at = event.get("kind"), float(event.get("at") or 0.0)
    if kind == "state":
        return _make_state_moment(event, at)
    if kind == "checkpoint":
        return _make_checkpoint_moment(event, at)
    if kind == "part":
        name = Path(str(event.get("path") or "")).name
        return HistoryMoment(at, f"part {event.get('role') or ''} {name}".strip(), "picked", "●")
    if kind == "edit":
        changed = [str(name) for name in event.get("changed") or () if name != "position"]
        return HistoryMoment(at, f"edited: {', '.join(changed)}", "muted", "·") if changed else None
    if kind == "late":
        return HistoryMoment(at, "a late report of an older attempt was ignored", "muted", "·")
    return None


def _make_checkpoint_moment(event: Event, at: float) -> HistoryMoment:
    stage, total = str(event.get("stage") or ""), event.get("total")
    words = f"checkpoint {stage} {event.get('step') or 0}" + (f" of {total}" if total else "")
    if event.get("resumed"):
        return HistoryMoment(at, f"resumed from {words}", "accent", "·")
    return HistoryMoment(at, words, "muted", "·", group=stage)


def _make_state_moment(event: Event, at: float) -> HistoryMoment | None:
    trigger, state = str(event.get("trigger") or ""), str(event.get("state") or "")
    glyph, word, colour = STATES.get(state, ("·", state, "text"))
    words = _TRIGGERS.get(trigger, word)
    if trigger == "submit":
        words = word
    if trigger == "claim":
        words = f"attempt {event.get('attempt') or 1} on {event.get('worker') or '?'}"
        glyph, colour = "▒", "working"
    if trigger == "change":
        return None  # A change of position or priority is not shown in the history.
    why = " · ".join(
        str(event[name]) for name in ("reason", "error") if event.get(name) and event[name] not in words
    )
    if why:
        words = f"{words}: {why}"
    return HistoryMoment(at, words, "muted" if colour == "stale" and not why else colour, glyph)


def _list_attempt_moments(attempt: AttemptView) -> list[HistoryMoment]:
    """Return the lines for the start and the end of an attempt."""
    started, ended = float(attempt.started or 0.0), attempt.ended
    out = [HistoryMoment(started, f"attempt {attempt.number} on {attempt.worker or '?'}", "working", "▒")]
    if ended is not None:
        outcome = str(attempt.outcome or "ended").replace("_", " ")
        why = f": {attempt.error}" if attempt.error else ""
        glyph, colour = ("●", "picked") if outcome == "done" else ("✕", "failed") if why else ("○", "muted")
        duration = format_elapsed_time(max(0.0, float(ended) - started))
        out.append(HistoryMoment(float(ended), f"{outcome} after {duration}{why}", colour, glyph))
    return out


def _add_resume_moments(found: list[HistoryMoment], resumed: Mapping[int, str]) -> list[HistoryMoment]:
    """Return the history with a line after the start of each resumed attempt, which names the checkpoint it
    resumed from.

    `resumed` maps the number of an attempt to the name of that checkpoint.
    """
    out: list[HistoryMoment] = []
    for moment in found:
        out.append(moment)
        words = moment.words.split()
        if words[:1] == ["attempt"] and len(words) > 1 and words[1].isdigit() and int(words[1]) in resumed:
            out.append(HistoryMoment(moment.at, f"resumed from {resumed[int(words[1])]}", "accent", "·"))
    return out


def _merge_checkpoints(found: Sequence[HistoryMoment]) -> list[HistoryMoment]:
    """Merge consecutive checkpoints of the same stage into one line, which shows the last checkpoint and how
    many there were.
    """
    out: list[HistoryMoment] = []
    for moment in found:
        before = out[-1] if out else None
        if before is not None and before.group and before.group == moment.group:
            out[-1] = replace(moment, count=before.count + 1)
        else:
            out.append(moment)
    return [
        replace(moment, words=f"{moment.words}, the last of {moment.count}") if moment.count > 1 else moment
        for moment in out
    ]
