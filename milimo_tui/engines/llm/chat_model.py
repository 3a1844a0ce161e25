"""Values for a request to a language model and for its reply, and the Protocol that every model
implements.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

# Assumed characters of a token. The value is low, so that a question never exceeds the context of a model.
LETTERS_A_TOKEN = 3
LEAST_ANSWER = 256  # Fewer tokens are not enough for an answer.
_LAST_LATIN = 0x24F
_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|$)", re.DOTALL)
_END_OF_THOUGHT = re.compile(r".*</think(?:ing)?>", re.DOTALL)
# A callback that receives each piece of an answer, and an empty text while the model has written nothing new.
# It raises Cancelled if the job is cancelled.
OnText = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """A request to a language model.

    `picture` is a JPEG for the model to look at, or None. `schema` is a JSON schema for the answer; None asks
    for plain text.
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
    """The number of tokens in a question and in its answer, as counted by the service. A count is None if the
    service does not report it.
    """

    asked: int | None = None
    answered: int | None = None


@dataclass(frozen=True, slots=True)
class ChatReply:
    """An answer of a language model. `is_whole` is False if the answer was cut off at its token limit.

    `notes` are sentences for the user about the request, such as a field that the service refused.
    `kept_since` is the time at which a cached answer was written, in seconds since 1970. 0 means that the
    answer is new.
    """

    text: str
    is_whole: bool = True
    tokens: TokenCounts = TokenCounts()
    kept_since: float = 0.0
    notes: tuple[str, ...] = ()


class ChatModel(Protocol):
    """A language model that is ready to answer."""

    @property
    def model(self) -> str:
        """The name of the model, which is recorded with the answer."""
        ...

    @property
    def takes_pictures(self) -> bool:
        """True if the model accepts pictures."""
        ...

    @property
    def context_tokens(self) -> int:
        """The largest number of tokens of a question and its answer together."""
        ...

    def reply(self, ask: ChatRequest, on_text: OnText) -> ChatReply:
        """Return the answer; each piece goes to `on_text` as it arrives. Raises Failed, Unavailable and the
        errors of `on_text`.
        """
        ...


def describe_kept_answer(reply: ChatReply) -> tuple[str, ...]:
    """Return a note for an answer that was written for an earlier job; empty for a new answer."""
    if not reply.kept_since:
        return ()
    day = datetime.fromtimestamp(reply.kept_since).strftime("%Y-%m-%d %H:%M")
    return (f"an answer of {day} to the same prompt: text_cache = false asks again",)


def remove_thoughts(text: str) -> str:
    """Return an answer without the reasoning that some models write before it. A service may leave out the
    mark at which the reasoning begins.
    """
    rest = _THOUGHT.sub("", text)
    return rest[found.end() :] if (found := _END_OF_THOUGHT.match(rest)) else rest


def estimate_tokens(text: str) -> int:
    """Return the estimated number of tokens of a text. Letters of other scripts than Latin count as one."""
    wide = 0 if text.isascii() else sum(map(_LAST_LATIN.__lt__, map(ord, text)))
    return -(-(len(text) - wide) // LETTERS_A_TOKEN) + wide


def estimate_question(ask: ChatRequest) -> int:
    """Return the estimated number of tokens of a request without its answer."""
    return estimate_tokens(f"{ask.system}{ask.user}")


def estimate_context(ask: ChatRequest) -> int:
    """Return the number of tokens of a request and its longest answer together."""
    return estimate_question(ask) + ask.tokens


def limit_answer(ask: ChatRequest, context_tokens: int) -> ChatRequest | None:
    """Return the request with an answer that fits in the context of a model together with the question, or
    None if less than `LEAST_ANSWER` tokens remain for the answer.
    """
    remaining = context_tokens - estimate_question(ask)
    if remaining < min(ask.tokens, LEAST_ANSWER):
        return None
    return replace(ask, tokens=min(ask.tokens, remaining))
