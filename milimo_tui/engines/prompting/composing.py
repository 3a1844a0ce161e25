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
from milimo_tui.engines.prompting import action_words
from milimo_tui.engines.prompting.framing_words import strip_framing_words
from milimo_tui.engines.prompting.person_words import (
    add_article,
    describe_look,
    describe_pose,
    describe_position,
    has_noun,
    is_clause,
    list_look_sentences,
    starts_with_preposition,
    strip_foreign_article,
)
from milimo_tui.engines.prompting.place_names import (
    PlaceUsage,
    is_outside,
    phrase_place_and_part,
    phrase_time_of_day,
    phrase_weather,
)
from milimo_tui.engines.prompting.script_marks import make_sentence, restore_acronyms, strip_script_marks
from milimo_tui.story.breakdown.people import PersonKind
from milimo_tui.story.elements.prompt import BY_USER, ComposedPrompt, PromptPart
from milimo_tui.story.reading.beats import SONG
from milimo_tui.story.screenplay.people_words import GENERIC, KIN, ROLES
from milimo_tui.story.values.place_layers import WORD_LAYERS
from milimo_tui.story.values.text import fold, join_phrases, split_sentences

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
# Nouns for a character whose cue is a pronoun.
_PRONOUN_NOUNS = {
    **dict.fromkeys(("he", "him", "er", "ihn", "il", "lui", "él", "ele"), "man"),
    **dict.fromkeys(("she", "her", "sie", "elle", "ella", "lei", "ela"), "woman"),
    **dict.fromkeys(("they", "them"), "person"),
}
_LAMPS = compile_lazily(
    r"\b(?:lamps?|bulbs?|tubes|lights|lanterns?|candles?|globes|floodlights|spotlight|screens?|panels|beam)\b|glow\b",
    re.IGNORECASE,
)
_WORD = compile_lazily(r"[^\W\d_]+")
_VOICES = {
    "off screen": "{name}, who is off screen and not in the frame, is heard",
    "voice-over": "the voice of {name}, who is not seen speaking, is heard as a voice-over",
    "phone": "the voice of {name} is heard over the telephone",
    "on a screen": "{name} is heard from a screen in the room",
}
# A parenthetical that is no manner of speaking.
_NAME_ARTICLE = compile_lazily(r"^(?:the|an?) ", re.IGNORECASE)
_PAUSES = compile_lazily(
    r"(?:(?:an? )?(?:beat|pause|moment)|cont(?:['’]d|inued|inuing)?|more|then)", re.IGNORECASE
)
_LONGEST_TONE = 5  # A parenthetical with more words is a clause.
# A parenthetical that is a clause, such as “shakes his hand”.
_ACTS = compile_lazily(r"(?:he|she|they|it|we|[a-z]{2,}(?<![sui])s) \w", re.IGNORECASE)
# Frames for the user's words about an attribute of a place, chosen by how the words begin.
_FRAMES = {
    "function": (
        (r"(?:\w+ing)\b", "It is used for {words}"),
        (r"to\b", "It is there {words}"),
        (r"where\b", "It is a place {words}"),
        (r"", "It serves as {words}"),
    ),
    "constraints": ((r"", "People there have to manage with {words}"),),
    "culture": ((r"", "Its people and things show {words}"),),
    "reputation": (
        (r"(?:an?|the)\b", "It has the look of {words}"),
        (r"", "It has the look of a place that is {words}"),
    ),
    "detail": ((r"", "What catches the eye there is {words}"),),
}


def make_own_prompt(meaning: ShotMeaning) -> ComposedPrompt | None:
    """Return the prompt that the user wrote for the shot, after the film's style. None if there is none."""
    if meaning.own is None:
        return None
    parts = [
        PromptPart("style", make_sentence(meaning.style), "the film"),
        PromptPart("prompt", meaning.own, "set by the user"),
    ]
    return join_prompt_parts(replace(meaning, reworded={}), parts)


def list_people_in_frame(meaning: ShotMeaning) -> tuple[MeantSubject, ...]:
    """Return the people of a shot who can be seen. A voice is never in the frame, and neither is somebody who
    is only heard from off screen and whom the action does not name.
    """
    action = meaning.action.casefold()
    spoken: dict[str, set[str]] = {}
    for line in meaning.lines:
        spoken.setdefault(line.name.casefold(), set()).add(line.heard)
    return tuple(
        one
        for one in meaning.people
        if one.kind != PersonKind.VOICE
        and (spoken.get(one.name.casefold()) != {"off screen"} or one.name.casefold() in action)
    )


