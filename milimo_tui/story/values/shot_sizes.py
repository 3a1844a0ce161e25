"""Facts about each shot size: its name in prompts, the height of its frame and the position of the camera."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from milimo_tui.story.values.shot_words import Size


@dataclass(frozen=True, slots=True)
class ShotSize:
    """Facts about a shot size.

    `name` is used in prompts. `heads` is the height of the frame, measured in heads of a person. `depth` is
    the position of the camera in a floor plan, as a share (0 to 1) of the plan's depth. The larger it is, the
    closer the camera is to the person.
    """

    name: str
    heads: float
    depth: float


CLOSE_SIZES = (Size.ECU, Size.CU, Size.MCU)
SHOT_SIZES: Mapping[Size, ShotSize] = {
    Size.ECU: ShotSize("Extreme close-up", 0.9, 0.46),  # The frame shows a person from brow to chin.
    Size.CU: ShotSize("Close-up", 1.6, 0.42),  # The frame shows a person down to the collar.
    Size.MCU: ShotSize("Medium close-up", 2.4, 0.36),  # The frame shows a person down to the chest.
    Size.MS: ShotSize("Medium shot", 3.6, 0.3),  # The frame shows a person down to the waist.
    Size.MLS: ShotSize("Medium long shot", 5.2, 0.22),  # The frame shows a person down to the knees.
    Size.FS: ShotSize("Full shot", 8.8, 0.16),  # The frame shows a person down to the feet, with space below.
    Size.LS: ShotSize("Long shot", 12.0, 0.1),
    Size.WS: ShotSize("Wide shot", 18.0, 0.05),
    Size.EWS: ShotSize("Extreme wide shot", 45.0, 0.02),
}
