"""The strips of a mixer as sample sources: clips go to tracks, tracks to buses, and buses to the master.

Each strip can be read at any sample. The viewer and the render read the same strips, so that a film sounds
the same live and rendered.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from milimo_tui.cut.plan.plan import PlanMixer, PlanStrip
from milimo_tui.cut.values.keyframes import Curve
from milimo_tui.cut.values.sound_effects import SoundChain
from milimo_tui.media.sound.samples import FrameClock, SampleSource, Sound, make_silence
from milimo_tui.media.sound.voices import Gain, decibels_to_gain, evaluate_curve_over, pan_sound

# Seconds before the last read for which the sound of a strip stays in memory if the strip is read several
# times: for several outputs, or for meters. It is then computed only once, also if an effect of one output
# reads further ahead than another.
_RETAINED_SECONDS = 3.0


class StripMix:
    """The sound of the master of a mixer, from the sounds of its tracks. `tracks` are the sums of the clips
    of the tracks, by the number of their strip; tracks that are not in it are silent.
    """

    def __init__(
        self, mixer: PlanMixer, tracks: Mapping[int, SampleSource], sample_rate: int, channels: int
    ) -> None:
        self._mixer, self.sample_rate, self.channels = mixer, sample_rate, channels
        self._frame = float(mixer.rate / sample_rate)
        self._begins = -float(mixer.start * mixer.rate)
        self._retained = int(_RETAINED_SECONDS * sample_rate)
        self._inputs: list[list[_StripOutput]] = [[] for _ in mixer.strips]
        self._strips: list[_StripSound] = []
        last = len(mixer.strips) - 1
        for number, strip in enumerate(mixer.strips):
            sources = [tracks[number]] if number in tracks else []
            total = _StripInput(sources, self._inputs[number], sample_rate, channels)
            if total.is_silent and number != last:
                self._strips.append(_StripSound(strip, None, self._frame, self._begins, channels))
                continue
            heard = self._open_strip_effects(total, strip.chain)
            made = _StripSound(strip, heard, self._frame, self._begins, channels)
            self._strips.append(made)
            if strip.output is not None:
                self._inputs[strip.output].append(_StripOutput(made))
            for send in strip.sends:
                self._inputs[send.strip].append(_StripOutput(made, send.gain_db, send.before_fader))
            if strip.sends:
                made.retain_recent_sound(self._retained)

    def _open_strip_effects(self, source: SampleSource, chain: SoundChain) -> SampleSource:
        """Return the sound of a strip with its effects."""
        if not chain:
            return source
        # Imported lazily: most films have no effects on their strips.
        from milimo_tui.media.sound.effect_chains import open_effects

        return open_effects(source, chain, FrameClock(self._frame, self._begins))

    def read(self, start: int, samples: int) -> Sound:
        """Return samples of the master, float (channels, samples), without clipping. Raises the errors of
        `ClipMix.read`.
        """
        return self._strips[-1].read_after_fader(start, samples).copy()

    def read_with_strips(self, start: int, samples: int) -> tuple[Sound, dict[str, Sound]]:
        """Return samples of the master, and samples of each strip that has sound and is heard, by name. A
        muted strip is left out, so that its meter shows nothing.
        """
        for strip in self._strips:
            strip.retain_recent_sound(self._retained)
        master = self.read(start, samples)
        found = zip(self._mixer.strips, self._strips, strict=True)
        return master, {
            strip.name: sound.read_after_fader(start, samples)
            for strip, sound in found
            if sound.has_sound
            and (strip is self._mixer.strips[-1] or strip.output is not None or strip.sends)
        }


class _StripSound:
    """The sound of a strip before its fader (after its effects), and after its fader and pan."""

    def __init__(
        self, strip: PlanStrip, source: SampleSource | None, frame: float, begins: float, channels: int
    ) -> None:
        self._strip, self._frame, self._begins = strip, frame, begins
        silence = _StripInput([], [], 1, channels)
        self.has_sound = source is not None
        self._source = _RecentSound(source or silence)
        self._levels = tuple(filter(None, map(strip.automation.get_curve, ("volume", "ducking"))))
        self._pan = strip.automation.get_curve("pan")

    def retain_recent_sound(self, samples: int) -> None:
        """Keep this many samples before each read in memory."""
        self._source.kept_samples = samples

    def read_before_fader(self, start: int, samples: int) -> Sound:
        return self._source.read(start, samples)

    def read_after_fader(self, start: int, samples: int) -> Sound:
        sound = self._source.read(start, samples)
        if samples <= 0:
            return sound
        level = np.array([self._strip.gain_db])
        for curve in self._levels:
            level = level + self._evaluate_over(curve, start, start + samples)
        gain = decibels_to_gain(level)
        if gain.size > 1 or gain[0] != 1.0:
            sound = sound * gain.astype(np.float32)
        side = np.array([self._strip.pan])
        if self._pan:
            side = self._evaluate_over(self._pan, start, start + samples)
        return pan_sound(sound, side).astype(np.float32, copy=False)

    def _evaluate_over(self, curve: Curve, first: int, last: int) -> Gain:
        return evaluate_curve_over(curve, first, last, self._frame, self._begins)


@dataclass(frozen=True, slots=True)
class _StripOutput:
    """An output of a strip, as an input of another strip."""

    strip: _StripSound
    gain_db: float = 0.0
    before_fader: bool = False

    def read(self, start: int, samples: int) -> Sound:
        if self.before_fader:
            sound = self.strip.read_before_fader(start, samples)
        else:
            sound = self.strip.read_after_fader(start, samples)
        gain = decibels_to_gain(np.array([self.gain_db]))
        return sound if gain[0] == 1.0 else sound * np.float32(gain[0])


class _StripInput:
    """The sum of everything that goes into a strip, as a sample source."""

    def __init__(
        self, sources: list[SampleSource], inputs: list[_StripOutput], sample_rate: int, channels: int
    ) -> None:
        self._sources: list[SampleSource | _StripOutput] = [*sources, *inputs]
        self.sample_rate, self.channels = sample_rate, channels

    @property
    def is_silent(self) -> bool:
        """True if nothing goes into the strip."""
        return not self._sources

    def read(self, start: int, samples: int) -> Sound:
        if len(self._sources) == 1:
            return self._sources[0].read(start, samples)
        out = make_silence(samples, self.channels)
        for source in self._sources:
            out += source.read(start, samples)
        return out

    def close(self) -> None:
        """Do nothing. The mixer closes the sounds of its clips."""


class _RecentSound:
    """A source whose last blocks stay in memory, so that they can be read several times."""

    def __init__(self, source: SampleSource) -> None:
        self._source = source
        # The number of samples before the last read that stay in memory.
        self.kept_samples = 0
        self._end = 0
        self._blocks: deque[tuple[int, Sound]] = deque()  # Blocks that follow each other, with their starts.

    def read(self, start: int, samples: int) -> Sound:
        end = start + samples
        if not self._blocks or not self._blocks[0][0] <= start <= self._end:
            self._blocks.clear()
            self._end = start
        if end > self._end or not self._blocks:
            block = self._source.read(self._end, end - self._end)
            # A copy, because a view would preserve the memory of its source.
            self._blocks.append((self._end, block.copy() if self.kept_samples else block))
            self._end = end
        while self._blocks[0][0] + self._blocks[0][1].shape[1] <= start - self.kept_samples:
            if len(self._blocks) == 1:
                break
            self._blocks.popleft()
        parts = [
            block[:, max(0, start - begin) : end - begin]
            for begin, block in self._blocks
            if begin < end and begin + block.shape[1] > start
        ]
        return parts[0] if len(parts) == 1 else np.concatenate(parts or [self._blocks[0][1][:, :0]], axis=1)
