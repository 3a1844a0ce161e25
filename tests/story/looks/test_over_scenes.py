"""How looks hold over scenes, who keeps one under a new name, and what a group's clothes are on one of it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from milimo_tui.story.looks.looks_found import looks_found
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.shots.shots import break_down

PASSAGES: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
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
        "Marta",
        (
            "INT. SURGERY - MORNING\n\nMARTA KOWALSKA, 52, white coat, grey bob, washes her "
            "hands.\n\nMARTA\nNext.\n\nINT. SURGERY - LATER\n\nMarta signs a form. Her coat hangs on "
            "the door.\n\nMARTA\nNext."
        ),
        ("52", "grey bob"),
        ("white coat",),
    ),
    (
        "Marta",
        (
            "INT. FLAT - NIGHT\n\nMARTA (52), nightgown, hair in curlers, waters a "
            "plant.\n\nMARTA\nShh.\n\nEXT. STREET - THE NEXT DAY\n\nMarta walks fast in a green "
            "raincoat, a briefcase in her hand.\n\nMARTA\nTaxi!"
        ),
        ("52", "green raincoat"),
        ("nightgown", "curlers"),
    ),
    (
        "Marta",
        (
            "INT. FLAT - BEDROOM - NIGHT\n\nMARTA (52), in a nightgown, waters a "
            "plant.\n\nMARTA\nShh.\n\nINT. OFFICE - DAY\n\nMarta types, in a navy "
            "suit.\n\nMARTA\nDone."
        ),
        ("52", "navy suit"),
        ("nightgown",),
    ),
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
        "Dev",
        (
            "INT. CHANGING ROOM - DAY\n\nDEV, 19, tracksuit, bleached hair, stares at a rack of "
            "suits.\n\nDEV\nNo.\n\nINT. CHANGING ROOM - MOMENTS LATER\n\nThe curtain opens. Dev, in "
            "a powder-blue tuxedo, scowls.\n\nDEV\nNo!"
        ),
        ("19", "powder-blue tuxedo", "bleached hair"),
        ("tracksuit",),
    ),
    (
        "Inge",
        (
            "INT. HOUSE - HALL - DAY\n\nINGE (60s, gardening gloves, muddy boots) comes "
            "in.\n\nINGE\nTea?\n\nINT. HOUSE - KITCHEN - LATER\n\nInge has changed into a red dress. "
            "Her feet are bare.\n\nINGE\nTea."
        ),
        ("60s", "red dress"),
        ("gardening gloves", "muddy boots"),
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
        "Jo",
        (
            "INT./EXT. VARIOUS - MONTAGE\n\n-- Spring. JO, 30, in a yellow raincoat, plants a tree "
            "on the hill.\n\n-- Summer. Jo, in shorts and a bikini top, waters it.\n\n-- Winter. Jo, "
            "in a parka, sweeps the snow from it.\n\nJO\nGrow."
        ),
        ("30", "parka"),
        ("bikini", "yellow raincoat", "shorts"),
    ),
    (
        "Ike",
        (
            "INT. BAR - NIGHT\n\nIKE, 35, denim shirt, apron, wipes a glass.\n\nIKE\nClosed.\n\nEXT. "
            "ALLEY - CONTINUOUS\n\nIke comes out with a bag of trash. The apron is gone.\n\nIKE\nGo "
            "home, Lou."
        ),
        ("35", "denim shirt"),
        ("apron",),
    ),
    (
        "Ike",
        (
            "EXT. ROAD - NIGHT\n\nIKE, 35, denim shirt, crawls out of the ditch, covered in mud, "
            "blood on his forehead.\n\nIKE\nOw.\n\nINT. KITCHEN - MORNING\n\nIke pours coffee, a "
            "plaster on his forehead.\n\nIKE\nMorning."
        ),
        ("35", "denim shirt", "plaster"),
        ("covered in mud", "blood"),
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
        "Tom",
        (
            "INT. HOTEL ROOM - DAY\n\nWe find TOM BAXTER. Thirty-eight. Rumpled linen suit, no tie, "
            "three days of stubble.\n\nTOM\nRoom service.\n\nINT. HOTEL LOBBY - DAY\n\nThe elevator "
            "opens on Tom: shaved, showered, a fresh shirt.\n\nTOM\nMorning."
        ),
        ("thirty-eight", "fresh shirt"),
        ("stubble",),
    ),
    (
        "Grace",
        (
            "INT. CHURCH HALL - EVENING\n\nGRACE OKAFOR (early 40s) is at the piano: headscarf, long "
            "blue dress, reading glasses on a chain.\n\nGRACE\nFrom the top.\n\nINT. CAR - "
            "NIGHT\n\nGrace drives. The headscarf is on the seat beside her.\n\nGRACE\n(singing)\nLa."
        ),
        ("early 40s", "blue dress"),
        ("headscarf",),
    ),
    (
        "Ned",
        (
            "EXT. BEACH - DAY\n\nA boy of eight, NED, freckles, red swimming trunks, runs into the "
            "sea.\n\nNED\nCold!\n\nEXT. BEACH - LATER\n\nNed sits wrapped in a towel, shivering. His "
            "lips are blue.\n\nNED\nWarm."
        ),
        ("eight", "towel"),
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
        "Rex",
        (
            "INT. OFFICE - DAY\n\nREX (45) is a bear of a man in a cheap brown suit. His tie has "
            "soup on it. He hasn't slept.\n\nREX\nSit."
        ),
        ("45", "cheap brown suit"),
        (),
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
        "Kim",
        (
            "INT. LAB - DAY\n\nLab coats, goggles. KIM, 26, holds up a vial. She wears her goggles "
            "on her forehead. LEE, 31, hairnet, yawns.\n\nKIM\nLook.\n\nINT. LAB - LOCKER ROOM - "
            "EVENING\n\nKim hangs up her lab coat and pulls on a motorcycle jacket.\n\nKIM\nNight."
        ),
        ("26", "motorcycle jacket"),
        ("lab coat",),
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
        "Bo",
        (
            "INT. ROOM - DAY\n\nBO, 40, overalls, cap, hammers.\n\nBO\nDone.\n\nINT. CHURCH - "
            "DAY\n\nBo is in his Sunday suit, hair wet and combed.\n\nBO\nAmen."
        ),
        ("40", "sunday suit"),
        ("overalls",),
    ),
    (
        "Bo",
        (
            "INT. ROOM - DAY\n\nBO, 40, overalls, hammers.\n\nBO\nDone.\n\nINT. KITCHEN - "
            "EVENING\n\nBo, washed and changed, ties an apron on.\n\nBO\nAmen."
        ),
        ("40", "apron"),
        ("overalls",),
    ),
    (
        "Lia",
        (
            "INT. ROOM - DAY\n\nLIA, 30, ball gown, tiara, runs down the stairs.\n\nLIA\nNo!\n\nINT. "
            "TAXI - MOMENTS LATER\n\nLia, no tiara, no shoes, stares out.\n\nLIA\nDrive."
        ),
        ("30", "ball gown"),
        (),
    ),
    (
        "Lia",
        (
            "INT. ROOM - DAY\n\nLIA, 30, ball gown, tiara, runs.\n\nLIA\nNo!\n\nINT. TAXI - MOMENTS "
            "LATER\n\nLia in the back, a man's coat round her shoulders, the tiara in her "
            "lap.\n\nLIA\nDrive."
        ),
        ("30", "ball gown", "man's coat"),
        ("tiara",),
    ),
    (
        "Lia",
        (
            "INT. ROOM - DAY\n\nLIA, 30, ball gown, tiara, runs.\n\nLIA\nNo!\n\nINT. TAXI - MOMENTS "
            "LATER\n\nLia has lost the tiara and one shoe. Her mascara has run.\n\nLIA\nDrive."
        ),
        ("30", "ball gown"),
        ("tiara,",),
    ),
    (
        "Gus",
        (
            "INT. ROOM - DAY\n\nGUS, 60, cardigan, slippers, reads.\n\nGUS\nHm.\n\nEXT. BUS STOP - "
            "DAY\n\nGus, still in his slippers, a mackintosh over the cardigan, waits.\n\nGUS\nCome "
            "on."
        ),
        ("60", "slippers", "mackintosh", "cardigan"),
        (),
    ),
    (
        "Gus",
        (
            "INT. ROOM - DAY\n\nGUS, 60, cardigan, slippers, reads.\n\nGUS\nHm.\n\nEXT. PARK - "
            "DAY\n\nGus jogs past in a tracksuit that still has the label on.\n\nGUS\nCome on."
        ),
        ("60", "tracksuit"),
        ("cardigan", "slippers"),
    ),
    (
        "Gus",
        (
            "EXT. PARK - DAY\n\nGUS, 60, tracksuit, headband, jogs.\n\nGUS\nHm.\n\nINT. KITCHEN - "
            "NEXT MORNING\n\nGus, in pyjamas, limps to the fridge.\n\nGUS\nOw."
        ),
        ("60", "pyjamas"),
        ("tracksuit", "headband"),
    ),
    (
        "Gus",
        (
            "EXT. PARK - DAY\n\nGUS, 60, black suit, carries a wreath.\n\nGUS\nHm.\n\nEXT. PARK - "
            "DAY - ONE WEEK LATER\n\nGus, in shorts, feeds the ducks.\n\nGUS\nOw."
        ),
        ("60", "shorts"),
        ("suit",),
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
        "Ola",
        (
            "INT. CELL - DAY\n\nOLA, 60, prison greys, shaved head, waits.\n\nOLA\nAh.\n\nFLASHBACK "
            "- EXT. LAKE - DAY\n\nOLA, 25, long fair hair, a white shirt, rows.\n\nOLA\nAh.\n\nBACK "
            "TO:\n\nINT. CELL - DAY\n\nOla lies down.\n\nOLA\nAh."
        ),
        ("25", "long fair hair", "white shirt"),
        ("prison",),
    ),
    (
        "Kit",
        (
            "EXT./INT. VARIOUS - MONTAGE\n\nA) GYM - DAY. KIT, 22, grey sweats, skips.\n\nB) BEACH - "
            "DAWN. Kit runs in a red vest, soaked.\n\nC) KITCHEN - NIGHT. Kit, in a dressing gown, "
            "cracks six eggs into a glass.\n\nD) GYM - DAY. Kit skips faster. She has cut her "
            "hair.\n\nKIT\nYes."
        ),
        ("22",),
        ("soaked", "dressing gown"),
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
        "Sam",
        (
            "INT. BARRACKS - DAY\n\nSAM, 19, jeans, long hair, stands in line.\n\nSAM\nHere.\n\nINT. "
            "BARRACKS - LATER\n\nSam comes out the other side of the same door with no hair and a "
            "uniform two sizes too big.\n\nSAM\nHere."
        ),
        ("19", "uniform"),
        ("jeans", "long hair"),
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
        "Graham",
        (
            "INT. ROOM - DAY\n\nGRAHAM, nine, striped pyjamas, school cap, "
            "listens.\n\nGRAHAM\nGo.\n\nINT. DINING ROOM - MORNING\n\nGraham serves. He's in his "
            "school blazer and the cap.\n\nGRAHAM\nTea."
        ),
        ("school blazer",),
        ("pyjamas",),
    ),
    (
        "Bronwen",
        (
            "INT. ROOM - DAY\n\nBRONWEN, 62, a white trouser suit, conducts.\n\nBRONWEN\nGo.\n\nINT. "
            "CHURCH - LATER\n\nBronwen, on a milk crate, a farmer's sheepskin over the white suit, "
            "conducts. She turns to the door, and there they are, the basses, blazers off, in their "
            "shirtsleeves."
        ),
        ("white suit", "sheepskin"),
        ("blazers", "shirtsleeves", "conducts"),
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
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA, 33, denim jacket, braids, a nose stud, "
            "waits.\n\nMAYA\nNo.\n\nINT. KITCHEN - LATER\n\nMaya, hair down now, in a bathrobe, "
            "drinks.\n\nMAYA\nYes."
        ),
        ("33", "bathrobe"),
        ("braids", "denim jacket"),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA, 33, denim jacket, braids, a nose stud, "
            "waits.\n\nMAYA\nNo.\n\nINT. KITCHEN - LATER\n\nMaya wears a borrowed sweater that comes "
            "to her knees.\n\nMAYA\nYes."
        ),
        ("33", "braids", "borrowed sweater"),
        (),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA, 33, denim jacket, braids, a nose stud, "
            "waits.\n\nMAYA\nNo.\n\nINT. KITCHEN - LATER\n\nThe denim jacket is on the back of a "
            "chair. Maya stirs a pot.\n\nMAYA\nYes."
        ),
        ("33", "braids"),
        ("denim jacket",),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA, 33, denim jacket, braids, a nose stud, "
            "waits.\n\nMAYA\nNo.\n\nINT. KITCHEN - LATER\n\nMaya's jacket lies in a heap by the "
            "door.\n\nMAYA\nYes."
        ),
        ("33", "braids"),
        ("denim jacket",),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA, 33, denim jacket, braids, a nose stud, "
            "waits.\n\nMAYA\nNo.\n\nINT. KITCHEN - LATER\n\nShe has swapped the jacket for a "
            "hoodie.\n\nMAYA\nYes."
        ),
        ("33", "hoodie"),
        ("denim jacket",),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA, 33, denim jacket, braids, a nose stud, "
            "waits.\n\nMAYA\nNo.\n\nINT. STATION - NIGHT\n\nMaya, now in uniform, ties her "
            "boots.\n\nMAYA\nYes."
        ),
        ("33", "uniform"),
        ("denim jacket",),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA, 33, denim jacket, braids, a nose stud, "
            "waits.\n\nMAYA\nNo.\n\nEXT. DESERT - DAY\n\nMaya, a week's dirt on her, no braids any "
            "more, crawls out.\n\nMAYA\nYes."
        ),
        ("33",),
        ("braids,",),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA, 33, denim jacket, braids, a nose stud, "
            "waits.\n\nMAYA\nNo.\n\nEXT. PARK - DAY - THIRTY YEARS LATER\n\nMAYA, 63, grey, a stick, "
            "walks in.\n\nMAYA\nYes."
        ),
        ("63", "grey"),
        ("braids", "33"),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA, 33, denim jacket, braids, a nose stud, "
            "waits.\n\nMAYA\nNo.\n\nINT. HOSPITAL - DAY\n\nMaya's braids are gone; her head is "
            "shaved.\n\nMAYA\nYes."
        ),
        ("shaved",),
        ("braids",),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA, 33, denim jacket, braids, a nose stud, "
            "waits.\n\nMAYA\nNo.\n\nINT. HOSPITAL - DAY\n\nShe has cut off the braids.\n\nMAYA\nYes."
        ),
        ("33",),
        ("braids",),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA, 33, denim jacket, braids, a nose stud, "
            "waits.\n\nMAYA\nNo.\n\nINT. HOSPITAL - DAY\n\nMaya, in scrubs, a mask hanging from one "
            "ear, eats a banana.\n\nMAYA\nYes."
        ),
        ("33", "scrubs", "mask"),
        ("denim",),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA, 33, denim jacket, braids, a nose stud, "
            "waits.\n\nMAYA\nNo.\n\nEXT. DOCK - CONTINUOUS\n\nMaya, soaked, hair plastered to her "
            "skull, hugs herself.\n\nMAYA\nYes."
        ),
        ("33", "soaked", "denim jacket"),
        (),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA, 33, soaked to the skin, waits.\n\nMAYA\nNo.\n\nINT. HUT - "
            "LATER\n\nMaya sits by the fire, dry, wrapped in a tartan rug.\n\nMAYA\nYes."
        ),
        ("33", "tartan rug"),
        ("soaked",),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA, 33, denim jacket, braids, a nose stud, "
            "waits.\n\nMAYA\nNo.\n\nINT. KITCHEN - LATER\n\nMaya has taken off her jacket and rolled "
            "up her sleeves.\n\nMAYA\nYes."
        ),
        ("33", "sleeves rolled"),
        ("denim",),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA, 33, bridal gown, veil, waits.\n\nMAYA\nNo.\n\nINT. KITCHEN - "
            "LATER\n\nShe has changed out of the gown into jeans.\n\nMAYA\nYes."
        ),
        ("33", "jeans"),
        ("gown",),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA, 33, bridal gown, veil, waits.\n\nMAYA\nNo.\n\nINT. KITCHEN - "
            "LATER\n\nThe veil is off. The gown is torn at the hem.\n\nMAYA\nYes."
        ),
        ("33", "gown"),
        ("veil",),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA, 33, bridal gown, veil, waits.\n\nMAYA\nNo.\n\nINT. KITCHEN - "
            "LATER\n\nMaya in the gown, a leather jacket over it, veil trailing from the "
            "pocket.\n\nMAYA\nYes."
        ),
        ("33", "gown", "leather jacket"),
        (),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA, 33, parka, ski goggles, waits.\n\nMAYA\nNo.\n\nINT. KITCHEN - "
            "LATER\n\nMaya comes in stamping snow off her boots. She pulls down her hood, unwinds a "
            "scarf and shakes out a mass of red hair.\n\nMAYA\nYes."
        ),
        ("33", "red hair"),
        (),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA, 33, parka, ski goggles, waits.\n\nMAYA\nNo.\n\nINT. KITCHEN - "
            "LATER\n\nMaya comes in. She peels off the parka, then the goggles, then a sweater, then "
            "another.\n\nMAYA\nYes."
        ),
        ("33",),
        ("parka", "goggles", "sweater"),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA, 33, apron, flour to the elbows, waits.\n\nMAYA\nNo.\n\nINT. "
            "KITCHEN - LATER\n\nMaya unties the apron and drops it in the bin.\n\nMAYA\nYes."
        ),
        ("33",),
        ("apron",),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA, 33, apron, flour to the elbows, waits.\n\nMAYA\nNo.\n\nINT. "
            "DINING ROOM - EVENING\n\nMaya, clean, in a green dress, lights the "
            "candles.\n\nMAYA\nYes."
        ),
        ("33", "green dress"),
        ("apron", "flour"),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA, 33, the left arm in a cast, waits.\n\nMAYA\nNo.\n\nINT. CLINIC "
            "- SIX WEEKS LATER\n\nThe cast is off. Maya flexes her fingers.\n\nMAYA\nYes."
        ),
        ("33",),
        ("cast",),
    ),
    (
        "Maya",
        (
            "INT. ROOM - DAY\n\nMAYA, 33, pregnant, a yellow dress, waits.\n\nMAYA\nNo.\n\nEXT. PARK "
            "- SPRING\n\nMaya, no longer pregnant, rocks a pram.\n\nMAYA\nYes."
        ),
        ("33",),
        ("pregnant",),
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
            "INT. ROOM - DAY\n\nA young woman sits alone. This is MAYA, twenty-two, thin coat, "
            "thinner shoes.\n\nMAYA\nNo."
        ),
        ("twenty-two", "thin coat", "thinner shoes"),
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
    (
        "Roy",
        (
            "INT. ROOM - DAY\n\nA tall man with a limp comes in. Fifty or so. Trench coat. He takes "
            "off a grey fedora. ROY.\n\nROY\nNo."
        ),
        ("fifty or so", "trench coat"),
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
            "INT. ROOM - DAY\n\nAn apron. Above it a moustache. Above that, ROY, fifty, looking at "
            "the sky.\n\nROY\nNo."
        ),
        ("fifty",),
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
    (
        "Roy",
        (
            "INT. ROOM - DAY\n\nROY, 50, spectacles pushed up into white hair, "
            "reads.\n\nROY\nNo.\n\nHe takes his glasses down out of his hair and puts them on."
        ),
        ("50", "white hair", "spectacles"),
        ("pushed",),
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


@pytest.mark.parametrize(("name", "text", "said", "past"), PASSAGES, ids=[each[0] for each in PASSAGES])
def test_what_is_seen_of_somebody_at_the_end(
    name: str, text: str, said: tuple[str, ...], past: tuple[str, ...]
) -> None:
    scenes = break_down(fountain.parse(text.encode()), Fraction(24))
    found = [each.text for each in looks_found([scene.as_read for scene in scenes]) if each.name == name]
    assert found
    look = found[-1].casefold()
    assert [words for words in said if words.casefold() not in look] == [], found[-1]
    assert [words for words in past if words.casefold() in look] == [], found[-1]
