"""The LTX-2 engine: takes with sound. Importing it imports no torch; `work` does, when a job runs."""

from __future__ import annotations

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.contract import Context, Result
from milimo_tui.engines.specs import MakeVideo, Spec
from milimo_tui.engines.torching.starting import importing


class Ltx2:
    """Weights are kept by the worker's residency, which all its engines share."""

    name = "ltx2"

    def load(self) -> None:
        """Nothing: which weights are wanted stands in the job."""

    def unload(self) -> None:
        """Nothing: the residency lets go of weights when room is needed."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Make the take. Raises BadInput, Refused, Unavailable, OutOfMemory, Failed, Damaged, Cancelled."""
        if not isinstance(spec, MakeVideo):
            raise BadInput(f"LTX-2 can't do “{spec.kind}”", "it makes takes")
        with importing():
            from milimo_tui.engines.ltx2.work import make

        return make(spec, context)
