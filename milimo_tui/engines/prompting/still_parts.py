"""Compose the prompt of a still from its parts, in the order that suits a model family: one moment, in prose.

A still has no camera movement and no speech.
"""

from __future__ import annotations

from collections.abc import Sequence

from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.prompting import composing
from milimo_tui.engines.prompting.action_words import describe_action
from milimo_tui.engines.prompting.composing import SCRIPT
from milimo_tui.engines.prompting.framing_words import describe_shot_framing, strip_framing_words
from milimo_tui.engines.prompting.script_marks import make_sentence
from milimo_tui.story.elements.prompt import ComposedPrompt, PromptPart

MOST = 220  # largest number of words in a prompt
# Without a style of the film, this sentence says that the picture is a photograph and no drawing.
_PLAIN_STYLE = "A photographic still from a live-action film."
# Camera rigs whose effect is visible in a single picture.
_RIGS = {"aerial": ", high in the air", "underwater": ", below the water's surface"}


def compose_still_prompt(meaning: ShotMeaning, order: Sequence[str]) -> ComposedPrompt:
    """Compose the prompt of a still with its parts in `order`. If the user wrote a prompt for the shot, it
    replaces all parts except the style.
    """
    if (own := composing.make_own_prompt(meaning)) is not None:
        return own
    moment = describe_action(meaning, still=True)
    action = " ".join(filter(None, (moment, composing.describe_caption(meaning))))
    people_words, people_source = composing.describe_people(meaning)
    style = make_sentence(strip_framing_words(meaning.style))
    parts = {
        "action": (PromptPart("action", action, SCRIPT),),
        "people": (PromptPart("people", people_words, people_source),),
        "camera": (PromptPart("camera", _describe_frame(meaning), "the shot"),),
        "things": (composing.describe_things(meaning, moment),),
        "place": (composing.make_place_part(meaning),),
        "layers": tuple(composing.make_layer_parts(meaning, moment)),
        "light": (composing.make_light_part(meaning), composing.make_palette_part(meaning)),
        "style": (PromptPart("style", style or _PLAIN_STYLE, "the film" if style else "filled: style"),),
    }
    return composing.limit_prompt(meaning, [part for name in order for part in parts[name]], MOST)


def _describe_frame(meaning: ShotMeaning) -> str:
    framing = describe_shot_framing(meaning, composing.name_focus(meaning))
    return make_sentence(f"{framing}{_RIGS.get(meaning.rig, '')}")
