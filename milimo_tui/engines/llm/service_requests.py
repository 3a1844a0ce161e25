"""Functions that the engines of all text services share: waiting for a busy service, a length limit for
answers that never end, and the cache of earlier answers.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from milimo_tui.core.errors import Failed
from milimo_tui.core.paths import Home
from milimo_tui.core.safe_text import clean_one_line
from milimo_tui.core.settings import Settings
from milimo_tui.engines.llm.answer_cache import AnswerCache, CachedChat
from milimo_tui.engines.llm.chat_model import ChatModel
from milimo_tui.engines.remote.http_call import TICK_SECONDS, Tick
from milimo_tui.engines.remote.remote_service import ErrorResponse, RemoteService

# Maximum number of characters in an answer. The longest answer that a task asks for has less than a hundredth
# of it.
MOST_LETTERS = 2_000_000
LARGE = 1024
# Longest wait in seconds that a service may ask for. If it asks for more, the job fails with the advice to
# retry.
MOST_WAIT = 10.0
WAITS = 3
BUSY, FAULT = 429, 500  # statuses of a busy service, and the first status of a fault in the service
ASK_AGAIN = "milimo job retry sends the request again"
T = TypeVar("T")


def ask_service_patiently(service: RemoteService, ask: Callable[[], T], tick: Tick) -> T:
    """Call `ask`. If the service is busy (status 429) and names a wait of at most `MOST_WAIT` seconds, wait
    and call again.

    `tick` is called during the wait and may raise Cancelled. Raises the errors of `ask`.
    """
    for left in reversed(range(WAITS)):
        try:
            return ask()
        except ErrorResponse as response:
            wait = _parse_retry_seconds(response.wait)
            if response.status != BUSY or wait is None or wait > MOST_WAIT or not left:
                raise
            until = time.monotonic() + wait
            while time.monotonic() < until:
                tick()
                time.sleep(TICK_SECONDS)
    raise Failed(
        f"{service.where} received too many requests", "wait a while, then retry the job: milimo job retry"
    )


def _parse_retry_seconds(text: str) -> float | None:
    try:
        return max(0.0, float(text))
    except ValueError:
        return None  # the header contains a date or is empty


def append_answer_piece(service: RemoteService, pieces: list[str], piece: str) -> None:
    """Append a received piece of text to the list `pieces` of an answer. Raises Failed if the complete answer
    would be longer than `MOST_LETTERS` characters.
    """
    pieces.append(piece)
    # An answer may have a hundred thousand pieces, so the total length is computed only for a large piece and
    # for every 1024th piece.
    is_time = len(piece) > LARGE or len(pieces) % LARGE == 0
    if is_time and sum(map(len, pieces)) > MOST_LETTERS:
        raise Failed(
            f"{service.where} answered with more than {MOST_LETTERS:,} letters",
            "another model may give a shorter answer",
        )


def make_service_error(service: RemoteService, response: ErrorResponse) -> Failed:
    """Return the error for a status that means the same at every service."""
    if response.status == BUSY:
        wait = f", in {response.wait} s" if response.wait else ""
        return Failed(
            f"{service.where} received too many requests (429): {response.message}",
            f"retry the job{wait}: milimo job retry",
        )
    if response.status >= FAULT:
        return Failed(f"{service.where} has failed ({response.status}): {response.message}", ASK_AGAIN)
    return Failed(f"{service.where} refused the request ({response.status}): {response.message}")


def make_stream_error(service: RemoteService, message: str) -> Failed:
    """Return the error for an answer that ends with an error message."""
    return Failed(f"{service.title} stopped with an error: {clean_one_line(message, 300)}", ASK_AGAIN)


def make_interruption_error(service: RemoteService) -> Failed:
    """Return the error for an answer whose end is missing."""
    return Failed(f"the connection to {service.where} ended in the middle of an answer", ASK_AGAIN)


def wrap_with_answer_cache(
    settings: Settings, chat: ChatModel, provider: str, service: RemoteService
) -> ChatModel:
    """Return `chat` with a cache of its answers. Return it unchanged if the settings disable the cache or
    there is no studio home.
    """
    home = os.environ.get("MILIMO_HOME", "")
    if not settings.text_cache or not home:
        return chat
    path = service.parts().path  # `parts` raises an error if the settings contain no address of the service.
    endpoint = f"{service.shown}{path}"
    return CachedChat(chat, AnswerCache.of(Home(Path(home))), provider, endpoint)
