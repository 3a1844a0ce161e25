"""Speak a shot's provisional dialogue with `espeak-ng` if it is installed, or else with a soft hum of
syllables.

The program is run with an argument list, its text on stdin, and a time limit. The same text in the same voice
gives identical bytes.
"""

from __future__ import annotations

import struct
import subprocess

import numpy as np
from numpy.typing import NDArray

from milimo_tui.core.host import explain_os_error
from milimo_tui.engines.animatic.figures.cast import CastLook
from milimo_tui.engines.animatic.stage.speech_program import TIMEOUT

Samples = NDArray[np.float32]


def speak_line(
    executable: str, text: str, appearance: CastLook, seconds: float, sample_rate: int, voice: str = ""
) -> Samples | None:
    """Return a line spoken in about `seconds` seconds. None if the speech program fails.

    If `voice` is empty, the character's appearance decides which voice speaks.
    """
    words = max(1, len(text.split()))
    pace = round(min(300, max(120, 60 * words / max(0.4, seconds - 0.15))))
    family = "f" if appearance.woman or appearance.age == "child" else "m"
    variant = 1 + appearance.voice % (5 if family == "f" else 7)
    pitch = {"child": 82, "old": 34, "adult": 52}[appearance.age] + appearance.voice % 13 - 6
    command = [
        executable,
        "-v",
        voice or f"en+{family}{variant}",
        "-p",
        str(pitch),
        "-s",
        str(pace),
        "--stdout",
        "--stdin",
    ]
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        return None
    except OSError as error:
        raise explain_os_error(error, executable, "run") from error
    return _read_wav(done.stdout, sample_rate) if done.returncode == 0 else None


def _read_wav(data: bytes, sample_rate: int) -> Samples | None:
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


def hum_line(text: str, appearance: CastLook, seconds: float, sample_rate: int, seed: int) -> Samples:
    """Return a soft hum in place of speech: a note for each syllable, at the character's pitch."""
    generator = np.random.default_rng(seed)
    count = max(1, round(seconds * sample_rate))
    syllables = max(1, min(round(seconds * 6), sum(_count_syllables(word) for word in text.split())))
    pitch = (
        (215.0 if appearance.woman else 118.0)
        * {"child": 1.45, "adult": 1.0, "old": 0.88}[appearance.age]
        * 2 ** ((appearance.voice % 9 - 4) / 24)
    )
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
