"""Write sound files for tests, and build plans with sound only."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.audio.stream import AudioStream

from milimo_tui.cut.plan.plan import Media, RenderPlan, SoundClip
from milimo_tui.media.sound.mix import Mixer
from tests.media.material import Sound


def record(path: Path, sound: Sound, rate: int, codec: str = "pcm_s16le", layout: str = "stereo") -> Path:
    """Write `sound`, floats of shape (channels, n), at any sample rate and codec, and return the path."""
    with av.open(str(path), "w") as container:
        stream = cast(AudioStream, container.add_stream(codec, rate=rate, layout=layout))
        for start in range(0, sound.shape[1], 4096):
            part = np.ascontiguousarray(sound[:, start : start + 4096], dtype=np.float32)
            frame = av.AudioFrame.from_ndarray(part, format="fltp", layout=layout)
            frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def noise(samples: int, channels: int = 2, seed: int = 5) -> Sound:
    """Return soft noise without steep edges, which codecs and resamplers reproduce well."""
    raw = np.random.default_rng(seed).normal(0, 1, (channels, samples + 64))
    smooth = np.stack([np.convolve(row, np.hanning(33) / 16, "valid")[:samples] for row in raw])
    return (smooth * 0.2).clip(-0.9, 0.9).astype(np.float32)


def plan_of(
    *sounds: SoundClip, frames: int = 50, rate: Fraction = Fraction(25), start: int = 0
) -> RenderPlan:
    return RenderPlan(
        cut="cut",
        name="Film",
        rate=rate,
        width=160,
        height=96,
        sample_rate=48000,
        frames=frames,
        start=start,
        sounds=sounds,
    )


def mixed(plan: RenderPlan, step: int = 5000) -> Sound:
    """Return the complete mix of a plan, read in blocks of `step` samples like the renderer does."""
    mixer = Mixer(plan)
    parts = [mixer.read(at, min(step, mixer.samples - at)) for at in range(0, mixer.samples, step)]
    mixer.close()
    return np.concatenate(parts, axis=1)


def a_sound(path: Path, start: int, frames: int, **values: object) -> SoundClip:
    media = Media(kind="sound", path=str(path), has_sound=True, title=path.name)
    given = {"source_in": Fraction(0), "clip_frames": frames, **values}
    return SoundClip.model_validate(
        {"clip": f"clip-{start}", "media": media, "start": start, "frames": frames, **given}
    )


def long_clicks(path: Path, seconds: int, at: list[int], rate: int) -> Path:
    """Write a mono WAV of `seconds` seconds that is silent except for clicks at the seconds `at`. The file is
    sparse and takes almost no disk space.
    """
    size = seconds * rate * 2
    head = (
        b"RIFF"
        + struct.pack("<I", size + 36)
        + b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, 1, 1, rate, rate * 2, 2, 16)
    )
    with path.open("wb") as file:
        file.write(head + b"data" + struct.pack("<I", size))
        file.truncate(44 + size)
        for second in at:
            file.seek(44 + second * rate * 2)
            file.write(struct.pack("<h", 29000))
    return path
