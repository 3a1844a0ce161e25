"""Give the prompt rules of Wan 2.2 to a language model that words a shot, and check the resulting text
against them.

The rules follow the authors' instructions for rewriting prompts (`wan/utils/system_prompt.py`, 2026).
"""

from __future__ import annotations

from milimo_tui.engines.contract.guide import Guide
from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.prompting import measures
from milimo_tui.engines.wan.caption import MOST

_RULES = f"""
You word one shot of a film for a model that makes a short clip without sound.
You get the shot as it is worded now, and facts that stay. Answer with one paragraph of at most \
{MOST} words, in English, and nothing else: no heading, no list, no quotation marks around the whole.
- A style, where the facts have one, stands first. Then in a short list what of these the facts say: time of \
day, kind and hardness of the light, size, angle, composition; and what the camera does, also that it is \
static.
- Name the size once, as the facts have it, and no other size.
- Then the people by what is visible of them, each once, by name; nobody who is not in the facts.
- Tell the whole course of what they do, step by step in the present tense; then the background, with what \
moves in it.
- Nothing is heard: no sounds, no words in quotation marks but those that stand written in the picture. Who \
speaks moves their lips.
- Tell only what is seen: no moods, no thoughts, no comparisons, no plot that is not in the facts."""


def _find_wan_prompt_faults(text: str, meaning: ShotMeaning) -> tuple[str, ...]:
    bare = measures.strip_speech(text)
    return (
        *measures.find_framing_faults(bare, meaning),
        *(("it says no movement",) if not measures.fulfils_measure("movement", bare) else ()),
        *measures.find_meaning_faults(text, meaning),
        *measures.find_length_fault(text, MOST),
    )


GUIDE = Guide("Wan 2.2", _RULES.strip(), _find_wan_prompt_faults, most=MOST)
