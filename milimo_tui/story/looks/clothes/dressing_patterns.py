"""Patterns for putting on clothes: single garments, swaps of two garments, and changes of the complete
outfit. Pure functions.
"""

from __future__ import annotations

import re

from milimo_tui.core.late_patterns import compile_lazily, join_alternatives
from milimo_tui.story.looks.clothes.garment_words import GARMENTS
from milimo_tui.story.looks.clothes.garments import NAMED, ON_THE_BODY

_NOT_INTO = (
    "looks reaches digs cries weeps talks speaks breathes feels peers stares mutters coughs sobs sneezes "
    "laughs smiles whispers bites runs walks bumps crashes drips bleeds blows dives rummages goes falls lets "
    "fits puts burrows presses"
)
PUT_ON = compile_lazily(
    r"(?<!\w)(?:(?:puts|pulls|slips|shrugs|ties|draws|throws|drags|yanks|tugs|buckles|straps|jams|flings"
    r"|clips|pins|screws|fastens|laces|hooks) on"
    r"|(?:has|have) (?:put|pulled|thrown|got) on|zips up|dons|(?:slips|shrugs|gets|changes|changed|climbs"
    r"|wriggles|squeezes|steps(?! into the (?:ring|tank|hood|leather))) into"
    r"|(?:zips|buttons|squeezes|laces|straps|works|wriggles|eases|pours|hauls|buckles|stuffs"
    r"|forces) (?:him|her|them)sel(?:f|ves) into"
    rf"|(?!(?:{join_alternatives(_NOT_INTO)})\b)[a-z]+s (?:back )?into"
    rf"(?= (?:the|his|her|their) (?:[\w'’-]+ ){{0,3}}?"
    rf"(?:{join_alternatives(GARMENTS)})(?:e?s)?(?!['’\w-]))"
    r"|(?:buttons|zips|laces|knots|buckles|ties|fastens)(?: up)?(?= an? )"
    r"|struggles into"
    r"|takes(?= (?:the|an?|his|her|their|[\w'’-]+['’]s) )(?! (?:[\w'’-]+ )*?(?:at|over|of|in|for|on)\b)"
    r"(?! off| out| down| up| them| it| him| her (?:by|in))"
    r"(?!.*(?:from (?:him|her|them)| off| out of)))"
    r"\s+([^;:]+?)(?=\s(?:and|from|before|while)\s|$)",
    re.IGNORECASE,
)
# Matches putting on a garment: “puts his hat on”, “jams the cap on backwards”.
_PUTS = (
    "puts|pulls|jams|crams|claps|drags|slips|shrugs|throws|tugs|sets|yanks|ties|straps|buckles|clips"
    "|pins|gets"
    "|has|have"
)
ON_BEHIND = compile_lazily(
    rf"(?<!\w)(?:{_PUTS}) ((?:the|an?|his|her|their) {NAMED}) (?:back )?on"
    r"(?! (?:the|an?|top|his|her|its)\b)(?!\w)",
    re.IGNORECASE,
)
# Matches pulling a garment on over the hair: “pulls a beret over her curls”. “Over her head” is excluded,
# because “pulls a shirt over her head” can mean taking it off.
PULLED_OVER = compile_lazily(
    rf"(?<!\w)(?:pulls|tugs|jams|draws|sets|settles|fits|drags|crams|claps|slides|eases|slips|lowers|clamps"
    rf"|tucks|arranges|balances) ((?:an?|the|another) {NAMED}) (?:down )?(?:over|onto|on|on top of|across) "
    r"(?:his|her|their) (?:[\w-]+ )?(?:curls|hair|ears|eyes|brow|forehead|shoulders|face|nose|bald patch|wig"
    r"|knees|hands|feet|scalp|braids|plaits|bun)(?!\w)",
    re.IGNORECASE,
)
# Matches putting a garment on over another garment: “pulls a sweatshirt over the leotard”.
PUT_OVER = compile_lazily(
    rf"(?<!\w)(?:pulls|throws|puts|drags|tugs|shrugs|slips|buttons|belts|zips|ties|wraps|wears|has) (?:on )?"
    rf"((?:an?|the|another) {NAMED} over (?:(?:the|his|her|their|an?) {NAMED}|it|them|everything))(?!\w)",
    re.IGNORECASE,
)
# Matches the verb of “ties a scarf round her neck”. The verb is cut off, so that the garment and its place on
# the body remain.
PUT_ROUND = compile_lazily(
    r"(?:and )?(?:ties|wraps|winds|binds|knots|loops|slings|hangs|puts|pulls|draws|drapes|throws|lays|settles"
    r"|sets|jams|claps) (?=(?:an?|the|his|her|their) )",
    re.IGNORECASE,
)
# Matches putting on a garment that is only called “it” or “them”: “buckles herself into them”, “steps into
# it”.
INTO_IT = compile_lazily(
    r"(?<!\w)(?:buckles|laces|zips|squeezes|works|wriggles|steps|climbs|slips|shrugs|struggles|buttons|backs"
    r"|gets|shoves|slides|pulls|thrusts)"
    r"(?: (?:him|her|them)sel(?:f|ves)| (?:his|her|their) (?:feet|foot|arms))? into (?:it|them)(?!\w)",
    re.IGNORECASE,
)
# Matches a garment that is taken off and then worn in another place: “rips his tie off and knots it round his
# head”.
ON_ANOTHER_WAY = compile_lazily(
    r"(?<!\w)(?:ties|knots|wraps|winds|loops|slings|drapes) (?:it|them) ((?:round|around|over"
    r"|about) (?:his|her|their) "
    rf"(?:{ON_THE_BODY}))(?!\w)",
    re.IGNORECASE,
)
# Matches the position of a thing that is not worn yet: glasses on a cord, sunglasses on the head. When the
# person puts the thing on, these words are removed from its description.
NOT_ON_YET = compile_lazily(
    r" (?:(?:hanging|dangling|pushed up|slung|draped|folded|tucked|on (?:a|an|his|her) (?:\w+ )?(?:cord|chain"
    r"|string|lanyard|head|knees?|lap)|in (?:his|her) (?:\w+ )?(?:hair|hands?|fist|pocket|lap)"
    r"|(?:under|over) (?:his|her|one) (?:left |right )?(?:arm|shoulder|elbow))\b.*)$",
    re.IGNORECASE,
)
# Matches a garment that is picked up and then put on: “She grabs a jacket from a hook and puts it on.”
PICKED_UP = compile_lazily(
    rf"(?<!\w)(?:grabs|snatches|picks up|finds|takes down|steals|lifts|unhooks|takes|takes out|fetches"
    r"|pulls|draws|produces|brings out|digs out|gets out|pulls out) "
    rf"((?:an?|the|his|her) {NAMED})(?= |$)(?! (?:off|on)\b)",
    re.IGNORECASE,
)
# Matches a garment that returns to its former wearer: “She has her fur back.”
HAS_BACK = compile_lazily(
    rf"(?<!\w)(?:has|gets|is given|takes|got|['’]s got) (?:back )?(?:his|her|their) (?:own )?({NAMED})"
    r"(?: back)(?: on)?(?!\w)",
    re.IGNORECASE,
)
# Matches the exchange of a garment for another garment: “swaps the hard hat for a cap”.
SWAPPED = compile_lazily(
    rf"(?<!\w)(?:(?<=['’]s )(?:swapped|exchanged|traded)|swaps|exchanges|trades|changes|switches"
    rf"|has (?:swapped|exchanged|traded|changed|switched)) "
    rf"(?P<off>(?:the|his|her|their|an?) {NAMED}) (?:for|into|to) "
    rf"(?P<on>(?:(?:the|his|her|their|an?) )?{NAMED})(?: (?:in|of|with) [^,;:.]+)?",
    re.IGNORECASE,
)
# Matches a change of the complete outfit, followed by the new clothes: “gets dressed: cords, a fisherman's
# sweater”.
DRESSES = compile_lazily(
    r"(?:(?:(?<!\w)(?:gets|is getting|finishes getting|has got|is|now|already|fully)|['’]s) dressed"
    r"|(?<!\w)dresses"
    r"|^(?:is |fully )?dressed)(?= now$|$|,| again$| for (?:work|school|church|dinner|court|travel"
    r"|the (?:day|street|office"
    r"|road|cold))\b)(?! (?:in|as|by|like|up)\b)",
    re.IGNORECASE,
)
CHANGES = compile_lazily(
    r"(?<!\w)(?:changes|has changed|have changed|is changed|(?:washed|showered|shaved|bathed|dried) and"
    r" changed|(?:now |freshly )?changed)"
    r"(?= into|$| clothes)",
    re.IGNORECASE,
)
# Matches a change of something other than clothes: “his whole face changes”.
NO_CLOTHES_CHANGE = compile_lazily(
    r"(?<!\w)(?:face|expression|voice|look|mood|manner|tone|colou?r|light|weather|everything|nothing"
    r"|something|air|wind"
    r"|music|rhythm|tune|picture|channel|pace|breathing|posture|stance|eyes|story|sound|it|that|this"
    r"|which) (?:\w+ly )?$",
    re.IGNORECASE,
)
# Maps the words for an act that is still going on to the words for its result. For example, in “comes down,
# buttoning a clean shirt” the shirt counts as worn.
AS_DONE = {
    "pulling": "pulls",
    "putting": "puts",
    "buttoning": "buttons",
    "zipping": "zips",
    "taking": "takes",
    "shrugging": "shrugs",
    "peeling": "peels",
    "tying": "ties",
    "removing": "removes",
    "unbuttoning": "unbuttons",
    "loosening": "loosens",
    "slipping": "slips",
    "dragging": "drags",
    "tugging": "tugs",
    "wiping": "wipes",
    "drying": "dries",
    "unwinding": "unwinds",
    "rolling": "rolls",
    "kicking": "kicks",
    "stripping": "strips",
    "donning": "dons",
    "fastening": "fastens",
    "straightening": "straightens",
    "adjusting": "adjusts",
    "knotting": "knots",
    "buckling": "buckles",
    "lacing": "laces",
    "turning": "turns",
    "smoothing": "smooths",
    "unzipping": "unzips",
    "undoing": "undoes",
    "yanking": "yanks",
    "easing": "eases",
}
DRESSING = compile_lazily(
    rf"(?<![\w-])(?<!the )(?<!an )(?<!a )(?:{join_alternatives(' '.join(AS_DONE))})(?= "
    rf"(?:(?:on|off|up|out of) )?"
    rf"(?:the|an?|one|his|her|their) )",
    re.IGNORECASE,
)
