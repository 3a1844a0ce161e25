"""Run the models that listen to speech as engines. Importing this module imports no torch."""

from __future__ import annotations

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.runtime.model_stack import pause_garbage_collection
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.word_specs import FindSpeakers, Transcribe


class ListeningEngine:
    """The base class of engines that listen to speech. The weights are in the worker's model cache, which all
    engines share.
    """

    def load(self) -> None:
        """Do nothing. Weights are loaded when a job runs, because the job names them."""

    def unload(self) -> None:
        """Do nothing. The model cache drops weights itself when memory is needed."""


class Transcription(ListeningEngine):
    """The engine that writes down words."""

    name = "transcription"

    def run(self, spec: Spec, context: Context) -> Result:
        """Write down the spoken words of a file.

        Raises BadInput for a file without sound; NotFound, Unavailable, Damaged, OutOfMemory, Cancelled.
        """
        if not isinstance(spec, Transcribe):
            raise BadInput(f"transcription models can't do “{spec.kind}”", "they write down what is spoken")
        with pause_garbage_collection():
            from milimo_tui.engines.transcription import job

        return job.transcribe_file(spec, context)


class Diarization(ListeningEngine):
    """The engine that finds out who speaks when."""

    name = "diarization"

    def run(self, spec: Spec, context: Context) -> Result:
        """Find the speakers of a file. Raises the errors of `Transcription.run`."""
        if not isinstance(spec, FindSpeakers):
            raise BadInput(f"diarization models can't do “{spec.kind}”", "they find the speakers of a file")
        with pause_garbage_collection():
            from milimo_tui.engines.transcription import job

        return job.find_speakers(spec, context)
