"""The prompt of a shot in the style of LTX-2's training captions: one paragraph of 120 to 220 words that
begins with the action.

The text is chronological and contains only what can be seen or heard. It names one of six framing sizes, the
camera's movement and the viewpoint. It then describes people by their visible appearance, then light and
place, then sound, with all dialogue in quotation marks. Details that the script leaves open are filled in
from tables and marked as filler.

Source: Lightricks' instructions for their prompt enhancer and their notes on prompting (2026).
"""

from __future__ import annotations

import re
from dataclasses import replace

from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.prompting import composing, light_words
from milimo_tui.engines.prompting.action_words import describe_action, find_featured_body_part
from milimo_tui.engines.prompting.composing import SCRIPT
from milimo_tui.engines.prompting.effect_words import find_sound_effects
from milimo_tui.engines.prompting.framing_words import (
    describe_lens,
    describe_lens_focus,
    describe_movement,
    describe_size,
    describe_viewpoint,
    strip_framing_words,
)
from milimo_tui.engines.prompting.layer_words import LAYER_NAMES
from milimo_tui.engines.prompting.person_words import get_pronouns
from milimo_tui.engines.prompting.place_names import phrase_place_and_part
from milimo_tui.engines.prompting.place_words import PlaceWords, find_shot_place, is_outside
from milimo_tui.engines.prompting.script_marks import make_sentence, strip_script_marks
from milimo_tui.story.elements.prompt import ComposedPrompt, PromptPart

LEAST, MOST = 120, 220  # smallest and largest number of words in a prompt
_VOICES = re.compile(r"\b(?:murmur\w*|crowd|voices?|talk|announcement|audience)\b", re.IGNORECASE)
_MOTIONLESS = re.compile(
    r"\b(?:motionless|frozen|asleep|unconscious|dead|moves|still"
    r"|(?:does not|doesn['’]t|has not|hasn['’]t) mov\w+"
    r"|eyes (?:are )?(?:shut|closed)|(?:shut|closed) eyes)\b",
    re.IGNORECASE,
)
_HANDS = re.compile(r"\b(?:hands?|palms?|fingers?|fists?|feet|foot|boots?|shoes?)\b", re.IGNORECASE)
_VOICED = re.compile(
    r"\b(?:laugh|yell|shout|scream|cr(?:y|ies)|sob|sing|hum|cheer|chant|groan|moan)s?\b", re.I
)
ENOUGH = 128  # no more filler is added from this number of words on


def compose_paragraph(meaning: ShotMeaning) -> ComposedPrompt:
    """Compose the prompt of a shot. If the user wrote a prompt, return that prompt with only the style
    added.
    """
    if meaning.own is not None:
        own = [
            PromptPart("style", make_sentence(meaning.style), "the film"),
            PromptPart("prompt", meaning.own, "set by the user"),
        ]
        return composing.join_prompt_parts(replace(meaning, reworded={}), own)
    outside = is_outside(meaning)
    place = find_shot_place(meaning)
    parts = _compose_known_parts(meaning, place, outside)
    prompt = composing.join_prompt_parts(meaning, parts)
    for role, words, row in _list_filler_sentences(meaning, place):
        if len(prompt.text.split()) >= ENOUGH:
            break
        parts = [
            replace(part, text=f"{part.text} {words}".strip(), source=_add_filled_source(part.source, row))
            if part.role == role and role not in meaning.reworded
            else part
            for part in parts
        ]
        prompt = composing.join_prompt_parts(meaning, parts)
    return prompt if len(prompt.text.split()) <= MOST else _shorten_prompt(meaning, parts)


def _compose_known_parts(meaning: ShotMeaning, place: PlaceWords, outside: bool) -> list[PromptPart]:
    """Return the parts of the prompt that follow from known facts about the shot. If the shot specifies no
    light or sound, the light or sound of its place is used. `outside` is True for an exterior.
    """
    action = _describe_action(meaning)
    people_words, people_source = composing.describe_people(meaning)
    light, lit_by = composing.describe_light(meaning, place, outside=outside)
    own_sound = meaning.layers.get("sound", "")
    heard = own_sound or light_words.choose_room_sound(
        place,
        composing.find_weather(meaning),
        outside=outside,
        crowded=light_words.has_crowd(meaning.action, meaning.scene_words),
    )
    effects = composing.join_names(
        find_sound_effects(strip_script_marks(meaning.action), heard, peopled=bool(meaning.people))
    )
    many = effects or " and " in heard or ", with " in heard
    sounds = (
        f"The {'sounds are' if many else 'sound is'} {heard}{f', and close by {effects}' if effects else ''}"
    )
    spoken = composing.describe_speech(meaning.lines)
    return [
        PromptPart("action", action, SCRIPT),
        PromptPart("camera", _describe_camera(meaning), "the shot"),
        PromptPart("people", people_words, people_source),
        composing.describe_things(meaning, action),
        PromptPart(
            "place", _describe_place(meaning, place, outside), composing.describe_place_source(meaning, place)
        ),
        *composing.make_layer_parts(meaning, action),
        PromptPart("light", light, lit_by),
        composing.make_palette_part(meaning),
        PromptPart("style", make_sentence(strip_framing_words(meaning.style)), "the film"),
        PromptPart(
            "sound",
            make_sentence(sounds),
            meaning.sources.get("sound", "the place") if own_sound else f"filled: {place.name}",
        ),
        PromptPart("speech", spoken or _describe_silence(meaning, heard), SCRIPT),
    ]


