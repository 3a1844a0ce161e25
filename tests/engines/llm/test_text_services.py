"""Test the engines `openai` and `ollama` with real servers: their requests, their reading of replies, and
their failures.
"""

from __future__ import annotations

import base64
import io
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from milimo_tui.core.errors import BadInput, Cancelled, Failed, MilimoError, Refused, Unavailable
from milimo_tui.engines.contract.engine import Result
from milimo_tui.engines.contract.standalone import StandaloneContext
from milimo_tui.engines.llm.ollama.engine import Ollama
from milimo_tui.engines.llm.openai.engine import OpenAI
from milimo_tui.engines.llm.token_wait import PATIENCE, ReadingSpeed
from milimo_tui.engines.specs.text_specs import PromptFacts, PromptOrder, ShotBrief, Write
from tests.engines.llm.text_server import SHEET, TextServer, picture_of, serving, words_of

ENGINES: dict[str, type[OpenAI] | type[Ollama]] = {"openai": OpenAI, "ollama": Ollama}
KEY = "unguessable-key-0123456789"


class TextContext(StandaloneContext):
    """A context that records a job's messages and asks it to stop after `stop_after` of them."""

    def __init__(self, workspace: Path, stop_after: int = 10**9) -> None:
        super().__init__(workspace)
        self.told: list[tuple[str, int, int, str]] = []
        self.lines: list[str] = []
        self.stop_after = stop_after

    def progress(
        self, stage: str, done: int, total: int, note: str = "", *, frames: tuple[int, int] | None = None
    ) -> None:
        self.told.append((stage, done, total, note))
        if len(self.told) > self.stop_after:
            raise Cancelled("cancelled by request")

    def log(self, sentence: str) -> None:
        self.lines.append(sentence)


