"""Trigger words, such as @Mara, which call an element in a text: made from names, checked, written out.

In canonical Unicode, without case; a trigger is always the longest that fits, and nothing that was put in is
searched again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from unicodedata import normalize

from milimo_tui.core.errors import BadInput
from milimo_tui.core.late_patterns import late
from milimo_tui.story.values.film import Element
from milimo_tui.story.values.text import fold

_LETTERS = late(r"[^\W_]+")
_TRIGGER = late(r"@[\w-]{1,60}")


def default_trigger(name: str) -> str:
    """`@` and the name's letters and digits, each word raised: Noodle Bar → @NoodleBar, O'Brien → @OBrien."""
    parts = _LETTERS.findall(normalize("NFC", name))
    return "@" + "".join(part[0].upper() + part[1:] for part in parts)


def free_trigger(name: str, taken: Collection[str]) -> str:
    """A trigger for a name that is none of those taken (folded)."""
    base = default_trigger(name)
    base = base if base != "@" else "@Element"
    trigger, count = base, 1
    while fold(trigger) in taken:
        count += 1
        trigger = f"{base}{count}"
    return trigger


def check_trigger(trigger: str, elements: Iterable[Element], own_id: str) -> str:
    """The trigger as it is kept: one `@`, then letters, digits, `_` or `-`.

    Raises BadInput when nothing is left, when other characters are in it, or when another element has it.
    """
    text = "@" + normalize("NFC", trigger).strip().lstrip("@").strip()
    if text == "@":
        raise BadInput("a trigger word can't be empty", "write @ and a word, such as @Mara")
    if not _TRIGGER.fullmatch(text):
        raise BadInput(f"“{text}” can't be a trigger word", "use up to 60 letters, digits, _ and -")
    for element in elements:
        if element.id != own_id and fold(element.trigger) == fold(text):
            raise BadInput(f"{text} is the trigger word of {element.name} already", "give it another @word")
    return text


def expand(text: str, elements: Iterable[Element], already: Collection[str] = ()) -> str:
    """The text with each trigger as `Name (Description)`, or `Name` where there is none.

    Elements whose id is in `already` were described before and give their name alone.
    """
    return _each_trigger(text, elements, lambda element, trigger: _described(element, already))


def retriggered(text: str, elements: Iterable[Element], id: str, trigger: str) -> str:
    """The text with another trigger wherever it calls the element of that id; all else as it stands."""

    def put(element: Element, written: str) -> str:
        return trigger if element.id == id else written

    changed = _each_trigger(text, elements, put)
    return changed if changed != normalize("NFC", text) else text


def _each_trigger(text: str, elements: Iterable[Element], put: Callable[[Element, str], str]) -> str:
    """The text with what `put` makes of each trigger in it and of its element, as the text is canonically."""
    by_trigger = {fold(element.trigger): element for element in elements if fold(element.trigger).strip("@")}
    if not by_trigger or "@" not in text:
        return text

    def found_one(found: re.Match[str]) -> str:
        # What follows @ may hold a trigger and more: the longest one that ends at a word's end counts.
        whole = found[0]
        for end in range(len(whole), 1, -1):
            if end < len(whole) and whole[end] != "-":
                continue
            element = by_trigger.get(fold(whole[:end]))
            if element:
                return put(element, whole[:end]) + whole[end:]
        return whole

    return re.sub(r"(?<![\w@])@[\w-]{1,80}", found_one, normalize("NFC", text))


def described(element: Element) -> str:
    return _described(element, ())


def _described(element: Element, already: Collection[str]) -> str:
    description = element.description.strip().rstrip(".")
    return element.name if not description or element.id in already else f"{element.name} ({description})"
