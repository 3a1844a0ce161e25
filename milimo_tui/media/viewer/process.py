"""Run the viewer: a process that decodes pictures and mixes sound for one studio, over stdin and stdout.

The command is `python -m milimo_tui.media.viewer.process PARENT`, with the process id of the studio. A
request names a slot, and a newer request replaces a waiting request of the same slot. The process ends when
its input closes or its parent dies. A bad file causes an error answer and never ends the process.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from milimo_tui.core import linux
from milimo_tui.core.errors import BadInput, DiskFull, Failed, MilimoError, NotFound, ReadOnly
from milimo_tui.core.host import limit_allocator_memory, trim_memory
from milimo_tui.core.reasons import reason
from milimo_tui.core.time import parse_ratio
from milimo_tui.cut.delivery.segments import list_stretch_files
from milimo_tui.cut.plan.plan import PlanStretch, RenderPlan, find_stretch_at
from milimo_tui.cut.values.sound_choice import HeardSound
from milimo_tui.media.compose.frame import Composed, compose
from milimo_tui.media.compose.layers import LayerSources
from milimo_tui.media.files.file_stamp import stamp_file
from milimo_tui.media.loudness.levels import MOMENT_SECONDS, LevelMeter
from milimo_tui.media.loudness.strip_meter import StripMeters
from milimo_tui.media.picture import colour, filter_graphs
from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.read.walks import KEPT_BYTES, ReverseReadBudget
from milimo_tui.media.scopes.viewed import Facts
from milimo_tui.media.sound.mix import Mixer
from milimo_tui.media.sound.once_rendered import RENDERED_SOUNDS
from milimo_tui.media.sound.waveform import load_waveform, measure_waveform
from milimo_tui.media.viewer.ahead import FramePrefetcher
from milimo_tui.media.viewer.display_modes import LastSentCells, Way, encode_for_terminal, parse_display_mode
from milimo_tui.media.viewer.local_pictures import LocalPictures
from milimo_tui.media.viewer.preview import Colour, FilePreview, PictureCache, ViewSize, parse_source_seconds
from milimo_tui.media.viewer.proxied_plan import stamp_proxy_folder, substitute_proxies
from milimo_tui.media.viewer.viewed_files import FileViewer, parse_crop
from milimo_tui.media.viewer.viewed_frames import PlanFrameViewer, PlannedFrame

MOST_SAMPLES = 30 * 192000
# Stretches with proxies that stay in memory: those of the frames that are shown, compared and prepared now
_PROXIED_KEPT = 8
# Media files that were unused for this number of seconds are closed. The memory that they use for reading
# backwards is then free again.
_REST_SECONDS = 20.0
_LOOK_SECONDS = 5.0  # interval in seconds of the check for unused files

Request = dict[str, Any]
Answer = tuple[dict[str, Any], bytes]
# A function that closes everything unused for a number of seconds, and returns True if anything is still
# open.
Rest = Callable[[float], bool]


class RequestQueue:
    """A thread-safe queue of waiting requests in order of arrival, with at most one request per slot. A newer
    request replaces the waiting request of its slot.
    """

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, Request] = OrderedDict()
        self._changed = threading.Condition()
        self._open = True

    def put(self, request: Request) -> Request | None:
        """Add a request; return the request that it replaced, or None."""
        with self._changed:
            older = self._waiting.get(request["slot"])
            self._waiting[request["slot"]] = request
            self._changed.notify()
            return older

    @property
    def is_empty(self) -> bool:
        """True if no request is waiting and the queue is still open."""
        return self._open and not self._waiting

    def wait(self, seconds: float | None) -> bool:
        """Wait up to `seconds` (None: without limit) until there is a request or the queue is closed. Return
        False if neither happened in this time.
        """
        with self._changed:
            return self._changed.wait_for(lambda: bool(self._waiting) or not self._open, seconds)

    def take(self) -> Request | None:
        """Remove and return the next request, or return None after the queue was closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or not self._open)
            return self._waiting.popitem(last=False)[1] if self._open else None

    def close(self) -> None:
        """Close the queue and wake all waiting threads."""
        with self._changed:
            self._open = False
            self._changed.notify_all()


