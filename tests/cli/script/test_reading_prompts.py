"""Test the prompts of a reading: a model writes one for each shot, a check compares it with the facts, and
the accepted prompt is shown and sent.
"""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.cli.script.prompt_writer import (
    answer_prompt,
    find_asked_shot,
    is_prompt_question,
    write_paragraph,
)
from tests.cli.script.test_reading import answer_people, answer_scene, wait_until
from tests.engines.llm.text_server import TextServer, serving, words_of
from tests.front_door import Milimo

SCRIPT = (
    "INT. ROOM - NIGHT\n\nIDA, fifty, in a yellow apron, waters a fern.\n\nIDA\nI work for the BBC now.\n\n"
    "INT. CELLAR - NIGHT\n\nIda stacks crates.\n"
)
MARK = "Her apron has two pockets."


def answer(body: dict[str, Any]) -> str:
    if is_prompt_question(body):
        return answer_prompt(body, MARK)
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


def show_prompt(film: Milimo, shot: str, engine: str = "ltx2") -> dict[str, Any]:
    shown: dict[str, Any] = film.json("shot", "show", shot, "--engine", engine)
    assert shown["prompt"] == shown["spec"]["prompt"]  # What is shown is exactly what is sent.
    return shown


def find_source(shown: dict[str, Any]) -> str:
    return next((str(part["source"]) for part in shown["parts"] if part["role"] == "prompt"), "")


def test_accepted_prompts_are_shown_and_sent_until_a_fact_changes(film: Milimo, server: TextServer) -> None:
    composed = show_prompt(film, "1A")["prompt"]
    found = film.json("script", "read")
    assert [row["shot"] for row in found["prompts"]] == ["1A", "1B", "2A"]
    assert [row["faults"] for row in found["prompts"]] == [[], [], []]
    assert {row["family"] for row in found["prompts"]} == {"ltx2"}
    [question] = [words_of(body, "user") for body in server.chats if find_asked_shot(body) == "1B"]
    for fact in ("2 IDA, fifty, in a yellow apron", "“I work for the BBC now.”", MARK):
        assert fact in question  # The scene, the facts, and the prompt of the shot before
    assert show_prompt(film, "1A")["prompt"] == composed  # Nothing changes before the user accepts.
    film.act("script", "accept")
    shown = show_prompt(film, "1B")
    assert MARK in shown["prompt"]
    assert "“I work for the BBC now.”" in shown["prompt"]
    assert find_source(shown) == "written by reader"
    film.act("shot", "set", "1B", "--size", "ECU")
    changed = show_prompt(film, "1B")
    assert MARK not in changed["prompt"]
    assert "extreme close-up" in changed["prompt"]
    assert changed["outdated_prompt"]["model"] == "reader"
    assert MARK in show_prompt(film, "1A")["prompt"]
    film.act("cut", "undo", "--whole-project")
    assert MARK in show_prompt(film, "1B")["prompt"]
    film.act("cut", "undo", "--whole-project")
    assert show_prompt(film, "1A")["prompt"] == composed


def test_single_prompts_are_accepted_after_their_facts(film: Milimo) -> None:
    film.act("script", "read")
    composed = show_prompt(film, "1A")["prompt"]
    rows = film.json("script", "accept", "--dry-run")
    [row] = [row for row in rows if (row["kind"], row["name"]) == ("prompt", "1A")]
    assert row["items"] == ["prompt:1A"]
    assert MARK in row["after"]
    # The film makes its takes with the animatic. The texts are those for LTX-2, as in the written prompt.
    assert row["before"] == composed
    assert film.json("script", "accept", "--prompts", "1A", code=2)["error"]["kind"] == "refused"
    assert film.json("script", "accept", "--prompts", "9Z", code=2)["error"]["kind"] == "bad_input"
    items = {item for row in rows for item in row["items"]}
    people = [item.removeprefix("person:") for item in items if item.startswith("person:")]
    facts = [item for item in items if not item.startswith(("person:", "prompt:"))]
    film.act("script", "accept", *(word for name in people for word in ("--people", name)))
    film.act("script", "accept", *(word for fact in facts for word in ("--facts", fact)))
    assert MARK not in show_prompt(film, "1A")["prompt"]
    film.act("script", "accept", "--prompts", "1A")
    assert MARK in show_prompt(film, "1A")["prompt"]
    assert MARK not in show_prompt(film, "1B")["prompt"]
    film.act("script", "accept", "--prompts", "1B", "--prompts", "2A")
    assert film.json("script", "accept", code=2)["error"]["kind"] == "not_found"


