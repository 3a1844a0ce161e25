"""Estimates for takes. The time is estimated from jobs measured on this machine, and the disk space from
earlier takes of this film.

An estimate starts no supervisor. If none is running, the queue's file is read in its last state.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.format import format_bytes, format_count, format_duration, format_time_of_day
from milimo_tui.core.host import HOST, count_folder_bytes
from milimo_tui.engines.contract.workload import compute_workload
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.jobs.machine import lanes
from milimo_tui.jobs.schedule import forecast
from milimo_tui.jobs.schedule.schedule import FreeWorker
from milimo_tui.jobs.schedule.simulation import OCCUPYING, QueueSnapshot
from milimo_tui.jobs.values import output_refs
from milimo_tui.jobs.values.queue_views import EstimateError, WorkEstimate
from milimo_tui.jobs.values.quotas import Quotas
from milimo_tui.jobs.values.states import JobState
from milimo_tui.store.jobs.studio_file import open_studio_for_reading
from milimo_tui.story.values.film import Story
from milimo_tui.studio.machine.work_price import format_price
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import take_queue
from milimo_tui.studio.takes.preflight import Preflight
from milimo_tui.studio.takes.shot_spec import FilmSpecs, ShotState
from milimo_tui.studio.takes.take_queue import PreparedTakes
from milimo_tui.studio.weights import readiness

NEWEST = 20  # The size of the next take is estimated from at most this number of takes, the newest.
WORK_NAMES = {"make_video": "takes", "make_picture": "pictures", "render_film": "films"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeEstimate:
    """The estimate for a batch of takes, if it were added to the queue now. None means that a value is
    unknown; `unknown` has the reasons.

    - `seconds` is the duration of the work.
    - `ready` is the time when the last take is done, in seconds since 1970.
    - `gb` is the size of the takes in gigabytes, and `free_gb` the free space on the disk.
    - `error` says by how much past estimates were wrong.
    - `price` is the cost as text, computed from the user's price for an hour; empty without a price.
    - `room_gb` is the space left in the film's quota; None without a quota.
    """

    seconds: float | None
    gb: float | None
    ready: float | None
    free_gb: float
    error: EstimateError
    unknown: list[str]
    price: str = ""
    room_gb: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the object that `--json` prints."""
        return {each.name: getattr(self, each.name) for each in fields(self)} | {
            "error": self.error._asdict()
        }


def estimate_takes(studio: Studio, prepared: PreparedTakes) -> TakeEstimate:
    """Estimate a prepared batch of takes."""
    orders = [
        {
            "id": request.id,
            "lane": readiness.choose_lane(studio, take.spec.engine),
            "workload": (work := compute_workload(take.spec)).kind,
            "units": work.units,
            "affinity": work.affinity,
            "priority": request.priority,
            "not_before": request.not_before,
            "needs": sorted(output_refs.find_referenced_jobs(request.spec)),
        }
        for request, take in zip(prepared.requests, prepared.takes, strict=True)
    ]
    work_estimate = _ask_queue_estimate(studio, orders)
    held = any(request.hold for request in prepared.requests)
    disk, unsized = _estimate_take_bytes(studio.take_snapshot().story, [take.spec for take in prepared.takes])
    root = studio.require_project().paths.root
    return TakeEstimate(
        seconds=work_estimate.seconds,
        gb=None if disk is None else round(disk / 1e9, 3),
        ready=None if held else work_estimate.end,
        free_gb=round(HOST.get_free_bytes(root) / 1e9, 3),
        error=work_estimate.error,
        unknown=_list_unknown_parts(work_estimate, unsized, held=held),
        price=format_price(studio.settings, work_estimate.seconds),
        room_gb=_get_quota_space_gb(studio, root),
    )


def _get_quota_space_gb(studio: Studio, root: Path) -> float | None:
    """Return the gigabytes left in the quota of the film whose folder is `root`; None without a quota."""
    try:
        quota = Quotas.from_settings(studio.read_home_settings()[0]).limit_for_film(root.name)
    except MilimoError:
        return None  # Ignore faulty quotas here, because the supervisor reports them.
    return round(max(0, quota - count_folder_bytes(root)) / 1e9, 3) if quota else None


def estimate_next_take_seconds(
    studio: Studio, specs: FilmSpecs, state: ShotState, sending: Preflight
) -> float | None:
    """Return the estimated time of a shot's next take, in seconds. Return None if the take can't be made, or
    if no similar take was measured. `sending` is the result of the shot's preflight.
    """
    if sending.problems or sending.plan is None:
        return None
    try:
        order = take_queue.TakeOrder(specs=specs, always=(state,))
        prepared = take_queue.prepare_takes(studio, order, studio.client_or_none())
        return estimate_takes(studio, prepared).seconds
    except MilimoError:
        # The caller still has to show the rest of the preflight, and placing the order reports the same
        # error.
        return None


def format_take_estimate(sending: Preflight, seconds: float | None) -> str:
    """Describe the time and memory of one take: `about 38 s, 61 GB of 141, bf16, all resident (calculated)`.
    If a value is unknown, the text says so.

    Return an empty text for an engine that draws the pictures without a video model, because its time is
    negligible. `sending` is the shot's preflight, and `seconds` the estimated time.
    """
    memory = sending.memory
    if sending.plan is None and memory is None:
        return "known once the problems are solved" if sending.problems else ""
    if sending.problems:
        parts = ["the time is known once the problems are solved"]
    elif seconds is None:
        parts = ["no time estimate, because no similar take was measured here"]
    else:
        parts = [f"about {format_duration(max(1.0, seconds))}"]
    if memory is not None and memory["card_gb"] and memory["fits"]:
        recipe = f"{memory['plan']['recipe']} ({memory['evidence']})"
        parts += [f"{memory['estimate_gb']:.0f} GB of {memory['card_gb']:.0f}", recipe]
    elif memory is not None:
        parts.append(str(memory["reason"]))
    return ", ".join(parts)


