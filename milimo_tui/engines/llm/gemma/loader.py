"""The loading of Gemma by a recipe. The worker caches the model between jobs and shares it with LTX-2, which
uses it as its text encoder.

For workers only: imports torch and transformers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import transformers

from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.llm.gemma.chat import GemmaChat
from milimo_tui.engines.llm.gemma.sizes import SIZES
from milimo_tui.engines.llm.gemma.weights_choice import GemmaWeights, read_architecture
from milimo_tui.engines.recipes.model_sizes import Weights
from milimo_tui.engines.recipes.values import Recipe, RecipeChoice, Request
from milimo_tui.engines.recipes.weight_sizes import compute_loaded_bytes, list_part_files, weigh
from milimo_tui.engines.runtime import apply
from milimo_tui.engines.runtime.cancel import release_on_error
from milimo_tui.engines.runtime.memory import get_device
from milimo_tui.engines.runtime.model_cache import get_model_cache
from milimo_tui.engines.runtime.model_stack import (
    READS_WORDS,
    refuse_unknown_tokens,
    report_damaged_weights,
    try_tokenizer,
)
from milimo_tui.engines.runtime.recipe_run import key, running


@contextmanager
def open_gemma_chat(source: GemmaWeights, tokens: int, context: Context) -> Iterator[GemmaChat]:
    """Return a context manager that provides the loaded model, ready to answer. `tokens` is the number of
    tokens of question and answer together, for which memory is reserved. If memory is too small, OutOfMemory
    is raised with the advice of the recipe.
    """
    request = Request("gemma", _weigh_gemma_part(source), SIZES.work, width=1, height=1, tokens=tokens)
    with running(context, request, _get_weights_identity(source)) as choice:
        context.progress("loading", 0, 1, source.id)
        model = _load_cached_gemma(source, choice, context)
        chat = make_gemma_chat(source, model, choice.recipe)
        context.progress("loading", 1, 1, source.id)
        with release_on_error():
            yield chat


def make_gemma_chat(source: GemmaWeights, model: Any, recipe: Recipe) -> GemmaChat:
    """Combine the loaded model with its tokenizer and image processor. Raises Damaged if these cannot be
    read.
    """
    return GemmaChat(
        source.id,
        model,
        _load_gemma_tokenizer(source),
        _load_image_processor(source),
        get_device(),
        apply.get_compute_dtype(recipe),
    )


def _get_weights_identity(source: GemmaWeights) -> str:
    return source.found.identity


def _weigh_gemma_part(source: GemmaWeights) -> Weights:
    """Return the sizes of the weights to load, for the memory estimate. If the model is the text encoder of
    LTX-2, the other parts of LTX-2's weights are left out.
    """
    whole = weigh(source.found, SIZES)
    if not source.part:
        return whole
    [part] = [part for part in whole.parts if part.name == source.part]
    return Weights(source.id, (replace(part, name="model", phases=("denoise",)),))


def _load_cached_gemma(source: GemmaWeights, choice: RecipeChoice, context: Context) -> Any:
    """Return the model from the worker's cache, or load it. If LTX-2 has already loaded the same model as its
    text encoder, that model is used, even if LTX-2 loaded it by another recipe.
    """
    cache = get_model_cache()
    wanted = key(_get_weights_identity(source), choice, source.part or "model")
    there = next(
        (one.key for one in cache if (one.key.model, one.key.component) == (wanted.model, wanted.component)),
        wanted,
    )
    size = compute_loaded_bytes(list_part_files(source.weights), choice.recipe, packed=True)
    return cache.part(there, lambda: load(source, choice.recipe), context, size)


def load(source: GemmaWeights, recipe: Recipe) -> Any:
    """Load the model from its folder, with the precision and memory placement that the recipe prescribes.
    Raises Damaged for files that contradict their configuration.
    """
    transformers.utils.logging.disable_progress_bar()  # progress bars would fill the job's log
    cls = getattr(transformers, read_architecture(source.weights))
    with report_damaged_weights(
        source.id, unread=READS_WORDS.replace("lm_head|", "") if source.eyes is None else ""
    ):
        model = cls.from_pretrained(
            source.weights, local_files_only=True, use_safetensors=True, **apply.build_model_options(recipe)
        )
    refuse_unknown_tokens(model, source.id)
    model.eval()
    apply.apply_recipe_to_model(model, recipe)
    return model


def _load_gemma_tokenizer(source: GemmaWeights) -> Any:
    with report_damaged_weights(source.id, "tokenizer"):
        words = transformers.AutoTokenizer.from_pretrained(source.words, local_files_only=True)
        try_tokenizer(words)
        return words


def _load_image_processor(source: GemmaWeights) -> Any:
    if source.eyes is None:
        return None
    with report_damaged_weights(source.id, "image processor"):
        return transformers.AutoImageProcessor.from_pretrained(source.eyes, local_files_only=True)
