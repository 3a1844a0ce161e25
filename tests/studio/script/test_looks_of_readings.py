"""Test the looks of a film with an accepted reading: what introductions state for certain and what the user
set stays, and a change of looks changes only what it names.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from milimo_tui.story.breakdown.facts import Fact
from milimo_tui.story.breakdown.film_reading import load_person
from milimo_tui.story.breakdown.worn_clothes import change_clothes
from milimo_tui.story.commit.accepted_reading import EVERYTHING, ReadingChoice
from milimo_tui.story.looks.looks import describe_visible_look, find_look_at_shot
from milimo_tui.story.values.film import Story
from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.script import screenplays
from milimo_tui.studio.takes import shot_spec
from tests.studio.script.read_films import GoldReading, find_element, find_shot, make_studio

SCRIPT = """INT. CLINIC - NIGHT

JUNE PARK (51), a nurse with cropped grey hair and a green cardigan, counts pills. Her dog BEAN, a small \
white poodle, sleeps.

June looks up.

JUNE
Nobody came.

EXT. BEACH - DAY

June comes along the water. She wears a red wool dress now.

{flashback}

June laughs.

INT. CLINIC - DAY

June, soaked, sits down. The dog barks.

She takes the hat from the shelf and puts it on.

She puts on the gloves and the glasses.
"""
ENGLISH = """EXT. BEACH - DAY (FLASHBACK)

YOUNG JUNE (19), long black hair, in a yellow sundress, runs into the sea."""
GERMAN = """INNEN. KÜCHE - ABEND

GRETE (38), kurze blonde Haare, in einem blauen Kittel, schält Äpfel. Der Kater MOHR liegt auf der Bank.

AUSSEN. GARTEN - TAG - RÜCKBLENDE

DIE JUNGE GRETE (18), lange blonde Zöpfe, in einem gelben Kleid, lacht.

