"""Compose the prompt of a shot's still picture for Z-Image. It is long and concrete, and describes first all
visible things, then how they are seen.

The order follows the authors' own template for prompts (2025): people and things in exact numbers, then the
surroundings, light, composition and surfaces. Praise and comparisons are left out.
"""

from __future__ import annotations

from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.prompting.still_parts import compose_still_prompt
from milimo_tui.story.elements.prompt import ComposedPrompt

ORDER = ("people", "action", "things", "place", "layers", "light", "camera", "style")


def compose_z_image_still(meaning: ShotMeaning) -> ComposedPrompt:
    """Compose the prompt of a shot's still picture."""
    return compose_still_prompt(meaning, ORDER)