def test_suggestion_is_offered_only_for_engines_of_its_family(film: Milimo, server: TextServer) -> None:
    film.act("script", "read")
    film.act("script", "accept")
    server.answer = lambda body: answer_prompt(body, "A moth circles the lamp.")
    film.act("shot", "enhance", "1B")
    for engine, is_offered in (("ltx2", True), ("animatic", True), ("flux2", False), ("wan", False)):
        shown = film.text("shot", "show", "1B", "--engine", engine)
        assert ("A moth circles" in " ".join(shown.split())) is is_offered, engine
    film.act("shot", "enhance", "1B", "--still")
    assert film.text("shot", "show", "1B", "--engine", "flux2").count("A moth circles") == 1


def test_prompt_that_the_shot_has_already_is_no_suggestion(film: Milimo, server: TextServer) -> None:
    film.act("script", "read")
    film.act("script", "accept")
    before = show_prompt(film, "1B")["prompt"]
    found = film.json("shot", "enhance", "1B")
    assert (found["state"], found["text"]) == ("declined", found["original"])
    assert MARK in before
    assert film.json("shot", "accept", "1B", code=2)["error"]["kind"] == "not_found"
    scene = film.json("scene", "enhance", "1", "--again")
    assert [row["state"] for row in scene["shots"]] == ["same", "same"]
    assert show_prompt(film, "1B")["prompt"] == before


def test_prompt_of_the_user_wins(film: Milimo) -> None:
    film.act("shot", "set", "1A", "--prompt", "My own words.")
    assert [row["shot"] for row in film.json("script", "read")["prompts"]] == ["1B", "2A"]
    film.act("script", "accept")
    film.act("shot", "set", "1B", "--prompt", "My other words.")
    assert show_prompt(film, "1A")["prompt"] == "My own words."
    assert show_prompt(film, "1B")["prompt"] == "My other words."
    film.act("shot", "set", "1B", "--prompt", "")
    assert MARK in show_prompt(film, "1B")["prompt"]


def test_second_reading_asks_for_no_prompt_again(film: Milimo, server: TextServer) -> None:
    first = film.json("script", "read")
    count = len(server.chats)
    assert film.json("script", "read")["prompts"] == first["prompts"]
    film.act("script", "accept")
    assert film.json("script", "read")["prompts"] == []  # Each shot has its prompt.
    assert len(server.chats) == count


def test_single_prompt_is_corrected_with_its_errors_named(film: Milimo, server: TextServer) -> None:
    def leave_out_the_speech_at_first(body: dict[str, Any]) -> str:
        if find_asked_shot(body) == "1B" and "errors" not in words_of(body, "user"):
            return json.dumps({"prompt": write_paragraph(body).replace("the BBC", "a station")})
        return answer(body)

    server.answer = leave_out_the_speech_at_first
    found = film.json("script", "read")
    assert [row["faults"] for row in found["prompts"]] == [[], [], []]
    first, second = [words_of(body, "user") for body in server.chats if find_asked_shot(body) == "1B"]
    assert "a station" in second.removeprefix(first)
    assert "“I work for the BBC now.”" in second.removeprefix(first)


def say_nothing(body: dict[str, Any]) -> str:
    return ""


def refuse(body: dict[str, Any]) -> str:
    return "I'm sorry, but I can't help with that request."


def tell_another_story(body: dict[str, Any]) -> str:
    return json.dumps({"prompt": "A wide shot. Captain Zorblax pulls the lever of the spaceship at noon."})


