"""The profile of the engine `local`: its description and its memory request.

The module does not import torch, because the studio process uses it.
"""

from __future__ import annotations

from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.profile import Description, InUse, Machine, Profile, SingleFile
from milimo_tui.engines.llm.local.sizes import SIZES, choose_work, weigh_language_model
from milimo_tui.engines.llm.local.weights_choice import FAMILY, find_local_weights
from milimo_tui.engines.recipes.model_sizes import Sizes
from milimo_tui.engines.recipes.values import Request
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.video_specs import MakeVideo

USUAL_MODEL = "gemma-3-12b"
TOKENS = 4096  # number of tokens, of prompt and answer together, that the memory estimate assumes
# GGUF files of language models name their tensors like this; those of picture models do not.
GGUF_FILE = SingleFile(marks=("token_embd.weight",), base="", generation="")


class LocalProfile(Profile):
    """The profile of the engine `local`."""

    def describe(self) -> Description:
        return Description(
            name=self.row.name,
            title=self.row.title,
            kinds=self.row.kinds,
            family=FAMILY,
            borrows=True,
            usual_model=USUAL_MODEL,
            single=GGUF_FILE,
        )

    def in_use(self, store: ModelStore, model: str = "") -> InUse:
        source = find_local_weights(store.folder, model)
        return InUse(source.id, source.found)

    def sizes(self) -> Sizes:
        return SIZES

    def request(self, spec: MakeVideo | MakePicture | None, machine: Machine, go: int = 0) -> Request:
        found, named = machine.found, machine.model or USUAL_MODEL
        weights = weigh_language_model(found) if found is not None else SIZES.of(named)
        return Request(FAMILY, weights, choose_work(weights), 1, 1, tokens=TOKENS)
