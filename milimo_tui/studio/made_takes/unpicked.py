"""Unused takes that may be deleted to free space: their size, and the time to make them again.

Takes that a shot has picked or that a frozen cut keeps are never included.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import ValidationError

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.format import bytes_text, duration, plural
from milimo_tui.core.host import explain
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.jobs.client.client import BatchRequest, JobRequest
from milimo_tui.story.values.film import Story, Take
from milimo_tui.studio.render import kept_takes
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec, take_estimate
from milimo_tui.studio.takes.take_batch import TakeRequest
from milimo_tui.studio.takes.take_queue import Prepared


class Which(StrEnum):
    """The selection of unused takes."""

    REJECTED = "rejected"
    UNMARKED = "unmarked"  # rejected takes, and takes without stars, remarks and tags
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Unpicked:
    """Takes that nothing shows.

    `bytes` is the space that deleting them frees. `seconds` is the time to make them again, None if it was
    never measured here.
    """

    takes: tuple[Take, ...]
    bytes: int
    seconds: float | None

    @property
    def words(self) -> str:
        """A summary: `12 takes, 340 MB; making them again takes about 3 min`."""
        many = plural(len(self.takes), "take")
        again = "no measure here of making them again"
        if self.seconds is not None:
            again = f"making them again takes about {duration(max(1.0, self.seconds))}"
        return f"{many}, {bytes_text(self.bytes)}; {again}"


def unpicked(studio: Studio, which: Which, *, shots: Collection[str] = ()) -> Unpicked:
    """Return the selected unused takes of those shots (ids) or of the entire film, with their costs."""
    return of_takes(studio, takes_meant(studio, which, shots))


def of_takes(studio: Studio, takes: Sequence[Take]) -> Unpicked:
    """Return the space that deleting the takes frees, and the time to make them again."""
    return Unpicked(tuple(takes), _bytes(studio, takes), _seconds(studio, takes) if takes else 0.0)


def takes_meant(studio: Studio, which: Which, shots: Collection[str] = ()) -> tuple[Take, ...]:
    """Return the selected takes that nothing shows, oldest first."""
    snapshot = studio.snapshot()
    story = snapshot.story
    shown = {shot.take for shot in story.shots} | _kept(studio)
    return tuple(
        take
        for take in story.takes
        if take.id not in shown and (not shots or take.shot in shots) and _is_meant(take, which)
    )


def _is_meant(take: Take, which: Which) -> bool:
    if take.rejected or which is Which.ALL:
        return True
    is_marked = take.rating or take.note or take.notes or take.tags
    return which is Which.UNMARKED and not is_marked


def _kept(studio: Studio) -> set[str]:
    """Return the takes (ids) that frozen cuts keep."""
    kept = kept_takes.kept_takes(studio.project(), studio.snapshot().cuts)
    return {take for takes in kept.values() for take in takes.values()}


def _bytes(studio: Studio, takes: Sequence[Take]) -> int:
    """Return the bytes of files that the studio manages and that no other take shows."""
    story = studio.snapshot().story
    going = {take.id for take in takes}
    held = {take.asset for take in story.takes if take.id not in going}
    wanted = {take.asset for take in takes} - held
    return sum(asset.bytes for asset in story.assets if asset.id in wanted and asset.managed)


def _seconds(studio: Studio, takes: Sequence[Take]) -> float | None:
    """Return how long the takes took according to the queue, or else an estimate for such takes."""
    try:
        client = studio.client_or_none()
        jobs = client.jobs({"ids": [take.job for take in takes]}) if client is not None else []
    except MilimoError:
        jobs = []
    took = [job.ended - job.started for job in jobs if job.started and job.ended]
    if len(took) == len(takes):
        return sum(took)
    prepared = _again(studio.snapshot().story, takes, str(studio.project().paths.root))
    if prepared is None:
        return None
    try:
        return take_estimate.of(studio, prepared).seconds
    except MilimoError:
        return None  # A queue that does not answer is reported by the commands that need it.


def _again(story: Story, takes: Sequence[Take], root: str) -> Prepared | None:
    """Return orders for the same takes; None if the spec of one can't be read."""
    states = {state.shot.id: state for state in shot_spec.states(story, with_omitted=True)}
    wishes, requests, batch = [], [], BatchRequest(label="again", project=root)
    for take in takes:
        state = states.get(take.shot)
        try:
            spec = MakeVideo.model_validate_json(take.spec)
        except ValidationError:
            return None
        if state is None:
            return None
        wishes.append(TakeRequest(f"again {take.id}", state, spec, "again"))
        requests.append(
            JobRequest(id=f"again {take.id}", spec=spec.model_dump(mode="json"), label="again", project=root)
        )
    return Prepared(tuple(wishes), tuple(requests), batch, ())


def delete(studio: Studio, takes: Sequence[Take]) -> int:
    """Permanently delete takes with their files; return the freed bytes. Raises Failed, ReadOnly."""
    freed = 0
    for path in studio.project().bin.delete_takes([take.id for take in takes]):
        if not path.is_file():
            continue
        try:
            size = path.stat().st_size
            path.unlink()
        except OSError as error:
            raise explain(error, path, "delete") from error
        freed += size
    return freed
