"""Test clothes of a group: its members have the clothes of the group, and clothes of one member belong to
that member only.
"""

from __future__ import annotations

import pytest

from tests.story.looks.last_look import Passage, wrong_at_end

PASSAGES: tuple[Passage, ...] = (
    (
        "Rohan",
        (
            "INT. KITCHEN - DAY\n\nThe whole staff, in green polo shirts: DEBBIE, 55, perm; ROHAN, "
            "23, dark circles; and TED, 68.\n\nROHAN\nNo."
        ),
        ("23", "dark circles", "green polo shirt"),
        ("shirts",),
    ),
    (
        "Ted",
        (
            "INT. KITCHEN - DAY\n\nEverybody in hi-vis vests: DEBBIE, 55, perm; ROHAN, 23, dark "
            "circles; and TED, 68.\n\nTED\nNo."
        ),
        ("68", "hi-vis vest"),
        (),
    ),
    (
        "Pike",
        (
            "EXT. FIELD - DAY\n\nFive men in orange overalls dig. Their foreman, PIKE, fifty, a hard "
            "hat, watches.\n\nPIKE\nDeeper.\n\nOne of them, a boy with red hair, stops. COLM, "
            "17.\n\nCOLM\nWhy?"
        ),
        ("fifty", "hard hat"),
        (),
    ),
    (
        "Colm",
        (
            "EXT. FIELD - DAY\n\nFive men in orange overalls dig. Their foreman, PIKE, fifty, a hard "
            "hat, watches.\n\nPIKE\nDeeper.\n\nOne of them stops. COLM, 17, red hair.\n\nCOLM\nWhy?"
        ),
        ("17", "red hair", "orange overalls"),
        (),
    ),
    (
        "Bridesmaid One",
        (
            "INT. CHURCH - DAY\n\nFour BRIDESMAIDS in mint-green dresses giggle.\n\nBRIDESMAID "
            "ONE\nHe's here!\n\nBRIDESMAID TWO\nShut up!"
        ),
        ("mint-green dress",),
        (),
    ),
    (
        "Anton",
        (
            "EXT. CAMP - DAY\n\nPrisoners in striped pyjamas stand in rows. ANTON, 33, gaunt, is one "
            "of them.\n\nANTON\nHere.\n\nEXT. CAMP - GATE - DAY - THREE MONTHS LATER\n\nANTON, in a "
            "borrowed overcoat too large for him, walks out.\n\nANTON\nHere."
        ),
        ("33", "borrowed overcoat"),
        ("striped pyjamas",),
    ),
    (
        "Hale",
        (
            "INT. ROOM - DAY\n\nSix young soldiers in khaki sit along the wall. HALE, nineteen, is "
            "the smallest of them.\n\nHALE\nSir."
        ),
        ("nineteen", "khaki"),
        (),
    ),
    (
        "Nun 1",
        (
            "INT. ROOM - DAY\n\nTwo NUNS in white habits share a bag of crisps.\n\nNUN "
            "1\nSalt.\n\nNUN 2\nVinegar."
        ),
        ("white habit",),
        (),
    ),
    (
        "First Boy",
        (
            "INT. ROOM - DAY\n\nThree schoolboys in blazers and caps lean on the rail.\n\nFIRST "
            "BOY\nJump.\n\nSECOND BOY\nYou jump."
        ),
        ("blazer",),
        (),
    ),
    (
        "Ann",
        "INT. ROOM - DAY\n\nANN, 20, and BEA, 22, both in nurses' uniforms, smoke.\n\nANN\nSo.",
        ("20", "uniform"),
        (),
    ),
    (
        "Bea",
        (
            "INT. ROOM - DAY\n\nThe sisters wear identical yellow dresses. ANN is 20. BEA is 22, and "
            "chews gum.\n\nBEA\nSo."
        ),
        ("22", "yellow dress"),
        (),
    ),
    (
        "Bea",
        (
            "INT. ROOM - DAY\n\nANN (20) and BEA (22) sit in deckchairs. They wear matching straw "
            "hats.\n\nBEA\nSo."
        ),
        ("22", "straw hat"),
        (),
    ),
    (
        "Bea",
        "INT. ROOM - DAY\n\nANN (20) and BEA (22) come in. Both wear black. Both carry lilies.\n\nBEA\nSo.",
        ("22", "black"),
        (),
    ),
    (
        "Bea",
        "INT. ROOM - DAY\n\nANN (20) and BEA (22) come in, in wetsuits, dripping.\n\nBEA\nSo.",
        ("22", "wetsuit"),
        (),
    ),
    (
        "Birita",
        (
            "INT. ROOM - DAY\n\nEleven girls in yellow tracksuits sit on the floor. One of them, "
            "BIRITA, fifteen, red plait, lifts a hand.\n\nBIRITA\nMe.\n\nINT. HALL - LATER\n\nEleven "
            "girls in grey cardigans come out in single file.\n\nBIRITA\nHot."
        ),
        ("fifteen", "grey cardigan", "red plait"),
        ("tracksuit",),
    ),
    (
        "Guard",
        (
            "INT. ROOM - DAY\n\nTwo GUARDS in grey uniforms flank the gate. A third GUARD eats an "
            "apple.\n\nGUARD\nMe."
        ),
        ("grey uniform",),
        (),
    ),
    (
        "Mo",
        (
            "INT. ROOM - DAY\n\nThe team troops in wearing muddy rugby shirts. MO, 22, has lost a "
            "tooth.\n\nMO\nMe."
        ),
        ("22",),
        (),
    ),
    (
        "Ida",
        (
            "INT. HALL - NIGHT\n\nThe choir is in long black dresses. IDA, 50, the tallest of them, "
            "holds the folder.\n\nIDA\nAh."
        ),
        ("50", "long black dress"),
        (),
    ),
    (
        "Ida",
        (
            "INT. HALL - NIGHT\n\nIDA, 50, and her sister UTE, 48, are dressed in identical grey "
            "coats and felt hats.\n\nIDA\nAh."
        ),
        ("50", "grey coat", "felt hat"),
        (),
    ),
    (
        "Ute",
        (
            "INT. HALL - NIGHT\n\nIDA, 50, and her sister UTE, 48, are dressed in identical grey "
            "coats and felt hats.\n\nUTE\nAh."
        ),
        ("48", "grey coat", "felt hat"),
        (),
    ),
    (
        "Bob",
        "INT. HALL - NIGHT\n\nBOB (70) and JEAN (68), in evening dress, dance.\n\nBOB\nAh.",
        ("70", "evening dress"),
        (),
    ),
    (
        "Bob",
        (
            "INT. HALL - NIGHT\n\nBOB, 70, in a dinner jacket, and JEAN, 68, in green velvet, "
            "dance.\n\nBOB\nAh."
        ),
        ("70", "dinner jacket"),
        ("velvet",),
    ),
    (
        "Jean",
        (
            "INT. HALL - NIGHT\n\nBOB, 70, in a dinner jacket, and JEAN, 68, in green velvet, "
            "dance.\n\nJEAN\nAh."
        ),
        ("68", "green velvet"),
        ("dinner jacket",),
    ),
    (
        "Ines",
        (
            "INT. ROOM - DAY\n\nIn the thick of them, a cord. One end round the wrist of INES (29, "
            "black goggles, red singlet). The other round MATEO's (32, rangy, a yellow "
            "bib).\n\nINES\nGo."
        ),
        ("29", "black goggles", "red singlet"),
        (),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA (early 20s, dungarees) and her brother KIT (19, cricket whites) "
            "carry a canoe.\n\nMAYA\nNo."
        ),
        ("early 20s", "dungarees"),
        ("cricket",),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nTwo women wait. One is MAYA, 30, an orange sari under a ski "
            "jacket.\n\nMAYA\nNo."
        ),
        ("30", "orange sari", "ski jacket"),
        (),
    ),
)


@pytest.mark.parametrize("passage", PASSAGES, ids=[each[0] for each in PASSAGES])
def test_clothes_of_one_of_several_are_found(passage: Passage) -> None:
    assert wrong_at_end(passage) == []
