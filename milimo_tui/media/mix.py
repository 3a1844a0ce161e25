"""The film's sound: every clip of a plan summed in float, placed by absolute sample index.

The edge of film frame n is sample `sample_at(n)`, never a sum of rounded lengths, so nothing drifts.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from milimo_tui.core.errors import Failed, MilimoError
from milimo_tui.core.time import half_up, sample_at, timecode
from milimo_tui.cut.plan import Plan, SoundClip
from milimo_tui.media.sound import Sound, SoundReader, silence

READERS_KEPT = 16


@dataclass(frozen=True, slots=True)
class _Voice:
    """A sound clip in samples: it is heard over [start, end) of the film."""

    clip: SoundClip
    start: int
    end: int
    source: int  # sample of the source at `start`
    gain: float
    fade_in: tuple[int, int]  # where the fade begins and ends; equal when there is none
    fade_out: tuple[int, int]

    def curve(self, first: int, last: int) -> NDArray[np.float32] | np.float32:
        """Gain over samples [first, last) of the film."""
        total = np.float32(self.gain)
        rising, falling = self.fade_in, self.fade_out
        if first >= rising[1] and last <= falling[0]:
            return total
        position = np.arange(first, last, dtype=np.float64) + 0.5
        curve = np.ones_like(position)
        if rising[1] > rising[0]:
            curve *= _ease((position - rising[0]) / (rising[1] - rising[0]))
        if falling[1] > falling[0]:
            curve *= _ease((falling[1] - position) / (falling[1] - falling[0]))
        return curve.astype(np.float32) * total


def _ease(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """0 to 1 along half a cosine: no corner at either end, so no click."""
    eased: NDArray[np.float64] = 0.5 - 0.5 * np.cos(np.pi * np.clip(x, 0.0, 1.0))
    return eased


class Mixer:
    """Mixes any part of a plan's sound; reading on from where it stood is cheap. One thread at a time."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._voices = [self._voice(sound) for sound in plan.sounds]
        self._starts = np.array([voice.start for voice in self._voices], dtype=np.int64)
        self._ends = np.array([voice.end for voice in self._voices], dtype=np.int64)
        self._readers: OrderedDict[int, SoundReader] = OrderedDict()
        self.samples = sample_at(plan.frames, plan.rate, plan.sample_rate)

    def read(self, start: int, samples: int) -> Sound:
        """Float (2, samples) from film sample `start` on, within −1…1.

        Raises Failed with clip and timecode when a source is gone or damaged there.
        """
        out = silence(samples)
        end = start + samples
        for index in np.flatnonzero((self._starts < end) & (self._ends > start)):
            voice = self._voices[index]
            first, last = max(start, voice.start), min(end, voice.end)
            heard = self._read(int(index), first, last - first)
            out[:, first - start : last - start] += heard * voice.curve(first, last)
        return np.clip(out, -1.0, 1.0, out=out)

    def close(self) -> None:
        while self._readers:
            self._readers.popitem()[1].close()

    def _voice(self, clip: SoundClip) -> _Voice:
        def edge(frame: int) -> int:
            return sample_at(frame, self._plan.rate, self._plan.sample_rate)

        begins = clip.start - clip.clip_offset
        ends = begins + (clip.clip_frames or clip.clip_offset + clip.frames)
        return _Voice(
            clip=clip,
            start=edge(clip.start),
            end=edge(clip.start + clip.frames),
            source=half_up(clip.source_in * self._plan.sample_rate),
            gain=10 ** (clip.gain_db / 20),
            fade_in=(edge(begins), edge(begins + clip.fade_in)),
            fade_out=(edge(ends - clip.fade_out), edge(ends)),
        )

    def _read(self, index: int, first: int, samples: int) -> Sound:
        voice = self._voices[index]
        try:
            return self._reader(index).read(voice.source + first - voice.start, samples)
        except MilimoError as error:
            plan = self._plan
            frame = plan.start + int(first * plan.rate / plan.sample_rate)
            name = voice.clip.media.title or voice.clip.clip
            raise Failed(
                f"clip “{name}” at {timecode(frame, plan.rate)}: {error.message}", error.hint
            ) from error

    def _reader(self, index: int) -> SoundReader:
        reader = self._readers.get(index)
        if reader is None:
            path = Path(self._voices[index].clip.media.path)
            reader = self._readers[index] = SoundReader(path, self._plan.sample_rate)
            while len(self._readers) > READERS_KEPT:
                self._readers.popitem(last=False)[1].close()
        self._readers.move_to_end(index)
        return reader
