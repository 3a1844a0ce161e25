"""Test characters who enter a scene in many wordings: each has a look from the first appearance on."""

from __future__ import annotations

import pytest

from tests.story.looks.last_look import Passage, wrong_at_end

PASSAGES: tuple[Passage, ...] = (
    (
        "Teddy",
        (
            'INT. KITCHEN - DAY\n\nEDWARD "TEDDY" MARSH, twenty-three, an ill-fitting blazer, a thin '
            "new beard, waits.\n\nTEDDY\nTen."
        ),
        ("twenty-three", "ill-fitting blazer", "thin new beard"),
        (),
    ),
    (
        "Mac",
        "INT. KITCHEN - DAY\n\nJAMES “MAC” MACKAY (50s, flat cap, red nose) leans on the bar.\n\nMAC\nTen.",
        ("50s", "flat cap", "red nose"),
        (),
    ),
    (
        "Duke",
        "INT. KITCHEN - DAY\n\nROBERT 'DUKE' ELLIS, 41, in a white suit, enters.\n\nDUKE\nTen.",
        ("41", "white suit"),
        (),
    ),
    (
        "Wendell",
        "INT. KITCHEN - DAY\n\nWendell Pike (47, bolo tie, sunburned left arm) drives.\n\nWENDELL\nTen.",
        ("47", "bolo tie", "sunburned left arm"),
        (),
    ),
    (
        "Nora",
        "INT. KITCHEN - DAY\n\nNora Vance-Hill, 31, pregnant, in a yellow dress, drives.\n\nNORA\nTen.",
        ("31", "pregnant", "yellow dress"),
        (),
    ),
    (
        "Luc",
        "INT. KITCHEN - DAY\n\nLUC, 42, linen suit, panama hat, no socks, buys a fish.\n\nLUC\nNo.",
        ("42", "linen suit", "panama hat", "no socks"),
        (),
    ),
    (
        "Dolly",
        (
            "INT. KITCHEN - DAY\n\nDOLLY PRICE (58), a baker's apron over a velour tracksuit, a "
            "headset over her perm, lies there.\n\nDOLLY\nNo."
        ),
        ("baker's apron over a velour tracksuit",),
        ("  ",),
    ),
    (
        "Dolly",
        "INT. KITCHEN - DAY\n\nDOLLY, 58, a man's coat over a nightdress, stands there.\n\nDOLLY\nNo.",
        ("man's coat over a nightdress",),
        (),
    ),
    (
        "Rex",
        (
            "INT. OFFICE - DAY\n\nREX (45) is a bear of a man in a cheap brown suit. His tie has "
            "soup on it. He hasn't slept.\n\nREX\nSit."
        ),
        ("45", "cheap brown suit"),
        (),
    ),
    (
        "Birita",
        (
            "INT. ROOM - DAY\n\nBIRITA, the keeper, a head taller than the rest, red plait down her "
            "back, lifts one hand.\n\nBIRITA\nMe."
        ),
        ("keeper", "head taller than the rest", "red plait"),
        (),
    ),
    (
        "Dan",
        "INT. ROOM - DAY\n\nDAN, the barman, built like a bear, sleeves rolled, pulls a pint.\n\nDAN\nMe.",
        ("built like a bear",),
        (),
    ),
    (
        "Ray",
        (
            "INT. SHOP - DAY\n\nRAY, fifty, weighs out nails. His shirt is buttoned wrong, his tie "
            "is tucked in at the third button.\n\nRAY\nHere."
        ),
        ("fifty", "shirt", "tie"),
        (),
    ),
    (
        "Lou",
        (
            "INT. SHOP - DAY\n\nLOU's been up all night: red eyes, yesterday's dress, one "
            "earring.\n\nLOU\nHere."
        ),
        ("red eyes", "yesterday's dress", "one earring"),
        (),
    ),
    (
        "Lou",
        (
            "INT. SHOP - DAY\n\nLOU, late 30s. Tall. Wears her hair in a plait down to the belt and "
            "a man's waistcoat.\n\nLOU\nHere."
        ),
        ("late 30s", "tall", "hair in a plait", "man's waistcoat"),
        (),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA (34) has the look of someone who slept in her car: creased "
            "blouse, mascara under her eyes, one shoe.\n\nMAYA\nNo."
        ),
        ("34", "creased blouse", "one shoe"),
        (),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nAt the counter is MAYA. She's in her forties and wears a nurse's "
            "tunic and white clogs.\n\nMAYA\nNo."
        ),
        ("forties", "nurse's tunic", "white clogs"),
        (),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA, a woman in her late sixties with a walking frame and a lilac "
            "rinse, shuffles in.\n\nMAYA\nNo."
        ),
        ("late sixties", "lilac rinse", "walking frame"),
        (),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA stands at the sink in a man's dressing gown, hair every which "
            "way, fifty if she's a day.\n\nMAYA\nNo."
        ),
        ("man's dressing gown", "fifty"),
        (),
    ),
    (
        "Maya",
        "INT. ROOM - DAY\n\nEnter MAYA: seventeen, school tie at half mast, gum.\n\nMAYA\nNo.",
        ("seventeen", "school tie"),
        (),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMaya, nineteen, freckled, a daisy behind one ear, is asleep in the "
            "hay.\n\nMAYA\nNo."
        ),
        ("nineteen", "freckled", "daisy behind one ear"),
        (),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nBehind the bar: MAYA, 45, arms like a wrestler, tattoo of a swallow "
            "on her neck, a tea towel over one shoulder.\n\nMAYA\nNo."
        ),
        ("45", "tattoo of a swallow", "tea towel"),
        (),
    ),
    (
        "Maya",
        "INT. ROOM - DAY\n\nMAYA HOLT - 28, smart, tired, trouser suit - drops her keys.\n\nMAYA\nNo.",
        ("28", "trouser suit"),
        (),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA HOLT, 28, heavily pregnant in a raincoat that won't close, "
            "waves.\n\nMAYA\nNo."
        ),
        ("28", "pregnant", "raincoat"),
        (),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nWe see MAYA for the first time. Small. Late fifties. Grey hair "
            "pulled into a knot so tight it hurts to look at.\n\nMAYA\nNo."
        ),
        ("small", "late fifties", "grey hair"),
        (),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA (O.S.) shouts. Then she comes in, drenched, a plastic bag on "
            "her head, fifty-one years old.\n\nMAYA\nNo."
        ),
        ("drenched", "plastic bag", "fifty-one"),
        (),
    ),
    (
        "Maya",
        "INT. ROOM - DAY\n\nThere is MAYA, in black, as she has been for eleven years.\n\nMAYA\nNo.",
        ("black",),
        (),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA, 60s, sits bolt upright, handbag on her knees, hat with a "
            "pheasant feather, best coat.\n\nMAYA\nNo."
        ),
        ("60s", "hat with a pheasant feather", "best coat"),
        (),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nThe girl in the doorway is MAYA, nine, pyjamas with rockets on them, "
            "a bear by the leg.\n\nMAYA\nNo."
        ),
        ("nine", "pyjamas"),
        (),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA's dress is green. Her shoes are green. Her eyelids are green. "
            "She's forty.\n\nMAYA\nNo."
        ),
        ("dress", "green", "forty"),
        (),
    ),
    (
        "Maya",
        "INT. ROOM - DAY\n\nThe driver, MAYA, is a big woman of fifty in a Hawaiian shirt.\n\nMAYA\nNo.",
        ("fifty", "hawaiian shirt", "big"),
        (),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA, all elbows and knees at thirteen, wears her brother's jersey "
            "like a dress.\n\nMAYA\nNo."
        ),
        ("thirteen", "jersey"),
        (),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nOut of the steam comes MAYA in a towel, a shower cap and a "
            "temper.\n\nMAYA\nNo."
        ),
        ("towel", "shower cap"),
        (),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA has silver hair to the waist. She has bare feet and a cardigan "
            "the colour of porridge.\n\nMAYA\nNo."
        ),
        ("silver hair", "cardigan"),
        (),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nSitting on the wall, swinging her legs: MAYA. Ten. Wellingtons. A "
            "crown made of foil.\n\nMAYA\nNo."
        ),
        ("ten", "wellingtons", "crown made of foil"),
        (),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA -- hoodie, hi-vis, steel toecaps -- climbs down from the cab. "
            "She is about forty.\n\nMAYA\nNo."
        ),
        ("hoodie", "hi-vis", "about forty"),
        (),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA comes up the path with a suitcase. Seventy. Neat as a pin. "
            "Gloves.\n\nMAYA\nNo."
        ),
        ("seventy", "gloves"),
        (),
    ),
    (
        "Roy",
        "INT. ROOM - DAY\n\nROY, 50, wears a cowboy hat he never takes off.\n\nROY\nNo.",
        ("50", "cowboy hat"),
        (),
    ),
    (
        "Roy",
        (
            "INT. ROOM - DAY\n\nROY (50) is in a wheelchair, a rug over his knees, an oxygen mask on "
            "his face.\n\nROY\nNo."
        ),
        ("50", "wheelchair", "rug over his knees", "oxygen mask"),
        (),
    ),
    (
        "Roy",
        "INT. ROOM - DAY\n\nROY, 50, bald as an egg, in swimming trunks and nothing else.\n\nROY\nNo.",
        ("50", "bald", "swimming trunks"),
        (),
    ),
    (
        "Roy",
        (
            "INT. ROOM - DAY\n\nROY, 50, Black, elegant, three-piece suit, pocket watch, sits down "
            "to play.\n\nROY\nNo."
        ),
        ("50", "three-piece suit", "pocket watch"),
        (),
    ),
    (
        "Roy",
        (
            "INT. ROOM - DAY\n\nROY, a gaunt man of fifty with hollow cheeks and a preacher's "
            "collar, knocks.\n\nROY\nNo."
        ),
        ("fifty", "gaunt man", "hollow cheeks", "collar"),
        (),
    ),
    (
        "Roy",
        (
            "INT. ROOM - DAY\n\nROY is fifty, huge, and has a tiny dog under one arm. His T-shirt "
            "says MOM.\n\nROY\nNo."
        ),
        ("fifty", "huge", "t-shirt"),
        (),
    ),
    (
        "Roy",
        (
            "INT. ROOM - DAY\n\nROY takes up most of the sofa. He's in his vest. He's got a beard "
            "with crumbs in it.\n\nROY\nNo."
        ),
        ("vest", "beard"),
        (),
    ),
    (
        "Roy",
        (
            "INT. ROOM - DAY\n\nROY, the night porter: fifty, cardigan under his uniform jacket, "
            "carpet slippers.\n\nROY\nNo."
        ),
        ("fifty", "cardigan", "carpet slippers"),
        (),
    ),
    (
        "Roy",
        (
            "INT. ROOM - DAY\n\nROY, 50, grey ponytail, band T-shirt from a band nobody remembers, "
            "comes down the ladder.\n\nROY\nNo."
        ),
        ("50", "grey ponytail", "band t-shirt"),
        (),
    ),
    (
        "Roy",
        (
            "INT. ROOM - DAY\n\nROY's hair is dyed too black. His teeth are too white. He wears a "
            "velvet jacket, and rings.\n\nROY\nNo."
        ),
        ("hair", "velvet jacket"),
        (),
    ),
    (
        "Roy",
        (
            "INT. ROOM - DAY\n\nROY (50) sits on the edge of the bath with his trousers round his "
            "ankles.\n\nROY\nNo."
        ),
        ("50",),
        (),
    ),
    ("Roy", "INT. ROOM - DAY\n\nROY, 50, pulls on a balaclava.\n\nROY\nNo.", ("50", "balaclava"), ()),
    (
        "Roy",
        "INT. ROOM - DAY\n\nROY, 50, buttons a white coat over his tweeds.\n\nROY\nNo.",
        ("50", "white coat"),
        (),
    ),
    (
        "Roy",
        (
            "INT. ROOM - DAY\n\nRoy has shaved for the occasion. There is a nick on his chin with a "
            "bit of paper stuck to it. He's fifty. Good suit, once.\n\nROY\nNo."
        ),
        ("fifty", "good suit"),
        (),
    ),
    (
        "Roy",
        (
            "INT. ROOM - DAY\n\nROY (50), unshaven, in yesterday's clothes, a stain down his tie, "
            "fumbles with the key.\n\nROY\nNo."
        ),
        ("50", "unshaven", "yesterday's clothes", "stain down his tie"),
        (),
    ),
    (
        "Roy",
        (
            "INT. ROOM - DAY\n\nROY, sunburnt, peeling, 50, zinc on his nose, whistle round his "
            "neck, red lifeguard shorts.\n\nROY\nNo."
        ),
        ("50", "sunburnt", "red lifeguard shorts", "whistle round his neck"),
        (),
    ),
    (
        "Roy",
        "INT. ROOM - DAY\n\nROY is 50. He has one good eye; over the other, a patch.\n\nROY\nNo.",
        ("50",),
        (),
    ),
    (
        "Roy",
        (
            "INT. ROOM - DAY\n\nROY, 50, with a cut above his eye and somebody else's blood on his "
            "shirt, sits in the corridor.\n\nROY\nNo."
        ),
        ("50", "cut above his eye", "blood on his shirt"),
        (),
    ),
    (
        "Roy",
        "INT. ROOM - DAY\n\nROY, 50, leans on a stick. He is wearing two different shoes.\n\nROY\nNo.",
        ("50", "stick", "two different shoes"),
        (),
    ),
    (
        "Roy",
        "INT. ROOM - DAY\n\nROY, 50, in a dressing gown, comes in on crutches.\n\nROY\nNo.",
        ("50", "dressing gown", "crutches"),
        (),
    ),
    (
        "Roy",
        "INT. ROOM - DAY\n\nROY, 50, tweed jacket, hobbles in with a cane.\n\nROY\nNo.",
        ("50", "tweed jacket", "cane"),
        (),
    ),
)


@pytest.mark.parametrize("passage", PASSAGES, ids=[each[0] for each in PASSAGES])
def test_person_brought_in_has_the_described_look(passage: Passage) -> None:
    assert wrong_at_end(passage) == []
