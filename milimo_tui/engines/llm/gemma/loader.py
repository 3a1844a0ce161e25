"""Gemma in memory: run by a recipe, cached between jobs, and shared with LTX-2's text encoder.

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
from milimo_tui.engines.llm.gemma.weights_choice import Source, architecture
from milimo_tui.engines.recipes.model_sizes import Weights
from milimo_tui.engines.recipes.values import Choice, Recipe, Request
from milimo_tui.engines.recipes.weight_sizes import files_of, held_bytes, weigh
from milimo_tui.engines.runtime import apply
from milimo_tui.engines.runtime.cancel import letting_go
from milimo_tui.engines.runtime.memory import device
from milimo_tui.engines.runtime.model_cache import model_cache
from milimo_tui.engines.runtime.model_stack import READS_WORDS, reading, refuse_unknown_words, try_words
from milimo_tui.engines.runtime.recipe_run import key, running


@contextmanager
def talking(source: Source, tokens: int, context: Context) -> Iterator[GemmaChat]:
    """Provide the loaded model, ready to answer. Lack of memory raises OutOfMemory with the recipe's
    advice.
    """
    request = Request("gemma", _weights(source), SIZES.work, width=1, height=1, tokens=tokens)
    with running(context, request, _whose(source)) as choice:
        context.progress("loading", 0, 1, source.id)
        model = _resident(source, choice, context)
        chat = chat_model_of(source, model, choice.recipe)
        context.progress("loading", 1, 1, source.id)
        with letting_go():
            yield chat


def chat_model_of(source: Source, model: Any, recipe: Recipe) -> GemmaChat:
    """Return the model with its tokenizer and image processor. Raises Damaged if they cannot be read."""
    return GemmaChat(source.id, model, _words(source), _eyes(source), device(), apply.dtype(recipe))


def _whose(source: Source) -> str:
    return source.found.digest or source.found.id


def _weights(source: Source) -> Weights:
    """Return the weights to load for the memory estimate: of LTX-2 only the text encoder."""
    whole = weigh(source.found, SIZES)
    if not source.part:
        return whole
    [part] = [part for part in whole.parts if part.name == source.part]
    return Weights(source.id, (replace(part, name="model", phases=("denoise",)),))


def _resident(source: Source, choice: Choice, context: Context) -> Any:
    """Return the model from the cache, or load it. LTX-2's text encoder is reused in the form in which LTX-2
    loaded it.
    """
    held = model_cache()
    wanted = key(_whose(source), choice, source.part or "model")
    there = next(
        (one.key for one in held if (one.key.model, one.key.component) == (wanted.model, wanted.component)),
        wanted,
    )
    size = held_bytes(files_of(source.weights), choice.recipe, packed=True)
    return held.part(there, lambda: load(source, choice.recipe), context, size)


def load(source: Source, recipe: Recipe) -> Any:
    """Load the model. Raises Damaged for files that contradict their configuration."""
    transformers.utils.logging.disable_progress_bar()  # the progress bars would fill the job's log
    cls = getattr(transformers, architecture(source.weights))
    with reading(source.id, unread=READS_WORDS.replace("lm_head|", "") if source.eyes is None else ""):
        model = cls.from_pretrained(
            source.weights, local_files_only=True, use_safetensors=True, **apply.model_options(recipe)
        )
    refuse_unknown_words(model, source.id)
    model.eval()
    apply.apply_model(model, recipe)
    return model


def _words(source: Source) -> Any:
    with reading(source.id, "tokenizer"):
        words = transformers.AutoTokenizer.from_pretrained(source.words, local_files_only=True)
        try_words(words)
        return words


def _eyes(source: Source) -> Any:
    if source.eyes is None:
        return None
    with reading(source.id, "image processor"):
        return transformers.AutoImageProcessor.from_pretrained(source.eyes, local_files_only=True)
