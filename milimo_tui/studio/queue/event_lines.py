"""Events of the queue as lines of text, as `job watch` prints them without `--json`. All functions are
pure.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from milimo_tui.core.format import format_duration

# The least progress, as a share of a stage, after which another line about the same job is printed.
PROGRESS_PART = 0.1

Event = Mapping[str, Any]


class EventLines:
    """Formats events as lines, for `job watch`. The progress of a job is reported at every tenth of a stage,
    and when a new stage begins.
    """

    def __init__(self, labels: Mapping[str, str]) -> None:
        self._labels = dict(labels)
        self._told: dict[str, tuple[str, float]] = {}

    def format_event(self, event: Event) -> str:
        """Return the line for an event. Return an empty string if the event contains nothing new for the
        user, such as a small progress.
        """
        job = event.get("job") or ""
        if event.get("label") and job:
            self._labels[job] = event["label"]
        words = self._format_progress(event) if event["kind"] == "progress" else describe_event(event)
        if not words:
            return ""
        name = self._labels.get(job) or job
        at = time.strftime("%H:%M:%S", time.localtime(event["at"]))
        return f"{at}  {name + ': ' if name else ''}{words}"

    def _format_progress(self, event: Event) -> str:
        job, stage, done = event["job"], event.get("stage") or "", event.get("progress") or 0.0
        before = self._told.get(job)
        if before and before[0] == stage and done < before[1] + PROGRESS_PART:
            return ""
        self._told[job] = (stage, done)
        steps = f" {event['steps_done']} of {event['steps_total']}" if event.get("steps_total") else ""
        left = f", {format_duration(event['eta'])} left" if event.get("eta") is not None else ""
        return f"{stage}{steps}, {done:.0%}{left}"


def describe_event(event: Event) -> str:
    """Return a description of an event without the name of its job. Return an empty string for an event that
    another line already reports.
    """
    describe = _KINDS.get(event["kind"])
    if describe:
        return describe(event)
    words = [f"{key} {value}" for key, value in event.items() if key not in ("seq", "at", "kind", "job")]
    return f"{event['kind']} {', '.join(words)}".strip()


def _describe_state_event(event: Event) -> str:
    if event.get("trigger") == "change":
        return ""  # A change of position or priority needs no line, and an edit has an event of its own.
    why = event.get("error") or event.get("reason") or ""
    where = f" on {event['worker']}" if event["state"] == "running" and event.get("worker") else ""
    return f"{event['state'].replace('_', ' ')}{where}{': ' if why else ''}{why}"


def _describe_checkpoint_event(event: Event) -> str:
    of = f" of {event['total']}" if event.get("total") else ""
    begins = "resumes from checkpoint" if event.get("resumed") else "checkpoint"
    return f"{begins} {event.get('stage', '')} {event.get('step', 0)}{of}"


def _describe_notice_event(event: Event) -> str:
    if event.get("event") == "given_up":
        return f"the {event.get('target')} was not notified: {event.get('error')}"
    # The end of a job is reported by its state event, so the notice is left out.
    return "" if event.get("job") else str(event.get("text", ""))


def _describe_lane_event(event: Event) -> str:
    return f"lane {event['lane']} {'waits: ' + str(event['reason']) if event['paused'] else 'goes on'}"


def _describe_batch_event(event: Event) -> str:
    name = f"batch “{event['label']}”" if event.get("label") else "a batch"
    return f"{name} {'is paused' if event.get('paused') else 'goes ahead'}"


def _describe_home_event(event: Event) -> str:
    if event.get("came") == "copied":
        return f"this home is a copy of {event.get('before')}: its jobs belong to its own films"
    return f"this home was at {event.get('before')}: its queue continues here"


def _describe_worker_event(event: Event) -> str:
    why = f": {event['reason']}" if event.get("reason") else ""
    return f"worker {event['worker']} {event.get('state', '')}{why}"


_KINDS: dict[str, Callable[[Event], str]] = {
    "state": _describe_state_event,
    "checkpoint": _describe_checkpoint_event,
    "part": lambda event: f"finished {event.get('role', '')}: {event.get('path', '')}",
    "edit": lambda event: f"changed {', '.join(event.get('changed', ()))}".strip(),
    "late": lambda event: "a late message of an ended attempt was ignored",
    "notice": _describe_notice_event,
    "lane": _describe_lane_event,
    "batch": _describe_batch_event,
    "worker": _describe_worker_event,
    "home": _describe_home_event,
    "supervisor": lambda event: f"the supervisor {event.get('state', '')}",
}
