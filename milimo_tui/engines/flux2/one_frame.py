"""A shot of one frame as a picture: its references in order, and the settings that a picture cannot use. Pure
functions.
"""

from __future__ import annotations

from milimo_tui.engines.flux2.variants import MOST_REFERENCES
from milimo_tui.engines.pictures.looked_at import PictureInput, list_picture_inputs
from milimo_tui.engines.pictures.still_shots import describe_clip_settings, refuse_control
from milimo_tui.engines.specs.video_specs import MakeVideo


def list_flux2_references(spec: MakeVideo) -> tuple[PictureInput, ...]:
    """Return the shot's conditions in the user's order, then the pictures of its elements, up to the limit.

    Conditions of strength 0 are left out. Raises Refused for a control: only takes follow structure.
    """
    refuse_control(spec, "FLUX.2")
    return list_picture_inputs(spec)[:MOST_REFERENCES]


def describe_flux2_deviations(spec: MakeVideo) -> tuple[str, ...]:
    """Return a sentence for each difference between the picture and the request of the shot."""
    notes = []
    partly = [one.strength for one in spec.conditioning if 0 < one.strength < 1]
    if partly:
        notes.append(f"strength {partly[0]:g} is left out: FLUX.2 uses references at full strength")
    if (count := len(list_picture_inputs(spec))) > MOST_REFERENCES:
        notes.append(f"of {count} references the first {MOST_REFERENCES} are looked at")
    return (*notes, *describe_clip_settings(spec))
