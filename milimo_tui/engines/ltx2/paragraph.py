"""The prompt of a shot in the style of LTX-2's training captions: one paragraph of 120 to 220 words, action
first.

From Lightricks' instructions for their prompt enhancer and their notes on prompting (2026). The text is
chronological and contains only what is seen or heard. It always names one of six sizes, the camera's motion
and the viewpoint, describes people by their visible looks, then light and place, and then sound with all
dialogue in quotation marks. Details that the script leaves open are filled in from tables and marked as
filled.
"""

from __future__ import annotations

import re
from dataclasses import replace

from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.prompting import composing, light_words
from milimo_tui.engines.prompting.action_words import happening, part_shown
from milimo_tui.engines.prompting.composing import SCRIPT
from milimo_tui.engines.prompting.effect_words import effects_of
from milimo_tui.engines.prompting.framing_words import (
    focus_of,
    lens_of,
    movement_of,
    size_of,
    view_of,
    without_sizes,
)
from milimo_tui.engines.prompting.layer_words import LAYER_NAMES
from milimo_tui.engines.prompting.person_words import pronouns
from milimo_tui.engines.prompting.place_names import place_in_prose
from milimo_tui.engines.prompting.place_words import PlaceWords, words_for
from milimo_tui.engines.prompting.script_marks import sentence, unmarked
from milimo_tui.story.elements.prompt import Prompt, PromptPart

LEAST, MOST = 120, 220  # words
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
ENOUGH = 128  # number of words at which filling stops


def paragraph(meaning: ShotMeaning) -> Prompt:
    """Compose the prompt of a shot. A prompt that the user wrote replaces everything but the style."""
    if meaning.own is not None:
        own = [
            PromptPart("style", sentence(meaning.style), "the film"),
            PromptPart("prompt", meaning.own, "by hand"),
        ]
        return composing.joined(replace(meaning, reworded={}), own)
    outside = meaning.setting.startswith("EXT")
    place = words_for(meaning.part, meaning.place, outside=outside)
    parts = _said(meaning, place, outside)
    prompt = composing.joined(meaning, parts)
    for role, words, row in _filling(meaning, place):
        if len(prompt.text.split()) >= ENOUGH:
            break
        parts = [
            replace(part, text=f"{part.text} {words}".strip(), source=_with_row(part.source, row))
            if part.role == role and role not in meaning.reworded
            else part
            for part in parts
        ]
        prompt = composing.joined(meaning, parts)
    return prompt if len(prompt.text.split()) <= MOST else _shorter(meaning, parts)


def _said(meaning: ShotMeaning, place: PlaceWords, outside: bool) -> list[PromptPart]:
    """Compose the parts from known facts; light and sound come from the place if nothing is known about
    them.
    """
    action = _action(meaning)
    who, whose = composing.people(meaning)
    light, lit_by = composing.lighting(meaning, place, outside=outside)
    own_sound = meaning.layers.get("sound", "")
    heard = own_sound or light_words.sound_for(
        place,
        composing.weather_of(meaning),
        outside=outside,
        crowded=light_words.has_crowd(meaning.action, meaning.scene_words),
    )
    effects = composing.listed(effects_of(unmarked(meaning.action), heard, peopled=bool(meaning.people)))
    many = effects or " and " in heard or ", with " in heard
    sounds = (
        f"The {'sounds are' if many else 'sound is'} {heard}{f', and close by {effects}' if effects else ''}"
    )
    spoken = composing.speech(meaning.lines)
    return [
        PromptPart("action", action, SCRIPT),
        PromptPart("camera", _camera(meaning), "the shot"),
        PromptPart("people", who, whose),
        composing.things(meaning, action),
        PromptPart("place", _place(meaning, place, outside), composing.place_source(meaning, place)),
        *composing.layers(meaning, action),
        PromptPart("light", light, lit_by),
        composing.palette(meaning),
        PromptPart("style", sentence(without_sizes(meaning.style)), "the film"),
        PromptPart(
            "sound",
            sentence(sounds),
            meaning.sources.get("sound", "the place") if own_sound else f"filled: {place.name}",
        ),
        PromptPart("speech", spoken or _nobody_speaks(meaning, heard), SCRIPT),
    ]


