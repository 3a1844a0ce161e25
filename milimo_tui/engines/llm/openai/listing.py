"""The service with OpenAI's protocol whose address and key the user has set, and the list of its models (`GET
/models`).

Source of the protocol: platform.openai.com/docs/api-reference/models. The module imports neither torch nor
the film's database.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from milimo_tui.core.errors import Failed, Unavailable
from milimo_tui.core.safe_text import clean_one_line
from milimo_tui.core.settings import Settings
from milimo_tui.engines.remote.http_call import fetch_json
from milimo_tui.engines.remote.remote_service import ErrorResponse, RemoteService

# The usual environment variable for the key; a key in the settings takes precedence
KEY_VARIABLE = "OPENAI_API_KEY"


def make_openai_service(settings: Settings) -> RemoteService:
    """Return the service whose address and key are in the settings."""
    return RemoteService(
        title="the OpenAI-compatible service",
        setting="openai",
        address=settings.openai_url,
        key=settings.openai_key or os.environ.get(KEY_VARIABLE, ""),
        seconds=settings.text_seconds,
    )


def list_openai_models(service: RemoteService, tick: Callable[[], None]) -> list[str]:
    """Return the names of a service's models. Raises the errors of `http_call`, Failed if the answer is no
    list, and Unavailable if the key is rejected.
    """
    try:
        found = fetch_json(service, "/models", None, tick)
        return [clean_one_line(str(row["id"]), 120) for row in found["data"]]
    except ErrorResponse as response:
        if response.status in (401, 403):
            raise Unavailable(
                f"{service.where} does not accept this key ({response.status}): {response.message}",
                "milimo config set openai_key KEY corrects it",
            ) from None
        raise Failed(
            f"{service.where} did not list its models ({response.status}): {response.message}"
        ) from None
    except (KeyError, TypeError):
        raise Failed(f"{service.where} did not answer with a list of models") from None
