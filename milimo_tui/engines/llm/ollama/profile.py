"""The profile of the engine `ollama`, and the list of its service's models. The module does not import torch,
because the studio process uses it.
"""

from __future__ import annotations

from collections.abc import Callable

from milimo_tui.core.settings import Settings
from milimo_tui.engines.contract.profile import Profile, ServiceModel
from milimo_tui.engines.llm.ollama.listing import list_ollama_models, make_ollama_service


class OllamaProfile(Profile):
    """The profile of the engine `ollama`."""

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