def describe_people(meaning: ShotMeaning) -> tuple[str, str]:
    """Return a description of the people in the frame by their visible traits. The second value is the source
    of these traits, such as the script or the user.
    """
    here = list_people_in_frame(meaning)
    people = here[:MOST_PEOPLE]
    source = ", ".join(dict.fromkeys(one.source for one in people if one.source)) or SCRIPT
    if len(people) == 1 and (part := action_words.find_featured_body_part(meaning)):
        verb = "are" if part.endswith("s") or part == "feet" else "is"
        return (
            f"Only the {part} of {_name_with(people[0], describe_look(people[0]))} {verb} in the frame.",
            source,
        )
    action = action_words.describe_action(meaning)
    sentences: list[str] = []
    for at, one in enumerate(people):
        sentences.append(_describe_person_in_frame(meaning, people, at, action))
        sentences += list_look_sentences(one)
    text = " ".join(filter(None, sentences))
    if rest := here[MOST_PEOPLE:]:
        names = join_phrases([one.name for one in rest])
        text += f" {names} {'are' if len(rest) > 1 else 'is'} in the frame too."
    return text, source


def _describe_person_in_frame(
    meaning: ShotMeaning, people: Sequence[MeantSubject], at: int, action: str
) -> str:
    """Return a sentence about person number `at` of the shot, such as `Delia, a woman of 38 in blue scrubs,
    is on the left of the frame.`
    """
    one = people[at]
    look = describe_look(one)
    # A second person with the same description becomes “another …”, so that the model does not take both for
    # one person.
    if look in map(describe_look, people[:at]):
        look = re.sub(r"^an? ", "another ", look)
    what = ", ".join(filter(None, (look, describe_pose(one.pose, action))))
    verb = "are" if one.kind == PersonKind.GROUP else "is"
    if len(people) == 1:
        if one.name in action and not what:
            return ""
        if one.name in action and look and has_noun(one):
            seen = "seen " if what.startswith(("with", "wearing", "looking")) else ""
            return f"{one.name} {verb} {seen}{what}."
        return f"{_name_with(one, what)} {verb} in the frame."
    if meaning.function == "OTS" and at == 1:
        side = f", {describe_position(one)}" if describe_position(one) else ""
        return f"{_name_with(one, what)} {verb} in the near foreground, seen from behind{side}."
    where = describe_position(one) or ("in the frame too" if at else "in the frame")
    return f"{_name_with(one, what)} {verb} {where}."


def _name_with(one: MeantSubject, what: str) -> str:
    return f"{one.name}, {what}," if what else one.name


def is_card(meaning: ShotMeaning) -> bool:
    """Return True if the shot is a title card: it shows only text."""
    return bool(meaning.caption) and not meaning.action.strip() and not meaning.people


def name_camera_subject(meaning: ShotMeaning) -> str:
    """Return the subject that the camera shows, in a word or two: a person's name or a thing. Empty if the
    shot has none.
    """
    if part := action_words.find_featured_body_part(meaning):
        return f"the {part}"
    if is_card(meaning):
        return "the lettering"
    if focus := name_focus(meaning):
        return focus
    people = list_people_in_frame(meaning)
    return people[0].name if people and meaning.function != "insert" else ""


def name_focus(meaning: ShotMeaning) -> str:
    """Return the person or thing in focus as it is named in a sentence: `Mara`, `the letter`. Empty if the
    shot has no focus.
    """
    focus = strip_framing_words(strip_script_marks(meaning.focus)).strip(" .,;:")
    is_name = focus in meaning.names or any(focus == one.name for one in meaning.people)
    if not focus or is_name or focus[:1].isupper() or re.match(r"(?:the|an?|his|her|their|its)\b", focus):
        return focus
    return f"the {strip_foreign_article(focus)}"


def describe_setting(meaning: ShotMeaning) -> str:
    """Return a sentence with the place, the time and the weather, and the user's words about the place: `The
    setting is the noodle bar at night, indoors.`
    """
    if is_card(meaning):
        return "The ground behind the letters is plain and black."
    outside = is_outside(meaning)
    name = phrase_place_and_part(
        strip_script_marks(meaning.place),
        strip_script_marks(meaning.part),
        outside=outside,
        usage=PlaceUsage(meaning.ordinary_words, meaning.described_names),
    )
    time = phrase_time_of_day(meaning.time_of_day)
    side = "outdoors" if outside else "indoors" if meaning.setting else ""
    weather = phrase_weather(strip_script_marks(meaning.weather).lower())
    here = f"in {weather}" if weather and side != "indoors" else ""
    when = " ".join(filter(None, (time, here)))
    named = (", " if ", " in name else " ").join(filter(None, (name, when))) if name else ""
    where = ", ".join(filter(None, (named, side, "" if name else when, _phrase_place_details(meaning))))
    sentence = make_sentence(f"The setting is {where}") if where else ""
    # Rain that is seen through a window must not fall in the room.
    seen = f"Outside there is {weather}." if weather and not here else ""
    own = make_sentence(strip_framing_words(strip_script_marks(meaning.place_words)))
    return " ".join(filter(None, (sentence, seen, own)))


