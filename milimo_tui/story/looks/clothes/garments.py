"""Garments: the patterns that recognize them, their kinds, and their other names. Pure functions."""

from __future__ import annotations

import re

from milimo_tui.core.late_patterns import compile_lazily, join_alternatives
from milimo_tui.story.looks.clothes.garment_words import (
    ALSO_CALLED,
    CARRIED,
    COLOURS,
    FABRICS,
    GARMENTS,
    ON_FACE,
    ON_FEET,
    ON_HEAD,
    OUTFITS,
    UNDER_A_COAT,
)
from milimo_tui.story.values.text import fold


def split_distinct_words(text: str) -> frozenset[str]:
    """Return the distinct words of a text."""
    return frozenset(text.split())


# Phrases in which a word for a garment means something else: “the top table”, “a coat hook”, “a leather
# armchair”.
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
# “Slip” is a garment only after “in a”. In other contexts it is a piece of paper.
_SLIP = rf"(?:(?<=in a )slip{_COLOURED_SLIP})(?! of\b| road\b)"
GARMENT = compile_lazily(
    rf"(?<!\w){_OF_A_THING}(?:(?:{join_alternatives(GARMENTS + CARRIED)})(?:e?s)?"
    r"|(?:neck|back|leg|knee) braces?"
    rf"|{_SLIP})(?!\w)",
    re.IGNORECASE,
)
CARRIED_GARMENT = compile_lazily(
    rf"(?<!\w)(?:{join_alternatives(CARRIED)}|towel|blanket|sheet|belt|badge|hood|buttons?|sleeves?|cuffs?|collar"
    rf"|lapel|hem|pocket)s?(?!\w)",
    re.IGNORECASE,
)
_HEADS = "hat|cap|coat|jacket|shirt|suit|dress|gown|robe|shoe|boot|sock|glove|vest|sweater|tie|scarf|uniform"
NAMED = (  # Matches a garment with or without a general word after it: “the panama”, “the panama hat”.
    rf"(?:[\w'’-]+\s){{0,3}}?(?:{join_alternatives(GARMENTS + CARRIED)})(?:e?s)?(?!['’\w-])"
    rf"(?:\s(?:{_HEADS})(?:e?s)?(?!['’\w-]))?"
)
# Complete outfits. Putting on a complete outfit replaces the previous outfit.
OUTFIT = compile_lazily(
    rf"(?<!\w)(?:dinner jacket|boiler suit|evening dress|(?:{join_alternatives(OUTFITS)})(?:e?s)?"
    rf"|(?<!\w\s)in (?:[\w-]+ ){{0,2}}(?:{join_alternatives(COLOURS)})$)(?=$|\W)",
    re.IGNORECASE,
)
# Matches clothes that are named only by their cloth: “in emerald silk”.
IN_CLOTH = compile_lazily(
    rf"in (?:[\w-]+ ){{0,2}}(?:{join_alternatives(FABRICS)})(?: and (?:{join_alternatives(FABRICS)}))?",
    re.IGNORECASE,
)
BODYWEAR = compile_lazily(
    rf"(?<!\w)(?:{join_alternatives(OUTFITS + UNDER_A_COAT)})(?:e?s)?(?!\w)", re.IGNORECASE
)
OUTER = compile_lazily(
    r"(?:coat|jacket|cloak|cape|parka|anorak|poncho|oilskin|mackintosh|slicker|windbreaker|windcheater"
    r"|cagoule|fleece"
    r"|gilet|pelisse|mantle)s?(?!\w)",
    re.IGNORECASE,
)
BODY_GARMENTS = compile_lazily(f"{BODYWEAR.pattern}|{OUTER.pattern}|{OUTFIT.pattern}", re.IGNORECASE)
RAINWEAR = compile_lazily(
    r"(?<!\w)(?:raincoat|rain (?:hat|hood|bonnet)|mackintosh|oilskin|slicker|poncho|cagoule|kagoul"
    r"|waterproof|umbrella"
    r"|cape|sou'wester"
    r"|galosh|wellington)(?:e?s)?(?!\w)",
    re.IGNORECASE,
)
# Garments that have a hood.
HOODED = compile_lazily(
    r"(?<!\w)(?:cagoule|kagoul|anorak|parka|hoodie|raincoat|cloak|poncho|oilskin|duffel(?: coat)?|sweatshirt"
    r"|waterproof|mackintosh|cowl|habit)s?(?!\w)",
    re.IGNORECASE,
)
# Garments that show that a person is not dressed yet, such as nightclothes.
UNDRESSED = compile_lazily(
    r"(?<!\w)(?:under(?:wear|pants|clothes|things)|undies|pyjamas?|pajamas?|night(?:gown|dress|shirt|ie"
    r"|clothes)"
    r"|(?:bath|hospital )?robe|dressing[- ]gown|bathrobe|towel|swimsuit"
    r"|(?:swimming|bathing)[- ](?:costume|trunks|suit)|trunks"
    r"|bikini|wetsuit|hospital[- ]gown|negligee|peignoir|bra|knickers|sheet)s?(?!\w)",
    re.IGNORECASE,
)
NIGHTWEAR = compile_lazily(
    r"(?<!\w)(?:pyjama|pajama|nightgown|nightdress|nightshirt|nightie|dressing[- ]gown|bathrobe|robe)s?"
    r"(?!\w)",
    re.IGNORECASE,
)
# Parts of garments. They come off together with their garment: the collar of “a coat with a fox collar” is
# not worn without the coat.
PART = compile_lazily(r"(?<!\w)(?:collar|cuff|button|epaulette|sleeve|hood|lapel)s?(?!\w)", re.IGNORECASE)
AT_THROAT = compile_lazily(r"(?:[\w-]+ )?(?:tie|collar|cravat|neckerchief)", re.IGNORECASE)
COLOUR = compile_lazily(rf"(?<!\w)(?:{join_alternatives(COLOURS)})(?!\w)", re.IGNORECASE)
BARED = {
    "bareheaded": frozenset(ON_HEAD.split()),
    "bare-headed": frozenset(ON_HEAD.split()),
    "barefoot": frozenset(ON_FEET.split()),
    "bare-faced": frozenset(ON_FACE.split()),
    "barefaced": frozenset(ON_FACE.split()),
    "unmasked": frozenset(ON_FACE.split()),
}
# Body parts on or around which a garment can be worn.
ON_THE_BODY = "neck|shoulders|head|waist|hips|wrists?|ears|chest|arm|forehead|face|eyes"
_ARTICLE = compile_lazily(r"^(?:and|the|a|an|his|her|their|its)\s+", re.IGNORECASE)


