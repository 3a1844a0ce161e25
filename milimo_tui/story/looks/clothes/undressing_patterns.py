"""Patterns for taking off clothes, and for garments that are off, lost or missing. Pure functions."""

from __future__ import annotations

import re

from milimo_tui.core.late_patterns import compile_lazily, join_alternatives
from milimo_tui.story.looks.clothes.garment_words import CARRIED, GARMENTS
from milimo_tui.story.looks.clothes.garments import NAMED

_TAKES = (
    "takes|drags|pulls|peels|tears|throws|kicks|shrugs|slips|whips|gets|has|rips|yanks|tugs|knocks|flicks"
    "|snatches|sweeps|lifts|plucks|flings|tosses|strips|slides|wrenches"
)
TAKEN_OFF = compile_lazily(
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
OFF_BEHIND = compile_lazily(
    rf"(?<!\w)(?:{_TAKES})\s+"
    r"((?:the|a|an|his|her|their) (?:[\w'’-]+\s){1,4}?)off(?!\s(?:the|a|an|his|her)\s)(?!\w)",
    re.IGNORECASE,
)
OVER_HEAD = compile_lazily(
    r"(?<!\w)(?:has|gets|pulls|hauls|draws|drags|tugs)\s+((?:the|a|an|his|her|their) [^,;:]+?)"
    r" over (?:his|her|their) heads?(?!\w)",
    re.IGNORECASE,
)
# Matches the part of the body from which a garment is taken: “She whips the hat off her head.”, “from his
# nose”.
FROM_BODY = compile_lazily(
    rf"(?<!\w)(?:{_TAKES})\s+((?:the|an?|his|her|their) {NAMED}) (?:off|from) (?:his|her|their) "
    r"(?:head|face|nose|feet|foot|shoulders?|back|hands?|eyes|brow|arms?|neck|wrist|fingers?|ears?"
    r"|body)(?!\w)",
    re.IGNORECASE,
)
# Matches putting a garment away, so that it is no longer worn: “She flings the coat aside.”, “hangs up her
# coat”, “stuffs his tie in a pocket”.
PUT_AWAY = compile_lazily(
    r"(?<!\w)(?:throws|tosses|flings|hurls|slings|swings|hangs|leaves|abandons|folds|stuffs|shoves"
    r"|ditches|drops"
    r"|dumps|stows|lets)(?: (?:up|down|aside|away|behind|go of))? (?:the|his|her|their) "
    rf"({NAMED})",
    re.IGNORECASE,
)
# Matches a garment that is unfastened and then put down: “He unhooks the cape and hangs it on the back of the
# chair.”
PUT_BY = compile_lazily(
    rf"(?<!\w)[a-z]+s ((?:the|his|her|their) {NAMED}) and (?:hangs|throws|tosses|drops|flings|folds|lays|puts"
    r"|stuffs|dumps) (?:it|them) (?:on|onto|over|in|into|at|by|beside|under|down|aside|away|up)"
    r"(?! (?:his|her|their|him) )",
    re.IGNORECASE,
)
# Matches words after an act which show that the person still wears the garment. The garment is then not
# removed.
STAYS_ON = compile_lazily(
    r"\s*(?:(?:back )?onto (?:his|her|their)\b|(?:back )?on(?:$|\s(?!(?:the|an?|top)\b))|open|loose"
    r"|swing|hang|unbuttoned"
    r"|(?:over|round|around|about|across) (?:his|her|their|him|one|the) ?(?!chair|bed|rail|door)(?:$|\w*))",
    re.IGNORECASE,
)
# Matches taking off a garment that was just put on: “puts on her glasses, takes them off again”.
OFF_AGAIN = compile_lazily(
    r"(?<!\w)(?:takes|pulls|tears|throws|rips|yanks|slips|whips|kicks) (?:it|them) off(?: again)?$",
    re.IGNORECASE,
)
STRIPS = compile_lazily(  # Matches the verb “strips”, but not the noun in “plastic strips”.
    r"(?:^|(?<!\w)(?:and|then|he|she|they|slowly|quickly) )(?:strips|undresses)(?!\w)(?! off| of)",
    re.IGNORECASE,
)
# Matches a person who leaves something that covered the body: “climbs out from under the blanket”.
COMES_FROM_UNDER = compile_lazily(
    r"(?<!\w)(?:comes|climbs|crawls|gets|backs|steps|ducks|emerges|slides|wriggles|looks) (?:out )?from "
    r"(?:under|inside|beneath|within|behind) (?:the|his|her|their|an?) ([\w-]+)",
    re.IGNORECASE,
)
# Matches a thing that is drawn out of a worn garment: “pulls the handkerchief out of her sleeve”.
DRAWN = compile_lazily(
    r"(?<!\w)(?:pulls|takes|draws|plucks|fishes|slides|tugs|whips|gets|lifts|tears|rips|drags"
    r"|picks) (?:the|an?|his|her|their)"
    r" (?:[\w-]+ ){0,2}?([\w-]+) (?:out of|from|out from under) (?:the|his|her|their) (?:[\w-]+ )?"
    r"(?:sleeve|pocket|belt|waistband|boot|sock|lapel|buttonhole|hatband|bodice|bra|cuff|apron|hair|ear|mouth"
    r"|teeth)(?!\w)",
    re.IGNORECASE,
)
_BODY_PARTS = "nose|face|eyes|head|ears?|shoulders?|neck|brow|forehead|hair|feet|wrists?|hands?"
LOST = compile_lazily(
    r"(?<!\w)(?:(?:has |have )?(?:lost|loses|lose)|is missing|(?:leaves|left) behind|drops"
    r"|(?:gives|tosses|throws|hands) (?:away|up|back))\s+(?:the|a|an|one|his|her|their"
    r"|its)\s+(?:[\w-]+\s){0,2}?"
    rf"((?:{join_alternatives(GARMENTS + CARRIED)})(?:e?s)?)(?!\w)(?! (?:back |down "
    rf")*(?:on|onto|over|round|around)"
    rf" (?:his|her|their) (?:{_BODY_PARTS})\b)",
    re.IGNORECASE,
)
LEFT = compile_lazily(
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
LACKS = compile_lazily(
    r"(?<!\w)(coat|hat|shoe|tie|shirt|glove|jacket|helmet|sock|cap)less(?!\w)", re.IGNORECASE
)
GONE_FROM = compile_lazily(
    r"(?<![\w-])(?:no|without|(?:isn['’]t|aren['’]t|is not|are not|not|no longer) wearing)\s+(?:(?:the|a"
    r"|an|his|her|their|any)\s+)?([^\W\d_]+)(?!\w)",
    re.IGNORECASE,
)
# Matches words which say that a person does not wear a garment: the “no socks” of “linen suit, no socks”.
NONE_OF_IT = compile_lazily(
    rf"no (?:{join_alternatives(GARMENTS)})(?:e?s)?(?: (?:or|and no) "
    rf"(?:{join_alternatives(GARMENTS)})(?:e?s)?)?",
    re.IGNORECASE,
)
NO_LONGER = compile_lazily(r"(?<!\w)no longer (?:an? |in )?([\w-]+)", re.IGNORECASE)
# Matches a verbless sentence in which a garment is off: “Cap off, into a brazier.”
IS_OFF = compile_lazily(
    rf"(?:and )?(?:with )?(?:the |his |her |their )?({NAMED}) (?:(?:is|are|has been) )?(?:now |already "
    rf"|all |still )?"
    r"(?:off|gone|(?:folded|put|packed|tucked|stowed|thrown|tossed|laid) (?:away|aside)|away|discarded"
    r"|forgotten)"
    r"(?=$|[,.;]| (?:now|again)\b)",
    re.IGNORECASE,
)
# Matches a sentence which says that a garment or a feature is gone: “The braids are gone.”, “The cast is
# off.”
THING_IS_OFF = compile_lazily(
    r"(?:and )?(?:the|his|her|their|[\w'’]+['’]s) (?:[\w-]+ )?([\w-]+)(?:['’]s| is| are| has| have)(?:"
    r" now| all| been)* "
    r"(?:off|gone|cut off|shaved off|shorn|come off)(?=$|[,;.]| (?:now|at last|again)\b)",
    re.IGNORECASE,
)
BARE_FEET = compile_lazily(r"(?<!\w)(?:bare feet|feet (?:are )?bare)(?!\w)", re.IGNORECASE)
