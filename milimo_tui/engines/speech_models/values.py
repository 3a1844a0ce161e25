"""Values that the speech models share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from milimo_tui.engines.specs.sound_specs import MakeSpeech
from milimo_tui.media.sound.samples import Sound

# Returns the recording of a voice as samples (1, n) at a sample rate.
ReferenceReader = Callable[[int], Sound]


@dataclass(frozen=True, slots=True)
class SpokenSound:
    """The sound that a model spoke: samples (1, n) at `sample_rate`. `paced` is True if the model itself
    spoke at the pace of the spec, and `styled` if it followed the style. `words` are the words with their
    start and end in seconds, if the model knows them. `notes` are sentences for the user.
    """

    sound: Sound
    sample_rate: int
    paced: bool = False
    styled: bool = False
    words: tuple[tuple[str, float, float], ...] = ()
    notes: tuple[str, ...] = ()


class SpeechModel(Protocol):
    """A loaded speech model."""

    def speak(self, spec: MakeSpeech, reference: ReferenceReader | None) -> SpokenSound:
        """Return the text of a spec as sound. The random state of torch is set before the call. Raises
        BadInput for a text that the model can't speak.
        """
        ...
