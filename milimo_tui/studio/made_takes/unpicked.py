"""Find unused takes, which may be deleted to free disk space, and measure their size and the time that it
would take to make them again.

A take that a shot has picked or that a frozen cut shows is never unused.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import ValidationError

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.format import format_bytes, format_count, format_duration
from milimo_tui.core.host import explain_os_error
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.jobs.client.client import BatchRequest, JobRequest
from milimo_tui.story.values.film import Story, Take
from milimo_tui.studio.render import frozen_takes
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec, take_estimate
from milimo_tui.studio.takes.take_batch import TakeRequest
from milimo_tui.studio.takes.take_queue import PreparedTakes


class UnusedTakes(StrEnum):
    """The kinds of unused takes that the user can select."""

    REJECTED = "rejected"
    UNMARKED = "unmarked"  # Rejected takes, and takes without stars, remarks and tags.
    ALL = "all"


@dataclass(frozen=True, slots=True)
class UnpickedTakes:
    """A selection of unused takes.

    `bytes` is the space that deleting them would free. `seconds` is the estimated time to make them again;
    None if such work was never measured here.
    """

    takes: tuple[Take, ...]
    bytes: int
    seconds: float | None

    @property
    def summary(self) -> str:
        """A summary: `12 takes, 340 MB; making them again takes about 3 min`."""
        many = format_count(len(self.takes), "take")
        again = "the time to make them again was never measured here"
        if self.seconds is not None:
            again = f"making them again takes about {format_duration(max(1.0, self.seconds))}"
        return f"{many}, {format_bytes(self.bytes)}; {again}"


def find_unpicked(studio: Studio, selection: UnusedTakes, *, shots: Collection[str] = ()) -> UnpickedTakes:
    """Return the selected unused takes of the shots (ids), or of the complete film if `shots` is empty, with
    their costs.
    """
    return measure_unpicked(studio, select_unpicked(studio, selection, shots))


def measure_unpicked(studio: Studio, takes: Sequence[Take]) -> UnpickedTakes:
    """Return these takes with the bytes that deleting them would free and the seconds that making them again
    would take.
    """
    return UnpickedTakes(
        tuple(takes), _sum_freed_bytes(studio, takes), _sum_making_seconds(studio, takes) if takes else 0.0
    )


def select_unpicked(studio: Studio, selection: UnusedTakes, shots: Collection[str] = ()) -> tuple[Take, ...]:
    """Return the unused takes of the kind `selection`, oldest first. No shot or frozen cut shows any of these
    takes. `shots` are the ids of the shots to search; empty means all shots.
    """
    snapshot = studio.take_snapshot()
    story = snapshot.story
    shown = {shot.take for shot in story.shots} | _list_takes_in_frozen_cuts(studio)
    return tuple(
        take
        for take in story.takes
        if take.id not in shown and (not shots or take.shot in shots) and _is_selected(take, selection)
    )


def _is_selected(take: Take, selection: UnusedTakes) -> bool:
    if take.rejected or selection is UnusedTakes.ALL:
        return True
    is_marked = take.rating or take.note or take.notes or take.tags
    return selection is UnusedTakes.UNMARKED and not is_marked


def _list_takes_in_frozen_cuts(studio: Studio) -> set[str]:
    """Return the ids of takes that frozen cuts show."""
    kept = frozen_takes.load_frozen_takes(studio.require_project(), studio.take_snapshot().cuts)
    return {take for takes in kept.values() for take in takes.values()}


def _sum_freed_bytes(studio: Studio, takes: Sequence[Take]) -> int:
    """Return the size in bytes of the files that deleting these takes would free: managed files that no other
    take uses.
    """
    story = studio.take_snapshot().story
    deleted_ids = {take.id for take in takes}
    assets = {take.asset for take in story.takes if take.id not in deleted_ids}
    wanted = {take.asset for take in takes} - assets
    return sum(asset.bytes for asset in story.assets if asset.id in wanted and asset.managed)


def _sum_making_seconds(studio: Studio, takes: Sequence[Take]) -> float | None:
    """Return the total duration in seconds that making the takes took, as recorded by the queue. Unrecorded
    durations are estimated. Return None if the total is unknown.
    """
    try:
        client = studio.client_or_none()
        jobs = client.list_jobs({"ids": [take.job for take in takes]}) if client is not None else []
    except MilimoError:
        jobs = []
    durations = [job.ended - job.started for job in jobs if job.started and job.ended]
    if len(durations) == len(takes):
        return sum(durations)
    prepared = _prepare_takes_again(
        studio.take_snapshot().story, takes, str(studio.require_project().paths.root)
    )
    if prepared is None:
        return None
    try:
        return take_estimate.estimate_takes(studio, prepared).seconds
    except MilimoError:
        return None  # The error is ignored here. Commands that need the queue report it.


def _prepare_takes_again(story: Story, takes: Sequence[Take], root: str) -> PreparedTakes | None:
    """Return a batch that would make the takes again. It is used only for an estimate and never queued.
    Return None if the spec of a take can't be read.
    """
    states = {state.shot.id: state for state in shot_spec.list_shot_states(story, with_omitted=True)}
    take_requests, requests, batch = [], [], BatchRequest(label="again", project=root)
    for take in takes:
        state = states.get(take.shot)
        try:
            spec = MakeVideo.model_validate_json(take.spec)
        except ValidationError:
            return None
        if state is None:
            return None
        take_requests.append(TakeRequest(f"again {take.id}", state, spec, "again"))
        requests.append(
            JobRequest(id=f"again {take.id}", spec=spec.model_dump(mode="json"), label="again", project=root)
        )
    return PreparedTakes(tuple(take_requests), tuple(requests), batch, ())


def delete_takes_with_files(studio: Studio, takes: Sequence[Take]) -> int:
    """Permanently delete takes with their files; return the freed bytes. Raises Failed, ReadOnly."""
    freed = 0
    for path in studio.require_project().bin.delete_takes([take.id for take in takes]):
        if not path.is_file():
            continue
        try:
            size = path.stat().st_size
            path.unlink()
        except OSError as error:
            raise explain_os_error(error, path, "delete") from error
        freed += size
    return freed
