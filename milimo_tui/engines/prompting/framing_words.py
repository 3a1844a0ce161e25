"""Describe shot sizes, viewpoints and camera movements in the words that authors of video models use in
captions.

A prompt names one of six sizes, the camera's movement (also if the camera is static) and the viewpoint. This
is the style of LTX-2's captions, according to Lightricks' instructions for rewriting prompts (August 2026).
"""

from __future__ import annotations

import re

from milimo_tui.core.format import add_indefinite_article
from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.engines.contract.meaning import ShotMeaning

_SIZES = {
    "ECU": "extreme close-up",
    "CU": "close-up",
    "MCU": "medium close-up",
    "MS": "medium shot",
    "MLS": "medium shot",
    "FS": "wide shot",
    "LS": "wide shot",
    "WS": "wide shot",
    "EWS": "extreme wide shot",
}
_VIEWS = {
    "eye": "at eye level, from the front",
    "low": "from a low angle",
    "high": "from a high angle",
    "overhead": "top-down, from above",
    "dutch": "from the front, with a tilted, dutch angle horizon",
    "profile": "in profile, from the side",
}
_MOVEMENTS = {
    "static": "the camera is static",
    "pan left": "the camera pans slowly to the left",
    "pan right": "the camera pans slowly to the right",
    "tilt up": "the camera tilts slowly up",
    "tilt down": "the camera tilts slowly down",
    "dolly in": "the camera pushes in slowly towards {subject}",
    "dolly out": "the camera pulls back slowly",
    "dolly left": "the camera dollies slowly to the left",
    "dolly right": "the camera dollies slowly to the right",
    "track": "the camera tracks alongside {subject} at the same speed",
    "crane up": "the camera cranes up",
    "crane down": "the camera cranes down",
    "zoom in": "the camera zooms in slowly",
    "zoom out": "the camera zooms out slowly",
    "arc": "the camera arcs slowly around {subject}",
    "rack": "the camera is static and the focus racks from the foreground to the background",
}
_TO_SUBJECT = compile_lazily(r" (?:towards|alongside|around) \{subject\}(?: at the same speed)?")
_RIGS = {
    "handheld": ", handheld, with slight natural shake",
    "steadicam": ", gliding smoothly",
    "aerial": ", high in the air",
    "underwater": ", below the water's surface",
}
# Numbers and letters that begin with a vowel sound: an 85 mm lens, an 18 mm lens.
_SIZE_WORDS = compile_lazily(
    r"\b(?:in |an? )?(?:(?:extreme|medium|very|big|full)[- ])?"
    r"(?:(?:wide|long|full|medium|establishing)[- ](?:shot|view|angle)s?|close[- ]?ups?)(?: (?:of|on))?\b:?",
    re.IGNORECASE,
)


def describe_size(meaning: ShotMeaning) -> str:
    """Return the name of the shot's size in the words of the captions, such as `medium shot`. Captions use
    six sizes.
    """
    return _SIZES.get(meaning.size, "medium shot")


def describe_viewpoint(meaning: ShotMeaning) -> str:
    """Return a phrase for the viewpoint of the camera, such as `straight on, at eye level` or `over the
    shoulder of Mara`.
    """
    names = [one.name for one in meaning.people]
    if meaning.function == "OTS" and len(names) > 1:
        return f"over the shoulder of {names[1]}"
    if meaning.function == "POV":
        return f"as a point of view, {_VIEWS.get(meaning.angle, _VIEWS['eye'])}"
    if not meaning.people and meaning.angle == "eye":
        return "straight on, at eye level"
    return _VIEWS.get(meaning.angle, _VIEWS["eye"])


def describe_lens(meaning: ShotMeaning) -> str:
    """Return the lens that the user gave the shot, with its article: `an 85 mm lens at f/1.8`. Empty if there
    is none.
    """
    words = " ".join(meaning.lens.split())
    if not words:
        return ""
    if "lens" not in words:
        length, at, stop = words.partition(" at ")
        words = f"{length} lens{at}{stop}"
    return words if re.match(r"(?:an?|the) ", words) else add_indefinite_article(words)


def describe_shot_framing(meaning: ShotMeaning, focus: str) -> str:
    """Return a phrase for the size, viewpoint and lens of a shot, such as `A close-up from the front, through
    an 85 mm lens, with the focus on the letter`. `focus` is the person or thing in focus; the first person in
    the frame is in focus already.
    """
    lens, first = describe_lens(meaning), meaning.people[0].name if meaning.people else ""
    size = describe_size(meaning)
    words = f"{'An' if size.startswith('e') else 'A'} {size} {describe_viewpoint(meaning)}"
    words += f", through {lens}" if lens else ""
    return f"{words}, with the focus on {focus}" if focus and focus != first else words


def describe_movement(meaning: ShotMeaning, subject: str) -> str:
    """Return a phrase for the movement of the camera relative to `subject`, and for the rig that carries the
    camera. Without a subject, the phrase names only the movement.
    """
    words = _MOVEMENTS.get(meaning.movement, _MOVEMENTS["static"])
    words = words.format(subject=subject) if subject else _TO_SUBJECT.sub("", words)
    if meaning.rig == "handheld" and meaning.movement == "static":
        return "the camera is handheld and stays in its place, with slight natural shake"
    return words + _RIGS.get(meaning.rig, "")


def strip_framing_words(text: str) -> str:
    """Return a text without words for shot sizes and camera positions, because a prompt names its size only
    once.
    """
    bare = _SIZE_WORDS.sub(" ", text)
    return " ".join(bare.split()).strip(" :,–—-") if bare != text else text
