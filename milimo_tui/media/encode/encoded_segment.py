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
from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.delivery.segments import Segment
from milimo_tui.cut.plan.plan import Plan
from milimo_tui.media.compose.frame import Composed, compose
from milimo_tui.media.compose.layers import Sources
from milimo_tui.media.encode import formats
from milimo_tui.media.encode.coded import Coded, taken
from milimo_tui.media.picture import colour

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
    passed = Passed()
    pictures = tuple(packets_of(plan, delivery, segment, made, passed))
    return Encoded(segment.frames, passed.frames, pictures)


@dataclass(slots=True)
class Passed:
    """How many pictures were handed on as decoded, so far."""

    frames: int = 0


def packets_of(
    plan: Plan,
    delivery: Delivery,
    segment: Segment,
    made: Callable[[av.VideoFrame], None],
    passed: Passed,
) -> Generator[Coded, None, None]:
    """The same one by one, for what is too long to be held."""
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
    """What an encoder says, as a sentence; what the disk says stays an OSError."""
    try:
        yield
    except FFmpegError as error:
        if isinstance(error, OSError):
            raise
        raise Failed(f"the film could not be encoded: {error.strerror}") from error


def timed(frame: av.VideoFrame, index: int, plan: Plan) -> av.VideoFrame:
    """The frame at its place. The same one may come again (a held picture), so its time is set only now."""
    frame.pts, frame.time_base, frame.duration = index, 1 / plan.rate, 1
    frame.pict_type = 0
    return frame


def pictures_of(plan: Plan, segment: Segment, pixels: str) -> Generator[Composed, None, None]:
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
