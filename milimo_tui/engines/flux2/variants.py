"""The variants of FLUX.2 weights (distilled, base, KV, dev), their abilities, and pure rules that fit a
request to a variant.

The variant is read from the file `model_index.json` of the weights. The name of their folder is not used.
"""

from __future__ import annotations

import math
from pathlib import Path

from milimo_tui.core.errors import BadInput, Damaged, Refused
from milimo_tui.core.host import explain_os_error
from milimo_tui.core.reasons import reason
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.engines.contract.fitting import Limits
from milimo_tui.engines.pictures.courses import SamplingCourse, WeightsVariant, add_step_cache, plan_course
from milimo_tui.engines.specs.spec_values import Cache

UNIT = 16  # Pixels per side of a token: the autoencoder reduces a side by 8, and packing by 2.
LIMITS = Limits(
    title="FLUX.2",
    multiple=UNIT,
    least_side=64,
    most_side=4096,
    most_pixels=2048 * 2048,
)
# Maximum number of references, as documented for klein. Further references are ignored, and a note says so.
MOST_REFERENCES = 4
REFERENCE_SIDE = 64  # Smallest side of a reference in pixels. A smaller reference is refused.
# Largest ratio of a reference's longer side to its shorter side (diffusers, Flux2ImageProcessor). A more
# elongated reference is refused.
REFERENCE_ASPECT = 8
REFERENCE_PIXELS = 1024 * 1024  # pixel count above which references are scaled down
# Longest side of an enlarged picture in pixels. A request for a larger picture is refused.
ENLARGED_SIDE = 16384
ENLARGED_PIXELS = 16384 * 4096


DISTILLED = WeightsVariant("distilled", 4, 1.0, False)
BASE = WeightsVariant("base", 50, 4.0, True)
# The KV variant computes the attention keys and values of references in the first step and reuses them.
KLEIN_KV = WeightsVariant("KV", 4, 1.0, False)
DEV = WeightsVariant("dev", 50, 4.0, False, has_guidance_input=True)
# The only variants for which diffusers supports inpainting and step caches
INPAINTING_VARIANTS = (DISTILLED, BASE)
BY_PIPELINE = {"Flux2KleinKVPipeline": KLEIN_KV, "Flux2Pipeline": DEV}


def read_flux2_variant(folder: Path) -> WeightsVariant:
    """Return the variant of the weights in a folder. Raises Damaged if the folder's files do not identify the
    variant.
    """
    path = folder / "model_index.json"
    try:
        index = parse_untrusted_json(path.read_text())
    except FileNotFoundError:
        raise Damaged(
            f"{folder} does not contain model_index.json", "milimo model verify checks it"
        ) from None
    except OSError as error:
        raise explain_os_error(error, path, "read") from error
    except ValueError as error:
        raise Damaged(
            f"{path} is damaged: {reason(error)}", "download the weights again with milimo model download"
        ) from error
    kind = str(index.get("_class_name", "")) if isinstance(index, dict) else ""
    if kind in BY_PIPELINE:
        return BY_PIPELINE[kind]
    if not kind.startswith("Flux2Klein"):
        raise Damaged(
            f"{folder.name} contains weights for {kind or 'nothing known'}, not for FLUX.2",
            "milimo model list lists the weights; milimo model use selects weights",
        )
    return DISTILLED if index.get("is_distilled") else BASE


def find_published_variant(model: str) -> WeightsVariant:
    """Return the variant of published weights that are not installed, by their id."""
    kinds = {"dev": DEV, "kv": KLEIN_KV, "base": BASE}
    return next((kind for word, kind in kinds.items() if word in model.split("-")), DISTILLED)


def plan_flux2_course(
    variant: WeightsVariant, steps: int | None, guidance: float | None, negative: str, cache: Cache = "off"
) -> SamplingCourse:
    """Return the sampling course: the steps, the guidance and the step cache that are used. None for `steps`
    or `guidance` means the variant's default. If diffusers has no step cache for the variant, the course has
    none and a note says so.
    """
    run = plan_course(variant, steps, guidance, negative)
    return add_step_cache(run, cache, "" if variant in INPAINTING_VARIANTS else f"FLUX.2 {variant.name}")


def require_inpainting(id: str, variant: WeightsVariant) -> None:
    """Raise Refused for weights that can make only complete pictures and cannot inpaint."""
    if variant not in INPAINTING_VARIANTS:
        raise Refused(
            f"{id} can't repaint or enlarge pictures: {variant.name} weights make only complete pictures",
            "name klein weights with --model; milimo model list lists them",
        )


def count_steps_run(steps: int, strength: float) -> int:
    """Return the number of steps that run at a strength from 0 to 1. The last steps of the schedule run, and
    their number is rounded up as in diffusers.

    Of 4 steps, strength 0.8 runs 4 and strength 0.5 runs 2; of 10 steps, strength 0.8 runs 8.
    """
    return steps - int(max(steps - min(steps * strength, steps), 0))


def describe_strength_limit(steps: int, strength: float) -> str:
    """Return a sentence if there are too few steps to follow the requested strength exactly. Empty
    otherwise.
    """
    ran = count_steps_run(steps, strength)
    if math.isclose(ran / steps, strength, abs_tol=0.5 / steps) and ran < steps:
        return ""
    if ran == steps and strength < 1:
        return f"strength {strength:g} of {steps} steps runs all {steps}: the part is painted from noise"
    if ran != round(steps * strength):
        return f"strength {strength:g} of {steps} steps runs {ran} of them"
    return ""


def check_references(sizes: list[tuple[int, int]]) -> tuple[str, ...]:
    """Check reference pictures, given their sizes (width, height) in the user's order. Return notes about
    references that are ignored or scaled down. Raises BadInput for a reference that is too small or too
    elongated.

    If there are too many references, only the first are used and a note says so.
    """
    notes = []
    if len(sizes) > MOST_REFERENCES:
        notes.append(f"of {len(sizes)} references the first {MOST_REFERENCES} are looked at")
    for number, (width, height) in enumerate(sizes[:MOST_REFERENCES], start=1):
        if min(width, height) < REFERENCE_SIDE:
            raise BadInput(
                f"reference {number} is {width}×{height} pixels: too small",
                f"sides of at least {REFERENCE_SIDE} pixels are needed",
            )
        if max(width, height) > REFERENCE_ASPECT * min(width, height):
            raise BadInput(
                f"reference {number} is {width}×{height}: its sides differ too much",
                f"crop it so that no side is more than {REFERENCE_ASPECT} times the other",
            )
        if width * height > REFERENCE_PIXELS:
            notes.append(f"reference {number} ({width}×{height}) is seen at one megapixel")
    return tuple(notes)


def check_enlarged_size(width: int, height: int, factor: int) -> None:
    """Raise BadInput with advice if an enlarged picture would be too large."""
    if max(width, height) > ENLARGED_SIDE or width * height > ENLARGED_PIXELS:
        hint = (
            "make it 2 times as large"
            if factor > 2
            else "it is large enough for any film: scale it down first"
        )
        raise BadInput(f"{width}×{height} would be too large a picture", hint)
