"""A cache of the answers of text services, stored in the studio home.

The cache key is a hash of everything that determines an answer: service, address, model, prompt, picture,
schema, sampling and seed. The API key is not stored, nor is a user name or password that the address
contains.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.host import HOST, write_file_atomically
from milimo_tui.core.paths import Home
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.engines.llm.chat_model import ChatModel, ChatReply, ChatRequest, OnText, TokenCounts
from milimo_tui.engines.llm.json_repair import repair_json as read_answer

FORMAT = 1
MOST_BYTES = 64 << 20  # maximum size of the cache in bytes; the oldest answers are removed first
MOST_FILES = 20_000


@dataclass(frozen=True, slots=True)
class AnswerCache:
    """The cached answers of a studio home."""

    folder: Path

    @classmethod
    def of(cls, home: Home) -> AnswerCache:
        """Return the cache of a home."""
        return cls(home.cached_answers)

    def find_answer(self, key: str) -> ChatReply | None:
        """Return the answer cached under a key. None if there is none or it cannot be read."""
        path = self._get_answer_path(key)
        try:
            value = parse_untrusted_json(path.read_text())
            return ChatReply(
                str(value["text"]), tokens=TokenCounts(**value["tokens"]), kept_since=float(value["at"])
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def save_answer(self, key: str, reply: ChatReply) -> None:
        """Store an answer if it is complete. If the disk is full, the answer is not stored and no error is
        raised.
        """
        path = self._get_answer_path(key)
        value = {"format": FORMAT, "at": HOST.now(), "text": reply.text, "tokens": asdict(reply.tokens)}
        with suppress(OSError, MilimoError):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_file_atomically(path, json.dumps(value, ensure_ascii=False).encode(), 0o600)
            self._remove_oldest_answers()

    def _get_answer_path(self, key: str) -> Path:
        return self.folder / f"{key}.json"

    def _remove_oldest_answers(self) -> None:
        rows = sorted(
            (path.stat().st_mtime, path.stat().st_size, path) for path in self.folder.glob("*.json")
        )
        size = sum(one for _, one, _ in rows)
        while rows and (size > MOST_BYTES or len(rows) > MOST_FILES):
            _, one, path = rows.pop(0)
            path.unlink(missing_ok=True)
            size -= one


def key_of(provider: str, endpoint: str, model: str, ask: ChatRequest, sees: bool) -> str:
    """Return the cache key of a request: a hash of every value that may change the answer. `sees` is True if
    the model accepts pictures.
    """
    picture = hashlib.sha256(ask.picture).hexdigest() if ask.picture is not None else ""
    fields: Mapping[str, Any] = {
        "format": FORMAT, "provider": provider, "endpoint": endpoint, "model": model, "sees": sees,
        "system": ask.system, "user": ask.user, "picture": picture,
        "schema": ask.schema, "tokens": ask.tokens, "temperature": ask.temperature, "seed": ask.seed,
    }  # fmt: skip
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


def _is_useful_answer(ask: ChatRequest, reply: ChatReply) -> bool:
    """Return True if an answer is worth caching. An answer that should contain JSON but does not is not
    cached, so that the question is asked again.
    """
    return ask.schema is None or read_answer(reply.text) is not None


@dataclass(frozen=True, slots=True)
class CachedChat:
    """A language model with a cache of its complete answers."""

    chat: ChatModel
    answers: AnswerCache
    provider: str
    endpoint: str

    @property
    def model(self) -> str:
        return self.chat.model

    @property
    def takes_pictures(self) -> bool:
        return self.chat.takes_pictures

    @property
    def context_tokens(self) -> int:
        return self.chat.context_tokens

    def reply(self, ask: ChatRequest, on_text: OnText) -> ChatReply:
        """Return the cached answer to an equal request. If there is none, ask the model and cache its
        answer.
        """
        key = key_of(self.provider, self.endpoint, self.model, ask, self.takes_pictures)
        answer = self.answers.find_answer(key)
        if answer is not None:
            on_text(answer.text)
            return answer
        reply = self.chat.reply(ask, on_text)
        if reply.is_whole and reply.text.strip() and _is_useful_answer(ask, reply):
            self.answers.save_answer(key, reply)
        return reply
