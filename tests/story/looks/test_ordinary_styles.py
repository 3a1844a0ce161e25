"""Test the look of a character at the end of scenes in common screenplay styles, including features that must
have ended.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from milimo_tui.story.looks.looks_found import find_looks
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.shots.shots import break_down_script


def last_of(name: str, text: str) -> str:
    scenes = break_down_script(fountain.parse(f"INT. HALL - DAY\n\n{text}".encode()), Fraction(24))
    return [each.text for each in find_looks([scene.as_read for scene in scenes]) if each.name == name][-1]


@pytest.mark.parametrize(
    ("name", "text", "then"),
    [
        ("Lenny", 'ELENA "LENNY" RUIZ, 28, apron, bleached buzz cut, wipes down.\n\nLenny takes off the '
         'apron.'
         "\n\nLENNY\nClosed.", "28, bleached buzz cut"),
        ("Jimmy", "JAMES “Jimmy” O'NEAL (45, tweed cap) sits.\n\nJIMMY\nYes.\n\nO'Neal takes off the "
         "cap.", "45"),
        ("Bill", "WILLIAM (BILL) HART, 60s, bow tie, enters.\n\nBILL\nHello.", "60s, bow tie"),
        ("Detective Nora Blake", "DETECTIVE NORA BLAKE - 50, hard eyes, gray trench coat - steps in.",
         "50, hard eyes, gray trench coat"),
        ("Julia", "JULIA is a striking woman in her late twenties with long auburn hair.",
         "late twenties, striking woman, long auburn hair"),
        ("Nina", "NINA, 40, glides in wearing a green silk gown.", "40, green silk gown"),
        ("Frank", "FRANK, fiftyish, wearing boxers and an undershirt, opens the fridge.",
         "fiftyish, boxers and an undershirt"),
        ("Dean", "DEAN (29), hi-vis jacket.\n\nON THE SCREEN\n\nA cot.\n\nBACK TO SCENE\n\nDEAN (29), hi-vis "
         "jacket.\n\nDean goes first, in his socks.", "29, hi-vis jacket, in his socks"),
        ("Hobday", "HOBDAY, forty, a jerkin over his tunic.\n\nHe takes off the jerkin.\n\nHobday goes "
         "up the "
         "ladder in his tunic.", "forty, tunic"),
        ("Ida", "IDA, 20, walks up in a grey pelisse and a bonnet that was her mother's.",
         "20, in a grey pelisse and a bonnet"),
        ("Ida", "IDA, 20, skin suit, waits. A man's face, blue, a beard. Asleep.", "20, skin suit"),
        ("Ida", "IDA, 20, red coat, unlocks her bike. The phone in her pocket rings.", "20, red coat"),
        ("Ida", "Mud to the thighs and a moon that helps nobody. IDA, 20, a jerkin, stands.", "20, jerkin"),
        ("Lucy", "IDA (30) waits. Out of the fog, a horse, led. It is a girl of fifteen, a shawl over her "
         "nightgown: LUCY.", "fifteen, girl, shawl over her nightgown"),
        ("Ida", "IDA (32, paint on her jeans) goes.\n\nEXT. STREET - NIGHT\n\nIda waits, her hat under "
         "her arm "
         "and her red hair on end.", "32, red hair on end, paint on her jeans"),
        ("Ida", "IDA, 30, a towel round her neck, hair wet, sits.\n\nINT. OFFICE - NIGHT\n\nIda is in a "
         "suit.",
         "30, in a suit"),
        ("Sam", "SAM, 17, a nose ring, sits. She's wearing a T-shirt under a school blazer.\n\nSAM\nNo.",
         "17, nose ring, T-shirt under a school blazer"),
        ("Smith", "A MAN in a gray suit (40s) reads. This is SMITH.", "40s, in a gray suit"),
        ("Eva", "EVA, 30, hoodie, runs. She pulls the hood up over her head.", "30, hoodie, hood up"),
        ("Eva", "EVA, 30, bathrobe, pours.\n\nShe's dressed for work. She buttons a shirt.", "30, shirt"),
        ("Eva", "EVA, 30, a long blonde wig. She pulls off the wig. Underneath, short brown hair.",
         "30, short brown hair"),
        ("Eva", "EVA, 30, sunglasses, sits. She removes the sunglasses. One eye is bruised.",
         "30, eye is bruised"),
        ("Eva", "EVA, 30, tracksuit, earbuds in. She takes out the earbuds.", "30, tracksuit"),
        ("Eva", "EVA, 30, ponytail, scrubs the floor.", "30, ponytail"),
        ("Eva", "EVA, 30, sits up in a hospital gown.\n\nEva, dressed now, walks out.", "30"),
        ("Eva", "EVA, 30, a fake moustache, a cap. She peels off the moustache.", "30, cap"),
        ("Eva", "EVA is forty, gray at the temples, in a cardigan.", "forty, in a cardigan, gray at the "
         "temples"),
        ("Eva", "EVA, 30, a hat and a vest over a suit. She takes off the hat.", "30, a vest over a suit"),
        ("Eva", "EVA, 30, long hair. She has dyed her hair black.", "30, black hair"),
        ("Eva", "EVA, 30, waits. She watches a girl with red braids.", "30"),
        ("Tom", "EVA, 30, red scarf, waits. She winds the scarf around Tom's neck.\n\nTOM\nOh.", "red scarf"),
        ("Eva", "EVA, 30, red scarf, waits. She winds the scarf around Tom's neck.\n\nTOM\nThanks.", "30"),
        ("Eva", "EVA, 30, hair on end, sits. She puts on a cap.", "30, cap"),
        ("Eva", "EVA, 30, an apron. In the chair there is a man of forty.", "30, apron"),
        ("Eva", "EVA, 30, a shirt, blood on her sleeve.", "30, shirt, blood on her sleeve"),
        ("Stan", "IDA (20) runs. Behind her, on a bicycle, in a bearskin hat, STAN (60) rings the bell."
         "\n\nIDA\nNo.", "60, in a bearskin hat"),
        ("Anna", "TOM, 40, sits. Next to him, in a fur coat, her hair up, ANNA drinks.\n\nANNA\nHi.",
         "in a fur coat, hair up"),
        ("Tom", "TOM, 40, sits. Next to him, in a fur coat, her hair up, ANNA drinks.\n\nANNA\nHi.", "40"),
        ("Anna", "ANNA, pushing 50 but dressed like 20: crop top, pink leggings.\n\nANNA\nHi.",
         "pushing 50, crop top, pink leggings"),
        ("Anna", "ANNA (25) in cut-offs, sunburned shoulders, sells ice.", "25, sunburned shoulders, in "
         "cut-offs"),
        ("Tom", "TOM, 40. A gold tooth. He chews.", "40, gold tooth"),
        ("Ida", "IDA, 80, furs. With the tip of her stick she taps the pane over a boat.", "80, furs"),
        ("Ida", "IDA, 18. She has a yellow bruise from the ear to the jaw.",
         "18, yellow bruise from the ear to the jaw"),
        ("Anna", "ANNA, 30. Her arms are covered in tattoos.", "30, arms are covered in tattoos"),
        ("Tom", "TOM, 40, is now clean-shaven, in a suit.", "40, in a suit, clean-shaven"),
        ("Tom", "TOM, 30, helmet, goggles pushed up on the helmet, waits.",
         "30, helmet, goggles pushed up on the helmet"),
        ("Tom", "TOM, 30, blood on his white shirt.\n\nINT. KITCHEN - LATER\n\nTom, in a clean T-shirt, "
         "drinks.",
         "30, in a clean T-shirt"),
        ("Ann", "ANN, 70, black bathing suit. She looks left: a towel.", "70, black bathing suit"),
        ("Tom", "TOM, 40, tie. He rips his tie off and knots it round his head.", "40, tie round his head"),
        ("Hale", "HALE, 40, black coat. A line runs down the street, between his skates.", "40, black coat"),
        ("Sam", "SAM, 17, a T-shirt under a blazer. Sam strips off the blazer and ties it around her waist.",
         "17, T-shirt, blazer around her waist"),
        ("Man", "MAN, 40, hat on his knees, sits. He puts on his hat.\n\nMAN\nHi.", "40, hat"),
        ("Tom", "TOM, 40, jacket slung over his shoulder. He puts the jacket on.", "40, jacket"),
        ("Ann", "ANN, 30, mud on her face, a wedding dress.\n\nShe comes out in the navy tracksuit.",
         "30, in the navy tracksuit"),
        ("Ida", "IDA, 30, a coat, waits. Her coat lies over a chair.", "30"),
    ],
)  # fmt: skip
def test_ordinary_styles_are_found(name: str, text: str, then: str) -> None:
    assert last_of(name, text) == then


@pytest.mark.parametrize(
    "there",
    [
        "in the dress shop",
        "by the coat rack",
        "under the bonnet of the truck",
        "with two glasses of wine",
        "under the top table",
        "in the boot of the car",
        "in a belt of trees",
        "with a ring of keys",
        "in the ring",
        "with a mask of calm",
        "in a leather armchair",
    ],
)
def test_name_like_a_garment_is_not_worn(there: str) -> None:
    assert last_of("Ann", f"ANN, 30, jeans, comes in.\n\nAnn waits {there}.") == "30, jeans"


def test_apposition_describes_the_named_person() -> None:
    text = "Out comes a CHILD, a girl about six, in a flight jacket.\n\nCHILD\nHi.\n\nThe girl laughs."
    assert last_of("Child", text) == "girl about six, in a flight jacket"


@pytest.mark.parametrize(
    ("told", "then"),
    [
        ("A tall man waits by the window, thin as a rake. This is HOLLIS.", "tall man, thin as a rake"),
        ("A tall man in a white coat waits by the window. This is HOLLIS.", "tall man, in a white coat"),
        ("A short, stocky man with a limp polishes a glass. It is HOLLIS.", "short stocky man, with a limp"),
        ("A man with tattooed arms stands at the bar. His name is HOLLIS.", "with tattooed arms"),
        ("HOLLIS, her uncle, is seventy and wears a beret.", "seventy, uncle, beret"),
    ],
)
def test_person_named_after_the_description_looks_so(told: str, then: str) -> None:
    assert last_of("Hollis", f"{told}\n\nHOLLIS\nWell?") == then