def _nobody_speaks(meaning: ShotMeaning, heard: str) -> str:
    """State that nobody speaks, because the model invents speech for visible people otherwise."""
    if _VOICED.search(meaning.action):
        return "There are no spoken words."
    if len(meaning.people) == 1:
        return f"{meaning.people[0].name} says nothing."
    return "Nobody in the frame says a word." if _VOICES.search(heard) else "Nobody says a word."


def _action(meaning: ShotMeaning) -> str:
    text = happening(meaning)
    if not text and meaning.caption:
        return sentence(f"Words stand still on a plain dark ground: “{unmarked(meaning.caption)}”")
    if not text and meaning.people:
        one = meaning.people[0]
        text = f"{one.name} is nearly still, with only small movements of {pronouns(one)[2]} eyes and head."
    if not text:
        name = place_in_prose(meaning.place, meaning.part, outside=meaning.setting.startswith("EXT"))
        text = sentence(f"{name or 'the place'} lies still")
    if meaning.caption:
        text += f" Across the picture stands in plain white letters: “{unmarked(meaning.caption)}”."
    return text


def _camera(meaning: ShotMeaning) -> str:
    """Describe the framing, and the camera's movement unless a LoRA does it instead."""
    lens = lens_of(meaning)
    words = [f"A {size_of(meaning)} {view_of(meaning)}{f', through {lens}' if lens else ''}"]
    if meaning.camera_lora != "instead":
        words.append(movement_of(meaning, composing.subject_of(meaning)))
    return sentence("; ".join(words)).replace("A extreme", "An extreme")


def _place(meaning: ShotMeaning, place: PlaceWords, outside: bool) -> str:
    own = sentence(without_sizes(unmarked(meaning.place_words)))
    return " ".join(filter(None, (composing.setting(meaning, place, outside=outside), own)))


