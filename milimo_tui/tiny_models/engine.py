"""The engine of `milimo model tiny`: builds tiny checkpoints into the studio home, registers them and selects
them.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from milimo_tui.core.errors import BadInput, Unavailable
from milimo_tui.core.host import require_free_space
from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.weight_specs import MakeTiny
from milimo_tui.tiny_models.families import TinyCheckpoint, select_tiny_checkpoints
from milimo_tui.tiny_models.install import install_tiny_checkpoint

BYTES = 25_000_000  # The size of the largest tiny checkpoint in bytes, by which free disk space is checked.


class Tiny:
    """The engine that builds tiny checkpoints with the classes of diffusers and transformers. It needs the
    model libraries, but no network.
    """

    name = "tiny"

    def load(self) -> None:
        """Check that the model stack is installed. Raises Unavailable if it is missing."""
        try:
            import torch
        except ModuleNotFoundError as error:
            raise Unavailable(
                f"tiny checkpoints need the original classes of {error.name}, which is not installed",
                "milimo model list shows how to install the model libraries",
            ) from error
        torch.set_num_threads(1)  # The models are small: more threads would only wait for each other.

    def unload(self) -> None:
        """Do nothing: the engine holds nothing between jobs."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Build the checkpoints that the spec names. For each family, the first model among them becomes the
        model that the family's engine uses.
        """
        if not isinstance(spec, MakeTiny):
            raise BadInput(f"the tiny engine can't do “{spec.kind}”", "use it only to build tiny checkpoints")
        families = select_tiny_checkpoints(spec.family)
        home = Home(Path(os.environ["MILIMO_HOME"]))
        require_free_space(home.root, len(families) * BYTES, "build tiny checkpoints")
        store = ModelStore(home.models)
        missing: list[str] = []
        for done, family in enumerate(families):
            context.progress("building", done, len(families), family.name)
            began = time.monotonic()
            try:
                row = install_tiny_checkpoint(family, store, spec.seed)
            except Unavailable as error:
                # One checkpoint that needs another package must not prevent the others.
                if len(families) == 1:
                    raise
                missing.append(f"{family.id} was left out: {error.message}")
                continue
            context.log(f"{row.id}: {row.bytes / 1e6:.1f} MB in {time.monotonic() - began:.1f} s")
        wanted = {family.id for family in families}
        picked = _select_first_models(store, families)
        context.progress("building", len(families), len(families))
        return Result(
            notes=("tiny checkpoints are random numbers: all they make is noise", *missing),
            facts={"built": [row.id for row in store.rows() if row.id in wanted], "chosen": picked},
        )


def _select_first_models(store: ModelStore, families: tuple[TinyCheckpoint, ...]) -> list[str]:
    """Select the first model of each family as the model that its engine runs. Return the ids of the selected
    models.
    """
    picked: dict[str, str] = {}
    for row in families:
        if row.role == "model":
            picked.setdefault(row.family, row.id)
    for family, id in picked.items():
        store.select(family, id)
    return list(picked.values())
