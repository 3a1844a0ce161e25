"""The service of OpenAI's protocol in the settings, and the list of its models (`GET /models`).

Source of the protocol: platform.openai.com/docs/api-reference/models. No torch, no store.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from milimo_tui.core.errors import Failed, Unavailable
from milimo_tui.core.safe_text import clean_one_line
from milimo_tui.core.settings import Settings
from milimo_tui.engines.remote.http_call import fetch_json
from milimo_tui.engines.remote.remote_service import ErrorResponse, RemoteService

KEY_VARIABLE = "OPENAI_API_KEY"  # the usual environment variable; the user's setting takes precedence


def make_openai_service(settings: Settings) -> RemoteService:
    """Return the service of the settings, with its key."""
    return RemoteService(
        title="the OpenAI-compatible service",
        setting="openai",
        address=settings.openai_url,
        key=settings.openai_key or os.environ.get(KEY_VARIABLE, ""),
        seconds=settings.text_seconds,
    )


def list_openai_models(service: RemoteService, tick: Callable[[], None]) -> list[str]:
    """Return the names of a service's models. Raises as `http_call`, Failed for no list, Unavailable for a
    rejected key.
    """
    try:
        found = fetch_json(service, "/models", None, tick)
        return [clean_one_line(str(row["id"]), 120) for row in found["data"]]
    except ErrorResponse as turned:
        if turned.status in (401, 403):
            raise Unavailable(
                f"{service.where} does not accept this key ({turned.status}): {turned.message}",
                "openai_key in config.toml",
            ) from None
        raise Failed(f"{service.where} gave no list ({turned.status}): {turned.message}") from None
    except (KeyError, TypeError):
        raise Failed(f"{service.where} answered with no list of models") from None