def talk_to_the_user(body: dict[str, Any]) -> str:
    return f"Sure! Here is your prompt: {write_paragraph(body)}"


def write_without_end(body: dict[str, Any]) -> str:
    return json.dumps({"prompt": f"{write_paragraph(body)} " + "The fern is green. " * 20_000})


def repeat_itself(body: dict[str, Any]) -> str:
    return json.dumps({"prompt": write_paragraph(body) + " Dust drifts in the room." * 4})


def return_a_wrong_type(body: dict[str, Any]) -> str:
    return json.dumps({"prompt": [write_paragraph(body)]})


def cut_the_json(body: dict[str, Any]) -> str:
    return answer_prompt(body)[:40]


def only_think(body: dict[str, Any]) -> str:
    return f"<think>{write_paragraph(body)}"


def add_a_stranger(body: dict[str, Any]) -> str:
    return answer_prompt(body, "A second woman watches her.")


def add_a_speech(body: dict[str, Any]) -> str:
    return answer_prompt(body, "A radio says: “Good evening.”")


def change_the_time(body: dict[str, Any]) -> str:
    return json.dumps({"prompt": write_paragraph(body).replace("at night", "in the daylight")})


def change_the_size(body: dict[str, Any]) -> str:
    return json.dumps({"prompt": f"An extreme close-up. {write_paragraph(body)}"})


def invent_an_age(body: dict[str, Any]) -> str:
    return answer_prompt(body, "She is 83 years old.")


BAD_ANSWERS = (
    say_nothing, refuse, tell_another_story, talk_to_the_user, write_without_end, repeat_itself,
    return_a_wrong_type, cut_the_json, only_think, add_a_stranger, add_a_speech, change_the_time,
    change_the_size, invent_an_age,
)  # fmt: skip


def test_bad_answers_are_listed_and_the_composed_text_is_sent(film: Milimo, server: TextServer) -> None:
    for place, bad in enumerate(BAD_ANSWERS):
        server.answer = make_bad_server(bad)
        composed = show_prompt(film, "2A")["prompt"]
        found = film.json("scene", "enhance", "2", "--again", "--seed", str(place))
        assert all(row["faults"] for row in found["shots"]), bad.__name__
        assert show_prompt(film, "2A")["prompt"] == composed
        if found["shots"]:
            assert film.json("shot", "accept", "2A", code=2)["error"]["kind"] == "refused"


def make_bad_server(bad: Callable[[dict[str, Any]], str]) -> Callable[[dict[str, Any]], str]:
    return lambda body: bad(body) if is_prompt_question(body) else answer(body)


def test_faulty_prompt_of_a_reading_stays_a_suggestion(film: Milimo, server: TextServer) -> None:
    server.answer = lambda body: add_a_stranger(body) if find_asked_shot(body) == "1A" else answer(body)
    found = film.json("script", "read")
    assert [bool(row["faults"]) for row in found["prompts"]] == [True, False, False]
    assert "1A" in film.text("script", "reading")
    film.act("script", "accept")
    assert find_source(show_prompt(film, "1A")) == ""
    [kept] = film.json("shot", "suggestions", "1A")
    assert kept["state"] == "open"
    assert kept["faults"]
    film.act("shot", "accept", "1A", "--force")
    assert "A second woman" in show_prompt(film, "1A")["prompt"]


def test_take_stays_fresh_when_prompts_are_written_accepted_and_renewed(film: Milimo) -> None:
    film.act("script", "read")
    film.act("script", "accept")
    film.act("project", "set", "--engine", "animatic")
    film.act("shot", "make", "1A")

    def is_stale() -> bool:
        return bool(film.json("shot", "show", "1A")["stale"])

    assert not is_stale()
    film.act("shot", "enhance", "1A", "--accept")
    assert MARK in film.json("shot", "show", "1A")["prompt"]
    assert not is_stale()
    film.act("shot", "enhance", "1A", "--accept")
    assert not is_stale()


