"""A film's complete sound, mixed and encoded in a thread ahead of the pictures, or read from a cache.

The sound is encoded in one piece: codecs carry state from packet to packet, and sound costs little compared
with pictures.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from fractions import Fraction
from threading import Event

import av
import numpy as np

from milimo_tui.core.errors import Cancelled
from milimo_tui.cut.delivery.delivery import Delivery, SoundFormat
from milimo_tui.cut.delivery.segments import sound_files, sound_signature
from milimo_tui.cut.plan.plan import Plan
from milimo_tui.media.encode import formats
from milimo_tui.media.encode.coded import Coded, CodedWriter, read_packets, taken
from milimo_tui.media.encode.encoded_segment import encoding
from milimo_tui.media.encode.segment_cache import SegmentCache, key_of
from milimo_tui.media.sound.loudness import Watch
from milimo_tui.media.sound.master import film_sound
from milimo_tui.media.sound.samples import FilmSound, Sound

_AHEAD = 3  # seconds encoded ahead of the caller
_SMALL = ("aac", "opus", "mp3")  # codecs whose packets are small enough to cache


def soundtrack(plan: Plan, delivery: Delivery, cache: SegmentCache | None) -> Generator[Coded, None, None]:
    """Yield the packets of a delivery's sound in order; places and lengths are samples at the encoder's rate.

    Raises Failed with clip and timecode for a missing or damaged source.
    """
    sound = delivery.sound
    assert sound is not None
    rated = plan.model_copy(update={"sample_rate": formats.sound_rate(plan, sound)})
    if cache is None or sound.codec not in _SMALL:
        yield from _ahead(rated, delivery, sound)
        return
    rules = delivery.loudness.model_dump_json() if delivery.loudness else ""
    key = key_of(sound_signature(rated), sound_files(rated), sound, rules)
    if cache.note(key) is not None:
        yield from read_packets(cache.path(key))
        return
    with contextlib.ExitStack() as stack:
        writer = _writer(cache, key, stack)
        for packet in _ahead(rated, delivery, sound):
            if writer is not None:
                try:
                    writer.write((packet,))
                except OSError:  # a full cache does not stop the render
                    writer = None
            yield packet
        if writer is not None:
            with contextlib.suppress(OSError):
                writer.finish({"samples": rated.sample_rate})


def _writer(cache: SegmentCache, key: str, stack: contextlib.ExitStack) -> CodedWriter | None:
    try:
        writer = CodedWriter(cache.path(key))
    except OSError:
        return None
    stack.callback(writer.drop)
    return writer


def _ahead(plan: Plan, delivery: Delivery, sound: SoundFormat) -> Iterator[Coded]:
    """Yield the packets; a thread encodes them a few seconds ahead of the caller."""
    left = Event()

    def watch(done: int, total: int) -> None:
        if left.is_set():  # the caller has stopped, and a loudness measurement would go on for long
            raise Cancelled("the sound is not wanted any more")

    making = _made(plan, delivery, sound, watch)
    with ThreadPoolExecutor(1, "sound") as maker:
        coming: deque[Future[list[Coded] | None]] = deque()
        try:
            while True:
                while len(coming) <= _AHEAD:
                    coming.append(maker.submit(next, making, None))
                packets = coming.popleft().result()
                if packets is None:
                    return
                yield from packets
        finally:
            left.set()
            for each in coming:
                each.cancel()
            maker.submit(making.close).result()


def _made(
    plan: Plan, delivery: Delivery, sound: SoundFormat, watch: Watch
) -> Generator[list[Coded], None, None]:
    mix = film_sound(plan, sound.channels, delivery.loudness, watch)
    with contextlib.closing(mix):
        yield from packets_of(mix, plan, sound)


def packets_of(mix: FilmSound, plan: Plan, sound: SoundFormat) -> Generator[list[Coded], None, None]:
    """Yield the packets of every second of a sound, then the last packets."""
    encoder, rate = formats.sound_encoder(plan, sound), mix.sample_rate
    with encoding():
        for start in range(0, mix.samples, rate):
            values = mix.read(start, min(rate, mix.samples - start))
            yield taken(encoder.encode(_frame(values, start, rate, encoder.layout)))
        yield taken(encoder.encode(None))


def _frame(values: Sound, start: int, rate: int, layout: av.AudioLayout) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(values), format="fltp", layout=layout.name)
    frame.sample_rate = rate
    frame.pts, frame.time_base = start, Fraction(1, rate)
    return frame
