"""Compose the prompt of a shot for Wan 2.2: first the visual style in a few words, then who does what, and
where.

The order follows the authors' instructions for rewriting prompts (`wan/utils/system_prompt.py`, 2026). The
style comes first. The known values of time, shot size, angle and lens follow, in the terms of the authors'
list. Then come the subjects with their visible features, their actions from beginning to end, and the
background. Moods are left out. The model makes no sound, so sounds are not described, and speakers move their
lips.
"""

from __future__ import annotations

import re

from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.prompting import composing
from milimo_tui.engines.prompting.action_words import describe_action
from milimo_tui.engines.prompting.composing import SCRIPT
from milimo_tui.engines.prompting.framing_words import (
    describe_movement,
    describe_shot_framing,
    describe_size,
    strip_framing_words,
)
from milimo_tui.engines.prompting.script_marks import make_sentence
from milimo_tui.story.elements.prompt import ComposedPrompt, PromptPart
from milimo_tui.story.values.text import join_phrases

MOST = 200  # The authors' longest prompt, in words.
_TIMES = (
    ("dawn time", r"dawn|sunrise|daybreak|first light"),
    ("sunset time", r"sunset|sundown|golden hour|magic hour"),
    ("night time", r"night|midnight|evening|dusk|small hours|late"),
    ("day time", r"day|noon|midday|morning|afternoon"),
)


def compose_wan_caption(meaning: ShotMeaning) -> ComposedPrompt:
    """Compose the prompt. If the user wrote a prompt for the shot, it replaces all parts except the style."""
    if (own := composing.make_own_prompt(meaning)) is not None:
        return own
    action = " ".join(filter(None, (describe_action(meaning), composing.describe_caption(meaning))))
    people_words, people_source = composing.describe_people(meaning)
    parts = [
        PromptPart("style", make_sentence(strip_framing_words(meaning.style)), "the film"),
        PromptPart("camera", _describe_wan_camera(meaning), "the shot"),
        PromptPart("action", action, SCRIPT),
        PromptPart("people", people_words, people_source),
        PromptPart("speech", _describe_moving_lips(meaning), SCRIPT),
        composing.describe_things(meaning, action),
        composing.make_place_part(meaning),
        *composing.make_layer_parts(meaning, action),
        composing.make_light_part(meaning),
        composing.make_palette_part(meaning),
    ]
    return composing.limit_prompt(meaning, parts, MOST)


def _describe_wan_camera(meaning: ShotMeaning) -> str:
    """Return the known values of time, shot size and angle as a list in the authors' terms, together with the
    movement of the camera.
    """
    time = next(
        (
            term
            for term, words in _TIMES
            if re.search(rf"\b(?:{words})\b", meaning.time_of_day, re.IGNORECASE)
        ),
        "",
    )
    look = f"{describe_size(meaning)}, center composition"
    if not composing.is_card(meaning):
        framing = describe_shot_framing(meaning, composing.name_focus(meaning))
        look = ", ".join(filter(None, (time, f"{framing[:1].lower()}{framing[1:]}")))
    return make_sentence(f"{look}; {describe_movement(meaning, composing.name_camera_subject(meaning))}")


def _describe_moving_lips(meaning: ShotMeaning) -> str:
    """Return a sentence that says whose lips move, for the people who are seen speaking. The model makes no
    sound, but it can show moving lips.
    """
    seen = {one.name.casefold() for one in composing.list_people_in_frame(meaning)}
    speakers = (one.name for one in meaning.lines if not one.heard and one.name.casefold() in seen)
    names = list(dict.fromkeys(speakers))
    if not names:
        return ""
    return make_sentence(f"{join_phrases(names)} {'speak' if len(names) > 1 else 'speaks'}, lips moving")