def test_next_step_asks_once_for_the_prompts_of_another_engine(film: Milimo) -> None:
    film.act("script", "read")
    film.act("script", "accept")
    assert film.json("next")["command"] != "milimo script prompts --family animatic"
    film.act("project", "set", "--engine", "wan")
    assert film.json("next")["command"] == "milimo script prompts --family wan"
    assert "--family wan" in film.text("shot", "show", "1B")
    made = film.json("script", "prompts", "--family", "wan", "--detach")
    film.act("job", "wait", made["job"])
    # The prompts that agree with the facts are accepted without a further command.
    assert MARK in show_prompt(film, "1B", "wan")["prompt"]
    assert film.json("next")["command"] != "milimo script prompts --family wan"
    assert "--family wan" not in film.text("shot", "show", "1B")
    film.act("cut", "undo", "--whole-project")
    assert MARK not in show_prompt(film, "1B", "wan")["prompt"]


@pytest.mark.long("command_line")
def test_each_family_gets_its_own_prompts(film: Milimo, server: TextServer, tmp_path: Path) -> None:
    film.act("script", "read")
    film.act("script", "accept")
    sent = {engine: show_prompt(film, "1B", engine)["prompt"] for engine in ("ltx2", "wan")}
    assert MARK in sent["ltx2"]
    assert MARK not in sent["wan"]
    for family in ("wan", "flux2", "qwen-image", "z-image"):
        made = film.json("script", "prompts", "--family", family)
        assert (made["shots"], made["left_out"]) == (["1A", "1B", "2A"], [])
        shown = show_prompt(film, "1B", family)
        assert MARK in shown["prompt"]
        assert "BBC" not in shown["prompt"]  # These models make no sound.
        assert find_source(shown) == "written by reader"
        assert film.json("script", "prompts", "--family", family, code=2)["error"]["kind"] == "refused"
    assert show_prompt(film, "1B")["prompt"] == sent["ltx2"]
    film.act("cut", "undo", "--whole-project")
    assert MARK not in show_prompt(film, "1B", "z-image")["prompt"]


def test_reference_pictures_are_named_in_every_prompt_that_gets_them(film: Milimo, tmp_path: Path) -> None:
    film.act("script", "read")
    film.act("script", "accept")
    Image.new("RGB", (64, 64), "teal").save(tmp_path / "ida.png")
    film.act("element", "reference", "add", "@Ida", str(tmp_path / "ida.png"))
    composed = show_prompt(film, "1A", "flux2")["prompt"]
    film.act("script", "prompts", "--family", "flux2", "--scenes", "1")
    written = show_prompt(film, "1A", "flux2")["prompt"]
    assert MARK in written
    for prompt in (composed, written):
        assert prompt.endswith("Image 1 shows Ida.")
    assert "Image 1" not in show_prompt(film, "1A", "ltx2")["prompt"]


def test_killed_job_continues_at_the_next_prompt(film: Milimo, server: TextServer) -> None:
    held, released = "2A", threading.Event()

    def answer_until_held(body: dict[str, Any]) -> str:
        if find_asked_shot(body) == held:
            released.wait(120)
        return answer(body)

    server.answer = answer_until_held
    found = film.json("script", "read", "--detach")

    def count_questions(shot: str) -> int:
        return sum(find_asked_shot(body) == shot for body in server.chats)

    wait_until(lambda: count_questions(held) == 1)
    pids = [worker["pid"] for worker in film.json("supervisor", "status")["workers"]]
    assert pids
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    wait_until(lambda: count_questions(held) == 2)  # The job has been started again.
    released.set()
    film.act("job", "wait", found["prompts_job"])
    assert [count_questions(shot) for shot in ("1A", "1B", "2A")] == [1, 1, 2]
    reading = film.json("script", "reading")
    assert [row["shot"] for row in reading["prompts"]] == ["1A", "1B", "2A"]
    assert film.json("job", "show", found["prompts_job"])["state"] == "done"
