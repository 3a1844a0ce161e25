"""Speak text with a program such as `espeak-ng`, or hum its syllables where no such program is installed.

The program is run with an argument list, its text on stdin, and a time limit. The same text in the same voice
gives identical bytes.
"""

from __future__ import annotations

import struct
import subprocess

import numpy as np
from numpy.typing import NDArray

from milimo_tui.core.host import explain_os_error
from milimo_tui.engines.speech.speech_program import TIMEOUT

Samples = NDArray[np.float32]


def run_speech_program(
    executable: str, text: str, *, voice: str, pitch: int, pace: int, sample_rate: int, amplitude: int = 100
) -> Samples | None:
    """Return a text spoken by `espeak-ng`, at full scale −1 to 1. None if the program fails.

    `pitch` is from 0 to 99, `pace` in words per minute, `amplitude` from 0 to 200.
    """
    command = [executable, "-v", voice, "-p", str(pitch), "-s", str(pace)]
    command += ["-a", str(amplitude)] if amplitude != 100 else []
    command += ["--stdout", "--stdin"]
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        return None
    except OSError as error:
        raise explain_os_error(error, executable, "run") from error
    return read_wav_stream(done.stdout, sample_rate) if done.returncode == 0 else None


def read_wav_stream(data: bytes, sample_rate: int) -> Samples | None:
    """Return the samples of a mono 16-bit WAV stream, converted to a sample rate. None if it can't be read.

    The length in the stream's header is ignored, because the program does not know the length when it writes
    the header.
    """
    if len(data) < 44 or data[:4] != b"RIFF":
        return None
    source_rate = struct.unpack_from("<I", data, 24)[0]
    start = data.find(b"data") + 8
    body = data[start : start + (len(data) - start) // 2 * 2]
    values = np.frombuffer(body, dtype="<i2").astype(np.float32) / np.float32(32768)
    return resample_sound(values, source_rate, sample_rate)


def resample_sound(values: Samples, source_rate: int, sample_rate: int) -> Samples:
    """Return a sound converted from one sample rate to another by a Fourier transform."""
    if values.size < 2 or source_rate == sample_rate:
        return values
    count = round(values.size * sample_rate / source_rate)
    # Pad to a power of two, because the Fourier transform is faster then
    padded = 1 << (values.size - 1).bit_length()
    target = round(padded * sample_rate / source_rate)
    spectrum = np.fft.rfft(values, padded)
    full = np.zeros(target // 2 + 1, dtype=spectrum.dtype)
    kept = min(full.size, spectrum.size)
    full[:kept] = spectrum[:kept]
    return np.asarray(np.fft.irfft(full, target)[:count] * (target / padded), dtype=np.float32)


def hum_syllables(text: str, pitch: float, seconds: float, sample_rate: int, seed: int) -> Samples:
    """Return a soft hum in place of speech: a note for each syllable, at about `pitch` Hz."""
    generator = np.random.default_rng(seed)
    count = max(1, round(seconds * sample_rate))
    syllables = max(1, min(round(seconds * 6), count_line_syllables(text)))
    edges = np.concatenate([[0.0], np.cumsum(0.75 + 0.5 * generator.random(syllables))])
    edges = edges / edges[-1] * seconds * 0.94
    out = np.zeros(count, dtype=np.float32)
    for index in range(syllables):
        first, last = int(edges[index] * sample_rate), min(count, int(edges[index + 1] * sample_rate))
        if last - first < 32:
            continue
        time = np.arange(last - first) / sample_rate
        share = time / time[-1]
        # Factor of the pitch, which falls towards the end of a sentence
        fall = 1.0 - 0.16 * index / syllables
        note = pitch * fall * (1 + 0.07 * (generator.random() - 0.5)) * (1 + 0.02 * np.sin(np.pi * share))
        phase = 2 * np.pi * np.cumsum(note) / sample_rate
        vowel = generator.integers(0, 3)
        weights = ((1, 0.6, 0.34, 0.12, 0.05), (1, 0.28, 0.1, 0.16, 0.1), (1, 0.42, 0.2, 0.05, 0.02))[vowel]
        voice = sum(weight * np.sin((harmonic + 1) * phase) for harmonic, weight in enumerate(weights))
        envelope = np.sin(np.pi * np.clip(share, 0, 1)) ** 0.65
        out[first:last] += (voice * envelope * 0.16).astype(np.float32)
    return out


def count_line_syllables(text: str) -> int:
    """Return the estimated number of syllables of a text, at least one for each word."""
    return sum(_count_syllables(word) for word in text.split())


def _count_syllables(word: str) -> int:
    vowels = "aeiouyäöüáéíóúàèìòùаеиоуыэюя"
    lowered = word.lower()
    return max(
        1,
        sum(
            letter in vowels and lowered[index - 1 : index] not in vowels
            for index, letter in enumerate(lowered)
        ),
    )
