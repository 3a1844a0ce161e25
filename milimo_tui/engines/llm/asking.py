"""What asking a service for text shares, whatever it speaks: patience with one that is asked too often, a
bound for answers without an end, answers that were given before.
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
from milimo_tui.engines.llm.kept_answers import KeptAnswers, RememberingChat
from milimo_tui.engines.remote.http_call import TICK_SECONDS, Tick
from milimo_tui.engines.remote.remote_service import Service, Turned

MOST_LETTERS = 2_000_000  # of an answer: no task asks for a hundredth of it
LARGE = 1024
MOST_WAIT = 10.0  # seconds that a service may ask for and gets; for more, the job is told to come back
WAITS = 3
BUSY = 429


def patiently(service: Service, ask: Callable[[], ChatReply], tick: Tick) -> ChatReply:
    """Ask, and where the service says in how many seconds it can be asked again, wait so long if that is
    bearable. `tick` hears a cancel meanwhile. Raises as `ask`.
    """
    for left in reversed(range(WAITS)):
        try:
            return ask()
        except Turned as turned:
            wait = _seconds(turned.wait)
            if turned.status != BUSY or wait is None or wait > MOST_WAIT or not left:
                raise
            until = time.monotonic() + wait
            while time.monotonic() < until:
                tick()
                time.sleep(TICK_SECONDS)
    raise Failed(f"{service.where} is asked too often", "milimo job retry")


def _seconds(text: str) -> float | None:
    try:
        return max(0.0, float(text))
    except ValueError:
        return None  # a date, or nothing


def add_piece(service: Service, pieces: list[str], piece: str) -> None:
    """Add to an answer. Raises Failed for one without an end."""
    pieces.append(piece)
    is_time = len(piece) > LARGE or len(pieces) % LARGE == 0  # not at each of a hundred thousand
    if is_time and sum(map(len, pieces)) > MOST_LETTERS:
        raise Failed(
            f"{service.where} answered with more than {MOST_LETTERS:,} letters",
            "another model may end sooner",
        )


def remembering(settings: Settings, chat: ChatModel, provider: str, service: Service) -> ChatModel:
    """The model with the answers that it gave before, where the settings want that and there is a home."""
    home = os.environ.get("MILIMO_HOME", "")
    if not settings.text_cache or not home:
        return chat
    path = service.parts().path  # or there is no address
    endpoint = f"{service.shown}{path}"
    return RememberingChat(chat, KeptAnswers.of(Home(Path(home))), provider, endpoint)
