"""Looks that were found in the script, each with the rule that found it."""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.story.values.shot_words import Era


@dataclass(frozen=True, slots=True)
class LookRule:
    """A rule by which a look is found: how certain the rule is (0 to 1), and its reason in words for the
    user.
    """

    sure: float
    reason: str


INTRODUCED = LookRule(0.95, "described where they are introduced")
READ = LookRule(0.95, "the reading describes it")
QUOTED = 72  # Maximum number of characters of the script that a doubt quotes.
PRONOUNS = frozenset({"he", "she", "they", "him", "her", "them"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LookDraft:
    """A look that was found in the script. It applies from one sentence of the script until the next look of
    the same person. `action` is the action that contains this sentence, or empty if the look applies from the
    beginning of a scene.

    `role`, `features` and `garments` are the parts of an introduction: the words for the person, for the face
    and hair, and all words for clothes. Clothes may also be a part of the words of another field.
    """

    name: str
    line: int
    end_line: int
    scene_line: int
    action: str  # The action of the shot that shows the look.
    quote: str
    opens: bool  # True for the person's first look, which applies to its entire scene.
    era: Era
    age: str = ""
    wardrobe: str = ""
    hair: str = ""
    condition: str = ""
    text: str = ""
    role: str = ""
    features: str = ""
    garments: str = ""
    rule: LookRule = INTRODUCED


def shorten_quote(words: str) -> str:
    """Return words of the script, shortened to the length that a doubt quotes."""
    return words if len(words) <= QUOTED else f"{words[: QUOTED - 1].rstrip()}…"
