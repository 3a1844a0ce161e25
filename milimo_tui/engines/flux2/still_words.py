"""The prompt of a shot's still as FLUX.2 reads best: the subject first, prose, light and lens.

By the makers' prompting guide (2026): natural sentences, the most important first, no negations. A still has
no movement of the camera and no speech; it shows the frame's moment.
"""

from __future__ import annotations

from dataclasses import replace

from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.prompting import composing
from milimo_tui.engines.prompting.action_words import happening
from milimo_tui.engines.prompting.composing import SCRIPT
from milimo_tui.engines.prompting.framing_words import size_of, view_of, without_sizes
from milimo_tui.engines.prompting.place_names import place_in_prose
from milimo_tui.engines.prompting.place_words import PlaceWords, words_for
from milimo_tui.engines.prompting.script_marks import sentence, unmarked
from milimo_tui.story.elements.prompt import Prompt, PromptPart

PLAIN_STYLE = "A photographic still from a live-action film, with natural colours and fine grain."
_LENSES = {
    "ECU": "a macro lens, the depth of field very shallow",
    "CU": "an 85 mm lens, the background soft",
    "MCU": "a 75 mm lens, the background soft",
    "MS": "a 50 mm lens",
    "MLS": "a 40 mm lens",
    "FS": "a 35 mm lens",
    "LS": "a 28 mm lens, deep focus",
    "WS": "a 24 mm lens, deep focus",
    "EWS": "an 18 mm lens, deep focus",
}


def still(meaning: ShotMeaning) -> Prompt:
    """Compose it. A prompt of the shot's own takes the place of all but the style."""
    if meaning.own is not None:
        own = [
            PromptPart("style", sentence(meaning.style), "the film"),
            PromptPart("prompt", meaning.own, "by hand"),
        ]
        return composing.joined(replace(meaning, reworded={}), own)
    outside = meaning.setting.startswith("EXT")
    place = words_for(meaning.part, meaning.place, outside=outside)
    moment = _moment(meaning)
    light, lit_by = composing.lighting(meaning, place, outside=outside)
    who, whose = composing.people(meaning)
    style = sentence(without_sizes(meaning.style))
    parts = [
        PromptPart("action", moment, SCRIPT),
        PromptPart("people", who, whose),
        PromptPart("camera", _frame(meaning), "the shot"),
        PromptPart("place", _place(meaning, place, outside), f"{SCRIPT}, filled: {place.name}"),
        PromptPart("light", light, lit_by),
        PromptPart("style", style or PLAIN_STYLE, "the film" if style else "filled: style"),
    ]
    return composing.joined(meaning, parts)


def _moment(meaning: ShotMeaning) -> str:
    text = happening(meaning, still=True)
    if text:
        return text
    if meaning.caption:
        return sentence(f"Words on a plain dark ground: “{unmarked(meaning.caption)}”")
    if meaning.people:
        return ""
    name = place_in_prose(meaning.place, meaning.part, outside=meaning.setting.startswith("EXT"))
    return sentence(f"{name} lies still" if name else "An empty place")


def _frame(meaning: ShotMeaning) -> str:
    text = sentence(
        f"A {size_of(meaning)} {view_of(meaning)}, with {_LENSES.get(meaning.size, 'a 50 mm lens')}"
    )
    return text.replace("A extreme", "An extreme")


def _place(meaning: ShotMeaning, place: PlaceWords, outside: bool) -> str:
    own = sentence(without_sizes(unmarked(meaning.place_words)))
    layers = " ".join(
        sentence(without_sizes(unmarked(words)))
        for layer, words in meaning.layers.items()
        if layer not in ("light", "sound")
    )
    behind = "" if own or layers or composing.is_card(meaning) else f"The background shows {place.behind}."
    return " ".join(filter(None, (composing.setting(meaning, place, outside=outside), own, layers, behind)))
