"""Test the benchmark of reading: its cases, its marks, and the runs with facts and with recorded answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from reading import BARS, main
from reading_gold import GoldCase, GoldChange, load_case, load_cases
from reading_gold_model import GoldModel
from reading_marks import CaseMarks, mark_case
from reading_runs import load_recording, make_film, number_case

from milimo_tui.engines.llm.chat_model import ChatRequest
from milimo_tui.story.values.film import Story
from tests.engines.llm.text_server import TextServer, serving, words_of

SCRIPT = """INT. GREENHOUSE - NIGHT

IDA, fifty, in a yellow apron, waters the ferns.

IDA
Frost tonight.

RADIO (V.O.)
Minus nine.
"""
FACTS = """title = "Frost"
language = "en"

[[people]]
name = "Ida"
kind = "person"
age = "fifty"
wears = "a yellow apron"
first_line = 3
quote = "IDA, fifty, in a yellow apron"

[[people]]
name = "Radio"
kind = "voice"
first_line = 8
quote = "RADIO (V.O.)"

[[scenes]]
heading_line = 1
place = "greenhouse"
inside = true
time = "night"

[[moments]]
lines = [3, 6]
visible = ["Ida"]
speaker = "Ida"
must = ["Ida waters ferns"]

[[moments]]
lines = [8, 9]
heard = ["Radio"]
speaker = "Radio"
must = ["a voice only"]

[[speech]]
line = 6
speaker = "Ida"
text = "Frost tonight."

