"""Compose the prompt of a shot for Wan 2.2: first the visual style in a few words, then who does what, and
where.

The order follows the authors' instructions for rewriting prompts (`wan/utils/system_prompt.py`, 2026). The
style comes first. The known values of time, light, shot size, angle and composition follow, in the terms of
the authors' list. Then come the subjects with their visible features, their actions from beginning to end,
and the background with its movement. Moods are left out. A prompt has 60 to 200 words. The model makes no
sound, so sounds are not described, and speakers move their lips.
"""

from __future__ import annotations

from dataclasses import replace

from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.prompting import composing, light_words
from milimo_tui.engines.prompting.action_words import describe_action
from milimo_tui.engines.prompting.composing import SCRIPT
from milimo_tui.engines.prompting.framing_words import (
    describe_lens,
    describe_movement,
    describe_size,
    describe_viewpoint,
    strip_framing_words,
)
from milimo_tui.engines.prompting.place_names import phrase_place_and_part
from milimo_tui.engines.prompting.place_words import PlaceWords, find_shot_place, is_outside
from milimo_tui.engines.prompting.script_marks import make_sentence, strip_script_marks
from milimo_tui.story.elements.prompt import ComposedPrompt, PromptPart

LEAST, MOST = 60, 200  # The authors' shortest and longest prompt, in words.


def compose_wan_caption(meaning: ShotMeaning) -> ComposedPrompt:
    """Compose the prompt. If the user wrote a prompt for the shot, it replaces all parts except the style."""
    if meaning.own is not None:
        own = [
            PromptPart("style", make_sentence(meaning.style), "the film"),
            PromptPart("prompt", meaning.own, "set by the user"),
        ]
        return composing.join_prompt_parts(replace(meaning, reworded={}), own)
    outside = is_outside(meaning)
    place = find_shot_place(meaning)
    action = _describe_wan_action(meaning)
    people_words, people_source = composing.describe_people(meaning)
    light, lit_by = composing.describe_light(meaning, place, outside=outside)
    parts = [
        PromptPart("style", make_sentence(strip_framing_words(meaning.style)), "the film"),
        PromptPart("camera", _describe_wan_camera(meaning, outside=outside), "the shot"),
        PromptPart("action", action, SCRIPT),
        PromptPart("people", people_words, people_source),
        PromptPart("speech", _describe_moving_lips(meaning), SCRIPT),
        composing.describe_things(meaning, action),
        PromptPart(
            "place",
            _describe_wan_place(meaning, place, outside),
            composing.describe_place_source(meaning, place),
        ),
        *composing.make_layer_parts(meaning, action),
        PromptPart("light", light, lit_by),
        composing.make_palette_part(meaning),
    ]
    return _fill_short_prompt(meaning, parts, place)


def _describe_wan_camera(meaning: ShotMeaning, *, outside: bool) -> str:
    """Return the known values of time, light, shot size and angle as a list in the authors' terms, together
    with the movement of the camera.
    """
    if composing.is_card(meaning):
        look = f"{describe_size(meaning)}, center composition"
    else:
        time = "night time" if light_words.is_dark(meaning.time_of_day) else "day time"
        if "DAWN" in meaning.time_of_day.upper():
            time = "dawn time"
        look = f"{time}, {describe_size(meaning)}, {describe_viewpoint(meaning)}"
    lens = describe_lens(meaning)
    look = composing.add_focus(meaning, f"{look}, {lens}" if lens else look)
    return make_sentence(f"{look}; {describe_movement(meaning, composing.name_camera_subject(meaning))}")


def _describe_wan_action(meaning: ShotMeaning) -> str:
    text = describe_action(meaning)
    if text:
        return text
    if meaning.caption:
        return make_sentence(
            f"Words stand still on a plain dark ground: {composing.quote_exactly(meaning.caption)}"
        )
    if meaning.people:
        return f"{meaning.people[0].name} breathes and moves a little."
    name = phrase_place_and_part(meaning.place, meaning.part, outside=is_outside(meaning))
    return make_sentence(f"{name or 'the place'} lies still")


def _describe_moving_lips(meaning: ShotMeaning) -> str:
    """Return a sentence that says whose lips move, for the people who are seen speaking. The model makes no
    sound, but it can show moving lips.
    """
    seen = {one.name.casefold() for one in meaning.people}
    speakers = (one.name for one in meaning.lines if not one.heard and one.name.casefold() in seen)
    names = list(dict.fromkeys(speakers))
    if not names:
        return ""
    return make_sentence(
        f"{composing.join_names(names)} {'speak' if len(names) > 1 else 'speaks'}, lips moving"
    )


def _describe_wan_place(meaning: ShotMeaning, place: PlaceWords, outside: bool) -> str:
    own = make_sentence(strip_framing_words(strip_script_marks(meaning.place_words)))
    return " ".join(filter(None, (composing.describe_setting(meaning, place, outside=outside), own)))


def _fill_short_prompt(meaning: ShotMeaning, parts: list[PromptPart], place: PlaceWords) -> ComposedPrompt:
    """Return the prompt. While it has fewer than `LEAST` words, sentences on what moves at the place and what
    is in its background are added.
    """
    prompt = composing.join_prompt_parts(meaning, parts)
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
        prompt = composing.join_prompt_parts(meaning, parts)
    return prompt
