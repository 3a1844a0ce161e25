"""Answers of services that were given before, kept in the studio home by all that decides them: who is asked,
where, what, with which picture, form and dice. What is kept is nobody's key and no address's login.
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
from milimo_tui.core.host import HOST, write_atomic
from milimo_tui.core.paths import Home
from milimo_tui.core.untrusted_json import read_json
from milimo_tui.engines.llm.chat_model import ChatModel, ChatReply, ChatRequest, OnText, Tokens
from milimo_tui.engines.llm.json_repair import read_json as read_answer

FORMAT = 1
MOST_BYTES = 64 << 20  # of all of them; the oldest go first
MOST_FILES = 20_000


@dataclass(frozen=True, slots=True)
class KeptAnswers:
    """The answers of one studio home."""

    folder: Path

    @classmethod
    def of(cls, home: Home) -> KeptAnswers:
        return cls(home.answers)

    def find(self, key: str) -> ChatReply | None:
        """The answer that was kept under that key; None where there is none, or none that can be read."""
        path = self._path(key)
        try:
            value = read_json(path.read_text())
            return ChatReply(
                str(value["text"]), tokens=Tokens(**value["tokens"]), kept_since=float(value["at"])
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, key: str, reply: ChatReply) -> None:
        """Keep a whole answer. A disk that is full costs that alone."""
        path = self._path(key)
        value = {"format": FORMAT, "at": HOST.now(), "text": reply.text, "tokens": asdict(reply.tokens)}
        with suppress(OSError, MilimoError):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(path, json.dumps(value, ensure_ascii=False).encode(), 0o600)
            self._prune()

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.json"

    def _prune(self) -> None:
        rows = sorted(
            (path.stat().st_mtime, path.stat().st_size, path) for path in self.folder.glob("*.json")
        )
        size = sum(one for _, one, _ in rows)
        while rows and (size > MOST_BYTES or len(rows) > MOST_FILES):
            _, one, path = rows.pop(0)
            path.unlink(missing_ok=True)
            size -= one


def key_of(provider: str, endpoint: str, model: str, ask: ChatRequest, sees: bool) -> str:
    """What an answer is kept by: every field that may change it."""
    picture = hashlib.sha256(ask.picture).hexdigest() if ask.picture is not None else ""
    fields: Mapping[str, Any] = {
        "format": FORMAT, "provider": provider, "endpoint": endpoint, "model": model, "sees": sees,
        "system": ask.system, "user": ask.user, "picture": picture,
        "schema": ask.schema, "tokens": ask.tokens, "temperature": ask.temperature, "seed": ask.seed,
    }  # fmt: skip
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


def _serves(ask: ChatRequest, reply: ChatReply) -> bool:
    """Whether an answer is of any use: one that is to be JSON and holds none is asked for again."""
    return ask.schema is None or read_answer(reply.text) is not None


@dataclass(frozen=True, slots=True)
class RememberingChat:
    """A model whose whole answers are kept, and asked for once."""

    chat: ChatModel
    answers: KeptAnswers
    provider: str
    endpoint: str

    @property
    def model(self) -> str:
        return self.chat.model

    @property
    def takes_pictures(self) -> bool:
        return self.chat.takes_pictures

    def reply(self, ask: ChatRequest, on_text: OnText) -> ChatReply:
        """The answer that was given before to the very same, else a new one."""
        key = key_of(self.provider, self.endpoint, self.model, ask, self.takes_pictures)
        kept = self.answers.find(key)
        if kept is not None:
            on_text(kept.text)
            return kept
        reply = self.chat.reply(ask, on_text)
        if reply.is_whole and reply.text.strip() and _serves(ask, reply):
            self.answers.keep(key, reply)
        return reply
