"""The prompt guide of a family of models: its authors' rules for wording a shot, and checks of a text against
them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from milimo_tui.engines.contract.meaning import ShotMeaning


@dataclass(frozen=True, slots=True)
class Guide:
    """The prompt rules of a family of models. `title` is the family's display name. `rules` is text that a
    language model receives before the facts of a shot.

    `faults` checks a text against the rules. It returns a sentence for each thing that the text lacks, and
    for each thing that the text states but the shot does not contain. `still` is True for models that make a
    picture instead of a clip. `most` is the largest number of words of a prompt; 0 if the authors give none.
    """

    title: str
    rules: str
    faults: Callable[[str, ShotMeaning], tuple[str, ...]]
    still: bool = False
    most: int = 0
