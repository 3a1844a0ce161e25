"""Test the reading of complete screenplays in real processes, by a service with a context of 8,192 tokens
that cuts longer questions without a message, as Ollama does.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.screenplay import ScriptElementKind
from tests.cli.script.prompt_writer import answer_prompt, is_prompt_question
from tests.cli.script.test_reading import has_chats, list_read_scenes, wait_until
from tests.engines.llm.fake_reader import answer_reading, is_about_people
from tests.engines.llm.text_server import TextServer, serving, words_of
from tests.front_door import Milimo
from tests.story.feature import feature

CONTEXT = 8192
LETTERS_A_TOKEN = 3.2  # Fewer than in English, so that the service cuts rather too early.
EXAMPLE = Path(__file__).parents[3] / "examples" / "rain-market.fountain"
SCENES_OF_FEATURE = 300  # about 120 pages
KILLS_AFTER = (15, 100, 200)  # numbers of questions


class SmallContext:
    """The answers of a model that sees only the end of a question that is too long."""

    def __init__(self) -> None:
        self.cut = 0

    def answer(self, body: dict[str, Any]) -> str:
        options = body["options"]
        size = min(options.get("num_ctx", 4096), CONTEXT) - options["num_predict"]
        system, user = (words_of(body, role) for role in ("system", "user"))
        excess = int(len(system) + len(user) - size * LETTERS_A_TOKEN)
        if excess <= 0:
            return answer_prompt(body) if is_prompt_question(body) else answer_reading(body)
        self.cut += 1
        return "It is hard to say."


@pytest.fixture
def model() -> SmallContext:
    return SmallContext()


@pytest.fixture
def server(model: SmallContext) -> Iterator[TextServer]:
    with serving(model.answer) as running:
        running.letters = 1 << 16
        yield running


@pytest.fixture
def cinema(milimo: Milimo, server: TextServer) -> Milimo:
    config = Path(milimo.env["XDG_CONFIG_HOME"]) / "milimo" / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(
        f'text_engine = "ollama"\nollama_url = "{server.url}"\nollama_model = "reader"\ntext_cache = false\n'
    )
    return milimo


def keep_letters(texts: Iterator[str]) -> str:
    return "".join(re.findall(r"[^\W_]", "".join(texts).casefold()))


def assert_every_speech_is_in_one_shot(milimo: Milimo, script: str) -> None:
    """Check that the speeches of the shots, joined in their order, are those of the script."""
    spoken = (ScriptElementKind.DIALOGUE, ScriptElementKind.LYRIC)
    elements = fountain.parse(script.encode()).elements
    written = keep_letters(each.text for each in elements if each.kind in spoken)
    scenes = milimo.json("storyboard", "show")
    shown = keep_letters(shot["dialogue"] for scene in scenes for shot in scene["shots"])
    assert shown == written


@pytest.mark.long("command_line")
def test_sample_film_is_read_and_accepted(cinema: Milimo, server: TextServer, model: SmallContext) -> None:
    cinema.act("script", "import", str(EXAMPLE))
    found = cinema.json("script", "read")
    assert all(scene["breakdown"] for scene in found["scenes"])
    cinema.act("script", "accept")
    assert_every_speech_is_in_one_shot(cinema, EXAMPLE.read_text())
    assert model.cut == 0


@pytest.mark.long("feature_reading")
def test_feature_is_read_after_three_kills_and_only_once(
    cinema: Milimo, server: TextServer, model: SmallContext, tmp_path: Path
) -> None:
    script = feature(scenes=SCENES_OF_FEATURE)
    path = tmp_path / "feature.fountain"
    path.write_text(script)
    cinema.act("script", "import", str(path))
    queued = cinema.json("script", "read", "--detach")
    for number, is_supervisor in zip(KILLS_AFTER, (False, True, False), strict=True):
        wait_until(partial(has_chats, server, number))
        kill(cinema, is_supervisor=is_supervisor)
    cinema.act("job", "wait", queued["job"], queued["prompts_job"])
    read = list_read_scenes(server)
    assert len(set(read)) == SCENES_OF_FEATURE
    windows = len({words_of(chat, "user") for chat in server.chats if is_about_people(chat)})
    # Only the question that was open at a kill is asked again.
    questions = sum(not is_prompt_question(chat) for chat in server.chats)
    assert questions <= windows + SCENES_OF_FEATURE + len(KILLS_AFTER)
    assert model.cut == 0
    cinema.act("script", "accept")
    assert_every_speech_is_in_one_shot(cinema, script)
    server.requests.clear()
    cinema.act("script", "read")
    assert server.chats == []
    lines = script.split("\n")
    at = next(
        at for at, line in enumerate(lines) if at > len(lines) // 2 and re.match(r"(?:He|She|Mara) ", line)
    )
    path.write_text("\n".join([*lines[:at], f"{lines[at]} It is late.", *lines[at + 1 :]]))
    cinema.act("script", "import", str(path))
    cinema.act("script", "read")
    assert len(list_read_scenes(server)) == 1


def kill(milimo: Milimo, *, is_supervisor: bool) -> None:
    """End the workers, or the supervisor, without a warning. Start the supervisor again."""
    status = milimo.json("supervisor", "status")
    pids = [status["pid"]] if is_supervisor else [worker["pid"] for worker in status["workers"]]
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    if is_supervisor:
        milimo.act("supervisor", "start")
