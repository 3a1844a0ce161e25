"""The engine `openai`. It uses streamed chat completions (`POST /chat/completions`) and the list of models
(`GET /models`).

The protocol does not report which models accept pictures, so the user sets this with `openai_sees`. Source of
the protocol: platform.openai.com/docs/api-reference/chat. The module imports neither torch nor the film's
database.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from milimo_tui.core.errors import BadInput, Failed, MilimoError, Unavailable
from milimo_tui.core.host import read_settings
from milimo_tui.core.settings import Settings
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.llm.chat_model import ChatReply, ChatRequest, OnText, TokenCounts, estimate_question
from milimo_tui.engines.llm.openai.listing import KEY_VARIABLE, list_openai_models, make_openai_service
from milimo_tui.engines.llm.openai.strict_schema import make_strict_schema
from milimo_tui.engines.llm.service_requests import (
    append_answer_piece,
    ask_service_patiently,
    make_interruption_error,
    make_service_error,
    make_stream_error,
    wrap_with_answer_cache,
)
from milimo_tui.engines.llm.token_wait import ReadingSpeed, TokenWait
from milimo_tui.engines.llm.writing_tasks import run_writing_task
from milimo_tui.engines.remote.http_call import stream_lines
from milimo_tui.engines.remote.remote_service import ErrorResponse, RemoteService
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.text_specs import Write

DONE = "[DONE]"
BAD_REQUEST = 400
SHOWN = 6  # maximum number of model names in an error message
# Fields of a request that some services or models reject, each with the field to use instead. An empty text
# means that the field is left out.
OPTIONAL = {
    "max_tokens": "max_completion_tokens",
    "temperature": "",
    "seed": "",
    "stream_options": "",
    "response_format": "",
}
SCHEMA = "json_schema"


class OpenAI:
    """The engine that sends questions to a service with OpenAI's protocol. It has no state between jobs."""

    name = "openai"

    def load(self) -> None:
        """Do nothing: there is nothing to load."""

    def unload(self) -> None:
        """Do nothing: the engine has no state between jobs."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Run a `write` spec. Every error of the service is raised as Unavailable or Failed with one
        sentence.
        """
        if not isinstance(spec, Write):
            raise BadInput(f"the openai engine can't do {spec.kind}")
        settings, _ = read_settings()
        chat = make_openai_chat(settings, spec.model)
        return run_writing_task(
            spec, wrap_with_answer_cache(settings, chat, self.name, chat.service), context
        )


