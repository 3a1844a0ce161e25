"""How a service of OpenAI's protocol describes itself, and the models that it names. No torch."""

from __future__ import annotations

from collections.abc import Callable

from milimo_tui.core.settings import Settings
from milimo_tui.engines.contract.profile import Profile, ServiceModel
from milimo_tui.engines.llm.openai.listing import names_of, openai_service


class OpenAIProfile(Profile):
    def service_models(self, settings: Settings, tick: Callable[[], None]) -> tuple[ServiceModel, ...]:
        return tuple(
            ServiceModel(name=name, in_use=name == settings.openai_model)
            for name in names_of(openai_service(settings), tick)
        )
