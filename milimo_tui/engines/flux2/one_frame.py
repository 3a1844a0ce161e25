"""A shot of one frame as a picture: what it looks at, in which order, what a picture has no use for. Pure."""

from __future__ import annotations

from milimo_tui.engines.flux2.variants import MOST_REFERENCES
from milimo_tui.engines.pictures.looked_at import PictureInput, inputs_of
from milimo_tui.engines.pictures.still_shots import refuse_control, unused
from milimo_tui.engines.specs.video_specs import MakeVideo


def picture_inputs(spec: MakeVideo) -> tuple[PictureInput, ...]:
    """What the shot follows, as the person has it in order, then what shows its elements; no more than can be
    looked at. Strength 0 is not followed.

    Raises Refused for a control: structure is followed by takes alone.
    """
    refuse_control(spec, "FLUX.2")
    return inputs_of(spec)[:MOST_REFERENCES]


def deviations(spec: MakeVideo) -> tuple[str, ...]:
    """List where the picture departs from what the shot asks for, a sentence each."""
    notes = []
    partly = [one.strength for one in spec.conditioning if 0 < one.strength < 1]
    if partly:
        notes.append(f"strength {partly[0]:g} is left out: FLUX.2 looks at what a picture follows, whole")
    if (count := len(inputs_of(spec))) > MOST_REFERENCES:
        notes.append(f"of {count} references the first {MOST_REFERENCES} are looked at")
    return (*notes, *unused(spec))