def _describe_silence(meaning: ShotMeaning, heard: str) -> str:
    """Return a sentence that nobody speaks, for a shot with visible people and no dialogue. Without it, the
    model invents speech.
    """
    if _VOICED.search(meaning.action):
        return "There are no spoken words."
    if len(meaning.people) == 1:
        return f"{meaning.people[0].name} says nothing."
    return "Nobody in the frame says a word." if _VOICES.search(heard) else "Nobody says a word."


def _describe_action(meaning: ShotMeaning) -> str:
    text = describe_action(meaning)
    if not text and meaning.caption:
        return make_sentence(
            f"Words stand still on a plain dark ground: {composing.quote_exactly(meaning.caption)}"
        )
    if not text and meaning.people:
        one = meaning.people[0]
        text = (
            f"{one.name} is nearly still, with only small movements of {get_pronouns(one)[2]} eyes and head."
        )
    if not text:
        name = phrase_place_and_part(meaning.place, meaning.part, outside=is_outside(meaning))
        text = make_sentence(f"{name or 'the place'} lies still")
    if meaning.caption:
        text += (
            f" Across the picture stands in plain white letters: {composing.quote_exactly(meaning.caption)}."
        )
    return text


def _describe_camera(meaning: ShotMeaning) -> str:
    """Describe the framing and the camera's movement. The movement is left out if a LoRA produces it
    instead.
    """
    lens = describe_lens(meaning)
    framing = f"A {describe_size(meaning)} {describe_viewpoint(meaning)}{f', through {lens}' if lens else ''}"
    words = [composing.add_focus(meaning, framing)]
    if meaning.camera_lora != "instead":
        words.append(describe_movement(meaning, composing.name_camera_subject(meaning)))
    return make_sentence("; ".join(words)).replace("A extreme", "An extreme")


def _describe_place(meaning: ShotMeaning, place: PlaceWords, outside: bool) -> str:
    own = make_sentence(strip_framing_words(strip_script_marks(meaning.place_words)))
    return " ".join(filter(None, (composing.describe_setting(meaning, place, outside=outside), own)))


def _list_filler_sentences(meaning: ShotMeaning, place: PlaceWords) -> tuple[tuple[str, str, str], ...]:
    """Return sentences that can fill up a short prompt, the most useful first. Each is a tuple of its role,
    its words, and the table row from which the words come.
    """
    if composing.is_card(meaning):
        return _CARD
    close = meaning.size in ("CU", "ECU", "MCU")
    dark, outside = light_words.is_dark(meaning.time_of_day), is_outside(meaning)
    out = [
        ("action", _describe_body_motion(meaning, near=True), "movement"),
        ("style", "" if meaning.style else "It looks like live-action film, with natural colours.", "style"),
        ("place", f"Nearby, {place.moves}.", place.name),
        ("people", _describe_listeners(meaning), "listeners"),
        ("place", f"The background shows {place.behind}.", place.name),
        (
            "camera",
            make_sentence(describe_lens_focus(meaning, composing.name_camera_subject(meaning))),
            "focus",
        ),
        ("sound", "" if _has_music(meaning) else "No music plays.", "sound"),
        ("light", _describe_light_on_subject(meaning, place, dark=dark, outside=outside), "light"),
        ("action", _describe_body_motion(meaning, near=False), "movement"),
        ("place", "" if close else _describe_sky_or_ceiling(meaning, place), "extent"),
        (
            "place",
            "" if close else "The surfaces have a fine, visible texture and small marks of use.",
            "texture",
        ),
        ("camera", _describe_composition(composing.name_camera_subject(meaning), close=close), "composition"),
        ("style", "" if meaning.style else "The image has fine grain and soft contrast.", "style"),
        ("action", "The shot runs on without a cut, at the pace of real life.", "pace"),
        ("sound", "The room tone stays even and low throughout.", "sound"),
        ("light", "The brightness stays the same from the first moment to the last.", "light"),
    ]
    return tuple(row for row in out if row[1])


_CARD = (
    ("action", "The letters are large, plain and white, well spaced and easy to read.", "card"),
    ("action", "They stand in the middle of the frame with wide empty margins, and nothing moves.", "card"),
    ("style", "It looks like the title card of a feature film, flat and without ornament.", "card"),
    ("camera", "The lettering stays sharp and level from the first moment to the last.", "card"),
    ("sound", "No music plays.", "card"),
    ("light", "The brightness does not change.", "card"),
    ("place", "There is no texture, no gradient and no other object in the picture.", "card"),
    ("style", "The edges of the letters are clean, with a fine film grain over the whole picture.", "card"),
    ("action", "The words are seen for as long as it takes to read them twice.", "card"),
    ("sound", "The quiet sound goes on evenly below the picture.", "card"),
)


