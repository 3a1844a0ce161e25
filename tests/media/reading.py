"""Read finished media files and plans in one call, for tests. The program itself reads them piece by
piece.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av

from milimo_tui.core.time import round_half_up
from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.delivery.presets import find_preset
from milimo_tui.cut.plan.plan import RenderPlan, find_stretch_at
from milimo_tui.media.compose.frame import compose
from milimo_tui.media.compose.layers import LayerSources
from milimo_tui.media.picture import colour
from milimo_tui.media.sound.resampled import SoundReader
from milimo_tui.media.sound.samples import Sound


def tags(path: Path) -> dict[str, str]:
    """Return the metadata of a container (`milimo`, `title` and `comment` in our own files)."""
    with av.open(str(path)) as container:
        return dict(container.metadata)


def read_sound(
    path: Path, start_seconds: Fraction, samples: int, sample_rate: int = 48000, channels: int = 2
) -> Sound:
    """Return sound from a source time on, as floats of shape (channels, samples). Past the end of the file
    there is silence.
    """
    with SoundReader(path, sample_rate, channels) as reader:
        return reader.read(round_half_up(start_seconds * sample_rate), samples)


def picture_at(plan: RenderPlan, frame: int, sources: LayerSources) -> colour.Rgb:
    """Return the film's picture at a frame of the plan, as RGB at the size of the plan's raster."""
    return colour.to_rgb(compose(plan, find_stretch_at(plan, frame), frame, sources).frame)


def delivery_of(name: str, *, quality: int | None = None) -> Delivery:
    """Return the delivery options of a preset. `quality`, if given, replaces the picture quality on the
    encoder's own scale.
    """
    delivery = find_preset(name).delivery
    if quality is None or delivery.picture is None:
        return delivery
    return delivery.model_copy(update={"picture": delivery.picture.model_copy(update={"quality": quality})})
