"""Checks of appearance for contradictions: two ages in one era, two colours of the same hair."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.consistency.marks import ConsistencyMark, MarkKind
from milimo_tui.story.consistency.story_content import CheckedScene
from milimo_tui.story.values.shot_words import Era

_COLOURS = "black|dark|brown|auburn|chestnut|red|ginger|blond|blonde|fair|grey|gray|white|silver"
_HAIR = compile_lazily(
    rf"\b({_COLOURS})(?:[ -]haired\b|[ -](?:[a-z]+ )?hair\b)|\bhair (?:is |was )?({_COLOURS})\b",
    re.IGNORECASE,
)
_AGE = compile_lazily(
    r"^\s*(?:\(|,\s*)(?:aged? )?(\d{1,3})\b(?!\s*(?:%|km|m\b|feet|st\b|nd\b|rd\b|th\b))", re.IGNORECASE
)
_CHANGES = compile_lazily(
    r"\b(?:dye[sd]?|wigs?|bleach(?:es|ed)?|shav(?:es|ed)|grey now|older|aged|disguised?)\b", re.IGNORECASE
)
_SAME = {
    "blonde": "blond", "fair": "blond", "gray": "grey", "silver": "grey", "dark": "black", "ginger": "red",
}  # fmt: skip


def find_contradicting_looks(
    scenes: Sequence[CheckedScene], shown: dict[str, str]
) -> Iterator[ConsistencyMark]:
    """Yield a mark where a person's age or hair colour contradicts an earlier sentence about the person.

    A contradiction is not marked if the script has mentioned a reason for changes of this person before it,
    such as a wig, dye or ageing. The reason counts for all people who are named or visible at that moment, or
    for everyone if there is nobody. Scenes of other eras, such as flashbacks, are skipped, because people
    have other ages there. `shown` maps case-folded names to names as written.
    """
    known: dict[str, dict[str, tuple[str, int]]] = defaultdict(dict)
    explained: set[str] = set()  # the people for whom a reason was mentioned
    for scene in scenes:
        if scene.era is not Era.PRESENT:
            continue
        for moment in scene.moments:
            if _CHANGES.search(moment.text):
                explained |= (moment.named | moment.seen) or set(shown)
            sentences = [(text, name, len(names) == 1) for text, names in moment.sentences for name in names]
            for text, name, alone in sentences:
                if name not in shown:
                    continue
                for what, value in _read_age_and_hair(text, shown[name], alone=alone):
                    before = known[name].setdefault(what, (value, moment.line))
                    if before[0] == value or name in explained:
                        continue
                    yield ConsistencyMark(
                        kind=MarkKind.LOOK,
                        line=moment.line,
                        who=shown[name],
                        words=f"{what} {value}",
                        other=before[1],
                        sentence=f"{shown[name]}’s {what} is {value} here, and {before[0]} before",
                    )


def _read_age_and_hair(text: str, name: str, *, alone: bool) -> Iterator[tuple[str, str]]:
    """Yield the age and hair colour that a text gives to the person `name`, as pairs such as ("age", "34").
    The age must follow the name. The hair colour is only read if `alone` is True, which means that the text
    is about this person only.
    """
    for found in re.finditer(rf"\b{re.escape(name)}\b", text, re.IGNORECASE):
        if age := _AGE.match(text[found.end() :]):
            yield "age", age[1]
            break
    if alone and (hair := _HAIR.search(text)):
        colour = (hair[1] or hair[2]).lower()
        yield "hair", _SAME.get(colour, colour)
