"""The prompt of a shot's still in the form that suits Qwen-Image: action and people first, then place and
manner.

Sources: the authors' model card and prompt tool (2025): complete sentences, and words of quality at the end.
"""

from __future__ import annotations

from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.prompting.still_parts import compose_still_prompt
from milimo_tui.story.elements.prompt import ComposedPrompt

ORDER = ("action", "people", "things", "place", "layers", "light", "camera", "style")


def compose_qwen_prompt(meaning: ShotMeaning) -> ComposedPrompt:
    """Return the prompt of a still for this shot."""
    return compose_still_prompt(meaning, ORDER)
