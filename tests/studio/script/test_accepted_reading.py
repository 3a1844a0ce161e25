"""Test that an accepted reading decides about the people, voices, looks, places and questions of a film."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.core.errors import BadInput
from milimo_tui.core.ids import new_id
from milimo_tui.engines.registry import engine_registry
from milimo_tui.story.breakdown.film_reading import load_scene_breakdown
from milimo_tui.story.commit.accepted_reading import ReadingChoice, make_reading_proposal
from milimo_tui.story.shots.own_fields import set_user_fields
from milimo_tui.story.values.film import ElementKind, Look, Shot, Story
from milimo_tui.story.values.shot_words import Era, Function, VoicePosition
from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.script import screenplays
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from tests.studio.script.read_films import GoldReading, find_element, find_shot, make_studio

SCRIPT = """Title: The Ferry

EXT. FERRY DECK - DAY

NORA and LENE, sisters in their fifties, lean on the rail. Nora's hair is short and black, Lene's a \
silver plait. Both wear orange life vests.

NORA
It leaves without us.

A gull lands next to Lene. It begins to snow.

MATE
Cast off!

Lene unbuckles her vest and throws it down. Under it she wears a blue jumper. She picks up a rope.

She looks at the water.

INT. FERRY CABIN - NIGHT

A kettle boils over on the stove. A small lamp.

Nora sleeps in the bunk. Lene stands at the porthole.

