"""The profile of the engine `openai`, and the list of its service's models. The module does not import
torch.
"""

from __future__ import annotations

from collections.abc import Callable

from milimo_tui.core.settings import Settings
from milimo_tui.engines.contract.profile import Profile, ServiceModel
from milimo_tui.engines.llm.openai.listing import list_openai_models, make_openai_service


class OpenAIProfile(Profile):
    """The profile of the engine `openai`."""

    def service_models(self, settings: Settings, tick: Callable[[], None]) -> tuple[ServiceModel, ...]:
        return tuple(
            ServiceModel(name=name, in_use=name == settings.openai_model)
            for name in list_openai_models(make_openai_service(settings), tick)
        )
