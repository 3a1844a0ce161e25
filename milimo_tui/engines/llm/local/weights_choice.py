"""The choice of the weights of a language model: its own folder or GGUF file, or LTX-2's text encoder, so
that the same model is not loaded twice.

The module reads manifests and configurations and does not import torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import Damaged, Unavailable
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.catalog.weight_headers import is_gguf

FAMILY, HOST = "local", "ltx2"
ENCODER = "text_encoder"  # folder of the text encoder within LTX-2's weights
# Classes of models with several kinds of input that can chat, and True if this program gives them pictures.
# Gemma 4 gets none, because it places pictures in the text differently.
CHATS = {"Gemma3ForConditionalGeneration": True, "Gemma4ForConditionalGeneration": False}
CAUSAL = "ForCausalLM"  # Suffix of the classes that only read and write text.
_WEIGHTS = ".safetensors"


@dataclass(frozen=True, slots=True)
class LocalWeights:
    """Installed weights of a language model that can answer questions.

    `found` are the installed weights. `part` is the component that is used, such as `text_encoder`; empty for
    complete weights. `words` is the folder or GGUF file of the tokenizer. `eyes` is the folder of the image
    processor; None if the model accepts no pictures.
    """

    found: ResolvedWeights
    part: str
    weights: Path
    words: Path
    eyes: Path | None

    @property
    def id(self) -> str:
        """The id of the weights, with the component's name if there is one."""
        return f"{self.found.id}/{self.part}" if self.part else self.found.id


def find_local_weights(models: Path, model: str = "") -> LocalWeights:
    """Return the weights to load: the named or selected weights, otherwise the best that are installed. Tiny
    random weights are used only if there are no others.

    If the files of the weights equal LTX-2's text encoder, LTX-2's files are used, so that the model is in
    memory only once. Raises Unavailable with the command that installs weights, Damaged.
    """
    store = ModelStore(models)
    host = _find_ltx2_encoder(store)
    if host is not None and model in (host.found.id, host.id):
        return host
    if not store.has(FAMILY, model=model):
        if host is not None and not model:
            return host
        # Called only for the error Unavailable, which names the command that installs weights
        store.resolve(FAMILY, model=model)
    own = _use_own_weights(store.resolve(FAMILY, model=model))
    chosen = model or store.read_selection().get(FAMILY)
    if host is not None and not chosen and own.found.tiny and not host.found.tiny:
        return host
    if host is not None and has_same_weights(own.found, host.found):
        return LocalWeights(host.found, host.part, host.weights, own.words, own.eyes)
    return own


def has_same_weights(own: ResolvedWeights, host: ResolvedWeights) -> bool:
    """Return True if the weights `own` are the same model as the text encoder of LTX-2's weights `host`.
    Their files are compared by hash.
    """
    digests = {file.digest for file in own.files if file.name.endswith(_WEIGHTS)}
    theirs = {
        file.digest
        for file in host.files
        if file.name.startswith(f"{ENCODER}/") and file.name.endswith(_WEIGHTS)
    }
    return bool(digests) and "" not in digests and digests == theirs


def read_architecture(path: Path) -> str:
    """Return the name of the model class of a folder or GGUF file. Raises Damaged."""
    if is_gguf(path):
        return f"GGUF{CAUSAL}"  # The header names the architecture, and transformers chooses the class by it.
    config = path / "config.json"
    try:
        value: Any = parse_untrusted_json(config.read_text())
        return str(value["architectures"][0])
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        raise Damaged(f"{config} does not name its model", "milimo model verify checks the weights") from None


def can_chat(name: str) -> bool:
    """Return True if models of the class `name` can answer questions."""
    return name in CHATS or name.endswith(CAUSAL)


def _use_own_weights(found: ResolvedWeights) -> LocalWeights:
    """Return the weights of a language model. Raises Unavailable for weights that cannot chat."""
    hint = "milimo model setup local installs a model that can write"
    if not found.path.is_dir() and not is_gguf(found.path):
        raise Unavailable(
            f"{found.id} is one file: a language model is loaded from a folder with its tokenizer, or from a "
            "GGUF file",
            hint,
        )
    name = read_architecture(found.path)
    if not can_chat(name):
        raise Unavailable(f"{found.id} is a {name}, not a language model that can chat", hint)
    eyes = _find_processor_folder(name, found.path) if found.path.is_dir() else None
    return LocalWeights(found, "", found.path, found.path, eyes)


def _find_ltx2_encoder(store: ModelStore) -> LocalWeights | None:
    """Return LTX-2's text encoder if it can chat (2.0 and 2.3; the encoder of 2.5 cannot), otherwise None."""
    if not store.has(HOST):
        return None
    found = store.resolve(HOST)
    folder = found.path if found.path.is_dir() else found.base
    if folder is None or not (folder / ENCODER / "config.json").is_file():
        return None
    name = read_architecture(folder / ENCODER)
    if not can_chat(name):
        return None
    eyes = _find_processor_folder(name, folder / "processor", folder / "tokenizer", folder / ENCODER)
    return LocalWeights(found, ENCODER, folder / ENCODER, folder / "tokenizer", eyes)


def _find_processor_folder(name: str, *folders: Path) -> Path | None:
    """Return the first of `folders` that contains an image processor. Return None if no folder has one, or if
    a model of the class `name` cannot look at pictures.
    """
    names = ("processor_config.json", "preprocessor_config.json")
    holding = (folder for folder in folders if any((folder / name).is_file() for name in names))
    return next(holding, None) if CHATS.get(name) else None
