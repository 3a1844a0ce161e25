"""Test sound formats for a slow line: which format fits the line, and the sound that FFmpeg's decoder reads
from it.
"""

from __future__ import annotations

import av
import numpy as np
import pytest
from av.audio.codeccontext import AudioCodecContext
from numpy.typing import NDArray

from milimo_tui.tui.sound.line_format import FORMATS, LineFormat, SoundPacker, choose_line_format

RATE = 48_000
LAW_NOISE = -30  # largest noise in dB relative to a tone; the eight bits of G.711 have -38


@pytest.mark.parametrize(
    ("kilobits", "form"),
    [
        (100_000, LineFormat(1, 2, False)),
        (4_000, LineFormat(1, 2, True)),
        (2_000, LineFormat(2, 2, True)),
        (1_000, LineFormat(2, 1, True)),
        (550, LineFormat(3, 1, True)),
        (64, LineFormat(6, 1, True)),
    ],
)
def test_sound_takes_at_most_a_quarter_of_the_line_if_possible(kilobits: int, form: LineFormat) -> None:
    assert choose_line_format(kilobits * 125, RATE) == form
    assert form == FORMATS[-1] or form.compute_byte_rate(RATE) <= kilobits * 125 / 4


def tone(hertz: float, seconds: float = 1.0) -> bytes:
    at = np.arange(int(seconds * RATE)) / RATE
    return np.repeat((0.5 * np.sin(2 * np.pi * hertz * at)).astype(np.float32), 2).tobytes()


def decoded(data: bytes, form: LineFormat) -> NDArray[np.float32]:
    """Return the first channel as FFmpeg decodes it."""
    if not form.is_law:
        return (np.frombuffer(data, "<i2")[:: form.channels] / 32767).astype(np.float32)
    decoder = av.CodecContext.create("pcm_mulaw", "r")
    assert isinstance(decoder, AudioCodecContext)
    decoder.sample_rate, decoder.layout = (
        form.compute_sample_rate(RATE),
        "stereo" if form.channels == 2 else "mono",
    )
    frames = decoder.decode(av.Packet(data))
    samples = np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames])
    return (samples[:: form.channels] / 32768).astype(np.float32)


@pytest.mark.parametrize("form", FORMATS)
def test_tone_is_equal_after_any_split_into_pieces(form: LineFormat) -> None:
    packer, pcm = SoundPacker(form), tone(1000)
    cuts = [0, 80, 8, 7680, 8000, 100_000, len(pcm)]
    data = b"".join(packer.pack(pcm[a:b]) for a, b in zip(sorted(cuts), sorted(cuts)[1:], strict=False))
    assert data == SoundPacker(form).pack(pcm)
    sound = decoded(data, form)
    assert abs(len(sound) - form.compute_sample_rate(RATE)) <= 20
    wanted = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(len(sound)) / form.compute_sample_rate(RATE))
    inside = slice(form.compute_sample_rate(RATE) // 100, -form.compute_sample_rate(RATE) // 100)
    error = np.sqrt(np.mean((sound - wanted)[inside] ** 2) / np.mean(wanted[inside] ** 2))
    assert 20 * np.log10(error) < LAW_NOISE


@pytest.mark.parametrize("form", [form for form in FORMATS if form.step > 1])
def test_sound_beyond_a_format_is_not_played_as_another_tone(form: LineFormat) -> None:
    sound = decoded(SoundPacker(form).pack(tone(0.6 * RATE / form.step)), form)
    assert np.abs(sound[form.compute_sample_rate(RATE) // 20 :]).max() < 0.002


def test_samples_are_limited_and_a_restart_follows_silence() -> None:
    whole = SoundPacker(FORMATS[0])
    samples = np.frombuffer(whole.pack(np.array([0, 0.5, 1, -1, 2, -2], np.float32).tobytes()), "<i2")
    assert samples.tolist() == [0, 16384, 32767, -32767, 32767, -32767]
    thin = SoundPacker(FORMATS[-1])
    first = thin.pack(tone(300, 0.1))
    thin.pack(tone(900, 0.1))
    thin.reset_filter()
    assert thin.pack(tone(300, 0.1)) == first