[[speech]]
line = 9
speaker = "Radio"
text = "Minus nine."
"""


@pytest.mark.parametrize("case", load_cases(), ids=lambda case: case.name)
def test_facts_of_a_case_are_in_its_script(case: GoldCase) -> None:
    lines = case.script.read_text("utf-8").split("\n")
    text = "\n".join(lines)
    names = {person.name for person in case.people}
    for person in case.people:
        assert person.quote in text
        assert 1 <= person.first_line <= len(lines)
    for change in case.changes:
        assert change.person in names
        assert change.quote in text
    for moment in case.moments:
        assert all(lines[at - 1].strip() for at in moment.lines)
        assert {*moment.visible, *moment.heard} <= names
    for speech in case.speeches:
        rows = speech.text.split("\n")
        assert all(row in lines[speech.line - 1 + at] for at, row in enumerate(rows))


@pytest.fixture(scope="module")
def frost(tmp_path_factory: pytest.TempPathFactory) -> GoldCase:
    script = tmp_path_factory.mktemp("case") / "frost.fountain"
    script.write_text(SCRIPT)
    script.with_suffix(".toml").write_text(FACTS)
    return load_case(script)


@pytest.fixture(scope="module")
def film(frost: GoldCase) -> Story:
    return make_film(frost, None).story


def list_wrong_columns(marks: CaseMarks) -> list[tuple[int, str]]:
    return [(mark.line, mark.column) for mark in marks.marks if mark.why]


def test_film_that_agrees_with_its_facts_is_right(frost: GoldCase, film: Story) -> None:
    marks = mark_case(frost, film)
    assert list_wrong_columns(marks) == []
    assert marks.precision["looks"].percentage == marks.recall["looks"].percentage == 100
    assert marks.count_right_moments().of == 2


def test_each_kind_of_error_is_in_its_column(frost: GoldCase, film: Story) -> None:
    ida, radio = frost.people
    [scene] = frost.scenes
    first, second = frost.moments
    [frost_speech, nine] = frost.speeches
    cases: dict[tuple[int, str], dict[str, Any]] = {
        (3, "looks"): {"people": (replace(ida, wears="a red evening gown"), radio)},
        (3, "speech"): {"speeches": (replace(frost_speech, text="Frost this night."), nine)},
        (8, "speech"): {"speeches": (frost_speech, replace(nine, speaker="Ida"))},
        (3, "cast"): {"people": (replace(ida, kind="unseen"), radio)},
        (8, "frame"): {"moments": (first, replace(second, visible=("Radio",), heard=()))},
    }
    for wrong, values in cases.items():
        assert wrong in list_wrong_columns(mark_case(replace(frost, **values), film))
    for changed in (
        replace(scene, place="harbour"),
        replace(scene, time="day"),
        replace(scene, inside=False),
    ):
        columns = [
            column for _, column in list_wrong_columns(mark_case(replace(frost, scenes=(changed,)), film))
        ]
        assert columns == ["place and time", "place and time"]


def test_look_that_is_over_is_wrong(frost: GoldCase, film: Story) -> None:
    change = GoldChange(person="Ida", line=3, quote="waters", wears="a blue smock")
    moments = (replace(frost.moments[0], lines=(5, 6)), frost.moments[1])
    marks = mark_case(replace(frost, changes=(change,), moments=moments), film)
    assert (5, "looks") in list_wrong_columns(marks)
    assert marks.precision["looks"].right < marks.precision["looks"].of


def test_change_of_one_feature_leaves_the_others(frost: GoldCase, film: Story) -> None:
    ida, radio = frost.people
    people = (replace(ida, age="", body="fifty"), radio)
    moments = (replace(frost.moments[0], lines=(5, 6)), frost.moments[1])
    for body, is_right in (("a cherry over her ear", True), ("a child of six years", False)):
        change = GoldChange(person="Ida", line=3, quote="waters", body=body)
        marks = mark_case(replace(frost, people=people, changes=(change,), moments=moments), film)
        assert (marks.precision["looks"].right == marks.precision["looks"].of) is is_right


def read_figures(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, float]:
    main([*words, "--json"])
    figures: dict[str, float] = json.loads(capsys.readouterr().out.splitlines()[-1])["figures"]
    return figures


def test_facts_as_answers_give_the_right_people_speech_and_frame(
    capsys: pytest.CaptureFixture[str],
) -> None:
    figures = read_figures(capsys, "01", "07", "--run", "gold")
    assert [figures[name] for name in ("cast", "speech", "frame", "place and time")] == [100] * 4


@pytest.mark.long("reading bars")
def test_gold_run_reaches_its_bars(capsys: pytest.CaptureFixture[str]) -> None:
    figures = read_figures(capsys, "--run", "gold")
    assert {name: figures[name] for name, bar in BARS["gold"].items() if figures[name] < bar} == {}


@pytest.mark.long("reading bars")
def test_recorded_answers_of_a_small_model_keep_speech_and_quotations(
    capsys: pytest.CaptureFixture[str],
) -> None:
    figures = read_figures(capsys, "--run", "recorded")
    assert (figures["speech"], figures["quotes"]) == (100, 100)


def test_missed_bar_is_marked_and_sets_the_exit_code(
    server: TextServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "recorded"
    assert main(["01", "--engine", "ollama", "--record", str(folder)]) == 0  # This run has no bars.
    recording = load_recording(folder / "01-last-bus.json")
    nobody = json.dumps({"circumstances": [], "changes": [], "beats": {}})
    answers = tuple(replace(row, answer=nobody) if row.scene else row for row in recording.answers)
    replace(recording, answers=answers).save(folder / "01-last-bus.json")
    capsys.readouterr()
    assert main(["01", "--run", "recorded", "--record", str(folder)]) == 1
    *table, line = capsys.readouterr().out.splitlines()
    found = json.loads(line)
    assert not found["ok"]
    assert "speech" not in found["missed"]
    marked = {row.split("  ")[1] for row in table if row.endswith("missed")}
    assert marked == set(found["missed"]) != set()


def test_quotations_of_each_fact_are_counted(frost: GoldCase) -> None:
    def read(wrong: str) -> tuple[bool, ...]:
        def make_reading(case: GoldCase, workspace: Path) -> dict[str, Any]:
            age = {"text": "fifty", "quote": "IDA, fifty", "line": 2, "end_line": 2}
            light = {"text": "dim", "quote": wrong, "line": 2, "end_line": 2}
            scene = {"digest": "x", "circumstances": [{"light": light}], "beats": []}
            people = [{"name": "Ida", "age": age}]
            row = {"number": "1", "breakdown": scene, "problem": "", "rejected": []}
            return {"reader": "x", "film": {"people": people}, "scenes": [row], "problems": []}

        return make_film(frost, make_reading).quotes

    assert read("waters the ferns") == (True, True)
    assert read("a dim lamp") == (True, False)


def test_percentage_of_nothing_is_no_figure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["--run", "recorded", "--record", str(tmp_path / "empty")]) == 1
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["figures"] == {}


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TextServer]:
    """A real HTTP server that speaks the protocol of Ollama and answers from the facts of the first case."""
    [case] = load_cases(["01"])
    gold = GoldModel(case, number_case(case))

    def answer(body: dict[str, Any]) -> str:
        ask = ChatRequest(system="", user=words_of(body, "user"), schema=body["format"])
        return gold.reply(ask, lambda text: None).text

    with serving(answer) as running:
        config = tmp_path / "config" / "milimo" / "config.toml"
        config.parent.mkdir(parents=True)
        config.write_text(f'ollama_url = "{running.url}"\nollama_model = "reader"\ntext_cache = false\n')
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
        yield running


def test_answers_of_an_engine_are_recorded_and_replayed(
    server: TextServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "recorded"
    live = read_figures(capsys, "01", "--engine", "ollama", "--record", str(folder))
    asked = len(server.chats)
    recording = load_recording(folder / "01-last-bus.json")
    assert (recording.engine, recording.model, len(recording.answers)) == ("ollama", "reader", asked)
    assert [row.scene for row in recording.answers] == ["", "", "", "1"]
    # The same questions are not asked again.
    assert read_figures(capsys, "01", "--engine", "ollama", "--record", str(folder)) == live
    assert len(server.chats) == asked
    # The recording is enough without the engine, even if the questions have changed since.
    assert read_figures(capsys, "01", "--run", "recorded", "--record", str(folder)) == live
    old = tuple(replace(row, key=f"{at:064}") for at, row in enumerate(recording.answers))
    replace(recording, answers=old).save(folder / "01-last-bus.json")
    assert read_figures(capsys, "01", "--run", "recorded", "--record", str(folder)) == live
    assert len(server.chats) == asked
