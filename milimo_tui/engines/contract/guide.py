"""The prompt guide of a family of models: its authors' rules for wording a shot, and checks of a text against
them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from milimo_tui.engines.contract.meaning import ShotMeaning


@dataclass(frozen=True, slots=True)
class Guide:
    """The prompt rules of a family of models. `title` is the family's display name; `rules` are given to a
    language model before the shot's facts.

    `faults` returns sentences on what a text lacks by these rules, or states although the shot does not mean
    it. `still` means that the model makes one moment, a picture.
    """

    title: str
    rules: str
    faults: Callable[[str, ShotMeaning], tuple[str, ...]]
    still: bool = False
