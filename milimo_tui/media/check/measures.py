"""Measures decoded pictures for the check of a film. Each picture is reduced to a few numbers about its luma.
From these numbers, runs of black or still frames are found.

Luma is sampled on a grid of about 192 columns. It is scaled so that black is 0 and white is 255, whatever the
range and bit depth of the picture. The module reads no files.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from milimo_tui.cut.plan.expected import FrameRun

TINY = (8, 12)  # The rows and columns of the grid of mean values that is stored for each picture.
MEASURE = np.dtype(
    [
        ("mean", "f4"),
        ("bright", "f4"),  # The share of samples that are visibly brighter than black.
        # The greatest mean change of a block since the previous frame. NaN for the first frame.
        ("motion", "f4"),
        ("tiny", "f2", TINY),
    ]
)
Measures = NDArray[np.void]  # An array of MEASURE records in display order, one for each picture.

_COLUMNS = 192
_BLOCK = 8  # Motion is measured in blocks of about this many samples per side.
_SEEN = 16.0  # A sample above this luma (0 to 255) counts as brighter than black.
_SHARE_SEEN = 0.002  # A frame with at most this share of bright samples counts as black.
_MOVES = 0.8  # A mean change of a block by more than this many levels counts as motion.
_DRIFTS = 1.0  # The mean values of a still picture may drift by this many levels over its duration.
_PLANAR = ("yuv", "gray", "nv")
_FULL = ("yuvj", "gray")
_PC = 2  # FFmpeg's constant AVCOL_RANGE_JPEG (full range).

Samples = NDArray[np.float32]


class FrameMeter:
    """A meter for consecutive pictures in display order. Use a new meter after a jump, because motion is
    measured against the previous picture.
    """

    def __init__(self) -> None:
        self._before: Samples | None = None

    def measure(self, frame: av.VideoFrame) -> np.void:
        """Measure one decoded frame and return its measurements as a record of the numpy type MEASURE."""
        return self.measure_samples(sample_luma(frame))

    def measure_samples(self, now: Samples) -> np.void:
        """Measure one picture and return a record of the numpy type MEASURE. `now` holds the sampled luma of
        the picture (0 to 255).
        """
        before = self._before
        self._before = now
        record = np.zeros(1, MEASURE)
        record["mean"] = now.mean()
        record["bright"] = (now > _SEEN).mean()
        record["motion"] = (
            np.nan if before is None or before.shape != now.shape else _measure_motion(now, before)
        )
        record["tiny"] = _average_blocks(now, *TINY)
        only: np.void = record[0]
        return only


def sample_luma(frame: av.VideoFrame) -> Samples:
    """Return a frame's luma on a grid of about 192 columns, scaled from 0 (black) to 255 (white)."""
    name = frame.format.name
    if not name.startswith(_PLANAR):
        frame, name = frame.reformat(format="gray"), "gray"
    bits = frame.format.components[0].bits
    step = max(1, frame.width // _COLUMNS)
    plane = frame.planes[0]
    if bits > 8:
        rows: NDArray[Any] = np.frombuffer(memoryview(plane), np.dtype("<u2")).reshape(
            frame.height, plane.line_size // 2
        )
    else:
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(frame.height, plane.line_size)
    sampled = rows[: frame.height : step, : frame.width : step].astype(np.float32)
    full = name.startswith(_FULL) or frame.color_range == _PC
    black, white = (0, 255) if full else (16, 235)
    scale = 2.0 ** (8 - bits)
    values: Samples = (sampled * np.float32(scale) - np.float32(black)) * np.float32(255 / (white - black))
    return values


def sample_grey(picture: NDArray[np.uint8]) -> Samples:
    """Return the samples of a grey full-range picture on a grid of about 192 columns."""
    step = max(1, picture.shape[1] // _COLUMNS)
    return picture[::step, ::step].astype(np.float32)


def join_measure_records(records: list[np.void]) -> Measures:
    """Return a list of MEASURE records as one array."""
    return np.array(records, MEASURE) if records else np.zeros(0, MEASURE)


def join_measured_runs(parts: list[Measures]) -> Measures:
    """Join the measurements of consecutive runs of frames that were measured separately. The motion of the
    first picture of each run is computed from the mean values that are stored for it and for the last picture
    of the previous run.
    """
    measures = np.concatenate(parts) if parts else np.zeros(0, MEASURE)
    unknown = np.flatnonzero(np.isnan(measures["motion"]))
    for index in unknown:
        if index:
            measures["motion"][index] = measure_difference(measures[index], measures[index - 1])
    return measures


def find_black_frames(measures: Measures) -> NDArray[np.bool_]:
    """Return an array with True for each black frame."""
    black: NDArray[np.bool_] = measures["bright"] <= _SHARE_SEEN
    return black


def find_black_runs(measures: Measures) -> tuple[FrameRun, ...]:
    """Return the runs of consecutive black frames."""
    return find_true_runs(find_black_frames(measures))


def find_still_runs(measures: Measures) -> tuple[FrameRun, ...]:
    """Return the runs of frames that all show the same picture. A run begins with the first frame that shows
    the picture.

    Every frame is compared with the first frame of its run, because slow motion is too small to be found
    between two neighbouring frames.
    """
    repeats = np.nan_to_num(measures["motion"], nan=np.inf) <= _MOVES
    runs = (FrameRun(max(0, run.start - 1), run.end) for run in find_true_runs(repeats))
    return tuple(part for run in runs for part in _split_at_slow_motion(measures, run) if part.frames > 1)


def _split_at_slow_motion(measures: Measures, run: FrameRun) -> Iterator[FrameRun]:
    """Split a run of seemingly still frames wherever the picture has drifted too far from the first frame of
    the present part. Yield the parts.
    """
    start = run.start
    while start < run.end:
        tiny = measures["tiny"][start : run.end].astype(np.float32)
        far = np.flatnonzero(np.abs(tiny - tiny[0]).max(axis=(1, 2)) > _DRIFTS)
        end = start + int(far[0]) if len(far) else run.end
        yield FrameRun(start, end)
        start = end


def measure_difference(one: np.void, other: np.void) -> float:
    """Return the greatest difference between the stored mean values of two pictures, in levels (0 to 255)."""
    return float(np.abs(one["tiny"].astype(np.float32) - other["tiny"].astype(np.float32)).max())


def find_true_runs(holds: NDArray[np.bool_]) -> tuple[FrameRun, ...]:
    """Return the runs of consecutive True values in an array."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], holds.astype(np.int8), [0]))))
    return tuple(FrameRun(int(first), int(last)) for first, last in edges.reshape(-1, 2))


def _measure_motion(now: Samples, before: Samples) -> float:
    change = np.abs(now - before)
    rows, columns = (max(1, side // _BLOCK) for side in change.shape)
    return float(_average_blocks(change, rows, columns).max())


def _average_blocks(values: Samples, rows: int, columns: int) -> Samples:
    """Return the mean value of each block in a grid of `rows` × `columns`. Samples at the right and bottom
    that fill no block are ignored.

    A picture with fewer samples than blocks is first enlarged by repeating samples.
    """
    high, wide = values.shape
    if high < rows or wide < columns:
        values = np.repeat(np.repeat(values, -(-rows // high), 0), -(-columns // wide), 1)
        high, wide = values.shape
    down, across = high // rows, wide // columns
    cropped = values[: down * rows, : across * columns]
    means: Samples = cropped.reshape(rows, down, columns, across).mean(axis=(1, 3))
    return means
