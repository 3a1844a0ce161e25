"""The profile of the engine `ollama`, and the list of its service's models. The module does not import torch,
because the studio process uses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.settings import Settings
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.profile import Profile, ReadyModel, ServiceModel
from milimo_tui.engines.llm.ollama.listing import OllamaModel, list_ollama_models, make_ollama_service
from milimo_tui.engines.recipes.values import Card
from milimo_tui.engines.remote.http_call import make_choice_deadline


class OllamaProfile(Profile):
    """The profile of the engine `ollama`."""

    def iterate_ready_models(
        self, settings: Settings, store: ModelStore, processor: Callable[[], Card | None], model: str = ""
    ) -> Iterator[ReadyModel]:
        if found := _find_pulled_model(settings, model):
            yield ReadyModel(found)

    def get_text_model_name(self, settings: Settings, store: ModelStore, model: str) -> str:
        return model or settings.ollama_model

    def service_models(self, settings: Settings, tick: Callable[[], None]) -> tuple[ServiceModel, ...]:
        chosen = {settings.ollama_model, f"{settings.ollama_model}:latest"}
        return tuple(
            ServiceModel(
                name=one.name,
                bytes=one.bytes,
                parameters=one.parameters,
                quantisation=one.quantisation,
                sees=one.sees,
                writes=one.writes,
                until=one.until,
                in_use=one.name in chosen,
            )
            for one in list_ollama_models(make_ollama_service(settings), tick)
        )


def _find_pulled_model(settings: Settings, model: str) -> str:
    """Return the name of a chat model that Ollama has: the named one, the one of the settings, or else the
    largest. Empty if Ollama does not answer or has none.
    """
    service = make_ollama_service(settings)
    try:
        models = list_ollama_models(service, make_choice_deadline(service))
        found = [each for each in models if each.writes]
    except MilimoError:
        return ""
    wanted = model or settings.ollama_model
    named = next((each for each in found if each.name in (wanted, f"{wanted}:latest")), None)
    if named is not None or model:
        return named.name if named is not None else ""
    return max(found, key=_get_model_bytes).name if found else ""


def _get_model_bytes(model: OllamaModel) -> int:
    return model.bytes
