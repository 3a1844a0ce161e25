"""Shared functions for text services of any protocol: waiting for a busy service, a limit for endless
answers, and the cache of earlier answers.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from milimo_tui.core.errors import Failed
from milimo_tui.core.paths import Home
from milimo_tui.core.settings import Settings
from milimo_tui.engines.llm.chat_model import ChatModel, ChatReply
from milimo_tui.engines.llm.kept_answers import AnswerCache, CachedChat
from milimo_tui.engines.remote.http_call import TICK_SECONDS, Tick
from milimo_tui.engines.remote.remote_service import ErrorResponse, RemoteService

MOST_LETTERS = 2_000_000  # limit of an answer's length; no task asks for a hundredth of that
LARGE = 1024
# longest wait in seconds that a service may ask for; after that the job fails with the advice to retry
MOST_WAIT = 10.0
WAITS = 3
BUSY = 429


def ask_service_patiently(service: RemoteService, ask: Callable[[], ChatReply], tick: Tick) -> ChatReply:
    """Call `ask`. If the service names a bearable number of seconds after which to ask again, wait and
    repeat.

    `tick` is called while waiting and may raise Cancelled. Raises as `ask`.
    """
    for left in reversed(range(WAITS)):
        try:
            return ask()
        except ErrorResponse as turned:
            wait = _parse_retry_seconds(turned.wait)
            if turned.status != BUSY or wait is None or wait > MOST_WAIT or not left:
                raise
            until = time.monotonic() + wait
            while time.monotonic() < until:
                tick()
                time.sleep(TICK_SECONDS)
    raise Failed(f"{service.where} received too many requests", "milimo job retry")


def _parse_retry_seconds(text: str) -> float | None:
    try:
        return max(0.0, float(text))
    except ValueError:
        return None  # the header holds a date or nothing


def append_answer_piece(service: RemoteService, pieces: list[str], piece: str) -> None:
    """Append a piece to an answer. Raises Failed for an endless answer."""
    pieces.append(piece)
    # the total is not computed for each of a hundred thousand pieces
    is_time = len(piece) > LARGE or len(pieces) % LARGE == 0
    if is_time and sum(map(len, pieces)) > MOST_LETTERS:
        raise Failed(
            f"{service.where} answered with more than {MOST_LETTERS:,} letters",
            "another model may give a shorter answer",
        )


def wrap_with_answer_cache(
    settings: Settings, chat: ChatModel, provider: str, service: RemoteService
) -> ChatModel:
    """Return the model with a cache of its answers, if the settings enable the cache and there is a studio
    home.
    """
    home = os.environ.get("MILIMO_HOME", "")
    if not settings.text_cache or not home:
        return chat
    path = service.parts().path  # raises if the service has no address
    endpoint = f"{service.shown}{path}"
    return CachedChat(chat, AnswerCache.of(Home(Path(home))), provider, endpoint)
