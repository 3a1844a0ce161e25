"""The loading of a language model by a recipe. The worker caches the model between jobs. It shares Gemma with
LTX-2, which uses it as its text encoder.

For workers only: imports torch and transformers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import transformers

from milimo_tui.core.errors import Unavailable
from milimo_tui.engines.catalog.weight_headers import is_gguf
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.llm.local.chat import LocalChat
from milimo_tui.engines.llm.local.sizes import make_text_request
from milimo_tui.engines.llm.local.weights_choice import (
    CHATS,
    LocalWeights,
    read_architecture,
)
from milimo_tui.engines.recipes.values import Recipe, RecipeChoice
from milimo_tui.engines.recipes.weight_sizes import compute_loaded_bytes, list_part_files
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
def open_local_chat(source: LocalWeights, tokens: int, context: Context) -> Iterator[LocalChat]:
    """Return a context manager that provides the loaded model, ready to answer. `tokens` is the number of
    tokens of question and answer together, for which memory is reserved. If memory is too small, OutOfMemory
    is raised with the advice of the recipe.
    """
    request = make_text_request(source, tokens)
    with running(context, request, _get_weights_identity(source)) as choice:
        context.progress("loading", 0, 1, source.id)
        model = _load_cached_model(source, choice, context)
        chat = make_local_chat(source, model, choice.recipe)
        context.progress("loading", 1, 1, source.id)
        with release_on_error():
            yield chat


def make_local_chat(source: LocalWeights, model: Any, recipe: Recipe) -> LocalChat:
    """Combine the loaded model with its tokenizer and image processor. Raises Damaged if these cannot be
    read.
    """
    return LocalChat(
        source.id,
        model,
        _load_chat_tokenizer(source),
        _load_image_processor(source),
        get_device(),
        apply.get_compute_dtype(recipe),
    )


def _get_weights_identity(source: LocalWeights) -> str:
    return source.found.identity


def _load_cached_model(source: LocalWeights, choice: RecipeChoice, context: Context) -> Any:
    """Return the model from the worker's cache, or load it. If LTX-2 has already loaded the same model as its
    text encoder, that model is used, even if LTX-2 loaded it by another recipe.
    """
    cache = get_model_cache()
    wanted = key(_get_weights_identity(source), choice, source.part or "model")
    there = next(
        (one.key for one in cache if (one.key.model, one.key.component) == (wanted.model, wanted.component)),
        wanted,
    )
    files = [source.weights] if is_gguf(source.weights) else list_part_files(source.weights)
    size = compute_loaded_bytes(files, choice.recipe, packed=True)
    return cache.part(there, lambda: load(source, choice.recipe), context, size)


def load(source: LocalWeights, recipe: Recipe) -> Any:
    """Load the model from its folder or GGUF file, with the precision and memory placement that the recipe
    prescribes. Raises Damaged for files that contradict their configuration.
    """
    transformers.utils.logging.disable_progress_bar()  # progress bars would fill the job's log
    name = read_architecture(source.weights)
    # Classes with several kinds of input are named. For the others, transformers knows the class.
    cls = getattr(transformers, name if name in CHATS else "AutoModelForCausalLM")
    options = apply.build_model_options(recipe)
    if is_gguf(source.weights):
        # Weights that stay packed need kernels that do not exist for a CPU, so they are unpacked here.
        options |= {
            "gguf_file": source.weights.name,
            "quantization_config": transformers.GgufConfig(dequantize=True),
        }
    else:
        options["use_safetensors"] = True
    with report_damaged_weights(
        source.id, unread=READS_WORDS.replace("lm_head|", "") if source.eyes is None else ""
    ):
        model = cls.from_pretrained(_get_folder(source.weights), local_files_only=True, **options)
    refuse_unknown_tokens(model, source.id)
    model.eval()
    apply.apply_recipe_to_model(model, recipe)
    return model


def _get_folder(path: Path) -> Path:
    """Return the folder that transformers reads: the folder itself, or the folder of a GGUF file."""
    return path.parent if is_gguf(path) else path


def _load_chat_tokenizer(source: LocalWeights) -> Any:
    options = {"gguf_file": source.words.name} if is_gguf(source.words) else {}
    with report_damaged_weights(source.id, "tokenizer"):
        words = transformers.AutoTokenizer.from_pretrained(
            _get_folder(source.words), local_files_only=True, **options
        )
        try_tokenizer(words)
    architecture = read_architecture(source.weights)
    if not getattr(words, "chat_template", None) and "Gemma" not in architecture and not source.part:
        raise Unavailable(
            f"{source.id} has no chat template, so it can't answer questions",
            "use a model for chats; its name often ends with Instruct or it",
        )
    return words


def _load_image_processor(source: LocalWeights) -> Any:
    if source.eyes is None:
        return None
    with report_damaged_weights(source.id, "image processor"):
        return transformers.AutoImageProcessor.from_pretrained(source.eyes, local_files_only=True)
