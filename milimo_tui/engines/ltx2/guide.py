"""The prompt guide of LTX-2: rules for wording a shot, and checks of a prompt against these rules.

Source: Lightricks' instructions for their prompt enhancer and their notes on prompting (2026).
"""

from __future__ import annotations

from milimo_tui.engines.contract.guide import Guide
from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.ltx2.paragraph import MOST
from milimo_tui.engines.prompting import measures

_RULES = f"""
You word one shot of a film for a model that makes a short clip with sound from a caption.
You get the shot as it is worded now, and facts that stay. Answer with one paragraph of at most \
{MOST} words, in English, and nothing else: no heading, no list, no quotation marks around the whole.
- Begin with what happens. Tell it in the order of time, in the present tense, in flowing sentences. \
Never “we see”.
- Tell only what can be seen or heard: no thoughts, no feelings, no comparisons, no backstory. \
A feeling is what the face and the hands do.
- Name the size once, as the facts have it, and no other size. Say what the camera does, also that it is \
static, and where it looks from.
- Tell people by name and by what is visible of them, each once. Nobody who is not in the facts.
- Then where it is, what it is made of, what lies behind, and where the light comes from.
- Last the sound: the room, what is heard of the action. Each spoken line stands in “quotation marks”, \
letter by letter, with who says it; where nobody speaks, say so.
- Add no plot, no second place and no cut."""


def _find_ltx2_prompt_faults(text: str, meaning: ShotMeaning) -> tuple[str, ...]:
    bare = measures.strip_speech(text)
    return (
        *measures.find_framing_faults(bare, meaning),
        *(("it says no movement",) if not measures.fulfils_measure("movement", bare) else ()),
        *measures.find_meaning_faults(text, meaning),
        *measures.find_speech_faults(text, meaning),
        *measures.find_length_fault(text, MOST),
    )


GUIDE = Guide("LTX-2", _RULES.strip(), _find_ltx2_prompt_faults, most=MOST)
