"""Test looks that change within one scene: clothes put on or taken off, hair let down, things uncovered."""

from __future__ import annotations

import pytest

from tests.story.looks.last_look import Passage, wrong_at_end

PASSAGES: tuple[Passage, ...] = (
    (
        "Luc",
        (
            "INT. KITCHEN - DAY\n\nLUC, 42, linen suit, panama hat, buys a fish.\n\nLUC\nNo.\n\nHe "
            "takes the fish and tips his hat to the inspector."
        ),
        ("panama hat",),
        (),
    ),
    (
        "Luc",
        (
            "INT. KITCHEN - DAY\n\nLUC, 42, top hat, buys a fish.\n\nLUC\nNo.\n\nHe raises his hat "
            "to a lady. He lifts his hat to them both."
        ),
        ("top hat",),
        (),
    ),
    (
        "Luc",
        (
            "INT. KITCHEN - DAY\n\nLUC, 42, linen suit, buys a fish.\n\nLUC\nNo.\n\nAYA, 30, leather "
            "jacket, runs.\n\nAYA\nStop.\n\nLuc runs up the stairs. His jacket is off; he has it "
            "round the fish."
        ),
        ("42", "linen trousers"),
        ("linen suit",),
    ),
    (
        "Aya",
        (
            "INT. KITCHEN - DAY\n\nLUC, 42, linen suit, buys a fish.\n\nLUC\nNo.\n\nAYA, 30, leather "
            "jacket, runs.\n\nAYA\nStop.\n\nLuc runs up the stairs. His jacket is off; he has it "
            "round the fish."
        ),
        ("leather jacket",),
        (),
    ),
    (
        "Luc",
        (
            "INT. KITCHEN - DAY\n\nLUC, 42, grey suit, waits.\n\nLUC\nNo.\n\nHe takes off his jacket "
            "and hangs it on the chair. LUC puts his jacket back on."
        ),
        ("grey suit",),
        ("trousers",),
    ),
    (
        "Luc",
        (
            "INT. KITCHEN - DAY\n\nLUC, 42, in a dark blue suit and a tie, waits.\n\nLUC\nNo.\n\nHe "
            "takes off his jacket and hangs it on the chair."
        ),
        ("dark blue trousers", "tie"),
        ("suit",),
    ),
    (
        "Ada",
        (
            "INT. KITCHEN - DAY\n\nADA, fifty, rubber apron, waits.\n\nADA\nNo.\n\nShe takes off the "
            "rubber apron. She picks up a panama hat out of a puddle. She puts it on."
        ),
        ("panama hat",),
        ("apron",),
    ),
    (
        "Bear",
        (
            "INT. KITCHEN - DAY\n\nBEAR (30s, hairnet, beard net) waits.\n\nBEAR\nNo.\n\nBear comes "
            "through. He has taken off the beard net, which shows a small neat goatee."
        ),
        ("hairnet", "small neat goatee"),
        ("beard net",),
    ),
    (
        "Ada",
        (
            "INT. KITCHEN - DAY\n\nADA, fifty, wool hat, waits.\n\nADA\nNo.\n\nShe pulls off the "
            "wool hat, revealing a shaved head."
        ),
        ("shaved head",),
        ("wool hat",),
    ),
    (
        "Ada",
        (
            "INT. KITCHEN - DAY\n\nADA, fifty, black coat, waits.\n\nADA\nNo.\n\nShe opens her coat "
            "to show a red waistcoat."
        ),
        ("red waistcoat",),
        (),
    ),
    (
        "Ada",
        (
            "INT. KITCHEN - DAY\n\nADA, fifty, black coat, waits.\n\nADA\nNo.\n\nShe sheds the coat "
            "to reveal a sequinned gown."
        ),
        ("sequinned gown",),
        ("coat",),
    ),
    (
        "Morven",
        (
            "INT. KITCHEN - DAY\n\nMORVEN, 31, ivory satin, a thistle in her dark hair, "
            "sits.\n\nMORVEN\nNo.\n\nThe thistle has come out of Morven's hair."
        ),
        ("ivory satin",),
        ("thistle",),
    ),
    (
        "Morven",
        (
            "INT. KITCHEN - DAY\n\nMORVEN, 31, ivory satin, a thistle in her dark hair, "
            "sits.\n\nMORVEN\nNo.\n\nMorven goes down under her own top table. She sits on the top "
            "step."
        ),
        ("thistle",),
        ("top",),
    ),
    (
        "Woman",
        (
            "INT. KITCHEN - DAY\n\nGAVIN, 36, tie, waits.\n\nGAVIN\nNo.\n\nA WOMAN of forty, red "
            "coat, comes in.\n\nWOMAN\nNo.\n\nGavin walks backwards ahead of the woman like a tour "
            "guide, tie over his shoulder."
        ),
        ("red coat",),
        ("tie",),
    ),
    (
        "Baptiste",
        (
            "INT. KITCHEN - DAY\n\nBAPTISTE, twenty-seven, a mustard cardigan, stands on a "
            "chair.\n\nBAPTISTE\nNo.\n\nBaptiste's whole face changes. Her expression changes. The "
            "light changes."
        ),
        ("mustard cardigan",),
        (),
    ),
    (
        "Petra",
        (
            "INT. GARAGE - NIGHT\n\nPETRA -- 20s, grease-stained coveralls, a wrench in her back "
            "pocket -- rolls out from under a Buick.\n\nPETRA\nShe's dead.\n\nPetra strips off the "
            "coveralls. Underneath: a cocktail dress.\n\nPETRA\nLet's go."
        ),
        ("20s", "cocktail dress"),
        ("coveralls",),
    ),
    (
        "Lila",
        (
            "INT. DRESSING ROOM - NIGHT\n\nLILA, 23, false lashes, feather headdress, sequined "
            "leotard, fishnets, kicks off her heels.\n\nLILA\nGod.\n\nShe takes off the headdress. "
            "Peels off the lashes, one, two. Pulls a sweatshirt over the leotard.\n\nLILA\nBed."
        ),
        ("23", "sweatshirt", "leotard"),
        ("headdress", "lashes"),
    ),
    (
        "Owen",
        (
            "INT. PUB - NIGHT\n\nOWEN, built like a door, shaved head, rugby shirt, forties, "
            "sings.\n\nOWEN\nBread of heaven.\n\nHis wife CERI -- small, fierce, a perm gone wrong, "
            "a Wales scarf -- covers her ears.\n\nCERI\nOwen."
        ),
        ("shaved head", "rugby shirt", "forties"),
        (),
    ),
    (
        "Ceri",
        (
            "INT. PUB - NIGHT\n\nOWEN, built like a door, shaved head, rugby shirt, forties, "
            "sings.\n\nOWEN\nBread of heaven.\n\nHis wife CERI -- small, fierce, a perm gone wrong, "
            "a Wales scarf -- covers her ears.\n\nCERI\nOwen."
        ),
        ("small", "perm gone wrong", "wales scarf"),
        (),
    ),
    (
        "Tosi",
        (
            "INT. ROOM - DAY\n\nTOSI, 45, grey cape, moustache, waits.\n\nTOSI\nMe.\n\nHe walks "
            "round the table. Under it: two clogs, and two bare feet."
        ),
        ("grey cape",),
        ("clogs",),
    ),
    (
        "Tosi",
        (
            "INT. ROOM - DAY\n\nTOSI, 45, grey cape, moustache, waits.\n\nTOSI\nMe.\n\nHe takes off "
            "the cape. Under it: a blue jersey."
        ),
        ("blue jersey",),
        ("cape",),
    ),
    (
        "Tosi",
        (
            "INT. ROOM - DAY\n\nTOSI, 45, grey cape, moustache, waits.\n\nTOSI\nMe.\n\nThe knife is "
            "in his boot. He has money in his sock."
        ),
        ("grey cape",),
        ("in his boot", "sock"),
    ),
    (
        "Jean",
        (
            "INT. HALL - NIGHT\n\nJEAN, 68, green velvet dress, sits.\n\nJEAN\nAh.\n\nBob drapes his "
            "jacket round Jean's shoulders.\n\nBOB\nSo."
        ),
        ("green velvet dress", "jacket"),
        (),
    ),
    (
        "Jean",
        (
            "INT. HALL - NIGHT\n\nJEAN, 68, green velvet dress, her hair up, "
            "sits.\n\nJEAN\nAh.\n\nShe takes out a pin and her hair comes down."
        ),
        ("hair loose",),
        ("hair up",),
    ),
    (
        "Ray",
        (
            "INT. SHOP - DAY\n\nRAY, 50, apron, pencil behind his ear, weighs out "
            "nails.\n\nRAY\nHere.\n\nThe pencil falls from behind his ear."
        ),
        ("apron",),
        ("pencil",),
    ),
    (
        "Ray",
        (
            "INT. SHOP - DAY\n\nRAY -- fifty, thick glasses, cardigan the colour of mud -- weighs "
            "out nails.\n\nRAY\nHere.\n\nHe takes his glasses off and pinches the bridge of his nose."
        ),
        ("fifty", "cardigan"),
        ("glasses",),
    ),
    (
        "Ray",
        (
            "INT. SHOP - DAY\n\nRAY -- fifty, thick glasses, cardigan -- weighs out "
            "nails.\n\nRAY\nHere.\n\nHis glasses have steamed up. He polishes them on the cardigan "
            "and puts them back."
        ),
        ("fifty", "cardigan", "thick glasses"),
        (),
    ),
    (
        "Ettore",
        (
            "INT. ROOM - DAY\n\nETTORE, 70, tunic, waits.\n\nETTORE\nGo.\n\nHe draws the towel off, "
            "and in the chair there is a man of forty with a tired face."
        ),
        ("70",),
        ("man", "tired"),
    ),
    (
        "Morven",
        (
            "INT. ROOM - DAY\n\nMORVEN, 31, ivory satin, a thistle in her dark hair, and AILSA (5) "
            "sit.\n\nMORVEN\nNo.\n\nAILSA\nNo.\n\nThe thistle has come out of Morven's hair; Ailsa "
            "puts it behind her own free ear."
        ),
        ("ivory satin", "dark hair"),
        ("thistle",),
    ),
    (
        "Ahmed",
        (
            "INT. A - DAY\n\nAHMED, 55, spectacles pushed up into his hair, "
            "reads.\n\nAHMED\nNo.\n\nHe takes his glasses down out of his hair and puts them on."
        ),
        ("55", "spectacles"),
        ("pushed",),
    ),
    (
        "Roy",
        (
            "INT. ROOM - DAY\n\nROY, 50, spectacles pushed up into white hair, "
            "reads.\n\nROY\nNo.\n\nHe takes his glasses down out of his hair and puts them on."
        ),
        ("50", "white hair", "spectacles"),
        ("pushed",),
    ),
)


@pytest.mark.parametrize("passage", PASSAGES, ids=[each[0] for each in PASSAGES])
def test_change_in_one_scene_is_found(passage: Passage) -> None:
    assert wrong_at_end(passage) == []
