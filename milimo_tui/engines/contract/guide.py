"""How the makers of a family of models want a shot told: rules for who words it, and what a text lacks by
them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from milimo_tui.engines.contract.meaning import ShotMeaning


@dataclass(frozen=True, slots=True)
class Guide:
    """`title` is the family as people call it, `rules` are told to a language model before the shot's facts.

    `faults` are sentences on what a text lacks by them, or says that the shot does not mean. `still`: of one
    moment.
    """

    title: str
    rules: str
    faults: Callable[[str, ShotMeaning], tuple[str, ...]]
    still: bool = False