def _phrase_place_details(meaning: ShotMeaning) -> str:
    """Return what the reading says of the place as a phrase: `with a gasworks beyond the water`."""
    known = set(_WORD.findall(f"{meaning.place} {meaning.part}".casefold()))
    details = [one for one in meaning.place_details if not set(_WORD.findall(one.casefold())) <= known]
    nouns = [one for one in details if not is_clause(one) and not starts_with_preposition(one)]
    others = [one for one in details if not is_clause(one) and one not in nouns]
    with_nouns = f"with {join_phrases([add_article(one) for one in nouns])}" if nouns else ""
    return ", ".join(filter(None, (with_nouns, *others)))


def make_place_part(meaning: ShotMeaning) -> PromptPart:
    """Return the prompt part about the place, time and weather, with the sources of these facts."""
    own = meaning.sources
    sources = [own[name] for name in ("place", "looks") if name in own] or [SCRIPT]
    sources += [
        f"{name}: {own[name]}" for name in ("time", "weather") if name in own and own[name] not in sources
    ]
    source = SCRIPT if is_card(meaning) else ", ".join(dict.fromkeys(sources))
    return PromptPart("place", describe_setting(meaning), source)


def describe_caption(meaning: ShotMeaning) -> str:
    """Return a sentence about words on the screen, letter for letter. Empty if there are none."""
    if not meaning.caption:
        return ""
    words = quote_exactly(meaning.caption)
    if is_card(meaning):
        return f"The words {words} stand still on a plain dark ground."
    return f"Across the picture stands {words} in plain white letters."


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


def make_layer_parts(meaning: ShotMeaning, action: str) -> list[PromptPart]:
    """Return one prompt part for each attribute of the shot's place (function, culture, detail, …), in order.
    An attribute that the action already describes is left out.
    """
    if is_card(meaning):
        return []
    return [
        PromptPart(name, _phrase_layer(name, text, meaning), meaning.sources.get(name, ""))
        for name in WORD_LAYERS
        if (text := meaning.layers.get(name, "")) and not _is_in_action(text, action)
    ]


def _phrase_layer(name: str, text: str, meaning: ShotMeaning) -> str:
    """Return a sentence about one attribute of a place: the script's own, or the user's words in a frame."""
    words = strip_framing_words(strip_script_marks(text)).strip()
    if SCRIPT in meaning.sources.get(name, "") or words.endswith((".", "!", "?", "…")):
        return make_sentence(words)
    frame = next(frame for begins, frame in _FRAMES[name] if re.match(begins, words, re.IGNORECASE))
    return make_sentence(frame.format(words=words))


def _is_in_action(text: str, action: str) -> bool:
    """Return True if every significant word of `text` also occurs in the action."""
    significant = {word for word in _WORD.findall(text.casefold()) if len(word) > 3}
    return bool(significant) and significant <= set(_WORD.findall(action.casefold()))


def make_light_part(meaning: ShotMeaning) -> PromptPart:
    """Return a prompt part about the light that the reading or the user gives. Empty if neither names any."""
    own = strip_script_marks(meaning.layers.get("light", "")).strip()
    if is_card(meaning) or not own:
        return PromptPart("light", "", "")
    is_sentence = own.endswith((".", "!", "?", "…")) or own.lower().startswith("the light") or is_clause(own)
    verb = "comes from" if _LAMPS.search(own) else "is"
    text = own if is_sentence else f"The light {verb} {own}"
    return PromptPart("light", make_sentence(text), meaning.sources.get("light", "the place"))


def make_sound_part(meaning: ShotMeaning) -> PromptPart:
    """Return a prompt part about the sound that the reading or the user gives. Empty if neither names any."""
    own = strip_script_marks(meaning.layers.get("sound", "")).strip()
    is_sentence = own.endswith((".", "!", "?", "…")) or is_clause(own)
    text = own if is_sentence or not own else f"The sound is {own}"
    return PromptPart("sound", make_sentence(text), meaning.sources.get("sound", "the place"))


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
        how, words = _phrase_tone(line.tone), quote_exactly(line.text)
        if line.heard in _VOICES:
            voice = _VOICES[line.heard].format(name=name)
            if not line.text:
                out += [make_sentence(f"{voice.rstrip(',')} speaking"), "Nobody in the frame says a word."]
                continue
            out.append(make_sentence(f"{voice.rstrip(',')}{how}: {words}"))
        else:
            verb = (
                "sings" if line.name == SONG else "say" if action_words.JOINED_NAMES.search(name) else "says"
            )
            name = "somebody" if line.name == SONG else name
            out.append(make_sentence(f"{name} {verb}{how}: {words}"))
    return " ".join(out)


