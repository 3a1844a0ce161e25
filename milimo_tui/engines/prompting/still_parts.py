"""Compose the prompt of a still from its parts, in the order that suits a model family: one moment, in prose,
with light and lens.

A still has no camera movement and no speech.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.prompting import composing
from milimo_tui.engines.prompting.action_words import describe_action
from milimo_tui.engines.prompting.composing import SCRIPT
from milimo_tui.engines.prompting.framing_words import (
    describe_lens,
    describe_size,
    describe_viewpoint,
    strip_framing_words,
)
from milimo_tui.engines.prompting.place_names import phrase_place_and_part
from milimo_tui.engines.prompting.place_words import PlaceWords, find_shot_place, is_outside
from milimo_tui.engines.prompting.script_marks import make_sentence, strip_script_marks
from milimo_tui.story.elements.prompt import ComposedPrompt, PromptPart

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

# Camera rigs whose effect is visible in a single picture.
_RIGS = {"aerial": ", high in the air", "underwater": ", below the water's surface"}


def compose_still_prompt(
    meaning: ShotMeaning, order: Sequence[str], plain_style: str = PLAIN_STYLE
) -> ComposedPrompt:
    """Compose the prompt of a still with its parts in `order`. If the user wrote a prompt for the shot, it
    replaces all parts except the style.
    """
    if meaning.own is not None:
        own = [
            PromptPart("style", make_sentence(meaning.style), "the film"),
            PromptPart("prompt", meaning.own, "set by the user"),
        ]
        return composing.join_prompt_parts(replace(meaning, reworded={}), own)
    outside = is_outside(meaning)
    place = find_shot_place(meaning)
    moment = _describe_moment(meaning)
    light, lit_by = composing.describe_light(meaning, place, outside=outside)
    people_words, people_source = composing.describe_people(meaning)
    style = make_sentence(strip_framing_words(meaning.style))
    parts = {
        "action": (PromptPart("action", moment, SCRIPT),),
        "people": (PromptPart("people", people_words, people_source),),
        "camera": (PromptPart("camera", _describe_frame(meaning), "the shot"),),
        "things": (composing.describe_things(meaning, moment),),
        "place": (
            PromptPart(
                "place",
                _describe_still_place(meaning, place, outside),
                composing.describe_place_source(meaning, place),
            ),
        ),
        "layers": tuple(composing.make_layer_parts(meaning, moment)),
        "light": (PromptPart("light", light, lit_by), composing.make_palette_part(meaning)),
        "style": (PromptPart("style", style or plain_style, "the film" if style else "filled: style"),),
    }
    return composing.join_prompt_parts(meaning, [part for name in order for part in parts[name]])


def _describe_moment(meaning: ShotMeaning) -> str:
    text = describe_action(meaning, still=True)
    if text:
        return text
    if meaning.caption:
        return make_sentence(f"Words on a plain dark ground: {composing.quote_exactly(meaning.caption)}")
    if meaning.people:
        return ""
    name = phrase_place_and_part(meaning.place, meaning.part, outside=is_outside(meaning))
    return make_sentence(f"{name} lies still" if name else "An empty place")


def _describe_frame(meaning: ShotMeaning) -> str:
    lens = describe_lens(meaning) or _LENSES.get(meaning.size, "a 50 mm lens")
    view = f"{describe_viewpoint(meaning)}{_RIGS.get(meaning.rig, '')}"
    text = make_sentence(composing.add_focus(meaning, f"A {describe_size(meaning)} {view}, with {lens}"))
    return text.replace("A extreme", "An extreme")


def _describe_still_place(meaning: ShotMeaning, place: PlaceWords, outside: bool) -> str:
    own = make_sentence(strip_framing_words(strip_script_marks(meaning.place_words)))
    background = "" if composing.is_place_described(meaning) else f"The background shows {place.behind}."
    return " ".join(
        filter(None, (composing.describe_setting(meaning, place, outside=outside), own, background))
    )
