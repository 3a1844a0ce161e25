"""Patterns that distinguish kinds of clauses: a person appears, a person wears something, or a person is only
in a picture. Pure functions.
"""

from __future__ import annotations

import re

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.looks.clothes.garments import GARMENT, NAMED
from milimo_tui.story.looks.hair_words import HAIR
from milimo_tui.story.values.number_words import NUMBER_WORDS

SOMEWHERE = compile_lazily(
    r"(?:in|on|at|by|of|for|from|behind|beside|under|with|near|against|inside|outside|between|among"
    r"|opposite)\s",
    re.I,
)
PLAINLY_WORN = compile_lazily(
    r"(?!(?:an?|the|his|her|their|no|one|two|both|and|or|out|of|with|without|for|like|as|by|than|from|left"
    r"|right)\b)"
    rf"(?:[\w'’-]+ ){{0,3}}(?:{GARMENT.pattern})",
    re.IGNORECASE,
)
OF_SOMEBODY = compile_lazily(
    r"(?:and |but )?(?:somebody|someone|something|nobody|no one|everybody|everyone)\b", re.I
)
# None of these words can match as the noun of a place in `APPEARS`. A text can therefore match in only one
# way, which keeps the pattern fast for long texts.
_WHERETO = r"in|out|up|down|back|there|off|away|over|again|now"
_WHERE = r"in|on|at|by|from|into|behind|under|through|out of|against|to"
# Matches an arrival or a position, which a description of the person may follow: “comes in, a yellow
# raincoat, six months pregnant”.
APPEARS = compile_lazily(
    r"(?<!\w)(?:comes|goes|enters|appears|emerges|stands|sits|waits|lies|walks|arrives|returns|steps"
    r"|opens|leans|rides|runs|hurries"
    rf"|climbs|kneels|lets (?:him|her)self in|is)(?: (?:{_WHERETO}|(?:{_WHERE}) (?:the |an? |his |her )?"
    rf"(?!(?:{_WHERETO}|{_WHERE}|the|an?|his|her)\b)[\w'’-]+))*\s*$",
    re.IGNORECASE,
)
WHOSE = compile_lazily(r"whose (?:own )?", re.IGNORECASE)
SEEN = compile_lazily(f"{GARMENT.pattern}|{HAIR.pattern}", re.IGNORECASE)
FURS = frozenset({"fur", "leather", "wool", "with fur"})  # Materials that a hood can be made of.
WEARS = compile_lazily(
    r"(?<!\w)(?:wears|wearing|sports|sporting|(?:dressed|clad|swathed|draped|swaddled|attired|garbed"
    r"|robed) in|has on|have on"
    r"|has got on)\s|['’]s got on\s",
    re.IGNORECASE,
)
BENEATH_IT = compile_lazily(
    r"(?:and )?(?:under(?:neath)?|beneath)(?: (?:it|that|this|them))?[,:] ", re.IGNORECASE
)
IS_WEARING = compile_lazily(
    r"(?:^|(?<=[,:;] )|(?<=and ))(?:s?he|they)(?:['’](?:s|re)| is| are) (?:(?:now "
    r"|still )?wearing )?(?!not\b)",
    re.IGNORECASE,
)
PAST = compile_lazily(r"(?<!\w)(?:was|were|had)(?!\w)", re.IGNORECASE)
WHICH_ONE = compile_lazily(
    r"\s(?:that|which|who|whose)\s.*", re.IGNORECASE
)  # Matches a relative clause about a garment: “a bonnet that was her mother's”.
KNOWN_THING = compile_lazily(r"(?:the|his|her|their) [\w-]+$", re.IGNORECASE)
# Matches a garment after “the”, such as “the raincoat”. In “the man in the raincoat” the clothes only say
# which man is meant, so they are not added to his look.
THE_ONE = compile_lazily(r"the (?:[\w-]+ )?[\w-]+", re.IGNORECASE)
# Matches a movement with the clothes of the moving person: “comes out in the navy tracksuit”. Here “the” does
# not select one of several tracksuits.
COMES = compile_lazily(
    r"(?:(?<!\w)|(?<=\w)(?=['’]))(?:is|['’]s|comes|walks|stands|sits|steps|appears|emerges|waits|enters|goes"
    r"|runs|leans|lies|kneels|returns|arrives"
    r"|turns|rises|leaves|hurries|strides)(?: (?:in|out|up|down|back|there|off|away|over|again|now))*\s*$",
    re.IGNORECASE,
)
ON_AGAIN = compile_lazily(
    r"(?<!\w)(?:puts|slips|pulls|gets|throws|jams|drags|tugs) (?:it"
    r"|them) (?:back )?on(?: again)?(?! (?:the|an?|his|her|their|one)\b)(?!\w)",
    re.IGNORECASE,
)
FASTENS = compile_lazily(
    r"(?:and )?(?:buttons|unbuttons|pins|buckles|belts|collars|caps|straps|laces|ties|zips|unzips|smooths"
    r"|straightens|adjusts|tugs|loosens|brushes) (?:up |down |at )?(?:the|an?|his|her|their)\b",
    re.IGNORECASE,
)
ROUND_BODY = compile_lazily(
    r"\s(?:round|around|over|on|about|across) (?:his|her|their) [\w-]+$", re.IGNORECASE
)
KNOWN = compile_lazily(
    r"(?:this|that|these|those|such)\b",
    re.IGNORECASE,
    # Matches “this”, “those” or a similar word at the beginning of a phrase. Such a phrase means a thing
    # mentioned before, so it adds nothing to the look.
)
ANOTHER = compile_lazily(r"(?:an?|the|two|three|four|several) (?:[a-z-]+ ){0,2}[A-ZÀ-Þ]{3,}(?!\w)")
LIKENED = compile_lazily(r"(?<!\w)(?:as if|as though|like)\s.*", re.IGNORECASE)
AGE_BEHIND_NAME = (
    # Matches an age after a name: “, 36,”, “is forty now”, “at sixteen in a dead man's overcoat”.
    compile_lazily(
        rf"(?:\s+is|['’]s|\s+at|\s+now|,)?(?:\s+(?:now|nearly|almost|already|just|about))?"
        rf"\s+({NUMBER_WORDS}|\d{{1,2}})"
        r"(?=\s*(?:[,.;!]|$)|\s(?:now|and|with|in)\b)",
        re.IGNORECASE,
    )
)
# Matches an age that a person has reached years after an earlier scene: “Ada is nearly nine.”
IS_BY_NOW = compile_lazily(
    rf"(?:(?:he|she|[^\W\d_]+)(?:['’]s| is)) (?:(?:now|nearly|almost|already|just) )?"
    rf"(?P<age>{NUMBER_WORDS}|\d{{1,2}})(?: (?:now|years old|by now))?(?=\s*(?:[,.;]|$))",
    re.IGNORECASE,
)
ON_A_SCREEN = compile_lazily(
    r"\b(?:on|in) (?:the |an? |his |her |their )?(?:\w+ )?(?:screens?|tv|television|monitor|photo(?:graph)?"
    r"|picture|poster|newsreel|video)\b",
    re.IGNORECASE,
)
# Matches the announcement of a picture of a person: “A photograph: IDA at eight.”
A_PICTURE = compile_lazily(
    r"(?:an?|the|another) (?:[\w-]+ ){0,2}(?:photo(?:graph)?|snapshot|polaroid|portrait|poster"
    r"|picture)(?: of\b|:)",
    re.IGNORECASE,
)
# Matches a sentence that names the person described earlier in the paragraph: “This is the ADMIRAL.”
THIS_IS = compile_lazily(
    r"(?:and )?(?:(?:this|that|it|he|she)(?:['’]s| is)(?: (?:the|our))? [^\W\d_]"
    r"|(?:we['’]ll |we will |everyone |everybody |they |you can |let us |let['’]s )?calls? (?:him"
    r"|her) [^\W\d_]"
    r"|(?:his|her|the|an?) (?:name ?tag|badge|nameplate|name) (?:says|reads) [^\W\d_]"
    r"|(?:an? [\w-]+ )?we(?:['’]ll| will) (?:know|come to know) (?:him |her )?as [^\W\d_]|(?:his"
    r"|her) name is [^\W\d_])",
    re.IGNORECASE,
)
# Matches a paragraph that consists only of a name.
NAME_ALONE = compile_lazily(r"[A-ZÀ-Þ][A-ZÀ-Þ.'’ -]+[.:]?$")
# Matches a name as a sentence of its own, after the description of the person: “A woman with tattooed arms.
# JO.”, “A figure, a long coat. It turns. IVAN, 40.”
NAMED_AT_LAST = compile_lazily(r"[A-ZÀ-Þ][A-ZÀ-Þ.'’ -]+(?:,\s(?:\d{1,3}s?|[a-z]+-?[a-z]+))?[.!]?$")
# Matches the description of a group that is followed by the name of each member: “three grown-up children in
# black:”.
GROUP = compile_lazily(
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
# Matches a group of people who are dressed alike: “three members of a wedding band in matching powder-blue
# dinner jackets”.
ALIKE = compile_lazily(
    rf"(?<!\w)(two|three|four|five|six|seven|eight) (?:[\w'’-]+ ){{1,6}}?in (?:matching|identical|the same) "
    rf"({NAMED})",
    re.IGNORECASE,
)
LISTS_ONE = compile_lazily(r"\W*[A-ZÀ-Þ][A-ZÀ-Þ.'’-]+(?:\s[A-ZÀ-Þ][A-ZÀ-Þ.'’-]+)*\s?(?:[,.(:]|--|—|–)")
RAIN = compile_lazily(
    r"(?:heavy |pouring |driving |light |steady )?(?:rain|drizzle|downpour|storm|sleet|showers?"
    r"|thunderstorm)(?!\w)",
    re.I,
)
NAMED_LAST = compile_lazily(
    r"(?:: |\bis |['’]s )[A-ZÀ-Þ][A-ZÀ-Þ.'’ -]{2,}(?:,|[.!]?$)"
)  # Matches a garment that is moved to reveal who wears it: “He pushes up the visor: TOM.”
VIEW = compile_lazily(r"\bP\.?O\.?V\b")
NO_GARMENT = compile_lazily(rf"(?:and )?no {NAMED}[.!]?$", re.IGNORECASE)
THING = compile_lazily(rf"(?<!\w)(?:an?|a pair of) (?:pair of )?({NAMED})", re.IGNORECASE)
# Matches a person who looks at another person. In “She looks at him, bare to the waist” the last words
# describe him, not her.
SEES_ONE = compile_lazily(
    r"(?<!\w)(?:at|sees|watches|finds|notices|regards|spots) (?:him|her), ([^,.;:]+)(?=[,.;:]|$)",
    re.IGNORECASE,
)
# Matches a remark about the fit of the garment mentioned last: “It is too long in the arms.”
FITS = compile_lazily(
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
ON_OR_OFF = compile_lazily(
    r"(?<!\w)(?:off|on|away|down|back|over|open|out|into|without)(?!\w)", re.IGNORECASE
)
