"""Run speech models of transformers as an engine. Importing this module imports no torch."""

from __future__ import annotations

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.runtime.model_stack import pause_garbage_collection
from milimo_tui.engines.specs.sound_specs import MakeSpeech
from milimo_tui.engines.specs.specs import Spec


class SpeechModels:
    """The engine of small speech models. Its weights are stored in the model cache of the worker."""

    name = "speech"

    def load(self) -> None:
        """Do nothing. Weights are loaded when a job runs, because the job names them."""

    def unload(self) -> None:
        """Do nothing. The model cache drops weights itself when memory is needed."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Speak one line. Raises BadInput, Unavailable, Damaged, OutOfMemory, Failed, Cancelled."""
        if not isinstance(spec, MakeSpeech):
            raise BadInput(f"speech models can't do “{spec.kind}”", "they speak lines")
        with pause_garbage_collection():
            from milimo_tui.engines.speech_models import job
        return job.run_speech_job(spec, context)


class LargeSpeechModels(SpeechModels):
    """The engine of large speech models, which run on a card if there is one."""

    name = "speech-large"
