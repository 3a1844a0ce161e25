"""Encoding of one segment of a film: its layers are composed into pictures, which the segment's own encoder
compresses.

A separate thread composes up to `_AHEAD` pictures in advance while the encoder works.
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
from milimo_tui.cut.delivery.segments import PlanSegment
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.media.compose.frame import Composed, compose
from milimo_tui.media.compose.layers import LayerSources
from milimo_tui.media.encode import formats
from milimo_tui.media.encode.coded import CodedPacket, packets_to_values
from milimo_tui.media.picture import colour

_AHEAD = 6  # The number of pictures that the thread composes before the encoder needs them.


@dataclass(frozen=True, slots=True)
class EncodedSegment:
    """The encoded pictures of a segment in coding order.

    `frames` is the number of pictures. `passed` is the number of pictures that needed no compositing: they
    went from the decoder to the encoder unchanged.
    """

    frames: int
    passed: int
    pictures: tuple[CodedPacket, ...]


def encode(
    plan: RenderPlan, delivery: Delivery, segment: PlanSegment, made: Callable[[av.VideoFrame], None]
) -> EncodedSegment:
    """Encode a segment of a plan and return its packets. `made` is called with every finished picture; an
    exception that `made` raises stops the encoding.

    Raises Failed with clip and timecode for a missing or damaged source, and OSError from an encoder.
    """
    passed = PassedCounter()
    pictures = tuple(encode_packets(plan, delivery, segment, made, passed))
    return EncodedSegment(segment.frames, passed.frames, pictures)


@dataclass(slots=True)
class PassedCounter:
    """A counter of the pictures that needed no compositing: they went from the decoder to the encoder
    unchanged.
    """

    frames: int = 0


def encode_packets(
    plan: RenderPlan,
    delivery: Delivery,
    segment: PlanSegment,
    made: Callable[[av.VideoFrame], None],
    passed: PassedCounter,
) -> Generator[CodedPacket, None, None]:
    """Encode a segment and yield its packets one by one, because a long segment does not fit into memory.

    `passed` counts the pictures that needed no compositing. Raises the same errors as `encode`.
    """
    assert delivery.picture is not None
    pixels = delivery.picture.pixels
    with (
        translate_encoder_errors(),
        contextlib.closing(compose_pictures_ahead(plan, segment, pixels)) as pictures,
    ):
        encoder = formats.make_picture_encoder(plan, delivery)
        for index, picture in enumerate(pictures):
            yield from packets_to_values(
                encoder.encode(set_frame_time(colour.convert_for_encoder(picture.frame, pixels), index, plan))
            )
            passed.frames += not picture.composited
            made(picture.frame)
        yield from packets_to_values(encoder.encode(None))


@contextlib.contextmanager
def translate_encoder_errors() -> Iterator[None]:
    """Convert errors of an encoder to Failed with a readable message. Errors of the disk remain OSError."""
    try:
        yield
    except FFmpegError as error:
        if isinstance(error, OSError):
            raise
        raise Failed(f"the film could not be encoded: {error.strerror}") from error


def set_frame_time(frame: av.VideoFrame, index: int, plan: RenderPlan) -> av.VideoFrame:
    """Set a frame's time to `index` frames and return the frame.

    The time is set just before encoding, because a still picture uses the same frame object for several
    frames.
    """
    frame.pts, frame.time_base, frame.duration = index, 1 / plan.rate, 1
    frame.pict_type = 0
    return frame


def compose_pictures_ahead(
    plan: RenderPlan, segment: PlanSegment, pixels: str
) -> Generator[Composed, None, None]:
    """Yield the composed pictures of a segment in order. A thread composes up to `_AHEAD` pictures in
    advance.
    """
    sources = LayerSources(plan.width, plan.height)
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
