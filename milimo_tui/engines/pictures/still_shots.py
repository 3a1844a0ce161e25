"""Make a shot of one frame as a picture: list the settings that a picture cannot use, and wrap the picture in
a silent clip.
"""

from __future__ import annotations

from pathlib import Path

from milimo_tui.core.errors import Refused
from milimo_tui.engines.contract.engine import Output, Result
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.video_specs import MakeVideo, name_ltx2_settings


def refuse_control(spec: MakeVideo, title: str) -> None:
    """Raise Refused if the spec has a control, because only a clip can follow a control such as a depth or
    pose map.
    """
    if spec.control:
        raise Refused(
            f"a shot of one frame is a picture, and {title} follows no {spec.control[0].kind} control",
            "remove the control, or make the shot longer: LTX-2 follows it",
        )


def describe_clip_settings(spec: MakeVideo) -> tuple[str, ...]:
    """Return a sentence that names the spec's settings that a picture can't use. Empty if there are none."""
    words = name_ltx2_settings(spec)
    return (f"left out, as a picture has no use for it: {', '.join(words)}",) if words else ()


def make_picture_spec(spec: MakeVideo) -> MakePicture:
    """Return the spec for making the picture of a shot that has only one frame. `spec` is the shot's own
    spec.
    """
    return MakePicture(
        engine=spec.engine,
        prompt=spec.prompt,
        negative=spec.negative,
        width=spec.width,
        height=spec.height,
        seed=spec.seed,
        steps=spec.steps,
        guidance=spec.guidance,
        loras=spec.loras,
        facts=spec.facts,
        model=spec.model,
        deterministic=spec.deterministic,
        recipe=spec.recipe,
        cache=spec.cache,
        measured=spec.measured,
    )


def wrap_picture_as_take(spec: MakeVideo, result: Result, notes: tuple[str, ...], workspace: Path) -> Result:
    """Return a take of one frame: a silent clip that shows the picture, which is the first output of
    `result`.
    """
    # Imported lazily: the studio process imports this module with the profiles, but only workers need numpy.
    import numpy as np
    from PIL import Image

    from milimo_tui.media.encode.take_file import TakeWriter
    from milimo_tui.media.read.probe import probe

    still = result.outputs[0]
    path = workspace / "take.mov"
    with Image.open(still.path) as image:
        marks = {str(key): str(value) for key, value in image.info.items() if key in ("milimo", "comment")}
        pixels = np.asarray(image.convert("RGB"), dtype=np.uint8)
    with TakeWriter(
        path,
        width=spec.width,
        height=spec.height,
        rate=spec.rate,
        frames=1,
        sample_rate=spec.sample_rate,
        metadata=marks,
    ) as writer:
        writer.picture(pixels)
    take = Output(role="take", path=str(path), facts=probe(path).as_json())
    return result.model_copy(update={"outputs": (take, still), "notes": (*notes, *result.notes)})
