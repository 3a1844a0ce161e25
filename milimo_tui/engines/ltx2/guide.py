"""The prompt guide of LTX-2: rules for a language model that writes the prompt of a shot.

Source: Lightricks' instructions for their prompt enhancer and their notes on prompting (2026).
"""

from __future__ import annotations

from milimo_tui.engines.contract.guide import Guide

_RULES = """
You write the prompt of one shot of a film, for a model that makes a short clip with sound from a caption.
Write one paragraph of at most 200 words, in English, without headings and lists. A short paragraph is good \
if the facts are few.
- Begin with the action. Tell it in the order of time, in the present tense, in flowing sentences. Never \
“we see”.
- Describe only what can be seen or heard: no thoughts, no comparisons, no backstory.
- Name the size once, as the facts have it, and no other size. Say what the camera does, also if it is \
static, and where it looks from.
- Name each person in the frame, with the look from the facts, each once. Nobody else.
- Then name the place and the time, and the light if the facts or the script mention it.
- Last the sound, if the facts or the script mention it. Put each spoken line in “quotation marks”, letter \
for letter and in its own language, with the speaker. If nobody speaks, say so.
- Add no plot, no second place and no cut."""

GUIDE = Guide("LTX-2", _RULES.strip())
