"""The complete sound of a film, encoded in a thread ahead of the pictures, or read from a cache.

The sound is not divided into segments, because codecs carry state from packet to packet. Encoding sound takes
little time compared with pictures.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from fractions import Fraction
from itertools import chain, islice
from threading import Event
from typing import Any, cast

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext

from milimo_tui.core.errors import Cancelled
from milimo_tui.cut.delivery.delivery import Delivery, Loudness, SoundFormat
from milimo_tui.cut.delivery.segments import compute_sound_signature, list_sound_files
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.media.encode import formats
from milimo_tui.media.encode.coded import CodedPacket, CodedWriter, packets_to_values, read_packets
from milimo_tui.media.encode.encoded_segment import translate_encoder_errors
from milimo_tui.media.encode.segment_cache import SegmentCache, key_of
from milimo_tui.media.loudness.loudness import LoudnessMeter, LoudnessResult, Watch
from milimo_tui.media.loudness.master import MasteredMix, open_film_sound
from milimo_tui.media.sound.samples import FilmSound, Sound

# The thread encodes this number of groups of seconds before the caller needs them. Handing over single
# seconds takes more CPU time.
_AHEAD, _GROUP_SECONDS = 2, 4
# Lossy codecs, and the names of FFmpeg's decoders. Their packets are small enough to be cached.
_LOSSY = {"aac": "aac", "opus": "opus", "mp3": "mp3float"}
# A lossy codec raises peaks by less than this many dB. The coded peaks of softer sound are not measured.
_MOST_RAISED = 4.0
_FIT_TRIES = 6  # The number of measurements of coded sound.
# The gain is only changed after the first measurements, and the last ones bring the peaks below the limit.
_GAIN_TRIES = 4
_NEAR_TARGET = 0.1  # The gain stays if coded sound is at most this many LU from its target.
# Estimates for limited sound: the LU by which it becomes louder for each dB of gain, and softer for each dB
# by which the limit is lowered.
_LOUDER_BY_GAIN, _SOFTER_BY_LIMIT = 0.7, 0.5
_PEAK_MARGIN = 0.1  # The margin of coded peaks in dB, because another meter may measure a higher peak.


def encode_soundtrack(
    plan: RenderPlan, delivery: Delivery, cache: SegmentCache | None
) -> Generator[CodedPacket, None, None]:
    """Yield the encoded packets of a delivery's sound in order. Their positions and lengths are in samples at
    the encoder's rate.

    Raises Failed with clip and timecode for a missing or damaged source.
    """
    sound = delivery.sound
    assert sound is not None
    rated = plan.model_copy(update={"sample_rate": formats.choose_sound_rate(plan, sound)})
    if cache is None or sound.codec not in _LOSSY:
        yield from _encode_sound_ahead(rated, delivery, sound)
        return
    rules = f"coded peaks and loudness {delivery.loudness.model_dump_json()}" if delivery.loudness else ""
    key = key_of(compute_sound_signature(rated), list_sound_files(rated), sound, rules)
    if cache.read_cached_note(key) is not None:
        yield from read_packets(cache.path(key))
        return
    with contextlib.ExitStack() as stack:
        writer = _open_cache_writer(cache, key, stack)
        for packet in _encode_sound_ahead(rated, delivery, sound):
            if writer is not None:
                try:
                    writer.write((packet,))
                except OSError:  # The render continues without the cache if the cache cannot be written.
                    writer = None
            yield packet
        if writer is not None:
            with contextlib.suppress(OSError):
                writer.finish_file({"samples": rated.sample_rate})


def _open_cache_writer(cache: SegmentCache, key: str, stack: contextlib.ExitStack) -> CodedWriter | None:
    try:
        writer = CodedWriter(cache.path(key))
    except OSError:
        return None
    stack.callback(writer.discard_unfinished)
    return writer


def _encode_sound_ahead(plan: RenderPlan, delivery: Delivery, sound: SoundFormat) -> Iterator[CodedPacket]:
    """Yield the packets of the sound, which a thread encodes `_AHEAD` groups ahead of the caller."""
    left = Event()

    def watch(done: int, total: int) -> None:
        if left.is_set():  # The caller has stopped. Measuring the loudness could take long, so cancel it.
            raise Cancelled("the sound is no longer needed")

    making = _join_seconds(_encode_film_sound(plan, delivery, sound, watch))
    with ThreadPoolExecutor(1, "sound") as maker:
        coming: deque[Future[list[CodedPacket] | None]] = deque()
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


def _join_seconds(
    seconds: Generator[list[CodedPacket], None, None],
) -> Generator[list[CodedPacket], None, None]:
    """Yield the packets of `_GROUP_SECONDS` seconds as one list. The last list may be shorter."""
    with contextlib.closing(seconds):
        while group := list(islice(seconds, _GROUP_SECONDS)):
            yield list(chain.from_iterable(group))


def _encode_film_sound(
    plan: RenderPlan, delivery: Delivery, sound: SoundFormat, watch: Watch
) -> Generator[list[CodedPacket], None, None]:
    mix = open_film_sound(plan, sound.channels, delivery.loudness, watch)
    with contextlib.closing(mix):
        if isinstance(mix, MasteredMix) and sound.codec in _LOSSY:
            fit_coded_sound(mix, plan, sound, delivery.loudness, watch)
        yield from encode_sound_packets(mix, plan, sound)


def fit_coded_sound(
    mix: MasteredMix, plan: RenderPlan, sound: SoundFormat, loudness: Loudness | None, watch: Watch
) -> None:
    """Lower the limiter of a mix until the true peaks of the encoded sound are within the limit of the mix,
    and change the gain until the encoded sound is as loud as `loudness`.

    A lossy codec raises peaks, most often by 0.1 to 1 dB, and makes sound softer, so the sound is encoded and
    decoded to measure it. The loudness of dialogue alone is not measured here.
    """
    limit = mix.true_peak
    if not mix.has_peaks_above(limit - _MOST_RAISED):
        return
    target = loudness.lufs if loudness is not None and loudness.gate == "programme" else None
    for number in range(_FIT_TRIES):
        found = _measure_coded_sound(mix, plan, sound, watch)
        excess = found.true_peak - (limit - _PEAK_MARGIN)
        if excess > 0:
            mix.lower_true_peak(excess)
        softer = target - found.lufs if target is not None and found.lufs is not None else 0.0
        if excess > 0:
            softer += excess * _SOFTER_BY_LIMIT
        is_changed = (
            number < _GAIN_TRIES and abs(softer) > _NEAR_TARGET and mix.change_gain(softer / _LOUDER_BY_GAIN)
        )
        if excess <= 0 and not is_changed:
            return


def _measure_coded_sound(
    mix: FilmSound, plan: RenderPlan, sound: SoundFormat, watch: Watch
) -> LoudnessResult:
    """Return the loudness and the true peak of a mix after encoding and decoding."""
    encoder = formats.make_sound_encoder(plan, sound)
    decoder = av.CodecContext.create(_LOSSY[sound.codec], "r")
    assert isinstance(decoder, AudioCodecContext)
    converter = av.AudioResampler("fltp", encoder.layout, mix.sample_rate)
    meter = LoudnessMeter(mix.sample_rate, mix.channels)
    for second, packets in enumerate(_encode_seconds(mix, encoder)):
        watch(min(second * mix.sample_rate, mix.samples), mix.samples)
        if second == 0:
            decoder.extradata = encoder.extradata  # The encoder has it after its first second.
        for packet in packets:
            for frame in decoder.decode(packet):
                for part in converter.resample(frame):
                    meter.add_sound(cast("Sound", part.to_ndarray()))
    return meter.finish_measurement()


def encode_sound_packets(
    mix: FilmSound, plan: RenderPlan, sound: SoundFormat
) -> Generator[list[CodedPacket], None, None]:
    """Yield a list of packets for each second of a mix, then a list of the last packets."""
    for packets in _encode_seconds(mix, formats.make_sound_encoder(plan, sound)):
        yield packets_to_values(packets)


def _encode_seconds(
    mix: FilmSound, encoder: AudioCodecContext
) -> Generator[list[av.Packet[Any]], None, None]:
    rate = mix.sample_rate
    with translate_encoder_errors():
        for start in range(0, mix.samples, rate):
            values = mix.read(start, min(rate, mix.samples - start))
            yield encoder.encode(_make_audio_frame(values, start, rate, encoder.layout))
        yield encoder.encode(None)


def _make_audio_frame(values: Sound, start: int, rate: int, layout: av.AudioLayout) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(values), format="fltp", layout=layout.name)
    frame.sample_rate = rate
    frame.pts, frame.time_base = start, Fraction(1, rate)
    return frame
