"""The prompt guide of FLUX.2 (Black Forest Labs, 2026): rules for a language model that writes the prompt of
a still, and a check of a prompt against them.
"""

from __future__ import annotations

from milimo_tui.engines.contract.guide import Guide
from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.prompting import measures
from milimo_tui.engines.prompting.still_parts import MOST

_RULES = """
You word one shot of a film as a still picture for a model that makes it from prose.
You get the shot as it is worded now, and facts that stay. Answer with one paragraph of 40 to \
120 words, in English, and nothing else: no heading, no list, no quotation marks around the whole.
- The most important first: the subject and what they are in the middle of, then where it is, then the \
light, the lens and what things are made of.
- A still has one moment: nothing happens after anything else, the camera does not move, nothing is heard \
and nobody says words; who speaks has parted lips.
- Say what is there. What is not there is not named: never “no”, “not” or “without”.
- Name the size once, as the facts have it, and no other size; say where the camera looks from.
- Tell people by name and by what is visible of them, each once. Nobody who is not in the facts.
- No comparisons, no feelings, no story before or after."""


def _find_flux2_prompt_faults(text: str, meaning: ShotMeaning) -> tuple[str, ...]:
    bare = measures.strip_speech(text)
    return (
        *measures.find_framing_faults(bare, meaning),
        *measures.find_still_faults(bare),
        *measures.find_meaning_faults(text, meaning),
        *measures.find_length_fault(text, MOST),
    )


GUIDE = Guide("FLUX.2", _RULES.strip(), _find_flux2_prompt_faults, still=True, most=MOST)
