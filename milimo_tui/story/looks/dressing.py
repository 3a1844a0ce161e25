"""Words for what people have on and how they are: garments, hair, states, and how they change. Pure."""

from __future__ import annotations

import re

from milimo_tui.core.late_patterns import late
from milimo_tui.story.looks.garment_words import (
    ALSO_CALLED,
    CARRIED,
    COLOURS,
    FABRICS,
    GARMENTS,
    ON_FACE,
    ON_FEET,
    ON_HEAD,
    OUTFITS,
    STATES,
    UNDER_A_COAT,
    WITH_WHAT,
)
from milimo_tui.story.values.text import fold


def words_of(text: str) -> frozenset[str]:
    """Return words, each once."""
    return frozenset(text.split())


def any_of(words: str) -> str:
    """Return words as choices of a pattern, the longest first."""
    return "|".join(sorted(map(re.escape, words.split()), key=len, reverse=True))


# What stands before such a word is no garment: “the top table”, “a coat hook”, “a leather armchair”.
_OF_A_THING = (
    r"(?!(?:tops? (?:table|step|stair|shelf|drawer|floor|rung|row|bunk|deck|flight|landing|button|pocket"
    r"|corner|half|edge"
    r"|man|dog|speed|price|note|storey|layer|line|secret|lip|end|of the)"
    r"|coat (?:hook|rack|hanger|stand|check|tree|peg|of (?:paint|arms|varnish))|hat (?:stand|box|rack"
    r"|check|shop)"
    r"|shoe (?:box|shop|rack|shine|lace)|glove (?:compartment|box)|boot (?:room|rack|lid|camp|of the)"
    r"|(?:hood|bonnet) of (?:the|a|his|her) (?:car|van|truck|taxi|cab|jeep)"
    r"|leather (?:sofa|armchair|chair|seat|couch|bench|strap|book|folder|notebook|portfolio|stool|settee"
    r"|binding)"
    r"|linen (?:cupboard|closet|basket|chest|tablecloth|napkin|sheet)|ring (?:road|binder|finger|box|tone)"
    r"|dress (?:rehearsal|shop|form|circle)|crown (?:court|prince|jewel)|suit (?:bag|carrier)"
    r"|plaster (?:wall|ceiling|saint|bust|board)|cap gun|towel (?:rail|rack)|stick (?:shift|insect)"
    r"|pipe (?:organ|bomb|wrench|band)|umbrella stand|lantern light|wool shop|fur trade|polo (?:match"
    r"|ground|pony"
    r"|mint))s?\b)"
)
_COLOURED_SLIP = "".join(
    rf"|(?<={word} )slip"
    for word in ("silk", "satin", "black", "white", "pink", "cotton", "nylon", "lace", "her", "full")
)
# “in a slip”, which is elsewhere one of paper
_SLIP = rf"(?:(?<=in a )slip{_COLOURED_SLIP})(?! of\b| road\b)"
GARMENT = late(
    rf"(?<!\w){_OF_A_THING}(?:(?:{any_of(GARMENTS + CARRIED)})(?:e?s)?|(?:neck|back|leg|knee) braces?"
    rf"|{_SLIP})(?!\w)",
    re.IGNORECASE,
)
CARRIED_GARMENT = late(
    rf"(?<!\w)(?:{any_of(CARRIED)}|towel|blanket|sheet|belt|badge|hood|buttons?|sleeves?|cuffs?|collar"
    rf"|lapel|hem|pocket)s?(?!\w)",
    re.IGNORECASE,
)
HELD = late(
    r"(?<!\w)(?:under|in) (?:one|his|her|their|the other|each|either) (?:arms?|hands?|fists?|lap|elbow)(?!\w)"
    r"|(?<!\w)in hand(?!\w)",
    re.IGNORECASE,
)
# A state stands by itself: of “wet hands” it is the hands that are told of.
# Who falls asleep is awake in this shot.
STATE = late(
    r"(?<!\w)(?:bare|naked|stripped) to the waist(?!\w)"
    r"|(?<!\w)(?:breathing hard|out of breath|red in the face)(?!\w)"
    r"|(?<![\w-])(?<!the )(?<!falls )(?<!fall )(?<!fell )(?<!falling )"
    rf"(?:(?:{any_of(WITH_WHAT)})-)?(?:{any_of(STATES)})(?=\s*(?:$|[,;:.!?–—]|\b(?:and|with|from"
    rf"|through|to"
    r"|in|into|onto|as|at|by|on|out|over|across|along|down|up|under|past|before|after|behind|beside|but"
    r"|now|again"
    r"|still|already|all)\b))",
    re.IGNORECASE,
)
ON = late(
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
AND_MORE = late(
    r"\sand (?:(?:an?|the|his|her|their)\s)?(?:(?!\s(?:and|who|while|in|at|from)\s)[^,;:.])+", re.IGNORECASE
)
_NOT_INTO = (
    "looks reaches digs cries weeps talks speaks breathes feels peers stares mutters coughs sobs sneezes "
    "laughs smiles whispers bites runs walks bumps crashes drips bleeds blows dives rummages goes falls lets "
    "fits puts burrows presses"
)
PUT_ON = late(
    r"(?<!\w)(?:(?:puts|pulls|slips|shrugs|ties|draws|throws|drags|yanks|tugs|buckles|straps|jams|flings"
    r"|clips|pins|screws|fastens|laces|hooks) on"
    r"|(?:has|have) (?:put|pulled|thrown|got) on|zips up|dons|(?:slips|shrugs|gets|changes|changed|climbs"
    r"|wriggles|squeezes|steps(?! into the (?:ring|tank|hood|leather))) into"
    r"|(?:zips|buttons|squeezes|laces|straps|works|wriggles|eases|pours|hauls|buckles|stuffs"
    r"|forces) (?:him|her|them)sel(?:f|ves) into"
    rf"|(?!(?:{any_of(_NOT_INTO)})\b)[a-z]+s (?:back )?into(?= (?:the|his|her|their) (?:[\w'’-]+ ){{0,3}}?"
    rf"(?:{any_of(GARMENTS)})(?:e?s)?(?!['’\w-]))"
    r"|(?:buttons|zips|laces|knots|buckles|ties|fastens)(?: up)?(?= an? )"
    r"|struggles into"
    r"|takes(?= (?:the|an?|his|her|their|[\w'’-]+['’]s) )(?! (?:[\w'’-]+ )*?(?:at|over|of|in|for|on)\b)"
    r"(?! off| out| down| up| them| it| him| her (?:by|in))"
    r"(?!.*(?:from (?:him|her|them)| off| out of)))"
    r"\s+([^;:]+?)(?=\s(?:and|from|before|while)\s|$)",
    re.IGNORECASE,
)
# “puts his hat on”, “jams the cap on backwards”
_PUTS = (
    "puts|pulls|jams|crams|claps|drags|slips|shrugs|throws|tugs|sets|yanks|ties|straps|buckles|clips"
    "|pins|gets"
    "|has|have"
)
_TAKES = (
    "takes|drags|pulls|peels|tears|throws|kicks|shrugs|slips|whips|gets|has|rips|yanks|tugs|knocks|flicks"
    "|snatches|sweeps|lifts|plucks|flings|tosses|strips|slides|wrenches"
)
_HEADS = "hat|cap|coat|jacket|shirt|suit|dress|gown|robe|shoe|boot|sock|glove|vest|sweater|tie|scarf|uniform"
NAMED = (  # “the panama”, “the panama hat”
    rf"(?:[\w'’-]+\s){{0,3}}?(?:{any_of(GARMENTS + CARRIED)})(?:e?s)?(?!['’\w-])"
    rf"(?:\s(?:{_HEADS})(?:e?s)?(?!['’\w-]))?"
)
# “She whips the hat off her head.”, “from his nose”
FROM_BODY = late(
    rf"(?<!\w)(?:{_TAKES})\s+((?:the|an?|his|her|their) {NAMED}) (?:off|from) (?:his|her|their) "
    r"(?:head|face|nose|feet|foot|shoulders?|back|hands?|eyes|brow|arms?|neck|wrist|fingers?|ears?"
    r"|body)(?!\w)",
    re.IGNORECASE,
)
# “She flings the coat aside.”, “hangs up her coat”, “stuffs his tie in a pocket”
PUT_AWAY = late(
    r"(?<!\w)(?:throws|tosses|flings|hurls|slings|swings|hangs|leaves|abandons|folds|stuffs|shoves"
    r"|ditches|drops"
    r"|dumps|stows|lets)(?: (?:up|down|aside|away|behind|go of))? (?:the|his|her|their) "
    rf"({NAMED})",
    re.IGNORECASE,
)
# “He unhooks the cape and hangs it on the back of the chair.”
PUT_BY = late(
    rf"(?<!\w)[a-z]+s ((?:the|his|her|their) {NAMED}) and (?:hangs|throws|tosses|drops|flings|folds|lays|puts"
    r"|stuffs|dumps) (?:it|them) (?:on|onto|over|in|into|at|by|beside|under|down|aside|away|up)"
    r"(?! (?:his|her|their|him) )",
    re.IGNORECASE,
)
# Behind such words: it is on somebody still.
STAYS_ON = late(
    r"\s*(?:(?:back )?onto (?:his|her|their)\b|(?:back )?on(?:$|\s(?!(?:the|an?|top)\b))|open|loose"
    r"|swing|hang|unbuttoned"
    r"|(?:over|round|around|about|across) (?:his|her|their|him|one|the) ?(?!chair|bed|rail|door)(?:$|\w*))",
    re.IGNORECASE,
)
# “Under it: a sailor's jacket.”: what was over it is off.
UNDERNEATH = late(r"(?:under(?:neath)?|beneath)(?: (?:it|them|that|this))?$", re.IGNORECASE)
LACKS = late(r"(?<!\w)(coat|hat|shoe|tie|shirt|glove|jacket|helmet|sock|cap)less(?!\w)", re.IGNORECASE)
TAKEN_OFF = late(
    r"(?<!\w)(?:(?:takes|drags|pulls|peels|tears|strips|throws|kicks|shrugs|slips|slides|whips|eases"
    r"|works|gets|rips|yanks|tugs|heels) (?:off|out of)"
    r"|(?:has|have) (?:taken|pulled|kicked|heeled|peeled|shrugged|slipped|thrown|stripped) (?:off|out of)"
    r"|(?:flings|tosses|wriggles|wrestles|struggles|climbs|squirms) (?:off|out of)"
    r"|removes|sheds|unpins|unwinds|unwraps|discards|doffs|unties|unclasps|unbuckles|unstraps|unslings"
    r"|unclips|unbelts"
    r"|(?:takes|pulls|plucks|yanks|tugs|pops) out(?= (?:the|an?|one|his|her|their) (?:[\w-]+ )?(?:ear\w+"
    r"|headphones?|dentures"
    r"|(?:false )?teeth|nose ring|hairpins?|curlers|rollers))"
    r"|steps out of"
    r"|hands (?:him|her|them) (?=his|her|their))\s+"
    r"((?:the|a|an|his|her|their)?\s*[^,;:]+?)(?=\s(?:and|from|before|while|to)\s|[,;:]|$)",
    re.IGNORECASE,
)
OFF_BEHIND = late(
    rf"(?<!\w)(?:{_TAKES})\s+"
    r"((?:the|a|an|his|her|their) (?:[\w'’-]+\s){1,4}?)off(?!\s(?:the|a|an|his|her)\s)(?!\w)",
    re.IGNORECASE,
)
ON_BEHIND = late(
    rf"(?<!\w)(?:{_PUTS}) ((?:the|an?|his|her|their) {NAMED}) (?:back )?on"
    r"(?! (?:the|an?|top|his|her|its)\b)(?!\w)",
    re.IGNORECASE,
)
STRIPS = late(  # but “plastic strips” are none
    r"(?:^|(?<!\w)(?:and|then|he|she|they|slowly|quickly) )(?:strips|undresses)(?!\w)(?! off| of)",
    re.IGNORECASE,
)
OVER_HEAD = late(
    r"(?<!\w)(?:has|gets|pulls|hauls|draws|drags|tugs)\s+((?:the|a|an|his|her|their) [^,;:]+?)"
    r" over (?:his|her|their) heads?(?!\w)",
    re.IGNORECASE,
)
GONE_FROM = late(
    r"(?<![\w-])(?:no|without|(?:isn['’]t|aren['’]t|is not|are not|not|no longer) wearing)\s+(?:(?:the|a"
    r"|an|his|her|their|any)\s+)?([^\W\d_]+)(?!\w)",
    re.IGNORECASE,
)
# “linen suit, no socks”
NONE_OF_IT = late(
    rf"no (?:{any_of(GARMENTS)})(?:e?s)?(?: (?:or|and no) (?:{any_of(GARMENTS)})(?:e?s)?)?", re.IGNORECASE
)
_BODY_PARTS = "nose|face|eyes|head|ears?|shoulders?|neck|brow|forehead|hair|feet|wrists?|hands?"
LOST = late(
    r"(?<!\w)(?:(?:has |have )?(?:lost|loses|lose)|is missing|(?:leaves|left) behind|drops"
    r"|(?:gives|tosses|throws|hands) (?:away|up|back))\s+(?:the|a|an|one|his|her|their"
    r"|its)\s+(?:[\w-]+\s){0,2}?"
    rf"((?:{any_of(GARMENTS + CARRIED)})(?:e?s)?)(?!\w)(?! (?:back |down )*(?:on|onto|over|round|around)"
    rf" (?:his|her|their) (?:{_BODY_PARTS})\b)",
    re.IGNORECASE,
)
# “She has her fur back.”
HAS_BACK = late(
    rf"(?<!\w)(?:has|gets|is given|takes|got|['’]s got) (?:back )?(?:his|her|their) (?:own )?({NAMED})"
    r"(?: back)(?: on)?(?!\w)",
    re.IGNORECASE,
)
# “pulls the handkerchief out of her sleeve”
COMES_FROM_UNDER = late(
    r"(?<!\w)(?:comes|climbs|crawls|gets|backs|steps|ducks|emerges|slides|wriggles|looks) (?:out )?from "
    r"(?:under|inside|beneath|within|behind) (?:the|his|her|their|an?) ([\w-]+)",
    re.IGNORECASE,
)
DRAWN = late(
    r"(?<!\w)(?:pulls|takes|draws|plucks|fishes|slides|tugs|whips|gets|lifts|tears|rips|drags"
    r"|picks) (?:the|an?|his|her|their)"
    r" (?:[\w-]+ ){0,2}?([\w-]+) (?:out of|from|out from under) (?:the|his|her|their) (?:[\w-]+ )?"
    r"(?:sleeve|pocket|belt|waistband|boot|sock|lapel|buttonhole|hatband|bodice|bra|cuff|apron|hair|ear|mouth"
    r"|teeth)(?!\w)",
    re.IGNORECASE,
)
# “swaps the hard hat for a cap”
SWAPPED = late(
    rf"(?<!\w)(?:(?<=['’]s )(?:swapped|exchanged|traded)|swaps|exchanges|trades|changes|switches"
    rf"|has (?:swapped|exchanged|traded|changed|switched)) "
    rf"(?P<off>(?:the|his|her|their|an?) {NAMED}) (?:for|into|to) "
    rf"(?P<on>(?:(?:the|his|her|their|an?) )?{NAMED})(?: (?:in|of|with) [^,;:.]+)?",
    re.IGNORECASE,
)
# “pulls a beret over her curls”: onto the body, over no head that it comes off by
PULLED_OVER = late(
    rf"(?<!\w)(?:pulls|tugs|jams|draws|sets|settles|fits|drags|crams|claps|slides|eases|slips|lowers|clamps"
    rf"|tucks|arranges|balances) ((?:an?|the|another) {NAMED}) (?:down )?(?:over|onto|on|on top of|across) "
    r"(?:his|her|their) (?:[\w-]+ )?(?:curls|hair|ears|eyes|brow|forehead|shoulders|face|nose|bald patch|wig"
    r"|knees|hands|feet|scalp|braids|plaits|bun)(?!\w)",
    re.IGNORECASE,
)
# “pulls a sweatshirt over the leotard”
PUT_OVER = late(
    rf"(?<!\w)(?:pulls|throws|puts|drags|tugs|shrugs|slips|buttons|belts|zips|ties|wraps|wears|has) (?:on )?"
    rf"((?:an?|the|another) {NAMED} over (?:(?:the|his|her|their|an?) {NAMED}|it|them|everything))(?!\w)",
    re.IGNORECASE,
)
LEFT = late(
    r"(?:and )?(?:the|his|her|their)\s+([\w-]+?)(?:['’]s (?:gone|off|lost)|\s+(?:(?:stays"
    r"|remains)(?! on\b| up\b| in place)|lies|hangs"
    r"|falls|drops|lands|slides"
    r"|(?:is|has|gets) (?:left|gone|lost|knocked|blown|torn off|come off|fallen)|vanishes|sails|rolls"
    r"|(?:flies|comes|blows|goes|tumbles|slips|pops|whirls|spins|fly|come|blow|go|tumble|slip|pop|fall"
    r"|is|are)"
    r" (?:\w+ )?(?:off|away|overboard)"
    r"|goes (?:in|into|over|on|under)))(?!\w)",
    re.IGNORECASE,
)
_ON_THE_BODY = "neck|shoulders|head|waist|hips|wrists?|ears|chest|arm|forehead|face|eyes"
WORN_ROUND = late(
    r"(?:and |with )?(?!(?:[\w'’]+ )?(?:arms?|hands?|fingers?|palms?|fists?|eyes|light|water|hair)\b)"
    r"(?:(?:an?|the|his|her|their|half of [\w'’]+|[\w'’]+['’]s)\s)?(?:[\w'’-]+\s){1,4}?"
    rf"(?:round|around|about|over|across|on) (?:the|his|her|their) (?:{_ON_THE_BODY})(?!\w).*",
    re.IGNORECASE,
)
# “leans on a stick”, “comes in on crutches”
LEANS_ON = late(
    r"(?:(?<!\w)(?:leans|leaning|walks|walking|hobbles|hobbling|limps|shuffles|comes in|comes|stands|gets"
    r" about) (?:on|with) |^on |(?<!\w)on (?=(?:an? (?:walking|zimmer) )|(?:two )?(?:sticks|crutches)$))"
    r"(an? (?:[\w-]+ ){0,2}(?:stick|cane|crutch|walking frame|walker)|(?:two )?(?:sticks|crutches))(?!\w)",
    re.IGNORECASE,
)
# “a farmer's sheepskin over the white suit”
LAID_OVER = late(
    rf"(?:and |with )?an? {NAMED} (?:thrown |pulled |buttoned |on )?over (?:the|an?|his|her|their)"
    rf" {NAMED}(?=$|[,;.])",
    re.IGNORECASE,
)
# What somebody has on as a whole, and what goes when another such thing is put on.
OUTFIT = late(
    rf"(?<!\w)(?:dinner jacket|boiler suit|evening dress|(?:{any_of(OUTFITS)})(?:e?s)?"
    rf"|(?<!\w\s)in (?:[\w-]+ ){{0,2}}(?:{any_of(COLOURS)})$)(?=$|\W)",
    re.IGNORECASE,
)
# “in emerald silk”
IN_CLOTH = late(rf"in (?:[\w-]+ ){{0,2}}(?:{any_of(FABRICS)})(?: and (?:{any_of(FABRICS)}))?", re.IGNORECASE)
BODYWEAR = late(rf"(?<!\w)(?:{any_of(OUTFITS + UNDER_A_COAT)})(?:e?s)?(?!\w)", re.IGNORECASE)
ROLLS_UP = late(
    r"(?<!\w)(?:rolls|pushes|shoves|turns|rolled|pushed|shoved) (?:up )?(?:the|his|her"
    r"|their) (?:shirt-?)?(?:sleeves|cuffs)(?: up)?(?!\w)",
    re.IGNORECASE,
)
SHIRTSLEEVES = late(r"(?<!\w)in (?:his |her |their )?shirt-?sleeves(?!\w)", re.IGNORECASE)
OUTER = late(
    r"(?:coat|jacket|cloak|cape|parka|anorak|poncho|oilskin|mackintosh|slicker|windbreaker|windcheater"
    r"|cagoule|fleece"
    r"|gilet|pelisse|mantle)s?(?!\w)",
    re.IGNORECASE,
)
# “puts on her glasses, takes them off again”
OFF_AGAIN = late(
    r"(?<!\w)(?:takes|pulls|tears|throws|rips|yanks|slips|whips|kicks) (?:it|them) off(?: again)?$",
    re.IGNORECASE,
)
# “His hoodie rips on the fence.”
TEARS = late(
    rf"(?:the|his|her|their) ({NAMED}) (?:rips|tears|splits|(?:gets|is) (?:now )?(?:ripped|torn"
    r"|in (?:rags|tatters|shreds))(?! (?:at|along|down|from|across|to)\b)|catches and (?:rips"
    r"|tears))(?! off)(?!\w)",
    re.IGNORECASE,
)
OPENS = late(
    rf"(?<!\w)(?:unbuttons|unhooks|opens|unzips|undoes|unfastens|unlaces|unwraps"
    rf"|throws open) (?:the [\w-]+ buttons? of )?(?:the|his"
    rf"|her|their) ({NAMED})",
    re.IGNORECASE,
)
RAINWEAR = late(
    r"(?<!\w)(?:raincoat|rain (?:hat|hood|bonnet)|mackintosh|oilskin|slicker|poncho|cagoule|kagoul"
    r"|waterproof|umbrella"
    r"|cape|sou'wester"
    r"|galosh|wellington)(?:e?s)?(?!\w)",
    re.IGNORECASE,
)
# “She grabs a jacket from a hook and puts it on.”
PICKED_UP = late(
    rf"(?<!\w)(?:grabs|snatches|picks up|finds|takes down|steals|lifts|unhooks|takes|takes out|fetches"
    r"|pulls|draws|produces|brings out|digs out|gets out|pulls out) "
    rf"((?:an?|the|his|her) {NAMED})(?= |$)(?! (?:off|on)\b)",
    re.IGNORECASE,
)
# “She pulls the hood up over her head.”
HOODED = late(
    r"(?<!\w)(?:cagoule|kagoul|anorak|parka|hoodie|raincoat|cloak|poncho|oilskin|duffel(?: coat)?|sweatshirt"
    r"|waterproof|mackintosh|cowl|habit)s?(?!\w)",
    re.IGNORECASE,
)
STANDS_UP = late(
    r"(?:and |then )?(?:[^\W\d_]+ )?(?:stands|gets (?:up|to (?:his|her) feet)|rises|jumps up|walks|runs"
    r"|leaves)\b",
    re.IGNORECASE,
)
ON_LAP = late(
    r"(?<!\w)(?:on|in|over|across|round|around) (?:his|her|their) (?:knees?|lap)(?!\w)", re.IGNORECASE
)
HOOD_UP = late(
    r"(?<!\w)(?:puts|pulls|flips|tugs|draws|throws|raises|yanks|lifts|has|has pulled|has put) (?:up )?"
    r"(?:the|his|her|their) hood"
    r"(?: up| over (?:his|her|their) (?:head|hair|eyes|face|cap))(?!\w)"
    r"|(?<!\w)(?:puts|pulls|flips|tugs|draws|throws) up (?:the|his|her|their) hood(?!\w)"
    r"|(?<!\w)raises (?:the|his|her) hood(?!\w)"
    r"|(?<!\w)(?:with )?(?:the|his|her) hood (?:is )?(?:still )?up(?!\w)(?! and (?:his|her|the)\b)",
    re.IGNORECASE,
)
HAS_IT_ON = late(
    rf"^(?:with |(?:has|have|['’]s got|has got) )?((?:an?|the|his|her|their"
    rf"|[\w'’-]+['’]s) {NAMED}|(?:(?<=has )|(?<=have )|(?<=with )){NAMED}) (?:still |already )?on"
    r"(?: now| again| inside out| back to front|(?= (?:over|under|on top of|and) )|$)",
    re.IGNORECASE,
)
# “has his teeth out and his Sunday jacket on”
HAS_EACH_SO = late(
    r"^(?:with |has |have |['’]s got |has got )?(?P<one>(?:his|her|their|the) [^,;]{3,40}? (?:on|off|out|open"
    r"|undone|loose|down|up)) and (?P<other>(?:his|her|their|the) [^,;]{3,60}? (?:on|off|out|open|undone"
    r"|loose"
    r"|down|up))$",
    re.IGNORECASE,
)
TEETH_OUT = late(
    r"(?<!\w)(?:his|her|the) (?:false |front |top |bottom )?(?:teeth|dentures) (?:are )?(?:still )?"
    r"(?P<how>out|in)(?=$|[,;.])(?! the\b)",
    re.IGNORECASE,
)
# “comes down, buttoning a clean shirt”: as if it was done
AS_DONE = {
    "pulling": "pulls", "putting": "puts", "buttoning": "buttons", "zipping": "zips", "taking": "takes",
    "shrugging": "shrugs", "peeling": "peels", "tying": "ties", "removing": "removes",
    "unbuttoning": "unbuttons", "loosening": "loosens", "slipping": "slips", "dragging": "drags",
    "tugging": "tugs", "wiping": "wipes", "drying": "dries", "unwinding": "unwinds", "rolling": "rolls",
    "kicking": "kicks", "stripping": "strips", "donning": "dons", "fastening": "fastens",
    "straightening": "straightens", "adjusting": "adjusts", "knotting": "knots", "buckling": "buckles",
    "lacing": "laces", "turning": "turns", "smoothing": "smooths", "unzipping": "unzips",
    "undoing": "undoes", "yanking": "yanks", "easing": "eases",
}  # fmt: skip
DRESSING = late(
    rf"(?<![\w-])(?<!the )(?<!an )(?<!a )(?:{any_of(' '.join(AS_DONE))})(?= (?:(?:on|off|up|out of) )?"
    rf"(?:the|an?|one|his|her|their) )",
    re.IGNORECASE,
)
# “straightens his tie”, “wipes her hands on her apron”: what nobody told of before is worn
IMPLIES = late(
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
# “loosens his tie”, “pulls his collar open”: how it is then
LOOSENED = late(
    rf"(?<!\w)(?:(?P<does>loosens|undoes|unbuttons|unzips|unfastens|unlaces) (?:the|his|her|their)"
    rf" (?P<what>{NAMED})(?! (?:of|button)\b)"
    r"|(?:pulls|tugs|drags|yanks|wrenches) (?:the|his|her) (?P<tie>(?:bow )?tie|collar|cravat|neckerchief)"
    r" (?P<how>loose|open|down|undone|askew))(?!\w)",
    re.IGNORECASE,
)
# “The wig is crooked.”
IS_SO = late(
    rf"^(?:and )?(?:the|his|her|their) (?P<what>{NAMED}) (?:is|are|hangs?) (?:still )?"
    r"(?P<how>(?:slightly |a little |badly |half )?(?:crooked|askew|lopsided|laddered|untucked|patched|frayed"
    r"|inside out|back to front|on backwards|undone|unbuttoned|unlaced|creased|crumpled|rumpled|wrinkled"
    r"|buttoned (?:up )?wrong|threadbare|moth-eaten|(?:much |far |two sizes |a size )?too (?:big|small"
    r"|tight|large"
    r"|short|long|loose|wide)(?: [^,;.]+)?))$",
    re.IGNORECASE,
)
# “lifts the mask”, “pulls down his visor”
LIFTED = late(
    r"(?<!\w)(?:(?P<up>lifts|raises|(?:pushes|tips|pulls|puts|throws|folds|turns|pushes) (?:up|back))"
    r"|(?P<down>lowers|pulls down|drops|tugs down|yanks down|slides down)) (?:the|his|her)"
    r" (?P<what>(?:[\w-]+ )?(?:mask|visor|veil|goggles|shades|sunglasses|scarf|blindfold))"
    r"(?=$|[,;.]| (?:and|to|for|from) )",
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
AT_THROAT = late(r"(?:[\w-]+ )?(?:tie|collar|cravat|neckerchief)", re.IGNORECASE)
# “comes down, dressed to the nines”, “in her Sunday best”
AT_BEST = late(
    r"(?<!\w)(?:(?:all )?dressed (?:up )?(?:to the nines|to kill|up)(?! (?:as|like|in)\b)|suited and booted"
    r"|in (?:(?:all )?(?:his|her|their) )(?:very |Sunday )?(?:best|finery|Sunday clothes))(?=$|[,;.]| and\b)",
    re.IGNORECASE,
)
BARE_FEET = late(r"(?<!\w)(?:bare feet|feet (?:are )?bare)(?!\w)", re.IGNORECASE)
# What is on somebody who is not dressed yet.
UNDRESSED = late(
    r"(?<!\w)(?:under(?:wear|pants|clothes|things)|undies|pyjamas?|pajamas?|night(?:gown|dress|shirt|ie"
    r"|clothes)"
    r"|(?:bath|hospital )?robe|dressing[- ]gown|bathrobe|towel|swimsuit"
    r"|(?:swimming|bathing)[- ](?:costume|trunks|suit)|trunks"
    r"|bikini|wetsuit|hospital[- ]gown|negligee|peignoir|bra|knickers|sheet)s?(?!\w)",
    re.IGNORECASE,
)
# “gets dressed: cords, a fisherman's sweater”
DRESSES = late(
    r"(?:(?:(?<!\w)(?:gets|is getting|finishes getting|has got|is|now|already|fully)|['’]s) dressed"
    r"|(?<!\w)dresses"
    r"|^(?:is |fully )?dressed)(?= now$|$|,| again$| for (?:work|school|church|dinner|court|travel"
    r"|the (?:day|street|office"
    r"|road|cold))\b)(?! (?:in|as|by|like|up)\b)",
    re.IGNORECASE,
)
# “is dressed as a bee”
DRESSED_AS = late(
    r"(?<!\w)(?:dressed|costumed|disguised|got up|dolled up) (?:up )?(?:as|like) (?:an? "
    r"|the )?[\w'’-]+(?: [\w'’-]+){0,2}"
    r"(?=$|[,;:.])",
    re.IGNORECASE,
)
CHANGES = late(
    r"(?<!\w)(?:changes|has changed|have changed|is changed|(?:washed|showered|shaved|bathed|dried) and"
    r" changed|(?:now |freshly )?changed)"
    r"(?= into|$| clothes)",
    re.IGNORECASE,
)
NO_CLOTHES_CHANGE = late(  # “his whole face changes”
    r"(?<!\w)(?:face|expression|voice|look|mood|manner|tone|colou?r|light|weather|everything|nothing"
    r"|something|air|wind"
    r"|music|rhythm|tune|picture|channel|pace|breathing|posture|stance|eyes|story|sound|it|that|this"
    r"|which) (?:\w+ly )?$",
    re.IGNORECASE,
)
# “ties a scarf round her neck”: what is put there, without the verb
PUT_ROUND = late(
    r"(?:and )?(?:ties|wraps|winds|binds|knots|loops|slings|hangs|puts|pulls|draws|drapes|throws|lays|settles"
    r"|sets|jams|claps) (?=(?:an?|the|his|her|their) )",
    re.IGNORECASE,
)
BARED = {
    "bareheaded": frozenset(ON_HEAD.split()),
    "bare-headed": frozenset(ON_HEAD.split()),
    "barefoot": frozenset(ON_FEET.split()),
    "bare-faced": frozenset(ON_FACE.split()),
    "barefaced": frozenset(ON_FACE.split()),
    "unmasked": frozenset(ON_FACE.split()),
}
_ARTICLE = late(r"^(?:and|the|a|an|his|her|their|its)\s+", re.IGNORECASE)


_NOWHERE = (  # “his coat in the wind” is on him
    "wind|rain|snow|sun|light|dark|cold|air|breeze|draught|mirror|glass|window|moonlight|sunlight|storm|heat"
)
_NO_PLACES = f"(?!(?:[\\w-]+ )?(?:{_NOWHERE}|{_ON_THE_BODY}|hand|back|knee)s?\\b)"
_HANDS = "hands?|fists?|fingers|teeth|arms?|elbows?|lap|palms?|grip"
# “the raincoat over his arm”, “her cap in his hand”, “the cap on the coat”: not on anybody.
LIES_ELSEWHERE = late(
    rf"(?<!\w)(?:the|his|her|their|(?<!['’-])(?!(?:s?he|it|who|that"
    rf"|there)['’])[\w'’-]+['’]s) (?P<what>{NAMED})"
    r"(?: (?:is|are|lies|sits|hangs|left|still|now|lying|hanging|folded|held|draped|crumpled|tucked|there"
    r"|pushed(?: aside)?|tossed|thrown|laid|dropped|abandoned|forgotten|hung|placed|dangles|swings))*"
    rf" (?:(?:in|under|over|on|across|against|between) (?:his|her|their|one|the other"
    rf"|both) (?P<held>{_HANDS})(?!\w)"
    r"|(?:over|on|across) the (?:back|arm|edge|end|side|foot) of (?:the|an?|his|her|their) \w+"
    r"|(?:beside|next to|near|behind|in front of|at the (?:feet|foot) of) (?:him|her|them)(?!\w)"
    r"|(?:round|around|over|on|about) (?-i:[A-ZÀ-Þ])[\w-]+['’]s (?:shoulders|neck|head|knees|back|lap)(?!\w)"
    r"|(?:between|at|by) (?:his|her|their) (?:feet|foot|knees|legs|boots|side)(?!\w)"
    rf"|(?:(?:on|under|into|onto|beside|by|against|in|next to"
    r"|(?<=hangs )from|(?<=hanging )from|(?<=hung )from|(?<=dangles )from|(?<=swings )from)"
    rf" (?:the|an?) {_NO_PLACES}"
    rf"|over (?:the|an?) {_NO_PLACES}(?!{NAMED}))\w+)",
    re.IGNORECASE,
)
LIES_THERE = late(
    rf"^(?:in|on|under|beside|over|from|at) (?:the|an?|his|her|their|[\w'’]+['’]s) "
    rf"(?!(?:\w+ )?(?:{_ON_THE_BODY}|hair|feet|nose)\b)(?:[\w'’-]+ ){{1,4}}(?:is|are) "
    rf"(?:the|his|her|their) (?P<there>{NAMED})"
    rf"|(?<!\w)(?:lies|lie|hangs|hang|sits|floats|waits|is lying|is hanging) (?:the|his|her"
    rf"|their) (?P<what>{NAMED})",
    re.IGNORECASE,
)
# “a man's shirt on a hanger”, “glove to glove”
NOT_WORN = late(
    r"(?<!\w)(?:on|from|off) (?:an?|the|its) (?:[\w-]+ )?(?:hanger|hook|peg|rail|clothes-?line|washing line"
    r"|tray|dummy|mannequin|stand|rack)s?(?!\w)|^(\w+) (?:to|by|for|after) \1$"
    r"|(?<!\w)(?:head|heel|top|crown) to (?:toe|foot|heel|crown|tail)(?!\w)",
    re.IGNORECASE,
)
_TOUCHED = late(
    r"(?<!\w)(?:catches|snags|brushes|wipes|dries|rubs|drags|bangs|wearing|wears|in|with|has|tears"
    r"|rips) (?:the|an?|one|his|her"
    r"|their)?\s*$",
    re.IGNORECASE,
)
# “He pushes the hood back.”
HOOD_BACK = late(
    r"(?<!\w)(?:pushes|puts|pulls|throws|flips|shoves|drops|lowers|slides|tugs|knocks|takes|shakes"
    r"|lets) (?:back |down |off )?"
    r"(?:the|his|her|their) hood(?: (?:back|down|off))?(?! up)(?!\w)|\bhood (?:falls|slips|drops"
    r"|comes|is) (?:back|down|off)\b",
    re.IGNORECASE,
)
# “What is left of him is a white shirt”, “Under it she wears”, “Underneath he is all white: white singlet”
WHAT_IS_LEFT = late(
    r"(?:and )?(?:(?:what(?:['’]s| is) left(?: of (?:him|her|them))?|all (?:he|she) has on"
    r"|under(?:neath)? (?:it|that|this),?"
    r"(?: (?:he|she))?) (?:is|wears|has on) (?=an?\b|the\b|nothing but)"
    r"|(?:underneath|beneath),? (?:he|she|[^\W\d_]+) (?:is wearing|wears|has on|is)(?: all \w+:)? )",
    re.IGNORECASE,
)
BENEATH = late(r"(?:and )?(?:under|beneath)", re.IGNORECASE)
# “takes off her hat, revealing a shaved head”, “opens his coat to show a red waistcoat”
REVEALED = late(
    r",?\s(?:revealing|showing|exposing|uncovering|baring|displaying|(?:and |to |which |that"
    r" )(?:reveals?|shows?|exposes?"
    r"|uncovers?|bares?|displays?)) (?P<what>[^.;:–—]+)",
    re.IGNORECASE,
)
# “The dress is yellow now”
IS_COLOURED = late(
    rf"(?:and |but )?(?:the|his|her|their) ({NAMED}) (?:is|has gone|has turned|goes|turns) (?:now |all )?"
    rf"({any_of(COLOURS)})(?: now)?$",
    re.IGNORECASE,
)
COLOUR = late(rf"(?<!\w)(?:{any_of(COLOURS)})(?!\w)", re.IGNORECASE)
# How a coat is, behind the word for it: hanging open, buttoned to the throat
HOW_FASTENED = late(
    r",? (?:buttoned|zipped|peeled (?:down )?to the waist|rolled (?:down )?to the waist|done up"
    r"|(?:un)?fastened|undone|(?:up|down)(?=$|[,;.])|hanging (?:open|loose)|open|loose|loosened"
    r"|unbuttoned|askew"
    r"|unzipped|untied|unlaced|half off)(?!\w)",
    re.IGNORECASE,
)
# “there is a black armband above the elbow”
IS_ON_BODY = late(
    rf"(?<!\w)there(?:['’]s| is) (an? {NAMED} (?:above|on|round|around|over|across|at|about) (?:the|his|her"
    r"|one) (?:elbow|arm|wrist|neck|head|shoulders?|waist|knee|ankle|forehead|throat|hair))(?!\w)",
    re.IGNORECASE,
)
# “and on his feet a pair of yellow boots”
ON_PART = late(
    rf"(?:and )?on (?:his|her) (?:feet|hands|back|nose|{_ON_THE_BODY}),? (an? (?:pair of )?{NAMED}.*)",
    re.IGNORECASE,
)
# A part that goes with its garment: a coat with a fox collar.
PART = late(r"(?<!\w)(?:collar|cuff|button|epaulette|sleeve|hood|lapel)s?(?!\w)", re.IGNORECASE)
# Who feels in a jacket for a whistle, or has a case tied with a belt, has on what is known already.
NO_CLOTHING = late(
    r"(?<!\w)(?:(?:feels|pays|digs|reaches|rummages|fumbles|searches|gropes|looks|dives|pats)(?: \w+)?|held"
    r"|tied|fastened|bound|shut|closed|stuffed|packed"
    r"|(?:puts|drops|places|hides|slides|lays|sets|shoves|sticks)"
    r" (?:it|them|(?:the|an?) (?:\w+ ){0,2}\w+))\s*$",
    re.IGNORECASE,
)
NIGHTWEAR = late(
    r"(?<!\w)(?:pyjama|pajama|nightgown|nightdress|nightshirt|nightie|dressing[- ]gown|bathrobe|robe)s?"
    r"(?!\w)",
    re.IGNORECASE,
)
# “buckles herself into them”, “steps into it”
INTO_IT = late(
    r"(?<!\w)(?:buckles|laces|zips|squeezes|works|wriggles|steps|climbs|slips|shrugs|struggles|buttons|backs"
    r"|gets|shoves|slides|pulls|thrusts)"
    r"(?: (?:him|her|them)sel(?:f|ves)| (?:his|her|their) (?:feet|foot|arms))? into (?:it|them)(?!\w)",
    re.IGNORECASE,
)

# “Jacket, cap, bag: into a tub.”
_LISTED_AWAY = late(
    r"((?:(?:and )?(?:the |his |her |their )?(?:(?!and\b)[\w-]+ ){0,2}[\w-]+(?![\w-])(?:, | and )?){1,5})"
    r"(?::|\s--|\s?[–—])\s*"
    r"(?:all )?(?:go |goes )?(?:into|onto|on|in|over|under|off to|at) (?:an?|the) [\w-]+",
    re.IGNORECASE,
)
# “Cap off, into a brazier.”
IS_OFF = late(
    rf"(?:and )?(?:with )?(?:the |his |her |their )?({NAMED}) (?:(?:is|are|has been) )?(?:now |already "
    rf"|all |still )?"
    r"(?:off|gone|(?:folded|put|packed|tucked|stowed|thrown|tossed|laid) (?:away|aside)|away|discarded"
    r"|forgotten)"
    r"(?=$|[,.;]| (?:now|again)\b)",
    re.IGNORECASE,
)
# “Her jacket's unzipped.”
SHORT_IS = late(
    rf"^((?:the|his|her|their) (?:[\w'’-]+ ){{0,3}}?(?:{any_of(GARMENTS)}))['’]s (?=(?:unzipped"
    rf"|unbuttoned|open|undone|torn|ripped|soaked|wet|muddy|inside"
    r"|buttoned|rumpled|askew|untucked|crooked)\b)",
    re.IGNORECASE,
)
# “The braids are gone.”, “The cast is off.”
THING_IS_OFF = late(
    r"(?:and )?(?:the|his|her|their|[\w'’]+['’]s) (?:[\w-]+ )?([\w-]+)(?:['’]s| is| are| has| have)(?:"
    r" now| all| been)* "
    r"(?:off|gone|cut off|shaved off|shorn|come off)(?=$|[,;.]| (?:now|at last|again)\b)",
    re.IGNORECASE,
)
NO_LONGER = late(r"(?<!\w)no longer (?:an? |in )?([\w-]+)", re.IGNORECASE)
# “rips his tie off and knots it round his head”
ON_ANOTHER_WAY = late(
    r"(?<!\w)(?:ties|knots|wraps|winds|loops|slings|drapes) (?:it|them) ((?:round|around|over"
    r"|about) (?:his|her|their) "
    rf"(?:{_ON_THE_BODY}))(?!\w)",
    re.IGNORECASE,
)
# “does up his bow tie”, “buttons his coat”
DONE_UP = late(
    r"(?<!\w)(?:does up|buttons(?: up)?|knots|fastens|ties|zips(?: up)?|straightens"
    r"|laces(?: up)?) (?:the|his|her|their)"
    rf"(?: own)? ({NAMED})",
    re.IGNORECASE,
)
# Glasses that hang from a cord, sunglasses on the head: put on, they do so no more.
NOT_ON_YET = late(
    r" (?:(?:hanging|dangling|pushed up|slung|draped|folded|tucked|on (?:a|an|his|her) (?:\w+ )?(?:cord|chain"
    r"|string|lanyard|head|knees?|lap)|in (?:his|her) (?:\w+ )?(?:hair|hands?|fist|pocket|lap)"
    r"|(?:under|over) (?:his|her|one) (?:left |right )?(?:arm|shoulder|elbow))\b.*)$",
    re.IGNORECASE,
)
# What is held or lies on somebody, by the word for it: pins in her mouth, an accordion on his knee.
CARRIED_THING = late(
    r"^(?:with )?(?:(?:an?|the|his|her|their|more|some|two|three|a pair of) )?(?:[\w'’-]+ )*?"
    r"(?!(?:up|down|out|off|back|still|on|away|foot|feet|hands?|arms?|legs?|eyes?|hair|head|face|fingers?)\b)"
    r"(?P<thing>[\w'’-]+) (?:(?:\w+(?:ed|en|ung|tuck)) )?"
    r"(?:in|on|under|at|between|against|beside|into|behind) "
    r"(?:his|her|their|one|each|both|the|an?)\b(?P<in_hand> (?:mouth|teeth|hands?|fists?|lap)\b)?",
    re.IGNORECASE,
)


def _laid_down(sentence: str) -> list[re.Match[str]]:
    """Garments that are somewhere else than on somebody, but for what is caught or wiped there, or worn."""
    found = [
        each for each in LIES_ELSEWHERE.finditer(sentence) if not _TOUCHED.search(sentence[: each.start()])
    ]
    return [*found, *LIES_THERE.finditer(sentence)]


def _what(laid: re.Match[str]) -> str:
    return laid["what"] or laid.groupdict().get("there") or ""


def lying_elsewhere(sentence: str) -> list[str]:
    """Return garments that a sentence has somewhere else than on somebody."""
    off = IS_OFF.match(sentence)
    listed = listed_away(sentence)
    return [*([off[1]] if off else []), *listed, *map(_what, _laid_down(sentence))]


def listed_away(sentence: str) -> list[str]:
    """Return what a sentence without a verb puts away, with clothes in it: “Coat, hat: on a chair.”"""
    found = _LISTED_AWAY.match(sentence)
    things = re.split(r",\s*(?:and )?|\sand\s", found[1]) if found else []
    return [bare(each) for each in things if each] if any(map(GARMENT.search, things)) else []


def without_laid_down(sentence: str) -> str:
    """Return a sentence with blanks for what it has elsewhere, but in no hand, so that nobody has it on."""
    for each in _laid_down(sentence):
        if not each.groupdict().get("held"):
            start = each.start("what" if each["what"] else "there")
            sentence = sentence[:start] + " " * (each.end() - start) + sentence[each.end() :]
    return sentence


def without_fastening(phrase: str) -> str:
    """Return a phrase up to what it says of how its garment is fastened: “a coat, open over a vest”."""
    piece = GARMENT.search(phrase)
    how = HOW_FASTENED.search(phrase, piece.end()) if piece else None
    return phrase[: how.start()] if how else phrase


def is_one_of(word: str, worn: str) -> bool:
    """Return whether a garment may be called by a word: the coat is the overcoat, the undershirt no shirt."""
    if worn == word:
        return True
    if len(word) > 2 and worn.endswith(word) and not (worn.startswith("under") or worn in _ONLY_ENDS_SO):
        return True
    return worn in _ALSO_CALLED.get(word, ())


_ONLY_ENDS_SO = words_of("waistcoat petticoat earring headdress")
_ALSO_CALLED = {  # as `garments_of` has them
    word.removesuffix("s"): frozenset(each.removesuffix("s") for each in others.split() if each != word)
    for words, others in ALSO_CALLED.items()
    for word in words.split()
}


def bare(phrase: str) -> str:
    """Return a phrase without blanks around it, or an article before it."""
    return _ARTICLE.sub("", _ARTICLE.sub("", phrase.strip(" .!?–—")))


def garments_of(phrase: str) -> set[str]:
    """Return the garments that a phrase names, folded, in the singular."""
    return {found[0].casefold().removesuffix("s") for found in GARMENT.finditer(phrase)}


_PAIRS = words_of(  # what one person has several of, or what is never one
    "jeans trousers pants slacks chinos shorts leggings tights overalls dungarees coveralls fatigues"
    " scrubs pyjamas pajamas "
    "glasses spectacles sunglasses goggles boots shoes socks gloves mittens slippers sandals trainers"
    " sneakers heels clogs "
    "wellingtons wellies waders braces suspenders clothes rags furs whites tails feathers sequins"
    " corduroys khakis flannels "
    "breeches jodhpurs trunks leathers oilskins combats togs headphones earphones earrings bracelets"
    " medals colours"
)
_PLURAL = late(r"(?<=ss)es$|(?<=sh)es$|(?<!s)s$")


def one_of(words: str) -> str:
    """Return what each of several has on: “in a green shirt and a cap”, of “in green shirts and caps”."""
    kind = re.sub(r"^in (?:(?:matching|identical|the same|their) )?", "", words)
    return "in " + " and ".join(map(_single, re.split(r"\s+and\s+", kind)))


def _single(kind: str) -> str:
    single = _PLURAL.sub("", kind.replace("scarves", "scarf"))
    last = fold(kind.split()[-1]) if kind.split() else ""
    if single == kind or last in _PAIRS or not GARMENT.search(last):
        return kind
    return f"{'an' if single[0] in 'aeio' else 'a'} {single}"
