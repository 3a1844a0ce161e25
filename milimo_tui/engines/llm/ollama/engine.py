"""The engine `ollama`. It uses Ollama's streamed chat API (`POST /api/chat`), and `/api/show` for the
abilities of a model.

Source of the protocol: docs/api.md of Ollama. The module imports neither torch nor the film's database.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from typing import Any

from milimo_tui.core.errors import BadInput, Failed, MilimoError, Unavailable
from milimo_tui.core.host import read_settings
from milimo_tui.core.settings import Settings
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.llm.chat_model import (
    ChatReply,
    ChatRequest,
    OnText,
    TokenCounts,
    estimate_context,
    estimate_question,
    limit_answer,
)
from milimo_tui.engines.llm.ollama.listing import MUTE, SEEING, make_ollama_service
from milimo_tui.engines.llm.service_requests import (
    append_answer_piece,
    ask_service_patiently,
    make_interruption_error,
    make_service_error,
    make_stream_error,
    wrap_with_answer_cache,
)
from milimo_tui.engines.llm.token_wait import ReadingSpeed, TokenWait
from milimo_tui.engines.llm.word_lists import remove_word_lists
from milimo_tui.engines.llm.writing_tasks import run_writing_task
from milimo_tui.engines.remote.http_call import fetch_json, stream_lines
from milimo_tui.engines.remote.remote_service import ErrorResponse, RemoteService
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.text_specs import Write

Tick = Callable[[], None]
# Ollama loads a model again if the size of its context changes, so sizes are rounded up to this step.
CONTEXT_STEP = 4096
# The time for which Ollama keeps a model in memory between two questions of a reading.
KEEP_BETWEEN_QUESTIONS = "5m"
READING_TASK = "read"
# The context of a model whose length Ollama does not report.
USUAL_CONTEXT = 8192


class Ollama:
    """The engine that sends questions to a running Ollama. It has no state between jobs."""

    name = "ollama"

    def load(self) -> None:
        """Do nothing: there is nothing to load."""

    def unload(self) -> None:
        """Do nothing: Ollama itself keeps the model in memory for the time in the setting `ollama_keep`."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Run a `write` spec. Every error of Ollama is raised as Unavailable or Failed with one sentence."""
        if not isinstance(spec, Write):
            raise BadInput(f"the ollama engine can't do {spec.kind}")
        settings, _ = read_settings()
        chat = make_ollama_chat(settings, spec, lambda: context.progress("asking", 0, 1))
        if spec.task != READING_TASK or _parse_keep_alive(chat.keep) != 0:
            return self._run_task(settings, spec, chat, context)
        # A reading has many questions. Ollama would load the model again for each of them.
        try:
            return self._run_task(settings, spec, replace(chat, keep=KEEP_BETWEEN_QUESTIONS), context)
        finally:
            chat.unload_model()

    def _run_task(self, settings: Settings, spec: Write, chat: OllamaChat, context: Context) -> Result:
        return run_writing_task(
            spec, wrap_with_answer_cache(settings, chat, self.name, chat.service), context
        )


def make_ollama_chat(settings: Settings, spec: Write, tick: Tick) -> OllamaChat:
    """Return the model that the spec names, or else the model of the settings. If the spec has a picture, ask
    Ollama whether the model accepts pictures.
    """
    service = make_ollama_service(settings)
    name = spec.model or settings.ollama_model
    if not name:
        raise Unavailable("no model of Ollama is named", "milimo config set ollama_model MODEL names one")
    unknown = OllamaChat(
        service,
        name,
        takes_pictures=False,
        context_tokens=0,
        keep=settings.ollama_keep,
        speed=ReadingSpeed(settings.text_speed),
    )
    return unknown.fetch_abilities(tick)


