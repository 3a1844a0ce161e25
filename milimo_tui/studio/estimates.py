"""What queued work will take: medians measured on this machine, never a guess dressed as one."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

from milimo_tui.studio.making import ShotState, engine_of
from milimo_tui.studio.studio import Studio

# Near-lossless takes of this product at 768×512, measured on the sample; bytes a frame.
_TAKE_BYTES_PER_FRAME = 40_000


def of_takes(
    studio: Studio, states: Sequence[ShotState], *, copies: int = 1, engine: str = ""
) -> dict[str, Any]:
    """`{"seconds", "gb"}` for takes of these shots; seconds is None where nothing was measured yet."""
    story = studio.snapshot().story
    client = studio.client_or_none()
    speeds = _seconds_per_frame(client.jobs() if client else [])
    total: float | None = 0.0
    frames = 0
    for state in states:
        frames += state.shot.frames * copies
        speed = speeds.get(engine_of(story, state.shot, engine))
        if speed is None or total is None:
            total = None
        else:
            total += speed * state.shot.frames * copies
    return {"seconds": total, "gb": round(frames * _TAKE_BYTES_PER_FRAME / 1e9, 3)}


def _seconds_per_frame(jobs: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Median seconds a frame by engine, from finished takes."""
    measured: dict[str, list[float]] = {}
    for job in jobs:
        if job["state"] == "done" and job["kind"] == "make_video" and job.get("started") and job.get("ended"):
            frames = job["steps"][1]
            if frames:
                measured.setdefault(job["engine"], []).append((job["ended"] - job["started"]) / frames)
    return {engine: statistics.median(values) for engine, values in measured.items()}
