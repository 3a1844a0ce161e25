"""The sizes of the weights of language models and the memory that their work needs."""

from __future__ import annotations

from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.weight_headers import is_gguf
from milimo_tui.engines.recipes.model_sizes import Sizes, Weights, Work, part
from milimo_tui.engines.recipes.weight_sizes import weigh, weigh_part

SIZES = Sizes(
    Work(12.2, 0.0, 400_000, 1, 1, 0.0, 0.0, fixed_gb=0.5, does="writes", by_token=True),
    (
        Weights("gemma-3-12b", (part("model", 12.20, blocks=49, leaf=1.01, wide=1.02),)),
        Weights("gemma-3-4b", (part("model", 4.32, blocks=35, leaf=0.67, wide=0.68),)),
        # The model has 5.1 billion parameters. Of these, 2.35 billion are lookup tables with an entry for
        # each token and layer, and 0.4 billion are a lookup table with an entry for each token.
        Weights("gemma-4-e2b", (part("model", 5.1, blocks=35, leaf=2.35, wide=2.76),), read=True),
        Weights("smollm3-3b", (part("model", 3.08, blocks=36, leaf=0.26, wide=0.26),)),
        Weights("qwen3-1.7b", (part("model", 1.72, blocks=28, leaf=0.31, wide=0.31),)),
    ),
)


def weigh_language_model(found: ResolvedWeights) -> Weights:
    """Return the sizes of a language model. The weights of a GGUF file are unpacked when they are loaded, so
    they count like the weights of a folder. Raises the errors of `weigh`.
    """
    if is_gguf(found.path):
        return Weights(found.id, (weigh_part("model", found),))
    return weigh(found, SIZES)
