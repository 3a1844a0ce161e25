"""The facts about each size of a shot: its name in prompts, its framing and the position of the camera."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from milimo_tui.story.values.film import Size


@dataclass(frozen=True, slots=True)
class ShotSize:
    """Facts about a size.

    `name` is used in prompts. `heads` is the height of the frame in heads of a person. `depth` is the
    position of the camera in a floor plan, as a share of the plan: the larger, the closer to the person.
    """

    name: str
    heads: float
    depth: float


SHOT_SIZES: Mapping[Size, ShotSize] = {
    Size.ECU: ShotSize("Extreme close-up", 0.9, 0.46),  # Brow to chin.
    Size.CU: ShotSize("Close-up", 1.6, 0.42),  # To the collar.
    Size.MCU: ShotSize("Medium close-up", 2.4, 0.36),  # To the chest.
    Size.MS: ShotSize("Medium shot", 3.6, 0.3),  # To the waist.
    Size.MLS: ShotSize("Medium long shot", 5.2, 0.22),  # To the knees.
    Size.FS: ShotSize("Full shot", 8.8, 0.16),  # To the feet, with space below.
    Size.LS: ShotSize("Long shot", 12.0, 0.1),
    Size.WS: ShotSize("Wide shot", 18.0, 0.05),
    Size.EWS: ShotSize("Extreme wide shot", 45.0, 0.02),
}