def _phrase_tone(parenthetical: str) -> str:
    """Return the manner of speaking for a sentence: `, softly`. A clause is in brackets."""
    tone = strip_script_marks(parenthetical).strip(" .,;:()–—-")
    if not tone or _PAUSES.fullmatch(tone):
        return ""
    count = len(tone.split())
    if _ACTS.match(tone) or count > _LONGEST_TONE or (tone[0].isupper() and count > 1):
        return f" ({tone})"
    return f", {tone[0].lower()}{tone[1:]}"


def describe_silence(meaning: ShotMeaning) -> str:
    """Return a sentence that nobody speaks, for a shot without spoken words. Without it, a model with sound
    invents speech.
    """
    return "" if meaning.lines else "There are no spoken words."


def join_prompt_parts(meaning: ShotMeaning, parts: Iterable[PromptPart]) -> ComposedPrompt:
    """Return the prompt made of these parts. A part that the user reworded has the user's text. Empty parts
    are left out.
    """
    every = []
    for part in parts:
        if part.role not in meaning.reworded:
            part = replace(part, text=_correct_names(part.text, meaning))
        else:
            text = meaning.reworded[part.role]
            part = PromptPart(part.role, make_sentence(text), f"{BY_USER}, for the {meaning.by[part.role]}")
        every.append(part)
    kept = tuple(part for part in every if part.text)
    whole = () if meaning.own is not None else tuple(every)
    return ComposedPrompt(" ".join(part.text for part in kept), meaning.negative, kept, whole)


def _correct_names(text: str, meaning: ShotMeaning) -> str:
    """Return the text with generic names of people written as ordinary nouns (`Younger Woman` becomes `the
    younger woman`), and with acronyms in capitals. Spoken words and words on the screen stay as they are.
    """
    quoted = {quote_exactly(words) for words in (meaning.caption, *(line.text for line in meaning.lines))}
    exact = "|".join(re.escape(words) for words in sorted(quoted, key=len, reverse=True))
    pieces = re.split(f"({exact})", text)
    return "".join(
        piece if at % 2 else restore_acronyms(_lowercase_names_in(piece, meaning))
        for at, piece in enumerate(pieces)
    )


def _lowercase_names_in(text: str, meaning: ShotMeaning) -> str:
    names = {*(one.name for one in meaning.people), *(line.name for line in meaning.lines)}
    for name in sorted(names, key=len, reverse=True):
        if noun := _PRONOUN_NOUNS.get(name.casefold()):
            start, inside = rf"(^ ?|[.!?:] ){name}\b(?![^“]*”)", rf"\b{name}\b(?![^“]*”)"
            text = re.sub(inside, f"the {noun}", re.sub(start, rf"\1The {noun}", text))
            continue
        bare = _NAME_ARTICLE.sub("", name)
        words = bare.split()
        is_generic = words and words[-1].lower() in _SOMEBODY and all(map(_is_generic_word, words))
        is_described = name in meaning.described_names and meaning.ordinary_words.issuperset(map(fold, words))
        if not words or not (is_generic or is_described):
            continue
        called = (
            r"(^ ?|[.!?:] )?(?:\b(the|an?|his|her|their|another) "
            r"((?-i:(?!of |in |on |at |with |to )[a-z-]+ )?))?"
            rf"\b(?-i:{re.escape(bare)})\b(?![^“]*”)"
        )
        text = re.sub(called, partial(_lowercase_name, bare.lower()), text, flags=re.IGNORECASE)
    return text


def _lowercase_name(name: str, found: re.Match[str]) -> str:
    article = (found[2] or "the").lower()
    begins = found[1] is not None
    return f"{found[1] or ''}{article.capitalize() if begins else article} {found[3] or ''}{name}"


def _is_generic_word(word: str) -> bool:
    bare = re.sub(r"['’]s$", "", word.lower())
    return bare in _SOMEBODY | _QUALITIES | ROLES


def limit_prompt(meaning: ShotMeaning, parts: Sequence[PromptPart], most: int) -> ComposedPrompt:
    """Return the prompt made of these parts with at most `most` words, if this is possible without shortening
    the speech, the camera and the user's own words. The ends of the longest descriptions are left out first.
    """
    for role in ("sound", "light", *reversed(tuple(WORD_LAYERS)), "things", "place", "people", "action"):
        over = sum(len(part.text.split()) for part in join_prompt_parts(meaning, parts).parts) - most
        if over <= 0:
            break
        parts = [_shorten_part(part, over) if part.role == role else part for part in parts]
    return join_prompt_parts(meaning, parts)


def _shorten_part(part: PromptPart, over: int) -> PromptPart:
    """Leave out about `over` words at the end of a part of the prompt. Only complete sentences are left out,
    and the first one stays.
    """
    sentences = split_sentences(part.text)
    while len(sentences) > 1 and over > 0:
        over -= len(sentences.pop().split())
    return replace(part, text=" ".join(sentences))
