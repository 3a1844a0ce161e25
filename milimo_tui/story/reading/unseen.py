"""Patterns for people who are named but not in the picture: the owner of a view, people described as absent,
and people who have left.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.reading.act_words import WAS
from milimo_tui.story.reading.moment import ActionSentence

# Matches a person's view, which does not show the person: ANNA'S POV, her view, what he sees.
VIEW = compile_lazily(
    r"(?:(?P<whose>\S.{0,30}?)['’]S? |(?P<his>his|her|their) )"
    r"(?:P\.? ?O\.? ?V\b\.?|point of view\b|view\b(?=\s*(?:[,:.]|[-–—])))"
    r"|(?:what|all) (?P<who>\w+) sees?\b(?=\s*[:.,–—-])"
    r"|through (?P<eyes>his|her|their|\w+['’]s) eyes\b",
    re.IGNORECASE,
)
# Matches a name that is negated, so that the person is not shown: “No Anna.”, “It isn't Tom.”
DENIED = compile_lazily(
    r"(?:^|[.;:,!?–—-]\s*)no\s+$|\bthere(?: is| was|['’]s) (?:no|not|never any)\s+$"
    r"|\bno (?:sign|trace) of\s+$|\b(?:without|instead of)\s+$"
    r"|\b(?:it|this|that)(?: (?:is|was)n['’]t|(?:['’]s| is| was) not)\s+$",
    re.IGNORECASE,
)
# Matches a person who does not see an act and is therefore not in its picture: “Where Vera can't see”,
# “unnoticed by Tom”.
UNAWARE = compile_lazily(
    r"\b(?:unseen|unnoticed|unobserved|unwatched|unheard|undetected) by (?P<by>[^,.;]+)"
    r"|\bhidden from (?P<hidden>[^,.;]+)"
    r"|\b(?:where|while|when|as|so that|because|since) (?P<who>[^,.;]*?)\s"
    r"(?:can['’]t|(?:can|could|do|does|did|is|are|was|were|has|have|had)(?:n['’]t| not)|cannot|no longer"
    r"|never)"
    r"(?: \w+)?? (?:see|sees|seen|look|looking|looked|watch|watching|notice|noticed|noticing|hear|heard"
    r"|listening)\b",
    re.IGNORECASE,
)
# Matches a person who is excluded, so that everybody else is meant: “Everybody but Mags”, “all of them except
# Tom”.
ALL_BUT = compile_lazily(
    r"\b(?:every(?:body|one)|all(?: of them)?|(?:they|them|the others) all|the (?:others|rest))\b"
    r"(?: (?-i:[a-z]+),)? (?:but|except(?: for)?|save(?: for)?|apart from|other than|bar) (?P<who>[^.;]*)",
    re.IGNORECASE,
)
# Matches people who have left before the rest of the sentence, which does not show them: “When they have
# gone, …”.
ONCE_GONE = compile_lazily(
    r"\b(?:when|once|after|as soon as|now that) (?P<who>[^,.;]*?)\s?(?:has|have|had|is|are|['’]s|['’]ve)"
    r" (?:gone|left|walked (?:off|away|out)|driven (?:off|away)|disappeared)\b",
    re.IGNORECASE,
)
# Matches a person who has left; the picture shows only the place: “He's gone.”
IS_GONE = compile_lazily(
    r"(?P<who>[^,.;–—-]{1,30}?)(?:['’]s| is| has| was) (?:already )?gone\s*[.!]", re.IGNORECASE
)
# Matches a photograph or painting of a person, who is not in the room.
PICTURED = compile_lazily(
    r"\b(?:[Oo]n|[Ii]n) (?:the|a|an|his|her|their|[^\W\d_]+['’]s) (?:[a-z-]+ ){0,2}?"
    r"(?:screen|television|tv|TV|monitor|photo|photograph|portrait|picture|painting|poster|laptop|tablet|video)\b"
    r"(?=[:,]| (?:is|are)\b)"
)
# Matches sounds that come from another room.
ELSEWHERE = compile_lazily(
    r"(?:And |But |Then )?(?:Overhead|Upstairs|Downstairs|Next door|Off"
    r"|From (?:upstairs|downstairs|above|below|next door|outside|(?:the|another) [a-z -]+?)"
    r"|(?:In|Through) the (?:next room|wall|ceiling|floor)"
    r"|Somewhere)\b[^.]*?,",
    re.IGNORECASE,
)
# Matches a picture of another place, which shows nobody of this scene.
FAR = compile_lazily(
    r"(?:Far (?:off|away|below|above|down|up|out|behind|ahead)\b|In the distance\b"
    r"|Beyond (?:the|him|her|them)\b"
    r"|(?:Up|Down|Over|Away|Out|Back) (?:on|in|by|at|along) the\b|Across (?:the|from)\b|Overhead\b|Upstairs\b"
    r"|Downstairs\b|Outside\b|Somewhere\b|Elsewhere\b|On the (?:other|far|opposite) side\b|High above\b"
    r"|Meanwhile\b)",
)

# Verbs of searching, calling or waiting. A person named after such a verb and “for” is not in the picture:
# “They look for Anna.”
_SOUGHT_WORDS = """look looks looking search searches searching hunt hunts hunting ask asks asking call calls
calling shout shouts shouting wait waits waiting listen listens listening"""
_SOUGHT = frozenset(_SOUGHT_WORDS.split())
_FAR_WORDS = "writes writing hears hearing prays praying telephones phones texts dials rings imagines"
_FAR_OFF = frozenset(_FAR_WORDS.split())
_LETTERED = frozenset(["says", "reads", "saying", "reading", "marked", "labelled", "labeled", "stamped"])
_THOUGHT = frozenset(["remembers", "misses", "imagines", "recalls", "mentions"])
_SPOKEN = frozenset(
    ["talks", "talk", "speaks", "thinks", "dreams", "asks", "sings", "reads", "writes", "jokes"]
)
_RELATIVE = frozenset(["where", "that", "which", "when"])


def is_absent_object(keys: Sequence[str], at: int, end: int) -> bool:
    """Return True if the words around a name show that the person is not here: the person is only written to
    or heard from afar, is called after, or was at the spot before. The name is at index `at` and ends before
    index `end`.
    """
    before, verb = keys[max(0, at - 1) : at], keys[max(0, at - 3) : max(0, at - 1)]
    return bool(at) and (
        before == ["after"]
        or not _FAR_OFF.isdisjoint(before)
        or (before == ["to"] and not _FAR_OFF.isdisjoint(verb))
        or (not _RELATIVE.isdisjoint(before) and (not keys[end:] or keys[end] in WAS))
    )


def is_searched_for(keys: Sequence[str], at: int) -> bool:
    """Return True if the name at index `at` is the object of a search or a call: “They look for the Blue
    Devil.”
    """
    ahead = keys[: at - 1] if keys[max(0, at - 1) : at] == ["the"] else keys[:at]
    return ahead[-1:] == ["for"] and not _SOUGHT.isdisjoint(ahead[-4:-1])


def is_only_thought_of(keys: Sequence[str], at: int) -> bool:
    """Return True if the person named at index `at` is only thought or talked about: “Tom remembers Anna as a
    girl.”
    """
    before = keys[at - 1] if at else ""
    return before in _THOUGHT or (before == "about" and at > 1 and keys[at - 2] in _SPOKEN)


def is_lettering(tokens: Sequence[str], at: int) -> bool:
    """Return True if the name at index `at` is written on something: “A card that says TOM.”"""
    return at > 0 and tokens[at - 1].casefold() in _LETTERED and tokens[at].isupper()


def find_viewer(text: str, actions: Sequence[ActionSentence]) -> str:
    """Return the person whose view the picture shows and who is therefore not in it (ANNA'S POV), or an empty
    string.
    """
    view = VIEW.match(text)
    if view is None or not actions:
        return ""
    mentions = actions[0].mentions
    viewer = next((each.name for each in mentions if each.start < view.end()), "")
    rest = [each for each in mentions if each.start >= view.end()]
    rest += [each for other in actions[1:] for each in other.mentions]
    return "" if any(each.name == viewer and not each.owner for each in rest) else viewer