@dataclass(frozen=True, slots=True)
class OllamaChat:
    """A model that an Ollama server runs. `keep` is the time for which Ollama keeps the model in memory after
    an answer.
    """

    service: RemoteService
    model: str
    takes_pictures: bool
    context_tokens: int
    keep: str
    speed: ReadingSpeed

    def fetch_abilities(self, tick: Tick) -> OllamaChat:
        """Return the same model with what Ollama reports about it: whether it accepts pictures, and the
        length of its context.
        """
        try:
            facts = ask_service_patiently(
                self.service,
                lambda: fetch_json(self.service, "/api/show", {"model": self.model}, tick),
                tick,
            )
        except ErrorResponse as response:
            raise self._make_ollama_error(response, tick) from None
        facts = facts if isinstance(facts, dict) else {}
        return replace(
            self, takes_pictures=_reads_pictures(facts), context_tokens=_read_context_length(facts)
        )

    def unload_model(self) -> None:
        """Let Ollama remove the model from memory. A failure has no effect, because the time of the last
        question ends by itself.
        """
        with suppress(ErrorResponse, Failed, Unavailable):
            fetch_json(self.service, "/api/generate", {"model": self.model, "keep_alive": 0}, lambda: None)

    def reply(self, ask: ChatRequest, on_text: OnText) -> ChatReply:
        """Send the question to the model and return the complete answer. Each piece goes to `on_text` as it
        arrives.
        """
        fitting = limit_answer(ask, self.context_tokens)
        if fitting is None:
            raise Failed(
                f"the question has {estimate_question(ask):,} tokens, "
                f"but {self.model} takes {self.context_tokens:,}",
                "choose a model with a longer context: milimo config set ollama_model MODEL",
            )
        try:
            return ask_service_patiently(
                self.service, lambda: self._stream_ollama_reply(fitting, on_text), lambda: on_text("")
            )
        except ErrorResponse as response:
            raise self._make_ollama_error(response, lambda: on_text("")) from None

    def _stream_ollama_reply(self, ask: ChatRequest, on_text: OnText) -> ChatReply:
        pieces: list[str] = []
        wait = TokenWait(self.service, self.speed, estimate_question(ask), lambda: on_text(""))
        with closing(
            stream_lines(
                wait.get_patient_service(), "/api/chat", self._make_ollama_body(ask), wait.check_wait
            )
        ) as lines:
            for line in lines:
                value = self._parse_stream_line(line)
                message = value.get("message")
                message = message if isinstance(message, dict) else {}
                piece = message.get("content")
                if piece or message.get("thinking"):
                    wait.note_token()
                else:
                    wait.check_wait()
                if isinstance(piece, str) and piece:
                    append_answer_piece(self.service, pieces, piece)
                    on_text(piece)
                if value.get("done"):
                    is_whole = value.get("done_reason") != "length"
                    return ChatReply("".join(pieces), is_whole, _count_ollama_tokens(value))
        raise make_interruption_error(self.service)

    def _make_ollama_body(self, ask: ChatRequest) -> dict[str, Any]:
        user: dict[str, Any] = {"role": "user", "content": ask.user}
        if ask.picture is not None:
            user["images"] = [base64.b64encode(ask.picture).decode()]
        body: dict[str, Any] = {
            "model": self.model,
            "messages": [{"role": "system", "content": ask.system}, user],
            "stream": True,
            "keep_alive": _parse_keep_alive(self.keep),
            "options": {
                "seed": ask.seed,
                "temperature": ask.temperature,
                "num_predict": ask.tokens,
                # Without this option, Ollama removes the beginning of a question of more than 4,096 tokens.
                "num_ctx": min(-(-estimate_context(ask) // CONTEXT_STEP) * CONTEXT_STEP, self.context_tokens),
            },
        }
        if ask.schema is not None:  # only tasks with a JSON answer set a schema
            body["format"] = remove_word_lists(ask.schema)
        return body

    def _parse_stream_line(self, line: bytes) -> dict[str, Any]:
        try:
            value = parse_untrusted_json(line)
        except ValueError:
            raise Failed("Ollama sent something other than JSON in its stream") from None
        if not isinstance(value, dict):
            raise Failed("Ollama sent something other than a JSON object in its stream")
        if value.get("error"):
            raise make_stream_error(self.service, str(value["error"]))
        return value

    def _make_ollama_error(self, response: ErrorResponse, tick: Tick) -> MilimoError:
        where = self.service.where
        match response.status:
            case 401 | 403:
                return Unavailable(
                    f"{where} requires a login ({response.status}): {response.message}",
                    "milimo config set ollama_url https://NAME:PASSWORD@HOST sets the login",
                )
            case 404:
                names = ", ".join(self._list_writing_models(tick)) or "none yet"
                return Unavailable(
                    f"{where} has no “{self.model}”: {response.message}",
                    f"run ollama pull {self.model}, or milimo config set ollama_model MODEL: {names}",
                )
            case _:
                return make_service_error(self.service, response)

    def _list_writing_models(self, tick: Tick) -> list[str]:
        """Return the names of the models that can write, with a note on those that accept pictures. Empty if
        Ollama does not answer.
        """
        try:
            found = fetch_json(self.service, "/api/tags", None, tick)
            rows = [(str(row["name"]), set(row["details"].get("families") or ())) for row in found["models"]]
        except (ErrorResponse, Failed, Unavailable, KeyError, TypeError, AttributeError):
            return []  # The list is only an addition to an error message, so its own error is not reported.
        return [
            f"{name} (sees)" if families & SEEING else name for name, families in rows if not families & MUTE
        ]


def _reads_pictures(facts: dict[str, Any]) -> bool:
    capabilities = facts.get("capabilities")
    if isinstance(capabilities, list):
        return "vision" in capabilities
    details = facts.get("details")
    families = details.get("families") if isinstance(details, dict) else None
    return bool(SEEING & {str(family) for family in families or ()})


def _read_context_length(facts: dict[str, Any]) -> int:
    """Return the length of a model's context. Ollama reports it under a name with the model's architecture,
    such as `llama.context_length`.
    """
    info = facts.get("model_info")
    rows = info.items() if isinstance(info, dict) else ()
    found = [value for key, value in rows if str(key).endswith(".context_length") and isinstance(value, int)]
    return max(found, default=USUAL_CONTEXT)


def _count_ollama_tokens(value: dict[str, Any]) -> TokenCounts:
    """Return the token counts that Ollama reports. Ollama does not report the prompt's count if it still had
    the prompt in memory.
    """
    prompt_tokens, answer_tokens = value.get("prompt_eval_count"), value.get("eval_count")
    return TokenCounts(
        prompt_tokens if isinstance(prompt_tokens, int) else None,
        answer_tokens if isinstance(answer_tokens, int) else None,
    )


def _parse_keep_alive(text: str) -> int | str:
    """Return the value of `ollama_keep` for Ollama: seconds as a number, a duration such as `5m` as text."""
    try:
        return int(text)
    except ValueError:
        return text