def format_batch_estimate(estimate: TakeEstimate, many: str) -> str:
    """Describe a batch in one line: `12 takes, about 14 min, 1.2 GB, ready about 03:40`. `many` is its number
    of takes as text.
    """
    parts = [many]
    if estimate.seconds is not None:
        parts.append(f"about {format_duration(max(1.0, estimate.seconds))}")
    else:
        parts.append("no time estimate yet")
    parts += [estimate.price] if estimate.price else []
    if estimate.gb is not None:
        parts.append(f"about {format_bytes(estimate.gb * 1e9)}")
    if estimate.ready is not None:
        parts.append(f"ready about {format_time_of_day(estimate.ready, HOST.now())}")
    return ", ".join(parts)


def list_estimate_remarks(estimate: TakeEstimate) -> list[str]:
    """Return remarks on an estimate: the error of past estimates, unknown parts, and lack of space."""
    error, found = estimate.error, []
    if error.median is not None:
        many = format_count(error.samples, "job")
        found.append(f"past estimates here were off by {error.median:.0%} (median of {many})")
    found += [f"not known: {why}" for why in estimate.unknown]
    if estimate.gb is not None and estimate.gb > estimate.free_gb:
        found.append(
            f"the disk has only {format_bytes(estimate.free_gb * 1e9)} free: milimo clean frees space"
        )
    if estimate.room_gb is not None and (estimate.gb or 0.0) >= estimate.room_gb:
        room = format_bytes(estimate.room_gb * 1e9)
        found.append(f"the film's quota leaves {room}: jobs that need more wait (milimo room free)")
    return found


def _ask_queue_estimate(studio: Studio, orders: Sequence[dict[str, Any]]) -> WorkEstimate:
    """Return the queue's time estimate for the given job requests. If no supervisor is running, compute the
    estimate from the queue's file.
    """
    client = studio.client_or_none()
    if client is not None:
        return client.estimate_work(orders)
    jobs, needs = forecast.parse_planned_jobs(orders)
    workers = [FreeWorker(slot.id, slot.lane) for slot in lanes.list_machine_slots(studio.settings)]
    with open_studio_for_reading(studio.home.studio_db) as file:
        if file is None:
            return forecast.estimate_more_work(QueueSnapshot(HOST.now(), workers, []), jobs, needs)
        snapshot = forecast.take_queue_snapshot(file, workers, now=HOST.now())
    # Without a supervisor no job is running. Jobs that were interrupted continue when a supervisor starts, so
    # count them as queued.
    left = [job._replace(state=JobState.QUEUED) if job.state in OCCUPYING else job for job in snapshot.jobs]
    return forecast.estimate_more_work(replace(snapshot, jobs=left), jobs, needs)


def _estimate_take_bytes(story: Story, specs: Sequence[MakeVideo]) -> tuple[float | None, list[str]]:
    """Return the estimated total size of takes in bytes, and the names of the engines that have made no take
    of a known size. If there is such an engine, the size is None.

    The estimate is the median number of bytes for each frame and pixel in the engine's newest takes. Takes of
    the same raster are preferred.
    """
    assets = {asset.id: asset for asset in story.assets}
    exact: dict[tuple[str, int], list[float]] = {}
    coarse: dict[str, list[float]] = {}
    for take in reversed(story.takes):
        asset = assets.get(take.asset)
        if asset is None or not (asset.bytes and asset.frames and asset.width and asset.height):
            continue
        pixels = asset.width * asset.height
        for values in (exact.setdefault((take.engine, pixels), []), coarse.setdefault(take.engine, [])):
            if len(values) < NEWEST:
                values.append(asset.bytes / asset.frames / pixels)
    total, unsized = 0.0, set()
    for spec in specs:
        pixels = spec.width * spec.height
        known = exact.get((spec.engine, pixels)) or coarse.get(spec.engine)
        if known:
            total += statistics.median(known) * pixels * spec.all_frames
        else:
            unsized.add(spec.engine)
    return None if unsized else total, sorted(unsized)


def _list_unknown_parts(estimate: WorkEstimate, unsized: Sequence[str], *, held: bool) -> list[str]:
    """Return a phrase for each unknown part of an estimate, with its reason. `unsized` names the engines
    whose takes have no known size. `held` is True if the takes wait for the user to release them.
    """
    found = [f"{_describe_workload(kind)} were never measured here" for kind in estimate.unmeasured]
    found += [
        f"{_describe_workload(kind)}: measured at other sizes only, a rough guess" for kind in estimate.coarse
    ]
    found += [f"the lane {lane} is blocked now (milimo supervisor status)" for lane in estimate.shut]
    if held:
        found.append("when they are ready: they are held until you resume them (milimo batch resume)")
    elif estimate.seconds is not None and estimate.end is None and not estimate.shut:
        found.append("when it is ready: earlier work is paused or was never measured")
    return found + [f"the size of takes by {engine}: this film has none yet" for engine in unsized]


def _describe_workload(kind: str) -> str:
    """Convert the name of a workload to text: `takes by ltx2 (768x512, 8 steps)`."""
    what, engine, *pace = kind.split("/")
    return f"{WORK_NAMES.get(what, what)} by {engine}" + (f" ({', '.join(pace)})" if pace else "")
