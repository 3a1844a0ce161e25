"""The prompt guide of a family of models: its authors' rules for writing the prompt of a shot."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guide:
    """The prompt rules of a family of models. `title` is the family's display name. `rules` is text that a
    language model receives before the facts of a shot.

    `still` is True for models that make a picture instead of a clip. `silent` is True for models whose clips
    have no sound, so that their prompts have no speech. `most` is the largest number of words of a prompt.
    """

    title: str
    rules: str
    still: bool = False
    silent: bool = False
    most: int = 220
