"""Pictures made with a step cache, and their measured difference from the same pictures made with all steps.

For workers only: imports torch and diffusers.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PIL import Image

from milimo_tui.engines.flux2.loader import LoadedFlux2
from milimo_tui.engines.pictures.courses import SamplingCourse
from milimo_tui.engines.pictures.sampling import RunProgress
from milimo_tui.engines.runtime.step_cache import CacheDifference, get_mag_ratios, use_step_cache
from milimo_tui.media.picture.likeness import measure_similarity

Painting = Callable[
    [SamplingCourse, RunProgress, int, str], Image.Image
]  # a function that makes one picture from its sampling plan, a progress reporter, its seed and its name


def paint_with_cache(
    loaded: LoadedFlux2,
    paint: Painting,
    plan: SamplingCourse,
    progress: RunProgress,
    seed: int,
    what: str,
    *,
    measured: bool,
) -> tuple[Image.Image, tuple[CacheDifference, ...]]:
    """Return a picture made from the random seed `seed` with a step cache, which skips some of the model's
    steps. `plan` has the sampling settings, including the kind of cache. `paint` makes the picture, and
    `what` names it in messages.

    With `measured`, the picture is made a second time with all steps. The difference between both pictures is
    then also returned.

    The cache MagCache needs ratios that depend on the model's weights. If they are not known yet, the picture
    is first made with all steps to measure them.
    """
    transformer, context = loaded.pipe.transformer, progress.context
    ratios: tuple[float, ...] = ()
    if plan.cache == "mag":

        def computed() -> None:
            progress.total += plan.steps + 1
            paint(plan, progress, seed, "measuring the ratios of MagCache")

        digest = loaded.found.identity
        ratios, fresh = get_mag_ratios(transformer, digest, plan.steps, computed)
        if fresh:
            context.log(f"MagCache: ratios of {loaded.found.id} measured in {plan.steps} steps, and saved")
    began = time.monotonic()
    with use_step_cache(transformer, plan.cache, plan.steps, ratios):
        picture = paint(plan, progress, seed, what)
    cached_seconds = time.monotonic() - began
    if not measured or plan.cache == "off":
        return picture, ()
    began = time.monotonic()
    whole = paint(replace(plan, cache="off"), progress, seed, f"{what}, without the cache".removeprefix(", "))
    seconds = time.monotonic() - began
    ours, theirs = (np.asarray(one.convert("RGB"))[None] for one in (picture, whole))
    found = CacheDifference(measure_similarity(ours, theirs), cached_seconds, seconds)
    context.log(f"the cache: {found}")
    return picture, (found,)
