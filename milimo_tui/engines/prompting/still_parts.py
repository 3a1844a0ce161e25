"""The parts of a still's prompt in a family's order: one moment, in prose, with light and lens.

A still has no camera movement and no speech; it shows one moment of the frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.prompting import composing
from milimo_tui.engines.prompting.action_words import happening
from milimo_tui.engines.prompting.composing import SCRIPT
from milimo_tui.engines.prompting.framing_words import lens_of, size_of, view_of, without_sizes
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


def still_prompt(meaning: ShotMeaning, order: Sequence[str], plain_style: str = PLAIN_STYLE) -> Prompt:
    """Compose the prompt in that order of parts. A prompt of the shot's own replaces all parts but the
    style.
    """
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
    parts = {
        "action": (PromptPart("action", moment, SCRIPT),),
        "people": (PromptPart("people", who, whose),),
        "camera": (PromptPart("camera", _frame(meaning), "the shot"),),
        "things": (composing.things(meaning, moment),),
        "place": (
            PromptPart("place", _place(meaning, place, outside), composing.place_source(meaning, place)),
        ),
        "layers": tuple(composing.layers(meaning, moment)),
        "light": (PromptPart("light", light, lit_by), composing.palette(meaning)),
        "style": (PromptPart("style", style or plain_style, "the film" if style else "filled: style"),),
    }
    return composing.joined(meaning, [part for name in order for part in parts[name]])


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
    lens = lens_of(meaning) or _LENSES.get(meaning.size, "a 50 mm lens")
    text = sentence(f"A {size_of(meaning)} {view_of(meaning)}, with {lens}")
    return text.replace("A extreme", "An extreme")


def _place(meaning: ShotMeaning, place: PlaceWords, outside: bool) -> str:
    own = sentence(without_sizes(unmarked(meaning.place_words)))
    behind = "" if composing.is_described(meaning) else f"The background shows {place.behind}."
    return " ".join(filter(None, (composing.setting(meaning, place, outside=outside), own, behind)))
