"""Define the spec that makes music, an effect or an ambience."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from milimo_tui.core.time import frame_to_sample
from milimo_tui.cut.values.streams import Ratio
from milimo_tui.engines.specs.spec_values import SpecValue

MOST_FRAMES = 1_000_000
MOST_VARIATIONS = 16


class DescribedPlace(SpecValue):
    """A place whose room tone can be made by rules: the heading of its scene, and words for the weather."""

    heading: str = ""
    setting: str = ""
    location: str = ""
    time_of_day: str = ""
    action: str = ""


class SoundSource(SpecValue):
    """An existing sound from which new sound is made. `input` is the path of its file.

    Without a range, the complete sound is made again: at `strength` 1 nothing of the source remains. With
    `since` and `until` (seconds), only this range is made again. A range that ends after the source extends
    the source.
    """

    input: str
    strength: float = Field(default=0.6, ge=0.01, le=1.0)
    since: Ratio | None = None
    until: Ratio | None = None

    @property
    def is_range(self) -> bool:
        """True if only a range is made again."""
        return self.since is not None and self.until is not None


class MakeSound(SpecValue):
    """Make music, an effect or an ambience that is exactly as long as `frames` frames at `rate`.

    - `variations` sounds are made. Each has a seed one higher than the sound before, beginning with `seed`.
    - With `loop`, the end of the sound continues seamlessly with its beginning.
    - `negative` describes things that the sound must not have. `bpm` is the tempo of music.
    - `place` describes the place of an ambience for engines that make it by rules.
    - `source` is an existing sound from which the sound is made; None: only from words.
    - `scene` is the id of the scene to which the sound belongs; empty: the complete film.
      `meant` is a hash of everything that decided the prompt and the length. `stem` is the stem of music,
      and `choices` are the values that the user set, as pairs of name and value.
    """

    kind: Literal["make_sound"] = "make_sound"
    engine: str
    role: Literal["music", "effect", "ambience"]
    prompt: str = ""
    negative: str = ""
    frames: int = Field(ge=1, le=MOST_FRAMES)
    rate: Ratio
    seed: int = Field(default=0, ge=0, lt=2**32)
    variations: int = Field(default=1, ge=1, le=MOST_VARIATIONS)
    loop: bool = False
    bpm: int | None = Field(default=None, ge=30, le=300)
    steps: int | None = Field(default=None, ge=1, le=200)
    guidance: float | None = Field(default=None, ge=0.0, le=30.0)
    place: DescribedPlace = DescribedPlace()
    model: str = ""
    scene: str = ""
    meant: str = ""
    stem: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    source: SoundSource | None = None

    @model_serializer(mode="wrap")
    def _omit_missing_source(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # A missing source is left out, so that specs without one have the same JSON as before the field
        # existed.
        return {
            name: value for name, value in serialize(self).items() if value is not None or name != "source"
        }

    @property
    def seconds(self) -> Fraction:
        """The exact length in seconds."""
        return self.frames / self.rate

    def count_samples(self, sample_rate: int) -> int:
        """Return the number of samples that the sound has at a sample rate."""
        return frame_to_sample(self.frames, self.rate, sample_rate)
