"""Patterns for bodily states: dirt, wetness and injuries on skin and clothes, and the end of such states.
Pure functions.
"""

from __future__ import annotations

import re

from milimo_tui.core.late_patterns import compile_lazily, join_alternatives
from milimo_tui.story.looks.clothes.garment_words import STATES, WITH_WHAT
from milimo_tui.story.looks.clothes.garments import GARMENT

_DIRT = join_alternatives(
    "blood mud soot dust dirt grease oil paint flour ash ashes snow sweat plaster sand slime tar feathers "
    "chalk salt scales lipstick mascara ink grime filth straw hay confetti cobwebs twigs glitter petals "
    "sawdust wine coffee ketchup soup milk vomit gravy tea jam egg yolk chocolate custard juice foam lather "
    "beer clay resin icing frosting batter dough syrup honey mustard mayonnaise sauce whitewash lime cement "
    "rust seaweed algae weed spit drool tears foundation rouge pollen powder lint gore pus toothpaste "
    "cream butter"
)
_BODY = (
    "face|cheeks?|cheekbones?|jaw|temples?|hairline|nape|collarbone|forehead|brow|chin|nose|mouth|lips?|teeth|eyes?|eyebrows?|eyelid|ears?|head|hair|scalp"
    "|beard"
    "|neck|throat|shoulders?|arms?|elbows?|wrists?|hands?|palms?|fingers?|knuckles|chest|ribs|back|stomach"
    "|waist|hips?|legs?|thighs?|knees?|shins?|ankles?|feet|foot|heels?|toes"
)
_ON_BODY = rf"(?:(?:left|right|whole|upper|lower) )?(?:{_BODY})"
_COVERED = (
    "covered|caked|smeared|spattered|splattered|splashed|streaked|plastered|coated|crusted|encrusted|slick"
    "|slicked|drenched|dripping|soaked|stained|daubed|dusted|black|white|red|grey|gray|sticky|stiff"
)
# Matches dirt on the skin or the clothes: “caked in mud”, “mud to her knees”, “blood on his shirt”.
DIRTIED = compile_lazily(
    rf"(?<!\w)(?:(?:all )?(?:{_COVERED}) (?:in|with|from) (?:[\w-]+ )?(?:{_DIRT})"
    rf"|(?:(?:dried|wet|fresh|caked|black|red) )?(?:{_DIRT}) (?:on|up to|down|over|to|all over|up|across|in) "
    rf"(?:the|his|her|their|both|one) (?:(?:white|torn) )?(?:{_ON_BODY}|sleeves?|collar|cuffs?|lapels?"
    r"|hem|front"
    rf"|{GARMENT.pattern}))(?!\w)",
    re.IGNORECASE,
)
_HURTS = "cut|gash|bruise|burn|scar|scratch|graze|welt|wound|scab|rash"
# Matches visible injuries: “a split lip”, “a cut over one eye”, “bruises on her arms”.
HURT = compile_lazily(
    r"(?<!\w)(?:(?:(?:an?|one|the|his|her) )?(?:left |right )?(?:arm|leg|wrist|foot|ankle|hand|finger"
    r"|thumb|neck)"
    r" in (?:an? )?(?:[\w-]+ )?(?:cast|sling|plaster|splint|brace|bandages?)"
    r"|black eyes?|(?:split|cut|bloody|swollen|broken|busted|puffy|bruised|scarred) "
    r"(?:lips?|nose|cheek|eye|brow|mouth|face|knuckles|chin)"
    r"|(?:(?:yellow|blue|black|purple|green|red|white|livid|fresh|old|fading|long|thin|small|big|deep|ugly"
    r"|new) )*"
    rf"(?:{_HURTS})(?:e?s)? (?:over|on|above|under|across|along|down|in|through|from) "
    rf"(?:the|his|her|their|one|each|both|either) {_ON_BODY}(?: to (?:the|his|her) {_ON_BODY})?)(?!\w)",
    re.IGNORECASE,
)
# Matches a sentence about an injury: “Her lip is split.”
HURT_PART = compile_lazily(
    rf"(?:and )?(?:with )?(?:(?:the|his|her|their|one|both) )?(?!hair|beard)({_ON_BODY})(?: (?:is"
    rf"|are))?(?: (?:now|already|all"
    rf"|still))? "
    r"((?:split|cracked|chapped|stitched|taped|plastered over|black and blue|cut(?: open)?|bruised"
    r"|swollen(?: shut)?|bandaged|bloody|bloodied|bleeding|grazed|scratched|scraped"
    rf"|burned|burnt|blistered|broken|raw"
    rf"|(?:{_COVERED}) (?:with|in) (?:{_DIRT}|tattoos|scars|bruises|freckles|scratches|welts|sores"
    r"|rings)))(?!\w)",
    re.IGNORECASE,
)
BLOOD_RUNS = compile_lazily(
    rf"(?:and )?(?:the |an? (?:trickle|stream|line|thread) of )?(blood|sweat|mascara|{_DIRT}) (?:runs"
    rf"|trickles|pours"
    r"|streams|drips|trails|flows|spreads|seeps|soaks|wells|oozes|spurts|splashes|spatters|splatters|spills"
    r"|sprays|slops|squirts|dribbles|lands|is) "
    rf"((?:down|from|over|across|on|through|into|in|all over) (?:the|his|her|their) (?:{_ON_BODY}"
    rf"|sleeves?|front|{GARMENT.pattern}))(?!\w)",
    re.IGNORECASE,
)
# Matches features that are mentioned without the part of the body where they are: “a gold tooth”, “chipped
# nail polish”.
FEATURE = compile_lazily(
    r"(?<!\w)(?:(?:tattooed|freckled|scarred|muscular|hairy|skinny|bare|brawny|scabby|bony|knobbly"
    r"|grazed|skinned|grubby|gnarled|sunburnt|sunburned|withered"
    r"|bandaged|calloused) (?:fore)?(?:arms?|hands?|neck|face|legs?|knuckles|knees|shoulders?|feet|chest"
    r"|skull|fingers|fingernails|nails)"
    r"|nail (?:polish|varnish)|(?:nose|lip|eyebrow|tongue|toe) (?:ring|stud)s?|piercings?"
    r"|tattoos?|freckles|dimples?|birthmarks?|moles?|(?:gold|false|buck|missing|crooked|broken|rotten"
    r"|perfect|capped)"
    r" (?:tooth|teeth)|overbite|gap in (?:his|her|their) teeth|hearing aids?|glass eye|lazy eye|squint"
    r"|harelip"
    r"|(?:double|weak|cleft|strong|square) (?:chin|jaw)|paunch|pot ?belly|beer belly|hunchback|pockmarks"
    r"|(?:broken|hooked|crooked|boxer['’]s|long|snub|bulbous|red) nose|prosthe(?:tic|sis)"
    r"|artificial (?:leg|arm|hand)"
    r"|wooden leg|hook for a hand|wrinkles|jowls|(?:sun|wind)burn|suntan"
    r"|crow['’]s feet|cauliflower ears?"
    r"|(?:blue|green|brown|grey|gray|black|pale|dark|hazel|huge|enormous|red|bloodshot|swollen|tired"
    r"|sunken|puffy) eyes|long lashes|(?:bushy"
    r"|thick|heavy|no"
    r"|plucked|black|white|grey|gray) eyebrows|high cheekbones|full lips|broad shoulders|long legs"
    r"|port-wine stain)"
    r"(?!\w)",
    re.IGNORECASE,
)
CLEANED = compile_lazily(
    r"(?<!\w)(?:wipes|washes|scrubs|rinses|brushes|shakes|cleans|sponges|mops|has (?:wiped|washed|shaken"
    rf"|cleaned)) (?:(?:the|his|her|their|some of the|most of the) )?({_DIRT})(?!\w)",
    re.IGNORECASE,
)
# Matches the cleaning of a part of the body, which ends the dirt there: “She wipes her mouth clean.”, “washes
# his hands”.
CLEANED_PART = compile_lazily(
    rf"(?<!\w)(?:wipes|washes|scrubs|rinses|licks|sponges|dabs|has (?:wiped|washed)) (?:the|his|her|their)"
    rf" ((?:left |right )?(?:{_BODY}))(?: (?:clean|dry))?(?!\w)",
    re.IGNORECASE,
)
# Maps a state to the states that it ends: “dry” ends “wet”, “shaved” ends “unshaven”.
_ENDS = (
    ("dry dried", "wet soaked soaking sodden drenched dripping sopping sweating sweaty"),
    ("clean washed scrubbed bathed showered", "dirty filthy grimy muddy sooty dusty greasy unwashed grubby"),
    ("shaved clean-shaven shaven", "unshaven stubbled"),
    ("awake", "asleep half-asleep sleeping unconscious"),
    ("combed groomed spruce", "unkempt dishevelled disheveled tousled windblown windswept"),
    ("dressed fully-dressed", "naked nude undressed half-dressed half-naked shirtless topless"),
    ("sober", "drunk tipsy hungover"),
    ("shod", "barefoot barefooted"),
)
_ENDED_BY = {word: frozenset(others.split()) for words, others in _ENDS for word in words.split()}
_OTHER = compile_lazily(
    rf"(?<![\w-])(?:now |freshly |newly |quite |completely |fully |bone "
    rf"|bone-)?({join_alternatives(' '.join(_ENDED_BY))})"
    r"(?= (?:now|again|and|at last|for once)\b|\s*(?:$|[,;.:!]))",
    re.IGNORECASE,
)


