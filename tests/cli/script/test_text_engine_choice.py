"""Test which engine writes if the setting `text_engine` is `auto`, with real servers and an empty home."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.engines.llm.text_server import TextServer, serving
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo

__all__ = ["tiny"]

SCRIPT = "EXT. PIER - NIGHT\n\nJOAN leans on the rail.\n\nJOAN\nNow.\n"
PLAN = ("script", "read", "--dry-run")


@pytest.fixture
def server() -> Iterator[TextServer]:
    with serving(lambda body: "Words.") as running:
        yield running


@pytest.fixture
def film(milimo: Milimo, tmp_path: Path) -> Milimo:
    """Return a film whose settings name no text engine, and an address where no Ollama answers."""
    script = tmp_path / "pier.fountain"
    script.write_text(SCRIPT)
    milimo.json("script", "import", str(script))
    return Milimo(
        {**milimo.env, "MILIMO_OLLAMA_URL": "http://127.0.0.1:9", "MILIMO_GPU_PROBE": "0"}, milimo.cwd
    )


def with_settings(film: Milimo, **settings: str) -> Milimo:
    return Milimo({**film.env, **settings}, film.cwd)


@contextmanager
def silent_service() -> Iterator[str]:
    """Yield the address of a service that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def write_large_gguf(path: Path) -> None:
    """Write a sparse GGUF file with the header of a model with 550 billion numbers."""
    import gguf
    import numpy as np

    writer = gguf.GGUFWriter(path, "qwen2")
    kind = gguf.GGMLQuantizationType.Q4_0
    shape = (1 << 22, (1 << 17) // 32 * 18)
    writer.add_tensor_info("token_embd.weight", shape, np.dtype("uint8"), 0, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    writer.close()
    with path.open("r+b") as file:
        file.truncate(shape[0] * shape[1] + (1 << 20))


def test_nothing_ready_is_one_sentence_with_the_next_step(film: Milimo) -> None:
    error = film.json(*PLAN, code=3)["error"]
    assert "setup local" in error["hint"]
    assert film.json("script", "read", "--dry-run", "--engine", "auto", code=3)["error"] == error


def test_ollama_with_a_pulled_model_is_used(film: Milimo, server: TextServer) -> None:
    answering = with_settings(film, MILIMO_OLLAMA_URL=server.url)
    assert answering.json(*PLAN, code=3)["error"], "it has no model"
    server.models = [("only-embeddings", ["bert"])]
    assert answering.json(*PLAN, code=3)["error"], "its model can't chat"
    server.models = [("only-embeddings", ["bert"]), ("writer:3b", ["qwen2"])]
    assert answering.json(*PLAN)["engine"] == "ollama"
    job = answering.json("script", "read", "--detach")["job"]
    assert answering.json("job", "show", job)["spec"]["model"] == "writer:3b"


def test_service_is_used_only_if_it_was_set_up(film: Milimo, server: TextServer) -> None:
    keyed = with_settings(film, OPENAI_API_KEY="k-0123456789")
    assert keyed.json(*PLAN, code=3)["error"], "a key in the environment alone is no consent to costs"
    server.models = [("writer:3b", ["qwen2"])]
    urls = {"MILIMO_OLLAMA_URL": server.url, "MILIMO_OPENAI_URL": server.url}
    assert with_settings(keyed, **urls).json(*PLAN)["engine"] == "ollama", "no model of it was chosen"
    both = with_settings(keyed, **urls, MILIMO_OPENAI_MODEL="writer-1")
    assert both.json(*PLAN)["engine"] == "openai"
    assert both.json(*PLAN, "--engine", "ollama")["engine"] == "ollama"
    assert with_settings(both, MILIMO_TEXT_ENGINE="ollama").json(*PLAN)["engine"] == "ollama"
    assert not server.chats, "the choice asks no model"


def test_service_that_does_not_answer_is_passed_over(film: Milimo, server: TextServer) -> None:
    server.models = [("writer:3b", ["qwen2"])]
    named = {"MILIMO_OPENAI_MODEL": "writer-1", "MILIMO_OLLAMA_URL": server.url}
    with silent_service() as silent:
        for url in ("http://127.0.0.1:9", silent):
            down = with_settings(film, **named, MILIMO_OPENAI_URL=url)
            assert down.json(*PLAN)["engine"] == "ollama"
            assert down.json(*PLAN, "--engine", "openai")["engine"] == "openai", (
                "a named engine is not replaced"
            )
        quiet = with_settings(film, MILIMO_OLLAMA_URL=silent)
        assert quiet.json(*PLAN, code=3)["error"]
    with serving(lambda body: "Words.") as other:
        other.listing_status = 404
        without_list = with_settings(film, **named, MILIMO_OPENAI_URL=other.url)
        assert without_list.json(*PLAN)["engine"] == "openai", "a service need not list its models"


def test_local_weights_are_used_if_no_service_is_ready(film: Milimo, server: TextServer, tiny: Tiny) -> None:
    furnish(film.home, tiny, "gemma3")
    assert film.json(*PLAN)["engine"] == "local"
    server.models = [("writer:3b", ["qwen2"])]
    assert with_settings(film, MILIMO_OLLAMA_URL=server.url).json(*PLAN)["engine"] == "ollama"


def test_largest_local_weights_that_fit_are_used(film: Milimo, tiny: Tiny, tmp_path: Path) -> None:
    furnish(film.home, tiny, "gemma3")
    write_large_gguf(tmp_path / "large.gguf")
    film.json("model", "use", str(tmp_path / "large.gguf"))
    job = film.json("script", "read", "--detach")["job"]
    assert film.json("job", "show", job)["spec"]["model"] == "tiny-gemma3"


def test_earlier_name_of_the_local_engine_still_works(film: Milimo, tiny: Tiny) -> None:
    furnish(film.home, tiny, "gemma3")
    assert with_settings(film, MILIMO_TEXT_ENGINE="gemma").json(*PLAN)["scenes"] == ["1"]
    assert film.json(*PLAN, "--engine", "gemma")["scenes"] == ["1"]
    assert film.json("config", "set", "text_engine", "gemma")
    assert film.json("config", "set", "text_engine", "auto")
    assert film.json("config", "set", "text_engine", "nobody", code=2)["error"]


def test_weights_that_exceed_main_memory_are_refused_before_a_job(film: Milimo, tmp_path: Path) -> None:
    """A GGUF file needs four bytes of main memory for each number."""
    write_large_gguf(tmp_path / "large.gguf")
    film.json("model", "use", str(tmp_path / "large.gguf"))
    error = film.json(*PLAN, "--engine", "local", code=3)["error"]
    assert "main memory" in error["message"]


def test_setup_without_a_gpu_offers_a_small_language_model(film: Milimo) -> None:
    plan = film.json("model", "setup", "local", "--dry-run")
    assert plan["model"] in ("smollm3-3b", "qwen3-1.7b")
    assert plan["host_takes_gb"] or plan["card_takes_gb"] <= 8
    small = film.json("model", "setup", "local", "--model", "qwen3-1.7b", "--dry-run")
    assert {row["licence"] for row in small["rows"]} == {"Apache-2.0"}
    assert sum(bool(file["sha256"]) for file in small["files"]) >= 2
    rows = {row["id"]: row for row in film.json("model", "list")}
    for name, memory in (("qwen3-1.7b", 8), ("smollm3-3b", 8), ("gemma-4-e2b", 12)):
        assert rows[name]["licence"] == "Apache-2.0"
        assert rows[name]["gb"] > 3
        assert rows[name]["memory_gb"] <= memory
        assert "minutes a page" in rows[name]["notes"]
    assert "setup local" in film("model", "setup").stdout.decode()
