"""Test the looks that introductions of people state: which phrases are certain, in six languages, and that
everything else becomes no look.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.core.ids import new_id
from milimo_tui.story.elements.elements import extract_elements, merge_elements
from milimo_tui.story.looks.introductions import find_introduced_looks
from milimo_tui.story.looks.look_draft import LookDraft
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.cast import build_cast
from milimo_tui.story.values.film import Element
from milimo_tui.story.values.shot_words import Era
from tests.story.films import drafts

CUES = "".join(f"\n{name}\nYes.\n" for name in ("ANNA", "TOM", "JOSÉ-ÉLAN"))


def find_looks(script: str) -> tuple[LookDraft, ...]:
    screenplay = fountain.parse(script.encode())
    read = [scene.as_read for scene in drafts(script)]
    return find_introduced_looks(screenplay, build_cast(screenplay), read)


def find_looks_in_action(*paragraphs: str, heading: str = "INT. WARD - DAY") -> dict[str, str]:
    """Return the text of the last look of each person in a scene with these paragraphs of action."""
    action = "\n\n".join(paragraphs)
    return {look.name: look.text for look in find_looks(f"{heading}\n\n{action}\n{CUES}")}


@pytest.mark.parametrize(
    ("action", "text"),
    [
        ("ANNA (38) pushes through the door.", "38"),
        ("ANNA, 38, pushes through the door.", "38"),
        ("ANNA, in her late thirties, nods.", "in her late thirties"),
        ("ANNA (30s, red hair) walks in.", "30s, red hair"),
        ("ANNA, thirty-eight, nods.", "thirty-eight"),
        ("Through the door comes ANNA (38), bareheaded.", "38, bareheaded"),
        ("ANNA, a tired courier in a grey coat, pushes past.", "a tired courier in a grey coat"),
        ("Anna, a tired courier in a grey coat, pushes past.", "a tired courier in a grey coat"),
        ("ANNA (38), blue nurse's scrubs, a scar over one eye, scours a pan.",
         "38, blue nurse's scrubs, a scar over one eye"),
        ("ANNA, a boy of eight with freckles, nods.", "a boy of eight with freckles"),
        ("ANNA, 60, very tall and thin, dressed all in black, nods.",
         "60, very tall and thin, dressed all in black"),
        ("ANNA (50), her sister, in a red hat and a coat, sits.", "50, in a red hat and a coat"),
        ("ANNA (38), grey coat, and TOM (50), brown jacket, wait.", "38, grey coat"),
        ("The door opens and ANNA (38) comes in.", "38"),
    ],
)  # fmt: skip
def test_introduction_of_one_person_is_a_look(action: str, text: str) -> None:
    assert find_looks_in_action(action)["Anna"] == text


@pytest.mark.parametrize(
    "action",
    [
        "ANNA and TOM, two nurses in their thirties, are leaning on the rail. They wear green scrubs.",
        "Anna has long grey hair, Tom's is shaved.",
        "ANNA and TOM, a nurse in green scrubs, wait.",
        "ANNA & TOM, tall and thin, wait.",
        "ANNA, TOM and JOSÉ-ÉLAN, in grey coats, wait.",
        "TOM and ANNA, both in grey coats, wait.",
        "ANNA waits, tired, in a grey coat.",
        "ANNA, looking at the door, nods.",
        "ANNA, removing gloves, nods.",
        "ANNA, a minute later, nods.",
        "ANNA, a cigarette in her hand, nods.",
        "ANNA, her coat over her arm, nods.",
        "ANNA, in a hurry, nods.",
        "ANNA, who is forty, nods.",
        "ANNA, a nurse pushes past her, stops.",
        "ANNA, a tired courier in a grey coat pushes past.",
        "ANNA, a friend of Tom's, nods.",
        "ANNA, no hat, nods.",
        "ANNA, out of breath, nods.",
        "ANNA (O.S.), a nurse, laughs.",
        "ANNA'S coat, grey, hangs on a hook.",
        "A photo of ANNA, 8, in a school uniform.",
        "On the screen ANNA, 38, in a grey coat, waves.",
        "He looks like ANNA, 38, a tall woman.",
        "A card says ANNA, 38, nurse.",
        "She wears a grey coat. ANNA nods.",
        "ANNA, 250, nods.",
    ],
)
def test_other_sentence_is_no_look(action: str) -> None:
    assert "Anna" not in find_looks_in_action(action)


def test_people_who_share_a_sentence_have_only_their_own_ages() -> None:
    found = find_looks_in_action("ANNA (38) and TOM (50), both in grey coats, wait.")
    assert found == {"Anna": "38", "Tom": "50"}
    found = find_looks_in_action("ANNA, 38, and TOM, 50, tall and thin, wait.")
    assert found == {"Anna": "38", "Tom": "50"}


def test_clothes_put_on_or_taken_off_are_no_look() -> None:
    later = ("She takes off the coat.", "Anna is soaked.", "Tom puts his jacket round her shoulders.")
    assert find_looks_in_action("ANNA (38), grey coat, waits.", *later) == {"Anna": "38, grey coat"}


def test_only_the_first_mention_introduces_a_person() -> None:
    assert find_looks_in_action("ANNA waits.", "Anna, bareheaded, nods.") == {}
    [look] = find_looks(f"INT. WARD - DAY\n\nANNA (38) waits.\n{CUES}\nAnna, in a red coat, nods.\n")
    assert (look.text, look.quote, look.line, look.opens) == ("38", "ANNA (38)", 3, True)


def test_another_era_has_its_own_introduction() -> None:
    looks = find_looks(
        f"INT. WARD - DAY\n\nANNA (38), grey coat, waits.\n{CUES}\n"
        "INT. HALL - DAY - FLASHBACK\n\nANNA, 19, yellow dress, dances.\n\nANNA\nYes.\n"
    )
    assert [(look.text, look.era.value) for look in looks] == [
        ("38, grey coat", ""),
        ("19, yellow dress", "flashback"),
    ]


@pytest.mark.parametrize(
    ("heading", "action", "text"),
    [
        ("INT. CUISINE - JOUR", "ANNA (40 ans), une infirmière fatiguée en manteau gris, pousse la porte.",
         "40 ans, une infirmière fatiguée en manteau gris"),
        ("INT. CUISINE - JOUR", "ANNA, la quarantaine, vêtue d'un manteau gris, entre dans la pièce.",
         "la quarantaine, vêtue d'un manteau gris"),
        ("INNEN. KÜCHE - TAG", "ANNA, Mitte vierzig, eine müde Krankenschwester mit kurzen Haaren, kommt.",
         "Mitte vierzig, eine müde Krankenschwester mit kurzen Haaren"),
        ("INNEN. KÜCHE - TAG", "ANNA (38), groß und hager, graues Haar, wartet an der Tür.",
         "38, groß und hager, graues Haar"),
        ("INT. COCINA - DÍA", "ANNA, 40 años, una mujer alta con abrigo gris, abre la puerta.",
         "40 años, una mujer alta con abrigo gris"),
        ("INT. CUCINA - GIORNO", "ANNA, sulla quarantina, capelli grigi, un cappotto rosso, apre la porta.",
         "sulla quarantina, capelli grigi, un cappotto rosso"),
        ("INT. COZINHA - DIA", "ANNA, quarenta anos, uma mulher alta de casaco cinzento, abre a porta.",
         "quarenta anos, uma mulher alta de casaco cinzento"),
    ],
)  # fmt: skip
def test_introductions_in_other_languages(heading: str, action: str, text: str) -> None:
    assert find_looks_in_action(action, heading=heading) == {"Anna": text}


@pytest.mark.parametrize(
    ("heading", "action"),
    [
        ("INT. CUISINE - JOUR", "ANNA et TOM, deux infirmières en manteau gris, poussent la porte."),
        ("INT. CUISINE - JOUR", "ANNA, une tasse à la main, pousse la porte de la salle."),
        ("INNEN. KÜCHE - TAG", "ANNA und TOM, zwei Krankenschwestern, sind in der Küche."),
        ("INNEN. KÜCHE - TAG", "ANNA, die Hände voll, kommt in die Küche und wartet."),
        ("INT. COCINA - DÍA", "ANNA y TOM, de negro, están en la cocina."),
        ("INT. CUCINA - GIORNO", "ANNA, in fretta, apre la porta della cucina."),
        ("INT. COZINHA - DIA", "ANNA, à porta, não se vira para ela."),
    ],
)  # fmt: skip
def test_other_sentences_in_other_languages_are_no_look(heading: str, action: str) -> None:
    assert find_looks_in_action(action, heading=heading) == {}


WORDS = "a the grey coat nods and TOM in of tall nurse who pushes her 38 with hair two , ( ) . hat is"


@given(st.lists(st.sampled_from(WORDS.split()), max_size=14))
def test_look_consists_of_pieces_after_the_name(words: list[str]) -> None:
    action = f"Then ANNA {' '.join(words)}.".replace(" ,", ",").replace("( ", "(").replace(" )", ")")
    looks = find_looks(f"INT. WARD - DAY\n\n{action}\n{CUES}")
    for look in looks:
        assert re.match(r"(?:ANNA|TOM)(?:,| \()", look.quote)
        for piece in look.text.split(", "):
            assert piece in look.quote
            assert not {"nods", "pushes", "is", "who", "two"} & set(piece.split())


def make_elements(action: str, before: tuple[Element, ...] = ()) -> tuple[Element, ...]:
    script = f"INT. WARD - DAY\n\n{action}\n\nANNA\nYes.\n"
    read = [scene.as_read for scene in drafts(script)]
    return merge_elements(before, extract_elements(fountain.parse(script.encode()), read), new_id=new_id)


def test_description_follows_the_script_until_the_user_writes_one() -> None:
    def description(found: tuple[Element, ...]) -> str:
        return next(element.description for element in found if element.name == "Anna")

    first = make_elements("ANNA, a nurse, waits.")
    again = make_elements("ANNA, a doctor, waits.", first)
    assert description(again) == "a doctor"
    by_hand = tuple(
        Element(id=e.id, kind=e.kind, name=e.name, trigger=e.trigger, description="tall", found=False)
        for e in again
    )
    assert description(make_elements("ANNA, a pilot, waits.", by_hand)) == "tall"


def test_age_of_a_young_character_is_of_another_era() -> None:
    [young, old] = find_looks(f"INT. WARD - DAY\n\nYOUNG ANNA (9) waits. Old TOM (70) sleeps.\n{CUES}")
    assert [(look.name, look.era is Era.PRESENT) for look in (young, old)] == [("Anna", False), ("Tom", True)]


def test_thousands_separator_ends_no_age() -> None:
    assert find_looks_in_action("ANNA, 40,000, watches.") == {}
