"""Test the comparison of written prompts with facts on varied shots: paragraphs that a person would accept,
and paragraphs with one error each.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.engines.prompting.paragraph_check import check_paragraph
from milimo_tui.engines.specs.text_specs import PersonFacts, PromptFacts


def make_facts(size: str, movement: str, action: str, *people: tuple[str, ...], **more: Any) -> PromptFacts:
    """Return the facts of a shot. Each person is a name, followed by the facts of the look."""
    known = " ".join((action, *(word for one in people for word in one), *map(str, more.get("lines", ()))))
    values: dict[str, Any] = {
        "size": size,
        "movement": movement,
        "action": action,
        "people": tuple(PersonFacts(name=one[0], look=one[1:]) for one in people),
        "known_text": known,
    }
    return PromptFacts.model_validate(values | more)


OFFICE = make_facts(
    "medium shot", "static", "Adel slides the envelope across the desk. Ruth does not look at it.",
    ("Adel", "early forties", "a grey three-piece suit"),
    ("Ruth", "70", "white hair in a bun", "a navy cardigan"),
    absent=("Constance", "Will", "Sergeant Boyle"),
    lines=("You’ve got until five o’clock, Ruth. Not a minute more.",),
    place="law office", time_of_day="DAY",
)  # fmt: skip
FERRY = make_facts(
    "wide shot", "pan left", "The ferry turns in the harbour. Gulls rise from the mast.",
    absent=("Nell", "Tom"), place="harbour", time_of_day="DAWN",
)  # fmt: skip
KITCHEN = make_facts(
    "close-up", "static", "Nell reads the letter and folds it twice.",
    ("Nell", "thirty", "red curly hair", "a paint-stained shirt"),
    heard=("Tom",), absent=("Grace",), lines=("Is it from her?",), place="kitchen", time_of_day="EVENING",
)  # fmt: skip
MARKET = make_facts(
    "wide shot", "track", "Joao runs between the stalls with two loaves under his arm. Traders shout.",
    ("Joao", "12", "barefoot", "a torn football shirt"),
    absent=("Ines",), place="fish market", time_of_day="MORNING",
)  # fmt: skip
FOREST = make_facts(
    "extreme wide shot", "crane up", "A column of people walks between the pines in the snow.",
    place="pine forest", time_of_day="DUSK", absent=("Anna", "Old Peter"),
)  # fmt: skip
DOG = make_facts(
    "medium close-up", "dolly in", "Biscuit digs under the fence and looks up.",
    ("Biscuit", "a brown terrier", "one torn ear"),
    absent=("Mrs. Abel",), place="garden", time_of_day="DAY", angle="low",
)  # fmt: skip
PHONE = make_facts(
    "medium close-up", "static", "Otto listens with the phone at his ear.",
    ("Otto", "52", "heavy", "a grey beard", "a parka"),
    heard=("Joan",), absent=("Pete",), lines=("The 9:40 is late again.", "Then take the 10:15."),
    place="bus depot", time_of_day="NIGHT",
)  # fmt: skip
QUOTES = make_facts(
    "medium shot", "dolly out", "Ada holds up a sign that says CLOSED.",
    ("Ada", "apron"), absent=(), lines=('He said "never" and left.', "I don’t believe him!"),
    place="bakery", time_of_day="AFTERNOON",
)  # fmt: skip
STILL = make_facts(
    "medium shot", "", "Ida waters a fern on the sill.", ("Ida", "fifty", "a yellow apron"),
    absent=("Olaf",), place="room", time_of_day="NIGHT", is_still=True,
)  # fmt: skip
FRENCH = make_facts(
    "close-up", "static", "Jeanne ferme la fenêtre.", ("Jeanne", "un manteau gris"),
    absent=("Luc",), lines=("Il n’est pas venu.",), place="Chambre", time_of_day="NUIT", is_english=False,
)  # fmt: skip
TWINS = make_facts(
    "medium shot", "pan right", "Max and Moritz jump over the puddle one after the other.",
    ("Max", "ten", "a blue raincoat"), ("Moritz", "ten", "a green raincoat"),
    absent=("Dorothea",), place="yard", time_of_day="MORNING",
)  # fmt: skip
LIGHTHOUSE = make_facts(
    "medium shot", "static", "Mercy climbs the last stair, out of breath, and lights the lamp.",
    ("Mercy Okafor", "sixty-three", "close-cropped silver hair", "a yellow oilskin coat"),
    absent=("May", "Will"), place="lighthouse", time_of_day="NIGHT",
)  # fmt: skip

BAR = make_facts(
    "medium shot",
    "dolly in",
    "Sergeant Ruiz wipes the counter. The bartender hands her a glass of rum.",
    ("Sergeant Ruiz", "44", "a scar on the left cheek", "a khaki uniform"),
    ("Bartender", "bald", "a white shirt with rolled sleeves"),
    absent=("Captain Hale", "Lucy", "Man at the door"),
    lines=("Keep it.", "I said keep it!"),
    place="Hotel Paloma - bar",
    time_of_day="NIGHT",
)
CAR = make_facts(
    "close-up",
    "static",
    "Grace grips the wheel and looks in the mirror.",
    ("Grace Lee", "late fifties", "short black hair", "a green parka", "a cut on her forehead"),
    heard=("Dispatcher",),
    absent=("Tom Lee", "Hugo"),
    lines=("Unit 7, report.",),
    place="police car",
    time_of_day="DUSK",
    angle="profile",
)
BEACH = make_facts(
    "extreme wide shot",
    "tilt down",
    "Two fishermen pull a boat out of the surf.",
    place="beach",
    time_of_day="SUNRISE",
    absent=("Ida",),
)

YARD = make_facts(
    "medium shot",
    "arc",
    "Three nuns hang sheets. Father Brown chases a goose.",
    ("Father Brown", "round face", "a black cassock"),
    absent=("Sister Agnes", "Mayor"),
    place="convent yard",
    time_of_day="DAY",
    known_text="Three nuns hang sheets. Father Brown chases a goose. The Mayor arrives at ten.",
)
KID = make_facts(
    "close-up",
    "static",
    "Lily blows out the candles.",
    ("Lily", "seven", "a paper crown"),
    heard=("Mum", "Grandpa"),
    absent=("Ben",),
    lines=("Make a wish!", "Did you?"),
    place="dining room",
    time_of_day="EVENING",
)
EMPTY = make_facts(
    "wide shot",
    "static",
    "A phone rings on the desk. Nobody answers.",
    place="newsroom",
    time_of_day="NIGHT",
    absent=("Sam",),
)
MAN = make_facts(
    "medium close-up",
    "zoom in",
    "The old man peels an orange with one hand.",
    ("Old Man", "80", "a wool hat"),
    place="park bench",
    time_of_day="AFTERNOON",
    absent=("Nurse",),
)
TWO = make_facts(
    "medium shot",
    "dolly left",
    "Vic hands Dee the keys.",
    ("Vic", "40", "a denim jacket", "dark glasses"),
    ("Dee", "forty", "a white denim jacket"),
    lines=(
        "Don't scratch it.",
        " No.",
    ),
    place="car park",
    time_of_day="LATER",
    absent=(),
)

CASES = tomllib.loads(Path(__file__).with_name("varied_paragraphs.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES["good"], ids=lambda case: f"{case['facts']} {case['text'][-40:]}")
def test_right_paragraph_has_no_fault(case: dict[str, str]) -> None:
    assert check_paragraph(case["text"], globals()[case["facts"]]) == ()


@pytest.mark.parametrize("case", CASES["bad"], ids=lambda case: f"{case['facts']} {case['text'][-40:]}")
def test_wrong_paragraph_has_a_fault(case: dict[str, str]) -> None:
    assert case["text"] not in {good["text"] for good in CASES["good"]}
    assert check_paragraph(case["text"], globals()[case["facts"]]), case["text"]
