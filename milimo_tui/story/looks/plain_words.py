"""Simplification of a sentence before it is searched for looks. For example, “it” is replaced by the garment
it means, and clothes of other people are blanked. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import replace

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.looks.clothes.garments import GARMENT, NAMED
from milimo_tui.story.looks.descriptions import ONES, is_description
from milimo_tui.story.looks.hair_words import HAIR
from milimo_tui.story.reading.act_words import ACTS
from milimo_tui.story.reading.moment import ActionSentence, Mention

_NOT_ELSEWHERE = r"(?! (?:the|an?|his|her|their|its|one|top|to|him|them|[A-ZÀ-Þ]\w*)\b)(?!\w)"
# Matches putting on or taking off “it” or “them”: “puts them on, one, then the other”, “takes it off”.
_IT_ON = compile_lazily(
    r"(?<!\w)(?P<verb>puts|pulls|slips|shrugs|throws|jams|tugs|drags|gets|crams|claps|has put"
    r"|has pulled|tries) "
    rf"(?P<it>it|them) (?P<how>(?:back )?on)(?:{_NOT_ELSEWHERE}|(?= over (?:his|her|their) own\b))"
)
_IT_OFF = compile_lazily(
    r"(?<!\w)(?P<verb>takes|pulls|tears|throws|rips|yanks|slips|whips|kicks|peels|shrugs|tugs|has taken"
    r"|strips) "
    rf"(?P<it>it|them) (?P<how>off){_NOT_ELSEWHERE}"
)
_A_THING = compile_lazily(
    rf"(?<!\w)(?:the|an?|his|her|their) ({NAMED}|(?:false |fake |stuck-on )(?:beard|moustache|mustache"
    rf"|nose))",
    re.IGNORECASE,
)
ANY_THING = compile_lazily(r"(?<!\w)(?:the|an?|his|her|their) [\w'’-]+", re.IGNORECASE)
# Matches a noun with an aside between commas: “Her hair, which was to her waist, is cut”. The aside is
# removed before the sentence is read.
_BY_THE_WAY = compile_lazily(
    r"(?<!\w)((?:the|his|her|their) (?:[\w'’-]+ ){0,2}[\w'’-]+), (?:which|that|whose|once|usually"
    r"|always) [^,;]*,"
    r"(?= (?:is|are|has|have|hangs|falls|comes)\b)",
    re.IGNORECASE,
)
# Matches a relative clause that adds nothing visible: “a streak of white that she has stopped hiding”.
_OF_IT = compile_lazily(
    r"\s(?:that|which|whom)\s"
    r"(?:(?:s?he|they|it|you|nobody|somebody|someone)(?:['’]\w+)?|(?:his|her|their) \w+)"
    r"(?:\s[^,.;:]*)?(?=[,.;:]|$)",
    re.IGNORECASE,
)
# Matches a garment that is seen under another garment: “A green dress underneath.”
_BENEATH = compile_lazily(
    rf"(?P<worn>(?:an? |the )?[^,;:.]*(?:{GARMENT.pattern})[^,;:.]*) (?:underneath|beneath"
    r"|under(?:neath)? (?:it|them|all that))(?P<more>[,.;].*)?$",
    re.IGNORECASE,
)
_INDEFINITE = compile_lazily(
    r"(?<!\w)(?<!such )(?<!like )(?<!as )(?<!is )(?<!['’]s )(?:an?|another) (?:[a-z-]+ ){0,2}$", re.IGNORECASE
)
_A_NOUN = compile_lazily(r"(?!(?:he|she|they|him|her|them|it|the|one|his|their|who)\b)[a-z]")
_TAKEN = compile_lazily(
    r"(?<!\w)(?:takes|snatches|steals|grabs|carries off|whips|blows|tears|rips|knocks|lifts|plucks|has"
    r"|gets)(?: off| away)?"
    rf" ((?:his|her|their|[\w'’-]+['’]s) ({NAMED}))(?! (?:by|in place|between|tighter?|straight|round"
    rf"|around|over|on\b))",
    re.IGNORECASE,
)
# Matches an unnamed person who now wears a known garment: “A child is wearing the panama now.”
_WORN_BY_ANOTHER = compile_lazily(
    r"(?:an?|another|some|somebody|someone|one of the)(?: [\w'’-]+){0,4}? (?:is (?:now )?wearing|wears"
    r"|has put on"
    rf"|puts on|tries on|has on) ((?:the|his|her|[\w'’-]+['’]s) ({NAMED}))",
    re.IGNORECASE,
)
_HANDED = compile_lazily(
    rf"(?<!\w)(?:hands|gives|passes|surrenders|throws|tosses|lends|entrusts) (?:(?:the|his|her"
    rf"|their) ({NAMED}(?: and (?:the |his |her )?{NAMED})?)"
    r" to (?:the|an?|one of|some|another|(?-i:[A-ZÀ-Þ])[\w'’-]+)(?!\w)"
    r"|(?:(?:the|an?) [a-z-]+|(?-i:[A-ZÀ-Þ][\w'’-]+)) (?:the|his|her) "
    rf"({NAMED})(?! back))",
    re.IGNORECASE,
)
# Matches another person whom the subject of a sentence only meets, with this person's clothes. In “follows a
# woman in a red hat” the hat belongs to the woman.
_ANOTHER_ONE = compile_lazily(
    rf"(?<!\w)(?:an?|another|some|the (?:two|three|four|five|six|seven|eight)|two|three|four|five|six"
    rf"|seven|eight)"
    rf" (?:[\w'’-]+ ){{0,3}}?(?:{ONES}|shape|figure|silhouette|stranger|others|men|women|children"
    rf"|people)s?(?:,[^,;:.]{{2,60}})?,?"
    r" (?:in|with|wearing|whose|dressed|all in|both in)\s[^,;:.]*",
    re.IGNORECASE,
)
# Matches the description of a person whom somebody sees: “sees who is standing in the door, in a white
# kaftan”.
_SEES_WHO = compile_lazily(
    r"(?<!\w)(?:sees|sees now|knows|finds out|recogni[sz]es|watches) who (?:is|has)\b.*", re.IGNORECASE
)
# Matches a change from one garment to another: “has changed out of the gown into jeans”.
_OUT_OF_INTO = compile_lazily(
    r"(?<!\w)(changes|has changed|have changed) out of ((?:the|his|her|their|an?) [^,;.]+?) (?:and"
    r" )?into ",
    re.IGNORECASE,
)
# Matches people who come into view, with their description: “She turns to the door, and there they are, the
# four basses, blazers off.”
_THERE_HE_IS = compile_lazily(r"(?<!\w)there (?:they|he|she) (?:are|is|stands?|sits?)(?!\w).*", re.IGNORECASE)
_IS_ONE = compile_lazily(
    r"(?:(?<!\w)(?:is|was|as|like|becomes|now|just|only|nothing but)|['’]s|[,:(.–—-])\s*$", re.IGNORECASE
)
_A_WORK = compile_lazily(
    r"(?<!\w)(?:portrait|photo(?:graph)?|picture|painting|drawing|statue|bust|poster|snapshot|sketch"
    r"|image|cut-out|figure) of"
    r" [^,;:.]*",
    re.IGNORECASE,
)
_ON_ONESELF = compile_lazily(
    r"(?<!\w)(?:on|wears?|wearing|in|into|dons|sports|borrows|has|with|without|puts|pulls|takes|steals"
    r"|snatches|from)\s*$",
    re.IGNORECASE,
)
_ITS_NAME = compile_lazily(rf"\s(?!(?:in|on|at|to|with|into|off|from|and|under|over) ){NAMED}", re.IGNORECASE)
_OF_ANOTHER = {"his", "her", "their"}


# Matches a thing in a pocket that makes a sound, where the pocket is no new garment: “The phone in her pocket
# rings.”
_IT_RINGS = compile_lazily(
    r"(?<!\w)(?:(?:tele|cell)?phone|cell|mobile|(?:door)?bell|alarm|pager"
    r"|timer)s?(?: [\w'’-]+){0,5}? rings?(?!\w)",
    re.I,
)


# Matches words for garments that are part of a place or a piece of furniture: “in the dress shop”, “under the
# top table”, “in a leather armchair”.
_OF_A_PLACE = compile_lazily(
    r"(?<!\w)(?:in|into|under|on|onto|at|by|through|from|inside|behind|outside|over|near|beside|to"
    r"|against|across) "
    rf"(?:the|an?|his|her|their|its|this|that|one) (?:[\w'’-]+ ){{0,2}}?(?:{GARMENT.pattern}) "
    r"(?:(?:stand|check|press|row|step|hook|seat|stall|mill|shelf)(?!s)|(?:shop|store|factory|rack|peg"
    r"|hanger|room"
    r"|rail|drawer|compartment|department|counter|closet|cupboard|table|floor|bunk|deck|stair|armchair"
    r"|chair|sofa"
    r"|couch|bench|stool|settee|court|district|market|museum|works|road|tree)s?)(?!\w)",
    re.IGNORECASE,
)
# Matches words for garments that are part of a thing: “a glass of wine”, “the hood of the car”, “a belt of
# trees”.
_OF_A_THING = compile_lazily(
    r"(?<!\w)(?:(?:in|into|under|on|with|over|from|behind) )?(?:(?:an?|the|two|three|four|five|his|her"
    r"|their|some) )?"
    r"(?:[\w'’-]+ )?(?:glasses|cap|ring|belt|crown|mask|cloak|veil|blanket|stick|mantle|hood|boot|bonnet"
    r"|coat|skirt|top"
    r"|trunk)s? of (?:(?:red|white|cold|hot|warm|iced) )?(?:(?:wine|water|beer|champagne|whisky|whiskey"
    r"|gin|brandy|milk"
    r"|juice|tea|port|sherry|lemonade|vodka|rum|keys|trees|foam|snow|smoke|mist|fog|cloud|calm|silence"
    r"|light|darkness"
    r"|paint|varnish|dust|dynamite|rock|chalk|candy|celery|grief)"
    r"|(?:the|an?|his|her|their|its) (?:[\w-]+ )?(?:car|truck|van|taxi|cab|jeep|lorry|bus|vehicle|hearse"
    r"|limousine|sedan"
    r"|cruiser|pickup|road|hill|stairs|steps|ladder|page|tower|bottle|bed|table|street|city|tent))s?(?!\w)"
    r"|(?<!\w)(?:in|into|round|around|across|from) the ring(?!\w)",
    re.IGNORECASE,
)


def blank_garment_homonyms(sentence: str) -> str:
    """Return a sentence with blanks in place of words that look like garments but mean something else, such
    as a phone that rings in a pocket.
    """
    sentence = _IT_RINGS.sub(lambda found: f"{found[0].rpartition(' ')[0]} ".ljust(len(found[0])), sentence)
    for of_no_garment in (_OF_A_PLACE, _OF_A_THING):
        sentence = of_no_garment.sub(lambda found: " " * len(found[0]), sentence)
    return sentence


def has_elided_subject(sentence: str) -> bool:
    """Return True if a sentence begins with an act and does not name the person who acts: “Takes off the
    coat.”
    """
    first = sentence.strip().split(" ")[0].casefold().strip(",.;")
    return first in ACTS and first.endswith("s")


def find_garment_taken_by_stranger(action: ActionSentence, subjects: Sequence[Mention]) -> tuple[str, str]:
    """Return the name of the person from whom an unnamed person takes a garment, and the garment: “A waiter
    takes his coat.”

    A person who gives a garment to an unnamed person counts too. Both results are empty if there is no such
    garment.
    """
    name = next((each.name for each in subjects if each.name), "")
    if given := _HANDED.search(action.sentence):
        return (name, given[1] or given[2]) if name else ("", "")
    match = _TAKEN.search(action.sentence) or _WORN_BY_ANOTHER.match(action.sentence)
    if name or match is None:
        return "", ""
    owner = next(
        (m.name for m in action.mentions if m.owner and match.start(1) <= m.start <= match.end(1)), ""
    )
    return owner, match[2]


def strip_asides(action: ActionSentence) -> ActionSentence:
    """Return a sentence without its asides: “Her hair, which was long, is short.” becomes “Her hair is
    short.”

    In the result, the “he” of “he's” is marked as an acting person, not as an owner.
    """
    action = replace(
        action, mentions=tuple(_mark_contraction_as_actor(each, action.sentence) for each in action.mentions)
    )
    if not action.mentions and (beneath := _BENEATH.match(action.sentence)):
        return replace(action, sentence=f"Underneath, {beneath['worn']}{beneath['more'] or ''}")
    aside = _BY_THE_WAY.search(action.sentence)
    if aside is not None:
        start, end = aside.end(1), aside.end()
    elif (aside := _OF_IT.search(action.sentence)) and is_description(
        action.sentence[: aside.start()], by_itself=False
    ):
        start, end = aside.span()
    else:
        return action
    mentions = tuple(each for each in action.mentions if each.end <= start or each.start >= end)
    return ActionSentence(
        action.sentence[:start] + action.sentence[end:],
        tuple(_shift_mention(each, start, end) for each in mentions),
    )


def _mark_contraction_as_actor(mention: Mention, sentence: str) -> Mention:
    """Return a mention of “he's” or “she's” as an acting person instead of an owner, because these words are
    never possessive.
    """
    is_he = re.match(r"(?:s?he)['’]s\b", sentence[mention.start :], re.IGNORECASE)
    return replace(mention, owner=False) if mention.owner and is_he else mention


def _shift_mention(mention: Mention, start: int, end: int) -> Mention:
    by = end - start if mention.start >= end else 0
    return replace(mention, start=mention.start - by, end=mention.end - by)


def drop_new_strangers(action: ActionSentence, seen: Container[str]) -> ActionSentence:
    """Return a sentence from which some mentions are removed: mentions of known people by a noun after “a” or
    “another”. Such a noun means a new person, not the known person. `seen` are the people seen in the scene
    so far.
    """
    mentions = tuple(
        each
        for each in action.mentions
        if each.owner
        or each.name not in seen
        or action.sentence[each.start : each.end].isupper()
        or not _INDEFINITE.search(action.sentence[: each.start])
        or not _A_NOUN.match(action.sentence[each.start : each.end])
    )
    return action if len(mentions) == len(action.mentions) else replace(action, mentions=mentions)


def list_garment_phrases(text: str) -> list[str]:
    """Return the garments that a text names, each with its descriptive words and without an article."""
    return [found[1] for found in _A_THING.finditer(text)]


def find_last_garment(sentence: str) -> str:
    """Return the garment that a sentence is about, or that is the last thing it names. Return an empty string
    if the last thing is no garment.
    """
    named = list(_A_THING.finditer(sentence))
    thing_matches = list(ANY_THING.finditer(sentence))
    if named and (named[0].start() == 0 or named[-1].start() == thing_matches[-1].start()):
        return f"the {named[-1][1]}"
    return ""


def replace_it_with_garment(text: str, last_garment: str) -> str:
    """Return a text in which “it” and “them” are replaced with the garment that is put on or taken off.

    The garment is the last garment named before the pronoun in the text, otherwise `last_garment`. A singular
    garment does not replace “them”, nor a plural garment “it”.
    """

    def name_garment(found: re.Match[str]) -> str:
        before = list_garment_phrases(text[: found.start()])
        if not before and ANY_THING.search(text[: found.start()]):
            return found[0]
        fitting = (
            each for each in reversed(before or [last_garment]) if _is_plural(each) is (found["it"] == "them")
        )
        what = next(fitting, "")
        if not what:
            return found[0]
        return f"{found['verb']} the {what} {found['how']}"

    return _IT_OFF.sub(name_garment, _IT_ON.sub(name_garment, text))


def _format_exchange(found: re.Match[str]) -> str:
    off, on = ("takes off", "puts on") if found[1].endswith("s") else ("has taken off", "has put on")
    return f"{off} {found[2]}, {on} "


def _is_plural(words: str) -> bool:
    folded = words.casefold()
    return folded.endswith("s") and not folded.endswith("ss")


def blank_other_people(text: str) -> str:
    """Return a text without the clothes of people who are only met or are only in a picture."""

    def blank_described_stranger(found: re.Match[str]) -> str:
        before = text[: found.start()]
        if (
            not before.strip()
            or _IS_ONE.search(before)
            or not (GARMENT.search(found[0]) or HAIR.search(found[0]))
        ):
            return found[0]
        return " " * len(found[0])

    text = _OUT_OF_INTO.sub(_format_exchange, text)
    text = _THERE_HE_IS.sub(lambda found: " " * len(found[0]), text)
    text = _SEES_WHO.sub(lambda found: " " * len(found[0]), text)
    return _ANOTHER_ONE.sub(blank_described_stranger, _A_WORK.sub(lambda found: " " * len(found[0]), text))


def blank_clothes_of_others(action: ActionSentence, subjects: Sequence[Mention]) -> str:
    """Return a sentence with blanks in place of clothes that belong to another person: “under his boots”, in
    a sentence about a woman.
    """
    sentence = action.sentence
    names = {each.name for each in subjects}
    if len(names) != 1:
        return sentence
    for each in action.mentions:
        word = action.sentence[each.start : each.end].casefold()
        if not each.owner or not each.name or each.name in names or word not in _OF_ANOTHER:
            continue
        match = _ITS_NAME.match(sentence, each.end)
        if match and not _ON_ONESELF.search(sentence[: each.start]):
            sentence = sentence[: each.start] + " " * (match.end() - each.start) + sentence[match.end() :]
    return sentence
