"""The Z-Image engine: pictures, and shots of one frame. Importing it imports no torch."""

from __future__ import annotations

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.contract.foresight import Foresight
from milimo_tui.engines.runtime.model_stack import importing
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.engines.specs.weight_specs import CheckEngine
from milimo_tui.engines.z_image.models import Z_IMAGE


class ZImage:
    """Weights are kept by the worker's residency, which all its engines share."""

    name = Z_IMAGE.name

    def load(self) -> None:
        """Nothing: which weights are wanted stands in the job."""

    def unload(self) -> None:
        """Nothing: the residency lets go of weights when room is needed."""

    def foresee(self, spec: Spec, context: Foresight) -> None:
        """Fetch the weights of a picture that comes next. Raises as `run`."""
        with importing():
            from milimo_tui.engines.pictures.worker_weights import fetch_for

        fetch_for(self.name, spec, context)

    def run(self, spec: Spec, context: Context) -> Result:
        """Make what the spec says. Raises BadInput, Refused, Unavailable, OutOfMemory, Failed, Cancelled."""
        with importing():
            from milimo_tui.engines.pictures import making, reference_check
            from milimo_tui.engines.z_image.pipeline import paths

        if isinstance(spec, CheckEngine):
            return reference_check.check(Z_IMAGE, paths, spec, context)
        if isinstance(spec, MakePicture):
            return making.make(Z_IMAGE, paths, spec, context)
        if isinstance(spec, MakeVideo):
            return making.make_still_take(Z_IMAGE, paths, spec, context)
        raise BadInput(f"Z-Image can't do “{spec.kind}”", "it makes pictures from words")
