"""The choice of the engine and model that write or read a text.

With the setting `text_engine = auto`, the first engine that is ready is used, in the order of
`EngineRow.text_order`: a service with OpenAI's protocol that the user has set up, Ollama with a model that
can chat, a language model on this machine. A service that costs money is never used unless the user has set
it up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from milimo_tui.core.errors import MilimoError, Unavailable
from milimo_tui.core.format import format_duration
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.profile import ReadyModel
from milimo_tui.engines.recipes.processor import describe_processor
from milimo_tui.engines.recipes.values import GB, Card
from milimo_tui.engines.registry import engine_registry
from milimo_tui.studio.machine.model_stack import list_missing_packages, require_stack
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.weights.readiness import has_gpu

AUTO = "auto"
# Characters of a page of a screenplay without the white space of its layout.
LETTERS_A_PAGE = 1200


@dataclass(frozen=True, slots=True)
class TextEngineChoice:
    """The engine and the model that are used. An empty model means the model of the settings.

    `recorded_name` is the name of the model that is recorded with its answers. `seconds_per_page` is the
    expected time for reading a page of a screenplay; 0 if it is unknown.
    """

    engine: str
    model: str = ""
    seconds_per_page: float = 0.0
    recorded_name: str = ""

    @property
    def name(self) -> str:
        """The name of the model for people, or of the engine if the model is that of the settings."""
        return self.model or self.engine

    def describe_time(self, text: str) -> str:
        """Return the expected time for reading a text, in words; empty if it is unknown."""
        pages = len(text) / LETTERS_A_PAGE
        return f"about {format_duration(self.seconds_per_page * pages)}" if self.seconds_per_page else ""


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
            "milimo model setup local installs one; or start Ollama with a model",
        )
    return choice


def find_ready_engine(studio: Studio) -> TextEngineChoice | None:
    """Return the engine that a text would use now, or None if none is ready."""
    try:
        return choose_text_engine(studio)
    except MilimoError:
        return None


def _check_named_engine(studio: Studio, name: str, model: str) -> TextEngineChoice:
    profile = engine_registry.profile(name)
    if profile.describe().family:
        require_stack(profile.row.title.partition(":")[0])
    store = ModelStore(studio.home.models)
    ready = profile.check_text_model(store, lambda: _find_processor(studio), model)
    return _describe_engine_choice(studio, name, ready)


def _iterate_ready_engines(studio: Studio, model: str) -> Iterator[TextEngineChoice]:
    """Yield the engines that can answer now, the preferred one first."""
    rows = sorted((row for row in engine_registry.rows() if row.text_order), key=lambda row: row.text_order)
    for row in rows:
        profile = engine_registry.profile(row.name)
        if profile.describe().family and list_missing_packages():
            continue
        store = ModelStore(studio.home.models)
        for ready in profile.iterate_ready_models(
            studio.settings, store, lambda: _find_processor(studio), model
        ):
            yield _describe_engine_choice(studio, row.name, ready)


def _describe_engine_choice(studio: Studio, engine: str, ready: ReadyModel) -> TextEngineChoice:
    profile, store = engine_registry.profile(engine), ModelStore(studio.home.models)
    recorded_name = profile.get_text_model_name(studio.settings, store, ready.name)
    return TextEngineChoice(engine, ready.name, ready.seconds_per_page, recorded_name)


def _find_processor(studio: Studio) -> Card | None:
    """Return the CPU with its free memory, or None on a machine with a GPU. The memory of idle models counts
    as free, because the next job uses or drops them.
    """
    if has_gpu(studio):
        return None
    card = describe_processor()
    client = studio.client_or_none()
    workers = client.fetch_machine().workers if client is not None else ()
    held = sum(process.rss or 0 for process in workers if process.worker.loaded)
    return replace(card, free_gb=min(card.memory_gb, card.free_gb + held / GB))
