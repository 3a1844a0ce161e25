"""The prompt of a shot's still in the form that suits FLUX.2: natural sentences, the subject first, then
light and lens, without negations.

Source: the prompting guide of Black Forest Labs (2026).
"""

from __future__ import annotations

from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.prompting.still_parts import compose_still_prompt
from milimo_tui.story.elements.prompt import ComposedPrompt

ORDER = ("action", "people", "camera", "things", "place", "layers", "light", "style")


def compose_flux2_prompt(meaning: ShotMeaning) -> ComposedPrompt:
    """Compose the prompt of a still from the contents of its shot."""
    return compose_still_prompt(meaning, ORDER)
