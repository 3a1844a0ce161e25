"""The prompt of a shot as LTX-2 was captioned: one paragraph, 120 to 220 words, what happens first.

By the makers' instructions for their prompt enhancer and their notes on prompting (2026): chronological, only
what is seen or heard, one of six sizes, the camera's motion and the viewpoint always, people by what is
visible, then light and place, then sound with every word that is spoken in quotes. What the script leaves
open is filled from tables, and marked so.
"""

from __future__ import annotations

from dataclasses import replace

from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.prompting import composing, light_words
from milimo_tui.engines.prompting.composing import SCRIPT
from milimo_tui.engines.prompting.framing_words import movement_of, size_of, view_of, without_sizes
from milimo_tui.engines.prompting.place_words import PlaceWords, words_for
from milimo_tui.engines.prompting.script_marks import sentence, unmarked
from milimo_tui.story.elements.prompt import Prompt, PromptPart

LEAST, MOST = 120, 220  # words
ENOUGH = 128  # filling stops here


def paragraph(meaning: ShotMeaning) -> Prompt:
    """Compose it. A prompt of the shot's own takes the place of all but the style."""
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
    """The parts by what is known, with light and sound of the place where nothing is said of them."""
    who, whose = composing.people(meaning)
    light, row = light_words.light_for(place, meaning.time_of_day, meaning.weather, outside=outside)
    own_light, own_sound = meaning.layers.get("light", ""), meaning.layers.get("sound", "")
    heard = light_words.sound_for(place, meaning.weather, outside=outside)
    spoken = composing.speech(meaning.lines)
    return [
        PromptPart("action", _action(meaning), SCRIPT),
        PromptPart("camera", _camera(meaning), "the shot"),
        PromptPart("people", who, whose),
        PromptPart("place", _place(meaning, outside), SCRIPT),
        PromptPart("light", _light(own_light or light), "the place" if own_light else f"filled: {row}"),
        PromptPart("style", sentence(without_sizes(meaning.style)), "the film"),
        PromptPart(
            "sound",
            sentence(f"The sound is {own_sound or heard}"),
            "the place" if own_sound else f"filled: {place.name}",
        ),
        PromptPart("speech", spoken or "Nobody speaks.", SCRIPT),
    ]


def _action(meaning: ShotMeaning) -> str:
    text = composing.happening(meaning)
    if not text and meaning.caption:
        return sentence(f"Words stand still on a plain dark ground: “{unmarked(meaning.caption)}”")
    if not text and meaning.people:
        return sentence(f"{meaning.people[0].name} is there, hardly moving")
    text = text or sentence(f"{composing.where(meaning) or 'The place'} lies still")
    if meaning.caption:
        text += f" Words stand over the picture: “{unmarked(meaning.caption)}”."
    return text


def _camera(meaning: ShotMeaning) -> str:
    return sentence(f"A {size_of(meaning)} {view_of(meaning)}; {movement_of(meaning)}").replace(
        "A extreme", "An extreme"
    )


def _place(meaning: ShotMeaning, outside: bool) -> str:
    name = composing.where(meaning)
    side = "outdoors" if outside else "indoors"
    weather = f", {unmarked(meaning.weather)}" if meaning.weather and outside else ""
    time = f", {unmarked(meaning.time_of_day).lower()}" if meaning.time_of_day else ""
    own = sentence(without_sizes(unmarked(meaning.place_words)))
    layers = " ".join(
        sentence(unmarked(words))
        for layer, words in meaning.layers.items()
        if layer not in ("light", "sound")
    )
    head = (
        sentence(f"The place is {name}, {side}{time}{weather}")
        if name
        else sentence(f"It is {side}{time}{weather}")
    )
    return " ".join(filter(None, (head, own, layers)))


def _light(words: str) -> str:
    return sentence(f"The light is {words}" if not words.lower().startswith("the light") else words)


def _filling(meaning: ShotMeaning, place: PlaceWords) -> tuple[tuple[str, str, str], ...]:
    """Sentences that may be added, the most telling first: role, words, the row that they come from."""
    subject = meaning.people[0].name if meaning.people else ""
    speaks = any(not line.heard for line in meaning.lines)
    others = [one.name for one in meaning.people[1:]]
    fine = without_sizes(unmarked(meaning.focus)) or subject or composing.where(meaning) or "the subject"
    out = [
        ("place", f"Around it are {place.made_of}.", place.name),
        (
            "action",
            f"{subject} moves a little with each phrase, breathing between them."
            if speaks and subject
            else f"{subject} moves naturally, with small shifts of weight and breath."
            if subject
            else "Small movements go on in the background.",
            "movement",
        ),
        ("camera", f"Focus stays on {fine}, and the background falls softly away.", "focus"),
        ("light", "It models the shapes gently and leaves some of the frame in shadow.", "light"),
        ("sound", "Small movements of cloth and steps are heard close by, and there is no music.", "sound"),
        (
            "people",
            f"{composing.listed(others)} {'watch' if len(others) > 1 else 'watches'}, almost still."
            if others
            else "",
            "listeners",
        ),
        ("place", "The colours are natural and the surfaces show fine texture and signs of use.", "texture"),
        ("action", "What happens runs on without a cut, at the pace of real time.", "pace"),
        (
            "camera",
            "The composition is balanced, with room around the subject and a level horizon.",
            "composition",
        ),
        ("sound", "The room's tone stays even from the first moment to the last.", "sound"),
        ("light", "The exposure stays steady through the shot, without flicker.", "light"),
    ]
    return tuple(row for row in out if row[1])


def _with_row(source: str, row: str) -> str:
    return source if f"filled: {row}" in source else ", ".join(filter(None, (source, f"filled: {row}")))


def _shorter(meaning: ShotMeaning, parts: list[PromptPart]) -> Prompt:
    """The prompt within the most words: filled parts go first, then the ends of the longest told ones."""
    for role in ("sound", "light", "place", "people", "action"):
        over = composing.count(composing.joined(meaning, parts).parts) - MOST
        if over <= 0:
            break
        parts = [_cut(part, over) if part.role == role else part for part in parts]
    return composing.joined(meaning, parts)


def _cut(part: PromptPart, over: int) -> PromptPart:
    """A part with its last words gone, whole sentences where they will do; some of it always stays."""
    words = part.text.split()
    left = max(min(len(words), 12), len(words) - over)
    text = " ".join(words[:left])
    end = max(text.rfind(stop) for stop in ".!?…")
    return replace(part, text=text[: end + 1] if end > len(text) // 2 else sentence(text.rstrip(",;:")))
