"""Test the behaviour that each text service must have, over real HTTP on loopback.

Each service passes the same tests: failures, waiting, cancelling, caching and token counts.
`test_text_services` tests the requests and replies of each service.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from milimo_tui.core.errors import Cancelled, Failed, MilimoError, Unavailable
from milimo_tui.core.paths import Home
from milimo_tui.engines.contract import text_usage as usage
from milimo_tui.engines.llm import service_requests
from milimo_tui.engines.llm.answer_cache import AnswerCache, key_of
from milimo_tui.engines.llm.chat_model import ChatRequest
from milimo_tui.engines.llm.ollama.engine import Ollama
from milimo_tui.engines.llm.ollama.listing import OllamaModels
from milimo_tui.engines.llm.openai.engine import OpenAI
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.text_specs import Write
from milimo_tui.engines.specs.weight_specs import PullModel
from tests.engines.llm.text_server import TextServer, serving
from tests.engines.recording_context import JobRecorder

ENGINES: dict[str, type[OpenAI] | type[Ollama]] = {"openai": OpenAI, "ollama": Ollama}
KEY = "unguessable-key-0123456789"


def test_every_remote_text_engine_is_in_this_suite() -> None:
    rows = (row for row in engine_registry.ENGINES if "write" in row.kinds and row.lane == "cpu")
    assert {row.name for row in rows} == ENGINES.keys()


@pytest.fixture(params=list(ENGINES))
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.root.mkdir(exist_ok=True)
    return home


@pytest.fixture
def server(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[TextServer]:
    monkeypatch.setenv("MILIMO_HOME", str(home.root))
    with serving(lambda body: f"A dog runs, {len(json.dumps(body))}.") as running:
        monkeypatch.setenv("MILIMO_OPENAI_URL", f"{running.url}/v1")
        monkeypatch.setenv("MILIMO_OPENAI_MODEL", "writer-1")
        monkeypatch.setenv("MILIMO_OLLAMA_URL", running.url)
        monkeypatch.setenv("MILIMO_OLLAMA_MODEL", "writer-1")
        yield running


@pytest.fixture
def context(home: Home) -> JobRecorder:
    return listening(home)


def listening(home: Home, film: str = "rain", stop_at: int = 0) -> JobRecorder:
    folder = home.projects / film / "workspace" / "job-1"
    folder.mkdir(parents=True, exist_ok=True)
    return JobRecorder(folder, stop_at)


def write(engine: str, context: JobRecorder, **fields: Any) -> dict[str, Any]:
    spec = Write(engine=engine, **{"task": "answer", "text": "Dog.", **fields})
    [output] = ENGINES[engine]().run(spec, context).outputs
    answer: dict[str, Any] = json.loads(Path(output.path).read_text())
    return answer


def failure(engine: str, context: JobRecorder, **fields: Any) -> MilimoError:
    with pytest.raises(MilimoError) as told:
        write(engine, context, **fields)
    assert "\n" not in told.value.message
    return told.value


# ------------------------------------------------------------------ faults


def test_slow_answer_is_waited_for(engine: str, server: TextServer, context: JobRecorder) -> None:
    server.answer, server.pause = lambda body: "slowly " * 20, 0.05
    assert write(engine, context)["text"] == ("slowly " * 20).strip()


@pytest.mark.parametrize("after", [0, 1, 5])
def test_interrupted_stream_is_no_answer(
    engine: str, server: TextServer, context: JobRecorder, after: int
) -> None:
    server.answer, server.cut = lambda body: "A long answer. " * 20, after
    assert "middle of an answer" in failure(engine, context).message
    assert not list(context.workspace.glob("*.json"))


def test_rate_limited_service_is_asked_again_at_its_time(
    engine: str, server: TextServer, context: JobRecorder
) -> None:
    server.busy, server.reply_headers = 2, {"Retry-After": "0.2"}
    assert write(engine, context)["text"].startswith("A dog runs")
    assert len(server.chats) == 3


def test_busy_service_is_reported(engine: str, server: TextServer, context: JobRecorder) -> None:
    server.busy, server.reply_headers = 99, {"Retry-After": "0"}
    assert "(429)" in failure(engine, context).message
    assert len(server.chats) == service_requests.WAITS


@pytest.mark.parametrize("header", ["3600", "Fri, 27 Nov 2026 09:00:00 GMT", ""])
def test_unbearable_wait_is_one_sentence(
    engine: str, server: TextServer, context: JobRecorder, header: str
) -> None:
    server.busy, server.reply_headers = 1, {"Retry-After": header} if header else {}
    error = failure(engine, context)
    assert "(429)" in error.message
    assert header in error.hint


def test_cancel_works_while_waiting(engine: str, server: TextServer, home: Home) -> None:
    server.busy, server.reply_headers = 9, {"Retry-After": "9"}
    with pytest.raises(Cancelled):
        write(engine, listening(home, stop_at=30))
    assert len(server.chats) == 1


RAW = (
    b"data: {oops\n\n",
    b"{oops\n",
    b"[1, 2]\n",
    b"\xff\xfe\n",
    b'data: "text"\n\n',
    b"null\n",
    b"data: 7\n\n",
)


@pytest.mark.parametrize("raw", RAW)
def test_answer_in_the_wrong_form_is_one_sentence(
    engine: str, server: TextServer, context: JobRecorder, raw: bytes
) -> None:
    server.raw = raw
    assert isinstance(failure(engine, context), Failed)


def test_endless_answer_is_abandoned(engine: str, server: TextServer, context: JobRecorder) -> None:
    # The text is longer than the buffers of the connection.
    server.answer = lambda body: "and on and on, " * service_requests.MOST_LETTERS
    server.letters, server.pause = 20_000, 0
    assert "2,000,000 letters" in failure(engine, context).message
    assert server.gone.wait(120)


def test_endless_line_is_abandoned(engine: str, server: TextServer, context: JobRecorder) -> None:
    server.raw = b'data: {"choices": [{"delta": {"content": "' + b"x" * (8 << 20)
    assert isinstance(failure(engine, context), Failed)


@pytest.mark.long("models")
@pytest.mark.alone
@pytest.mark.parametrize("after", [0, 3])
def test_cancel_frees_the_connection_within_a_second(
    engine: str, server: TextServer, home: Home, after: int
) -> None:
    server.answer, server.hang = lambda body: "A long answer. " * 20, after

    class Stopping(JobRecorder):
        at = 0.0

        def progress(self, *args: Any, **more: Any) -> None:
            super().progress(*args, **more)
            if server.chats and server.sent >= after and len(self.reports) > 8:
                self.at = time.monotonic()
                raise Cancelled("cancelled by request")

    context = Stopping(listening(home).workspace)
    with pytest.raises(Cancelled):
        write(engine, context)
    assert server.gone.wait(60)
    assert server.closed_at - context.at < 1.0


@pytest.mark.long("models")
def test_cancel_frees_the_connection(engine: str, server: TextServer, home: Home) -> None:
    server.hang = 0
    with pytest.raises(Cancelled):
        write(engine, listening(home, stop_at=30))
    assert server.gone.wait(60)


# ------------------------------------------------------------------ what was answered before


def test_same_question_is_asked_once_and_reported(
    engine: str, server: TextServer, context: JobRecorder
) -> None:
    first, second = write(engine, context), write(engine, context)
    assert first["text"] == second["text"]
    assert first["notes"] == []
    assert len(server.chats) == 1
    assert "text_cache = false" in second["notes"][0]


def test_every_relevant_field_changes_the_cache_key(
    engine: str, server: TextServer, context: JobRecorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures = []
    for colour in ("red", "blue"):
        pictures.append(str(tmp_path / f"{colour}.png"))
        Image.new("RGB", (32, 32), colour).save(pictures[-1])
    changes: list[dict[str, Any]] = [
        {}, {"seed": 77}, {"temperature": 0.0}, {"tokens": 99}, {"text": "Cat."}, {"system": "Be brief."},
        {"model": "writer-2"}, {"task": "ask"},
        {"image": pictures[0]}, {"image": pictures[1]},
    ]  # fmt: skip
    for _ in range(2):
        for change in changes:
            write(engine, context, **change)
        assert len(server.chats) == len(changes)
    with serving(lambda body: "Another service.") as other:
        path = "/v1" if engine == "openai" else ""
        monkeypatch.setenv(f"MILIMO_{engine.upper()}_URL", f"{other.url}{path}")
        assert write(engine, context)["text"] == "Another service."


def test_cache_is_disabled_and_truncated_answers_are_not_cached(
    engine: str, server: TextServer, context: JobRecorder, monkeypatch: pytest.MonkeyPatch, home: Home
) -> None:
    monkeypatch.setenv("MILIMO_TEXT_CACHE", "0")
    for _ in range(2):
        write(engine, context)
    assert len(server.chats) == 2
    assert not list(AnswerCache.of(home).folder.glob("*"))
    monkeypatch.delenv("MILIMO_TEXT_CACHE")
    server.cut = 1
    failure(engine, context)
    assert not list(AnswerCache.of(home).folder.glob("*"))


def test_unusable_answer_is_not_cached(
    engine: str, server: TextServer, context: JobRecorder, home: Home
) -> None:
    server.answer = lambda body: "I would rather not."
    assert isinstance(failure(engine, context, task="check", text="INT. ROOM - DAY\n\nA dog.\n"), Failed)
    assert not list(AnswerCache.of(home).folder.glob("*"))


def test_no_key_is_in_the_cache(
    server: TextServer, context: JobRecorder, monkeypatch: pytest.MonkeyPatch, home: Home
) -> None:
    monkeypatch.setenv("MILIMO_OPENAI_KEY", KEY)
    write("openai", context)
    kept = [path for path in home.root.rglob("*") if path.is_file()]
    assert any(path.parent.name == "answers" for path in kept)
    assert all(KEY.encode() not in path.read_bytes() for path in kept)


def test_providers_addresses_and_schemas_are_distinguished() -> None:
    asks = (ChatRequest(system="s", user="u"), ChatRequest(system="s", user="u", schema={"type": "object"}))
    keys = {
        key_of(provider, endpoint, "m", one, sees)
        for provider in ("openai", "ollama")
        for endpoint in ("http://a", "http://b")
        for one in asks
        for sees in (True, False)
    }
    assert len(keys) == 16


def test_damaged_answer_is_requested_again(
    engine: str, server: TextServer, context: JobRecorder, home: Home
) -> None:
    write(engine, context)
    [path] = AnswerCache.of(home).folder.glob("*.json")
    path.write_text("{oops")
    write(engine, context)
    assert len(server.chats) == 2


# ------------------------------------------------------------------ what it took


def test_tokens_are_counted_by_film_and_cached_answers_cost_nothing(
    engine: str, server: TextServer, home: Home
) -> None:
    write(engine, listening(home, "rain"))
    write(engine, listening(home, "rain"))
    write(engine, listening(home, "snow"), seed=3)
    rain, snow = usage.sum_answer_usage(usage.read_text_usage(home), "writer-*=1000000/2000000")
    assert (rain.film, rain.answers, rain.kept, snow.film, snow.answers) == ("rain", 2, 1, "snow", 1)
    assert rain.asked == len(json.dumps(server.chats[0]["messages"]))
    assert rain.cost == rain.asked + 2 * rain.answered
    assert usage.sum_answer_usage(usage.read_text_usage(home), "other=1/1")[0].cost is None


def test_service_without_token_counts_is_marked(
    engine: str, server: TextServer, context: JobRecorder, home: Home
) -> None:
    server.counts = False
    write(engine, context)
    [row] = usage.sum_answer_usage(usage.read_text_usage(home), "*=1/1")
    assert (row.untold, row.cost) == (1, None)


def test_tokens_of_a_failed_job_are_counted(
    engine: str, server: TextServer, context: JobRecorder, home: Home
) -> None:
    said = iter(("Second.", " "))
    server.answer = lambda body: next(said)
    failure(engine, context, task="continue", parts=3)
    [row] = usage.sum_answer_usage(usage.read_text_usage(home), "")
    assert row.answers == 2


@pytest.mark.parametrize("prices", ["x", "x=1", "x=a/b", "=1/2", "x=-1/2"])
def test_invalid_price_is_reported(prices: str) -> None:
    with pytest.raises(MilimoError):
        usage.parse_token_prices(prices)


# ------------------------------------------------------------------ Ollama's own


LAYERS = [
    {"status": "pulling manifest"},
    {"status": "pulling aa", "digest": "sha256:aa", "total": 100, "completed": 0},
    {"status": "pulling aa", "digest": "sha256:aa", "total": 100, "completed": 60},
    {"status": "pulling bb", "digest": "sha256:bb", "total": 300, "completed": 300},
    {"status": "verifying sha256 digest"},
]


def pull(context: JobRecorder) -> Any:
    return OllamaModels().run(PullModel(model="gemma3"), context)


def test_model_is_pulled_with_progress(server: TextServer, context: JobRecorder) -> None:
    server.pulls = LAYERS
    assert pull(context).facts == {"model": "gemma3", "bytes": 400}
    assert ("pulling", 360, 400) in context.reports
    assert server.requests[-1] == {"model": "gemma3", "stream": True}


@pytest.mark.parametrize(
    ("told", "said"),
    [({"error": "pull model manifest: file does not exist"}, "not exist"), ("x", "JSON object")],
)
def test_failed_pull_is_one_sentence(server: TextServer, context: JobRecorder, told: Any, said: str) -> None:
    server.pulls = [told]
    with pytest.raises(Failed) as error:
        pull(context)
    assert said in error.value.message


def test_interrupted_or_refused_pull_is_reported(server: TextServer, context: JobRecorder) -> None:
    server.pulls, server.cut = LAYERS, 3
    with pytest.raises(Failed) as error:
        pull(context)
    assert "middle of gemma3" in error.value.message
    server.status, server.message = 401, "no"
    with pytest.raises(Unavailable):
        pull(context)


def test_cancelled_pull_disconnects(server: TextServer, home: Home) -> None:
    server.pulls, server.hang = LAYERS, 2
    with pytest.raises(Cancelled):
        pull(listening(home, stop_at=30))
    assert server.gone.wait(60)
