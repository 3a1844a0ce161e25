"""The sizes of the weights of language models and the memory that their work needs."""

from __future__ import annotations

from dataclasses import replace

from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.weight_headers import is_gguf
from milimo_tui.engines.llm.local.weights_choice import FAMILY, LocalWeights
from milimo_tui.engines.recipes.model_sizes import Sizes, Weights, Work, part
from milimo_tui.engines.recipes.values import Rates, Request
from milimo_tui.engines.recipes.weight_sizes import weigh, weigh_part

# Memory is planned for at most this number of tokens of a question and its answer.
MOST_CONTEXT = 16384
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

# The work of a model with few layers: its attention cache takes a quarter of the memory for each token.
SMALL_WORK = replace(SIZES.work, counted_for=2.4, token=100_000, fixed_gb=0.1)
SMALL_BILLIONS = 4.0


def choose_work(weights: Weights) -> Work:
    """Return the memory that the work of a language model of this size needs."""
    return SMALL_WORK if weights.billions < SMALL_BILLIONS else SIZES.work


def weigh_language_model(found: ResolvedWeights) -> Weights:
    """Return the sizes of a language model. The weights of a GGUF file are unpacked when they are loaded, so
    they count like the weights of a folder. Raises the errors of `weigh`.
    """
    if is_gguf(found.path):
        return Weights(found.id, (weigh_part("model", found),))
    return weigh(found, SIZES)


def weigh_local_weights(source: LocalWeights) -> Weights:
    """Return the sizes of the weights to load. If the model is the text encoder of LTX-2, the other parts of
    LTX-2's weights are left out.
    """
    if not source.part:
        return weigh_language_model(source.found)
    [encoder] = [each for each in weigh(source.found, SIZES).parts if each.name == source.part]
    return Weights(source.id, (replace(encoder, name="model", phases=("denoise",)),))


def make_text_request(source: LocalWeights, tokens: int) -> Request:
    """Return the memory request of a question and answer with this number of tokens."""
    weights = weigh_local_weights(source)
    return Request(FAMILY, weights, choose_work(weights), width=1, height=1, tokens=tokens)


# Reading a scene took twice the calculated time on two cores.
_CPU_FACTOR = 2.0


def estimate_seconds(billions: float, rates: Rates, asked: int, answered: int) -> float:
    """Return the seconds that a model in bf16 needs on a CPU to read `asked` tokens and to write `answered`.
    Reading is limited by the speed of products, writing by the speed of memory.
    """
    gigabytes = 2 * billions
    return _CPU_FACTOR * (asked * gigabytes / (rates.tflops * 1000) + answered * gigabytes / rates.memory_gbs)
