"""How much memory a recipe takes for a request: weights there in each phase, and the work of it. Pure."""

from __future__ import annotations

import math

from milimo_tui.engines.recipe_tables import BYTES, RESERVED_GB, SLACK, WORK, Part, Phase
from milimo_tui.engines.recipe_values import GB, Estimate, Recipe, Request

PHASES: tuple[Phase, ...] = ("encode", "denoise", "decode")
TINY = 0.02  # of the size that work was counted for: below it a model is tiny
NEXT_LAYER = 1.1  # the largest layer with what comes after it, which is smaller
STREAMED = "transformer"  # the part that is streamed by blocks


def stride(request: Request) -> int:
    """Pixels from one tile to the next: the most that leave no last tile of a single latent, which the
    decoder of LTX-2 can't mirror at its edges. 0 where the class's own is right for every size.
    """
    work = WORK[request.engine]
    if request.engine != "ltx2":
        return 0
    sides = [math.ceil(side / work.patch) for side in (request.width, request.height)]
    most = work.tile * 7 // 8 // work.patch
    fine = (step for step in range(most, most // 2, -1) if all(_last(side, step) > 1 for side in sides))
    return next(fine, most) * work.patch


def _last(side: int, step: int) -> int:
    """Latents of the last tile along a side; a side of one is one tile, whatever the step."""
    return side - (side - 1) // step * step if side > 1 else 2


def estimate(recipe: Recipe, request: Request) -> Estimate:
    """What the recipe takes: the weights there in each phase and the work of it, the largest counting."""
    taken = {phase: _held(phase, recipe, request) + _work(phase, recipe, request) for phase in PHASES}
    phase = max(PHASES, key=lambda each: taken[each])
    moved = {"none": (), "text": ("text_encoder",)}.get(recipe.offload)
    parts = request.weights.parts
    host = sum(_size(part, recipe) for part in parts if moved is None or part.name in moved)
    return Estimate(taken[phase] * SLACK + RESERVED_GB * _scale(request), phase, host)


def _size(part: Part, recipe: Recipe) -> float:
    """GB of a part as the recipe holds it."""
    return part.billions * BYTES[recipe.precision if part.packed else recipe.computes]


def _streamed(part: Part, recipe: Recipe, leaves: bool) -> float:
    """GB of a part of which only what is computed with now, and what comes next, is on the card."""
    layer = part.leaf * BYTES[recipe.computes]  # cast up while it is computed with
    if leaves or not part.packed:
        return min(_size(part, recipe), layer * NEXT_LAYER)
    return min(_size(part, recipe), 2 * _size(part, recipe) / part.blocks + layer)


def _held(phase: Phase, recipe: Recipe, request: Request) -> float:
    """GB of weights on the card in that phase."""
    stays = recipe.offload in ("none", "text")
    loras = request.loras_gb if stays or phase == "denoise" else 0.0
    sizes = [_part_held(part, phase, recipe) for part in request.weights.parts]
    return loras + (max(sizes, default=0.0) if recipe.offload == "parts" else sum(sizes))


def _part_held(part: Part, phase: Phase, recipe: Recipe) -> float:
    """GB of one part on the card in that phase."""
    size, wanted = _size(part, recipe), phase in part.phases
    match recipe.offload:
        case "none":
            return size
        case "text" if part.name != "text_encoder":
            return size
        case "parts":
            return size if wanted else 0.0
        case "kept" | "blocks" if part.name == STREAMED:
            return size * recipe.kept + (_streamed(part, recipe, leaves=False) if wanted else 0.0)
        case "kept" | "blocks" if "decode" in part.phases:
            return size if wanted or part.name != "vae" else 0.0  # it comes and goes, the small ones stay
    return _streamed(part, recipe, leaves=recipe.offload == "leaves") if wanted else 0.0


def _work(phase: Phase, recipe: Recipe, request: Request) -> float:
    """GB of what is computed in that phase."""
    work = WORK[request.engine]
    wide = BYTES[recipe.computes] / 2 * _scale(request)
    if phase == "encode":
        return work.encode_gb * wide * request.passes
    if phase == "denoise":
        latent = (request.frames - 1) // work.latent_frames + 1
        pictures = latent + request.references
        tokens = pictures * math.ceil(request.width / work.patch) * math.ceil(request.height / work.patch)
        moved = work.token * request.passes * (tokens + request.tokens) / GB
        return (work.fixed_gb + moved) * wide
    width, height, frames = request.width, request.height, request.frames
    kept = width * height * frames * work.kept
    if recipe.tiling != "none":
        width, height = min(width, work.tile), min(height, work.tile)
    if recipe.tiling == "space and time":
        frames = min(frames, work.slice)
    return (width * height * frames * work.pixel * wide + kept) / GB


def _scale(request: Request) -> float:
    """1 for models of about the size that work was counted for; tiny ones compute with next to nothing."""
    share = request.weights.billions / WORK[request.engine].counted_for
    return 1.0 if share > TINY else share
