"""Run Whisper as an engine. Importing this module imports no torch."""

from __future__ import annotations

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.runtime.model_stack import pause_garbage_collection
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.word_specs import Transcribe


class Whisper:
    """The Whisper engine. Its weights are in the worker's model cache, which all engines share."""

    name = "whisper"

    def load(self) -> None:
        """Do nothing. Weights are loaded when a job runs, because the job names them."""

    def unload(self) -> None:
        """Do nothing. The model cache drops weights itself when memory is needed."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Write down the spoken words of a file.

        Raises BadInput for a file without sound; NotFound, Unavailable, Damaged, OutOfMemory, Cancelled.
        """
        if not isinstance(spec, Transcribe):
            raise BadInput(f"Whisper can't do “{spec.kind}”", "it writes down what is spoken in a file")
        with pause_garbage_collection():
            from milimo_tui.engines.whisper import job

        return job.transcribe_file(spec, context)
