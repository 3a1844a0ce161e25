"""The engine of `milimo model tiny`: builds tiny checkpoints into the studio home, registers, chooses."""

from __future__ import annotations

import os
import time
from pathlib import Path

from milimo_tui.core.errors import BadInput, Unavailable
from milimo_tui.core.host import require_space
from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.weight_specs import MakeTiny
from milimo_tui.engines.tiny.families import Family, chosen
from milimo_tui.engines.tiny.install import install

BYTES = 25_000_000  # the largest of them


class Tiny:
    """Builds with the classes of diffusers and transformers; needs the model stack and no network."""

    name = "tiny"

    def load(self) -> None:
        """Raises Unavailable where the model stack is missing."""
        try:
            import torch
        except ModuleNotFoundError as error:
            raise Unavailable(
                f"tiny checkpoints are built by the makers' classes, and {error.name} is not installed",
                "milimo model list says how to add the model stack",
            ) from error
        torch.set_num_threads(1)  # they are small: more threads only wait for each other

    def unload(self) -> None:
        """Nothing is kept."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Build what the spec's family names. Models of each family: the first is the chosen one."""
        if not isinstance(spec, MakeTiny):
            raise BadInput(f"the tiny engine can't do “{spec.kind}”", "it builds tiny checkpoints")
        families = chosen(spec.family)
        home = Home(Path(os.environ["MILIMO_HOME"]))
        require_space(home.root, len(families) * BYTES, "build tiny checkpoints")
        store = ModelStore(home.models)
        for done, family in enumerate(families):
            context.progress("building", done, len(families), family.name)
            began = time.monotonic()
            row = install(family, store, spec.seed)
            context.log(f"{row.id}: {row.bytes / 1e6:.1f} MB in {time.monotonic() - began:.1f} s")
        picked = _choose(store, families)
        context.progress("building", len(families), len(families))
        return Result(
            notes=("tiny checkpoints are random numbers: all they make is noise",),
            facts={"built": [family.id for family in families], "chosen": picked},
        )


def _choose(store: ModelStore, families: tuple[Family, ...]) -> list[str]:
    """The first model of each family becomes the one its engine runs."""
    picked: dict[str, str] = {}
    for row in families:
        if row.role == "model":
            picked.setdefault(row.family, row.id)
    for family, id in picked.items():
        store.select(family, id)
    return list(picked.values())
