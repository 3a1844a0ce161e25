"""List the models of an Ollama server, and the models that are in its memory. The module also contains the
engine that makes Ollama download a model (`POST /api/pull`).

Source of the protocol: docs/api.md of Ollama. The module imports neither torch nor the film's database.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from milimo_tui.core.errors import BadInput, Failed, MilimoError, Unavailable
from milimo_tui.core.host import read_settings
from milimo_tui.core.safe_text import clean_one_line
from milimo_tui.core.settings import Settings
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.remote.http_call import Tick, fetch_json, stream_lines
from milimo_tui.engines.remote.remote_service import ErrorResponse, RemoteService
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.weight_specs import PullModel

# Families of models that accept pictures. The next constant lists the families of embedding models, which
# cannot write. Both are needed for older versions of Ollama, which do not report the abilities of a model.
SEEING = frozenset({"mllama", "clip", "llava", "bakllava", "moondream", "gemma3", "qwen25vl", "mistral3"})
MUTE = frozenset({"bert", "nomic-bert"})
STAGE = "pulling"


@dataclass(frozen=True, slots=True, kw_only=True)
class OllamaModel:
    """A model of an Ollama server. `until` is the time at which Ollama removes the model from memory; empty
    if the model is not in memory.
    """

    name: str
    bytes: int
    parameters: str
    quantisation: str
    sees: bool
    writes: bool
    until: str = ""


def make_ollama_service(settings: Settings) -> RemoteService:
    """Return the Ollama service whose address is in the settings."""
    return RemoteService(
        title="Ollama", setting="ollama", address=settings.ollama_url, seconds=settings.text_seconds
    )


def list_ollama_models(service: RemoteService, tick: Tick) -> tuple[OllamaModel, ...]:
    """Return all models of an Ollama server, sorted by name. Raises the errors of `http_call`, and Failed if
    the server's answer is not a list.
    """
    try:
        listed = fetch_json(service, "/api/tags", None, tick)
        loaded = fetch_json(service, "/api/ps", None, tick)
    except ErrorResponse as response:
        raise make_pull_error(service, response) from None
    rows = listed.get("models") if isinstance(listed, dict) else None
    if not isinstance(rows, list):
        raise Failed(f"{service.where} did not answer with a list of models")
    models = loaded.get("models") if isinstance(loaded, dict) else None
    until = {
        str(row.get("name")): clean_one_line(str(row.get("expires_at") or ""), 40)
        for row in models or ()
        if isinstance(row, dict)
    }
    found = [_parse_ollama_model(row, until) for row in rows if isinstance(row, dict) and row.get("name")]
    return tuple(sorted(found, key=lambda one: one.name))


def _parse_ollama_model(row: Mapping[str, Any], until: Mapping[str, str]) -> OllamaModel:
    details = row.get("details")
    details = details if isinstance(details, dict) else {}
    families = {str(one) for one in details.get("families") or ()}
    capabilities = row.get("capabilities")
    name = clean_one_line(str(row["name"]), 80)
    return OllamaModel(
        name=name,
        bytes=row["size"] if isinstance(row.get("size"), int) else 0,
        parameters=clean_one_line(str(details.get("parameter_size") or ""), 20),
        quantisation=clean_one_line(str(details.get("quantization_level") or ""), 20),
        sees="vision" in capabilities if isinstance(capabilities, list) else bool(families & SEEING),
        writes="completion" in capabilities if isinstance(capabilities, list) else not families & MUTE,
        until=until.get(str(row["name"]), ""),
    )


class OllamaModels:
    """The engine `ollama-models`. It makes Ollama download a model."""

    name = "ollama-models"

    def load(self) -> None:
        """Do nothing: there is nothing to load."""

    def unload(self) -> None:
        """Do nothing: the engine has no state between jobs."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Run a `pull_model` spec. A cancel closes the connection; Ollama retains the data that it has
        received. Raises Unavailable, Failed.
        """
        if not isinstance(spec, PullModel):
            raise BadInput(f"the ollama-models engine can't do {spec.kind}")
        settings, _ = read_settings()
        service = make_ollama_service(settings)
        pulled = _OllamaPull(service, spec.model, context)
        try:
            return pulled.follow_download()
        except ErrorResponse as response:
            raise make_pull_error(service, response, spec.model) from None


class _OllamaPull:
    """The state of a download by Ollama, updated by Ollama's messages. It holds the received bytes and the
    size of each layer by the layer's digest.
    """

    def __init__(self, service: RemoteService, model: str, context: Context) -> None:
        self._service, self._model, self._context = service, model, context
        self._layers: dict[str, tuple[int, int]] = {}
        self._said = "asking"

    def follow_download(self) -> Result:
        body = {"model": self._model, "stream": True}
        with closing(stream_lines(self._service, "/api/pull", body, self._report_pull_progress)) as lines:
            for line in lines:
                if self._handle_pull_message(line):
                    size = sum(total for _, total in self._layers.values())
                    return Result(facts={"model": self._model, "bytes": size})
                self._report_pull_progress()
        raise Failed(
            f"{self._service.where} closed the connection in the middle of {self._model}",
            "milimo job retry continues where it stopped",
        )

    def _handle_pull_message(self, line: bytes) -> bool:
        """Update the state from a message of Ollama. Return True if the download has ended. Raises Failed."""
        try:
            value = parse_untrusted_json(line)
        except ValueError:
            raise Failed("Ollama sent a download status that is not JSON") from None
        if not isinstance(value, dict):
            raise Failed("Ollama sent a download status that is not a JSON object")
        if value.get("error"):
            raise Failed(
                f"Ollama can't fetch {self._model}: {clean_one_line(str(value['error']), 300)}",
                "use a name of Ollama's library, for example gemma3 or llava:13b",
            )
        self._said = clean_one_line(str(value.get("status") or self._said), 60)
        total, done = value.get("total"), value.get("completed")
        if isinstance(total, int) and value.get("digest"):
            self._layers[str(value["digest"])] = (done if isinstance(done, int) else 0, total)
        return self._said == "success"

    def _report_pull_progress(self) -> None:
        done = sum(one for one, _ in self._layers.values())
        total = sum(one for _, one in self._layers.values())
        self._context.progress(STAGE, min(done, max(0, total - 1)), max(1, total), self._said)


def make_pull_error(service: RemoteService, response: ErrorResponse, model: str = "") -> MilimoError:
    """Return the error to raise after Ollama answered with the HTTP error `response`. Its message explains
    the cause to the user in one sentence. `model` is the model that was to be downloaded; empty for other
    requests.
    """
    match response.status:
        case 401 | 403:
            return Unavailable(
                f"{service.where} requires a login ({response.status}): {response.message}",
                "milimo config set ollama_url https://NAME:PASSWORD@HOST sets the login",
            )
        case 404 if model:
            return Unavailable(
                f"{service.where} can't find “{model}”: {response.message}", "check the spelling of the name"
            )
        case status:
            return Failed(
                f"{service.where} has failed ({status}): {response.message}",
                "milimo job retry sends the request again",
            )