@pytest.fixture(params=["openai", "ollama"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[TextServer]:
    """Run a server that answers "A dog runs." until a test sets another answer, with settings that name
    it.
    """
    monkeypatch.setenv("MILIMO_TEXT_CACHE", "0")
    with serving(lambda body: "A dog runs.") as running:
        monkeypatch.setenv("MILIMO_OPENAI_URL", f"{running.url}/v1")
        monkeypatch.setenv("MILIMO_OPENAI_MODEL", "writer-1")
        monkeypatch.setenv("MILIMO_OLLAMA_URL", running.url)
        monkeypatch.setenv("MILIMO_OLLAMA_MODEL", "writer-1")
        yield running


@pytest.fixture
def context(tmp_path: Path) -> TextContext:
    return TextContext(tmp_path / "job")


@pytest.fixture
def picture(tmp_path: Path) -> str:
    path = tmp_path / "first.png"
    Image.new("RGB", (1200, 600), "orange").save(path)
    return str(path)


def write(engine: str, context: TextContext, **fields: Any) -> dict[str, Any]:
    """Run a job in the test process and return the content of its answer file."""
    result: Result = ENGINES[engine]().run(
        Write(engine=engine, **{"task": "answer", "text": "Dog.", **fields}), context
    )
    [output] = result.outputs
    assert output.role == "text"
    answer: dict[str, Any] = json.loads(Path(output.path).read_text())
    return answer


def failure(engine: str, context: TextContext, **fields: Any) -> MilimoError:
    with pytest.raises(MilimoError) as told:
        write(engine, context, **fields)
    error = told.value
    assert "\n" not in error.message
    assert KEY not in error.message + error.hint
    return error


def order_prompts(*, still: bool = False) -> PromptOrder:
    """Return the order to write the prompt of one shot."""
    facts = PromptFacts(size="wide shot", action="A dog runs.", is_still=still)
    brief = ShotBrief(
        shot="shot-1", number="1A", facts="- action: A dog runs.", checked=facts, rules="Rules.",
        family="flux2" if still else "ltx2", still=still,
    )  # fmt: skip
    return PromptOrder(briefs=(brief,))


def write_prompt(engine: str, context: TextContext, **fields: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run a job that writes the prompt of one shot. Return the answer file, and the prompt in it."""
    answer = write(engine, context, task="prompts", order=order_prompts(), **fields)
    [shot] = answer["shots"]
    return answer, shot


def test_row_13_prompt_is_written_from_the_facts_and_corrected_once(
    engine: str, server: TextServer, context: TextContext
) -> None:
    said = iter(('{"prompt": "A dog."}', '{"prompt": "In a wide shot a dog runs."}'))
    server.answer = lambda body: next(said)
    _, shot = write_prompt(engine, context)
    assert (shot["text"], shot["faults"]) == ("In a wide shot a dog runs.", [])
    first, second = server.chats
    assert "- action: A dog runs." in words_of(first, "user")
    assert "wide shot" in words_of(second, "user")


def test_seed_temperature_and_limit_are_passed_on(
    engine: str, server: TextServer, context: TextContext
) -> None:
    write(engine, context, seed=77, temperature=0.25, tokens=99)
    [asked] = server.chats
    told = asked["options"] if engine == "ollama" else asked
    limit = "num_predict" if engine == "ollama" else "max_tokens"
    assert (told["seed"], told["temperature"], told[limit]) == (77, 0.25, 99)
    assert asked["model"] == "writer-1"
    assert asked["stream"] is True


def test_answer_streams_into_progress(engine: str, server: TextServer, context: TextContext) -> None:
    server.answer = lambda body: "Rain runs down the window while Mara waits."
    write(engine, context)
    notes = [note for stage, _, _, note in context.told if stage == "writing"]
    assert "Rain run" in notes
    assert notes[-1] == "Rain runs down the window while Mara waits."
    done = [done for stage, done, _, _ in context.told if stage == "writing"]
    assert done == sorted(done)


def test_row_80_picture_is_sent_to_models_with_vision(
    engine: str, server: TextServer, context: TextContext, picture: str
) -> None:
    server.answer = lambda body: json.dumps({**SHEET, "reference_sheet": False})
    answer, shot = write_prompt(engine, context, image=picture)
    asked = server.chats[0]
    sent = Image.open(io.BytesIO(base64.b64decode(picture_of(asked))))
    assert sent.size == (896, 448)
    assert answer["sheet"] == {"is_sheet": False, "reason": SHEET["reason"]}
    assert shot["text"] == SHEET["prompt"]


def test_row_80_model_without_vision_gets_no_picture_and_that_is_reported(
    engine: str, server: TextServer, context: TextContext, picture: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.capabilities = ["completion"]
    monkeypatch.setenv("MILIMO_OPENAI_SEES", "0")
    answer, shot = write_prompt(engine, context, image=picture)
    assert picture_of(server.chats[0]) == ""
    [note] = answer["notes"]
    assert "writer-1" in note
    assert "first.png" in note
    assert shot["text"] == "A dog runs."


def test_row_80_ollama_without_capabilities_is_judged_by_family(
    server: TextServer, context: TextContext, picture: str
) -> None:
    server.capabilities, server.families = None, ["llama", "clip"]
    write("ollama", context, image=picture)
    server.families = ["bert"]
    write("ollama", context, image=picture)
    assert [bool(picture_of(one)) for one in server.chats] == [True, False]


def test_row_14_reference_sheet_is_recognised(
    engine: str, server: TextServer, context: TextContext, picture: str
) -> None:
    server.answer = lambda body: f"Well:\n```json\n{json.dumps(SHEET)}\n```"
    answer, shot = write_prompt(engine, context, image=picture)
    assert answer["sheet"] == {"is_sheet": True, "reason": "the same woman from four sides"}
    assert shot["text"] == "Mara turns around."


def test_answer_about_a_picture_without_json_is_the_prompt(
    engine: str, server: TextServer, context: TextContext, picture: str
) -> None:
    answer, shot = write_prompt(engine, context, image=picture)
    assert shot["text"] == "A dog runs."
    assert answer["sheet"] is None
    [note] = shot["notes"]
    assert "reference sheet" in note


def test_row_41_each_chunk_gets_a_prompt_that_continues_the_last(
    engine: str, server: TextServer, context: TextContext, picture: str
) -> None:
    said = iter(("Second.", "Third."))
    server.answer = lambda body: next(said)
    answer = write(engine, context, task="continue", text="Whole take.", parts=3, seconds=12.0, image=picture)
    assert answer["parts"] == ["Whole take.", "Second.", "Third."]
    second, third = (words_of(one, "user") for one in server.chats)
    assert "Part 1, which has just ended, was told:\nWhole take." in second
    assert "Part 2, which has just ended, was told:\nSecond." in third
    assert "the next 4 seconds" in third
    # Each request includes the picture that the job was given
    assert all(picture_of(one) for one in server.chats)
    assert len({_seed(one) for one in server.chats}) == 2


def _seed(body: dict[str, Any]) -> int:
    return int(body["options"]["seed"] if "options" in body else body["seed"])


def test_plain_text_is_not_forced_to_be_json(server: TextServer, context: TextContext) -> None:
    write("ollama", context, task="continue", parts=2)
    with pytest.raises(Failed):  # The answer is no JSON.
        write("ollama", context, task="read", text="INT. ROOM - DAY\n\nA dog.\n")
    assert "format" not in server.chats[0]
    assert server.chats[1]["format"]["type"] == "object"


# ------------------------------------------------------------------ what goes wrong


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [(401, Unavailable, "(401)"), (403, Unavailable, "(403)"), (404, Unavailable, "writer-1"),
     (429, Failed, "(429)"), (500, Failed, "(500)"), (503, Failed, "(503)")],
)  # fmt: skip
def test_error_answer_is_one_sentence(
    engine: str, server: TextServer, context: TextContext, status: int, kind: type[MilimoError], said: str
) -> None:
    server.status, server.message = status, "no\nluck today"
    server.reply_headers = {"Retry-After": "12"}
    error = failure(engine, context)
    assert type(error) is kind
    assert said in error.message
    assert "no luck today" in error.message
    if status == 429:
        assert "in 12 s" in error.hint
    assert not (context.workspace / "answer.json").exists()


def test_row_80_model_missing_in_ollama_is_reported_with_the_available_ones(
    server: TextServer, context: TextContext
) -> None:
    server.status, server.message = 404, "model not found"
    server.models = [("llama3.1", ["llama"]), ("llava", ["llama", "clip"]), ("nomic", ["nomic-bert"])]
    assert "llama3.1, llava (sees)" in failure("ollama", context).hint


def test_row_80_model_missing_at_a_service_is_reported_with_similar_ones(
    server: TextServer, context: TextContext
) -> None:
    server.status, server.message = 404, "model not found"
    server.models = [("writer-2", []), *((f"other-{number}", []) for number in range(9))]
    hint = failure("openai", context).hint
    assert "has: writer-2" in hint
    assert "more" in hint


def test_unsupported_field_is_left_out(server: TextServer, context: TextContext) -> None:
    server.refused = ["max_tokens", "temperature", "seed"]
    assert write("openai", context, tokens=77)["text"] == "A dog runs."
    assert server.chats[-1]["max_completion_tokens"] == 77
    server.refused = ["messages"]
    assert "(400)" in failure("openai", context).message


def test_ollama_unloads_the_model_by_the_setting(
    server: TextServer, context: TextContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("ollama", context)
    write("ollama", context, task="continue", parts=2)
    monkeypatch.setenv("MILIMO_OLLAMA_KEEP", "5m")
    write("ollama", context)
    assert [one["keep_alive"] for one in server.chats] == [0, 0, "5m"]


def test_thinking_of_a_model_is_no_part_of_its_answer(
    engine: str, server: TextServer, context: TextContext
) -> None:
    server.answer = lambda body: "<think>The user wants {a dog}.\nFine.</think>\n\nA dog runs."
    assert write(engine, context)["text"] == "A dog runs."


def test_redirect_is_not_followed(engine: str, server: TextServer, context: TextContext) -> None:
    server.status, server.reply_headers = 302, {"Location": "http://127.0.0.1:9/elsewhere"}
    assert "redirects" in failure(engine, context).message


def test_silent_service_is_reported(
    engine: str, server: TextServer, context: TextContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILIMO_TEXT_SECONDS", "0.3")
    server.hang = 1
    server.answer = lambda body: "A long answer. " * 20
    assert "was silent for" in failure(engine, context).message


def test_service_may_read_a_long_question_before_its_first_word(
    engine: str, server: TextServer, context: TextContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILIMO_TEXT_SECONDS", "0.3")
    monkeypatch.setenv("MILIMO_TEXT_SPEED", "1000")
    server.reading = 1.0
    assert write(engine, context, task="answer", text="Why? " * 3000)["text"] == "A dog runs."
    monkeypatch.setenv("MILIMO_TEXT_SPEED", "1000000")
    began = time.monotonic()
    assert isinstance(failure(engine, context, task="answer", text="Why? " * 100), Failed)
    assert time.monotonic() - began < 0.9, "the service was not waited for"


def test_keep_alive_lines_are_no_words(
    server: TextServer, context: TextContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Comments that a proxy sends to keep a connection open do not extend the wait."""
    monkeypatch.setenv("MILIMO_TEXT_SECONDS", "0.3")
    monkeypatch.setenv("MILIMO_TEXT_SPEED", "1000000")
    server.keeps_alive = True
    server.reading = 60.0
    began = time.monotonic()
    assert isinstance(failure("openai", context), Failed)
    assert time.monotonic() - began < 5


def test_slowest_question_decides_how_long_the_next_may_take() -> None:
    speed = ReadingSpeed(assumed=20.0)
    assert speed.estimate_longest_wait(100) == 5.0
    speed.add_question(1000, 10.0)
    speed.add_question(1000, 1.0)
    assert speed.estimate_longest_wait(100) == PATIENCE


def test_unreachable_service_names_the_setting(
    engine: str, context: TextContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("MILIMO_OPENAI_MODEL", "x")
    monkeypatch.setenv(f"MILIMO_{engine.upper()}_URL", f"http://127.0.0.1:{port}/v1?key={KEY}")
    error = failure(engine, context)
    assert isinstance(error, Unavailable)
    assert f"http://127.0.0.1:{port} can't be reached" in error.message
    assert f"{engine}_url" in error.hint


@pytest.mark.parametrize("address", ["", "ftp://host", "http://", "http://host:port", "host:80"])
def test_invalid_address_is_refused(
    engine: str, context: TextContext, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("MILIMO_OPENAI_MODEL", "x")
    monkeypatch.setenv(f"MILIMO_{engine.upper()}_URL", address)
    assert isinstance(failure(engine, context), BadInput)


def test_remote_service_uses_the_proxy_and_a_local_one_does_not(
    server: TextServer, context: TextContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("http_proxy", server.url)
    monkeypatch.setenv("MILIMO_OLLAMA_URL", "http://models.example:8080")
    assert write("ollama", context)["text"] == "A dog runs."
    assert server.headers[0]["Host"] == "models.example:8080"
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("MILIMO_OLLAMA_URL", server.url)
    assert write("ollama", context)["text"] == "A dog runs."


def test_secure_service_is_reached_through_the_proxy_tunnel(
    context: TextContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("MILIMO_OPENAI_URL", "https://models.example/v1")
    monkeypatch.setenv("MILIMO_OPENAI_MODEL", "x")
    monkeypatch.setenv("MILIMO_OPENAI_KEY", KEY)
    raw = _raw(b"HTTP/1.1 403 Forbidden\r\n\r\n")
    with raw as address:
        monkeypatch.setenv("https_proxy", address)
        assert "can't be reached" in failure("openai", context).message
    assert raw.heard.startswith(b"CONNECT models.example:443")
    assert KEY.encode() not in raw.heard


def test_answer_in_another_protocol_is_reported(
    engine: str, context: TextContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILIMO_OPENAI_MODEL", "x")
    with _raw(b"\x00\x01nonsense\r\n\r\n") as address:
        monkeypatch.setenv(f"MILIMO_{engine.upper()}_URL", address)
        assert failure(engine, context)


def test_error_inside_the_stream_is_reported(
    engine: str, context: TextContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {
        "openai": b'data: {"error": {"message": "overloaded"}}\n\n',
        "ollama": b'{"error": "overloaded"}\n',
    }
    with _raw(b"HTTP/1.1 200 OK\r\n\r\n" + body[engine]) as address:
        monkeypatch.setenv("MILIMO_OPENAI_MODEL", "x")
        monkeypatch.setenv(f"MILIMO_{engine.upper()}_URL", address)
        assert "overloaded" in failure(engine, context).message


def test_empty_answer_is_no_prompt(engine: str, server: TextServer, context: TextContext) -> None:
    server.answer = lambda body: " \n "
    assert "empty answer" in failure(engine, context).message


def test_missing_model_names_the_setting(
    engine: str, server: TextServer, context: TextContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"MILIMO_{engine.upper()}_MODEL", "")
    error = failure(engine, context)
    assert isinstance(error, Unavailable)
    assert f"{engine}_model" in error.hint


@pytest.mark.parametrize(
    ("name", "said"),
    [("huge", "too large"), ("text", "not a picture"), ("cut", "damaged"), ("gone", "not exist")],
)
def test_unusable_picture_is_one_sentence(
    server: TextServer, context: TextContext, tmp_path: Path, name: str, said: str
) -> None:
    path = tmp_path / f"{name}.png"
    if name == "huge":
        Image.new("L", (20_000, 4)).save(path)
    elif name == "text":
        path.write_text("no picture at all")
    elif name == "cut":
        Image.effect_noise((64, 64), 50).save(path)
        path.write_bytes(path.read_bytes()[:900])
    assert said in failure("openai", context, image=str(path)).message
    assert server.requests == []


# ------------------------------------------------------------------ keys


def test_key_is_sent_only_to_the_service(
    server: TextServer, context: TextContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    write("openai", context)
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"
    assert KEY not in json.dumps(server.requests)
    assert all(KEY.encode() not in path.read_bytes() for path in context.workspace.iterdir())
    assert KEY not in str(context.lines) + str(context.told)
    write("ollama", context)
    assert "Authorization" not in server.headers[-1]


def test_service_that_echoes_the_key_is_not_quoted(
    server: TextServer, context: TextContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILIMO_OPENAI_KEY", KEY)
    server.status, server.message = 401, f"Incorrect API key provided: {KEY}"
    assert "[secret]" in failure("openai", context).message


def test_key_is_not_sent_over_an_unencrypted_line(
    context: TextContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILIMO_OPENAI_URL", "http://models.example/v1")
    monkeypatch.setenv("MILIMO_OPENAI_MODEL", "x")
    monkeypatch.setenv("MILIMO_OPENAI_KEY", KEY)
    error = failure("openai", context)
    assert isinstance(error, Refused)
    assert "http://models.example without encryption" in error.message


def test_login_in_the_address_is_used_and_not_shown(
    server: TextServer, context: TextContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILIMO_OLLAMA_URL", server.url.replace("//", f"//me:{KEY}@"))
    write("ollama", context)
    assert base64.b64decode(server.headers[0]["Authorization"].split()[1]) == f"me:{KEY}".encode()
    server.status = 401
    assert KEY not in failure("ollama", context).message


class _raw:  # noqa: N801  used like a function
    """A server that sends fixed bytes to each client and disconnects. `heard` is the last request."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.heard = b""
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.02)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        # A thread that still waits would accept connections of the next socket with this descriptor.
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while not self._stop.is_set():
            try:
                client, _ = self._socket.accept()
            except TimeoutError:
                continue
            with client:
                client.settimeout(60)
                self.heard = client.recv(1 << 20)
                client.sendall(self._data)
                client.shutdown(socket.SHUT_WR)


LIGHT = """
import sys
import milimo_tui.engines.llm.ollama.engine, milimo_tui.engines.llm.openai.engine
import milimo_tui.engines.llm.local
import milimo_tui.studio.writing.suggestions, milimo_tui.studio.writing.parsed_shots
loaded = {name.partition(".")[0] for name in sys.modules}
print(*sorted(loaded & {"torch", "transformers", "diffusers", "av"}))
"""


@pytest.mark.long("models")
def test_text_services_need_no_model_stack() -> None:
    done = subprocess.run([sys.executable, "-c", LIGHT], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "\n", "")
