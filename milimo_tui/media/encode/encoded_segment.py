"""The encoding of one segment of a film, from its layers to encoded pictures, by its own encoder.

A thread composes pictures a few ahead while the encoder works.
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
from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.delivery.segments import Segment
from milimo_tui.cut.plan.plan import Plan
from milimo_tui.media.compose.frame import Composed, compose
from milimo_tui.media.compose.layers import Sources
from milimo_tui.media.encode import formats
from milimo_tui.media.encode.coded import Coded, taken
from milimo_tui.media.picture import colour

_AHEAD = 6  # pictures composed ahead of the encoder


@dataclass(frozen=True, slots=True)
class Encoded:
    """A segment's pictures in coding order, and the number of pictures passed on as they were decoded."""

    frames: int
    passed: int
    pictures: tuple[Coded, ...]


def encode(
    plan: Plan, delivery: Delivery, segment: Segment, made: Callable[[av.VideoFrame], None]
) -> Encoded:
    """Encode a segment. `made` is called with every picture; an exception that it raises stops the encoding.

    Raises Failed with clip and timecode for a missing or damaged source, OSError from an encoder.
    """
    passed = Passed()
    pictures = tuple(packets_of(plan, delivery, segment, made, passed))
    return Encoded(segment.frames, passed.frames, pictures)


@dataclass(slots=True)
class Passed:
    """The number of pictures passed on as they were decoded, so far."""

    frames: int = 0


def packets_of(
    plan: Plan,
    delivery: Delivery,
    segment: Segment,
    made: Callable[[av.VideoFrame], None],
    passed: Passed,
) -> Generator[Coded, None, None]:
    """Encode a segment and yield its packets one by one, for segments too long for memory. Errors as
    `encode`.
    """
    assert delivery.picture is not None
    pixels = delivery.picture.pixels
    with encoding(), contextlib.closing(pictures_of(plan, segment, pixels)) as pictures:
        encoder = formats.picture_encoder(plan, delivery)
        for index, picture in enumerate(pictures):
            yield from taken(encoder.encode(timed(colour.fitted(picture.frame, pixels), index, plan)))
            passed.frames += not picture.composited
            made(picture.frame)
        yield from taken(encoder.encode(None))


@contextlib.contextmanager
def encoding() -> Iterator[None]:
    """Raise an encoder's errors as Failed with a sentence; errors of the disk stay OSError."""
    try:
        yield
    except FFmpegError as error:
        if isinstance(error, OSError):
            raise
        raise Failed(f"the film could not be encoded: {error.strerror}") from error


def timed(frame: av.VideoFrame, index: int, plan: Plan) -> av.VideoFrame:
    """Return the frame with its time set. A still picture's frame is used several times, so the time is set
    only now.
    """
    frame.pts, frame.time_base, frame.duration = index, 1 / plan.rate, 1
    frame.pict_type = 0
    return frame


def pictures_of(plan: Plan, segment: Segment, pixels: str) -> Generator[Composed, None, None]:
    """Yield the segment's pictures in order; a thread composes them a few ahead of the caller."""
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
