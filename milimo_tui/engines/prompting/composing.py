"""Shared functions of the prompt composers: describe people, places, light and speech in words, and join the
parts of a prompt, including parts that the user reworded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.engines.contract.meaning import MeantLine, MeantSubject, ShotMeaning
from milimo_tui.engines.prompting import action_words, light_words
from milimo_tui.engines.prompting.feeling_words import find_tone
from milimo_tui.engines.prompting.framing_words import strip_framing_words
from milimo_tui.engines.prompting.layer_words import LAYER_NAMES, phrase_script_layer, phrase_user_layer
from milimo_tui.engines.prompting.person_words import describe_person, describe_position
from milimo_tui.engines.prompting.place_names import phrase_place_and_part, phrase_time_of_day
from milimo_tui.engines.prompting.place_words import PlaceWords
from milimo_tui.engines.prompting.read_person_words import (
    describe_pose,
    describe_read_look,
    has_noun,
    list_feature_sentences,
)
from milimo_tui.engines.prompting.script_marks import make_sentence, strip_script_marks
from milimo_tui.story.elements.prompt import BY_USER, ComposedPrompt, PromptPart
from milimo_tui.story.screenplay.people_words import GENERIC, KIN

SCRIPT, READING = "the script", "the reading"
MOST_PEOPLE = 4  # At most this number of people is described individually; any others are only named.
_SOMEBODY = frozenset(GENERIC) | frozenset(KIN) | {"narrator", "crowd", "dealer", "voice"}
_QUALITIES = frozenset(
    (
        "young",
        "younger",
        "old",
        "older",
        "strange",
        "first",
        "second",
        "third",
        "big",
        "little",
        "tall",
        "other",
    )
)
_LAMPS = compile_lazily(
    r"\b(?:lamps?|bulbs?|tubes|lights|lanterns|candles|globes|floodlights|spotlight|screens|panels|beam)\b|glow\b"
)
# Matches the beginning of a sentence in which a thing acts, such as “The bus stops where”. The word after the
# supposed verb must be one that can follow a verb, so that “The old keys hang” does not match.
_ACTS = compile_lazily(
    r"(?:The|An?) ((?:[a-z-]+ )?[a-z-]+) [a-z]+s(?=[.,;!?…]|\s(?:where|when|in|into|on|onto|at|by|from"
    r"|through|over|under|across|along|the|an?|his|her|its|down|up|out|off|open|shut|round|around|past|once|to"
    r"|[a-z]+ly)\b)"
)
_WORD = compile_lazily(r"[^\W\d_]+")
_VOICES = {
    "off screen": "{name}, who is off screen and not in the frame, is heard",
    "voice-over": "the voice of {name}, who is not seen speaking, is heard as a voice-over",
    "phone": "the voice of {name} is heard over the telephone, thin and filtered,",
    "on a screen": "{name} is heard from a screen in the room",
}


def describe_people(meaning: ShotMeaning) -> tuple[str, str]:
    """Return a description of the people in the frame by their visible traits. The second value is the source
    of these traits, such as the script or the user.
    """
    people = meaning.people[:MOST_PEOPLE]
    source = ", ".join(dict.fromkeys(one.source for one in people if one.source)) or SCRIPT
    if len(people) == 1 and (part := action_words.find_featured_body_part(meaning)):
        verb = "are" if part.endswith("s") or part == "feet" else "is"
        return f"Only the {part} of {_name_with_description(people[0])} {verb} in the frame.", source
    sentences: list[str] = []
    for at, one in enumerate(people):
        sentences.append(_describe_person_in_frame(meaning, at))
        if one.look is not None:
            sentences += list_feature_sentences(one, one.look)
    text = " ".join(filter(None, sentences))
    if rest := meaning.people[MOST_PEOPLE:]:
        text += f" Behind them are {join_names([one.name for one in rest])}."
    return text, source


def _describe_person_in_frame(meaning: ShotMeaning, at: int) -> str:
    """Return a sentence about person number `at` of the shot, such as `Delia, a woman of 38 in blue scrubs,
    is on the left of the frame.`
    """
    one = meaning.people[at]
    what = describe_look(one)
    # A second person with the same description becomes “another …”, so that the model does not take both for
    # one person.
    if what in map(describe_look, meaning.people[:at]):
        what = re.sub(r"^an? ", "another ", what)
    what = ", ".join(filter(None, (what, describe_pose(one.pose, meaning.action))))
    if len(meaning.people) == 1:
        # The action does not mention this person, so this sentence must.
        if one.name not in action_words.describe_action(meaning):
            return f"{f'{one.name}, {what},' if what else one.name} is in the frame."
        if not what:
            return ""
        if not has_noun(one):
            return f"{one.name}, {what}, is in the frame."
        verb = "is" if not what.startswith(("with", "wearing", "looking")) else "is seen"
        return f"{one.name} {verb} {what}."
    called = f"{one.name}, {what}," if what else one.name
    if meaning.function == "OTS" and at == 1:
        side = f", {describe_position(one)}" if describe_position(one) else ""
        return f"{called} is in the near foreground, seen from behind{side}."
    where = describe_position(one) or ("in the frame" if not at else f"beside {meaning.people[0].name}")
    return f"{called} is {where}."


def _name_with_description(one: MeantSubject) -> str:
    what = describe_look(one)
    return f"{one.name}, {what}," if what else one.name


def describe_look(one: MeantSubject) -> str:
    """Return the visible traits of a person, without the name: from the facts of an accepted breakdown if
    there is one, otherwise from the description of the look.
    """
    return describe_read_look(one, one.look) if one.look is not None else describe_person(one)


def is_card(meaning: ShotMeaning) -> bool:
    """Return True if the shot is a title card: it shows only text."""
    return bool(meaning.caption) and not meaning.action.strip() and not meaning.people


def name_camera_subject(meaning: ShotMeaning) -> str:
    """Return the subject that the camera shows, in a word or two: a person's name, a thing, or the middle of
    the frame.
    """
    if part := action_words.find_featured_body_part(meaning):
        return f"the {part}"
    if is_card(meaning):
        return "the lettering"
    if focus := name_focus(meaning):
        return focus
    if meaning.people and meaning.function != "insert":
        return meaning.people[0].name
    if meaning.size in ("CU", "ECU", "MCU"):
        acts = _ACTS.match(action_words.describe_action(meaning))
        return f"the {acts[1].lower()}" if acts else "the detail"
    return "the middle of the frame"


def name_focus(meaning: ShotMeaning) -> str:
    """Return the person or thing in focus as it is named in a sentence: `Mara`, `the letter`. Empty if the
    shot has no focus.
    """
    focus = strip_framing_words(strip_script_marks(meaning.focus)).strip(" .")
    is_name = focus in meaning.names or any(focus == one.name for one in meaning.people)
    if not focus or is_name or focus[:1].isupper() or re.match(r"(?:the|an?|his|her|their|its)\b", focus):
        return focus
    return f"the {focus}"


def add_focus(meaning: ShotMeaning, words: str) -> str:
    """Return a description of the camera with the person or thing in focus. The first person and a featured
    part of the body are in focus already.
    """
    focus = name_focus(meaning)
    if not focus or (meaning.people and meaning.focus == meaning.people[0].name):
        return words
    return f"{words}, with the focus on {focus}"


def describe_setting(meaning: ShotMeaning, place: PlaceWords, *, outside: bool) -> str:
    """Return a sentence with the place and the time: `The setting is the noodle bar at night, indoors, with
    …`.
    """
    if is_card(meaning):
        return "The ground behind the letters is plain and black."
    name = phrase_place_and_part(
        strip_script_marks(meaning.place), strip_script_marks(meaning.part), outside=outside
    )
    time = phrase_time_of_day(meaning.time_of_day)
    side = "outdoors" if outside else "indoors" if meaning.setting else ""
    falling = strip_script_marks(find_weather(meaning) if outside else meaning.weather).lower()
    weather = light_words.phrase_weather(falling)
    here = f"in {weather}" if weather and side != "indoors" else ""
    where = ", ".join(filter(None, (" ".join(filter(None, (name or "a place", time, here))), side)))
    made_of = "" if is_place_described(meaning) or not place.made_of else f", with {place.made_of}"
    # Rain that is seen through a window must not fall in the room.
    seen = f"Outside there is {weather}." if weather and not here else ""
    return " ".join(filter(None, (make_sentence(f"The setting is {where}{made_of}"), seen)))


def describe_things(meaning: ShotMeaning, action: str) -> PromptPart:
    """Return the prompt part about the appearance of the visible things, such as `The revolver is a
    nickel-plated revolver.` Things that the action already describes are left out.
    """
    missing_things = [one for one in meaning.things if not _is_in_action(one.visible, action)]
    text = " ".join(_describe_thing(one) for one in missing_things)
    return PromptPart("things", text, ", ".join(dict.fromkeys(one.source for one in missing_things)))


def _describe_thing(one: MeantSubject) -> str:
    name, words = one.name.lower(), strip_script_marks(one.visible)
    verb = "are" if name.endswith("s") and not name.endswith("ss") else "is"
    return make_sentence(f"The {name} {verb} {words}")


def describe_place_source(meaning: ShotMeaning, place: PlaceWords) -> str:
    """Return the sources of the sentence about the setting, separated by commas: the sources of place, time
    and weather, and the name of the table row from which missing details were filled in.
    """
    own = meaning.sources
    sources = [own[name] for name in ("place", "looks") if name in own] or [SCRIPT]
    sources += [
        f"{name}: {own[name]}" for name in ("time", "weather") if name in own and own[name] not in sources
    ]
    if is_card(meaning):
        return SCRIPT
    return ", ".join(dict.fromkeys((*sources, f"filled: {place.name}")))


def make_layer_parts(meaning: ShotMeaning, action: str) -> list[PromptPart]:
    """Return one prompt part for each attribute of the shot's place (function, culture, light, …), in order.
    An attribute that the action already describes is left out.
    """
    if is_card(meaning):
        return []
    return [
        PromptPart(
            name,
            strip_framing_words(_phrase_layer(name, strip_script_marks(text), meaning)),
            meaning.sources.get(name, ""),
        )
        for name in LAYER_NAMES
        if (text := meaning.layers.get(name, "")) and not _is_in_action(text, action)
    ]


def _phrase_layer(name: str, text: str, meaning: ShotMeaning) -> str:
    told_by_script = SCRIPT in meaning.sources.get(name, "")
    return phrase_script_layer(text, meaning) if told_by_script else phrase_user_layer(name, text)


def is_place_described(meaning: ShotMeaning) -> bool:
    """Return True if the user described the place. In this case no details from the tables are added to the
    description.
    """
    own = (name for name in LAYER_NAMES if name in meaning.layers)
    return bool(meaning.place_words.strip()) or any(
        SCRIPT not in meaning.sources.get(name, "") for name in own
    )


def _is_in_action(text: str, action: str) -> bool:
    """Return True if every significant word of `text` also occurs in the action."""
    significant = {word for word in _WORD.findall(text.casefold()) if len(word) > 3}
    return bool(significant) and significant <= set(_WORD.findall(action.casefold()))


def find_weather(meaning: ShotMeaning) -> str:
    """Return the weather that the heading or the user names, otherwise the weather in the opening of the
    scene.
    """
    return meaning.weather or light_words.find_scene_weather(light_words.strip_dialogue(meaning.scene_words))


def describe_light(meaning: ShotMeaning, place: PlaceWords, *, outside: bool) -> tuple[str, str]:
    """Return a sentence about the light, and the source of the sentence. The source is the user's description
    of the place's light, or a lamp in the script, or a row of the table of light.
    """
    if is_card(meaning):
        return "The letters alone are evenly lit.", "filled: card"
    own = meaning.layers.get("light", "")
    if own and meaning.sources.get("light") == READING and _LAMPS.search(own):
        return make_sentence(f"The light comes from {own}"), READING
    if own:
        return make_sentence(
            own if own.lower().startswith("the light") else f"The light is {own}"
        ), meaning.sources.get("light", "the place")
    dark = light_words.is_dark(meaning.time_of_day)
    lamp = dark and light_words.find_lamp(
        strip_script_marks(meaning.action), light_words.strip_dialogue(meaning.scene_words)
    )
    if lamp:
        many = lamp.endswith("s")
        verb = "falls over" if lamp.endswith("light") else "light" if many else "lights"
        return f"{lamp[:1].upper()}{lamp[1:]} {verb} the scene, with deep shadows beyond.", SCRIPT
    light, row = light_words.choose_light(place, meaning.time_of_day, find_weather(meaning), outside=outside)
    comes = "comes from" if _LAMPS.search(light) else "is"
    return make_sentence(f"The light {comes} {light}"), f"filled: {row}"


def make_palette_part(meaning: ShotMeaning) -> PromptPart:
    """Return a prompt part with the colours that the user gave the shot: `The colours are indigo and lantern
    amber.`
    """
    words = meaning.palette.strip()
    return PromptPart("palette", make_sentence(f"The colours are {words}") if words else "", "the shot")


def quote_exactly(words: str) -> str:
    """Return spoken or written words in quotation marks, letter for letter. Only line breaks become spaces.

    The screenplay parser has already removed Fountain's marks. Anything that is still in the text (a bracket,
    a number sign, a word in capitals) is a part of the words.
    """
    return f"“{' '.join(words.split())}”"


def describe_speech(lines: Sequence[MeantLine]) -> str:
    """Return a description of the spoken lines with their speakers and tones, for the prompt.

    A voice from outside the frame is described as such. If the words of a voice are not given, the voice is
    described as continuing, and nobody in the frame speaks.
    """
    out: list[str] = []
    described_voices: set[str] = set()
    for line in lines:
        name = strip_script_marks(line.name).strip() or "somebody"
        if (
            line.voice.strip() and name not in described_voices
        ):  # A voice is described only at its first line.
            described_voices.add(name)
            out.append(make_sentence(f"The voice of {name} is {line.voice.strip(' .')}"))
        tone = find_tone(line.tone)
        words = quote_exactly(line.text)
        how = f" {tone}" if tone else ""
        if line.heard in _VOICES:
            voice = _VOICES[line.heard].format(name=name)
            if not line.text:
                out += [make_sentence(f"{voice.rstrip(',')} speaking"), "Nobody in the frame says a word."]
                continue
            out.append(make_sentence(f"{voice}{how}".rstrip(",") + f": {words}"))
        else:
            out.append(make_sentence(f"{name} says{how}: {words}"))
    return " ".join(out)


def join_names(names: Sequence[str]) -> str:
    """Return names as a list in prose: `Mara, Jun and Ilse`."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def join_prompt_parts(meaning: ShotMeaning, parts: Iterable[PromptPart]) -> ComposedPrompt:
    """Return the prompt made of these parts. A part that the user reworded has the user's text. Empty parts
    are left out.
    """
    every = []
    for part in parts:
        if part.role not in meaning.reworded:
            part = replace(part, text=_lowercase_generic_names(part.text, meaning))
        else:
            text = meaning.reworded[part.role]
            part = PromptPart(part.role, make_sentence(text), f"{BY_USER}, for the {meaning.by[part.role]}")
        every.append(part)
    kept = tuple(part for part in every if part.text)
    whole = () if meaning.own is not None else tuple(every)
    return ComposedPrompt(" ".join(part.text for part in kept), meaning.negative, kept, whole)