def make_openai_chat(settings: Settings, model: str = "") -> OpenAIChat:
    """Return the named model, or else the model of the settings. Raises Unavailable if neither is set."""
    name = model or settings.openai_model
    if not name:
        raise Unavailable(
            "no model of the OpenAI-compatible service is named",
            "milimo config set openai_model MODEL names one",
        )
    return OpenAIChat(
        make_openai_service(settings),
        name,
        settings.openai_sees,
        settings.openai_context,
        ReadingSpeed(settings.text_speed),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _StreamEvent:
    """An event of a streamed answer: a piece of its text, the reason why the answer ended (empty while it
    continues), and the token counts. `has_token` is True if the model wrote something, such as a thought.
    """

    piece: str = ""
    end_reason: str = ""
    tokens: TokenCounts | None = None
    has_token: bool = False


@dataclass(frozen=True, slots=True)
class OpenAIChat:
    """A model of a service with OpenAI's protocol. `refused` are the names of optional fields that the
    service has refused, so that they are not sent again.
    """

    service: RemoteService
    model: str
    takes_pictures: bool
    context_tokens: int
    speed: ReadingSpeed
    refused: list[str] = field(default_factory=list)

    def reply(self, ask: ChatRequest, on_text: OnText) -> ChatReply:
        """Send the question to the model and return the complete answer. If the service rejects an optional
        field, send the request again without the field.
        """
        body = self._make_openai_body(ask)
        for name in self.refused:
            body = _replace_field(body, name)
        notes: tuple[str, ...] = ()
        while True:
            try:
                return replace(self._stream_patiently(body, on_text, estimate_question(ask)), notes=notes)
            except ErrorResponse as response:
                simpler = _drop_rejected_field(body, response) if response.status == BAD_REQUEST else None
                if simpler is None:
                    raise self._make_openai_error(response, ask, lambda: on_text("")) from None
                if "response_format" in body and "response_format" not in simpler:
                    notes = (f"{self.service.title} accepts no JSON schema for {self.model}",)
                self.refused.extend(name for name in body if name not in simpler)
                body = simpler

    def _stream_patiently(self, body: dict[str, Any], on_text: OnText, tokens: int) -> ChatReply:
        return ask_service_patiently(
            self.service, lambda: self._stream_openai_reply(body, on_text, tokens), lambda: on_text("")
        )

    def _stream_openai_reply(self, body: dict[str, Any], on_text: OnText, asked: int) -> ChatReply:
        """Send a request and return the streamed answer. `asked` is the estimated number of tokens of the
        question.
        """
        pieces: list[str] = []
        ended, tokens = "", TokenCounts()
        wait = TokenWait(self.service, self.speed, asked, lambda: on_text(""))
        with closing(
            stream_lines(wait.get_patient_service(), "/chat/completions", body, wait.check_wait)
        ) as lines:
            for line in lines:
                wait.check_wait()
                name, _, data = line.strip().partition(b":")
                if name != b"data":
                    continue
                text = data.strip().decode(errors="replace")
                if text == DONE:
                    ended = ended or "stop"
                    break
                event = self._parse_stream_event(text)
                ended, tokens = event.end_reason or ended, event.tokens or tokens
                if event.has_token:
                    wait.note_token()
                if event.piece:
                    append_answer_piece(self.service, pieces, event.piece)
                    on_text(event.piece)
        if not ended:
            raise make_interruption_error(self.service)
        return ChatReply("".join(pieces), ended != "length", tokens)

    def _make_openai_body(self, ask: ChatRequest) -> dict[str, Any]:
        user: Any = ask.user
        if ask.picture is not None:
            picture_url = f"data:image/jpeg;base64,{base64.b64encode(ask.picture).decode()}"
            user = [
                {"type": "text", "text": ask.user},
                {"type": "image_url", "image_url": {"url": picture_url}},
            ]
        body: dict[str, Any] = {
            "model": self.model,
            "messages": [{"role": "system", "content": ask.system}, {"role": "user", "content": user}],
            "temperature": ask.temperature,
            "max_tokens": ask.tokens,
            "seed": ask.seed,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if ask.schema is not None:
            schema = {"name": "answer", "strict": True, "schema": make_strict_schema(ask.schema)}
            body["response_format"] = {"type": SCHEMA, SCHEMA: schema}
        return body

    def _parse_stream_event(self, text: str) -> _StreamEvent:
        """Parse an event of the stream."""
        try:
            value = parse_untrusted_json(text)
        except ValueError:
            raise Failed(f"{self.service.title} sent something other than JSON in its stream") from None
        if isinstance(value, dict) and value.get("error"):
            found = value["error"]
            message = found.get("message", "") if isinstance(found, dict) else str(found)
            raise make_stream_error(self.service, str(message))
        count = _count_openai_tokens(value.get("usage")) if isinstance(value, dict) else None
        choices = value.get("choices") if isinstance(value, dict) else None
        if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
            # An event without choices only keeps the connection open or reports token counts.
            return _StreamEvent(tokens=count)
        delta = choices[0].get("delta")
        delta = delta if isinstance(delta, dict) else {}
        content = delta.get("content")
        return _StreamEvent(
            piece=content if isinstance(content, str) else "",
            end_reason=str(choices[0].get("finish_reason") or ""),
            tokens=count,
            has_token=any(value for name, value in delta.items() if name != "role"),
        )

    def _make_openai_error(
        self, response: ErrorResponse, ask: ChatRequest, tick: Callable[[], None]
    ) -> MilimoError:
        where = self.service.where
        match response.status:
            case 401 | 403:
                given = "did not accept the key" if self.service.key else "wants a key"
                return Unavailable(
                    f"{where} {given} ({response.status}): {response.message}",
                    f"milimo config set openai_key KEY, or {KEY_VARIABLE} where the supervisor is started",
                )
            case 404:
                return Unavailable(
                    f"{where} has no “{self.model}” (404): {response.message}",
                    "milimo config set openai_model MODEL, or openai_url ADDRESS; the service has: "
                    f"{self._format_similar_models(tick)}",
                )
            case 400 if ask.picture is not None:
                return Failed(
                    f"{where} did not accept a request with a picture (400): {response.message}",
                    "milimo config set openai_sees no asks without pictures",
                )
            case _:
                return make_service_error(self.service, response)

    def _format_similar_models(self, tick: Callable[[], None]) -> str:
        """Return the names of the service's models that are most similar to the requested name."""
        try:
            names = list_openai_models(self.service, tick)
        except (Failed, Unavailable):
            # The list is only an addition to an error message, so its own error is not reported.
            return "no list of them"
        near = get_close_matches(self.model, names, SHOWN, 0.3) or names[:SHOWN]
        more = f" and {len(names) - len(near)} more" if len(names) > len(near) else ""
        return (", ".join(near) or "none yet") + more


def _count_openai_tokens(usage: Any) -> TokenCounts | None:
    if not isinstance(usage, dict):
        return None
    prompt_tokens, answer_tokens = usage.get("prompt_tokens"), usage.get("completion_tokens")
    return (
        TokenCounts(prompt_tokens, answer_tokens)
        if isinstance(prompt_tokens, int) and isinstance(answer_tokens, int)
        else None
    )


def _drop_rejected_field(body: dict[str, Any], response: ErrorResponse) -> dict[str, Any] | None:
    """Return the request without the optional field that the service rejected, or with its alternative. None
    if the error has another cause.
    """
    for name in OPTIONAL:
        is_named = name in response.message or (name == "response_format" and SCHEMA in response.message)
        if name in body and is_named:
            return _replace_field(body, name)
    return None


def _replace_field(body: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the request without an optional field, or with its alternative."""
    rest = {key: value for key, value in body.items() if key != name}
    instead = OPTIONAL[name]
    return {**rest, instead: body[name]} if instead and name in body else rest
