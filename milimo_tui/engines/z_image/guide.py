"""The prompt guide of Z-Image by its authors (2025): rules for a language model that writes
the prompt of a still.
"""

from __future__ import annotations

from milimo_tui.engines.contract.guide import Guide

_RULES = """
You write the prompt of one shot of a film as a still picture, for a model that makes it from prose.
Write one paragraph of at most 200 words, in English, without headings and lists. A short paragraph is good \
if the facts are few.
- First everything that is there: who, how many, what they do, in what state; then the place, the light and \
the composition. No praise such as masterpiece or 8K.
- Words that are written in the picture are in quotation marks, with their position.
- A still has one moment: nothing happens after anything else, the camera does not move, nothing is heard \
and nobody says words. A person who speaks has parted lips.
- Describe only what is there. Do not name absent things: never “no”, “not” or “without”.
- Name the size once, as the facts have it, and no other size. Say where the camera looks from.
- Name each person in the frame, with the look from the facts, each once. Nobody else.
- Describe only what is seen: no comparisons, no feelings, no story before or after."""

GUIDE = Guide("Z-Image", _RULES.strip(), still=True)
