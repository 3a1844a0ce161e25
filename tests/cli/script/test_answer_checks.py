"""Test the checks of language models' answers: shots that do not match the script are not committed, and
words that are no prompt of the shot are not accepted, unless the user insists.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.story.screenplay import fountain
from milimo_tui.story.values.film import Element, ElementKind, Line, Project, Scene, Shot, Story
from milimo_tui.story.values.suggestion import Suggestion
from milimo_tui.studio.writing.acceptance import find_refusal_reasons
from milimo_tui.studio.writing.breakdown import break_down_by_rules
from milimo_tui.studio.writing.breakdown_check import find_breakdown_faults, restore_script_spelling
from tests.cli.script.prompt_writer import answer_prompt
from tests.engines.llm.text_server import TextServer, serving
from tests.front_door import TINY, Milimo
from tests.story.feature import feature

WHOLE: dict[str, Any] = {
    "scenes": [
        {
            "heading": "INT. KITCHEN - NIGHT",
            "shots": [
                {"action": "Mara lights a lamp.", "size": "CU", "characters": ["MARA"]},
                {"action": "Mara speaks.", "dialogue": [{"character": "MARA", "text": "You are late."}]},
            ],
        },
        {
            "heading": "EXT. STREET - DAY",
            "shots": [{"action": "A dog crosses slowly.", "size": "WS"}],
        },
    ]
}
OTHER_STORY = {
    "scenes": [
        {
            "heading": "INT. SPACESHIP - NIGHT",
            "shots": [
                {
                    "action": "Zorblax pulls the lever.",
                    "characters": ["Zorblax"],
                    "dialogue": [{"character": "Zorblax", "text": "Engage!"}],
                }
            ],
        }
    ]
}


def _change(change: str) -> dict[str, Any]:
    """Return the complete answer with one fault."""
    answer = deepcopy(WHOLE)
    kitchen, street = answer["scenes"]
    line = kitchen["shots"][1]["dialogue"][0]
    match change:
        case "lost line":
            kitchen["shots"][1]["dialogue"] = []
        case "changed line":
            line["text"] = "You are very late."
        case "repeated line":
            kitchen["shots"].append(deepcopy(kitchen["shots"][1]))
        case "invented line":
            kitchen["shots"][1]["dialogue"].append({"character": "MARA", "text": "Goodbye forever."})
        case "unknown person":
            kitchen["shots"][0]["characters"].append("Zorblax")
        case "other speaker":
            line["character"] = "Dog"
        case "lost scene":
            answer["scenes"].remove(street)
        case "invented scene":
            answer["scenes"].append({"heading": "EXT. MOON - DAY", "shots": [{"action": "Dust."}]})
    return answer


@pytest.fixture
def server() -> Iterator[TextServer]:
    with serving(lambda body: json.dumps(WHOLE)) as running:
        yield running


@pytest.fixture
def writing(film: Milimo, server: TextServer) -> Milimo:
    """Return `milimo` on the tiny film, with one server as its text service."""
    config = Path(film.env["XDG_CONFIG_HOME"]) / "milimo" / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(
        f'text_engine = "ollama"\nollama_url = "{server.url}"\nollama_model = "writer"\ntext_cache = false\n'
    )
    return film


def _answer_always(said: str, body: dict[str, Any]) -> str:
    return said


def _list_shots(milimo: Milimo) -> list[str]:
    return [shot["text"] for shot in milimo.json("shot", "list")]


@pytest.mark.long("command_line")
def test_answer_about_another_story_replaces_no_shot(
    writing: Milimo, server: TextServer, tmp_path: Path
) -> None:
    before = _list_shots(writing)
    parse = ("storyboard", "parse", "--engine", "ollama")
    changes = ("lost line", "repeated line", "unknown person", "lost scene")
    for answer in (OTHER_STORY, *map(_change, changes)):
        said = json.dumps(answer)
        server.answer = partial(_answer_always, said)
        error = writing.json(*parse, "--commit", code=2)["error"]
        assert error["kind"] == "refused"
        assert any(letter.isdigit() for letter in error["message"])
        assert _list_shots(writing) == before
    # A list that the user saves and commits is not checked.
    rows = writing.json(*parse)
    file = tmp_path / "shots.json"
    file.write_text(json.dumps(rows))
    writing.json("storyboard", "commit", "--shots", str(file))
    writing.act("cut", "undo", "--whole-project")
    respelled = deepcopy(WHOLE)
    respelled["scenes"][0]["shots"][1]["dialogue"][0]["text"] = "you ARE late"
    server.answer = lambda body: json.dumps(respelled)
    writing.act(*parse, "--commit")
    assert writing.json("shot", "show", "1B")["spec"]["facts"]["lines"][0]["text"] == "You are late."
    assert _list_shots(writing) == ["Mara lights a lamp.", "Mara speaks.", "A dog crosses slowly."]


def _make_rows(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "scene": str(number),
            "heading": scene["heading"],
            "characters": shot.get("characters", []),
            "dialogue": [f"{line['character']}: {line['text']}" for line in shot.get("dialogue", [])],
        }
        for number, scene in enumerate(answer["scenes"], 1)
        for shot in scene["shots"]
    ]


@pytest.mark.parametrize(
    ("change", "count"),
    [
        ("", 0),
        ("lost line", 1),
        ("changed line", 2),
        ("repeated line", 1),
        ("invented line", 1),
        ("unknown person", 1),
        ("other speaker", 1),
        ("lost scene", 1),
        ("invented scene", 1),
    ],
)
def test_each_contradiction_with_the_script_is_found(change: str, count: int) -> None:
    faults = find_breakdown_faults(fountain.parse(TINY.encode()), TINY, _make_rows(_change(change)), ())
    assert len(faults) == count


@given(st.integers(min_value=1, max_value=6), st.data())
def test_every_change_of_a_correct_list_is_found(scenes: int, data: st.DataObject) -> None:
    text = feature(scenes=scenes)
    screenplay = fountain.parse(text.encode())
    rows = [dict(row) for row in break_down_by_rules(screenplay, Project(id="p", name="F").rate).rows]
    assert find_breakdown_faults(screenplay, text, rows, ()) == ()
    spoken = [at for at, row in enumerate(rows) if row["dialogue"]]
    at = data.draw(st.sampled_from(spoken))
    first, *others = rows[at]["dialogue"]
    speaker, _, words = first.partition(": ")
    foreign = "Zorblax: Engage the engines!"
    lines = data.draw(st.sampled_from(([], [first, first], [f"{speaker}: {words} Zorblax"], [foreign])))
    rows[at] = {**rows[at], "dialogue": [*lines, *others]}
    assert find_breakdown_faults(screenplay, text, rows, ())


def test_speech_may_be_spread_over_shots_and_marked_otherwise() -> None:
    text = "INT. BAR - DAY\n\nMARA\n(softly)\nI *know* you. But you (still) do not know me.\n"
    rows = [
        {"scene": "1", "heading": "1. Int. Bar – Day", "characters": ["Mara Voss"], "dialogue": [line]}
        for line in ("Mara: I know you.", "MARA (CONT'D): But you do not know me.")
    ]
    voss = Element(id="e", kind=ElementKind.CHARACTER, name="Mara Voss", trigger="@Mara", aliases=("MARA",))
    assert find_breakdown_faults(fountain.parse(text.encode()), text, rows, (voss,)) == ()


TALK = """INT. BAR - DAY

