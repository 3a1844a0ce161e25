"""The prompt of a shot in the style of LTX-2's training captions: one paragraph of at most 220 words that
begins with the action.

The text is chronological and contains only what can be seen or heard. It names one of six framing sizes, the
camera's movement and the viewpoint. It then describes people by their visible appearance, then place and
light, then sound, with all dialogue in quotation marks. Details that are not known are left out.

Source: Lightricks' instructions for their prompt enhancer and their notes on prompting (2026).
"""

from __future__ import annotations

from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.prompting import composing
from milimo_tui.engines.prompting.action_words import describe_action
from milimo_tui.engines.prompting.composing import SCRIPT
from milimo_tui.engines.prompting.framing_words import (
    describe_movement,
    describe_shot_framing,
    strip_framing_words,
)
from milimo_tui.engines.prompting.script_marks import make_sentence
from milimo_tui.story.elements.prompt import ComposedPrompt, PromptPart

MOST = 220  # largest number of words in a prompt


def compose_paragraph(meaning: ShotMeaning) -> ComposedPrompt:
    """Compose the prompt of a shot. If the user wrote a prompt, return that prompt with only the style
    added.
    """
    if (own := composing.make_own_prompt(meaning)) is not None:
        return own
    action = " ".join(filter(None, (describe_action(meaning), composing.describe_caption(meaning))))
    people_words, people_source = composing.describe_people(meaning)
    parts = [
        PromptPart("action", action, SCRIPT),
        PromptPart("camera", _describe_camera(meaning), "the shot"),
        PromptPart("people", people_words, people_source),
        composing.describe_things(meaning, action),
        composing.make_place_part(meaning),
        *composing.make_layer_parts(meaning, action),
        composing.make_light_part(meaning),
        composing.make_palette_part(meaning),
        PromptPart("style", make_sentence(strip_framing_words(meaning.style)), "the film"),
        composing.make_sound_part(meaning),
        PromptPart(
            "speech", composing.describe_speech(meaning.lines) or composing.describe_silence(meaning), SCRIPT
        ),
    ]
    return composing.limit_prompt(meaning, parts, MOST)


def _describe_camera(meaning: ShotMeaning) -> str:
    """Describe the framing and the camera's movement. The movement is left out if a LoRA produces it
    instead.
    """
    words = [describe_shot_framing(meaning, composing.name_focus(meaning))]
    if meaning.camera_lora != "instead":
        words.append(describe_movement(meaning, composing.name_camera_subject(meaning)))
    return make_sentence("; ".join(words))
