"""The profile of the engine `openai`, and the list of its service's models. The module does not import
torch.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.settings import Settings
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.profile import Profile, ReadyModel, ServiceModel
from milimo_tui.engines.llm.openai.listing import KEY_VARIABLE, list_openai_models, make_openai_service
from milimo_tui.engines.recipes.values import Card
from milimo_tui.engines.remote.http_call import fetch_json, make_choice_deadline
from milimo_tui.engines.remote.remote_service import ErrorResponse, RemoteService


class OpenAIProfile(Profile):
    """The profile of the engine `openai`."""

    def iterate_ready_models(
        self, settings: Settings, store: ModelStore, processor: Callable[[], Card | None], model: str = ""
    ) -> Iterator[ReadyModel]:
        if is_set_up(settings) and answers_requests(make_openai_service(settings)):
            yield ReadyModel(model)

    def get_text_model_name(self, settings: Settings, store: ModelStore, model: str) -> str:
        return model or settings.openai_model

    def service_models(self, settings: Settings, tick: Callable[[], None]) -> tuple[ServiceModel, ...]:
        return tuple(
            ServiceModel(name=name, in_use=name == settings.openai_model)
            for name in list_openai_models(make_openai_service(settings), tick)
        )


def answers_requests(service: RemoteService) -> bool:
    """Return True if a service answers a request within some seconds, even with an error of its own, such as
    for a list of models that it does not have.
    """
    try:
        fetch_json(service, "/models", None, make_choice_deadline(service))
    except ErrorResponse:
        return True
    except MilimoError:
        return False
    return True


def is_set_up(settings: Settings) -> bool:
    """Return True if the user has named a model of an OpenAI-compatible service, and a key or the address of
    another service than OpenAI's. A key in the environment alone does not count, so that no costs arise.
    """
    has_key = bool(settings.openai_key or os.environ.get(KEY_VARIABLE))
    return bool(settings.openai_model) and (has_key or settings.openai_url != Settings().openai_url)
