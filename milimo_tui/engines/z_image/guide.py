"""Give the prompt rules of Z-Image's authors (2025) to a language model that words a still, and check the
resulting text against them.
"""

from __future__ import annotations

from milimo_tui.engines.contract.guide import Guide
from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.prompting import measures
from milimo_tui.engines.prompting.still_parts import MOST

_RULES = """
You word one shot of a film as a still picture for a model that makes it from prose.
You get the shot as it is worded now, and facts that stay. Answer with one paragraph of 60 to \
200 words, in English, and nothing else: no heading, no list, no quotation marks around the whole.
- First what is there, all of it: who, how many, what they do, in what state; then the place, the light, \
the composition, what things are made of and their colours.
- A still has one moment: nothing happens after anything else, the camera does not move, nothing is heard \
and nobody says words; who speaks has parted lips.
- Say what is seen, in plain nouns: no praise such as masterpiece or 8K, no comparisons, no feelings.
- Say what is there. What is not there is not named: never “no”, “not” or “without”.
- Words that stand written in the picture go in quotation marks, with where they stand.
- Name the size once, as the facts have it, and no other size; say where the camera looks from.
- Tell people by name and by what is visible of them, each once. Nobody who is not in the facts."""


def _find_z_image_prompt_faults(text: str, meaning: ShotMeaning) -> tuple[str, ...]:
    bare = measures.strip_speech(text)
    return (
        *measures.find_framing_faults(bare, meaning),
        *measures.find_still_faults(bare),
        *measures.find_meaning_faults(text, meaning),
        *measures.find_length_fault(text, MOST),
    )


GUIDE = Guide("Z-Image", _RULES.strip(), _find_z_image_prompt_faults, still=True, most=MOST)
