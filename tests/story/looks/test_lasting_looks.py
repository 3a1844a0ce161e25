"""Test which looks continue over scenes, and looks of another day, of a montage or of years later."""

from __future__ import annotations

import pytest

from tests.story.looks.last_look import Passage, wrong_at_end

PASSAGES: tuple[Passage, ...] = (
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
)


@pytest.mark.parametrize("passage", PASSAGES, ids=[each[0] for each in PASSAGES])
def test_looks_persist_over_scenes(passage: Passage) -> None:
    assert wrong_at_end(passage) == []
