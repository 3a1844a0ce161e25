"""How somebody looks at the end of scenes told in the ordinary ways of film scripts, and how no more."""

from __future__ import annotations

from fractions import Fraction

import pytest

from milimo_tui.story.looks.looks_found import looks_found
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.shots.shots import break_down


def last_of(name: str, text: str) -> str:
    scenes = break_down(fountain.parse(f"INT. HALL - DAY\n\n{text}".encode()), Fraction(24))
    return [each.text for each in looks_found([scene.as_read for scene in scenes]) if each.name == name][-1]


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
    ],
)  # fmt: skip
def test_ordinary_styles(name: str, text: str, then: str) -> None:
    assert last_of(name, text) == then


def test_an_apposition_is_the_one_who_was_named() -> None:
    text = "Out comes a CHILD, a girl about six, in a flight jacket.\n\nCHILD\nHi.\n\nThe girl laughs."
    assert last_of("Child", text) == "girl about six, in a flight jacket"
