"""The request to a language model, its reply, and the Protocol that every model implements. Values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

# Receives each piece of an answer, and an empty text while waiting; raises Cancelled if the job is cancelled.
OnText = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """A request to a language model.

    `picture` is a JPEG of at most `media.files.stills` size, `schema` a JSON schema of the answer.
    """

    system: str
    user: str
    picture: bytes | None = None
    schema: Mapping[str, Any] | None = None
    tokens: int = 1024
    temperature: float = 0.7
    seed: int = 10


@dataclass(frozen=True, slots=True)
class TokenCounts:
    """The tokens of a question and of its answer as the service counts them. None if the service does not
    report them.
    """

    asked: int | None = None
    answered: int | None = None


@dataclass(frozen=True, slots=True)
class ChatReply:
    """The complete answer; `is_whole` is False if the answer stopped at its token limit.

    `kept_since` is the time of the answer in seconds since 1970 if the answer comes from the cache. 0 means a
    new answer.
    """

    text: str
    is_whole: bool = True
    tokens: TokenCounts = TokenCounts()
    kept_since: float = 0.0


class ChatModel(Protocol):
    """A language model that is ready to answer."""

    @property
    def model(self) -> str:
        """The name of the model, for the record."""
        ...

    @property
    def takes_pictures(self) -> bool:
        """True if the model can be shown pictures."""
        ...

    def reply(self, ask: ChatRequest, on_text: OnText) -> ChatReply:
        """Return the answer; each piece goes to `on_text` as it arrives. Raises Failed, Unavailable and the
        errors of `on_text`.
        """
        ...
