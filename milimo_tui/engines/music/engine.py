"""Run the models that make sound as engines. Importing this module imports no torch."""

from __future__ import annotations

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.music.families import ACE_STEP, LONGCAT_AUDIO, STABLE_AUDIO, SoundFamily
from milimo_tui.engines.runtime.model_stack import pause_garbage_collection
from milimo_tui.engines.specs.music_specs import MakeSound
from milimo_tui.engines.specs.specs import Spec


class SoundEngine:
    """The base class of the engines that make sound. A subclass only sets `family`."""

    family: SoundFamily
    name = ""

    def load(self) -> None:
        """Do nothing. Weights are loaded when a job runs, because the job names them."""

    def unload(self) -> None:
        """Do nothing. The model cache drops weights itself when memory is needed."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Make the sounds of the spec.

        Raises BadInput, NotFound, Unavailable, Damaged, OutOfMemory, Failed, Cancelled.
        """
        if not isinstance(spec, MakeSound):
            raise BadInput(f"{self.family.title} can't do “{spec.kind}”", "it makes sound from words")
        self.family.check_sound(spec)
        with pause_garbage_collection():
            from milimo_tui.engines.music import making

        return making.make_sounds(self.family, spec, context)


class StableAudio(SoundEngine):
    """The engine of Stable Audio 3."""

    name, family = STABLE_AUDIO.name, STABLE_AUDIO


class AceStep(SoundEngine):
    """The engine of ACE-Step."""

    name, family = ACE_STEP.name, ACE_STEP


class LongCatAudio(SoundEngine):
    """The engine of LongCat-AudioDiT."""

    name, family = LONGCAT_AUDIO.name, LONGCAT_AUDIO
