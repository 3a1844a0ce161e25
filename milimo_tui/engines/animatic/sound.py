"""Scratch sound: the tone of the place, its weather, and the lines over it. Arrays in, arrays out."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from milimo_tui.core.time import sample_at
from milimo_tui.engines.animatic import voices
from milimo_tui.engines.animatic.cast import look_of
from milimo_tui.engines.animatic.staging import Staging, seed_of
from milimo_tui.engines.specs import Person, SpokenLine

Samples = NDArray[np.float32]

LEAD = 0.3  # seconds of tone before the first word
GAP = 0.22  # between two lines


@dataclass(frozen=True, slots=True)
class Timed:
    """A spoken line and when it is heard, in seconds."""

    line: SpokenLine
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Track:
    """The shot's sound: `mix` is float (2, n); `voice` the lines alone, for the mouths."""

    mix: Samples
    voice: Samples


def timed(lines: tuple[SpokenLine, ...], seconds: float) -> tuple[Timed, ...]:
    """Each line's stretch of the shot, by its share of the words."""
    spoken = [line for line in lines if line.text.strip()]
    if not spoken:
        return ()
    lead = min(LEAD, seconds * 0.1)
    gaps = min(GAP, seconds * 0.05) * (len(spoken) - 1)
    weights = [max(2, len(line.text.split())) for line in spoken]
    wanted = sum(weight / 2.4 + 0.3 for weight in weights)
    room = max(0.05, min(seconds - lead - gaps - min(0.2, seconds * 0.05), wanted * 1.25))
    out, time = [], lead
    for line, weight in zip(spoken, weights, strict=True):
        length = room * weight / sum(weights)
        out.append(Timed(line, time, time + length))
        time += length + (gaps / (len(spoken) - 1) if len(spoken) > 1 else 0.0)
    return tuple(out)