def find_ended_states(phrase: str) -> frozenset[str]:
    """Return the states that a phrase ends by stating their opposite: “dry now” ends “wet” and “soaked”."""
    return frozenset().union(*(_ENDED_BY[found[1].casefold()] for found in _OTHER.finditer(phrase)))


DRIED = compile_lazily(
    r"(?<!\w)(?:(?:dries|towels) (?:(?:him|her)self|themselves|off|dry)(?: (?:off|dry))?"
    r"|(?:is|are) dry(?: (?:again|now))?$)(?!\w)",
    re.IGNORECASE,
)
# Waking and getting up end sleep.
WAKES = compile_lazily(
    r"(?<!\w)(?:wakes|awakens|awakes|stirs|rouses|comes (?:to|round)(?=$|[,.;])|comes awake"
    r"|starts awake|(?:is|sits|lies|jerks|jolts)"
    r" (?:bolt )?(?:awake|upright)|sits up|gets up|stands|gets out of bed|rises|(?:his|her"
    r"|their) eyes (?:snap |blink |flutter )?open"
    r"|opens (?:his|her|their|one|an?) eyes?)(?!\w)",
    re.IGNORECASE,
)
ASLEEP = compile_lazily(
    r"(?<!\w)(?:half-)?(?:asleep|unconscious|sedated|comatose|sleeping|snoring)(?!\w)", re.IGNORECASE
)
# Matches a state of the person, such as “soaked”. No noun may follow, because “wet hands” describes only the
# hands. “Falls asleep” does not match, because the person is still awake in that shot.
STATE = compile_lazily(
    r"(?<!\w)(?:bare|naked|stripped) to the waist(?!\w)"
    r"|(?<!\w)(?:breathing hard|out of breath|red in the face)(?!\w)"
    r"|(?<![\w-])(?<!the )(?<!falls )(?<!fall )(?<!fell )(?<!falling )"
    rf"(?:(?:{join_alternatives(WITH_WHAT)})-)?(?:{join_alternatives(STATES)})(?=\s*(?:$|[,;:.!?–—]|\b(?:and|with|from"
    rf"|through|to"
    r"|in|into|onto|as|at|by|on|out|over|across|along|down|up|under|past|before|after|behind|beside|but"
    r"|now|again"
    r"|still|already|all)\b))",
    re.IGNORECASE,
)
WET = compile_lazily(r"(?<!\w)(?:\w+-)?(?:wet|soaked|soaking|sodden|drenched|dripping)(?!\w)", re.IGNORECASE)
# Matches states that last longer than a day: injuries and marks on the body.
LASTING = compile_lazily(
    r"(?<!\w)(?:bandaged|battered|bruised|burned|burnt|frostbitten|freckled|gaunt|injured|limping|pregnant"
    r"|scarred|shaved|sunburned|sunburnt|tattooed|unshaven|wounded|swollen|black eyes?|cast|sling"
    r"|plaster|splint|split|broken|blistered"
    rf"|raw|(?:{_HURTS})(?:e?s)?"
    r"|(?:paint|ink|oil|grease|tar|plaster|clay|resin|bleach|rust) (?:on|all over|down) (?:the|his|her|their)"
    rf" (?:[\w-]+ )?(?:{GARMENT.pattern}))(?!\w)",
    re.IGNORECASE,
)
