"""The choice of the engine and model that write or read a text.

With the setting `text_engine = auto`, the first of these that is ready is used: a service with OpenAI's
protocol that the user has set up, Ollama with a model that can chat, a language model on this machine. A
service that costs money is never used unless the user has set it up.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from milimo_tui.core.errors import Failed, MilimoError, Unavailable
from milimo_tui.core.format import format_duration
from milimo_tui.core.settings import Settings
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.llm.local.sizes import estimate_seconds, make_local_request
from milimo_tui.engines.llm.local.weights_choice import FAMILY, LocalWeights, find_local_weights
from milimo_tui.engines.llm.ollama.listing import OllamaModel, list_ollama_models, make_ollama_service
from milimo_tui.engines.llm.openai.listing import KEY_VARIABLE
from milimo_tui.engines.recipes.card_rates import get_card_rates
from milimo_tui.engines.recipes.choice import choose_recipe
from milimo_tui.engines.recipes.processor import describe_processor
from milimo_tui.engines.recipes.values import GB, Card
from milimo_tui.engines.registry import engine_registry
from milimo_tui.studio.machine.model_stack import list_missing_packages, require_stack
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.weights.readiness import has_gpu

AUTO = "auto"
LOCAL, OLLAMA, OPENAI = FAMILY, "ollama", "openai"
# Seconds for which Ollama may think about the list of its models. Without a server the answer comes at once.
OLLAMA_SECONDS = 2.0
TOKENS = 4096  # number of tokens, of question and answer together, for which memory is planned
# The memory that the values of a GGUF file need while they are unpacked.
GGUF_BYTES = 4
# Tokens of a usual page that a reading sends and gets back, in both passes.
PAGE_ASKED, PAGE_ANSWERED = 1400, 700
SMALL_MODEL = "qwen3-1.7b"  # the row of the catalog that runs on nearly every machine


@dataclass(frozen=True, slots=True)
class TextEngineChoice:
    """The engine and the model that are used. An empty model means the model of the settings.

    `seconds_per_page` is the expected time for reading a page of a screenplay; 0 if it is unknown.
    """

    engine: str
    model: str = ""
    seconds_per_page: float = 0.0

    @property
    def time_text(self) -> str:
        """The expected time in words; empty if it is unknown."""
        return f"about {format_duration(self.seconds_per_page)} a page" if self.seconds_per_page else ""


def choose_text_engine(studio: Studio, engine: str = "", model: str = "") -> TextEngineChoice:
    """Return the engine and model for a text: the named ones, or else those of the setting `text_engine`.

    Raises NotFound for an engine that can't write, and Unavailable if the engine can't run here, or if none
    is ready. The message has the command that helps. A named service is checked only when the job runs.
    """
    name = engine or studio.settings.text_engine
    if name != AUTO:
        shot_spec.check_engine(name, "write")
        return _check_named_engine(studio, name, model)
    choice = next(_iterate_ready_engines(studio, model), None)
    if choice is None:
        raise Unavailable(
            "no language model is ready",
            f"milimo model setup local --model {SMALL_MODEL} installs one that needs no GPU; or start Ollama "
            "and run ollama pull gemma3; or set openai_model and openai_key in config.toml",
        )
    return choice


def find_ready_engine(studio: Studio) -> TextEngineChoice | None:
    """Return the engine that a text would use now, or None if none is ready."""
    try:
        return choose_text_engine(studio)
    except MilimoError:
        return None


def _check_named_engine(studio: Studio, name: str, model: str) -> TextEngineChoice:
    if not engine_registry.profile(name).describe().family:
        return TextEngineChoice(name, model)
    require_stack(engine_registry.row(name).title.partition(":")[0])
    source = find_local_weights(ModelStore(studio.home.models).folder, model)
    return TextEngineChoice(name, model, _require_memory(studio, source))


def _iterate_ready_engines(studio: Studio, model: str) -> Iterator[TextEngineChoice]:
    """Yield the engines that can answer now, the preferred one first."""
    if is_openai_set_up(studio.settings):
        yield TextEngineChoice(OPENAI, model)
    if found := _find_ollama_model(studio.settings, model):
        yield TextEngineChoice(OLLAMA, found)
    yield from _iterate_local_models(studio, model)


def is_openai_set_up(settings: Settings) -> bool:
    """Return True if the user has named a model of an OpenAI-compatible service, and a key or the address of
    another service than OpenAI's. A key in the environment alone does not count.
    """
    has_key = bool(settings.openai_key or os.environ.get(KEY_VARIABLE))
    return bool(settings.openai_model) and (has_key or settings.openai_url != Settings().openai_url)


def _find_ollama_model(settings: Settings, model: str) -> str:
    """Return the name of a chat model that Ollama has: the named one, the one of the settings, or else the
    largest. Empty if Ollama does not answer or has none.
    """
    until = time.monotonic() + OLLAMA_SECONDS

    def tick() -> None:
        if time.monotonic() > until:
            raise Failed("Ollama did not answer in time")

    try:
        found = [each for each in list_ollama_models(make_ollama_service(settings), tick) if each.writes]
    except MilimoError:
        return ""
    wanted = model or settings.ollama_model
    named = next((each for each in found if each.name in (wanted, f"{wanted}:latest")), None)
    if named is not None or model:
        return named.name if named is not None else ""
    return max(found, key=_get_model_bytes).name if found else ""


def _get_model_bytes(model: OllamaModel) -> int:
    return model.bytes


def _iterate_local_models(studio: Studio, model: str) -> Iterator[TextEngineChoice]:
    """Yield the installed language models that fit into memory: the selected one, then the largest first.
    Tiny random weights come last.
    """
    if list_missing_packages():
        return
    store = ModelStore(studio.home.models)
    rows = [row for row in store.rows() if (row.family, row.role) == (FAMILY, "model")]
    rows.sort(key=lambda row: (row.tiny, -row.bytes))
    chosen = store.read_selection().get(FAMILY, "")
    # The empty name finds LTX-2's text encoder, if no other weights are installed.
    every = dict.fromkeys((*filter(None, (chosen,)), *(row.id for row in rows), ""))
    names = [model] if model else list(every)
    for name in names:
        try:
            source = find_local_weights(store.folder, name)
            yield TextEngineChoice(LOCAL, name, _require_memory(studio, source))
        except MilimoError:
            continue


def _require_memory(studio: Studio, source: LocalWeights) -> float:
    """Check that a machine without a GPU has the main memory for a language model. Return the expected
    seconds for a page; 0 with a GPU, where they are few. Raises Unavailable.
    """
    if source.found.tiny or has_gpu(studio):
        return 0.0
    card = _add_worker_memory(studio, describe_processor())
    choice = choose_recipe(card, make_local_request(source, TOKENS))
    billions = choice.request.weights.billions
    is_unpacked = source.found.form == "file"
    needed = max(choice.estimate_gb, billions * GGUF_BYTES if is_unpacked else 0.0)
    if not choice.fits or needed > card.free_gb:
        raise Unavailable(
            f"{source.id} needs {needed:.1f} GB of main memory, and {card.free_gb:.1f} GB are free",
            "close other programs, or let a service write: --engine ollama or --engine openai; "
            f"milimo model setup local --model {SMALL_MODEL} installs a smaller model",
        )
    return estimate_seconds(billions, get_card_rates(card), PAGE_ASKED, PAGE_ANSWERED)


def _add_worker_memory(studio: Studio, card: Card) -> Card:
    """Return the CPU with the memory of idle models counted as free: the next job uses or drops them."""
    client = studio.client_or_none()
    workers = client.fetch_machine().workers if client is not None else ()
    held = sum(process.rss or 0 for process in workers if process.worker.loaded)
    return replace(card, free_gb=min(card.memory_gb, card.free_gb + held / GB))
