"""Test `milimo script read`: a language model reads the screenplay in a real worker, over real HTTP."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.cli.script.prompt_writer import answer_prompt, is_prompt_question
from tests.engines.llm.text_server import TextServer, serving, words_of
from tests.front_door import Milimo

SCENES = 6
SCRIPT = "".join(
    f"INT. ROOM {number} - NIGHT\n\nIDA, fifty, in a yellow apron, waters fern {number}.\n\n"
    f"IDA\nWord {number}.\n\n"
    for number in range(1, SCENES + 1)
)


def answer_people(body: dict[str, Any]) -> dict[str, Any]:
    ida = {
        "kind": "person", "gender": "she", "role": "", "quote": "IDA, fifty, in a yellow apron",
        "age": "fifty", "build": "", "hair_and_face": "", "clothes": "a yellow apron", "other_names": [],
    }  # fmt: skip
    return {"people": {"Ida": ida}, "seen": [{"name": "Ida", "kind": "person"}]}


def answer_scene(body: dict[str, Any]) -> dict[str, Any]:
    lines = re.findall(r"^(\d+) (?!INT)", words_of(body, "user"), re.MULTILINE)
    beat = {"visible": ["Ida"], "heard": [], "shows": "people", "facts": [], "scene": []}
    return {"beats": dict.fromkeys(lines, beat)}


def answer(body: dict[str, Any]) -> str:
    if is_prompt_question(body):
        return answer_prompt(body)
    is_people = "Names:" in words_of(body, "user")
    return json.dumps(answer_people(body) if is_people else answer_scene(body))


@pytest.fixture
def server() -> Iterator[TextServer]:
    with serving(answer) as running:
        yield running


@pytest.fixture
def film(milimo: Milimo, server: TextServer, tmp_path: Path) -> Milimo:
    config = Path(milimo.env["XDG_CONFIG_HOME"]) / "milimo" / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(
        f'text_engine = "ollama"\nollama_url = "{server.url}"\nollama_model = "reader"\ntext_cache = false\n'
    )
    script = tmp_path / "ferns.fountain"
    script.write_text(SCRIPT)
    milimo.act("script", "import", str(script))
    return milimo


def list_read_scenes(server: TextServer) -> list[str]:
    users = [words_of(chat, "user") for chat in server.chats if not is_prompt_question(chat)]
    return [found[1] for user in users if "Names:" not in user and (found := re.search(r"Scene (\d+)", user))]


def test_reading_is_a_proposal_with_quotations(film: Milimo) -> None:
    before = film.json("shot", "list")
    found = film.json("script", "read")
    assert found["reader"] == "reader"
    [ida] = found["people"]
    assert (ida["age"]["text"], ida["clothes"]["quote"]) == ("fifty", "IDA, fifty, in a yellow apron")
    assert [scene["number"] for scene in found["scenes"]] == [str(number) for number in range(1, SCENES + 1)]
    assert film.json("shot", "list") == before


def test_second_reading_asks_nothing_and_a_changed_line_reads_one_scene(
    film: Milimo, server: TextServer, tmp_path: Path
) -> None:
    film.act("script", "read")
    asked = len(server.chats)
    film.act("script", "read")
    assert len(server.chats) == asked
    changed = tmp_path / "ferns.fountain"
    changed.write_text(SCRIPT.replace("waters fern 4", "drops fern 4"))
    film.act("script", "import", str(changed))
    server.requests.clear()
    film.act("script", "read")
    assert list_read_scenes(server) == ["4"]


def test_question_about_a_scene_has_the_look_of_each_person(film: Milimo, server: TextServer) -> None:
    film.act("script", "read")
    [question] = [
        words
        for chat in server.chats
        if "Scene 3\n" in (words := words_of(chat, "user")) and "People:" in words
    ]
    assert "Ida (fifty, a yellow apron)" in question


def test_only_the_named_scenes_are_read(film: Milimo, server: TextServer) -> None:
    film.act("script", "read", "--scenes", "2,4-5")
    assert list_read_scenes(server) == ["2", "4", "5"]


def test_killed_reading_continues_at_the_next_question(film: Milimo, server: TextServer) -> None:
    server.pause = 0.05
    job = film.json("script", "read", "--detach")["job"]
    for wanted in (1, 3, 5):
        wait_until(partial(has_chats, server, wanted))
        for worker in film.json("supervisor", "status")["workers"]:
            with suppress(ProcessLookupError):
                os.kill(worker["pid"], signal.SIGKILL)
    film.act("job", "wait", job)
    read = list_read_scenes(server)
    assert set(read) == {str(number) for number in range(1, SCENES + 1)}
    # The people without a name, Ida, the scenes. Only the question that was open at a kill is asked again.
    assert sum(not is_prompt_question(chat) for chat in server.chats) <= 2 + SCENES + 3
    assert len(film.json("script", "reading")["scenes"]) == SCENES


def has_chats(server: TextServer, count: int) -> bool:
    return len(server.chats) > count


def wait_until(holds: Callable[[], bool]) -> None:
    limit = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.02)


def test_progress_counts_the_questions_and_a_resumed_reading_begins_where_it_stopped(
    film: Milimo, server: TextServer
) -> None:
    held, released = "4", threading.Event()

    def answer_until_held(body: dict[str, Any]) -> str:
        if re.search(rf"Scene {held}\b", words_of(body, "user")) and "Names:" not in words_of(body, "user"):
            released.wait(120)
        return answer(body)

    server.answer = answer_until_held
    job = film.json("script", "read", "--detach")["job"]
    for _ in range(2):  # The second time after the worker was killed.
        wait_until(partial(is_at_question, film, job, 5))
        view = film.json("job", "show", job)
        assert view["steps"][:2] == [5, SCENES + 2]
        assert view["progress"] == pytest.approx(5 / (SCENES + 2), abs=0.01)
        assert view["live"]["note"] == f"scene {held} of {SCENES}"
        if not released.is_set():
            for worker in film.json("supervisor", "status")["workers"]:
                with suppress(ProcessLookupError):
                    os.kill(worker["pid"], signal.SIGKILL)
            wait_until(lambda: len(list_read_scenes(server)) == 5)
    released.set()
    film.act("job", "wait", job)
    assert list_read_scenes(server).count("1") == 1


def is_at_question(film: Milimo, job: str, question: int) -> bool:
    return bool(film.json("job", "show", job)["steps"][:1] == [question])


def test_dry_run_asks_nothing(film: Milimo, server: TextServer) -> None:
    plan = film.json("script", "read", "--dry-run")
    assert plan["question_tokens"] > 1000
    assert not server.requests


def test_dry_run_counts_only_scenes_without_a_stored_answer(
    film: Milimo, server: TextServer, tmp_path: Path
) -> None:
    first = film.json("script", "read", "--dry-run")
    assert first["unread"] == first["scenes"]
    film.act("script", "read", "--scenes", "2-3")
    film.act("script", "read")
    complete = film.json("script", "read", "--dry-run")
    assert (complete["unread"], complete["question_tokens"], complete["answer_tokens"]) == ([], 0, 0)
    assert film.json("script", "read", "--dry-run", "--scenes", "5")["unread"] == []
    changed = tmp_path / "ferns.fountain"
    changed.write_text(SCRIPT.replace("waters fern 4", "drops fern 4"))
    film.act("script", "import", str(changed))
    plan = film.json("script", "read", "--dry-run")
    server.requests.clear()
    film.act("script", "read")
    assert plan["unread"] == list_read_scenes(server) == ["4"]
    assert 0 < plan["question_tokens"] < first["question_tokens"]
    assert film.json("script", "read", "--dry-run", "--model", "other")["unread"] == first["scenes"]


def test_failed_reading_names_facts_that_the_script_does_not_confirm(
    film: Milimo, server: TextServer
) -> None:
    def answer_wrongly(body: dict[str, Any]) -> str:
        if "Names:" in words_of(body, "user"):
            return json.dumps({"people": {}, "seen": []})
        lines = re.findall(r"^(\d+) (?!INT)", words_of(body, "user"), re.MULTILINE)
        beat = {"visible": ["Zorro"], "heard": [], "shows": "people", "facts": [], "scene": []}
        return json.dumps({"beats": dict.fromkeys(lines, beat)})

    server.answer = answer_wrongly
    failed = film.json("script", "read", code=1)["error"]
    assert "Zorro" in failed["message"]


def test_unknown_scene_is_refused(film: Milimo, server: TextServer) -> None:
    refused = film.refusal("script", "read", "--scenes", "9")
    assert "9" in refused
    assert not server.requests


def get_looks(film: Milimo, shot: str) -> str:
    shown = film.json("shot", "show", shot, "--engine", "ltx2")
    return str(shown["prompt"])


def test_accepted_reading_reaches_the_prompts_in_one_undo_step(film: Milimo) -> None:
    film.act("script", "read")
    before = film.json("element", "list")
    film.act("script", "accept")
    ida = next(each for each in film.json("element", "list") if each["name"] == "Ida")
    assert "a yellow apron" in get_looks(film, "1A")
    film.refusal("script", "reading")
    film.act("cut", "undo", "--whole-project")
    assert film.json("element", "list") == before
    assert ida


def test_single_facts_are_accepted_by_their_ids(film: Milimo) -> None:
    film.act("script", "read")
    before = film.json("shot", "list")
    changes = film.json("script", "accept", "--dry-run")
    assert film.json("shot", "list") == before
    fact = next(item for each in changes for item in each["items"] if item.startswith("2:beat:"))
    film.act("script", "accept", "--facts", fact)
    accepted = [each for each in film.json("script", "accept", "--dry-run") if each["accepted"]]
    assert all(each["items"] == [fact] for each in accepted)
    film.refusal("script", "accept", "--facts", "2:beat:99")
    film.act("script", "accept", "--facts", fact, "--close")
    film.refusal("script", "reading")


def test_undone_acceptance_opens_the_reading_again(film: Milimo) -> None:
    film.act("script", "read")
    film.act("script", "accept")
    film.refusal("script", "reading")
    film.act("cut", "undo", "--whole-project")
    assert film.json("script", "reading")["reader"] == "reader"


def test_undo_opens_the_reading_again_although_a_part_of_it_stays_accepted(film: Milimo) -> None:
    film.act("script", "read")
    film.act("script", "accept", "--people", "Ida")
    partly = film.json("element", "list")
    film.act("script", "accept")
    film.refusal("script", "reading")
    film.act("cut", "undo", "--whole-project")
    assert film.json("script", "reading")["state"] == "open"
    assert film.json("element", "list") == partly
    film.act("cut", "redo", "--whole-project")
    film.refusal("script", "reading")
    film.act("cut", "undo", "--whole-project")
    film.act("script", "accept", "--scenes", "2", "--close")
    film.refusal("script", "reading")
    film.act("cut", "undo", "--whole-project")
    assert film.json("script", "reading")["state"] == "open"


def test_undo_takes_back_that_a_reading_was_declined(film: Milimo) -> None:
    film.act("script", "read")
    shots = film.json("shot", "list")
    film.act("script", "decline")
    film.refusal("script", "reading")
    film.act("cut", "undo", "--whole-project")
    assert film.json("script", "reading")["state"] == "open"
    assert film.json("shot", "list") == shots
    film.act("cut", "redo", "--whole-project")
    film.refusal("script", "reading")


def test_later_reading_replaces_an_earlier_one_only_if_it_has_all_its_scenes(film: Milimo) -> None:
    film.act("script", "read")
    film.act("script", "read", "--scenes", "2")
    assert len(film.json("script", "reading")["scenes"]) == 1
    film.act("script", "accept")
    assert len(film.json("script", "reading")["scenes"]) == SCENES
    film.act("script", "read")
    film.act("script", "decline")
    film.refusal("script", "reading")


def test_next_step_reads_the_script_and_then_reviews_the_reading(film: Milimo) -> None:
    assert film.json("next")["command"] == "milimo script read"
    film.act("script", "read")
    assert film.json("next")["command"].startswith("milimo script accept")
    film.act("script", "decline")
    assert film.json("next")["command"] == "milimo shot make --missing"


def test_next_step_waits_for_a_reading_and_reports_its_failure(film: Milimo, server: TextServer) -> None:
    released = threading.Event()

    def answer_late(body: dict[str, Any]) -> str:
        released.wait(120)
        return "I would rather not."

    server.answer = answer_late
    job = film.json("script", "read", "--detach")["job"]
    wait_until(partial(has_chats, server, 0))
    assert film.json("next")["command"] == "milimo job watch"
    for worker in film.json("supervisor", "status")["workers"]:
        with suppress(ProcessLookupError):
            os.kill(worker["pid"], signal.SIGKILL)
    assert film.json("next")["command"] == "milimo job watch"
    released.set()
    film.act("job", "wait", job, code=1)
    assert film.json("job", "show", job)["state"] == "failed"
    after = film.json("next")
    assert after["command"] == "milimo shot make --missing"
    assert job in after["why"]


def test_single_scenes_and_people_are_accepted(film: Milimo) -> None:
    film.act("script", "read")
    film.act("script", "accept", "--scenes", "2-3")
    assert film.json("script", "reading")["state"] == "open"  # The rest of the reading still waits.
    film.act("script", "accept", "--people", "Ida")
    film.refusal("script", "accept", "--scenes", "99")


def change_scene(film: Milimo, tmp_path: Path, number: int) -> None:
    """Import the script with another action in one scene."""
    changed = tmp_path / "ferns.fountain"
    changed.write_text(SCRIPT.replace(f"waters fern {number}", f"drops fern {number}"))
    film.act("script", "import", str(changed))


def test_next_step_reads_a_changed_scene_again(film: Milimo, tmp_path: Path) -> None:
    film.act("script", "read")
    film.act("script", "accept")
    assert film.json("next")["id"] != "script.read"
    change_scene(film, tmp_path, 2)
    assert film.json("next")["command"] == "milimo script read --scenes 2"
    film.act("script", "read", "--scenes", "2")
    assert film.json("next")["id"] == "script.reading"
    film.act("script", "decline")
    assert film.json("next")["id"] != "script.read", "the user has decided"


def test_acceptance_names_a_scene_that_has_changed_since(film: Milimo, tmp_path: Path) -> None:
    film.act("script", "read")
    change_scene(film, tmp_path, 3)
    assert film.json("script", "accept")["outdated"] == ["3"]
    assert film.json("next")["command"] == "milimo script read --scenes 3"
    film.act("script", "read", "--scenes", "3")
    assert film.json("script", "accept")["outdated"] == []
    assert film.json("next")["id"] != "script.read"


def test_scene_that_was_left_out_is_not_read_again(film: Milimo) -> None:
    film.act("script", "read")
    film.act("script", "accept", "--scenes", "1-2", "--people", "Ida", "--close")
    assert film.json("next")["id"] != "script.read"


def test_second_reading_at_the_same_time_is_refused(film: Milimo, server: TextServer) -> None:
    server.pause = 0.5
    job = film.json("script", "read", "--detach")["job"]
    for more in ((), ("--detach",)):
        error = film.json("script", "read", *more, code=2)["error"]
        assert job in error["hint"]
    film.json("script", "read", "--dry-run")
    film.act("job", "cancel", job)


def test_declined_reading_is_not_offered_again(film: Milimo) -> None:
    film.act("script", "read")
    film.act("script", "decline")
    film.refusal("script", "reading")


@pytest.mark.parametrize("nonsense", ["", "I can't help with that.", "{", '{"people": 3}', "[[[", "null"])
def test_unusable_answers_leave_the_film_as_it_was(film: Milimo, server: TextServer, nonsense: str) -> None:
    before = film.json("shot", "list")
    server.answer = lambda body: nonsense
    people = film.json("element", "list")
    assert "reader" in film.json("script", "read", code=1)["error"]["message"]
    assert {job["state"] for job in film.json("job", "list")}.isdisjoint({"done", "queued", "running"})
    film.refusal("script", "reading")
    assert film.json("shot", "list") == before
    assert film.json("element", "list") == people
    assert "fifty" in people[0]["description"]


def test_person_without_a_described_look_keeps_the_look_of_the_introduction(
    film: Milimo, server: TextServer
) -> None:
    before = film.json("element", "list")
    bare = dict.fromkeys(("age", "build", "hair_and_face", "clothes", "quote"), "")

    def answer_without_looks(body: dict[str, Any]) -> str:
        if "Names:" not in words_of(body, "user"):
            return answer(body)
        ida = {**answer_people(body)["people"]["Ida"], **bare}
        return json.dumps({"people": {"Ida": ida}, "seen": []})

    server.answer = answer_without_looks
    film.act("script", "read")
    film.act("script", "accept")
    after = film.json("element", "list")
    assert [row["description"] for row in after] == [row["description"] for row in before]
    assert "yellow apron" in film.json("shot", "show", "1A")["prompt"]


def fail_scenes(*numbers: str) -> Callable[[dict[str, Any]], str]:
    """Return a function that answers with nonsense to the questions about some scenes."""

    def answer_others(body: dict[str, Any]) -> str:
        user = words_of(body, "user")
        is_failing = "Names:" not in user and re.search(rf"Scene ({'|'.join(numbers)})\n", user)
        return "I would rather not." if is_failing else answer(body)

    return answer_others


def test_scenes_that_were_not_read_are_named_until_they_are_read(film: Milimo, server: TextServer) -> None:
    server.answer = fail_scenes("2", "4", "5")
    assert list(film.json("script", "read")["not_read"]) == ["2", "4", "5"]
    assert "2, 4–5" in film.act("script", "reading")
    assert "2, 4–5" in film.json("next")["why"]
    assert "2, 4–5" in film.act("script", "accept")
    assert "2, 4–5" in film.json("next")["why"]
    assert film.json("next")["command"] == "milimo shot make --missing"
    server.answer = answer
    film.act("script", "read", "--scenes", "2,4-5")
    film.act("script", "accept")
    assert film.json("next")["why"].count("2, 4–5") == 0


def test_scene_with_one_wrong_fact_or_a_contradicted_heading_is_read(
    film: Milimo, server: TextServer
) -> None:
    def contradict(body: dict[str, Any]) -> str:
        if is_prompt_question(body) or "Names:" in words_of(body, "user"):
            return answer(body)
        found = answer_scene(body)
        heading = {"scene": [{"what": "time", "words": "noon"}]}
        snow = {"visible": ["Ida"], "scene": [{"what": "weather", "words": "snow", "quote": "It snows."}]}
        return json.dumps({"beats": {**found["beats"], "0": heading, "2": snow}})

    server.answer = contradict
    found = film.json("script", "read")
    assert found["not_read"] == {}
    for scene in found["scenes"]:
        assert {fact["subject"] for fact in scene["rejected"]} == {"time of day", "weather"}
        assert scene["breakdown"]["circumstances"][0]["setting"] == "INT"
