"""What each kind of FLUX.2 weights can do, and what becomes of a wish: one table and pure rules.

Which kind weights are is read from their own `model_index.json`, whatever they are called.
"""

from __future__ import annotations

import math
from pathlib import Path

from milimo_tui.core.errors import BadInput, Damaged, Refused
from milimo_tui.core.host import explain
from milimo_tui.core.reasons import reason
from milimo_tui.core.untrusted_json import read_json
from milimo_tui.engines.contract.fitting import Limits
from milimo_tui.engines.pictures.courses import Course, Variant, course, spared
from milimo_tui.engines.specs.spec_values import Cache

UNIT = 16  # pixels a side of a token: 8 by the autoencoder, 2 by packing
LIMITS = Limits(
    title="FLUX.2",
    multiple=UNIT,
    least_side=64,
    most_side=4096,
    most_pixels=2048 * 2048,
)
MOST_REFERENCES = 4  # as the makers document for klein
REFERENCE_SIDE = 64  # the least, and
REFERENCE_ASPECT = 8  # the most that one side may be of the other (diffusers, Flux2ImageProcessor)
REFERENCE_PIXELS = 1024 * 1024  # larger ones are made smaller
ENLARGED_SIDE = 16384  # the most of an enlarged picture
ENLARGED_PIXELS = 16384 * 4096


DISTILLED = Variant("distilled", 4, 1.0, False)
BASE = Variant("base", 50, 4.0, True)
KEEPING = Variant("KV", 4, 1.0, False)  # what it looks at is computed at the first step, and kept
DEV = Variant("dev", 50, 4.0, False, told=True)
PAINTS = (DISTILLED, BASE)  # diffusers paints parts anew by these alone, and spares steps of these alone
BY_PIPELINE = {"Flux2KleinKVPipeline": KEEPING, "Flux2Pipeline": DEV}


def variant_of(folder: Path) -> Variant:
    """Which kind the weights in a folder are. Raises Damaged for a folder that does not say."""
    path = folder / "model_index.json"
    try:
        index = read_json(path.read_text())
    except FileNotFoundError:
        raise Damaged(f"{folder} holds no model_index.json", "milimo model verify looks at it") from None
    except OSError as error:
        raise explain(error, path, "read") from error
    except ValueError as error:
        raise Damaged(
            f"{path} is damaged: {reason(error)}", "milimo model download fetches it again"
        ) from error
    kind = str(index.get("_class_name", "")) if isinstance(index, dict) else ""
    if kind in BY_PIPELINE:
        return BY_PIPELINE[kind]
    if not kind.startswith("Flux2Klein"):
        raise Damaged(
            f"{folder.name} holds weights for {kind or 'nothing known'}, not for FLUX.2",
            "milimo model list tells which are there; milimo model use chooses",
        )
    return DISTILLED if index.get("is_distilled") else BASE


def named(model: str) -> Variant:
    """The kind of published weights that are not here, by their id."""
    kinds = {"dev": DEV, "kv": KEEPING, "base": BASE}
    return next((kind for word, kind in kinds.items() if word in model.split("-")), DISTILLED)


def course_of(
    variant: Variant, steps: int | None, guidance: float | None, negative: str, cache: Cache = "off"
) -> Course:
    """How the steps are run; a cache is left out with a sentence where diffusers has none for the kind."""
    run = course(variant, steps, guidance, negative)
    return spared(run, cache, "" if variant in PAINTS else f"FLUX.2 {variant.name}")


def require_paints(id: str, variant: Variant) -> None:
    """Raises Refused for weights that make whole pictures alone."""
    if variant not in PAINTS:
        raise Refused(
            f"{id} paints no parts anew and enlarges nothing: {variant.name} weights make whole pictures",
            "--model takes klein weights, distilled or base: milimo model list",
        )


def steps_run(steps: int, strength: float) -> int:
    """How many of the steps are run when a picture is changed with that strength: the last ones, rounded up.

    As diffusers counts them: four at .8 are all four, four at .5 two, ten at .8 eight.
    """
    return steps - int(max(steps - min(steps * strength, steps), 0))


def strength_note(steps: int, strength: float) -> str:
    """A sentence where the strength that was asked for is not what so few steps can do; else empty."""
    ran = steps_run(steps, strength)
    if math.isclose(ran / steps, strength, abs_tol=0.5 / steps) and ran < steps:
        return ""
    if ran == steps and strength < 1:
        return f"strength {strength:g} of {steps} steps runs all {steps}: the part is painted from noise"
    if ran != round(steps * strength):
        return f"strength {strength:g} of {steps} steps runs {ran} of them"
    return ""


def check_references(sizes: list[tuple[int, int]]) -> tuple[str, ...]:
    """What is said of references of those sizes, in order. Raises BadInput for one that can't be used.

    Of more than can be looked at the first are.
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
                f"reference {number} is {width}×{height}: too long for its other side",
                f"cut it so that no side is more than {REFERENCE_ASPECT} times the other",
            )
        if width * height > REFERENCE_PIXELS:
            notes.append(f"reference {number} ({width}×{height}) is seen at one megapixel")
    return tuple(notes)


def check_enlarged(width: int, height: int, factor: int) -> None:
    """Raises BadInput for a result that is too large, with what can be done."""
    if max(width, height) > ENLARGED_SIDE or width * height > ENLARGED_PIXELS:
        way = (
            "make it 2 times as large"
            if factor > 2
            else "it is large enough for any film: scale it down first"
        )
        raise BadInput(f"{width}×{height} would be too large a picture", way)
