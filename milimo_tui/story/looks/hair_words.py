"""Patterns for hair and beards: their appearance, how a person arranges them, and when hair falls loose. Pure
functions.
"""

from __future__ import annotations

import re

from milimo_tui.core.late_patterns import compile_lazily, join_alternatives

_HAIR = (
    "hair haired braid braids bun beard bearded bald cropped curls dreadlocks fringe moustache mustache "
    "pigtails plait plaits ponytail stubble topknot shaven clean-shaven sideburns side-whiskers whiskers "
    "mutton-chops goatee mohawk quiff crewcut crew-cut ringlets cornrows afro curlers rollers "
    "moustached mustached moustachioed mustachioed bewhiskered whiskered stubbled "
    "dreads tresses comb-over combover balding greying graying undercut mop-top flattop tonsure tonsured "
    "beehive updo mullet chignon bouffant pompadour buzzcut buzz-cut pixie-cut bedhead hairdo haircut "
)
# Words that mean hair only after a word such as “blonde” or “neat”. Alone they may mean something else: Bob
# is also a name, and a bun may be food.
_HAIR_ALSO = "bob bun mop perm crop"
_HAIR_LIKE = (
    "black blond blonde brown red grey gray white silver dark auburn ginger platinum bleached dyed tight "
    "neat sleek short shaggy curly messy tidy loose severe home tousled "
)
HAIR = compile_lazily(
    r"(?<!\w)(?:(?:freshly |newly |half-)?(?:shaved|shaven|close-shaven) (?:head|scalp|skull)|crew cut"
    r"|buzz cut"
    r"|(?:natural |dyed |bottle |peroxide |ash |strawberry )?blonde?(?= from\b| at\b|$)|brunette|redhead"
    r"|red-?headed"
    r"|widow['’]s peak|receding hairline|(?:gr[ea]y|white|silver)(?:ing)?(?: now)? at the temples?"
    r"|(?:streaks|flecks|strands) of (?:gr[ea]y|white|silver)"
    rf"|(?:\w+-)?(?:{join_alternatives(_HAIR)})|(?:{join_alternatives(_HAIR_LIKE)}) "
    rf"(?:{join_alternatives(_HAIR_ALSO)}))(?!\w)",
    re.IGNORECASE,
)
FACIAL = compile_lazily(
    r"(?<!\w)(?:\w+-)?(?:beard(?:ed)?|moustached?|mustached?|(?:mo)?ustachioed|stubble|stubbled"
    r"|(?:clean-|un)?shaven|side-?burns"
    r"|(?:side-)?whiskers"
    r"|mutton-chops|goatee)(?!\w)",
    re.IGNORECASE,
)
HAIR_LOOSE = compile_lazily(
    r"(?<!\w)(?:let down (?:his|her|their) hair"
    r"|(?:pulls|takes|draws|slides|tugs|yanks|plucks|tears|rips|drags|works|whips) (?:the|a|an|his|her"
    r"|their) [\w-]+"
    r" (?:out of|from) (?:his|her|their) (?:hair|bun|braid|plait|topknot)"
    r"|(?:lets|has let) (?:down (?:his|her|their) hair|(?:his|her|their) hair (?:down|fall|loose))"
    r"|(?:shakes|combs) (?:out|loose|down) (?:his|her|their) hair"
    r"|un(?:pins|ties|does|braids) (?:his|her|their) hair"
    r"|hair (?:comes|falls|tumbles|spills) (?:down|loose|free))(?!\w)",
    re.IGNORECASE,
)
# Matches an act of arranging hair, and captures the state of the hair afterwards: “ties her hair back”, “pins
# up her hair”.
HAIR_DONE = compile_lazily(
    r"(?<!\w)(ties|pins|puts|binds|scrapes|pulls|sweeps|twists|gathers|knots|clips|slicks|combs|brushes)"
    r" (?:(up|back) (?:his|her|their) hair|(?:his|her|their) hair (back|up|(?:in|into) an? [\w -]+))(?!\w)",
    re.IGNORECASE,
)
DONE = {
    "ties": "tied",
    "pins": "pinned",
    "puts": "put",
    "binds": "bound",
    "scrapes": "scraped",
    "pulls": "pulled",
    "sweeps": "swept",
    "twists": "twisted",
    "gathers": "gathered",
    "knots": "knotted",
    "clips": "clipped",
    "slicks": "slicked",
    "combs": "combed",
    "brushes": "brushed",
}
# Matches a change of hair colour: “has dyed her hair black”.
HAIR_DYED = compile_lazily(
    r"(?<!\w)(?:dyes|has dyed|bleaches|has bleached|colou?rs|has colou?red) (his|her|their)(?: own)? hair"
    r"(?: (?:an? )?(?:[\w-]+ )?(black|blonde?|brown|red|gr[ea]y|white|silver|auburn|ginger|pink|blue"
    r"|green|purple|orange))?(?!\w)",
    re.IGNORECASE,
)
HAIR_CUT = compile_lazily(
    r"(?<!\w)(?:cuts|chops|hacks|crops|shears|snips) (?:off )?(?:his|her|their)(?: own)? (?:[\w-]+ )?hair"
    r"(?: off| short)?(?!\w)",
    re.IGNORECASE,
)
# Matches hair that is cut off: “has cut off the braids”, “chops her ponytail off”.
CUTS_OFF = compile_lazily(
    r"(?<!\w)(?:cuts|cut|chops|chopped|hacks|hacked|shears|sheared|snips|snipped|shaves|shaved) (?:off"
    r" (?:the|his|her|their)"
    r" (?:[\w-]+ )?([\w-]+)|(?:the|his|her|their) (?:[\w-]+ )?([\w-]+) off)(?!\w)",
    re.IGNORECASE,
)
# Matches hair that is let loose: “shakes out a mass of red hair”.
SHAKEN_OUT = compile_lazily(
    r"(?<!\w)(?:shakes|tosses|lets|throws) (?:out|down|loose|back) (?:an? )?((?:(?:mass|cloud|tangle"
    r"|mane|fall|head|heap) of )?"
    r"(?:[\w-]+ ){1,3}(?:hair|curls|braids|plaits|dreadlocks|ringlets))(?!\w)",
    re.IGNORECASE,
)
# Matches hair that is wrapped: in “her hair in a towel” the towel is no clothing of the person.
HAIR_IN = compile_lazily(
    r"(?:with )?(?:his|her) (?:[\w-]+ )?hair (?:up |wrapped |tied |tied up |tied back |hidden |piled up "
    r"|still )?"
    r"(?:in|under|inside) an? [\w' -]+$",
    re.IGNORECASE,
)
# Matches a sentence in which hair does something and is described at the same time: “Her red hair streams in
# the wind.”
HAIR_SEEN = compile_lazily(
    r"(?:his|her|their) ((?:[a-z-]+ ){1,3}hair) (?:streams|flies|flows|blows|whips|shines|gleams|hangs|falls"
    r"|tumbles|sticks|glows)(?!\w)",
    re.IGNORECASE,
)
# Matches a statement about hair: “Her own hair is short and white.”
HAIR_IS = compile_lazily(
    rf"(?:(?:under(?:neath)?|beneath)(?: (?:it|that|this|them))?,? )?(?:his|her|their|the) (?:own "
    rf"|real )?hair (?:underneath |beneath |under (?:it|that) )?is (?:all )?"
    rf"(?:now "
    rf")?((?:(?:{join_alternatives(_HAIR_LIKE)}|long|wavy|straight|thin|thick|matted|fair|golden|wild|cropped"
    r"|cut)(?:,? and |, | |$))+(?:like .+)?)$",
    re.IGNORECASE,
)
HAIR_FALLS = compile_lazily(
    r"(?<!\w)an? ((?:[\w-]+ ){0,3}(?:plait|braid|ponytail|pigtail|bun|topknot))s? (?:drops|falls"
    r"|comes (?:down|loose)"
    r"|tumbles|swings)(?!\w)",
    re.IGNORECASE,
)
# Matches hair that becomes visible under a removed garment: “there's a braid under it”.
HAIR_UNDER = compile_lazily(
    r"there(?:['’]s| is) (?:an? )?((?:[\w-]+ ){0,2}(?:plait|braid|ponytail|pigtail|bun|topknot|hair"
    r"|curls))(?!\w)",
    re.IGNORECASE,
)
HAIR_COLOURED = compile_lazily(
    r"(?<!\w)hair (?:(?:till|until|so that) it (?:is|goes|turns) (\w+)"
    r"|(?:has |have )?(?:gone|turned|goes|turns|is now|dyed) (?:to )?"
    r"(white|grey|gray|silver|black|red|blond|blonde|brown))(?!\w)",
    re.IGNORECASE,
)
# Matches a change of colour of a beard: “The moustache has gone grey.”
BEARD_COLOURED = compile_lazily(
    r"(?:the|his) (?:[\w-]+ )?(beard|moustache|mustache|stubble|whiskers)"
    r" (?:is|has (?:gone|turned)|goes|turns) (?:all |quite |now )?(white|grey|gray|silver|black|red)(?!\w)",
    re.IGNORECASE,
)
# Matches the removal of a beard: “Tom has shaved.”, “shaves off the moustache”.
SHAVES = compile_lazily(
    r"(?<!\w)(?:has (?:now )?shaved(?! (?:her|his) (?:head|legs))"
    r"|shaves (?:off )?(?:(?:the|his) (?:beard|moustache|stubble|whiskers)|himself|clean))(?!\w)"
    r"|\b(?:beard|moustache|stubble) (?:(?:is|has) (?:now )?(?:gone|shaved off|come off)|(?:comes|falls"
    r"|drops) (?:off|away|down))"
    r"(?!\w)",
    re.IGNORECASE,
)
# Matches a new beard: “He has grown a beard.”
GROWN = compile_lazily(
    r"(?<!\w)(?:has grown|has|sports) an? ((?:[\w-]+ ){0,2}(?:beard|moustache|mustache|goatee))(?!\w)",
    re.IGNORECASE,
)
# Matches hair and a garment that share the verb “wears”: “wears her hair in a plait and a man's waistcoat”.
WEARS_HAIR = compile_lazily(
    r"(?<!\w)(?:wears|wearing) (?:his|her|their) ((?:[\w-]+ )?(?:hair|beard|moustache) [^,;:.]*?)"
    r"(?:,? and(?= (?:an?|the|his|her|[\w-]+ (?:\w+)$)\b)|$)",
    re.IGNORECASE,
)
# Matches words for the position of a thing in the hair: “a thistle in her dark hair”. The pattern is also
# used where the thing is taken out again.
IN_HAIR = compile_lazily(r"\s(?:in|behind|through) (?:his|her|their) ((?:[\w-]+ )*hair)(?!\w)", re.IGNORECASE)
FALLS_OUT = compile_lazily(
    r"(?:the|his|her|their|[\w'’]+['’]s) ([\w-]+) (?:(?:has |have )?(?:come|fallen|slipped|dropped"
    r"|worked|gone|blown)"
    r"|comes|falls|slips|slides|drops|works|blows)(?: loose)? (?:out of|from|off) (?:his|her|their"
    r"|[\w'’]+['’]s) "
    r"(?:[\w-]+ )?(?:hair|ear|ears|lapel|buttonhole|neck|wrist|finger|mouth|head)(?!\w)",
    re.IGNORECASE,
)
# Matches hair that visibly moves, which shows that no hat covers it.
HAIR_FREE = compile_lazily(
    r"(?<!\w)hair (?:flying|streaming|blowing|flows?|flowing|whipping|lifting|flies|streams)(?!\w)",
    re.IGNORECASE,
)
OVER_HAIR = frozenset({"helmet", "hood", "bonnet", "headscarf", "turban", "wimple", "balaclava", "visor"})
