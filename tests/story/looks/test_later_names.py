"""Test characters who appear before they have a name: they keep their look under the later name."""

from __future__ import annotations

import pytest

from tests.story.looks.last_look import Passage, wrong_at_end

PASSAGES: tuple[Passage, ...] = (
    (
        "Halvard",
        (
            "EXT. PIER - DAWN\n\nAn OLD MAN in a yellow oilskin mends a net. White beard, one "
            "eye.\n\nOLD MAN\nYou're early.\n\nINT. CAFE - LATER\n\nThe old man sits down across "
            "from NINA, 30, in a duffel coat.\n\nNINA\nYou're Halvard.\n\nHALVARD\nWas."
        ),
        ("yellow oilskin", "white beard"),
        (),
    ),
    (
        "Ruiz",
        (
            "EXT. PIER - DAWN\n\nA WOMAN in a leather jacket, cropped hair, forty, gets out of a "
            "van.\n\nWOMAN\nWhere is he?\n\nCOP\nOver there, Inspector.\n\nThis is INSPECTOR RUIZ. "
            "She walks to the edge.\n\nRUIZ\nGod."
        ),
        ("leather jacket", "cropped hair", "forty"),
        (),
    ),
    (
        "Agnes",
        (
            "INT. TRAIN - DAY\n\nAcross the aisle sits an elegant woman of about sixty: pearls, a "
            "camel coat, gloves the colour of butter. Her name is AGNES LOW.\n\nAGNES\nIs this taken?"
        ),
        ("about sixty", "pearls", "camel coat", "gloves"),
        (),
    ),
    (
        "Yusuf",
        (
            "INT. ROOM - DAY\n\nA DISHWASHER in a wet apron, sixty, stacks "
            "plates.\n\nDISHWASHER\nHot.\n\nCHEF\nYou're Yusuf?\n\nYUSUF\nYes."
        ),
        ("wet apron", "sixty"),
        (),
    ),
    (
        "Karin",
        (
            "INT. ROOM - DAY\n\nA YOUNG WOMAN, red beret, portfolio under her arm, "
            "hesitates.\n\nYOUNG WOMAN\nIs this the school?\n\nPORTER\nName?\n\nYOUNG WOMAN\nMy name "
            "is Karin Holt.\n\nPORTER\nGo on.\n\nKARIN\nThanks."
        ),
        ("red beret",),
        (),
    ),
    (
        "Karin",
        (
            "INT. ROOM - DAY\n\nA YOUNG WOMAN, red beret, hesitates.\n\nYOUNG WOMAN\nIs this the "
            "school?\n\nEXT. YARD - LATER\n\nThe young woman sits on a step. A BOY in shorts "
            "stops.\n\nBOY\nWho are you?\n\nYOUNG WOMAN\nI'm Karin.\n\nKARIN\nThanks."
        ),
        ("red beret",),
        (),
    ),
    (
        "Joe",
        (
            "INT. ROOM - DAY\n\nA figure in a grey hoodie slips in. He pushes back the hood: JOE, "
            "17, acne, a split lip.\n\nJOE\nMum?"
        ),
        ("17", "acne", "split lip", "grey hoodie"),
        (),
    ),
    (
        "Joe",
        "INT. ROOM - DAY\n\nA figure in a grey raincoat slips in. It is JOE, 17, a split lip.\n\nJOE\nMum?",
        ("17", "split lip", "grey raincoat"),
        (),
    ),
    (
        "Mara",
        (
            "INT. ROOM - DAY\n\nA nun comes down the aisle, black habit, sensible shoes. She lifts "
            "her head. It's MARA.\n\nMARA\nHi."
        ),
        ("black habit",),
        (),
    ),
    (
        "Customer",
        (
            "INT. ROOM - DAY\n\nA CUSTOMER comes in: grey overcoat, homburg, a week of "
            "pepper-and-salt beard.\n\nCUSTOMER\nGo.\n\nThe customer takes off his coat. The "
            "customer puts on his own coat."
        ),
        ("grey overcoat", "homburg", "week of pepper-and-salt beard"),
        ("own",),
    ),
    (
        "Bruno",
        (
            "INT. ROOM - DAY\n\nAt the end of the bar sits a very large man, BRUNO, in a fur "
            "coat.\n\nBRUNO\nTen."
        ),
        ("very large man", "fur coat"),
        (),
    ),
    (
        "Tess",
        "INT. ROOM - DAY\n\nThe door opens on a thin girl called TESS, yellow oilskins.\n\nTESS\nTen.",
        ("thin girl",),
        (),
    ),
    (
        "Woman in A Visor",
        (
            "INT. ROOM - DAY\n\nTESS, 15, sits. A woman in a visor, eighty if a day, is braiding her "
            "hair.\n\nTESS\nOw.\n\nWOMAN IN A VISOR\nStill."
        ),
        ("eighty if a day",),
        (),
    ),
    (
        "Man With Dog",
        "INT. ROOM - DAY\n\nA man with a dog, forty, green anorak, stops.\n\nMAN WITH DOG\nStill.",
        ("forty", "green anorak"),
        (),
    ),
    (
        "Baby",
        (
            "INT. ROOM - DAY\n\nA BABY on his back in a sleepsuit, arms flung up, "
            "asleep.\n\nMUM\nAh.\n\nThe baby stirs."
        ),
        ("sleepsuit",),
        (),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nA young woman sits alone. This is MAYA, twenty-two, thin coat, "
            "thinner shoes.\n\nMAYA\nNo."
        ),
        ("twenty-two", "thin coat", "thinner shoes"),
        (),
    ),
    (
        "Roy",
        (
            "INT. ROOM - DAY\n\nA tall man with a limp comes in. Fifty or so. Trench coat. He takes "
            "off a grey fedora. ROY.\n\nROY\nNo."
        ),
        ("fifty or so", "trench coat"),
        (),
    ),
    (
        "Roy",
        (
            "INT. ROOM - DAY\n\nAn apron. Above it a moustache. Above that, ROY, fifty, looking at "
            "the sky.\n\nROY\nNo."
        ),
        ("fifty",),
        (),
    ),
    (
        "Roy",
        (
            "INT. ROOM - DAY\n\nROY, an old yellow dog, lies there. TESS, 15, jeans, "
            "sits.\n\nROY\nNo.\n\nTess walks the dog on a length of rope.\n\nTESS\nCome."
        ),
        ("old yellow dog",),
        (),
    ),
    (
        "Roy",
        (
            "INT. ROOM - DAY\n\nROY, a big man in a fur coat, sits. TESS, 15, jeans, "
            "sits.\n\nROY\nNo.\n\nTess pushes the man off the bench.\n\nTESS\nCome."
        ),
        ("big man", "fur coat"),
        (),
    ),
)


@pytest.mark.parametrize("passage", PASSAGES, ids=[each[0] for each in PASSAGES])
def test_person_named_later_looks_as_before(passage: Passage) -> None:
    assert wrong_at_end(passage) == []
