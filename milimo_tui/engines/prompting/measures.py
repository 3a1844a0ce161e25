"""Check a prompt against the rules in the prompting guide of the model's authors. The checks search for words
and ignore quoted speech. Pure functions.

They apply to composed prompts (`bench/breakdown.py`). `paragraph_check` compares the prompts of language
models with facts.
"""

from __future__ import annotations

import re

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
}


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
