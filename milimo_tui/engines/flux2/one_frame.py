"""Pure functions for a shot of one frame, which is made as a picture. They list its reference pictures in
order, and describe the settings that apply to a clip but not to a picture.
"""

from __future__ import annotations

from milimo_tui.engines.flux2.variants import MOST_REFERENCES
from milimo_tui.engines.pictures.input_pictures import PictureInput, list_picture_inputs
from milimo_tui.engines.pictures.still_shots import describe_clip_settings, refuse_control
from milimo_tui.engines.specs.video_specs import MakeVideo


def list_flux2_references(spec: MakeVideo) -> tuple[PictureInput, ...]:
    """Return the shot's conditioning pictures in the user's order, then the pictures of its elements, up to
    the model's limit.

    Pictures of strength 0 are left out. Raises Refused if the shot has a control map, because only clips can
    follow one.
    """
    refuse_control(spec, "FLUX.2")
    return list_picture_inputs(spec)[:MOST_REFERENCES]


def describe_flux2_deviations(spec: MakeVideo) -> tuple[str, ...]:
    """Return a sentence for each setting of the shot that has no or only a partial effect on the picture,
    such as a reference strength below 1. Empty if every setting takes effect.
    """
    notes = []
    partly = [one.strength for one in spec.conditioning if 0 < one.strength < 1]
    if partly:
        notes.append(f"strength {partly[0]:g} is left out: FLUX.2 uses references at full strength")
    if (count := len(list_picture_inputs(spec))) > MOST_REFERENCES:
        notes.append(f"of {count} references the first {MOST_REFERENCES} are looked at")
    return (*notes, *describe_clip_settings(spec))