MARA
It's #5 (12) [sic], and "NASA" knows. Goodbye, Pete!

PETE
Sorry.

EXT. ROAD - DAY

MARA
Sorry?
"""


def _talk(*lines: tuple[str, str]) -> list[dict[str, Any]]:
    return [
        {"scene": scene, "heading": heading, "characters": [], "dialogue": [line]}
        for (scene, line) in lines
        for heading in ["INT. BAR - DAY" if scene == "1" else "EXT. ROAD - DAY"]
    ]


LONG_LINE = "Mara: its 5 and nasa knows goodbye pete"


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        ((("1", LONG_LINE), ("1", "Pete: Sorry."), ("2", "Mara: sorry")), 0),
        ((("1", "Pete: Sorry."), ("1", LONG_LINE), ("2", "Mara: Sorry?")), 1),  # another order
        ((("1", LONG_LINE), ("2", "Pete: Sorry."), ("2", "Mara: Sorry?")), 1),  # another scene
        (
            (("1", LONG_LINE), ("1", "Mara: Sorry."), ("2", "Pete: Sorry?")),
            1,
        ),  # other speakers of equal lines
        ((("2", LONG_LINE), ("2", "Pete: Sorry."), ("1", "Mara: Sorry?")), 2),  # scenes in another order
    ],
)
def test_line_at_another_place_is_a_contradiction(lines: tuple[tuple[str, str], ...], count: int) -> None:
    assert len(find_breakdown_faults(fountain.parse(TALK.encode()), TALK, _talk(*lines), ())) == count


def test_lines_of_an_answer_get_the_spelling_of_the_script() -> None:
    lines = [
        ("1", "Mara: ITS 5 AND NASA"),
        ("1", "Mara: Knows goodbye pete"),
        ("1", "PETE: …"),
        ("1", "PETE: sorry"),
        ("2", "Mara: Sorry!"),
    ]
    rows = restore_script_spelling(fountain.parse(TALK.encode()), _talk(*lines))
    assert [row["dialogue"][0] for row in rows] == [
        'Mara: It\'s #5 (12) [sic], and "NASA"',
        "Mara: knows. Goodbye, Pete!",
        "PETE: …",
        "PETE: Sorry.",
        "Mara: Sorry?",
    ]


KITCHEN = Scene(id="s", order="V", number="1", heading="INT. KITCHEN - NIGHT", location="KITCHEN")
LAMP = Shot(id="x", scene="s", order="V", action="Mara lights a lamp on the table.", characters=("Mara",))
STORY = Story(project=Project(id="p", name="F"), scenes=(KITCHEN,), shots=(LAMP,), numbers={"x": "1A"})


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("Mara strikes a match.", True),
        ("A woman lights two lamps.", True),
        ("In the kitchen the rain is loud.", True),
        ("“I’m sorry, I cannot stay,” says Mara.", True),
        ("A cowboy rides through the canyon at noon.", False),
        ("I'm sorry, but I can't help with that.", False),
        ("As an AI language model, I cannot describe Mara in the kitchen.", False),
        ("I’m unable to write about Mara.", False),
        ("Es tut mir leid, Mara kann ich nicht beschreiben.", False),
        ("Lo siento, no puedo ayudar con Mara.", False),
        ("Leider kann ich Mara in der Küche nicht beschreiben.", False),
        ("Désolé, je ne puis décrire Mara.", False),
        ("Desculpe, não posso ajudar com Mara.", False),
        ("Purtroppo non posso descrivere Mara.", False),
        ("Sorry, ik kan Mara niet beschrijven.", False),
        ("Przykro mi, nie mogę opisać Mara.", False),
        ("Извините, я не могу описать Mara.", False),
        ("抱歉，我无法描述 Mara。", False),
        ("申し訳ありませんが、Mara を描写できません。", False),
        ("죄송합니다. Mara 을 묘사할 수 없습니다.", False),
        ("عذراً، لا يمكنني وصف Mara.", False),
        ("“Sorry, I can't,” Mara says, and the lamp goes out.", True),
        ("Mara zündet die Lampe an und kann das Dunkel nicht sehen.", True),
        ("Mara in the kitchen. " + "The lamp burns. " * 200, False),
        ("", False),
    ],
)
def test_only_words_about_the_shot_are_accepted(text: str, accepted: bool) -> None:
    one = Suggestion(id="g", shot="x", job="j", task="continue", parts=("", text), family="ltx2")
    assert (find_refusal_reasons(STORY, LAMP, one) == ()) is accepted
    length = Suggestion(id="g", shot="x", job="j", task="length", text="3 s")
    assert find_refusal_reasons(STORY, LAMP, length) == ()


TALKING = Shot(
    id="x",
    scene="s",
    order="V",
    action="Mara turns to Jun.",
    characters=("Mara", "Jun"),
    dialogue=(
        Line("Mara", "You're late. It is five -- I waited (12) [sic]!"),
        Line("Jun", "NASA called, I could not leave."),
    ),
)
TALK_STORY = replace(STORY, shots=(TALKING,))


FACTS = "Mara turns to Jun, in a medium shot at eye level, in a kitchen at night. The camera is static."
MARA = "Mara says: “You're late. It is five -- I waited (12) [sic]!”"
JUN = "Jun says: “NASA called, I could not leave.”"


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        (f"{MARA} {JUN}", True),
        (
            'Mara: "You’re late. It is five — I waited\n(12) [sic]!" Jun: «NASA called, I could not leave.»',
            True,
        ),
        (f"“You’re late,” says Mara. “It is five -- I waited (12) [sic]!” {JUN}", True),
        (f"{MARA} Jun says: NASA called, I could not leave.", True),
        (f"{MARA.replace('You are', 'You')} {JUN.replace('called', 'calls')}", False),
        (f"{MARA.replace(' (12)', '')} {JUN}", False),
        (f"{MARA} {JUN.replace('NASA', 'Nasa')}", False),
        (f"{MARA} Jun says nothing.", False),
        (f"“You're late, you fool,” says Mara. “It is five -- I waited (12) [sic]!” {JUN}", False),
        ("Mara turns to Jun in the kitchen.", False),
    ],
)
def test_prompt_with_every_speech_letter_for_letter_is_accepted(text: str, accepted: bool) -> None:
    parts = Suggestion(id="g", shot="x", job="j", task="continue", parts=(text, "Mara waits."), family="ltx2")
    assert (find_refusal_reasons(TALK_STORY, TALKING, parts) == ()) is accepted
    one = Suggestion(id="g", shot="x", job="j", text=f"{FACTS} {text}", family="ltx2")
    assert (find_refusal_reasons(TALK_STORY, TALKING, one) == ()) is accepted
    still = FACTS.removesuffix("The camera is static.")
    for family, words in (("wan", FACTS), ("flux2", still)):  # Their prompts have no speech.
        one = Suggestion(id="g", shot="x", job="j", text=words, family=family)
        assert find_refusal_reasons(TALK_STORY, TALKING, one) == ()
    silent = replace(TALKING, prompt_parts=(("speech", ""),))
    one = Suggestion(id="g", shot="x", job="j", text=FACTS, family="ltx2")
    assert find_refusal_reasons(TALK_STORY, silent, one) == ()


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("Sure! Here is your prompt: Mara lights a lamp.", False),
        ("Certainly, Mara lights a lamp.", False),
        ("Okay:\nMara lights a lamp.", False),
        ("Here's the rewritten prompt for the shot:\n\nMara lights a lamp.", False),
        ("**Prompt:** Mara lights a lamp.", False),
        ("Rewritten prompt: Mara lights a lamp.", False),
        ("Natürlich! Hier ist dein Prompt: Mara lights a lamp.", False),
        ("Claro, aquí tienes la descripción: Mara lights a lamp.", False),
        ("Bien sûr ! Mara lights a lamp.", False),
        ("好的，Mara lights a lamp.", False),
        ("<think>The lamp.</think> Mara lights a lamp.", False),
        ("Mara lights a lamp. Let me know if you want changes!", False),
        ("“Sure! Here is your prompt:” says Mara at the lamp.", True),
        ("Sure-footed, Mara crosses the kitchen to the lamp.", True),
        ("Here is the kitchen at night: Mara lights a lamp.", True),
        ("Of course the lamp is dark; Mara lights it.", True),
        ("Clear light falls on Mara as she lights the lamp.", True),
        ("A prompt hand, Mara's, lights the lamp.", True),
    ],
)
def test_prompt_without_words_to_the_user_is_accepted(text: str, accepted: bool) -> None:
    one = Suggestion(id="g", shot="x", job="j", task="continue", parts=("", text), family="ltx2")
    assert (find_refusal_reasons(STORY, LAMP, one) == ()) is accepted
    framing = "A medium shot in the kitchen at night; the camera is static."
    whole = Suggestion(
        id="g", shot="x", job="j", text=f"{text} On the table, a lamp. {framing}", family="ltx2"
    )
    # Nobody speaks in this shot, so quoted words are invented.
    assert (find_refusal_reasons(STORY, LAMP, whole) == ()) is (accepted and "“" not in text)


@pytest.mark.long("command_line")
def test_changed_speech_is_accepted_only_by_force(writing: Milimo, server: TextServer) -> None:
    changed = "In the kitchen Mara says: “You are early.”"
    server.answer = lambda body: changed
    assert writing.json("shot", "enhance", "1B", "--accept", code=2)["error"]["kind"] == "refused"
    assert writing.json("shot", "accept", "1B", code=2)["error"]["kind"] == "refused"
    writing.json("shot", "accept", "1B", "--force")
    assert writing.json("shot", "show", "1B")["prompt"] == changed
    server.answer = answer_prompt
    made = writing.json("shot", "enhance", "1B", "--accept")
    assert writing.json("shot", "show", "1B")["prompt"] == made["text"]


@pytest.mark.long("command_line")
def test_refusal_of_a_model_is_accepted_only_by_force(writing: Milimo, server: TextServer) -> None:
    refusal = "I'm sorry, but I can't help with that request."
    server.answer = lambda body: refusal
    before = writing.json("shot", "show", "1A")["prompt"]
    assert writing.json("shot", "enhance", "1A", "--accept", code=2)["error"]["kind"] == "refused"
    assert writing.json("shot", "accept", "1A", code=2)["error"]["kind"] == "refused"
    writing.json("scene", "enhance", "1")
    assert writing.json("scene", "accept", "1", code=2)["error"]["kind"] == "refused"
    assert writing.json("shot", "show", "1A")["prompt"] == before
    writing.json("shot", "accept", "1A", "--force")
    assert writing.json("shot", "show", "1A")["prompt"] == refusal
    writing.json("scene", "accept", "1", "--force")
    assert writing.json("shot", "show", "1B")["prompt"] == refusal
    server.answer = answer_prompt
    made = writing.json("shot", "enhance", "1A", "--accept")
    assert writing.json("shot", "show", "1A")["prompt"] == made["text"]
