"""Patterns for the state of a worn garment: open, fastened, rolled up, crooked, torn, a hood up or down. Pure
functions.
"""

from __future__ import annotations

import re

from milimo_tui.core.late_patterns import compile_lazily, join_alternatives
from milimo_tui.story.looks.clothes.garment_words import COLOURS, GARMENTS
from milimo_tui.story.looks.clothes.garments import GARMENT, NAMED

# Matches the words after a garment that say how it is fastened: “hanging open”, “buttoned to the throat”.
HOW_FASTENED = compile_lazily(
    r",? (?:buttoned|zipped|peeled (?:down )?to the waist|rolled (?:down )?to the waist|done up"
    r"|(?:un)?fastened|undone|(?:up|down)(?=$|[,;.])|hanging (?:open|loose)|open|loose|loosened"
    r"|unbuttoned|askew"
    r"|unzipped|untied|unlaced|half off)(?!\w)",
    re.IGNORECASE,
)
OPENS = compile_lazily(
    rf"(?<!\w)(?:unbuttons|unhooks|opens|unzips|undoes|unfastens|unlaces|unwraps"
    rf"|throws open) (?:the [\w-]+ buttons? of )?(?:the|his"
    rf"|her|their) ({NAMED})",
    re.IGNORECASE,
)
# Matches an act that fastens a garment: “does up his bow tie”, “buttons his coat”.
DONE_UP = compile_lazily(
    r"(?<!\w)(?:does up|buttons(?: up)?|knots|fastens|ties|zips(?: up)?|straightens"
    r"|laces(?: up)?) (?:the|his|her|their)"
    rf"(?: own)? ({NAMED})",
    re.IGNORECASE,
)
LOOSE = {
    "loosens": "loosened",
    "undoes": "undone",
    "unbuttons": "unbuttoned",
    "unzips": "unzipped",
    "unfastens": "unfastened",
    "unlaces": "unlaced",
}
# Matches an act that loosens a garment, and captures the state of the garment afterwards: “loosens his tie”,
# “pulls his collar open”.
LOOSENED = compile_lazily(
    rf"(?<!\w)(?:(?P<does>loosens|undoes|unbuttons|unzips|unfastens|unlaces) (?:the|his|her|their)"
    rf" (?P<what>{NAMED})(?! (?:of|button)\b)"
    r"|(?:pulls|tugs|drags|yanks|wrenches) (?:the|his|her) (?P<tie>(?:bow )?tie|collar|cravat|neckerchief)"
    r" (?P<how>loose|open|down|undone|askew))(?!\w)",
    re.IGNORECASE,
)
# Matches a sentence in which a person “has” two things, each with its state: “has his teeth out and his
# Sunday jacket on”.
HAS_EACH_SO = compile_lazily(
    r"^(?:with |has |have |['’]s got |has got )?(?P<one>(?:his|her|their|the) [^,;]{3,40}? (?:on|off|out|open"
    r"|undone|loose|down|up)) and (?P<other>(?:his|her|their|the) [^,;]{3,60}? (?:on|off|out|open|undone"
    r"|loose"
    r"|down|up))$",
    re.IGNORECASE,
)
# Matches a sentence about the state of a garment: “The wig is crooked.”
IS_SO = compile_lazily(
    rf"^(?:and )?(?:the|his|her|their) (?P<what>{NAMED}) (?:is|are|hangs?) (?:still )?"
    r"(?P<how>(?:slightly |a little |badly |half )?(?:crooked|askew|lopsided|laddered|untucked|patched|frayed"
    r"|inside out|back to front|on backwards|undone|unbuttoned|unlaced|creased|crumpled|rumpled|wrinkled"
    r"|buttoned (?:up )?wrong|threadbare|moth-eaten|(?:much |far |two sizes |a size )?too (?:big|small"
    r"|tight|large"
    r"|short|long|loose|wide)(?: [^,;.]+)?))$",
    re.IGNORECASE,
)
# Matches a garment with a contracted “is” and its state: “Her jacket's unzipped.”
SHORT_IS = compile_lazily(
    rf"^((?:the|his|her|their) (?:[\w'’-]+ ){{0,3}}?(?:{join_alternatives(GARMENTS)}))['’]s (?=(?:unzipped"
    rf"|unbuttoned|open|undone|torn|ripped|soaked|wet|muddy|inside"
    r"|buttoned|rumpled|askew|untucked|crooked)\b)",
    re.IGNORECASE,
)
# Matches a sentence about the colour of a garment: “The dress is yellow now”.
IS_COLOURED = compile_lazily(
    rf"(?:and |but )?(?:the|his|her|their) ({NAMED}) (?:is|has gone|has turned|goes|turns) (?:now |all )?"
    rf"({join_alternatives(COLOURS)})(?: now)?$",
    re.IGNORECASE,
)
# Matches a sentence in which a garment tears: “His hoodie rips on the fence.”
TEARS = compile_lazily(
    rf"(?:the|his|her|their) ({NAMED}) (?:rips|tears|splits|(?:gets|is) (?:now )?(?:ripped|torn"
    r"|in (?:rags|tatters|shreds))(?! (?:at|along|down|from|across|to)\b)|catches and (?:rips"
    r"|tears))(?! off)(?!\w)",
    re.IGNORECASE,
)
ROLLS_UP = compile_lazily(
    r"(?<!\w)(?:rolls|pushes|shoves|turns|rolled|pushed|shoved) (?:up )?(?:the|his|her"
    r"|their) (?:shirt-?)?(?:sleeves|cuffs)(?: up)?(?!\w)",
    re.IGNORECASE,
)
# Matches moving a mask or visor up or down: “lifts the mask”, “pulls down his visor”.
LIFTED = compile_lazily(
    r"(?<!\w)(?:(?P<up>lifts|raises|(?:pushes|tips|pulls|puts|throws|folds|turns|pushes) (?:up|back))"
    r"|(?P<down>lowers|pulls down|drops|tugs down|yanks down|slides down)) (?:the|his|her)"
    r" (?P<what>(?:[\w-]+ )?(?:mask|visor|veil|goggles|shades|sunglasses|scarf|blindfold))"
    r"(?=$|[,;.]| (?:and|to|for|from) )",
    re.IGNORECASE,
)
# Matches putting a hood up: “She pulls the hood up over her head.”
HOOD_UP = compile_lazily(
    r"(?<!\w)(?:puts|pulls|flips|tugs|draws|throws|raises|yanks|lifts|has|has pulled|has put) (?:up )?"
    r"(?:the|his|her|their) hood"
    r"(?: up| over (?:his|her|their) (?:head|hair|eyes|face|cap))(?!\w)"
    r"|(?<!\w)(?:puts|pulls|flips|tugs|draws|throws) up (?:the|his|her|their) hood(?!\w)"
    r"|(?<!\w)raises (?:the|his|her) hood(?!\w)"
    r"|(?<!\w)(?:with )?(?:the|his|her) hood (?:is )?(?:still )?up(?!\w)(?! and (?:his|her|the)\b)",
    re.IGNORECASE,
)
# Matches putting a hood down: “He pushes the hood back.”
HOOD_BACK = compile_lazily(
    r"(?<!\w)(?:pushes|puts|pulls|throws|flips|shoves|drops|lowers|slides|tugs|knocks|takes|shakes"
    r"|lets) (?:back |down |off )?"
    r"(?:the|his|her|their) hood(?: (?:back|down|off))?(?! up)(?!\w)|\bhood (?:falls|slips|drops"
    r"|comes|is) (?:back|down|off)\b",
    re.IGNORECASE,
)
TEETH_OUT = compile_lazily(
    r"(?<!\w)(?:his|her|the) (?:false |front |top |bottom )?(?:teeth|dentures) (?:are )?(?:still )?"
    r"(?P<how>out|in)(?=$|[,;.])(?! the\b)",
    re.IGNORECASE,
)


def strip_fastening(phrase: str) -> str:
    """Return a phrase up to the words for how its garment is fastened: “a coat” for “a coat, open over a
    vest”.
    """
    piece = GARMENT.search(phrase)
    how = HOW_FASTENED.search(phrase, piece.end()) if piece else None
    return phrase[: how.start()] if how else phrase
