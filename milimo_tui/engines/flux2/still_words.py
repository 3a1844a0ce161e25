"""The prompt of a shot's still as FLUX.2 reads best: the subject first, prose, light and lens.

By the makers' prompting guide (2026): natural sentences, the most important first, no negations.
"""

from __future__ import annotations

from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.prompting.still_parts import still_prompt
from milimo_tui.story.elements.prompt import Prompt

ORDER = ("action", "people", "camera", "things", "place", "layers", "light", "style")


def still(meaning: ShotMeaning) -> Prompt:
    """Compose it."""
    return still_prompt(meaning, ORDER)
