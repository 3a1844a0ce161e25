"""The prompt of a shot's still as Z-Image reads best: long, concrete, all that is seen, then how it is seen.

By the makers' own template for worded prompts (2025): who and what there is in fixed numbers first, then the
surroundings, light, composition and surfaces; no words of praise, no comparisons.
"""

from __future__ import annotations

from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.prompting.still_parts import still_prompt
from milimo_tui.story.elements.prompt import Prompt

ORDER = ("people", "action", "things", "place", "layers", "light", "camera", "style")
PLAIN_STYLE = "A realistic photograph: skin, cloth and surfaces in fine texture, natural colours."


def still(meaning: ShotMeaning) -> Prompt:
    """Compose it."""
    return still_prompt(meaning, ORDER, PLAIN_STYLE)
