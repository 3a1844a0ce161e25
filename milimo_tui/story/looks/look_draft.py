"""Changes of looks that were found in the script, each with the rule that found it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from milimo_tui.story.reading.moment import ActionSentence, Mention
from milimo_tui.story.values.shot_words import Era


@dataclass(frozen=True, slots=True)
class LookRule:
    """A rule by which a change of look is found in the script: how certain the rule is (0 to 1), and its
    reason in words for the user.
    """

    sure: float
    reason: str


LISTED = LookRule(0.95, "listed where they are introduced")
INTRODUCED = LookRule(0.85, "described where they are introduced")
BY_NAME = LookRule(0.8, "described by name")
WITHOUT_NAME = LookRule(0.7, "described after the name, without a name")
BY_PRONOUN = LookRule(0.6, "described by a pronoun")
OF_SEVERAL = LookRule(0.6, "described for several people")
UNCOVERED = LookRule(0.6, "visible under an opened garment")
TIME_WENT_ON = LookRule(0.6, "time has passed")
HANDED_OVER = LookRule(0.5, "handed to another person")
LAID_DOWN = LookRule(0.5, "it was put down")
STRANGER = LookRule(0.5, "described for a stranger, who speaks next")
SURE_ENOUGH = 0.75  # A change with at least this certainty raises no doubt.
QUOTED = 72  # Maximum number of characters of the script that a doubt quotes.
PRONOUNS = frozenset({"he", "she", "they", "him", "her", "them"})
# If an introduction gives at least this number of features, it counts as a list, which is more certain than
# other descriptions.
LIST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class LookDraft:
    """A look that was found in the script. It applies from one sentence of the script until the next look of
    the same person. `action` is the action that contains this sentence, or empty if the look applies from the
    beginning of a scene.
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
    # The words for a state (such as “soaked”) that ends with this look because time has passed.
    ended: str = ""
    rule: LookRule = BY_NAME
    # For a first look, the line of an earlier scene from which the look already applies. It is set if the
    # person was seen there without a description and no time has passed since; otherwise it is 0.
    since: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadLookSentence:
    """A sentence with words for clothes, hair or a state that were not added to any look. The user may have
    to read it.
    """

    name: str
    line: int
    end_line: int
    scene_line: int
    action: str
    quote: str


@dataclass(frozen=True, slots=True)
class LooksRead:
    """The results of reading a script: the looks that were found, in script order, and the sentences that may
    describe a look but could not be interpreted.
    """

    drafts: tuple[LookDraft, ...]
    unread: tuple[UnreadLookSentence, ...]


def shorten_quote(words: str) -> str:
    """Return words of the script, shortened to the length that a doubt quotes."""
    return words if len(words) <= QUOTED else f"{words[: QUOTED - 1].rstrip()}…"


def choose_look_rule(
    action: ActionSentence, subjects: Sequence[Mention], introduced: bool, added: int, several: str
) -> LookRule:
    """Return the rule that describes how a sentence changed a person's look. `added` is the number of new
    facts about the look. `several` has the words about everybody present, or is empty. The rule decides how
    certain the change is.
    """
    if introduced:
        return LISTED if added >= LIST else INTRODUCED
    if several:
        return OF_SEVERAL
    if not subjects:
        return WITHOUT_NAME
    by = {action.sentence[each.start : each.end].casefold() for each in subjects}
    return BY_PRONOUN if by & PRONOUNS else BY_NAME
