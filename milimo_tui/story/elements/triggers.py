"""Trigger words, such as @Mara, which stand for an element in a text: creation from names, validation, and
expansion to descriptions.

Texts are compared in canonical Unicode, without case. The longest matching trigger wins, and replaced text is
not searched again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from unicodedata import normalize

from milimo_tui.core.errors import BadInput
from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.values.film import Element
from milimo_tui.story.values.text import fold

_LETTERS = compile_lazily(r"[^\W_]+")
_TRIGGER = compile_lazily(r"@[\w-]{1,60}")


def make_default_trigger(name: str) -> str:
    """Return `@` and the letters and digits of a name, each word capitalized: Noodle Bar → @NoodleBar,
    O'Brien → @OBrien.
    """
    parts = _LETTERS.findall(normalize("NFC", name))
    return "@" + "".join(part[0].upper() + part[1:] for part in parts)


def make_free_trigger(name: str, taken: Collection[str]) -> str:
    """Return a trigger for a name that is not in `taken` (folded triggers)."""
    base = make_default_trigger(name)
    base = base if base != "@" else "@Element"
    trigger, count = base, 1
    while fold(trigger) in taken:
        count += 1
        trigger = f"{base}{count}"
    return trigger


def normalize_trigger(trigger: str, elements: Iterable[Element], own_id: str) -> str:
    """Return a trigger in the form in which it is stored: one `@`, then letters, digits, `_` or `-`.

    `own_id` is the id of the element that gets the trigger. Raises BadInput if the trigger is empty, has
    other characters, or belongs to another element.
    """
    text = "@" + normalize("NFC", trigger).strip().lstrip("@").strip()
    if text == "@":
        raise BadInput("a trigger word can't be empty", "write @ and a word, for example @Mara")
    if not _TRIGGER.fullmatch(text):
        raise BadInput(f"“{text}” can't be a trigger word", "use up to 60 letters, digits, _ and -")
    for element in elements:
        if element.id != own_id and fold(element.trigger) == fold(text):
            raise BadInput(f"{text} is already the trigger word of {element.name}", "choose another @word")
    return text


def expand_triggers(text: str, elements: Iterable[Element], already: Collection[str] = ()) -> str:
    """Return the text with each trigger, such as @Mara, replaced by `Name (Description)`, or by `Name` if the
    element has no description.

    Elements whose id is in `already` were described earlier in the prompt, so only their names are inserted.
    """
    return _replace_each_trigger(
        text, elements, lambda element, trigger: _describe_first_mention(element, already)
    )


def replace_trigger_in_text(text: str, elements: Iterable[Element], id: str, trigger: str) -> str:
    """Return the text in which each trigger of the element with id `id` is replaced by the new `trigger`. All
    other text is unchanged.
    """

    def choose_trigger(element: Element, written: str) -> str:
        return trigger if element.id == id else written

    changed = _replace_each_trigger(text, elements, choose_trigger)
    return changed if changed != normalize("NFC", text) else text


def _replace_each_trigger(text: str, elements: Iterable[Element], put: Callable[[Element, str], str]) -> str:
    """Return the canonical text with each trigger replaced by the result of `put(element, trigger)`."""
    by_trigger = {fold(element.trigger): element for element in elements if fold(element.trigger).strip("@")}
    if not by_trigger or "@" not in text:
        return text

    def replace_match(found: re.Match[str]) -> str:
        # The characters after @ may be longer than the trigger. The longest trigger that ends at a word
        # boundary counts.
        whole = found[0]
        for end in range(len(whole), 1, -1):
            if end < len(whole) and whole[end] != "-":
                continue
            element = by_trigger.get(fold(whole[:end]))
            if element:
                return put(element, whole[:end]) + whole[end:]
        return whole

    return re.sub(r"(?<![\w@])@[\w-]{1,80}", replace_match, normalize("NFC", text))


def describe_element(element: Element) -> str:
    """Return the name of an element with its description in brackets."""
    return _describe_first_mention(element, ())


def _describe_first_mention(element: Element, already: Collection[str]) -> str:
    description = element.description.strip().rstrip(".")
    return element.name if not description or element.id in already else f"{element.name} ({description})"
