"""The prompt guide of Wan 2.2: rules for a language model that writes the prompt of a shot.

The rules follow the authors' instructions for rewriting prompts (`wan/utils/system_prompt.py`, 2026).
"""

from __future__ import annotations

from milimo_tui.engines.contract.guide import Guide

_RULES = """
You write the prompt of one shot of a film, for a model that makes a short clip without sound.
Write one paragraph of at most 200 words, in English, without headings and lists. A short paragraph is good \
if the facts are few.
- Begin with a short list of what the facts say of these: time of day, light, size, angle, composition, and \
what the camera does, also if it is static.
- Name the size once, as the facts have it, and no other size.
- Then name each person in the frame, with the look from the facts, each once. Nobody else.
- Describe the course of the action step by step, in the present tense; then the place.
- Nothing is heard: no sounds and no spoken words. A person who speaks moves the lips. Only words that are \
written in the picture are in quotation marks.
- Describe only what is seen: no moods, no thoughts, no comparisons, no plot that is not in the facts."""

GUIDE = Guide("Wan 2.2", _RULES.strip(), silent=True, most=200)
