"""The film: a frozen plan walked once, frame by frame, into H.264 and AAC.

Pictures are made ahead in a thread while the encoder works. The file gets its name when it is whole; an
earlier file there stays as it was until then.
"""

from __future__ import annotations

import contextlib
import os
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import OutputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from milimo_tui.core.errors import BadInput, Failed
from milimo_tui.core.host import explain, fsync_folder, require_space
from milimo_tui.core.time import sample_at
from milimo_tui.cut.plan import Plan
from milimo_tui.media import colour, pieces
from milimo_tui.media.compose import Composed, compose
from milimo_tui.media.mix import Mixer
from milimo_tui.media.panes import Sources
from milimo_tui.media.pieces import Pieces
from milimo_tui.media.presets import Preset

# stage, frames done, frames in all; raises Cancelled to stop
Progress = Callable[[str, int, int], None]
Show = Callable[[av.VideoFrame], None]  # each picture as it is written

STAGE = "rendering"
JOINING = "joining"
PREVIS_COMMENT = "PREVIS: boards and animatics stand in for shots that are not made yet"
NOISE_COMMENT = "NOISE: tiny random weights made shots of this; they are not a model's work"
_AHEAD = 12  # frames made before the encoder asks
_SOUND_FRAMES = 12  # frames of sound mixed at a time
_BITS_PER_PIXEL = 0.15  # a guess on the safe side, for the free-space check


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a render did: frames in all, handed on as decoded, and composited from layers."""

    frames: int
    passed: int
    composited: int


def render(
    plan: Plan,
    output: Path,
    preset: Preset,
    progress: Progress,
    show: Show = lambda picture: None,
    kept: Pieces | None = None,
) -> Rendered:
    """Write the film of a plan to `output`.

    Calls `show` and `progress` after every frame; whatever they raise ends the render and leaves no file.
    A long film with a place for its pieces (`kept`) is made in pieces, and goes on after those that are done.
    Raises BadInput for an empty plan or an odd raster, Failed with clip and timecode for a source that is
    gone or damaged, DiskFull and ReadOnly for a target that can't be written.
    """
    if plan.frames < 1:
        raise BadInput("there is nothing to render: the film has no frames")
    if plan.width % 2 or plan.height % 2:
        raise BadInput(f"a film of {plan.width}×{plan.height} can't be encoded", "use even sides")
    check_target(output)
    in_pieces = kept is not None and pieces.length(plan) < plan.frames
    require_space(output.parent, _estimate(plan, preset) * (2 if in_pieces else 1), "render")
    partial = output.with_name(f".{output.name}.part")
    try:
        if kept is not None and in_pieces:
            passed = _make_pieces(plan, preset, progress, show, kept)
            _join(plan, partial, preset, progress, kept)
        else:
            passed = _write(plan, partial, preset, progress, show)
        with partial.open("rb") as handle:
            os.fsync(handle.fileno())
        os.replace(partial, output)
        fsync_folder(output.parent)
    except OSError as error:
        raise explain(error, output, "write") from error
    finally:
        partial.unlink(missing_ok=True)
    return Rendered(frames=plan.frames, passed=passed, composited=plan.frames - passed)


def check_target(output: Path) -> None:
    """Raise BadInput or ReadOnly now for a target that could not be written later."""
    if output.is_dir():
        raise BadInput(f"{output} is a folder", "name a file, for example film.mp4")
    if not output.parent.is_dir():
        raise BadInput(f"there is no folder {output.parent}", "make it first, or choose another")
    if not os.access(output.parent, os.W_OK | os.X_OK, effective_ids=True):
        raise explain(PermissionError(13, "Permission denied"), output, "write")


def _estimate(plan: Plan, preset: Preset) -> int:
    seconds = plan.frames / plan.rate
    pixels = plan.width * plan.height * plan.frames
    return int((pixels * _BITS_PER_PIXEL + preset.audio * seconds) / 8)


def _write(plan: Plan, path: Path, preset: Preset, progress: Progress, show: Show) -> int:
    """Encode everything into `path`; returns how many pictures were handed on as decoded."""
    passed = 0
    with _writing(plan, path, preset) as (writer, mixer), contextlib.closing(_pictures(plan)) as pictures:
        for index, picture in enumerate(pictures):
            if index % _SOUND_FRAMES == 0:
                writer.sound(mixer, min(index + _SOUND_FRAMES, plan.frames))
            writer.picture(picture.frame, index)
            passed += not picture.composited
            show(picture.frame)
            progress(STAGE, index + 1, plan.frames)
        writer.finish()
    return passed


def _make_pieces(plan: Plan, preset: Preset, progress: Progress, show: Show, kept: Pieces) -> int:
    """Encode the pictures that no finished piece has; returns how many of all were handed on as decoded."""
    size = pieces.length(plan)
    first = size * len(kept.done)
    with _encoding(), contextlib.closing(_pictures(plan, first)) as pictures:
        for start in range(first, plan.frames, size):
            encoder, passed = pieces.encoder(plan, preset), 0
            packets: list[av.Packet[VideoStream]] = []
            for index, picture in zip(range(start, min(start + size, plan.frames)), pictures, strict=False):
                packets += encoder.encode(_timed(picture.frame, index, plan))
                passed += not picture.composited
                show(picture.frame)
                progress(STAGE, index + 1, plan.frames)
            kept.keep((*packets, *encoder.encode(None)), passed)
    return sum(piece.passed for piece in kept.done)


def _join(plan: Plan, path: Path, preset: Preset, progress: Progress, kept: Pieces) -> None:
    """One file of the finished pieces, with the sound."""
    with _writing(plan, path, preset) as (writer, mixer):
        for index, packet in enumerate(kept.packets(1 / plan.rate)):
            if index % _SOUND_FRAMES == 0:
                writer.sound(mixer, min(index + _SOUND_FRAMES, plan.frames))
                progress(JOINING, index, plan.frames)
            writer.encoded(packet)
        writer.finish()


@contextlib.contextmanager
def _encoding() -> Iterator[None]:
    """What an encoder says, as a sentence; what the disk says stays an OSError."""
    try:
        yield
    except FFmpegError as error:
        if isinstance(error, OSError):
            raise
        raise Failed(f"the film could not be encoded: {error.strerror}") from error


@contextlib.contextmanager
def _writing(plan: Plan, path: Path, preset: Preset) -> Iterator[tuple[_Writer, Mixer]]:
    """The film's file and its sound, both closed at the end."""
    mixer = Mixer(plan)
    container = av.open(
        str(path), "w", format="mp4", options={"movflags": "+faststart", "fflags": "+bitexact"}
    )
    try:
        with _encoding():
            yield _Writer(container, plan, preset), mixer
    finally:
        mixer.close()
        with contextlib.suppress(OSError):  # a disk that failed a write may fail the close as well
            container.close()


