"""Make a shot's scratch sound: the room tone of the place, the weather and the spoken lines."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from milimo_tui.core.time import frame_to_sample
from milimo_tui.engines.animatic.figures.cast import describe_appearance
from milimo_tui.engines.animatic.stage import scratch_voices
from milimo_tui.engines.animatic.stage.ambience import Samples, ToneNoise, make_tone
from milimo_tui.engines.animatic.stage.blocking import make_seed
from milimo_tui.engines.animatic.stage.staging import StagedShot
from milimo_tui.engines.specs.spec_values import DescribedPerson, SpokenLine
from milimo_tui.engines.speech import speech_program

ENGLISH = "en"  # The voice of the speech program for shots without a language.
LEAD = 0.3  # seconds of room tone before the first word
GAP = 0.22  # seconds between two lines


@dataclass(frozen=True, slots=True)
class TimedLine:
    """A spoken line with its start and end in seconds."""

    line: SpokenLine
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class ScratchTrack:
    """A shot's sound. `mix` is all sound as floats of shape (2, n). `voice` is only the lines, used to move
    the mouths.
    """

    mix: Samples
    voice: Samples


def time_lines(lines: tuple[SpokenLine, ...], seconds: float) -> tuple[TimedLine, ...]:
    """Return the lines with their times in a shot of `seconds` seconds. Each gets time in proportion to its
    words.
    """
    spoken = [line for line in lines if line.text.strip()]
    if not spoken:
        return ()
    lead_seconds = min(LEAD, seconds * 0.1)
    gaps = min(GAP, seconds * 0.05) * (len(spoken) - 1)
    weights = [max(2, len(line.text.split())) for line in spoken]
    wanted = sum(weight / 2.4 + 0.3 for weight in weights)
    room = max(0.05, min(seconds - lead_seconds - gaps - min(0.2, seconds * 0.05), wanted * 1.25))
    out, time = [], lead_seconds
    for line, weight in zip(spoken, weights, strict=True):
        length = room * weight / sum(weights)
        out.append(TimedLine(line, time, time + length))
        time += length + (gaps / (len(spoken) - 1) if len(spoken) > 1 else 0.0)
    return tuple(out)


def score_shot(
    staging: StagedShot,
    frames: int,
    rate: Fraction,
    sample_rate: int,
    speech: str,
    *,
    head: int = 0,
    tail: int = 0,
) -> ScratchTrack:
    """Return the sound of a shot with its handles, exactly as long as their frames.

    `head` and `tail` are the numbers of handle frames. `speech` is the path of the speech program, or empty.
    """
    count = frame_to_sample(head + frames + tail, rate, sample_rate)
    begins = frame_to_sample(head, rate, sample_rate)
    seconds = float(frames / rate)
    air = ToneNoise(count, sample_rate, np.random.default_rng(staging.shot_seed))
    mix = make_tone(staging.place.tone, staging.air, air, inside=staging.inside)
    voice = np.zeros((2, count), dtype=np.float32)
    language_voice = find_shot_voice(speech, staging.facts.language) or ENGLISH
    for index, item in enumerate(time_lines(staging.facts.lines, seconds)):
        person = next(
            (
                character
                for character in staging.facts.characters
                if character.name.casefold() == item.line.character.casefold()
            ),
            None,
        )
        appearance = describe_appearance(person or DescribedPerson(name=item.line.character or "SOMEONE"))
        lasts = item.end - item.start
        named = item.line.voice if speech and speech_program.has_voice(speech, item.line.voice) else ""
        spoken = (
            scratch_voices.speak_line(
                speech, item.line.text, appearance, lasts, sample_rate, named, language_voice
            )
            if speech
            else None
        )
        if spoken is None:
            spoken = scratch_voices.hum_line(
                item.line.text,
                appearance,
                lasts,
                sample_rate,
                make_seed("hum", appearance.name, item.line.text, index),
            )
        extension = item.line.extension.upper().replace(".", "")
        if extension in ("OS", "OC", "FILTERED", "ON PHONE", "RADIO"):
            spoken = _muffle_voice(spoken, sample_rate)
        start = begins + round(item.start * sample_rate)
        piece = spoken[: max(0, count - start)]
        fade = min(piece.size, sample_rate // 50)
        if fade and spoken.size > piece.size:
            piece = piece.copy()
            piece[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
        speaker = staging.find_speaker(item.line.character)
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
    return ScratchTrack(np.clip(mix + voice, -0.98, 0.98).astype(np.float32), voice)


def find_shot_voice(speech: str, language: str) -> str:
    """Return the speech program's voice for the language of a shot; empty if the program has none. `language`
    is empty for English, and `speech` is empty without a program.
    """
    if not speech or not language:
        return ENGLISH
    return speech_program.find_language_voice(speech, language)


def open_mouths(
    track: ScratchTrack,
    timing: tuple[TimedLine, ...],
    frames: int,
    rate: Fraction,
    sample_rate: int,
    head: int = 0,
) -> list[tuple[int, int]]:
    """Return for each frame the index of the spoken line (−1 for none) and the opening of the mouth (0 to 2).

    The first `head` frames are before the shot.
    """
    loudness = np.abs(track.voice).max(axis=0)
    out = []
    peak = float(np.quantile(loudness[loudness > 0.004], 0.9)) if (loudness > 0.004).any() else 1.0
    for frame in range(frames):
        first, last = frame_to_sample(frame, rate, sample_rate), frame_to_sample(frame + 1, rate, sample_rate)
        level = float(loudness[first:last].mean()) / peak if last > first else 0.0
        time = float((frame - head + Fraction(1, 2)) / rate)
        line = next((index for index, item in enumerate(timing) if item.start <= time < item.end + 0.35), -1)
        out.append((line, 0 if line < 0 or level < 0.09 else 1 if level < 0.3 else 2))
    return out


def _muffle_voice(values: Samples, sample_rate: int) -> Samples:
    """Return a voice without its high frequencies, as heard through a wall, a door or a telephone."""
    spectrum = np.fft.rfft(values)
    gain = 1 / (1 + (np.fft.rfftfreq(values.size, 1 / sample_rate) / 1500) ** 2)
    return np.asarray(np.fft.irfft(spectrum * gain, values.size) * 0.8, dtype=np.float32)
