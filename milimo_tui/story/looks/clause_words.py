"""Patterns that distinguish kinds of clauses: a person appears, wears something, or is only in a picture.
Pure.
"""

from __future__ import annotations

import re

from milimo_tui.core.late_patterns import late
from milimo_tui.story.looks.clothes.garments import BODYWEAR, GARMENT, NAMED, OUTER, OUTFIT
from milimo_tui.story.looks.hair_words import HAIR
from milimo_tui.story.values.number_words import NUMBER_WORDS

SOMEWHERE = late(
    r"(?:in|on|at|by|of|for|from|behind|beside|under|with|near|against|inside|outside|between|among"
    r"|opposite)\s",
    re.I,
)
PLAINLY_WORN = late(
    r"(?!(?:an?|the|his|her|their|no|one|two|both|and|or|out|of|with|without|for|like|as|by|than|from|left"
    r"|right)\b)"
    rf"(?:[\w'’-]+ ){{0,3}}(?:{GARMENT.pattern})",
    re.IGNORECASE,
)
OF_SOMEBODY = late(r"(?:and |but )?(?:somebody|someone|something|nobody|no one|everybody|everyone)\b", re.I)
# No word before a noun matches as a noun itself, so that a long text matches in only one way.
_WHERETO = r"in|out|up|down|back|there|off|away|over|again|now"
_WHERE = r"in|on|at|by|from|into|behind|under|through|out of|against|to"
# A description may follow an arrival or a position: “comes in, a yellow raincoat, six months pregnant”.
APPEARS = late(
    r"(?<!\w)(?:comes|goes|enters|appears|emerges|stands|sits|waits|lies|walks|arrives|returns|steps"
    r"|opens|leans|rides|runs|hurries"
    rf"|climbs|kneels|lets (?:him|her)self in|is)(?: (?:{_WHERETO}|(?:{_WHERE}) (?:the |an? |his |her )?"
    rf"(?!(?:{_WHERETO}|{_WHERE}|the|an?|his|her)\b)[\w'’-]+))*\s*$",
    re.IGNORECASE,
)
WHOSE = late(r"whose (?:own )?", re.IGNORECASE)
SEEN = late(f"{GARMENT.pattern}|{HAIR.pattern}", re.IGNORECASE)
FURS = frozenset({"fur", "leather", "wool", "with fur"})  # materials of a hood
WEARS = late(
    r"(?<!\w)(?:wears|wearing|sports|sporting|(?:dressed|clad|swathed|draped|swaddled|attired|garbed"
    r"|robed) in|has on|have on"
    r"|has got on)\s|['’]s got on\s",
    re.IGNORECASE,
)
BENEATH_IT = late(r"(?:and )?(?:under(?:neath)?|beneath)(?: (?:it|that|this|them))?[,:] ", re.IGNORECASE)
IS_WEARING = late(
    r"(?:^|(?<=[,:;] )|(?<=and ))(?:s?he|they)(?:['’](?:s|re)| is| are) (?:(?:now "
    r"|still )?wearing )?(?!not\b)",
    re.IGNORECASE,
)
PAST = late(r"(?<!\w)(?:was|were|had)(?!\w)", re.IGNORECASE)
WHICH_ONE = late(r"\s(?:that|which|who|whose)\s.*", re.IGNORECASE)  # “a bonnet that was her mother's”
KNOWN_THING = late(r"(?:the|his|her|their) [\w-]+$", re.IGNORECASE)
THE_ONE = late(r"the (?:[\w-]+ )?[\w-]+", re.IGNORECASE)  # “the man in the raincoat” says which man
# “comes out in the navy tracksuit”: describes the wearer; does not say which tracksuit is meant.
COMES = late(
    r"(?:(?<!\w)|(?<=\w)(?=['’]))(?:is|['’]s|comes|walks|stands|sits|steps|appears|emerges|waits|enters|goes"
    r"|runs|leans|lies|kneels|returns|arrives"
    r"|turns|rises|leaves|hurries|strides)(?: (?:in|out|up|down|back|there|off|away|over|again|now))*\s*$",
    re.IGNORECASE,
)
ON_AGAIN = late(
    r"(?<!\w)(?:puts|slips|pulls|gets|throws|jams|drags|tugs) (?:it"
    r"|them) (?:back )?on(?: again)?(?! (?:the|an?|his|her|their|one)\b)(?!\w)",
    re.IGNORECASE,
)
IS_CHANGED = late(f"{BODYWEAR.pattern}|{OUTER.pattern}|{OUTFIT.pattern}", re.IGNORECASE)
FASTENS = late(
    r"(?:and )?(?:buttons|unbuttons|pins|buckles|belts|collars|caps|straps|laces|ties|zips|unzips|smooths"
    r"|straightens|adjusts|tugs|loosens|brushes) (?:up |down |at )?(?:the|an?|his|her|their)\b",
    re.IGNORECASE,
)
ROUND_BODY = late(r"\s(?:round|around|over|on|about|across) (?:his|her|their) [\w-]+$", re.IGNORECASE)
KNOWN = late(r"(?:this|that|these|those|such)\b", re.IGNORECASE)  # refers to something mentioned before
ANOTHER = late(r"(?:an?|the|two|three|four|several) (?:[a-z-]+ ){0,2}[A-ZÀ-Þ]{3,}(?!\w)")
LIKENED = late(r"(?<!\w)(?:as if|as though|like)\s.*", re.IGNORECASE)
AGE_BEHIND_NAME = late(  # after a name: “, 36,”, “is forty now”, “at sixteen in a dead man's overcoat”
    rf"(?:\s+is|['’]s|\s+at|\s+now|,)?(?:\s+(?:now|nearly|almost|already|just|about))?"
    rf"\s+({NUMBER_WORDS}|\d{{1,2}})"
    r"(?=\s*(?:[,.;!]|$)|\s(?:now|and|with|in)\b)",
    re.IGNORECASE,
)
IS_BY_NOW = late(  # “Ada is nearly nine.”, years later
    rf"(?:(?:he|she|[^\W\d_]+)(?:['’]s| is)) (?:(?:now|nearly|almost|already|just) )?"
    rf"(?P<age>{NUMBER_WORDS}|\d{{1,2}})(?: (?:now|years old|by now))?(?=\s*(?:[,.;]|$))",
    re.IGNORECASE,
)
ON_A_SCREEN = late(
    r"\b(?:on|in) (?:the |an? |his |her |their )?(?:\w+ )?(?:screens?|tv|television|monitor|photo(?:graph)?"
    r"|picture|poster|newsreel|video)\b",
    re.IGNORECASE,
)
# “A photograph: IDA at eight.”
A_PICTURE = late(
    r"(?:an?|the|another) (?:[\w-]+ ){0,2}(?:photo(?:graph)?|snapshot|polaroid|portrait|poster"
    r"|picture)(?: of\b|:)",
    re.IGNORECASE,
)
# “This is the ADMIRAL.”: names the person whom the paragraph described before.
THIS_IS = late(
    r"(?:and )?(?:(?:this|that|it|he|she)(?:['’]s| is)(?: (?:the|our))? [^\W\d_]"
    r"|(?:we['’]ll |we will |everyone |everybody |they |you can |let us |let['’]s )?calls? (?:him"
    r"|her) [^\W\d_]"
    r"|(?:his|her|the|an?) (?:name ?tag|badge|nameplate|name) (?:says|reads) [^\W\d_]"
    r"|(?:an? [\w-]+ )?we(?:['’]ll| will) (?:know|come to know) (?:him |her )?as [^\W\d_]|(?:his"
    r"|her) name is [^\W\d_])",
    re.IGNORECASE,
)
NAME_ALONE = late(r"[A-ZÀ-Þ][A-ZÀ-Þ.'’ -]+[.:]?$")  # a paragraph that consists only of a name
# “A woman with tattooed arms. JO.”, “A figure, a long coat. It turns. IVAN, 40.”
NAMED_AT_LAST = late(r"[A-ZÀ-Þ][A-ZÀ-Þ.'’ -]+(?:,\s(?:\d{1,3}s?|[a-z]+-?[a-z]+))?[.!]?$")
# “three grown-up children in black:”, followed by the name of each.
GROUP = late(
    r"(?:(?:two|three|four|five|six|seven|eight|nine|ten|several|some|\d+|a (?:row|line|group|pair|trio"
    r"|handful) of)"
    r" (?:[\w-]+ ){1,4}?"
    r"|(?:(?:the|his|her|a) (?:(?:whole|entire|rest of the|full) )?(?:staff|crew|team|family|band|class"
    r"|cast|squad|company"
    r"|choir|board|gang|party|group|others|regulars|boys|girls|men|women|children|kids)|every(?:one"
    r"|body)|all (?:of them"
    r"|three|four|five|six)|both(?: of them)?|they)(?!\w)[^:]*?\s)"
    r"(in (?:[\w'’-]+ ){0,3}?[\w'’-]+)(?:,[^:]*)?:$",
    re.IGNORECASE,
)
# “three members of a wedding band in matching powder-blue dinner jackets”
ALIKE = late(
    rf"(?<!\w)(two|three|four|five|six|seven|eight) (?:[\w'’-]+ ){{1,6}}?in (?:matching|identical|the same) "
    rf"({NAMED})",
    re.IGNORECASE,
)
LISTS_ONE = late(r"\W*[A-ZÀ-Þ][A-ZÀ-Þ.'’-]+(?:\s[A-ZÀ-Þ][A-ZÀ-Þ.'’-]+)*\s?(?:[,.(:]|--|—|–)")
RAIN = late(
    r"(?:heavy |pouring |driving |light |steady )?(?:rain|drizzle|downpour|storm|sleet|showers?"
    r"|thunderstorm)(?!\w)",
    re.I,
)
NAMED_LAST = late(
    r"(?:: |\bis |['’]s )[A-ZÀ-Þ][A-ZÀ-Þ.'’ -]{2,}(?:,|[.!]?$)"
)  # “He pushes up the visor: TOM.”
VIEW = late(r"\bP\.?O\.?V\b")
NO_GARMENT = late(rf"(?:and )?no {NAMED}[.!]?$", re.IGNORECASE)
THING = late(rf"(?<!\w)(?:an?|a pair of) (?:pair of )?({NAMED})", re.IGNORECASE)
# “She looks at him, bare to the waist”: the words describe him, not her.
SEES_ONE = late(
    r"(?<!\w)(?:at|sees|watches|finds|notices|regards|spots) (?:him|her), ([^,.;:]+)(?=[,.;:]|$)",
    re.IGNORECASE,
)
# “It is too long in the arms.”: describes the garment mentioned last.
FITS = late(
    r"(?:and |but )?(?:it|they)(?:(?:['’]s| is|['’]re| are)(?: still)?"
    r" (?P<so>(?:(?:much|far|a little|a bit|a size|two sizes|three sizes|several sizes|way|rather) )?too"
    r" (?:big|large|small|tight|long|short|loose|wide|narrow|heavy|good)(?:,? (?:and|for|in|at|round|around"
    r"|across) [^,;.]+)?|made for (?:a|some)[^,;.]+)"
    r"| (?P<does>(?:stops?|ends?) (?:well |just )?(?:short of|above|below) (?:his|her) [\w-]+"
    r"|(?:comes?|reach(?:es)?|hangs?|falls?) (?:down |almost |nearly )*(?:(?:to|past|below) )?(?:his"
    r"|her) [\w-]+"
    r"|hangs? (?:off|on) (?:him|her)[^,;.]*|(?:swamps?|drowns?|dwarfs?) (?:him|her)"
    r"|(?:do(?:es)? not|do(?:es)?n['’]t) (?:quite )?fit(?: (?:him|her))?|fits? (?:(?:him|her) )?(?:badly"
    r"|perfectly|like a glove)))[.!]?$",
    re.IGNORECASE,
)
ON_OR_OFF = late(r"(?<!\w)(?:off|on|away|down|back|over|open|out|into|without)(?!\w)", re.IGNORECASE)