def score(staging: Staging, frames: int, rate: Fraction, sample_rate: int, speech: str) -> Track:
    """The whole shot's sound, exactly as long as its frames. `speech` is a program's path, or empty."""
    count = sample_at(frames, rate, sample_rate)
    seconds = float(frames / rate)
    generator = np.random.default_rng(staging.shot_seed)
    mix = _tone(staging, count, sample_rate, generator)
    voice = np.zeros((2, count), dtype=np.float32)
    for index, item in enumerate(timed(staging.facts.lines, seconds)):
        person = next(
            (
                who
                for who in staging.facts.characters
                if who.name.casefold() == item.line.character.casefold()
            ),
            None,
        )
        look = look_of(person or Person(name=item.line.character or "SOMEONE"))
        said = (
            voices.speak(speech, item.line.text, look, item.end - item.start, sample_rate) if speech else None
        )
        if said is None:
            said = voices.hum(
                item.line.text,
                look,
                item.end - item.start,
                sample_rate,
                seed_of("hum", look.name, item.line.text, index),
            )
        extension = item.line.extension.upper().replace(".", "")
        if extension in ("OS", "OC", "FILTERED", "ON PHONE", "RADIO"):
            said = _shaped(said, lambda f: 1 / (1 + (f / 1500) ** 2), sample_rate) * 0.8
        start = round(item.start * sample_rate)
        piece = said[: max(0, count - start)]
        fade = min(piece.size, sample_rate // 50)
        if fade and said.size > piece.size:
            piece = piece.copy()
            piece[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
        speaker = staging.speaker(item.line.character)
        side = (
            0.5
            if speaker is None
            else min(0.72, max(0.28, 0.5 + 0.16 * staging.actors[speaker].x / max(0.4, staging.span)))
        )
        voice[0, start : start + piece.size] += piece * (1 - side) * 1.1
        voice[1, start : start + piece.size] += piece * side * 1.1
    edge = min(count // 4, sample_rate // 40)
    if edge:
        ramp = np.linspace(0, 1, edge, dtype=np.float32)
        mix[:, :edge] *= ramp
        mix[:, -edge:] *= ramp[::-1]
    return Track(np.clip(mix + voice, -0.98, 0.98).astype(np.float32), voice)


def mouths(
    track: Track, timing: tuple[Timed, ...], frames: int, rate: Fraction, sample_rate: int
) -> list[tuple[int, int]]:
    """For each frame the line heard (its index in `timing`, -1 none) and how far the mouth opens (0…2)."""
    loudness = np.abs(track.voice).max(axis=0)
    out = []
    peak = float(np.quantile(loudness[loudness > 0.004], 0.9)) if (loudness > 0.004).any() else 1.0
    for frame in range(frames):
        first, last = sample_at(frame, rate, sample_rate), sample_at(frame + 1, rate, sample_rate)
        level = float(loudness[first:last].mean()) / peak if last > first else 0.0
        time = float((frame + Fraction(1, 2)) / rate)
        line = next((index for index, item in enumerate(timing) if item.start <= time < item.end + 0.35), -1)
        out.append((line, 0 if line < 0 or level < 0.09 else 1 if level < 0.3 else 2))
    return out


def _shaped(values: Samples, gain: object, sample_rate: int) -> Samples:
    """A sound through a filter given as gain over frequency."""
    assert callable(gain)
    spectrum = np.fft.rfft(values)
    return np.asarray(
        np.fft.irfft(spectrum * gain(np.fft.rfftfreq(values.size, 1 / sample_rate)), values.size),
        dtype=np.float32,
    )


def _noise(
    count: int, sample_rate: int, generator: np.random.Generator, low: float, high: float, slope: float = 0.0
) -> Samples:
    """Stereo noise between two frequencies, falling by `slope` per doubling; about 1.0 RMS."""
    # Made at a length the transform likes, then cut; two channels share half their sound.
    size = 1 << max(8, (max(1, count) - 1).bit_length())
    frequency = np.fft.rfftfreq(size, 1 / sample_rate)
    safe = np.maximum(frequency, 1.0)
    gain = (safe / (safe + low)) ** 2 / (1 + (safe / high) ** 4) * (safe / 1000) ** (-slope)
    out = np.empty((3, count), dtype=np.float32)
    for channel in range(3):
        white = generator.standard_normal(frequency.size, dtype=np.float32) * np.exp(
            2j * np.pi * generator.random(frequency.size, dtype=np.float32)
        )
        out[channel] = np.fft.irfft(white * gain, size)[:count]
    stereo = out[:2] * 0.75 + out[2] * 0.65
    level = float(np.sqrt(np.mean(stereo * stereo))) if count else 1.0
    return np.asarray(stereo / (level or 1.0), dtype=np.float32)


def _swell(
    count: int, sample_rate: int, generator: np.random.Generator, period: float, depth: float
) -> Samples:
    """A slow rise and fall round 1."""
    time = np.arange(count, dtype=np.float32) / sample_rate
    phase = generator.random(2) * 2 * np.pi
    wave = 0.6 * np.sin(2 * np.pi * time / period + phase[0]) + 0.4 * np.sin(
        2 * np.pi * time / (period * 0.43) + phase[1]
    )
    return np.asarray(1 + depth * wave, dtype=np.float32)


def _tone(staging: Staging, count: int, sample_rate: int, generator: np.random.Generator) -> Samples:
    """The place's own sound, quiet enough to talk over."""
    kind = staging.place.tone
    time = np.arange(count, dtype=np.float32) / sample_rate
    noise, swell = _noise, _swell
    out: Samples
    if kind == "street":
        out = (
            noise(count, sample_rate, generator, 40, 420, 0.5)
            * 0.02
            * swell(count, sample_rate, generator, 5.5, 0.45)
        )
    elif kind == "bar":
        out = noise(count, sample_rate, generator, 240, 900, 0.3) * 0.006
        for _ in range(4):
            babble = np.clip(
                np.sin(2 * np.pi * time * (2.4 + 2.2 * generator.random()) + 6 * generator.random()), 0, 1
            )
            out += (
                noise(count, sample_rate, generator, 260 + 200 * generator.random(), 1100, 0.4)
                * babble
                * 0.006
            )
    elif kind == "hum":
        hum = sum(np.sin(2 * np.pi * 50 * harmonic * time) / harmonic**1.4 for harmonic in (1, 2, 4))
        out = noise(count, sample_rate, generator, 120, 2600, 0.4) * 0.005 + (0.004 * hum).astype(np.float32)
    elif kind == "hall":
        out = (
            noise(count, sample_rate, generator, 30, 300, 0.6)
            * 0.012
            * swell(count, sample_rate, generator, 7, 0.3)
        )
    elif kind == "train":
        beat = np.exp(-18 * (time % 0.92)) + 0.8 * np.exp(-18 * ((time - 0.17) % 0.92))
        out = noise(count, sample_rate, generator, 40, 320, 0.5) * (0.016 + 0.05 * beat.astype(np.float32))
    elif kind == "car":
        engine = sum(
            np.sin(2 * np.pi * 38 * harmonic * time + harmonic) / harmonic for harmonic in (1, 2, 3, 4)
        )
        out = noise(count, sample_rate, generator, 60, 700, 0.4) * 0.012 + (0.008 * engine).astype(np.float32)
    elif kind == "sea":
        out = (
            noise(count, sample_rate, generator, 120, 2400, 0.35)
            * 0.02
            * np.clip(swell(count, sample_rate, generator, 6.5, 0.85), 0.08, None)
        )
    elif kind == "wind":
        out = (
            noise(count, sample_rate, generator, 160, 620, 0.2)
            * 0.012
            * np.clip(swell(count, sample_rate, generator, 4.2, 0.7), 0.1, None)
        )
    else:
        out = noise(count, sample_rate, generator, 80, 1200, 0.5) * 0.005
    if "rain" in staging.air:
        inside = staging.inside
        out = out + noise(
            count, sample_rate, generator, 900 if not inside else 250, 9000 if not inside else 1500, 0.1
        ) * (0.02 if not inside else 0.01)
    if "fire" in staging.air:
        out = out + noise(count, sample_rate, generator, 900, 6000) * (
            0.05 * (generator.random(count, dtype=np.float32) > 0.9994) + 0.003
        )
    if "neon" in staging.air:
        out = out + (
            0.004 * np.sign(np.sin(2 * np.pi * 100 * time)) * (np.sin(2 * np.pi * 3.1 * time) > -0.4)
        ).astype(np.float32)
    return np.asarray(out, dtype=np.float32)
