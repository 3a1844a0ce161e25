"""The engine `comfyui`: takes and pictures by a workflow on a server. Importing it opens no media."""

from __future__ import annotations

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.comfyui.shelf import FAMILY
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.video_specs import MakeVideo


class ComfyUI:
    """Asks a server; holds nothing between jobs."""

    name = FAMILY

    def load(self) -> None:
        """Nothing: the server loads what it needs."""

    def unload(self) -> None:
        """Nothing is held here."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Make what the spec says. Raises BadInput, Refused, Unavailable, Failed, Damaged, Cancelled."""
        from milimo_tui.engines.comfyui import job  # reads media

        if isinstance(spec, MakeVideo):
            return job.make_take(spec, context)
        if isinstance(spec, MakePicture):
            return job.make_pictures(spec, context)
        raise BadInput(f"a workflow of ComfyUI can't do “{spec.kind}”", "it makes takes or pictures")
