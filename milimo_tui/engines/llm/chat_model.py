"""What a task asks of a language model, what it says, and the Protocol that each of them meets. Values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

# Hears each piece of an answer, and an empty one where time passes; raises Cancelled when the job is to stop.
OnText = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """One turn. `picture` is a JPEG of at most `media.files.stills` size, `schema` a JSON schema of the
    answer.
    """

    system: str
    user: str
    picture: bytes | None = None
    schema: Mapping[str, Any] | None = None
    tokens: int = 1024
    temperature: float = 0.7
    seed: int = 10


@dataclass(frozen=True, slots=True)
class Tokens:
    """How many tokens a question had and its answer has, as the service counts them; None: it did not say."""

    asked: int | None = None
    answered: int | None = None


@dataclass(frozen=True, slots=True)
class ChatReply:
    """The whole answer; `is_whole` is False when it stopped at its limit of tokens.

    `kept_since` is when it was answered, in seconds since 1970, where it was asked for before; 0: now.
    """

    text: str
    is_whole: bool = True
    tokens: Tokens = Tokens()
    kept_since: float = 0.0


class ChatModel(Protocol):
    """A language model that is ready to answer."""

    @property
    def model(self) -> str:
        """What it is called, for the record."""
        ...

    @property
    def takes_pictures(self) -> bool:
        """Whether it can be shown pictures."""
        ...

    def reply(self, ask: ChatRequest, on_text: OnText) -> ChatReply:
        """Answer; each piece goes to `on_text` as it comes. Raises Failed, Unavailable and its errors."""
        ...
