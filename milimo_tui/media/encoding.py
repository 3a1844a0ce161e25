"""One segment of a film, from its layers to encoded pictures, by an encoder of its own.

Pictures are made a few ahead in a thread while the encoder works.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import av
from av.error import FFmpegError

from milimo_tui.core.errors import Failed
from milimo_tui.cut.delivery import Delivery
from milimo_tui.cut.plan import Plan
from milimo_tui.cut.segments import Segment
from milimo_tui.media import colour, formats
from milimo_tui.media.coded import Coded, taken
from milimo_tui.media.compose import Composed, compose
from milimo_tui.media.panes import Sources

_AHEAD = 6  # pictures made before the encoder asks


@dataclass(frozen=True, slots=True)
class Encoded:
    """A segment's pictures in coded order, and how many of them were handed on as decoded."""

    frames: int
    passed: int
    pictures: tuple[Coded, ...]


def encode(
    plan: Plan, delivery: Delivery, segment: Segment, made: Callable[[av.VideoFrame], None]
) -> Encoded:
    """Encode a segment; `made` is called with every picture, and what it raises ends the work.

    Raises Failed with clip and timecode for a source that is gone or damaged, OSError from an encoder.
    """
    assert delivery.picture is not None
    pixels, passed = delivery.picture.pixels, 0
    coded: list[Coded] = []
    with encoding(), contextlib.closing(_pictures(plan, segment, pixels)) as pictures:
        encoder = formats.picture_encoder(plan, delivery)
        for index, picture in enumerate(pictures):
            coded += taken(encoder.encode(_timed(colour.fitted(picture.frame, pixels), index, plan)))
            passed += not picture.composited
            made(picture.frame)
        coded += taken(encoder.encode(None))
    return Encoded(segment.frames, passed, tuple(coded))


@contextlib.contextmanager
def encoding() -> Iterator[None]:
    """What an encoder says, as a sentence; what the disk says stays an OSError."""
    try:
        yield
    except FFmpegError as error:
        if isinstance(error, OSError):
            raise
        raise Failed(f"the film could not be encoded: {error.strerror}") from error


def _timed(frame: av.VideoFrame, index: int, plan: Plan) -> av.VideoFrame:
    """The frame at its place. The same one may come again (a held picture), so its time is set only now."""
    frame.pts, frame.time_base, frame.duration = index, 1 / plan.rate, 1
    frame.pict_type = 0
    return frame


def _pictures(plan: Plan, segment: Segment, pixels: str) -> Generator[Composed, None, None]:
    """The segment's pictures in order, made in a thread a few ahead of whoever asks."""
    sources = Sources(plan.width, plan.height)
    with contextlib.closing(sources), ThreadPoolExecutor(1, "pictures") as maker:
        coming: deque[Future[Composed]] = deque()
        try:
            for stretch in segment.stretches:
                for frame in range(stretch.start, stretch.start + stretch.frames):
                    coming.append(maker.submit(compose, plan, stretch, frame, sources, pixels))
                    if len(coming) > _AHEAD:
                        yield coming.popleft().result()
            while coming:
                yield coming.popleft().result()
        finally:
            for picture in coming:
                picture.cancel()
