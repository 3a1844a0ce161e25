"""Patterns for the body and the age of a person: builds, features, and feelings, which are recognized because
they are no part of a look. Pure functions.
"""

from __future__ import annotations

import re

from milimo_tui.core.late_patterns import compile_lazily, join_alternatives
from milimo_tui.story.looks.descriptions import AGE, NUMBER, ONES, SMALL_NUMBER
from milimo_tui.story.values.number_words import NUMBER_WORDS, parse_number_words

# Matches a statement of a person's age: “She is thirty and has come by motorbike.”
IS_AGED = compile_lazily(
    rf"^(?:(?:he|she|[^\W\d_]+)(?:['’]s| is)|is) ({AGE.pattern[1:-1]})(?=\s+(?:and|but|or)\b|\s*$)",
    re.IGNORECASE,
)
AT_AGE = compile_lazily(  # Matches an age after “at”: “Mair at sixteen in a dead man's overcoat”.
    rf"(?:at|aged) (\d{{1,2}}|{NUMBER}|{SMALL_NUMBER})(?= (?:in|with|and)\b|[,.;:]|$)", re.IGNORECASE
)
YEARS_OLD = compile_lazily(
    rf"(?:about |nearly |barely )?(?:\d{{1,3}}|{NUMBER}|{SMALL_NUMBER}) years old", re.IGNORECASE
)
AGED_AND = compile_lazily(rf"^({AGE.pattern[1:-1]})\s+(?:and|but|or)\s", re.IGNORECASE)
# Matches an age in words, also after a description: “MISS PRENTICE, who has been sixty-seven for some years”,
# “DESMOND, her apprentice, is nineteen”.
IS_OF_AGE = compile_lazily(
    rf"^(?:who )?(?:is|has been) ({AGE.pattern[1:-1]})"
    r"(?: for [\w ]+|,? and (?:as|so|very|not|too|still|quite) [^,;]+)?$",
    re.IGNORECASE,
)
NOW_AGED = compile_lazily(r"(?<!\w)(?:now|aged|is) (\d{1,3})(?!\w)", re.IGNORECASE)
BUILDS = (
    "young old older younger elderly youngish oldish middle-aged ageless tall short small tiny big huge "
    "large thin "
    "skinny slim "
    "slender slight lean lanky gangly wiry bony fat plump stout stocky heavy heavyset burly brawny "
    "beefy muscular "
    "athletic strong fit frail fragile hunched stooped bent broad broad-shouldered round portly tubby rotund "
    "petite willowy statuesque pretty beautiful handsome plain ugly good-looking striking elegant "
    "shabby scruffy "
    "dishevelled disheveled neat dapper rumpled weathered weather-beaten wrinkled craggy rugged "
    "baby-faced toothless "
    "one-eyed one-legged one-armed hairy blond blonde dark-haired red-haired fair dark brown tanned sunburnt "
    "black white asian latino latina rosy ruddy sallow pasty "
)
BUILD = compile_lazily(
    rf"(?:(?:very|quite|rather|still|once|too|not|so|and|but|as)\s|(?:{join_alternatives(BUILDS)})(?:,?\s|$))+$"
    r"|(?:about |well |over )?(?:four|five|six|seven|\d) (?:foot|feet)(?: (?:\w+|tall|of (?:him|her)))?$",
    re.IGNORECASE,
)
BODY_IS = compile_lazily(
    r"(?:and )?(?:his|her|their) ((?:left |right |front )?(?:eyes?|ears?|teeth|tooth|nose|skin"
    r"|legs?|arms?|shoulders|chest|hands?|feet|face|nails) (?:(?:is|are) )?(?:an? )?"
    r"(?:glass|false|gold|wooden|missing|blue|green|brown|grey|gray|black|white|yellow|bad|crooked"
    r"|tattooed|freckled|milky|blind"
    r"|bare|painted|bitten|gloved|pale|dark|tin|steel|artificial|scarred|withered)(?: and [a-z-]+)?)$",
    re.IGNORECASE,
)
# Matches a statement that a worn thing is missing: “He is missing a shoe.”
IS_MISSING = compile_lazily(
    r"(?:is |(?:s?he)?['’]s )?(missing (?:an?|one|two|three|four|several|half) [^,;.]{3,40})", re.IGNORECASE
)
AT_BODY = compile_lazily(
    r"(?:round|around|in|on|at|across|over|under|behind|from|through|down) (?:his|her|their|the|one"
    r"|each|both) (?:left |right )?"
    r"(?:neck|mouth|face|head|ears?|eyes?|cheeks?|chin|jaw|nose|lips?|hair|brow|forehead|shoulders?"
    r"|chest|arms?|wrists?"
    r"|fingers?|belt|waist|hips?|throat|teeth)\b",
    re.IGNORECASE,
)
_PARTS = (
    "face|features|hands|arms|legs|shoulders|forearms|eyes|mouth|smile|grin|teeth|nose|ears|neck|jaw|chin"
    "|cheeks|cheekbones|skin|complexion|fingers|knuckles|feet|build|frame|figure|belly|gut|paunch|waist|chest"
    "|forehead|brow|eyebrows|brows|lashes|lips|head|skull|scars?|tan|tattoos?|limp|stoop|hump|squint|stubble"
)
# Features of a person: “a narrow face”, “big hands”, “eyes like a saint's”, but not “a hand on the wheel”.
HAS_BODY = compile_lazily(
    rf"(?:an? |the )?(?:(?!his |her |their |its |on |in |at |both |one |no |more |all )[\w'’-]+,? ){{1,4}}?"
    rf"(?:{_PARTS})(?= (?:of|like|and|with|that|made|from|as)\b|$)"
    rf"|(?:the|an?) (?:{_PARTS}) (?:of|like) [^,]+$",
    re.IGNORECASE,
)
GOING = compile_lazily(r"(?:losing (?:his|her|their) hair|going (?:grey|gray|white|bald))", re.IGNORECASE)
HAS = compile_lazily(
    r"(?:(?:he|she|[^\W\d_]+)(?:['’]s(?: still)? got| has got|(?: still)? has)|(?:still )?has|has got|wears)"
    r" (?!(?:changed|exchanged|swapped|put|pulled|taken|thrown|lost|left|let|stripped|removed|shed|dressed"
    r"|wrapped|zipped|buttoned|tied)\b)(.+)",
    re.IGNORECASE,
)
# Matches a list of features after a noun for the person, like the list that can follow a name: “He is the
# best man, 30, short and wide, in a bank uniform”.
IS_SOMEBODY = compile_lazily(
    r"\s*(?:(?:he|she|[^\W\d_]+)(?:['’]s| is)|is) (?:the|an?|his|her"
    r"|their) ((?:[\w'’-]+ ){0,3}[\w'’-]+)(?=[,:])",
    re.IGNORECASE,
)
IS_ONE = compile_lazily(
    rf"(?<!there)(?:(?<!\w)(?<!there )is|['’]s) an? ((?:[\w-]+,? ){{0,4}}?(?:{ONES}))(?=\s(?:in|with|of"
    r"|who|whose)\b|\s*(?:,|$))",
    re.IGNORECASE,
)
PREDICATE = compile_lazily(
    r"(?:(?:he|she|[^\W\d_]+)(?:['’]s| is)|is) (?:now |still |quite |already |very )?((?:[a-z-]+(?:,\s*"
    r"|\s+and\s+)){0,3}[a-z-]+)"
    r"(?=\s*(?:$|[,.;]|\bin\b|\bwith\b))",
    re.IGNORECASE,
)
LAST_OF = compile_lazily(rf",\s*|\s+and\s+(?=(?:\d+|{NUMBER})$)", re.IGNORECASE)
OF_HAIR = compile_lazily(  # Matches a description of hair after a name: “Lillo, bald, watches it go.”
    r"(?:is |(?:s?he)?['’]s )?(?:now |still |quite |almost |completely )?((?:bald|clean-shaven|unshaven"
    r"|bearded|close-cropped"
    r"|\w+-(?:moustached|mustached|bearded|haired|whiskered)))"
    r"(?: (?:underneath|beneath|under (?:it|that)|now))?",
    re.IGNORECASE,
)
_FELT = (
    "afraid alone amused angry anxious ashamed bored calm confused curious delighted desperate "
    "excited furious grateful happy hopeful horrified hurt lost moved nervous overjoyed overwhelmed "
    "panicked proud relieved sad scared serious shocked silent speechless still stunned surprised "
    "all both here there back gone home out up away late early ready right wrong alive dead busy free "
    "terrified thoughtful uneasy upset worried "
)
FEELINGS = frozenset(_FELT.split())


def strip_now_from_age(age: str) -> str:
    """Return an age without words such as “now” that compare it with an earlier age: “19” for “now 19”."""
    return re.sub(r"^now | (?:by )?now$| today$", "", age, flags=re.IGNORECASE)


def parse_exact_age(age: str) -> int | None:
    """Return the years of an exact age in digits or words (“26”, “aged eight”), or None if the age is not
    exact.

    An age above twenty that is written in words counts as an estimate and gives None.
    """
    words = re.sub(r"^(?:at|aged|now) |[ -]years[ -]old$", "", age.casefold())
    if words.isdigit():
        return int(words)
    years = parse_number_words(words) if re.fullmatch(NUMBER_WORDS, words) else 0
    return years if 0 < years <= 20 else None


def parse_rough_age(age: str) -> int | None:
    """Return the years of any age that contains a number, even an approximate one (“thirty-six”, “about 7”),
    or None.
    """
    found = re.search(rf"(?<!\w)(?:(\d{{1,3}})(?!s)|({NUMBER_WORDS}))(?!\w)", age.casefold())
    return (int(found[1]) if found[1] else parse_number_words(found[2])) if found else None
