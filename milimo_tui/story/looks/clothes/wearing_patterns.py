"""Patterns for clothes that a person is already wearing, in sentences where nobody puts them on. Pure
functions.
"""

from __future__ import annotations

import re

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.looks.clothes.garments import NAMED, ON_THE_BODY

ON = compile_lazily(
    r"(?:(?<!\w)|(?=['’]s))(?:dressed in|clad in|has on|have on|has got on|['’]s got on|wrapped in"
    r"|bundled in|wearing|wears|sporting|sports"
    r"|(?:swathed|decked out|draped|swaddled|attired|garbed|robed|encased|sheathed|kitted out"
    r"|rigged out|got up|turned out"
    r"|dolled up|resplendent|dashing|sweltering|drowning|huddled) in|nothing but|(?:squeezed|poured"
    r"|stuffed|zipped|buttoned"
    r"|laced|strapped|crammed|bundled) into"
    r"|has (?:borrowed|hired|rented|been lent)|in(?! (?:wearing|with|and|or|to|from|again|on)\b)"
    r"|with|under)\s+"
    r"((?:(?!\s(?:in(?! the (?:arm|leg|sleeve|waist|shoulder|neck|seat)s?\b)"
    r"|with|at(?! the (?:shoulder|neck|throat|waist|elbow|wrist|collar|knee|side|back)s?\b)|on|into|onto|who"
    r"|while|and|behind|from|to(?! (?:his|her|their))"
    r"|through|beside|within|before|after|until|till)\s)[^,;:])+"
    r"(?:\son (?:her|his|their|back|a)\s[^,;:]+)?)",
    re.IGNORECASE,
)
AND_MORE = compile_lazily(
    r"\sand (?:(?:an?|the|his|her|their)\s)?(?:(?!\s(?:and|who|while|in|at|from)\s)[^,;:.])+", re.IGNORECASE
)
HAS_IT_ON = compile_lazily(
    rf"^(?:with |(?:has|have|['’]s got|has got) )?((?:an?|the|his|her|their"
    rf"|[\w'’-]+['’]s) {NAMED}|(?:(?<=has )|(?<=have )|(?<=with )){NAMED}) (?:still |already )?on"
    r"(?: now| again| inside out| back to front|(?= (?:over|under|on top of|and) )|$)",
    re.IGNORECASE,
)
WORN_ROUND = compile_lazily(
    r"(?:and |with )?(?!(?:[\w'’]+ )?(?:arms?|hands?|fingers?|palms?|fists?|eyes|light|water|hair)\b)"
    r"(?:(?:an?|the|his|her|their|half of [\w'’]+|[\w'’]+['’]s)\s)?(?:[\w'’-]+\s){1,4}?"
    rf"(?:round|around|about|over|across|on) (?:the|his|her|their) (?:{ON_THE_BODY})(?!\w).*",
    re.IGNORECASE,
)
# Matches a garment that is worn over another garment: “a farmer's sheepskin over the white suit”.
LAID_OVER = compile_lazily(
    rf"(?:and |with )?an? {NAMED} (?:thrown |pulled |buttoned |on )?over (?:the|an?|his|her|their)"
    rf" {NAMED}(?=$|[,;.])",
    re.IGNORECASE,
)
# Matches a thing that a person walks or stands with: “leans on a stick”, “comes in on crutches”.
LEANS_ON = compile_lazily(
    r"(?:(?<!\w)(?:leans|leaning|walks|walking|hobbles|hobbling|limps|shuffles|comes in|comes|stands|gets"
    r" about) (?:on|with) |^on |(?<!\w)on (?=(?:an? (?:walking|zimmer) )|(?:two )?(?:sticks|crutches)$))"
    r"(an? (?:[\w-]+ ){0,2}(?:stick|cane|crutch|walking frame|walker)|(?:two )?(?:sticks|crutches))(?!\w)",
    re.IGNORECASE,
)
# Matches a thing said to be on a part of the body: “there is a black armband above the elbow”.
IS_ON_BODY = compile_lazily(
    rf"(?<!\w)there(?:['’]s| is) (an? {NAMED} (?:above|on|round|around|over|across|at|about) (?:the|his|her"
    r"|one) (?:elbow|arm|wrist|neck|head|shoulders?|waist|knee|ankle|forehead|throat|hair))(?!\w)",
    re.IGNORECASE,
)
# Matches clothes given after the part of the body that wears them: “and on his feet a pair of yellow boots”.
ON_PART = compile_lazily(
    rf"(?:and )?on (?:his|her) (?:feet|hands|back|nose|{ON_THE_BODY}),? (an? (?:pair of )?{NAMED}.*)",
    re.IGNORECASE,
)
# Matches words for festive clothes that name no garment: “comes down, dressed to the nines”, “in her Sunday
# best”.
AT_BEST = compile_lazily(
    r"(?<!\w)(?:(?:all )?dressed (?:up )?(?:to the nines|to kill|up)(?! (?:as|like|in)\b)|suited and booted"
    r"|in (?:(?:all )?(?:his|her|their) )(?:very |Sunday )?(?:best|finery|Sunday clothes))(?=$|[,;.]| and\b)",
    re.IGNORECASE,
)
# Matches a costume: “is dressed as a bee”.
DRESSED_AS = compile_lazily(
    r"(?<!\w)(?:dressed|costumed|disguised|got up|dolled up) (?:up )?(?:as|like) (?:an? "
    r"|the )?[\w'’-]+(?: [\w'’-]+){0,2}"
    r"(?=$|[,;:.])",
    re.IGNORECASE,
)
SHIRTSLEEVES = compile_lazily(r"(?<!\w)in (?:his |her |their )?shirt-?sleeves(?!\w)", re.IGNORECASE)
# Matches an act that is only possible with a worn garment: “straightens his tie”, “wipes her hands on her
# apron”. The garment is therefore worn even if it was not mentioned before.
IMPLIES = compile_lazily(
    rf"(?<!\w)(?:(?:buttons|zips|knots|ties|straightens|adjusts|smooths|fastens|belts|laces|buckles|tightens"
    rf"|turns|tugs|hitches|pushes|settles|tips|touches|raises|brushes|dusts)(?: (?:up|down|at|back))?"
    rf"|(?:wipes|dries|rubs|cleans|polishes) (?:[\w'’]+ ){{1,4}}(?:on|with)"
    rf"|(?:something|egg|soup|crumbs|food|flour|paint|ink) (?:on|down))"
    rf" (?:the (?:collar|cuffs?|sleeves?|hem|lapels?|brim) of )?(?:his|her)(?: own)? (?P<what>{NAMED})"
    rf"(?! pocket| strap)"
    rf"|(?<!\w)the (?:[\w-]+ )?(?:pocket|collar|sleeve|cuff|lapel|hem|brim)s? of (?:his|her)"
    rf" (?P<its>{NAMED})"
    rf"|^(?:his|her) (?P<does>{NAMED}) (?:comes? (?:down )?(?:to|over|past)|hangs? (?:off|open|loose|down|to)"
    rf"|clings?|flaps?|billows?|strains?|trails?|drags?|gapes?|rides? up|drips?|reach(?:es)?|glitters?"
    rf"|sparkles?|rustles?|creaks?|squeaks?|jingles?|swamps?|pulls? (?:tight|across)|smells?"
    rf"|match(?:es)?)(?!\w)",
    re.IGNORECASE,
)
# Matches acts that involve a garment but say nothing new about the clothes worn, such as feeling in a jacket
# for a whistle or tying a case with a belt.
NO_CLOTHING = compile_lazily(
    r"(?<!\w)(?:(?:feels|pays|digs|reaches|rummages|fumbles|searches|gropes|looks|dives|pats)(?: \w+)?|held"
    r"|tied|fastened|bound|shut|closed|stuffed|packed"
    r"|(?:puts|drops|places|hides|slides|lays|sets|shoves|sticks)"
    r" (?:it|them|(?:the|an?) (?:\w+ ){0,2}\w+))\s*$",
    re.IGNORECASE,
)
# Matches words such as “under it” before a garment: “Under it: a sailor's jacket.” They show that the garment
# which covered the jacket was taken off.
UNDERNEATH = compile_lazily(r"(?:under(?:neath)?|beneath)(?: (?:it|them|that|this))?$", re.IGNORECASE)
BENEATH = compile_lazily(r"(?:and )?(?:under|beneath)", re.IGNORECASE)
# Matches words that list the clothes still worn: “What is left of him is a white shirt”, “Under it she
# wears”, “Underneath he is all white: white singlet”.
WHAT_IS_LEFT = compile_lazily(
    r"(?:and )?(?:(?:what(?:['’]s| is) left(?: of (?:him|her|them))?|all (?:he|she) has on"
    r"|under(?:neath)? (?:it|that|this),?"
    r"(?: (?:he|she))?) (?:is|wears|has on) (?=an?\b|the\b|nothing but)"
    r"|(?:underneath|beneath),? (?:he|she|[^\W\d_]+) (?:is wearing|wears|has on|is)(?: all \w+:)? )",
    re.IGNORECASE,
)
# Matches a garment or feature that becomes visible when another garment is removed or opened: “takes off her
# hat, revealing a shaved head”, “opens his coat to show a red waistcoat”.
REVEALED = compile_lazily(
    r",?\s(?:revealing|showing|exposing|uncovering|baring|displaying|(?:and |to |which |that"
    r" )(?:reveals?|shows?|exposes?"
    r"|uncovers?|bares?|displays?)) (?P<what>[^.;:–—]+)",
    re.IGNORECASE,
)