def _lowercase_generic_names(text: str, meaning: ShotMeaning) -> str:
    """Return the text with generic names of people written as ordinary nouns: `Younger Woman` becomes `the
    younger woman`. Spoken words and words on the screen stay as they are.
    """
    quoted = {quote_exactly(words) for words in (meaning.caption, *(line.text for line in meaning.lines))}
    exact = "|".join(re.escape(words) for words in sorted(quoted, key=len, reverse=True))
    pieces = re.split(f"({exact})", text)
    return "".join(
        piece if at % 2 else _lowercase_names_in(piece, meaning) for at, piece in enumerate(pieces)
    )


def _lowercase_names_in(text: str, meaning: ShotMeaning) -> str:
    names = {*(one.name for one in meaning.people), *(line.name for line in meaning.lines)}
    for name in sorted(names, key=len, reverse=True):
        words = name.split()
        if not words or words[-1].lower() not in _SOMEBODY or not all(map(_is_generic_word, words)):
            continue
        called = rf"(^ ?|[.!?:] )?(?:\b(the|an?) )?\b(?-i:{re.escape(name)})\b(?![^“]*”)"
        text = re.sub(called, partial(_lowercase_name, name.lower()), text, flags=re.IGNORECASE)
    return text


def _lowercase_name(name: str, found: re.Match[str]) -> str:
    article = (found[2] or "the").lower()
    begins = found[1] is not None
    return f"{found[1] or ''}{article.capitalize() if begins else article} {name}"


def _is_generic_word(word: str) -> bool:
    return word.lower() in _SOMEBODY or word.lower() in _QUALITIES


def count_prompt_words(parts: Iterable[PromptPart]) -> int:
    """Return the total number of words of the parts."""
    return sum(len(part.text.split()) for part in parts)
