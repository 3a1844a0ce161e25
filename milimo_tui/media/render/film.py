"""Rendering of a film from a frozen plan. Its segments are copied from their sources, read from a cache or
encoded in parallel, and then joined.

The file appears under its name only when it is complete; an earlier file stays unchanged until then. The
number of workers changes only the duration of the render.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import av

from milimo_tui.core import linux
from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import explain_os_error, replace_file_atomically, require_free_space
from milimo_tui.cut.delivery.delivery import Delivery, SoundFormat
from milimo_tui.cut.delivery.segments import PlanSegment, compute_content_hash, list_segment_files
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.media.encode import formats
from milimo_tui.media.encode.coded import CodedPacket
from milimo_tui.media.encode.encoded_segment import EncodedSegment, encode
from milimo_tui.media.encode.packet_copies import CopyRun, copy_packets
from milimo_tui.media.encode.segment_cache import SegmentCache, key_of
from milimo_tui.media.render.film_file import FilmFile
from milimo_tui.media.render.settled_headers import CopyPlan, plan_copies
from milimo_tui.media.render.side_by_side import Made, run_in_parallel
from milimo_tui.media.render.soundtrack import encode_soundtrack

# A callback that gets the stage, the number of finished frames and the total number. It raises Cancelled to
# stop the render.
Progress = Callable[[str, int, int], None]
Show = Callable[[av.VideoFrame], None]  # A callback that gets each finished picture.

STAGE = "rendering"
_FRAMES_HELD = 90  # The approximate number of pictures that one encoder and its decoders hold in memory.
_HELD_BYTES = 3 << 30  # The memory limit for all parallel encoders together, in bytes.
# A high estimate of the film's bits per pixel, from which the needed disk space is computed.
_BITS_PER_PIXEL = 0.15


@dataclass(frozen=True, slots=True)
class RenderResult:
    """The result of a render. Most fields are numbers of frames.

    - `frames` is the total.
    - `passed` frames needed no compositing: they went from the decoder to the encoder unchanged. `composited`
      frames were drawn from layers. `copied` frames were copied from their source without encoding.
    - `kept` frames were taken from the cache of an earlier render.
    - `notes` are sentences that name the sources that were encoded although they looked suitable for copying.
    """

    frames: int
    passed: int
    composited: int
    copied: int = 0
    kept: int = 0
    notes: tuple[str, ...] = ()


def render(
    plan: RenderPlan,
    output: Path,
    delivery: Delivery,
    progress: Progress,
    show: Show = lambda picture: None,
    cache: Path | None = None,
    kept: Callable[[int], None] = lambda frames: None,
    workers: int = 0,
) -> RenderResult:
    """Write the film of a plan to `output`.

    - `show` and `progress` are called after every finished frame. An exception from a callback ends the
      render and leaves no file.
    - `cache` is a folder for encoded segments; segments that are found there are not encoded again.
    - `kept` is called with the number of frames up to the end of each segment that is stored in the cache.
    - `workers` is the number of segments encoded in parallel; 0 means one per core.

    Raises BadInput for an empty plan or odd sides, Failed with clip and timecode for a missing or damaged
    source, DiskFull and ReadOnly for a target that cannot be written.
    """
    if plan.frames < 1:
        raise BadInput("there is nothing to render: the film has no frames")
    if plan.width % 2 or plan.height % 2:
        raise BadInput(
            f"a film of {plan.width}×{plan.height} can't be encoded", "use an even width and height"
        )
    check_film_target(output)
    require_free_space(output.parent, _estimate_film_bytes(plan, delivery) * (2 if cache else 1), "render")
    store = SegmentCache(cache) if cache else None
    work = _RenderJob(plan, delivery, store, progress, show, kept, workers or choose_worker_count(plan))
    with replace_file_atomically(output) as partial:
        done = work.write(partial)
    if store is not None:
        store.delete_oldest_segments()
    return done


def check_film_target(output: Path) -> None:
    """Raise BadInput or ReadOnly if a film could not be written to `output`."""
    if output.is_dir():
        raise BadInput(f"{output} is a folder", "name a file, for example film.mp4")
    if not output.parent.is_dir():
        raise BadInput(f"there is no folder {output.parent}", "create it first, or choose another")
    if not os.access(output.parent, os.W_OK | os.X_OK, effective_ids=True):
        raise explain_os_error(PermissionError(13, "Permission denied"), output, "write")


def _estimate_film_bytes(plan: RenderPlan, delivery: Delivery) -> int:
    seconds = plan.frames / plan.rate
    pixels = plan.width * plan.height * plan.frames if delivery.picture else 0
    sound = delivery.sound.bit_rate if delivery.sound else 0
    return int((pixels * _BITS_PER_PIXEL + sound * seconds) / 8)


def choose_worker_count(plan: RenderPlan) -> int:
    """Return the number of segments to encode in parallel: one per core, or fewer if memory would not
    suffice.
    """
    worker_bytes = _FRAMES_HELD * plan.width * plan.height * 3 // 2
    return max(1, min(linux.count_usable_cores(), _HELD_BYTES // max(1, worker_bytes)))


@dataclass(slots=True)
class _RenderJob:
    """A render in progress: its inputs, its callbacks and the number of finished frames. `render` creates one
    for each film.
    """

    plan: RenderPlan
    delivery: Delivery
    cache: SegmentCache | None
    progress: Progress
    show: Show
    kept: Callable[[int], None]
    workers: int
    made: int = 0  # The number of finished frames, in any order.

    def write(self, path: Path) -> RenderResult:
        settled = plan_copies(self.plan, self.delivery) if self.delivery.picture else CopyPlan(())
        parts, runs = settled.parts, settled.runs
        passed = kept = joined = 0
        todo = [part for part in parts if isinstance(part, PlanSegment)]
        segment_by = partial(
            self._load_or_encode_segment, settled.match.delivery if settled.match else self.delivery
        )
        with contextlib.ExitStack() as stack:
            film = stack.enter_context(FilmFile(self.plan, self.delivery, path, runs, settled.match))
            if self.delivery.sound is not None:
                track = encode_soundtrack(self.plan, self.delivery, self.cache)
                stack.enter_context(contextlib.closing(track))
                film.set_sound_packets(
                    track
                    if self.delivery.picture
                    else self._report_sound_progress(track, self.delivery.sound)
                )
            results = stack.enter_context(
                contextlib.closing(run_in_parallel(todo, segment_by, self.workers, self._report_picture))
            )
            for part in parts:
                if isinstance(part, CopyRun):
                    film.write_picture_packets(part.start, copy_packets(part), copied=True)
                    self._add_finished_frames(part.frames)
                else:
                    segment, was_kept = next(results)
                    film.write_picture_packets(part.start, segment.pictures)
                    passed += segment.passed
                    if was_kept:
                        kept += segment.frames
                        self._add_finished_frames(segment.frames)
                joined += part.frames
                if self.cache is not None:
                    self.kept(joined)
            film.finish_film()
        if self.delivery.picture is None:
            return RenderResult(self.plan.frames, 0, 0)
        count = sum(run.frames for run in runs)
        drawn = self.plan.frames - passed - count
        return RenderResult(self.plan.frames, passed, drawn, count, kept, settled.notes)

    def _report_sound_progress(
        self, track: Iterator[CodedPacket], sound: SoundFormat
    ) -> Iterator[CodedPacket]:
        """Yield the sound packets of a film without pictures, and report progress in frames of the plan."""
        rate = formats.choose_sound_rate(self.plan, sound)
        for packet in track:
            yield packet
            frames_heard = min(self.plan.frames, int((packet.place + packet.length) * self.plan.rate / rate))
            if frames_heard - self.made >= self.plan.rate:
                self._add_finished_frames(frames_heard - self.made)
        self._add_finished_frames(self.plan.frames - self.made)

    def _load_or_encode_segment(
        self, delivery: Delivery, segment: PlanSegment, made: Made
    ) -> tuple[EncodedSegment, bool]:
        """Return a segment, and True if it came from the cache. Otherwise encode the segment and store it in
        the cache.

        Runs in a worker thread. `made` is called with every encoded picture.
        """
        if self.cache is None or delivery.picture is None:
            return encode(self.plan, delivery, segment, made), False
        key = key_of(compute_content_hash(segment, self.plan), list_segment_files(segment), delivery.picture)
        found = self.cache.load(key)
        if found is not None:
            return found, True
        fresh = encode(self.plan, delivery, segment, made)
        self.cache.store_segment(key, fresh)
        return fresh, False

    def _report_picture(self, picture: av.VideoFrame) -> None:
        self.show(picture)
        self._add_finished_frames(1)

    def _add_finished_frames(self, frames: int) -> None:
        self.made += frames
        self.progress(STAGE, self.made, self.plan.frames)
