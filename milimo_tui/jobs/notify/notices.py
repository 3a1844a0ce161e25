"""Which changes of jobs are worth telling a person, and in which words. Pure: values in, values out.

`outbox` asks and sends; the studio and waiting verbs show the same message in their terminal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit

from milimo_tui.core.errors import BadInput
from milimo_tui.jobs.values.states import State

JOB, BATCH, FAILED, IDLE = "job", "batch", "failed", "idle"
EVENTS = (JOB, BATCH, FAILED, IDLE)
NOTHING = frozenset({"", "nothing", "off", "none"})
WENT_WRONG = frozenset({State.FAILED, State.SET_ASIDE})
UNTOLD_LANE = "quick"  # probing, thumbnails: nobody waits for them
LONGEST = 300  # characters of a text


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How several jobs ended, and over how long, in seconds."""

    made: int = 0
    failed: int = 0
    skipped: int = 0
    cancelled: int = 0
    seconds: float = 0.0

    @classmethod
    def of(cls, counts: Mapping[str, int], seconds: float) -> Tally:
        """From jobs by state."""
        return cls(
            made=counts.get(State.DONE, 0),
            failed=sum(counts.get(state, 0) for state in WENT_WRONG),
            skipped=counts.get(State.SKIPPED, 0),
            cancelled=counts.get(State.CANCELLED, 0),
            seconds=round(max(0.0, seconds), 3),
        )

    def __str__(self) -> str:
        """`5 made, 1 failed`."""
        parts = [
            f"{count} {word}"
            for count, word in (
                (self.made, "made"),
                (self.failed, "failed"),
                (self.skipped, "skipped"),
                (self.cancelled, "cancelled"),
            )
            if count
        ]
        return ", ".join(parts) or "nothing made"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing to tell: `event` is job, batch, failed or idle, `id` the job's or batch's (empty for idle).

    `project` is the film's name, `seconds` how long it took, `text` the whole sentence.
    """

    event: str
    id: str = ""
    label: str = ""
    project: str = ""
    made: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    title: str
    text: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def parse_events(setting: str) -> frozenset[str]:
    """The events that `notify_on` names. Raises BadInput for a word that is none."""
    words = {word.strip().lower() for word in setting.split(",")} - NOTHING
    unknown = sorted(words - set(EVENTS))
    if unknown:
        raise BadInput(
            f"notify_on: “{unknown[0]}” is nothing that can be told", f"{', '.join(EVENTS)}, or nothing"
        )
    return frozenset(words)


def webhook_problem(address: str) -> str:
    """What is wrong with a webhook's address; empty when it can be used. Never quotes it."""
    try:
        parts = urlsplit(address)
        bad = parts.scheme not in ("http", "https") or not parts.hostname or (parts.port or 1) < 1
    except ValueError:
        bad = True
    return "notify_webhook must be an http:// or https:// address" if bad else ""


def shown_address(address: str) -> str:
    """An address without what may be secret in it: `https://host/…`."""
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "…"
    rest = "/…" if parts.path.strip("/") or parts.query else ""
    return f"{parts.scheme}://{parts.hostname or '…'}{port}{rest}"


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def of_job(event: str, id: str, label: str, state: str, error: str, project: str, seconds: float) -> Message:
    """A job that ended: `3B take is made`, `3B take failed: the disk is full`."""
    bad = state in WENT_WRONG
    if state == State.SET_ASIDE:
        text = f"{label} was set aside: {error or 'its workers died three times'}"
    elif bad:
        text = f"{label} failed: {error or 'its log tells more'}"
    else:
        text = f"{label} is made"
    return Message(
        event=event,
        id=id,
        label=label,
        project=film_name(project),
        made=int(not bad),
        failed=int(bad),
        seconds=round(max(0.0, seconds), 3),
        title=_title(project),
        text=_shortened(text),
    )


def of_batch(id: str, label: str, project: str, tally: Tally) -> Message:
    """`batch “Scene 3, all shots” is done: 5 made, 1 failed`."""
    quoted = label if "“" in label else f"“{label}”"
    name = f"batch {quoted}" if label else "a batch"
    return Message(
        event=BATCH,
        id=id,
        label=label,
        project=film_name(project),
        made=tally.made,
        failed=tally.failed,
        skipped=tally.skipped,
        seconds=tally.seconds,
        title=_title(project),
        text=_shortened(f"{name} is done: {tally}"),
    )


def of_idle(tally: Tally) -> Message:
    """`the queue is empty: 12 made`."""
    return Message(
        event=IDLE,
        made=tally.made,
        failed=tally.failed,
        skipped=tally.skipped,
        seconds=tally.seconds,
        title="Milimo",
        text=f"the queue is empty: {tally}",
    )


def film_name(project: str) -> str:
    """The name of a film by its folder; empty without one."""
    return PurePath(project).name if project else ""


def _title(project: str) -> str:
    return f"Milimo · {film_name(project)}" if project else "Milimo"
