"""The prompt of a shot's still in the form that suits FLUX.2: the subject first, prose, light and lens.

Source: the authors' prompting guide (2026): natural sentences, the most important first, no negations.
"""

from __future__ import annotations

from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.prompting.still_parts import compose_still_prompt
from milimo_tui.story.elements.prompt import ComposedPrompt

ORDER = ("action", "people", "camera", "things", "place", "layers", "light", "style")


def compose_flux2_prompt(meaning: ShotMeaning) -> ComposedPrompt:
    """Compose the prompt of a still."""
    return compose_still_prompt(meaning, ORDER)