def _filling(meaning: ShotMeaning, place: PlaceWords) -> tuple[tuple[str, str, str], ...]:
    """Return sentences that may be added, the most useful first: role, words, and the table row that they
    come from.
    """
    if composing.is_card(meaning):
        return _CARD
    close = meaning.size in ("CU", "ECU", "MCU")
    dark, outside = light_words.is_dark(meaning.time_of_day), meaning.setting.startswith("EXT")
    out = [
        ("action", _manner(meaning, near=True), "movement"),
        ("style", "" if meaning.style else "It looks like live-action film, with natural colours.", "style"),
        ("place", f"Nearby, {place.moves}.", place.name),
        ("people", _listeners(meaning), "listeners"),
        ("place", f"The background shows {place.behind}.", place.name),
        ("camera", sentence(focus_of(meaning, composing.subject_of(meaning))), "focus"),
        ("sound", "" if _musical(meaning) else "No music plays.", "sound"),
        ("light", _fall_of_light(meaning, place, dark=dark, outside=outside), "light"),
        ("action", _manner(meaning, near=False), "movement"),
        ("place", "" if close else _extent(meaning, place), "extent"),
        (
            "place",
            "" if close else "The surfaces have a fine, visible texture and small marks of use.",
            "texture",
        ),
        ("camera", _composition(composing.subject_of(meaning), close=close), "composition"),
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


def _extent(meaning: ShotMeaning, place: PlaceWords) -> str:
    """Describe the top of a wide frame: the sky at that time of day, or the ceiling."""
    if meaning.size not in ("FS", "LS", "WS", "EWS") or place.name in (
        "car",
        "bus",
        "train",
        "plane",
        "lift",
    ):
        return ""
    if not meaning.setting.startswith("EXT"):
        return "Part of the ceiling is visible."
    if composing.weather_of(meaning):
        return "The sky is covered with low cloud."
    if light_words.is_dark(meaning.time_of_day):
        return "The sky above is dark."
    if "DAWN" in meaning.time_of_day.upper():
        return "The sky is pale near the horizon."
    return "The sky is bright, with a few thin clouds."


def _musical(meaning: ShotMeaning) -> bool:
    return bool(re.search(r"\b(?:music|song|sings?|band|plays? the|radio|orchestra|piano)\b", meaning.action))


def _manner(meaning: ShotMeaning, *, near: bool) -> str:
    """Describe how the first person moves: `near` by speech and face, else by the body."""
    if not meaning.people or part_shown(meaning) or meaning.function == "insert":
        return ""
    one = meaning.people[0]
    they, _, their = pronouns(one)
    if _MOTIONLESS.search(f"{meaning.action} {one.visible}"):
        return ""
    plural = they == "they"  # The gender is unknown: the model reads “they” as two people.
    named = one.name in happening(meaning) and len(meaning.people) == 1 and not plural
    whose = their if named else f"{one.name}’s"
    speaks = any(not line.heard and line.name.casefold() == one.name.casefold() for line in meaning.lines)
    close = meaning.size in ("CU", "ECU", "MCU")
    if near and speaks:
        breath = "with a short breath" if plural else f"and {they} takes a short breath"
        return sentence(f"{whose} head moves slightly with the words, {breath} between the phrases")
    if near and close and not _HANDS.search(meaning.action):
        blinks = "and blink once" if plural else f"and {they} blinks once"
        return sentence(f"{whose} eyes move a little, {blinks}")
    if not near and not close and not speaks:
        return sentence(f"{whose} clothes move naturally with {'the' if plural else their} body")
    return ""


def _listeners(meaning: ShotMeaning) -> str:
    spoken = {line.name.casefold() for line in meaning.lines if not line.heard}
    if not spoken:
        return ""
    others = [one.name for one in meaning.people if one.name.casefold() not in spoken]
    if not others:
        return ""
    return f"{composing.listed(others)} {'listen' if len(others) > 1 else 'listens'} with lips closed."


def _fall_of_light(meaning: ShotMeaning, place: PlaceWords, *, dark: bool, outside: bool) -> str:
    if meaning.people and meaning.size in ("ECU", "CU", "MCU", "MS") and not part_shown(meaning):
        return (
            "It catches one side of the face and leaves the other in soft shadow."
            if dark
            else "It falls softly on the face from one side."
        )
    if dark:
        told = "shadow" in composing.lighting(meaning, place, outside=outside)[0]
        return "It shines on the nearest edges." if told else "It leaves parts of the frame in shadow."
    return "It gives every edge a soft, clear shape."


def _composition(subject: str, *, close: bool) -> str:
    if close:
        return sentence(f"{subject} is in the middle of the frame, with a little space on each side")
    return "The picture is level, and its lines lead towards the middle of the frame."


def _with_row(source: str, row: str) -> str:
    return source if f"filled: {row}" in source else ", ".join(filter(None, (source, f"filled: {row}")))


def _shorter(meaning: ShotMeaning, parts: list[PromptPart]) -> Prompt:
    """Shorten the prompt to the maximum number of words: filler is removed first, then the ends of the
    longest parts.
    """
    for role in ("sound", "light", "place", *reversed(LAYER_NAMES), "things", "people", "action"):
        over = composing.count(composing.joined(meaning, parts).parts) - MOST
        if over <= 0:
            break
        parts = [_cut(part, over) if part.role == role else part for part in parts]
    return composing.joined(meaning, parts)


def _cut(part: PromptPart, over: int) -> PromptPart:
    """Remove the last words of a part, complete sentences if possible; some of it always stays."""
    words = part.text.split()
    left = max(min(len(words), 12), len(words) - over)
    text = " ".join(words[:left])
    end = max(text.rfind(stop) for stop in ".!?…")
    return replace(part, text=text[: end + 1] if end > len(text) // 2 else sentence(text.rstrip(",;:")))
