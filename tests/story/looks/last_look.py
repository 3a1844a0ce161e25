"""Compare the last look of a character in a screenplay with words that it must contain and words that it must
not contain.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from milimo_tui.story.looks.look_draft import LookDraft
from milimo_tui.story.looks.looks_found import find_looks
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.shots.shots import break_down_script

# The character, the screenplay, the words in the look at its end, and the words that must not be in that
# look.
Passage = tuple[str, str, tuple[str, ...], tuple[str, ...]]


def _looks_in(script: str) -> tuple[LookDraft, ...]:
    scenes = break_down_script(fountain.parse(script.encode()), Fraction(24))
    return find_looks([scene.as_read for scene in scenes])


def _wrong(look: str, said: Sequence[str], unsaid: Sequence[str]) -> list[str]:
    lacks = [f"lacks {words}" for words in said if words.casefold() not in look.casefold()]
    has = [f"has {words}" for words in unsaid if words.casefold() in look.casefold()]
    return [*lacks, *has, look] if lacks or has else []


def wrong_at_end(passage: Passage) -> list[str]:
    """Return the differences between the look at the end of a passage and the expected look; an empty list
    means none.
    """
    name, script, said, unsaid = passage
    looks = [each.text for each in _looks_in(script) if each.name == name]
    return _wrong(looks[-1], said, unsaid) if looks else ["no look"]


def cases_in(text: str) -> list[str]:
    """Return the short screenplays of a text. The line before each gives the character, the expected words
    and the forbidden words, separated by `|`.
    """
    return text.strip().split("\n===\n")


def wrong_in(case: str) -> list[str]:
    """Return the differences between the look at the end of a case and the expectation in its first line."""
    head, _, text = case.partition("\n")
    name, said, unsaid = (each.strip() for each in head.split("|"))
    heading = "" if text.startswith(("INT.", "EXT.")) else "INT. ROOM - DAY\n\n"
    paragraphs = (
        each if each.partition("\n")[0].isupper() else each.replace("\n", " ") for each in text.split("\n\n")
    )
    script = heading + "\n\n".join([*paragraphs, f"{name}\nYes.\n"])
    looks = [each.text for each in _looks_in(script) if each.name.upper() == name]
    return _wrong(looks[-1] if looks else "", _listed(said), _listed(unsaid))


def _listed(words: str) -> list[str]:
    return [each for each in words.split(", ") if each]