Grete tanzt.
"""


def make_june_reading(script: str = "") -> GoldReading:
    gold = GoldReading(script or SCRIPT.format(flashback=ENGLISH))
    gold.add_person(
        "June", "JUNE PARK (51), a nurse with cropped grey hair and a green cardigan",
        age="51", features="cropped grey hair", clothes="a green cardigan", gender="she",
        role=Fact("a nurse", line=2, quote="JUNE PARK (51), a nurse with cropped grey hair"),
        other_names=("June Park", "Young June"),
    )  # fmt: skip
    gold.add_person("Bean", "BEAN, a small white poodle", kind="animal", build="small", features="white")
    gold.add_beat("1", "counts pills", "June", "Bean")
    gold.add_beat("1", "June looks up", "June")
    gold.add_beat("2", "along the water", "June")
    gold.add_change("2", "June", "She wears a red wool dress now.", clothes="a red wool dress")
    gold.add_beat("3", "June laughs", "June")
    gold.add_beat("4", "sits down", "June", "Bean")
    gold.add_change("4", "June", "June, soaked, sits down.", condition="soaked")
    gold.add_beat("4", "takes the hat", "June")
    gold.add_change("4", "June", "She takes the hat from the shelf and puts it on.", clothes="the hat")
    gold.add_beat("4", "the gloves", "June")
    gold.add_change("4", "June", "She puts on the gloves and the glasses.", clothes="the gloves")
    gold.add_change("4", "June", "She puts on the gloves and the glasses.", clothes="the glasses")
    return gold


def accept(folder: Path, gold: GoldReading, choice: ReadingChoice = EVERYTHING) -> Story:
    with closing(make_studio(folder, gold.script)) as studio:
        screenplays.commit_script(studio, reading=gold.make_reading(), choice=choice)
        return studio.take_snapshot().story


def find_look_text(story: Story, words: str, name: str = "June") -> str:
    element = find_element(story, name)
    return describe_visible_look(element, find_look_at_shot(story, find_shot(story, words), element))


def add_nothing(gold: GoldReading) -> None:
    pass


def add_changed_clothes(gold: GoldReading) -> None:
    quote = "YOUNG JUNE (19), long black hair, in a yellow sundress, runs into the sea."
    gold.add_change("3", "June", quote, clothes="a yellow sundress", features="long black hair")


@pytest.mark.parametrize("add_facts", [add_nothing, add_changed_clothes])
def test_introduction_at_another_age_stays(tmp_path: Path, add_facts: Callable[[GoldReading], None]) -> None:
    gold = make_june_reading()
    add_facts(gold)
    story = accept(tmp_path, gold)
    assert find_look_text(story, "runs into the sea") == "19, long black hair, in a yellow sundress"
    assert find_look_text(story, "June laughs") == "19, long black hair, in a yellow sundress"
    assert len([look for look in story.looks if look.era]) == 1
    prompt = shot_spec.compose_shot_prompt(story, find_shot(story, "June laughs"), "ltx2").text
    assert "of 19" in prompt
    assert "51" not in prompt


def test_change_at_another_age_is_added_to_the_introduction(tmp_path: Path) -> None:
    gold = make_june_reading(SCRIPT.format(flashback=f"{ENGLISH} She ties up her hair, wet to the skin."))
    quote = "She ties up her hair, wet to the skin."
    gold.add_change("3", "June", quote, condition="wet to the skin")
    story = accept(tmp_path, gold)
    assert find_look_text(story, "June laughs") == (
        "19, long black hair, in a yellow sundress, wet to the skin"
    )


def test_introduction_at_another_age_stays_in_german(tmp_path: Path) -> None:
    gold = GoldReading(GERMAN)
    gold.add_person(
        "Grete", "GRETE (38), kurze blonde Haare, in einem blauen Kittel",
        age="38", features="kurze blonde Haare", clothes="in einem blauen Kittel", gender="she",
    )  # fmt: skip
    gold.add_person("Mohr", "Der Kater MOHR liegt auf der Bank", kind="animal")
    gold.add_beat("1", "schält", "Grete", "Mohr")
    gold.add_beat("2", "Grete tanzt", "Grete")
    story = accept(tmp_path, gold)
    assert find_look_text(story, "tanzt", "Grete") == "18, lange blonde Zöpfe, in einem gelben Kleid"
    assert find_element(story, "Mohr").description == "Kater"


def test_later_introduction_with_another_age_stays(tmp_path: Path) -> None:
    later = "INT. KITCHEN - NIGHT\n\nTen years later. JUNE (61), white hair, pours tea."
    gold = make_june_reading(SCRIPT.format(flashback=later))
    story = accept(tmp_path, gold)
    assert find_look_text(story, "pours tea").startswith("61, white hair")
    assert find_look_text(story, "along the water").startswith("51")


@pytest.mark.parametrize(
    "choice",
    [
        ReadingChoice(frozenset({"1", "2"}), frozenset()),
        ReadingChoice(frozenset({"2"}), frozenset(), facts=frozenset({"2:look:2:June"})),
    ],
)
def test_change_without_the_person_keeps_the_rest_of_the_look(tmp_path: Path, choice: ReadingChoice) -> None:
    story = accept(tmp_path, make_june_reading(), choice)
    assert find_look_text(story, "June looks up") == (
        "51, a nurse with cropped grey hair and a green cardigan"
    )
    assert find_look_text(story, "along the water") == "51, a nurse with cropped grey hair, a red wool dress"


def test_garment_that_is_put_on_is_added(tmp_path: Path) -> None:
    story = accept(tmp_path, make_june_reading())
    assert find_look_text(story, "along the water") == "51, a nurse, cropped grey hair, a red wool dress"
    assert find_look_text(story, "takes the hat") == (
        "51, a nurse, cropped grey hair, a red wool dress, the hat, soaked"
    )
    assert find_look_text(story, "the gloves") == (
        "51, a nurse, cropped grey hair, a red wool dress, the hat, the gloves, the glasses, soaked"
    )


@pytest.mark.parametrize(
    ("worn", "change", "quote", "after"),
    [
        ("a black dress", "the cap", "Nora takes the cap and puts it on.", "a black dress, the cap"),
        ("a suit, a helmet and boots", "a red hat", "He puts on a red hat.", "a suit, boots, a red hat"),
        ("a suit", "a raincoat", "He throws a raincoat over his shoulders.", "a suit, a raincoat"),
        ("a suit", "gloves and a scarf", "She pulls on gloves and a scarf.", "a suit, gloves and a scarf"),
        ("ein Kleid", "einen Mantel", "Sie zieht einen Mantel an.", "ein Kleid, einen Mantel"),
        ("une robe", "une casquette rouge", "Elle met une casquette rouge.", "une robe, une casquette rouge"),
        ("un traje", "un sombrero negro", "Se pone un sombrero negro.", "un traje, un sombrero negro"),
        ("a yellow coat", "a black dress", "She puts on a black dress.", "a black dress"),
        ("a blue suit", "a grey coat", "He comes back in a grey coat.", "a grey coat"),
        ("a red hat, jeans", "a bathrobe", "Now in a bathrobe.", "a bathrobe"),
        ("jeans", "a coat", "He takes off the jeans. Under them a coat.", "a coat"),
        ("", "the cap", "He puts on the cap.", "the cap"),
        ("a suit", "", "", "a suit"),
    ],
)  # fmt: skip
def test_clothes_after_a_change(worn: str, change: str, quote: str, after: str) -> None:
    assert change_clothes(worn, Fact(change, quote=quote)) == after


def test_look_of_the_user_stays_and_gets_the_later_state(tmp_path: Path) -> None:
    gold = make_june_reading()
    with closing(make_studio(tmp_path, gold.script)) as studio:
        story = studio.take_snapshot().story
        begins = story.numbers[find_shot(story, "along the water").id]
        look = {"id": "June", "begins": begins, "wardrobe": "a man's suit", "hair": "white hair"}
        run_by_id(studio, "element.look.add", look)
        screenplays.commit_script(studio, reading=gold.make_reading())
        story = studio.take_snapshot().story
        assert find_look_text(story, "June looks up").endswith("a green cardigan")
        assert find_look_text(story, "along the water") == "a man's suit, white hair"
        assert find_look_text(story, "sits down") == "a man's suit, white hair, soaked"
        assert find_look_text(story, "takes the hat") == "a man's suit, white hair, soaked"
        assert find_look_text(story, "June laughs").startswith("19")


@pytest.mark.parametrize(
    ("added", "words", "age"),
    [
        (f"EXT. BEACH - DAY\n{ENGLISH.partition(chr(10))[2]}", "runs into the sea", "19"),
        ("INT. KITCHEN - NIGHT\n\nTen years later. JUNE (61), white hair, pours tea.", "pours tea", "61"),
    ],
)
def test_look_of_another_time_is_not_that_of_the_user(
    tmp_path: Path, added: str, words: str, age: str
) -> None:
    gold = make_june_reading(SCRIPT.format(flashback=added))
    with closing(make_studio(tmp_path, gold.script)) as studio:
        story = studio.take_snapshot().story
        begins = story.numbers[find_shot(story, "along the water").id]
        run_by_id(studio, "element.look.add", {"id": "June", "begins": begins, "text": "a man's suit"})
        for _ in range(2):  # Without a reading, and with it.
            story = studio.take_snapshot().story
            assert find_look_text(story, "along the water") == "a man's suit"
            assert find_look_text(story, words).startswith(age)
            screenplays.commit_script(studio, reading=gold.make_reading())


def test_state_before_a_look_of_the_user_is_not_added(tmp_path: Path) -> None:
    gold = make_june_reading()
    with closing(make_studio(tmp_path, gold.script)) as studio:
        story = studio.take_snapshot().story
        begins = story.numbers[find_shot(story, "takes the hat").id]
        run_by_id(studio, "element.look.add", {"id": "June", "begins": begins, "text": "a dry suit"})
        screenplays.commit_script(studio, reading=gold.make_reading())
        story = studio.take_snapshot().story
        assert find_look_text(story, "sits down").endswith("soaked")
        assert find_look_text(story, "takes the hat") == "a dry suit"


def test_animal_keeps_the_words_of_the_script(tmp_path: Path) -> None:
    story = accept(tmp_path, make_june_reading())
    assert find_element(story, "Bean").description == "a small white poodle"
    prompt = shot_spec.compose_shot_prompt(story, find_shot(story, "counts pills"), "ltx2").text
    assert "Bean, a small white poodle" in prompt


@pytest.mark.parametrize(
    ("action", "name", "role"),
    [
        ("Her dog BEAN sleeps.", "Bean", "dog"),
        ("On the sill BEAN, an old tabby cat with one ear, yawns.", "Bean", "an old tabby cat with one ear"),
        ("A fat black CAT crosses the yard.", "Cat", ""),
        ("BEAN, the dog barks, and runs off.", "Bean", ""),
        ("Old BEAN, 12, sleeps.", "Bean", ""),
    ],
)
def test_role_of_an_animal_is_its_noun_in_the_script(
    tmp_path: Path, action: str, name: str, role: str
) -> None:
    gold = GoldReading(f"EXT. YARD - DAY\n\n{action}\n\nA gate.\n")
    gold.add_person(name, action, kind="animal")
    gold.add_beat("1", action, name)
    person = load_person(find_element(accept(tmp_path, gold), name))
    assert person is not None
    assert person.role.text == role