def _describe_sky_or_ceiling(meaning: ShotMeaning, place: PlaceWords) -> str:
    """Describe the upper part of a wide frame: the sky at the time of day, or the ceiling indoors."""
    if meaning.size not in ("FS", "LS", "WS", "EWS") or place.name in (
        "car",
        "bus",
        "train",
        "plane",
        "lift",
    ):
        return ""
    if not is_outside(meaning):
        return "Part of the ceiling is visible." if meaning.setting else ""
    if composing.find_weather(meaning):
        return "The sky is covered with low cloud."
    if light_words.is_dark(meaning.time_of_day):
        return "The sky above is dark."
    if "DAWN" in meaning.time_of_day.upper():
        return "The sky is pale near the horizon."
    return "The sky is bright, with a few thin clouds."


def _has_music(meaning: ShotMeaning) -> bool:
    return bool(re.search(r"\b(?:music|song|sings?|band|plays? the|radio|orchestra|piano)\b", meaning.action))


def _describe_body_motion(meaning: ShotMeaning, *, near: bool) -> str:
    """Describe how the first person in the frame moves. With `near` (a close framing) the description is
    about speech and face, otherwise about the body.
    """
    if not meaning.people or find_featured_body_part(meaning) or meaning.function == "insert":
        return ""
    one = meaning.people[0]
    they, _, their = get_pronouns(one)
    if _MOTIONLESS.search(f"{meaning.action} {one.visible}"):
        return ""
    plural = they == "they"  # True if the gender is unknown, because the model reads “they” as two people.
    named = one.name in describe_action(meaning) and len(meaning.people) == 1 and not plural
    possessive = their if named else f"{one.name}’s"
    speaks = any(not line.heard and line.name.casefold() == one.name.casefold() for line in meaning.lines)
    close = meaning.size in ("CU", "ECU", "MCU")
    if near and speaks:
        breath = "with a short breath" if plural else f"and {they} takes a short breath"
        return make_sentence(f"{possessive} head moves slightly with the words, {breath} between the phrases")
    if near and close and not _HANDS.search(meaning.action):
        blinks = "and blink once" if plural else f"and {they} blinks once"
        return make_sentence(f"{possessive} eyes move a little, {blinks}")
    if not near and not close and not speaks:
        return make_sentence(f"{possessive} clothes move naturally with {'the' if plural else their} body")
    return ""


def _describe_listeners(meaning: ShotMeaning) -> str:
    spoken = {line.name.casefold() for line in meaning.lines if not line.heard}
    if not spoken:
        return ""
    others = [one.name for one in meaning.people if one.name.casefold() not in spoken]
    if not others:
        return ""
    return f"{composing.join_names(others)} {'listen' if len(others) > 1 else 'listens'} with lips closed."


def _describe_light_on_subject(meaning: ShotMeaning, place: PlaceWords, *, dark: bool, outside: bool) -> str:
    if meaning.people and meaning.size in ("ECU", "CU", "MCU", "MS") and not find_featured_body_part(meaning):
        return (
            "It catches one side of the face and leaves the other in soft shadow."
            if dark
            else "It falls softly on the face from one side."
        )
    if dark:
        has_shadow = "shadow" in composing.describe_light(meaning, place, outside=outside)[0]
        return "It shines on the nearest edges." if has_shadow else "It leaves parts of the frame in shadow."
    return "It gives every edge a soft, clear shape."


def _describe_composition(subject: str, *, close: bool) -> str:
    if close:
        return make_sentence(f"{subject} is in the middle of the frame, with a little space on each side")
    return "The picture is level, and its lines lead towards the middle of the frame."


def _add_filled_source(source: str, row: str) -> str:
    return source if f"filled: {row}" in source else ", ".join(filter(None, (source, f"filled: {row}")))


def _shorten_prompt(meaning: ShotMeaning, parts: list[PromptPart]) -> ComposedPrompt:
    """Shorten the prompt to the maximum number of words. Filler sentences are removed first, then the ends of
    the longest parts.
    """
    for role in ("sound", "light", "place", *reversed(LAYER_NAMES), "things", "people", "action"):
        over = composing.count_prompt_words(composing.join_prompt_parts(meaning, parts).parts) - MOST
        if over <= 0:
            break
        parts = [_shorten_part(part, over) if part.role == role else part for part in parts]
    return composing.join_prompt_parts(meaning, parts)


def _shorten_part(part: PromptPart, over: int) -> PromptPart:
    """Remove about `over` words from the end of a part of the prompt, back to the end of a sentence if
    possible. The part never becomes empty.
    """
    words = part.text.split()
    left = max(min(len(words), 12), len(words) - over)
    text = " ".join(words[:left])
    end = max(text.rfind(stop) for stop in ".!?…")
    return replace(part, text=text[: end + 1] if end > len(text) // 2 else make_sentence(text.rstrip(",;:")))
