"""Checks of descriptions that the user wrote: the script gives the same thing another colour, or the person
another age.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.consistency.marks import ConsistencyMark, MarkKind
from milimo_tui.story.consistency.story_content import CheckedScene
from milimo_tui.story.looks.looks import join_look_words
from milimo_tui.story.values.film import Element, Look
from milimo_tui.story.values.number_words import NUMBER_WORDS, parse_number_words
from milimo_tui.story.values.text import fold

_COLOURS = (
    "black|white|red|crimson|scarlet|blue|navy|green|yellow|golden|blond|blonde|gr[ae]y|silver|brown|auburn|"
    "purple|violet|pink|orange|beige|turquoise"
)
# A colour, and up to three words of which the last one is the thing: “red woollen winter coat”.
_COLOURED = compile_lazily(
    rf"\b({_COLOURS})((?:[ -](?!(?:and|with|or|in|on|is|are)\b)[^\W\d_]+){{1,3}})(?=\W|$)", re.IGNORECASE
)
_ABOUT_PERSON = compile_lazily(
    r"\b(?:in|wear(?:s|ing)?|wore|h(?:er|is)|their)\s+(?:an? |the )?$", re.IGNORECASE
)
# After these words, a person has other clothes than before.
_PUTS_ON = compile_lazily(
    r"\b(?:puts?|pull(?:s|ed)?|slip(?:s|ped)?|chang(?:es?|ed)|swap(?:s|ped)?|don(?:s|ned)?|dye[sd]?|wigs?)\b",
    re.IGNORECASE,
)
_AGE = compile_lazily(
    rf"(?:^|\baged? |\bof )(\d{{1,3}}|(?:{NUMBER_WORDS}))(?=\s*(?:,|$|years?\b|-year))"
    r"|\b(\d{1,3})[ -]years?[ -]old\b",
    re.IGNORECASE,
)
_SAME = {
    "gray": "grey", "silver": "grey", "blonde": "blond", "golden": "blond", "crimson": "red",
    "scarlet": "red",
}  # fmt: skip


def find_contradicting_descriptions(
    scenes: Sequence[CheckedScene], elements: Sequence[Element], looks: Sequence[Look]
) -> Iterator[ConsistencyMark]:
    """Yield a mark for each thing of which the user's description of a character and the script give
    different colours, and for different ages. Only the first words of the script about a thing count, because
    a person can change clothes later. `looks` are the looks of the film.
    """
    for element in elements:
        mine = [look for look in looks if look.element == element.id]
        described = _read_things(", ".join(_list_user_descriptions(element, mine)))
        if not described:
            continue
        reported: set[str] = set()
        for line, things in _list_script_things(scenes, element, mine):
            for thing in things.keys() & described.keys() - reported:
                reported.add(thing)
                if things[thing] != described[thing]:
                    yield _make_mark(element, line, thing, things[thing], described[thing])


def _make_mark(element: Element, line: int, thing: str, value: str, by_user: str) -> ConsistencyMark:
    return ConsistencyMark(
        kind=MarkKind.LOOK,
        line=line,
        who=element.name,
        words=f"{value} {thing}",
        sentence=f"{element.name}’s {thing} is {value} here, and {by_user} in the description of "
        f"{element.trigger} that you set",
    )


def _list_user_descriptions(element: Element, looks: Sequence[Look]) -> Iterator[str]:
    """Yield the description of a character and its looks for the complete film, as far as the user set
    them.
    """
    found = {look.text for look in looks if look.found}
    if element.description and not element.found and element.description not in found:
        yield element.description
    for look in looks:
        if not look.found and not look.begins and not look.ends:
            yield join_look_words(look)


def _list_script_things(
    scenes: Sequence[CheckedScene], element: Element, looks: Sequence[Look]
) -> list[tuple[int, Mapping[str, str]]]:
    """Return the coloured things and the age that the script gives a character, each with the line."""
    rows = [(look.line, _read_things(join_look_words(look))) for look in looks if look.found and look.line]
    name = fold(element.name)
    for scene in scenes:
        for moment in scene.moments:
            for sentence, names in moment.sentences:
                if names == {name} and not _PUTS_ON.search(sentence):
                    rows.append((moment.line, _read_things(sentence, only_worn=True)))
    return sorted(rows, key=lambda row: row[0])


def _read_things(text: str, *, only_worn: bool = False) -> dict[str, str]:
    """Return the colour of each thing in a text, and the age under the key `age`. With `only_worn`, only
    things that a sentence gives to a person count, and no age.
    """
    out: dict[str, str] = {}
    for found in _COLOURED.finditer(text):
        if only_worn and not _ABOUT_PERSON.search(text[: found.start()]):
            continue
        colour = fold(found[1])
        out.setdefault(fold(re.split(r"[ -]", found[2])[-1]), _SAME.get(colour, colour))
    if not only_worn and (age := _AGE.search(text)):
        number = age[1] or age[2]
        out["age"] = number if number.isdigit() else str(parse_number_words(number))
    return out