@dataclass
class PlanRegistry:
    """The render plans that the client has sent, by key. A plan is parsed from its text when it is first
    used. The client decides when a plan is removed.
    """

    _texts: dict[str, str] = field(default_factory=dict)
    _read: dict[str, RenderPlan] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add_plan_text(self, key: str, text: str) -> None:
        """Store the text of a plan under its key."""
        with self._lock:
            self._texts[key] = text

    def forget_plan(self, key: str) -> None:
        """Remove a plan."""
        with self._lock:
            self._texts.pop(key, None)
            self._read.pop(key, None)

    def get(self, key: str) -> RenderPlan:
        """Return the plan with a key. Raises NotFound if the client has not sent it."""
        with self._lock:
            if key not in self._texts:
                raise NotFound("the viewer does not know this plan")
            if key not in self._read:
                self._read[key] = RenderPlan.model_validate_json(self._texts[key])
            return self._read[key]


class FrameAnswerer:
    """The handler of `frame` requests, which ask for a frame of a render plan.

    If a request has `proxies`, the cache folder of a film, the proxies in that folder are used. If it has
    `ahead`, the number of frames to the next request (negative: backwards), the frames that follow are
    prepared while the viewer is idle.
    """

    def __init__(self, plans: PlanRegistry, local: LocalPictures, kept: PictureCache) -> None:
        self._plans, self._kept, self._local, self._ahead = plans, kept, local, FramePrefetcher()
        # The open files of the plan's layers. They are replaced when a plan with another raster is requested.
        self._sources: LayerSources | None = None
        # Copies of stretches whose clips are replaced by proxies. The key identifies the stretch, its files
        # and the proxies in the cache folder.
        self._proxied: OrderedDict[Hashable, PlanStretch] = OrderedDict()
        self._viewed, self._last = PlanFrameViewer(), LastSentCells()

    def __call__(self, request: Request) -> Answer:
        """Return an answer with the picture of a plan's frame. Raises Failed, with clip and timecode in the
        message, for an unusable source, or BadInput for a frame outside the plan.
        """
        self._ahead.note_request(request)
        wanted = WantedPicture.of(request)
        if PlanFrameViewer.is_view_requested(request):
            plan, find_frame = self._plans.get(request["plan"]), partial(self._find_frame, request)
            picture, facts = self._viewed.picture(request, wanted.size, plan, find_frame)
            return wanted.make_answer(picture, self._local, facts)
        found = self._find_frame(request, request["plan"], int(request["frame"]))
        plain = self._kept.get((found.key, wanted.size))
        if plain is None:
            composed = compose(found.plan, found.stretch, found.frame, found.sources)
            plain = self._store_composed(composed, found, wanted.size)
        return wanted.make_answer(plain, self._local, last=self._last)

    def prepare_next_frame(self) -> bool:
        """Draw one frame that will probably be requested next, and cache it. Return True if there was such a
        frame.
        """
        request = self._ahead.take()
        if request is not None and not PlanFrameViewer.is_view_requested(request):
            with suppress(Exception):  # An error is not reported here, but when the frame is requested.
                size = WantedPicture.of(request).size
                found = self._find_frame(request, request["plan"], int(request["frame"]))
                if self._kept.get((found.key, size)) is None:
                    composed = compose(found.plan, found.stretch, found.frame, found.sources)
                    self._store_composed(composed, found, size)
        return request is not None

    def _store_composed(self, composed: Composed, found: PlannedFrame, size: ViewSize) -> Rgb:
        """Fit a composed frame into the requested size, and store the picture in the cache. Return the
        picture.
        """
        shape = found.plan.width, found.plan.height
        fitted = size.of(*shape)
        picture = fitted.add_bars(colour.to_rgb(composed.frame, *fitted.fit(*shape)))
        return self._kept.store_picture((found.key, size), picture)

    def close_idle_frame_sources(self, seconds: float) -> bool:
        """Close files that were unused for `seconds`. Return True if any file is still open."""
        return self._sources is not None and self._sources.close_idle_sources(seconds)

    def _get_plan_sources(self, plan: RenderPlan) -> LayerSources:
        """Return the open files and cached pictures from which the layers of a plan are drawn. They stay open
        until a plan with another raster is requested.
        """
        if self._sources is None or (self._sources.width, self._sources.height) != (plan.width, plan.height):
            self.close()
            self._sources = LayerSources(plan.width, plan.height)
        return self._sources

    def close(self) -> None:
        """Close the sources of the current plan."""
        if self._sources is not None:
            self._sources.close()
            self._sources = None

    def _find_frame(self, request: Request, key: str, frame: int) -> PlannedFrame:
        """Return a frame of the plan stored under `key`, with the proxies that the request allows. Raises
        NotFound for an unknown plan, and BadInput for a frame outside the plan.
        """
        plan = self._plans.get(key)
        stretch = find_stretch_at(plan, frame)
        # A plan does not change when one of its linked files is replaced. These are the files of the clips
        # themselves, because a replaced file makes its proxy invalid, too.
        stamps = tuple(stamp_file(path) for path in dict.fromkeys(list_stretch_files(stretch)))
        proxies = stamp_proxy_folder(Path(request["proxies"])) if request.get("proxies") else ""
        shown = (key, stretch.start, stamps, proxies)
        if proxies:
            if shown not in self._proxied:
                self._proxied[shown] = substitute_proxies(stretch, Path(request["proxies"]))
                while len(self._proxied) > _PROXIED_KEPT:
                    self._proxied.popitem(last=False)
            stretch = self._proxied[shown]
        return PlannedFrame(plan, stretch, frame, self._get_plan_sources(plan), (*shown, frame))


