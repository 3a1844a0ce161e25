"""Who is named and yet not in the picture: whose view it is, who is said not to be there, who has gone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from milimo_tui.story.reading.moment import Told

# What the camera takes the place of is not before it: ANNA'S POV, her view, what he sees.
VIEW = re.compile(
    r"(?:(?P<whose>\S.{0,30}?)['’]S? |(?P<his>his|her|their) )"
    r"(?:P\.? ?O\.? ?V\b\.?|point of view\b|view\b(?=\s*(?:[,:.]|[-–—])))"
    r"|(?:what|all) (?P<who>\w+) sees?\b(?=\s*[:.,–—-])"
    r"|through (?P<eyes>his|her|their|\w+['’]s) eyes\b",
    re.IGNORECASE,
)
# “No Anna.”, “It isn't Tom.”: a name is denied, not shown.
DENIED = re.compile(
    r"(?:^|[.;:,!?–—-]\s*)no\s+$|\bno (?:sign|trace) of\s+$|\b(?:without|instead of)\s+$"
    r"|\b(?:it|this|that)(?: (?:is|was)n['’]t|(?:['’]s| is| was) not)\s+$",
    re.IGNORECASE,
)
# “Where Vera can't see”, “unnoticed by Tom”: who does not see it is not in the picture of it.
UNAWARE = re.compile(
    r"\b(?:unseen|unnoticed|unobserved|unwatched|unheard|undetected) by (?P<by>[^,.;]+)"
    r"|\bhidden from (?P<hidden>[^,.;]+)"
    r"|\b(?:where|while|when|as|so that|because|since) (?P<who>[^,.;]*?)\s"
    r"(?:can['’]t|(?:can|could|do|does|did|is|are|was|were|has|have|had)(?:n['’]t| not)|cannot|no longer|never)"
    r"(?: \w+)?? (?:see|sees|seen|look|looking|looked|watch|watching|notice|noticed|noticing|hear|heard|listening)\b",
    re.IGNORECASE,
)
# “Everybody but Mags”, “all of them except Tom”: the others are meant.
ALL_BUT = re.compile(
    r"\b(?:every(?:body|one)|all(?: of them)?|(?:they|them|the others) all|the (?:others|rest))\b"
    r"(?: (?-i:[a-z]+),)? (?:but|except(?: for)?|save(?: for)?|apart from|other than|bar) (?P<who>[^.;]*)",
    re.IGNORECASE,
)
# “When they have gone, …”: what comes after shows them no more.
ONCE_GONE = re.compile(
    r"\b(?:when|once|after|as soon as|now that) (?P<who>[^,.;]*?)\s?(?:has|have|had|is|are|['’]s|['’]ve)"
    r" (?:gone|left|walked (?:off|away|out)|driven (?:off|away)|disappeared)\b",
    re.IGNORECASE,
)
# “He's gone.” shows where he was.
IS_GONE = re.compile(
    r"(?P<who>[^,.;–—-]{1,30}?)(?:['’]s| is| has| was) (?:already )?gone\s*[.!]", re.IGNORECASE
)
# Where a picture is that shows none of those who are here.
FAR = re.compile(
    r"(?:Far (?:off|away|below|above|down|up|out|behind|ahead)\b|In the distance\b"
    r"|Beyond (?:the|him|her|them)\b"
    r"|(?:Up|Down|Over|Away|Out|Back) (?:on|in|by|at|along) the\b|Across (?:the|from)\b|Overhead\b|Upstairs\b"
    r"|Downstairs\b|Outside\b|Somewhere\b|Elsewhere\b|On the (?:other|far|opposite) side\b|High above\b"
    r"|Meanwhile\b)",
)


def viewer(text: str, told: Sequence[Told]) -> str:
    """Whose view a picture is and who is not in it: ANNA'S POV; empty for nobody."""
    view = VIEW.match(text)
    if view is None or not told:
        return ""
    mentions = told[0].mentions
    who = next((each.name for each in mentions if each.start < view.end()), "")
    rest = [each for each in mentions if each.start >= view.end()]
    rest += [each for other in told[1:] for each in other.mentions]
    return "" if any(each.name == who and not each.owner for each in rest) else who
