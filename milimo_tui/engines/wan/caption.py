"""The prompt of a shot for Wan 2.2: the look in a few words first, then who does what, and where.

The order follows the authors' instructions for rewriting prompts (`wan/utils/system_prompt.py`, 2026). The
style comes first; then what is known of time, light, size, angle and composition, in the terms of a list;
then the subjects by their visible features, the complete course of their actions, and the background with its
movement. Moods are left out. The length is 60 to 200 words. The model has no sound: sounds are not described,
and speakers move their lips.
"""

from __future__ import annotations

from dataclasses import replace

from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.prompting import composing, light_words
from milimo_tui.engines.prompting.action_words import happening
from milimo_tui.engines.prompting.composing import SCRIPT
from milimo_tui.engines.prompting.framing_words import lens_of, movement_of, size_of, view_of, without_sizes
from milimo_tui.engines.prompting.place_names import place_in_prose
from milimo_tui.engines.prompting.place_words import PlaceWords, words_for
from milimo_tui.engines.prompting.script_marks import sentence, unmarked
from milimo_tui.story.elements.prompt import Prompt, PromptPart

LEAST, MOST = 60, 200  # words


def caption(meaning: ShotMeaning) -> Prompt:
    """Compose the prompt. A custom prompt of the shot replaces all parts except the style."""
    if meaning.own is not None:
        own = [
            PromptPart("style", sentence(meaning.style), "the film"),
            PromptPart("prompt", meaning.own, "by hand"),
        ]
        return composing.joined(replace(meaning, reworded={}), own)
    outside = meaning.setting.startswith("EXT")
    place = words_for(meaning.part, meaning.place, outside=outside)
    action = _action(meaning)
    who, whose = composing.people(meaning)
    light, lit_by = composing.lighting(meaning, place, outside=outside)
    parts = [
        PromptPart("style", sentence(without_sizes(meaning.style)), "the film"),
        PromptPart("camera", _camera(meaning, outside=outside), "the shot"),
        PromptPart("action", action, SCRIPT),
        PromptPart("people", who, whose),
        PromptPart("speech", _speaking(meaning), SCRIPT),
        composing.things(meaning, action),
        PromptPart("place", _place(meaning, place, outside), composing.place_source(meaning, place)),
        *composing.layers(meaning, action),
        PromptPart("light", light, lit_by),
        composing.palette(meaning),
    ]
    return _filled(meaning, parts, place)


def _camera(meaning: ShotMeaning, *, outside: bool) -> str:
    """Return the look in the authors' list form, and the camera's movement."""
    if composing.is_card(meaning):
        look = f"{size_of(meaning)}, center composition"
    else:
        time = "night time" if light_words.is_dark(meaning.time_of_day) else "day time"
        if "DAWN" in meaning.time_of_day.upper():
            time = "dawn time"
        look = f"{time}, {size_of(meaning)}, {view_of(meaning)}"
    lens = lens_of(meaning)
    look += f", {lens}" if lens else ""
    return sentence(f"{look}; {movement_of(meaning, composing.subject_of(meaning))}")


def _action(meaning: ShotMeaning) -> str:
    text = happening(meaning)
    if text:
        return text
    if meaning.caption:
        return sentence(f"Words stand still on a plain dark ground: “{unmarked(meaning.caption)}”")
    if meaning.people:
        return f"{meaning.people[0].name} breathes and moves a little."
    name = place_in_prose(meaning.place, meaning.part, outside=meaning.setting.startswith("EXT"))
    return sentence(f"{name or 'the place'} lies still")


def _speaking(meaning: ShotMeaning) -> str:
    """Return a sentence on who is seen to speak: words can't be heard, but lips move."""
    seen = {one.name.casefold() for one in meaning.people}
    told = (one.name for one in meaning.lines if not one.heard and one.name.casefold() in seen)
    names = list(dict.fromkeys(told))
    if not names:
        return ""
    return sentence(f"{composing.listed(names)} {'speak' if len(names) > 1 else 'speaks'}, lips moving")


def _place(meaning: ShotMeaning, place: PlaceWords, outside: bool) -> str:
    own = sentence(without_sizes(unmarked(meaning.place_words)))
    return " ".join(filter(None, (composing.setting(meaning, place, outside=outside), own)))


def _filled(meaning: ShotMeaning, parts: list[PromptPart], place: PlaceWords) -> Prompt:
    """Return the prompt, extended with the movement and the background of the place if the prompt is
    short.
    """
    prompt = composing.joined(meaning, parts)
    if composing.is_card(meaning) or "place" in meaning.reworded:
        return prompt
    for words in (f"Nearby, {place.moves}.", f"The background shows {place.behind}."):
        if len(prompt.text.split()) >= LEAST:
            break
        parts = [
            replace(part, text=f"{part.text} {words}".strip(), source=f"{part.source}, filled: {place.name}")
            if part.role == "place"
            else part
            for part in parts
        ]
        prompt = composing.joined(meaning, parts)
    return prompt
