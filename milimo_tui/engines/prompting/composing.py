"""What composers share: people and places in words, and parts as a person reworded them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from milimo_tui.engines.contract.meaning import Seen, ShotMeaning, Spoken
from milimo_tui.engines.prompting.feeling_words import made_visible, tone_of
from milimo_tui.engines.prompting.framing_words import without_sizes
from milimo_tui.engines.prompting.script_marks import seen_first, sentence, unmarked
from milimo_tui.story.elements.prompt import Prompt, PromptPart

SCRIPT = "the script"
MOST_PEOPLE = 4  # described one by one; of more the rest are counted
_PRONOUN = re.compile(r"^(?:he|she)\b", re.IGNORECASE)
_STANDS = {
    "left": "on the left of the frame",
    "centre": "in the middle of the frame",
    "right": "on the right of the frame",
}
_VOICES = {
    "off screen": "{name}, who is off screen and not in the frame, is heard",
    "voice-over": "the voice of {name}, who is not seen speaking, is heard as a voice-over",
    "phone": "the voice of {name} is heard over the telephone, thin and filtered,",
    "on a screen": "{name} is heard from a screen in the room",
}


def happening(meaning: ShotMeaning) -> str:
    """What happens, as prose without marks, feelings as what is seen of them."""
    text = made_visible(without_sizes(seen_first(unmarked(meaning.action))))
    if meaning.people:
        text = _PRONOUN.sub(meaning.people[0].name, text, count=1)
    return sentence(text)


def person(one: Seen, *, placed: bool) -> str:
    """Somebody in the frame, by what is visible: `Delia, 38, in blue scrubs, is on the left of the frame.`"""
    visible = without_sizes(unmarked(one.visible)).strip(" .,;")
    what = visible
    where = _STANDS.get(one.stands, "in the frame") if placed else "in the frame"
    if what:
        return f"{one.name}, {what}, is {where}."
    return f"{one.name} is {where}." if placed else ""


def people(meaning: ShotMeaning) -> tuple[str, str]:
    """Everybody in the frame in sentences, and where their words come from."""
    shown = meaning.people[:MOST_PEOPLE]
    text = " ".join(filter(None, (person(one, placed=len(meaning.people) > 1) for one in shown)))
    if rest := meaning.people[MOST_PEOPLE:]:
        text += f" Behind them are {listed([one.name for one in rest])}."
    return text, ", ".join(dict.fromkeys(one.source for one in shown if one.source)) or SCRIPT


def speech(lines: Sequence[Spoken]) -> str:
    """Who says what in which tone; a voice from elsewhere says that it is."""
    out: list[str] = []
    for line in lines:
        name = unmarked(line.name).strip() or "somebody"
        tone = tone_of(line.tone)
        words = f"“{unmarked(line.text).strip(' “”')}”"
        how = f" {tone}" if tone else ""
        if line.heard in _VOICES:
            voice = _VOICES[line.heard].format(name=name)
            out.append(sentence(f"{voice}{how}: {words}"))
        else:
            out.append(sentence(f"{name} says{how}: {words}"))
    return " ".join(out)


def listed(names: Sequence[str]) -> str:
    """Names as a person lists them."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def where(meaning: ShotMeaning) -> str:
    """The name of the place: `the kitchen of Pryce House`."""
    place, part = unmarked(meaning.place), unmarked(meaning.part)
    if place and part:
        return f"{part}, {place}"
    return place or part


def joined(meaning: ShotMeaning, parts: Iterable[PromptPart]) -> Prompt:
    """The prompt of parts, each as a person reworded it, or left out."""
    kept = []
    for part in parts:
        if part.role in meaning.reworded:
            text = meaning.reworded[part.role]
            part = PromptPart(part.role, sentence(text), f"by hand, for the {meaning.by[part.role]}")
        if part.text:
            kept.append(part)
    return Prompt(" ".join(part.text for part in kept), meaning.negative, tuple(kept))


def count(parts: Iterable[PromptPart]) -> int:
    """Words of all parts together."""
    return sum(len(part.text.split()) for part in parts)
