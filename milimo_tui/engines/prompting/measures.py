"""Check a prompt against the rules in the prompting guide of the model's authors. The checks search for words
and ignore quoted speech. Pure functions.

They apply to prompts of every origin: written by a composer (`bench/breakdown.py`), a language model or a
person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.prompting.framing_words import describe_size
from milimo_tui.engines.prompting.script_marks import strip_script_marks
from milimo_tui.story.values.text import QUOTED

SIZES = r"(?:extreme |medium )?(?:wide[- ](?:shot|view|angle)|close[- ]?up)|medium shot"
OTHER_SIZES = r"(?:medium |extreme )?(?:long|full) shot"
# Word patterns of each measure. A prompt fulfils a measure if at least one of the patterns matches.
ASKED = {
    "movement": (
        r"static|still camera|locked(?:[- ]off)?|(?:camera|frame) (?:is|stays|holds) still|hand-?held",
        r"pan(?:s|ning)?|tilt(?:s|ing)?|push(?:es|ing)?[- ]in|pull(?:s|ing)?[- ](?:back|out)|rack focus",
        r"doll(?:y|ies|ying)|track(?:s|ing)?|cranes?|craning|zoom(?:s|ing)?|arc(?:s|ing)?|orbit(?:s|ing)?",
        r"camera (?:\w+ )?(?:moves|follows|drifts|rises|sinks|glides)",
    ),
    "viewpoint": (
        r"from (?:the )?(?:front|back|behind|(?:left |right )?side|above|below|overhead)|top[- ]down",
        r"over(?:[- ]the)?[- ](?:\w+['\u2019]s )?shoulder|in profile|point[- ]of[- ]view",
        r"(?:low|high|dutch)[- ]angle|eye[- ]level|at eye height|(?:front|side|back)(?:al)? view",
    ),
    "light": (
        r"(?:sun|moon|day|lamp|candle|street|head|fire|spot|torch|star)?light(?:s|ing|ed)?|lit|backlit",
        r"lamps?|candles?|bulbs?|neon|fluorescent|flames?|sun|moon",
        r"glow(?:s|ing)?|shadow(?:s|y)?|dim|bright|dark(?:ness)?|gloom|overcast",
    ),
    "sound": (
        r"sounds?|audio|noise|ambien\w+|room tone|quiet|silen(?:ce|t)|music|footsteps|hum(?:s|ming)?",
        r"(?:rumbl|patter|echo|clatter|murmur|buzz|rustl|hiss|creak)\w*",
    ),
}
_MARKS = compile_lazily(
    r"\*\w|\w\*|\[|\]|\bINT\.|\bEXT\.|\((?:CONT['’]D|O\.?S\.?|V\.?O\.?)\)|^#|\bCUT TO\b", re.MULTILINE
)
_WE_SEE = compile_lazily(r"\bwe (?:can )?(?:see|hear)\b", re.IGNORECASE)
_SEQUENCE = compile_lazily(
    r"\b(?:then|afterwards|next|suddenly|slowly begins?|until|before (?:he|she|they|it)\b)", re.I
)
_CAMERA_MOVES = compile_lazily(
    r"\bcamera (?:\w+ )?(?:pans?|tilts?|push\w*|pulls?|tracks?|cranes?|zooms?|arcs?|moves|follows|is static)",
    re.IGNORECASE,
)
_NEGATED = compile_lazily(r"\b(?:no|not|without|never|nobody|nothing|none)\b|n['’]t\b", re.IGNORECASE)


def find_all_words(words: str, text: str) -> list[str]:
    """Return every occurrence in `text` of the words that the regular expression `words` matches."""
    return re.findall(rf"\b(?:{words})\b", text, re.IGNORECASE)


def strip_speech(text: str) -> str:
    """Return a prompt without its spoken lines."""
    return QUOTED.sub(" ", text)


def has_one_size(text: str) -> bool:
    """Return True if a prompt without speech names one of the six sizes once, and no other size."""
    return len(find_all_words(SIZES, text)) == 1 and not find_all_words(OTHER_SIZES, text)


def fulfils_measure(measure: str, text: str) -> bool:
    """Return True if a prompt contains at least one of the words that the rule `measure` in `ASKED` requires.
    `text` is the prompt without its spoken lines.
    """
    return bool(find_all_words("|".join(ASKED[measure]), text))


def find_framing_faults(bare: str, meaning: ShotMeaning) -> Iterator[str]:
    """Yield the faults in the framing of a prompt without speech: no size, several sizes, another size than
    the shot's, a missing viewpoint.
    """
    sizes = [size.lower().replace("closeup", "close-up") for size in find_all_words(SIZES, bare)]
    if not sizes:
        yield "it names no size"
    elif len(sizes) > 1 or find_all_words(OTHER_SIZES, bare):
        yield "it names more than one size"
    elif sizes[0].replace(" up", "-up") != describe_size(meaning):
        yield f"it is a {sizes[0]}, the shot a {describe_size(meaning)}"
    if not fulfils_measure("viewpoint", bare):
        yield "it says no viewpoint"


def find_meaning_faults(text: str, meaning: ShotMeaning) -> Iterator[str]:
    """Yield the contradictions between a prompt and its shot: script markup in the prompt, people in the
    prompt who are not in the shot, and people of the shot who are not in the prompt.
    """
    bare = strip_speech(text)
    if _MARKS.search(bare):
        yield "marks of the script are in it"
    if _WE_SEE.search(bare):
        yield "it says “we see”"
    here = {one.name.casefold() for one in meaning.people} | {line.name.casefold() for line in meaning.lines}
    action = strip_script_marks(meaning.action).casefold()
    for name in meaning.names:
        known = (
            name.casefold() in here
            or _contains_name(action, name)
            or any(_contains_name(one, name) for one in here)
        )
        if not known and name[:1].isupper() and _contains_name(bare, name):
            yield f"{name} is not in this shot"
    for one in meaning.people:
        if not _contains_name(bare, one.name):
            yield f"{one.name} is missing"


def find_speech_faults(text: str, meaning: ShotMeaning) -> Iterator[str]:
    """Yield the spoken lines that the prompt does not quote exactly."""
    letters = _keep_letters(text)
    for line in meaning.lines:
        if _keep_letters(line.text) not in letters:
            yield f"the words of {line.name} are not as written"


def find_still_faults(bare: str) -> Iterator[str]:
    """Yield content of a prompt without speech that a still cannot show: a sequence in time, a moving camera,
    absent things.
    """
    if _SEQUENCE.search(bare):
        yield "it tells one thing after another: a still has one moment"
    if _CAMERA_MOVES.search(bare):
        yield "its camera moves: a still has none"
    if negated := _NEGATED.search(bare):
        yield f"it says “{negated[0]}”: what is named is drawn"


def _contains_name(text: str, name: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE) is not None


def _keep_letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def find_length_fault(text: str, most: int) -> Iterator[str]:
    """Yield a fault if a prompt has more than `most` words."""
    if (count := len(text.split())) > most:
        yield f"it has {count} words, at most {most} are allowed"