class SoundAnswerer:
    """The handler of `sound` requests, which ask for mixed samples of a render plan."""

    def __init__(self, plans: PlanRegistry) -> None:
        self._plans = plans
        self._key = ""
        self._mixer: Mixer | None = None
        # The level meter in use, after the sample at which the sound ends that it has measured so far.
        self._meter: tuple[int, LevelMeter] | None = None
        self._strips = StripMeters()

    def __call__(self, request: Request) -> Answer:
        start, samples = int(request["start"]), int(request["samples"])
        if not 0 <= samples <= MOST_SAMPLES:
            raise BadInput(f"{samples} samples are too many at once")
        if request.get("cache"):
            RENDERED_SOUNDS.folder = Path(request["cache"])
        mixer = self._get_mixer(request["plan"], start, samples)
        levels = self._get_level_meter(mixer, start) if request.get("levels") else None
        header: dict[str, Any] = {}
        if request.get("strips"):
            sound, header["strips"] = self._strips.read_and_measure(mixer, start, samples)
        else:
            sound = mixer.read(start, samples)
        if levels is not None:
            found = levels.measure_levels(sound)
            header["levels"] = [[round(x, 1) for x in (one.left, one.right, one.loudness)] for one in found]
            self._meter = (start + samples, levels)
        return header, np.ascontiguousarray(sound.T, dtype="<f4").tobytes()

    def _get_mixer(self, key: str, start: int, samples: int) -> Mixer:
        """Return a mixer for samples of a plan. The last mixer is reused, unless a file that sounds in these
        samples was replaced.
        """
        if self._mixer is None or self._key != key or self._mixer.has_replaced_file(start, samples):
            plan = self._plans.get(key)
            if self._mixer is not None:
                self._mixer.close()
            self._mixer, self._key, self._meter = Mixer(plan), key, None
            self._strips = StripMeters()
        return self._mixer

    def _get_level_meter(self, mixer: Mixer, start: int) -> LevelMeter:
        """Return a level meter for sound that begins at sample `start`.

        If the previous request ended at `start`, its meter is used again. A new meter first measures the 0.4
        seconds before `start`, because momentary loudness depends on them.
        """
        if self._meter is not None and self._meter[0] == start:
            return self._meter[1]
        meter, before = LevelMeter(mixer.sample_rate), int(MOMENT_SECONDS * mixer.sample_rate)
        if start:
            meter.measure_levels(mixer.read(max(0, start - before), min(start, before)))
        return meter