def strip_article(phrase: str) -> str:
    """Return a phrase without an article at its beginning, and without blanks and punctuation at its ends."""
    return _ARTICLE.sub("", _ARTICLE.sub("", phrase.strip(" .!?–—")))


def find_garments(phrase: str) -> set[str]:
    """Return the garments that a phrase names, case-folded and in the singular."""
    return {found[0].casefold().removesuffix("s") for found in GARMENT.finditer(phrase)}


def may_mean_garment(word: str, garment: str) -> bool:
    """Return True if `word` may mean the garment `garment`: “coat” may mean an overcoat, “shirt” never an
    undershirt.
    """
    if garment == word:
        return True
    if (
        len(word) > 2
        and garment.endswith(word)
        and not (garment.startswith("under") or garment in _ONLY_ENDS_SO)
    ):
        return True
    return garment in _ALSO_CALLED.get(word, ())


_ONLY_ENDS_SO = split_distinct_words("waistcoat petticoat earring headdress")
_ALSO_CALLED = {  # Keys and values have the form that `find_garments` returns: case-folded and singular.
    word.removesuffix("s"): frozenset(each.removesuffix("s") for each in others.split() if each != word)
    for words, others in ALSO_CALLED.items()
    for word in words.split()
}
# Garments whose plural can mean the clothes of a single person, because they are worn in pairs or have no
# singular.
_PAIRS = split_distinct_words(
    "jeans trousers pants slacks chinos shorts leggings tights overalls dungarees coveralls fatigues"
    " scrubs pyjamas pajamas "
    "glasses spectacles sunglasses goggles boots shoes socks gloves mittens slippers sandals trainers"
    " sneakers heels clogs "
    "wellingtons wellies waders braces suspenders clothes rags furs whites tails feathers sequins"
    " corduroys khakis flannels "
    "breeches jodhpurs trunks leathers oilskins combats togs headphones earphones earrings bracelets"
    " medals colours"
)
_PLURAL = compile_lazily(r"(?<=ss)es$|(?<=sh)es$|(?<!s)s$")


def describe_each_wearer(words: str) -> str:
    """Return the clothes of several people as the clothes of each person: “in a green shirt and a cap” for
    “in green shirts and caps”.
    """
    kind = re.sub(r"^in (?:(?:matching|identical|the same|their) )?", "", words)
    return "in " + " and ".join(map(_make_garment_singular, re.split(r"\s+and\s+", kind)))


def _make_garment_singular(kind: str) -> str:
    single = _PLURAL.sub("", kind.replace("scarves", "scarf"))
    last = fold(kind.split()[-1]) if kind.split() else ""
    if single == kind or last in _PAIRS or not GARMENT.search(last):
        return kind
    return f"{'an' if single[0] in 'aeio' else 'a'} {single}"