def _timed(frame: av.VideoFrame, index: int, plan: Plan) -> av.VideoFrame:
    """The frame at its place. The same one may come again (a held picture), so its time is set only now."""
    frame.pts, frame.time_base, frame.duration = index, 1 / plan.rate, 1
    frame.pict_type = 0
    return frame


class _Writer:
    """The two encoders and their container."""

    def __init__(self, container: OutputContainer, plan: Plan, preset: Preset) -> None:
        self._container, self._plan = container, plan
        container.metadata["title"] = plan.name
        if plan.previs:
            container.metadata["comment"] = NOISE_COMMENT if plan.noise else PREVIS_COMMENT
        self._video = container.add_stream(
            "libx264", rate=plan.rate, options={"preset": preset.speed, "crf": str(preset.quality)}
        )
        self._video.width, self._video.height = plan.width, plan.height
        self._video.pix_fmt = colour.PIXELS
        self._video.codec_context.time_base = 1 / plan.rate
        colour.tag(self._video.codec_context)
        self._audio = container.add_stream("aac", rate=plan.sample_rate, layout="stereo")
        self._audio.codec_context.bit_rate = preset.audio
        self._sounded = 0

    def picture(self, frame: av.VideoFrame, index: int) -> None:
        self._container.mux(self._video.encode(_timed(frame, index, self._plan)))

    def encoded(self, packet: av.Packet[VideoStream]) -> None:
        """A picture that was encoded before."""
        packet.stream = self._video
        self._container.mux(packet)

    def sound(self, mixer: Mixer, until: int) -> None:
        """Mix and encode up to the leading edge of frame `until`."""
        end = sample_at(until, self._plan.rate, self._plan.sample_rate)
        heard = mixer.read(self._sounded, end - self._sounded)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(heard), format="fltp", layout="stereo")
        frame.sample_rate = self._plan.sample_rate
        frame.pts, frame.time_base = self._sounded, Fraction(1, self._plan.sample_rate)
        self._sounded = end
        self._container.mux(self._audio.encode(frame))

    def finish(self) -> None:
        self._container.mux(self._video.encode(None))
        self._container.mux(self._audio.encode(None))
        self._container.close()


def _pictures(plan: Plan, first: int = 0) -> Generator[Composed, None, None]:
    """The plan's pictures in order from that frame on, made in a thread a few ahead of whoever asks."""
    sources = Sources(plan.width, plan.height)
    with contextlib.closing(sources), ThreadPoolExecutor(1, "pictures") as maker:
        coming: deque[Future[Composed]] = deque()
        try:
            for stretch in plan.stretches:
                for frame in range(max(first, stretch.start), stretch.start + stretch.frames):
                    coming.append(maker.submit(compose, plan, stretch, frame, sources))
                    if len(coming) > _AHEAD:
                        yield coming.popleft().result()
            while coming:
                yield coming.popleft().result()
        finally:
            for picture in coming:
                picture.cancel()
