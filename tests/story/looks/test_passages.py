"""Test looks in short passages by many writers: words that the look at the end must contain, and words that
it must not contain.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from milimo_tui.story.looks.looks_found import find_looks
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.shots.shots import break_down_script

PASSAGES = (
    (
        "Dora",
        (
            "INT. KITCHEN - DAY\n\nDORA LINDT, late forties, in a paint-spattered boiler suit, her hair "
            "pinned under a scarf, scrubs the sink.\n\nDORA\nAgain."
        ),
        ("late forties", "paint-spattered boiler suit", "hair pinned under a scarf"),
        (),
    ),
    (
        "Lena",
        (
            "INT. KITCHEN - DAY\n\nLENA comes in from the rain. Her coat drips. She is nineteen and "
            "soaked through.\n\nLENA\nTowel.\n\nINT. BEDROOM - LATER\n\nLena, dry now, sits in a "
            "borrowed bathrobe.\n\nLENA\nBetter."
        ),
        ("nineteen", "borrowed bathrobe"),
        ("soaked", "coat drips"),
    ),
    (
        "Ines",
        (
            "INT. KITCHEN - DAY\n\nEnter INES (34): cropped black hair, a scar through one eyebrow, "
            "combat boots.\n\nINES\nMorning."
        ),
        ("34", "cropped black hair", "scar through one eyebrow", "combat boots"),
        (),
    ),
    (
        "Tova",
        (
            "INT. KITCHEN - DAY\n\nTOVA is in her seventies. Small, upright. A cardigan buttoned wrong. "
            "Reading glasses hang from a chain round her neck.\n\nTOVA\nYes?"
        ),
        ("seventies", "Small", "cardigan buttoned wrong", "Reading glasses"),
        (),
    ),
    (
        "Guard",
        "INT. KITCHEN - DAY\n\nAt the door a GUARD -- uniform, sidearm, bored.\n\nGUARD\nPapers.",
        ("uniform",),
        (),
    ),
    (
        "Ruth",
        (
            "INT. KITCHEN - DAY\n\nRUTH (60), silver braid down her back, dressed in black from collar "
            "to shoe, pours tea.\n\nRUTH\nSugar?"
        ),
        ("60", "silver braid", "black from collar to shoe"),
        (),
    ),
    (
        "Ali",
        (
            "INT. KITCHEN - DAY\n\nALI, a heavyset plumber in overalls, has blood on his chin. He washes "
            "the blood off at the tap.\n\nALI\nDamn."
        ),
        ("heavyset", "overalls"),
        ("blood",),
    ),
    (
        "Noor",
        (
            "INT. KITCHEN - DAY\n\nNOOR, a girl of eight with a gap in her teeth, wears a yellow "
            "raincoat two sizes too large.\n\nNOOR\nLook!"
        ),
        ("eight", "gap in her teeth", "yellow raincoat"),
        (),
    ),
    (
        "Frank",
        (
            "INT. KITCHEN - DAY\n\nFRANK'S tuxedo is rumpled, his bow tie undone, his left eye swollen "
            "shut. FRANK (45) lowers himself onto a chair.\n\nFRANK\nWater."
        ),
        ("45", "tuxedo is rumpled", "bow tie undone", "left eye swollen shut"),
        (),
    ),
    (
        "Vivian",
        (
            "INT. KITCHEN - DAY\n\nVIVIAN, 50, in pearls and a Chanel suit, kicks off her heels.\n\n"
            "VIVIAN\nFinally."
        ),
        ("50", "pearls", "Chanel suit"),
        ("heels",),
    ),
    (
        "Jo",
        (
            "INT. KITCHEN - DAY\n\nJO (16) wears headphones round her neck and chews her sleeve. She "
            "shrugs out of her denim jacket; underneath, a Ramones T-shirt.\n\nJO\nWhat?"
        ),
        ("16", "headphones round her neck", "Ramones T-shirt"),
        ("denim jacket",),
    ),
    (
        "Kasimir",
        (
            "INT. KITCHEN - DAY\n\nKASIMIR, bald as an egg, sports a handlebar moustache and a velvet "
            "waistcoat.\n\nKASIMIR\nWelcome."
        ),
        ("bald as an egg", "handlebar moustache", "velvet waistcoat"),
        (),
    ),
    (
        "Dr. Amin",
        (
            "INT. KITCHEN - DAY\n\nDR. AMIN, late 50s, still in scrubs and clogs, mask hanging from one "
            "ear, sinks down.\n\nDR. AMIN\nHe lives."
        ),
        ("late 50s", "scrubs and clogs", "mask hanging from one ear"),
        (),
    ),
    (
        "Bea",
        (
            "INT. KITCHEN - DAY\n\nBEA stands at the window with her back to us. She's twelve, freckled, "
            "sunburnt, in a swimsuit with a towel knotted at her waist.\n\nBEA\nRain."
        ),
        ("twelve", "freckled", "sunburnt", "swimsuit", "towel knotted"),
        (),
    ),
    (
        "Sam",
        (
            "INT. KITCHEN - DAY\n\nSAM, 20s, ties an apron over her dress.\n\nSAM\nEggs?\n\nINT. HALL - "
            "LATER\n\nSam unties the apron and drops it on the stairs.\n\nSAM\nNo more."
        ),
        ("20s", "dress"),
        ("apron",),
    ),
    (
        "Hugo",
        (
            "INT. KITCHEN - DAY\n\nHUGO (70s) has dressed for church: brown suit, brown tie, medals.\n\n"
            "HUGO\nReady."
        ),
        ("70s", "brown suit", "brown tie", "medals"),
        (),
    ),
    (
        "Yara",
        (
            "INT. KITCHEN - DAY\n\nBeside him sits YARA, his wife, a decade younger, heavily pregnant, "
            "in a sari the colour of saffron.\n\nYARA\nEat."
        ),
        ("heavily pregnant", "sari the colour of saffron"),
        (),
    ),
    (
        "Coach",
        (
            "INT. KITCHEN - DAY\n\nThe COACH -- fifty, whistle, windbreaker zipped to the chin -- paces."
            "\n\nCOACH\nRun!"
        ),
        ("fifty", "windbreaker zipped to the chin"),
        (),
    ),
    (
        "Mira",
        (
            "INT. KITCHEN - DAY\n\nMIRA (28) sits. She has a nose ring, chipped black nail polish and a "
            "leather jacket that has seen better decades.\n\nMIRA\nSo."
        ),
        ("28", "nose ring", "chipped black nail polish", "leather jacket"),
        (),
    ),
    (
        "Chen",
        (
            "INT. KITCHEN - DAY\n\nCHEN, 40, hard hat and hi-vis, climbs down. He swaps the hard hat for "
            "a baseball cap.\n\nCHEN\nLunch."
        ),
        ("40", "hi-vis", "baseball cap"),
        ("hard hat",),
    ),
    (
        "Nell",
        (
            "INT. KITCHEN - DAY\n\nNELL, 9, missing her two front teeth, has chocolate all over her "
            "mouth. Her mother wipes her mouth clean.\n\nNELL\nMore."
        ),
        ("9", "missing her two front teeth"),
        ("chocolate",),
    ),
    (
        "Otto",
        (
            "INT. KITCHEN - DAY\n\nOTTO: a mountain of a man, ginger beard, butcher's apron spotted with "
            "blood.\n\nOTTO\nNext!"
        ),
        ("mountain of a man", "ginger beard", "butcher's apron spotted with blood"),
        (),
    ),
    (
        "Wanda",
        (
            "INT. KITCHEN - DAY\n\nWANDA (66) takes her fur coat from its hook, slides her arms into it "
            "and pulls a beret over her curls.\n\nWANDA\nTaxi."
        ),
        ("66", "fur coat", "beret"),
        (),
    ),
    (
        "Idris",
        (
            "INT. KITCHEN - DAY\n\nA man with a cane and a three-piece suit waits. IDRIS BELL. "
            "Sixty-five if he's a day.\n\nIDRIS\nAh."
        ),
        ("three-piece suit", "Sixty-five"),
        (),
    ),
    (
        "Lou",
        (
            "INT. KITCHEN - DAY\n\nLOU, 22, in a wetsuit peeled to the waist, towels her hair dry. She "
            "zips up the wetsuit.\n\nLOU\nCold."
        ),
        ("22", "wetsuit"),
        ("peeled",),
    ),
    (
        "Mateo",
        (
            "INT. KITCHEN - DAY\n\nMATEO (10), arm in a cast, backpack on, waits at the door. He drops "
            "the backpack.\n\nMATEO\nMom?"
        ),
        ("10", "arm in a cast"),
        ("backpack",),
    ),
    (
        "Paul",
        (
            "INT. KITCHEN - DAY\n\nPaul's father had that same jaw. PAUL KEENE, 38, lean, greying at the "
            "temples, a press pass clipped to his lapel, looks up.\n\nPAUL\nYes?"
        ),
        ("38", "lean", "greying at the temples", "press pass"),
        (),
    ),
    (
        "Bram",
        (
            "EXT. MARKET - DAY\n\nBRAM, 63, stout, in a butcher's coat and rubber boots, hauls a crate.\n"
            "\nBRAM\nMove.\n\nBram strips off the coat and ties it round his waist."
        ),
        ("63", "stout", "rubber boots"),
        (),
    ),
    (
        "Elias",
        (
            "EXT. MARKET - DAY\n\nAn OLD MAN in a tartan dressing gown shuffles past. It's ELIAS. His "
            "slippers don't match.\n\nELIAS\nMorning."
        ),
        ("tartan dressing gown",),
        (),
    ),
    (
        "Joan",
        (
            "EXT. MARKET - DAY\n\nJOAN -- late 60s, tweed, sensible shoes -- blows a whistle. Her hat "
            "blows off.\n\nJOAN\nOi!"
        ),
        ("late 60s", "tweed", "sensible shoes"),
        ("hat",),
    ),
    (
        "Kit",
        (
            "EXT. MARKET - DAY\n\nKIT, 7, wears one red wellington and one green. Mud to the eyebrows.\n"
            "\nKIT\nWhat?"
        ),
        ("7", "red wellington", "Mud to the eyebrows"),
        (),
    ),
    (
        "Leon",
        (
            "EXT. MARKET - DAY\n\nLEON's in his forties, a suit that cost too much, no tie. His knuckles "
            "are bandaged.\n\nLEON\nSit."
        ),
        ("forties", "suit", "knuckles", "bandaged"),
        ("no tie at all",),
    ),
    (
        "Petra",
        (
            "EXT. MARKET - DAY\n\nPETRA (33), hugely pregnant, one hand on her back, waddles over. She "
            "fans herself with a straw hat, then puts it on.\n\nPETRA\nHot."
        ),
        ("33", "hugely pregnant", "straw hat"),
        (),
    ),
    (
        "Gil",
        (
            "EXT. MARKET - DAY\n\nGIL, sixteen, acne, braces, a Metallica T-shirt down to his knees.\n\n"
            "GIL\nWhatever."
        ),
        ("sixteen", "acne", "braces", "Metallica T-shirt"),
        (),
    ),
    (
        "Nora",
        (
            "EXT. MARKET - DAY\n\nWe find NORA, fifty-one, at a stall. Apron over a good dress; flour up "
            "to the elbows. She unties the apron, folds it.\n\nNORA\nDone."
        ),
        ("fifty-one", "good dress", "flour"),
        ("apron",),
    ),
    (
        "Tariq",
        (
            "EXT. MARKET - DAY\n\nTARIQ sits in the dust, his shirt torn open, his lip split. He's "
            "perhaps thirty.\n\nTARIQ\nWater."
        ),
        ("thirty", "shirt torn open", "lip split"),
        (),
    ),
    (
        "Ewa",
        (
            "EXT. MARKET - DAY\n\nEWA, a nurse, 45, blonde going grey, fob watch, blue tunic, crosses.\n"
            "\nEWA\nNext.\n\nINT. FLAT - NIGHT\n\nEwa, out of uniform now, in a tracksuit, opens a tin.\n"
            "\nEWA\nDinner."
        ),
        ("45", "blonde going grey", "tracksuit"),
        ("blue tunic",),
    ),
    (
        "Ray",
        (
            "EXT. MARKET - DAY\n\nRAY, 58, sunglasses pushed up on his bald head, drops the sunglasses "
            "onto his nose.\n\nRAY\nBright."
        ),
        ("58", "bald", "sunglasses"),
        (),
    ),
    (
        "Cleo",
        (
            "EXT. MARKET - DAY\n\nCLEO enters wearing a man's shirt and nothing else. She pulls on a "
            "pair of jeans.\n\nCLEO\nOkay."
        ),
        ("man's shirt", "jeans"),
        (),
    ),
    (
        "Abe",
        (
            "EXT. MARKET - DAY\n\nABE (80), liver-spotted, oxygen tube in his nose, a blanket over his "
            "knees, sits in a wheelchair. The blanket slides off.\n\nABE\nDamn."
        ),
        ("80", "liver-spotted", "oxygen tube", "wheelchair"),
        ("blanket",),
    ),
    (
        "Dot",
        (
            "EXT. MARKET - DAY\n\nDOT (70) arrives in a mauve two-piece, matching hat, matching bag, "
            "matching shoes.\n\nDOT\nWell!"
        ),
        ("70", "mauve two-piece", "matching hat", "matching shoes"),
        (),
    ),
    (
        "Ivan",
        (
            "EXT. MARKET - DAY\n\nIVAN is enormous, tattooed from the neck up, his ears full of rings.\n"
            "\nIVAN\nName?"
        ),
        ("enormous", "tattooed", "ears full of rings"),
        (),
    ),
    (
        "Mei",
        (
            "EXT. MARKET - DAY\n\nMEI (12): pigtails, glasses mended with tape, cello case on her back "
            "taller than she is.\n\nMEI\nSorry."
        ),
        ("12", "pigtails", "glasses mended with tape", "cello case on her back"),
        (),
    ),
    (
        "Hal",
        "EXT. MARKET - DAY\n\nHAL wears a Santa suit. He peels off the beard.\n\nHAL\nHo ho.",
        ("Santa suit",),
        ("beard",),
    ),
    (
        "Bo",
        (
            "EXT. MARKET - DAY\n\nBO is twenty-something and already losing his hair. Short-sleeved "
            "shirt, clip-on tie, name badge: BO.\n\nBO\nHelp you?"
        ),
        ("twenty-something", "losing his hair", "Short-sleeved shirt", "clip-on tie", "name badge"),
        (),
    ),
)


@pytest.mark.parametrize(("name", "text", "said", "past"), PASSAGES, ids=[each[0] for each in PASSAGES])
def test_look_at_the_end_of_a_passage_is_found(
    name: str, text: str, said: tuple[str, ...], past: tuple[str, ...]
) -> None:
    scenes = break_down_script(fountain.parse(text.encode()), Fraction(24))
    found = [each.text for each in find_looks([scene.as_read for scene in scenes]) if each.name == name]
    assert found
    look = found[-1].casefold()
    assert [words for words in said if words.casefold() not in look] == [], found[-1]
    assert [words for words in past if words.casefold() in look] == [], found[-1]
