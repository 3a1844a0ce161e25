"""Read the existing sound from which new sound is made, and preserve its samples outside a range."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import round_half_up
from milimo_tui.engines.specs.music_specs import MakeSound, SoundSource
from milimo_tui.media.read.probe import probe
from milimo_tui.media.sound.loops import splice_sound
from milimo_tui.media.sound.resampled import SoundReader
from milimo_tui.media.sound.samples import Sound

CHANNELS = 2  # Every model that takes a source makes stereo sound.


@dataclass(frozen=True, slots=True)
class SourceSound:
    """The existing sound (channels, samples), at the rate of the model. `span` is the range of samples that
    is made again; None: everything. `notes` are sentences for the user.
    """

    samples: Sound
    span: tuple[int, int] | None = None
    notes: tuple[str, ...] = ()

    def restore_outside_span(self, made: Sound, rate: int) -> Sound:
        """Return the new sound with the samples of the source outside the range that was made again."""
        if self.span is None:
            return made
        begin, end = self.span
        old = np.zeros_like(made)
        count = min(made.shape[1], self.samples.shape[1])
        old[:, :count] = self.samples[:, :count]
        return splice_sound(old, made[:, begin:], begin, end, rate)


def read_source_sound(spec: MakeSound, source: SoundSource, rate: int, seconds: float) -> SourceSound:
    """Read `seconds` seconds of the source of a spec at a sample rate. If only a range is made again, silence
    follows the end of the source. Otherwise a source that is too short repeats.

    Raises NotFound, ReadOnly, Failed, and BadInput for a file without sound.
    """
    path = Path(source.input)
    facts = probe(path)
    if facts.sample_rate is None or not facts.seconds:
        raise BadInput(f"{path.name} has no sound", "name a sound file")
    wanted = max(spec.count_samples(rate), round(seconds * rate))
    present = max(1, min(wanted, round_half_up(facts.seconds * rate)))
    with SoundReader(path, rate, CHANNELS) as reader:
        heard = np.clip(reader.read(0, present), -1.0, 1.0).astype(np.float32)
    notes = (
        []
        if facts.sample_rate == rate
        else [f"the source is converted from {facts.sample_rate} to {rate} Hz"]
    )
    if source.since is not None and source.until is not None:
        span = (
            round_half_up(source.since * rate),
            min(round_half_up(source.until * rate), spec.count_samples(rate)),
        )
        notes.append("outside the range every sample is that of the source; 20 ms at its edges are faded")
        return SourceSound(np.pad(heard, ((0, 0), (0, wanted - present))), span, tuple(notes))
    if present < wanted:
        notes.append(f"the source is shorter than {seconds:g} s and repeats")
    return SourceSound(np.tile(heard, (1, -(-wanted // present)))[:, :wanted], None, tuple(notes))
