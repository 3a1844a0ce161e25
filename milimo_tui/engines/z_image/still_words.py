"""The prompt of a shot's still for Z-Image: long and concrete, all visible things first, then how they are
seen.

The order follows the authors' own template for prompts (2025): who and what there is, in exact numbers, then
the surroundings, light, composition and surfaces. There is no praise and there are no comparisons.
"""

from __future__ import annotations

from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.prompting.still_parts import compose_still_prompt
from milimo_tui.story.elements.prompt import ComposedPrompt

ORDER = ("people", "action", "things", "place", "layers", "light", "camera", "style")
PLAIN_STYLE = "A realistic photograph: skin, cloth and surfaces in fine texture, natural colours."


def compose_z_image_still(meaning: ShotMeaning) -> ComposedPrompt:
    """Compose the prompt of a still."""
    return compose_still_prompt(meaning, ORDER, PLAIN_STYLE)