class FileAnswerer:
    """The handler of `file` and `peaks` requests: pictures of media files, and waveforms of their sound."""

    def __init__(self, local: LocalPictures, kept: PictureCache) -> None:
        # Reading media files backwards may use half as much memory as reading the frames of plans backwards.
        walks = ReverseReadBudget(KEPT_BYTES // 2)
        self._look, self._local = FilePreview(kept, walks), local
        self._viewed = FileViewer(walks)

    def __call__(self, request: Request) -> Answer:
        path = Path(request["path"])
        if request["kind"] == "peaks":
            cache = Path(request["cache"]) if request.get("cache") else None
            chosen = HeardSound(str(path), request.get("stream", 1), tuple(request.get("channels", ())))
            try:
                found = load_waveform(chosen, cache)
            except (ReadOnly, DiskFull):  # without a writable cache the waveform is measured every time
                found = measure_waveform(chosen)
            return {}, found.astype("<i2").tobytes()
        rate = parse_ratio(request["rate"]) if request.get("rate") else None
        seconds = parse_source_seconds(request.get("seconds", 0))
        wanted, crop = WantedPicture.of(request), parse_crop(request)
        if request.get("viewing") or request.get("mask"):
            picture, facts = self._viewed.picture(request, path, seconds, wanted.size, rate, crop)
            return wanted.make_answer(picture, self._local, facts)
        return wanted.make_answer(self._look.picture(path, seconds, wanted.size, rate, crop), self._local)

    def close_idle_media(self, seconds: float) -> bool:
        """Close files that were unused for `seconds`. Return True if any file is still open."""
        return any([self._look.close_idle_previews(seconds), self._viewed.close_idle_view_files(seconds)])


@dataclass(frozen=True, slots=True)
class WantedPicture:
    """The size and encoding of a requested picture. `way` is the terminal's display mode, or None for plain
    RGB bytes. `slot` is the slot of the request.
    """

    size: ViewSize
    way: Way | None
    slot: str = ""

    @classmethod
    def of(cls, request: Request) -> WantedPicture:
        """Return the size and display mode that a request specifies. Raises BadInput."""
        red, green, blue = request.get("bars", (0, 0, 0))
        bars: Colour = (red, green, blue)
        letterbox = bool(request.get("letterbox"))
        if request.get("way"):
            mode = parse_display_mode(request["way"])
            return cls(mode.size(letterbox, bars), mode, str(request.get("slot", "")))
        return cls(ViewSize(int(request["width"]), int(request["height"]), letterbox, bars), None)

    def make_answer(
        self,
        picture: Rgb,
        local: LocalPictures,
        facts: Facts | None = None,
        last: LastSentCells | None = None,
    ) -> Answer:
        """Return an answer with the picture encoded as the request wants it. If there are `facts` (numbers
        about the picture), they are added to the answer.

        `local` stores pictures for a terminal on this machine. `last` has the cells that were sent last; with
        it, few cells change from frame to frame during playback.
        """
        if self.way is not None:
            header, data = encode_for_terminal(picture, self.way, self.size.bars, local, last, self.slot)
        else:
            height, width = picture.shape[:2]
            header, data = {"width": width, "height": height}, np.ascontiguousarray(picture).tobytes()
        return ({**header, "facts": facts} if facts else header), data


class ViewerServer:
    """The server loop of the viewer: reads requests from `source` and writes answers to `sink`. There is one
    thread for each of four kinds of requests: frames, sound, files and peaks.
    """

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self._source, self._sink = source, sink
        self._writing = threading.Lock()
        self._plans, self._local, cache = PlanRegistry(), LocalPictures(), PictureCache()
        files = RequestQueue()
        self._queues = {
            "frame": RequestQueue(),
            "sound": RequestQueue(),
            "file": files,
            "peaks": RequestQueue(),
        }
        pictures = FrameAnswerer(self._plans, self._local, cache)
        of_files, of_peaks = FileAnswerer(self._local, cache), FileAnswerer(self._local, cache)
        lanes: list[tuple[RequestQueue, Callable[[Request], Answer], Callable[[], bool], Rest]] = [
            (self._queues["frame"], pictures, pictures.prepare_next_frame, pictures.close_idle_frame_sources),
            (self._queues["sound"], SoundAnswerer(self._plans), _do_nothing_meanwhile, _close_nothing),
            (files, of_files, _do_nothing_meanwhile, of_files.close_idle_media),
            (self._queues["peaks"], of_peaks, _do_nothing_meanwhile, of_peaks.close_idle_media),
        ]
        self._threads = [threading.Thread(target=self._serve_lane, args=lane, daemon=True) for lane in lanes]

    def serve(self) -> None:
        """Answer requests until the input ends."""
        for thread in self._threads:
            thread.start()
        for line in self._source:
            request = json.loads(line)
            if request["kind"] == "plan":
                self._plans.add_plan_text(request["key"], request["plan"])
            elif request["kind"] == "forget":
                self._plans.forget_plan(request["key"])
            elif request["kind"] in self._queues:
                older = self._queues[request["kind"]].put(request)
                if older is not None:
                    self._send_answer(older, {"dropped": True})
            else:
                self._send_answer(
                    request, BadInput(f"the viewer has no request “{request['kind']}”").as_json()
                )
        for queue in self._queues.values():
            queue.close()
        self._local.close()

    def _serve_lane(
        self,
        queue: RequestQueue,
        answer: Callable[[Request], Answer],
        meanwhile: Callable[[], bool],
        rest: Rest,
    ) -> None:
        """Answer the requests of one queue until the queue closes. Runs in a thread of its own. `answer`
        makes an answer; `meanwhile` and `rest` are described at `_wait_for_requests`.
        """
        for request in _wait_for_requests(queue, meanwhile, rest):
            try:
                header, data = answer(request)
            except MilimoError as error:
                header, data = dict(error.as_json()), b""
            except Exception as error:  # noqa: BLE001 - a bad request must not end the viewer
                shown = Failed(f"the viewer could not show it: {type(error).__name__}: {reason(error)}")
                header, data = dict(shown.as_json()), b""
            self._send_answer(request, header, data)
            del data  # so that its memory is free while the thread waits

    def _send_answer(self, request: Request, header: dict[str, Any], data: bytes = b"") -> None:
        line = json.dumps({**header, "id": request["id"], "bytes": len(data)})
        with self._writing:
            self._sink.write(line.encode() + b"\n" + data)
            self._sink.flush()


def _wait_for_requests(queue: RequestQueue, meanwhile: Callable[[], bool], rest: Rest) -> Iterator[Request]:
    """Yield the requests of a queue until it closes.

    While the queue is empty, `meanwhile` does work in advance until it returns False. `rest` closes unused
    files every few seconds until it returns False. After that, the thread sleeps until the next request.
    """
    looked, is_more = time.monotonic(), True
    while True:
        while queue.is_empty and meanwhile():
            pass
        if queue.wait(_LOOK_SECONDS if is_more else None):
            is_more = True
            if (request := queue.take()) is None:
                return
            yield request
        if time.monotonic() - looked >= _LOOK_SECONDS:
            is_more = any([rest(_REST_SECONDS), filter_graphs.close_idle_graphs(_REST_SECONDS)])
            # Python counts a decoder as one small object, so its memory is not collected automatically.
            gc.collect()
            trim_memory()
            looked = time.monotonic()


def _do_nothing_meanwhile() -> bool:
    """Return False: this thread has nothing to prepare in advance."""
    return False


def _close_nothing(seconds: float) -> bool:
    """Return False, because no files are left to close. The mixer of the newest plan stays open deliberately,
    so that its sound starts at once after any pause.
    """
    return False


def _exit_with_parent(parent: int) -> None:
    """Make the kernel end this process when the studio (process id `parent`) ends in any way. If the studio
    has ended already, exit now.
    """
    linux.die_with_parent()
    if os.getppid() != parent:
        sys.exit(0)


def main() -> int:
    """Run the viewer for the studio whose process id is the first argument. Return the exit status."""
    _exit_with_parent(int(sys.argv[1]))
    limit_allocator_memory()
    gc.freeze()  # The loaded modules stay until the end, so garbage collection need not examine them.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sink = os.fdopen(os.dup(1), "wb")
    # Redirect stdout to stderr, because output that a library prints must not mix with the answers.
    os.dup2(2, 1)
    try:
        ViewerServer(sys.stdin.buffer, sink).serve()
    except BrokenPipeError:
        return 0
    return 0


if __name__ == "__main__":
    code = main()
    # Threads may be inside a decoder: exit without waiting for them.
    os._exit(code)