LENE
Good night.
"""
DECK, CABIN = "1", "2"


def make_gold(script: str = SCRIPT) -> GoldReading:
    gold = GoldReading(script)
    gold.add_person(
        "Nora", "Nora's hair is short and black",
        age="in their fifties", features="short black hair", clothes="an orange life vest", gender="she",
    )  # fmt: skip
    gold.add_person(
        "Lene", "Lene's a silver plait",
        age="in their fifties", features="a silver plait", clothes="an orange life vest", gender="she",
    )  # fmt: skip
    gold.add_person("Gull", "A gull lands", kind="animal", gender="it")
    gold.add_person("Mate", "Cast off!", kind="voice")
    rail = {"posture": "lean on the rail"}
    gold.add_beat(DECK, "sisters in", "Nora", "Lene", Nora=rail, Lene=rail)
    gold.add_beat(DECK, "It leaves", "Nora", "Lene")
    gold.add_beat(DECK, "A gull", "Gull", "Lene")
    gold.add_beat(DECK, "Cast off", "Nora", "Lene", heard=("Mate",))
    gold.add_beat(DECK, "Lene unbuckles", "Lene", Lene={"holds": "a rope"})
    gold.add_beat(DECK, "She looks", "Lene", Lene={"looks_at": "the water"})
    gold.add_change(DECK, "Lene", "Under it she wears a blue jumper", clothes="a blue jumper")
    gold.add_circumstances(DECK, place="ferry deck", weather="")
    gold.add_circumstances(DECK, "It begins to snow", weather="snow")
    gold.add_beat(CABIN, "A kettle", function=Function.INSERT)
    gold.add_beat(CABIN, "Nora sleeps", "Nora", "Lene", Nora={"posture": "sleeps in the bunk"})
    gold.add_beat(CABIN, "Good night", "Lene")
    gold.add_circumstances(CABIN, place="cabin")
    gold.add_circumstances(CABIN, "A small lamp", light="a small lamp")
    return gold


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return make_studio(tmp_path / "films", SCRIPT)


@pytest.fixture
def read_film(studio: Studio) -> Studio:
    screenplays.commit_script(studio, reading=make_gold().make_reading())
    return studio


def get_story(studio: Studio) -> Story:
    return studio.take_snapshot().story


def edit_script(studio: Studio, old: str, new: str) -> None:
    script = get_story(studio).project.script
    assert old in script
    screenplays.save_script(studio, script.replace(old, new))
    screenplays.commit_script(studio)


def compose(story: Story, shot: Shot, engine: str) -> str:
    return shot_spec.compose_shot_prompt(story, shot, engine).text


def test_shots_show_the_people_of_the_reading(read_film: Studio) -> None:
    story = get_story(read_film)
    assert find_shot(story, "A gull").characters == ("Gull", "Lene")
    assert find_shot(story, "She looks").characters == ("Lene",)
    kettle = find_shot(story, "A kettle")
    assert (kettle.characters, kettle.function) == ((), Function.INSERT)


def test_voice_is_heard_and_never_in_the_frame(read_film: Studio) -> None:
    story = get_story(read_film)
    shot = find_shot(story, "Cast off")
    assert [line.heard for line in shot.dialogue] == [VoicePosition.OFF_SCREEN]
    assert all("Mate" not in each.characters for each in story.live_shots())
    assert find_element(story, "Mate").extra


def test_place_and_weather_follow_the_lines_of_the_reading(read_film: Studio) -> None:
    story = get_story(read_film)
    weather = [shot.weather for shot in story.live_shots() if shot.scene == story.scenes[0].id]
    assert weather[:2] == ["", ""]
    assert set(weather[2:]) == {"snow"}
    prompt = compose(story, find_shot(story, "Nora sleeps"), "ltx2")
    assert "The light comes from a small lamp." in prompt


def test_looks_are_those_of_the_reading(read_film: Studio) -> None:
    story = get_story(read_film)
    lene = find_element(story, "Lene")
    looks = [look for look in story.looks if look.element == lene.id]
    assert [(look.wardrobe, look.hair) for look in looks] == [
        ("an orange life vest", "a silver plait"),
        ("a blue jumper", "a silver plait"),
    ]
    assert looks[0].begins == story.live_shots()[0].id
    assert looks[1].begins == find_shot(story, "Lene unbuckles").id
    assert all(look.quote for look in looks)


def test_reading_leaves_no_guess_open(studio: Studio) -> None:
    assert any(shot.doubts for shot in get_story(studio).live_shots())
    screenplays.commit_script(studio, reading=make_gold().make_reading())
    assert not [doubt for shot in get_story(studio).live_shots() for doubt in shot.doubts]


def test_animal_becomes_an_element_and_is_drawn_as_an_animal(read_film: Studio) -> None:
    story = get_story(read_film)
    gull = find_element(story, "Gull")
    assert (gull.kind, gull.gender) == (ElementKind.CHARACTER, "it")
    for engine in ("ltx2", "wan", "flux2", "qwen-image", "z-image"):
        prompt = compose(story, find_shot(story, "A gull"), engine)
        assert "Gull, a man" not in prompt
        assert "Gull, a woman" not in prompt


@pytest.mark.parametrize("engine", ["ltx2", "wan", "flux2", "qwen-image", "z-image"])
def test_posture_and_things_are_carried_on_in_prompts_of_every_family(read_film: Studio, engine: str) -> None:
    story = get_story(read_film)
    assert engine_registry.find_engine(engine) is not None
    speaks = compose(story, find_shot(story, "It leaves"), engine)
    assert speaks.count("leaning on the rail") == 2
    assert "holding a rope" in compose(story, find_shot(story, "She looks"), engine)
    assert "a silver plait" in speaks


def test_clothes_in_prompts_follow_the_changes(read_film: Studio) -> None:
    story = get_story(read_film)
    assert "wearing an orange life vest" in compose(story, find_shot(story, "It leaves"), "ltx2")
    later = compose(story, find_shot(story, "Good night"), "ltx2")
    assert "a woman in her fifties with a silver plait, wearing a blue jumper" in later.replace(
        "their", "her"
    )


def test_shot_show_reports_the_people(read_film: Studio, tmp_path: Path) -> None:
    story = get_story(read_film)
    number = story.numbers[find_shot(story, "A gull").id]
    shown = run_by_id(read_film, "shot.show", {"id": number}).data
    assert (shown["characters"], shown["weather"]) == (["Gull", "Lene"], "snow")


def test_acceptance_is_one_step_of_undo(studio: Studio) -> None:
    before = get_story(studio)
    screenplays.commit_script(studio, reading=make_gold().make_reading())
    studio.require_project().undo("project", None)
    after = get_story(studio)
    assert (after.scenes, after.shots, after.elements, after.looks) == (
        before.scenes, before.shots, before.elements, before.looks,
    )  # fmt: skip


def test_second_commit_changes_nothing(read_film: Studio) -> None:
    found = screenplays.prepare_commit(read_film)
    assert found.before == found.after
    again = screenplays.prepare_commit(read_film, reading=make_gold().make_reading())
    assert again.before == again.after


def test_only_the_chosen_scene_is_accepted(studio: Studio) -> None:
    choice = ReadingChoice(frozenset({CABIN}), frozenset())
    screenplays.commit_script(studio, reading=make_gold().make_reading(), choice=choice)
    story = get_story(studio)
    assert [bool(scene.breakdown) for scene in story.scenes] == [False, True]
    assert not [element for element in story.elements if element.breakdown]
    assert find_shot(story, "A kettle").function is Function.INSERT


def test_only_the_chosen_person_is_accepted(studio: Studio) -> None:
    before = get_story(studio)
    choice = ReadingChoice(frozenset(), frozenset({"LENE"}))
    screenplays.commit_script(studio, reading=make_gold().make_reading(), choice=choice)
    story = get_story(studio)
    assert [element.name for element in story.elements if element.breakdown] == ["Lene"]
    assert [shot.characters for shot in story.shots] == [shot.characters for shot in before.shots]
    lene = find_element(story, "Lene")
    first = next(look for look in story.looks if look.element == lene.id)
    assert first.hair == "a silver plait"


@pytest.mark.parametrize(
    "choice", [ReadingChoice(frozenset({"9"})), ReadingChoice(people=frozenset({"Astrid"}))]
)
def test_unknown_items_are_refused(studio: Studio, choice: ReadingChoice) -> None:
    with pytest.raises(BadInput):
        screenplays.commit_script(studio, reading=make_gold().make_reading(), choice=choice)


@pytest.mark.parametrize(
    "damage",
    [
        {"scenes": "{}"},
        {"scenes": "[3]"},
        {"scenes": '[{"number": "1", "breakdown": []}]'},
        {"scenes": '[{"number": "1", "breakdown": {"beats": [{"line": "x"}]}, "rejected": 4}]'},
        {"film": "[]"},
        {"film": '{"people": [{"kind": "person"}]}'},
    ],
)
def test_damaged_reading_is_refused(studio: Studio, damage: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        screenplays.prepare_commit(studio, reading=replace(make_gold().make_reading(), **damage))


def test_scene_with_changed_text_is_left_out_and_its_choice_refused(studio: Studio) -> None:
    reading = make_gold().make_reading()
    edit_script(studio, "A kettle boils over", "A kettle whistles")
    screenplay = screenplays.parse_given_or_saved_script(studio, None, None)[0]
    proposal = make_reading_proposal(get_story(studio), screenplay, reading)
    assert [scene.is_current for scene in proposal.scenes] == [True, False]
    with pytest.raises(BadInput):
        screenplays.prepare_commit(studio, reading=reading, choice=ReadingChoice(frozenset({CABIN})))
    screenplays.commit_script(studio, reading=reading)
    assert [bool(scene.breakdown) for scene in get_story(studio).scenes] == [True, False]


def test_breakdown_rests_while_the_text_differs_and_returns_with_it(read_film: Studio) -> None:
    edit_script(read_film, "A kettle boils over", "A kettle whistles")
    story = get_story(read_film)
    cabin = load_scene_breakdown(story.scenes[1])
    assert cabin is not None
    assert cabin.is_outdated
    assert "sleeping" not in compose(story, find_shot(story, "Good night"), "ltx2")
    assert [shot.characters for shot in story.live_shots() if "A kettle" in shot.action] == [()]
    edit_script(read_film, "A kettle whistles", "A kettle boils over")
    cabin = load_scene_breakdown(get_story(read_film).scenes[1])
    assert cabin is not None
    assert not cabin.is_outdated


def test_scene_before_another_one_keeps_the_breakdowns(read_film: Studio) -> None:
    edit_script(
        read_film, "EXT. FERRY DECK - DAY", "INT. CAR - DAY\n\nAn empty road.\n\nEXT. FERRY DECK - DAY"
    )
    story = get_story(read_film)
    assert [bool(scene.breakdown) for scene in story.scenes] == [False, True, True]
    lene = find_element(story, "Lene")
    looks = [look for look in story.looks if look.element == lene.id]
    assert [look.wardrobe for look in looks] == ["an orange life vest", "a blue jumper"]


def test_values_of_the_user_stay(studio: Studio) -> None:
    story = get_story(studio)
    shot, nora = find_shot(story, "A gull"), find_element(story, "Nora")
    own = set_user_fields(shot, characters=("Nora",))
    described = replace(nora, description="freckles, a raincoat", found=False)
    dismissed = replace(find_element(story, "Mate"), dismissed=True)
    look = Look(
        id=new_id("look"), element=nora.id, order="V", text="a red dress", begins=shot.id, ends=shot.id
    )
    before: list[Any] = [shot, nora, find_element(story, "Mate")]
    studio.require_project().write_edit(
        "edit", scope="project", actor="cli", before=before, after=[own, described, dismissed, look]
    )
    screenplays.commit_script(studio, reading=make_gold().make_reading())
    story = get_story(studio)
    assert find_shot(story, "A gull").characters == ("Nora",)
    assert find_element(story, "Nora").description == "freckles, a raincoat"
    assert find_element(story, "Mate").breakdown == ""
    assert [each.text for each in story.looks if not each.found] == ["a red dress"]


def test_look_that_the_user_chose_for_a_shot_stays(tmp_path: Path) -> None:
    script = "INT. HALL - DAY\n\nANNA (30), red cardigan, waits.\n\nANNA\nWell?\n"
    studio = make_studio(tmp_path / "films", script)
    story = get_story(studio)
    [look], shot = story.looks, find_shot(story, "Well?")
    studio.require_project().write_edit(
        "edit", scope="project", actor="cli",
        before=[shot], after=[replace(shot, looks=((look.element, look.id),))],
    )  # fmt: skip
    gold = GoldReading(script)
    gold.add_person("Anna", "ANNA (30), red cardigan", age="30", clothes="a red cardigan")
    gold.add_beat("1", "red cardigan", "Anna")
    screenplays.commit_script(studio, reading=gold.make_reading())
    story = get_story(studio)
    [chosen] = [each for each in story.looks if not each.found]
    assert (chosen.id, chosen.begins, chosen.ends) == (look.id, shot.id, shot.id)
    assert "30" in chosen.text


def test_reading_keeps_every_shot_and_its_number(studio: Studio) -> None:
    before = get_story(studio)
    screenplays.commit_script(studio, reading=make_gold().make_reading())
    after = get_story(studio)
    assert [(shot.id, shot.digest, shot.parked) for shot in after.shots] == [
        (shot.id, shot.digest, shot.parked) for shot in before.shots
    ]
    assert after.numbers == before.numbers


def test_paragraph_with_several_beats_gets_a_shot_for_each(tmp_path: Path) -> None:
    first = "Ivo winds the clock on the wall with care. "
    second = "Outside the window Marta drags a suitcase through the deep snow."
    script = f"INT. HALL - DAY\n\n{first}{second}\n\nIVO\nWait.\n\nMARTA\nNo.\n"
    studio = make_studio(tmp_path / "films", script)
    gold = GoldReading(script)
    gold.add_person("Ivo")
    gold.add_person("Marta")
    gold.add_beat("1", "Ivo winds", "Ivo", part=first.strip())
    gold.add_beat("1", "Ivo winds", "Marta", part=second)
    screenplays.commit_script(studio, reading=gold.make_reading())
    story = get_story(studio)
    assert find_shot(story, "Ivo winds").characters == ("Ivo",)
    assert find_shot(story, "Outside the window").characters == ("Marta",)
    shots = [shot.id for shot in story.live_shots()]
    edit_script(studio, "Wait.", "Wait for me.")
    assert [shot.id for shot in get_story(studio).live_shots()] == shots


def test_scene_with_an_edited_shot_is_not_divided(tmp_path: Path) -> None:
    text = "Ivo winds the clock. Marta drags a suitcase through the snow."
    script = f"INT. HALL - DAY\n\n{text}\n\nIVO\nWait.\n\nMARTA\nNo.\n"
    studio = make_studio(tmp_path / "films", script)
    spoken = find_shot(get_story(studio), "Wait.")
    studio.require_project().write_edit(
        "edit", scope="project", actor="cli", before=[spoken], after=[replace(spoken, note="mine")]
    )
    gold = GoldReading(script)
    gold.add_person("Ivo")
    gold.add_person("Marta")
    for part, name in zip(text.split(". "), ("Ivo", "Marta"), strict=True):
        gold.add_beat("1", "Ivo winds", name, part=part)
    before = get_story(studio)
    screenplays.commit_script(studio, reading=gold.make_reading())
    after = get_story(studio)
    assert after.numbers == before.numbers
    assert find_shot(after, "Ivo winds").characters == ("Ivo", "Marta")


# ------------------------------------------------------------------ questions


@pytest.fixture
def asking(studio: Studio) -> Studio:
    gold = make_gold()
    row = next(row for row in gold.scenes[DECK]["beats"] if row.line == 2)
    lene = next(person for person in row.visible if person.name == "Lene")
    invented = replace(lene.posture, text="standing with 40 sailors", quote="stands with forty sailors")
    changed = replace(lene, posture=invented)
    visible = tuple(changed if person is lene else person for person in row.visible)
    beats = gold.scenes[DECK]["beats"]
    beats[beats.index(row)] = replace(row, visible=visible)
    gold.add_change(DECK, "Nora", "She looks at the water", clothes="a velvet ballgown")
    change = gold.scenes[DECK]["changes"][-1]
    gold.scenes[DECK]["changes"][-1] = replace(
        change, clothes=replace(change.clothes, quote="puts on a velvet ballgown")
    )
    screenplays.commit_script(studio, reading=gold.make_reading())
    return studio


def list_questions(studio: Studio) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = run_by_id(studio, "shot.unsure").data
    return rows


def answer_question(studio: Studio, row: dict[str, Any], answer: str | None) -> None:
    run_by_id(studio, "shot.answer", {"id": row["shot"], "words": row["words"], "answer": answer})


def test_statements_that_the_script_does_not_confirm_become_questions(asking: Studio) -> None:
    fact, look = sorted(list_questions(asking), key=lambda row: str(row["kind"]))
    assert (fact["kind"], look["kind"]) == ("fact", "look")
    assert "standing with 40 sailors" in fact["words"]
    assert "stands with forty sailors" in fact["reason"]
    assert look["others"] == ["a velvet ballgown"]
    assert "puts on a velvet ballgown" in look["reason"]
    prompts = [compose(get_story(asking), shot, "ltx2") for shot in get_story(asking).live_shots()]
    assert not [prompt for prompt in prompts if "sailors" in prompt or "velvet" in prompt]


@pytest.mark.parametrize(("answer", "in_prompt"), [(None, False), ("no", False), ("yes", True)])
def test_answer_about_a_fact_survives_commits(asking: Studio, answer: str | None, in_prompt: bool) -> None:
    fact = next(row for row in list_questions(asking) if row["kind"] == "fact")
    answer_question(asking, fact, answer)
    edit_script(asking, "Good night.", "Good night, then.")
    assert not [row for row in list_questions(asking) if row["kind"] == "fact"]
    prompt = compose(get_story(asking), find_shot(get_story(asking), "sisters in"), "ltx2")
    assert ("sailors" in prompt) is in_prompt


def test_answer_about_a_look_makes_a_look_of_the_user(asking: Studio) -> None:
    look = next(row for row in list_questions(asking) if row["kind"] == "look")
    answer_question(asking, look, "a velvet ballgown")
    story = get_story(asking)
    assert [each.text for each in story.looks if not each.found] == [
        "in her fifties, short black hair, a velvet ballgown"
    ]
    screenplays.commit_script(asking)
    assert not [row for row in list_questions(asking) if row["kind"] == "look"]


def test_unusable_answer_about_a_fact_is_refused(asking: Studio) -> None:
    fact = next(row for row in list_questions(asking) if row["kind"] == "fact")
    with pytest.raises(BadInput):
        answer_question(asking, fact, "perhaps")


def test_later_reading_keeps_a_fact_that_the_user_confirmed(asking: Studio) -> None:
    fact = next(row for row in list_questions(asking) if row["kind"] == "fact")
    answer_question(asking, fact, "yes")
    screenplays.commit_script(asking, reading=make_gold().make_reading())
    story = get_story(asking)
    assert "40 sailors" in story.scenes[0].breakdown


def test_person_at_another_age_is_a_look_of_that_time_and_no_other_person(tmp_path: Path) -> None:
    script = (
        "INT. WARD - NIGHT\n\nMARA (61), grey braid, sits.\n\nMARA\nNo.\n\nFLASHBACK TO:\n\n"
        "EXT. JETTY - DAY\n\nYOUNG MARA (10), yellow raincoat, stands guard.\n\nYOUNG MARA\nYes.\n\n"
        "BACK TO:\n\nINT. WARD - NIGHT\n\nMara laughs.\n"
    )
    studio = make_studio(tmp_path, script)
    gold = GoldReading(script)
    gold.add_person("Mara", "MARA (61), grey braid", age="61", features="grey braid", gender="she")
    gold.add_person("Young Mara", "YOUNG MARA (10), yellow raincoat", age="10", clothes="yellow raincoat")
    gold.add_beat("1", "grey braid", "Mara")
    gold.add_beat("2", "stands guard", "Young Mara")
    gold.add_beat("3", "laughs", "Mara")
    for _ in range(2):  # The second commit uses the accepted breakdowns.
        screenplays.commit_script(studio, reading=gold.make_reading())
        story = get_story(studio)
        assert [each.name for each in story.elements if each.kind is ElementKind.CHARACTER] == ["Mara"]
        assert find_element(story, "Mara").description == "61, grey braid"
        assert {look.text: look.era for look in story.looks} == {
            "61, grey braid": Era.PRESENT,
            "10, yellow raincoat": Era.FLASHBACK,
        }
        assert find_shot(story, "stands guard").characters == ("Mara",)
        screenplays.commit_script(studio)
        assert get_story(studio).looks == story.looks


def test_reading_decides_who_is_in_the_picture_unless_it_shows_nobody(tmp_path: Path) -> None:
    script = (
        "INT. CELLAR - NIGHT\n\nPAVEL shovels coal.\n\nPAVEL\nWho is there?\n\nA lamp swings.\n\n"
        "IDA (9) looks through the hatch at Pavel.\n"
    )
    studio = make_studio(tmp_path, script)
    try:
        gold = GoldReading(script)
        gold.add_person("Pavel", "PAVEL shovels coal")
        gold.add_beat("1", "shovels coal")
        gold.add_beat("1", "A lamp swings")
        gold.add_person("Ida", "IDA (9)")
        gold.add_beat("1", "through the hatch", "Ida")
        screenplays.commit_script(studio, reading=gold.make_reading())
        story = get_story(studio)
        assert find_shot(story, "shovels").characters == ("Pavel",)
        assert find_shot(story, "hatch").characters == ("Ida",)
        assert find_shot(story, "A lamp").characters == ()
    finally:
        studio.close()


@pytest.mark.parametrize(
    ("script", "weather", "time", "words"),
    [
        ("Dichter Nebel am Abend vor dem Fenster.", "Dichter Nebel", "Abend", ("fog", "EVENING")),
        ("Es regnet in der Nacht auf das Dach.", "Es regnet", "in der Nacht", ("rain", "NIGHT")),
        ("Hagelschlag und Sturm, ein kalter Morgen.", "Sturm", "Morgen", ("storm", "MORNING")),
        ("Glatteis und kalte Luft den ganzen Tag.", "kalte Luft", "Tag", ("kalte Luft", "DAY")),
    ],
)
def test_weather_and_time_of_a_reading_are_in_english(
    tmp_path: Path, script: str, weather: str, time: str, words: tuple[str, str]
) -> None:
    script = f"AUSSEN. LAUBE\n\nOTTO (40) steht mit der Laterne an der Tür und wartet auf sie. {script}\n"
    studio = make_studio(tmp_path, script)
    try:
        gold = GoldReading(script)
        gold.add_person("Otto", "OTTO (40)")
        gold.add_beat("1", "OTTO (40)", "Otto")
        gold.add_circumstances("1", "OTTO (40)", weather=weather, time_of_day=time)
        screenplays.commit_script(studio, reading=gold.make_reading())
        (shot, *_), (scene,) = get_story(studio).live_shots(), get_story(studio).scenes
        assert (shot.weather or scene.weather, shot.time_of_day or scene.time_of_day) == words
    finally:
        studio.close()
