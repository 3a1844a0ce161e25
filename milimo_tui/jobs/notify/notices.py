"""The rules for notifications: the queue events that a person is notified of, and the text of each
notification. Pure.

`outbox` collects and sends the notifications. The studio and waiting commands show the same texts in their
terminal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit

from milimo_tui.core.errors import BadInput
from milimo_tui.jobs.values.states import FAILED_STATES, JobState

NOTHING = frozenset({"", "nothing", "off", "none"})
# Jobs of this lane are not reported. They probe files and make thumbnails, for which nobody waits.
UNREPORTED_LANE = "quick"
LONGEST = 300  # Maximum number of characters of a notification's text. The rest is cut off.


class NoticeEvent(StrEnum):
    """An event of the queue that a person can be notified of. The values are the words of the setting
    `notify_on`.
    """

    JOB = "job"
    BATCH = "batch"
    FAILED = "failed"
    IDLE = "idle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A count of ended jobs by their outcome, with their total duration in seconds. Notifications about a
    batch or the queue contain it.
    """

    made: int = 0
    failed: int = 0
    skipped: int = 0
    cancelled: int = 0
    seconds: float = 0.0

    @classmethod
    def from_counts(cls, counts: Mapping[str, int], seconds: float) -> Tally:
        """Build a tally. `counts` are the numbers of jobs by state, `seconds` is the duration."""
        return cls(
            made=counts.get(JobState.DONE, 0),
            failed=sum(counts.get(state, 0) for state in FAILED_STATES),
            skipped=counts.get(JobState.SKIPPED, 0),
            cancelled=counts.get(JobState.CANCELLED, 0),
            seconds=round(max(0.0, seconds), 3),
        )

    def __str__(self) -> str:
        """Return a text such as `5 made, 1 failed`."""
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
class NoticeMessage:
    """A notification about an event of the queue.

    `id` is the id of the job or batch; it is empty for an idle queue. `project` is the film's name, `seconds`
    the duration, and `text` the complete sentence for a person.
    """

    event: NoticeEvent
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
        """Return the message as a JSON object."""
        return asdict(self)


def parse_notice_events(setting: str) -> frozenset[NoticeEvent]:
    """Parse the value of the setting `notify_on` to a set of events. Raises BadInput for an unknown word."""
    words = {word.strip().lower() for word in setting.split(",")} - NOTHING
    unknown = sorted(words - set(NoticeEvent))
    if unknown:
        raise BadInput(
            f"notify_on: “{unknown[0]}” is not an event that can be announced",
            f"{', '.join(NoticeEvent)}, or nothing",
        )
    return frozenset(map(NoticeEvent, words))


def check_webhook_address(address: str) -> str:
    """Return an error message for an unusable webhook address; empty if the address is usable.

    The message never quotes the address, because the address may contain a secret.
    """
    try:
        parts = urlsplit(address)
        bad = parts.scheme not in ("http", "https") or not parts.hostname or (parts.port or 1) < 1
    except ValueError:
        bad = True
    return "notify_webhook must be an http:// or https:// address" if bad else ""


def mask_webhook_address(address: str) -> str:
    """Return an address without its path and other parts that may be secret, as `https://host/…`."""
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "…"
    rest = "/…" if parts.path.strip("/") or parts.query else ""
    return f"{parts.scheme}://{parts.hostname or '…'}{port}{rest}"


def _shorten_notice(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def build_job_notice(
    event: NoticeEvent, id: str, label: str, state: str, error: str, project: str, seconds: float
) -> NoticeMessage:
    """Build the notification about an ended job, for example `3B take is made` or `3B take failed: the disk
    is full`.
    """
    bad = state in FAILED_STATES
    if state == JobState.SET_ASIDE:
        text = f"{label} was set aside: {error or 'its workers died three times'}"
    elif bad:
        text = f"{label} failed: {error or 'see its log'}"
    else:
        text = f"{label} is made"
    return NoticeMessage(
        event=event,
        id=id,
        label=label,
        project=get_film_name(project),
        made=int(not bad),
        failed=int(bad),
        seconds=round(max(0.0, seconds), 3),
        title=_build_notice_title(project),
        text=_shorten_notice(text),
    )


def build_batch_notice(id: str, label: str, project: str, tally: Tally) -> NoticeMessage:
    """Build the notification about an ended batch, for example `batch “Scene 3, all shots” is done: 5 made, 1
    failed`.
    """
    quoted = label if "“" in label else f"“{label}”"
    name = f"batch {quoted}" if label else "a batch"
    return NoticeMessage(
        event=NoticeEvent.BATCH,
        id=id,
        label=label,
        project=get_film_name(project),
        made=tally.made,
        failed=tally.failed,
        skipped=tally.skipped,
        seconds=tally.seconds,
        title=_build_notice_title(project),
        text=_shorten_notice(f"{name} is done: {tally}"),
    )


def build_idle_notice(tally: Tally) -> NoticeMessage:
    """Build the notification about an empty queue, for example `the queue is empty: 12 made`."""
    return NoticeMessage(
        event=NoticeEvent.IDLE,
        made=tally.made,
        failed=tally.failed,
        skipped=tally.skipped,
        seconds=tally.seconds,
        title="Milimo",
        text=f"the queue is empty: {tally}",
    )


def get_film_name(project: str) -> str:
    """Return the name of a film, which is the name of its folder `project`; empty if `project` is empty."""
    return PurePath(project).name if project else ""


def _build_notice_title(project: str) -> str:
    return f"Milimo · {get_film_name(project)}" if project else "Milimo"
