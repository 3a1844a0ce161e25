"""Test the checks of language models' answers: words that are no prompt of the shot are not accepted, unless
the user insists.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from milimo_tui.story.values.film import Line, Project, Scene, Shot, Story
from milimo_tui.story.values.suggestion import Suggestion
from milimo_tui.studio.writing.acceptance import find_refusal_reasons
from tests.cli.script.prompt_writer import answer_prompt
from tests.engines.llm.text_server import TextServer, serving
from tests.front_door import Milimo


@pytest.fixture
def server() -> Iterator[TextServer]:
    with serving(lambda body: "") as running:
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


@pytest.mark.parametrize(
    ("place", "action"),
    [
        ("KÜCHE", "Mara geht an den Tisch und zündet auf dem Tisch eine Lampe an, die sie nicht mag."),
        ("COCINA", "Mara se acerca a la mesa y enciende una lámpara que no le gusta a su hermana."),
        ("CUCINA", "Mara si avvicina al tavolo e accende una lampada che non piace alla sorella."),
    ],
)
def test_english_prompt_of_a_script_in_another_language_is_accepted(place: str, action: str) -> None:
    scene = replace(KITCHEN, heading=f"INT. {place}", location=place, time_of_day="")
    shot = replace(LAMP, action=action)
    script = f"INT. {place}\n\n{action}\n"
    story = replace(STORY, project=Project(id="p", name="F", script=script), scenes=(scene,), shots=(shot,))
    text = "Mara lights a lamp. A medium shot at eye level; the camera is static."
    one = Suggestion(id="g", shot="x", job="j", text=text, family="ltx2")
    assert find_refusal_reasons(story, shot, one) == ()


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
