"""Estimate the memory that a recipe needs for a request: in each phase, the weights on the card and the
working memory. Pure.
"""

from __future__ import annotations

import math
from dataclasses import replace

from milimo_tui.engines.recipes.model_sizes import TEMPORARY_PARTS, ModelPart, Phase, Work
from milimo_tui.engines.recipes.tables import BYTES, PRECISION_ROWS, RESERVED_GB, SLACK, Tiling
from milimo_tui.engines.recipes.values import GB, MemoryEstimate, Recipe, Request

# Precisions into which weights are converted while they are loaded; other precisions have files of their own.
MADE = frozenset({"float32", *(row.precision for row in PRECISION_ROWS if row.made)})
PHASES: tuple[Phase, ...] = ("encode", "denoise", "decode")
# A model is tiny, such as a test model, if its number of parameters is below this share of the number for
# which the costs were counted.
TINY = 0.02
# Memory for streaming single layers, as a multiple of the largest layer. The card holds the layer that
# computes and the next one, which is smaller than the largest.
NEXT_LAYER = 1.1
STREAMED = "transformer"  # the part that is streamed block by block
# Parts that are never needed at the same time: each step runs one of them.
TAKE_TURNS = frozenset({STREAMED, "transformer_2"})
TEXT = "text_encoder"  # the part that encodes prompts
# The autoencoder: when other parts are streamed, this part is on the card only while it works.
COMES_AND_GOES = "vae"


def compute_tile_stride(request: Request, tiling: Tiling = "space") -> int:
    """Return the distance in pixels from one decoding tile to the next. 0 means that the autoencoder's own
    default is right for every size.

    The autoencoder mirrors pixels at the edges of a tile, which is impossible if the tile is a single latent
    wide. The distance is therefore the largest with which the last tile is wider than that.
    """
    work = request.work
    if not work.mirrors:
        return 0
    sides = [math.ceil(side / work.patch) for side in (request.width, request.height)]
    side, _ = get_tile_size(work, tiling)
    most = (side - (work.overlap or side // 8)) // work.patch
    fine = (
        step
        for step in range(most, most // 2, -1)
        if all(_count_last_tile_latents(side, step) > 1 for side in sides)
    )
    return next(fine, most) * work.patch


def get_tile_size(work: Work, tiling: Tiling) -> tuple[int, int]:
    """Return the side of a tile in pixels and the number of frames that are decoded at once. 0 frames means
    all frames.
    """
    if tiling == "small" and work.small:
        return work.small
    return work.tile, work.slice if tiling == "space and time" else 0


def count_tensor_elements(request: Request, tiling: Tiling) -> float:
    """Return the number of elements of the largest tensor that exists while a picture or clip is decoded with
    this tiling.
    """
    work, width, height, frames = request.work, request.width, request.height, request.frames
    if tiling != "none":
        side, some = get_tile_size(work, tiling)
        width, height = min(width, side), min(height, side)
        frames = min(frames, some + 1) if some else frames
    return width * height * frames * work.elements


def _count_last_tile_latents(side: int, step: int) -> int:
    """Return the width or height, in latents, of the last tile along a side of the picture. `side` is the
    length of the side, and `step` is the distance from one tile to the next, both in latents. If `side` is 1,
    the only tile is 1 latent wide.
    """
    return side - (side - 1) // step * step if side > 1 else 2


def estimate_memory(recipe: Recipe, request: Request) -> MemoryEstimate:
    """Return an estimate of the memory that a recipe needs for a request. In each phase, the weights on the
    card and the working memory are added. The estimate is the highest sum of all phases.
    """
    taken = {
        phase: _compute_weights_on_card_gb(phase, recipe, request)
        + _compute_working_gb(phase, recipe, request)
        for phase in PHASES
    }
    phase = max(PHASES, key=lambda each: taken[each])
    return MemoryEstimate(
        taken[phase] * SLACK + RESERVED_GB * _get_model_scale(request),
        phase,
        _compute_main_memory_gb(recipe, request),
    )


def compute_decoder_memory_gb(recipe: Recipe, request: Request, free_gb: float) -> float:
    """Return the GB that the decoder may use for its work: `free_gb`, the free memory of the card, minus a
    reserve and minus the weights that are on the card while decoding.
    """
    left = (free_gb - RESERVED_GB * _get_model_scale(request)) / SLACK
    return left - _compute_weights_on_card_gb("decode", recipe, request)


def compute_reading_gb(recipe: Recipe, request: Request) -> float:
    """Return the GB that encoding a prompt needs if the text encoder is already in memory."""
    return _compute_working_gb("encode", recipe, request) * SLACK


def compute_parameter_gb(billions: float, wide: float, recipe: Recipe, *, packed: bool) -> float:
    """Return the GB that the parameters of a part take in the recipe's precision. `billions` is the number of
    parameters in billions. `wide` is the number of those, in billions, that stay in the computing precision
    in every recipe. `packed` is False for a part that the recipe does not convert.
    """
    if not packed:
        return billions * BYTES[recipe.computes]
    return (billions - wide) * BYTES[recipe.precision] + wide * BYTES[recipe.computes]


def compute_part_gb(part: ModelPart, recipe: Recipe) -> float:
    """Return the GB of the weights of a part, in the precision in which the recipe holds this part."""
    if part.name == TEXT and "int8" in recipe.text:
        return compute_parameter_gb(part.billions, part.wide, replace(recipe, precision="int8"), packed=True)
    return compute_parameter_gb(
        part.billions, part.wide, recipe, packed=part.packed and is_packed(part.name, recipe)
    )


def is_packed(part: str, recipe: Recipe) -> bool:
    """Return True if this part is held in the recipe's precision. Return False if it stays in the computing
    precision. Precisions that have packed files apply only to the transformers.
    """
    return recipe.precision in MADE or part in TAKE_TURNS


def _compute_request_loras_gb(recipe: Recipe, request: Request) -> float:
    """Return the GB of the LoRAs, which are held in the computing precision."""
    return request.loras_gb * BYTES[recipe.computes] / 2


def _compute_main_memory_gb(recipe: Recipe, request: Request) -> float:
    """Return the GB of main memory for weights that are not on the card."""
    if recipe.offload == "none":
        return 0.0
    loras = (
        0.0
        if recipe.offload in ("text", "disk")
        else _compute_request_loras_gb(recipe, request) * (1 - recipe.kept)
    )
    return loras + sum(
        compute_part_gb(part, recipe) * _get_share_off_card(part, recipe) for part in request.weights.parts
    )


def _get_share_off_card(part: ModelPart, recipe: Recipe) -> float:
    """Return the share of a part (0 to 1) for which main memory is reserved. If the share of the part that is
    off the card changes from phase to phase, this is the largest share.
    """
    if part.name == TEXT and "once" in recipe.text:
        return 0.0
    match recipe.offload:
        case "disk" if part.packed:
            return 0.0
        case "text":
            return 1.0 if part.name == "text_encoder" else 0.0
        case "kept" | "blocks" if part.name in TAKE_TURNS:
            return 1.0 - recipe.kept
        case "kept" | "blocks":
            return (
                0.0
                if "decode" in part.phases and part.name not in (COMES_AND_GOES, *TEMPORARY_PARTS)
                else 1.0
            )
    return 1.0


def _compute_streamed_gb(part: ModelPart, recipe: Recipe, leaves: bool) -> float:
    """Return the GB that a part takes on the card while it is streamed: the blocks that are there now and
    next. If `leaves` is True, the part is streamed layer by layer, and only the current and next layers
    count.
    """
    layer = part.leaf * BYTES[recipe.computes]  # The layer that computes is cast to the computing precision.
    if leaves or not part.packed:
        return min(compute_part_gb(part, recipe), layer * NEXT_LAYER)
    return min(compute_part_gb(part, recipe), 2 * compute_part_gb(part, recipe) / part.blocks + layer)


def _compute_weights_on_card_gb(phase: Phase, recipe: Recipe, request: Request) -> float:
    """Return the GB of weights on the card in a phase."""
    parts = request.weights.parts
    if recipe.offload == "parts":
        return _compute_swapped_gb(phase, recipe, request)
    if "once" in recipe.text:
        if phase == "encode":  # The other parts are loaded only after the prompt is encoded.
            return sum(compute_part_gb(part, recipe) for part in parts if phase in part.phases)
        parts = tuple(part for part in parts if part.name != TEXT)
    weights_gb = sum(_compute_part_on_card_gb(part, phase, recipe, request.encodes) for part in parts)
    return weights_gb + _compute_request_loras_gb(recipe, request) * _get_loras_share_on_card(
        phase, recipe, request
    )


def _compute_swapped_gb(phase: Phase, recipe: Recipe, request: Request) -> float:
    """Return the GB of weights on the card in a phase, for a recipe that swaps complete parts. Only one part
    is on the card at a time, so the largest part of the phase counts.

    There is one exception. An autoencoder that encoded input pictures leaves the card only when the next part
    arrives. Its GB are therefore added in the phases before decoding.
    """
    parts = request.weights.parts
    wanted = {part.name: compute_part_gb(part, recipe) for part in parts if phase in part.phases}
    if phase == "denoise":
        wanted = {name: size + _compute_request_loras_gb(recipe, request) for name, size in wanted.items()}
    stays = [part for part in parts if part.name == COMES_AND_GOES and request.encodes and phase != "decode"]
    return max(wanted.values(), default=0.0) + sum(compute_part_gb(part, recipe) for part in stays)


def _get_loras_share_on_card(phase: Phase, recipe: Recipe, request: Request) -> float:
    """Return the share of the LoRAs (0 to 1) that is on the card. LoRAs move together with the layers that
    they change.
    """
    match recipe.offload:
        case "none" | "text":
            return 1.0
        case "leaves":
            return 0.0
    blocks = next((part.blocks for part in request.weights.parts if part.name == STREAMED), 1)
    coming = min(1.0 - recipe.kept, 2 / blocks) if phase == "denoise" else 0.0
    return recipe.kept + coming


def _compute_part_on_card_gb(part: ModelPart, phase: Phase, recipe: Recipe, encodes: bool) -> float:
    """Return the GB of one part that are on the card in a phase, for recipes that do not swap complete parts.
    `encodes` is True if the autoencoder encodes input pictures.
    """
    size, wanted = compute_part_gb(part, recipe), phase in part.phases
    match recipe.offload:
        case "none":
            return size
        case "text" if part.name != "text_encoder":
            return size
        case "kept" | "blocks" | "disk" if part.name in TAKE_TURNS:
            coming = min(size * (1 - recipe.kept), _compute_streamed_gb(part, recipe, leaves=False))
            return size * recipe.kept + (coming if wanted else 0.0)
        case "kept" | "blocks" | "disk" if part.name == COMES_AND_GOES:
            return size if wanted or (encodes and phase == "encode") else 0.0
        case "disk" if "decode" in part.phases and part.name not in (COMES_AND_GOES, *TEMPORARY_PARTS):
            # With weights streamed from the disk, these small parts are on the card only while they work.
            return size if wanted else 0.0
        case "kept" | "blocks" | "disk" if part.name in TEMPORARY_PARTS:
            # The upsamplers have left the card before the larger autoencoder arrives, so they do not raise
            # the maximum.
            return 0.0
        case "leaves" if part.name in TEMPORARY_PARTS:
            return size if wanted else 0.0
        case "kept" | "blocks" if "decode" in part.phases:
            return size  # The small parts stay on the card in all phases.
    leaves = recipe.offload == "leaves" or part.name == TEXT  # A text encoder is never streamed by blocks.
    return _compute_streamed_gb(part, recipe, leaves=leaves) if wanted else 0.0


def _compute_working_gb(phase: Phase, recipe: Recipe, request: Request) -> float:
    """Return the GB of working memory in a phase, without the weights."""
    work = request.work
    wide = BYTES[recipe.computes] / 2 * _get_model_scale(request)
    if phase == "encode":
        # Prompts are encoded one after the other. While one is encoded, only the finished embeddings of the
        # other prompts take memory.
        return (work.encode_gb + work.fixed_gb * (request.passes - 1)) * wide
    if phase == "denoise":
        tokens = max(count_stage_tokens(request, stage) for stage in range(1, request.stages + 1))
        tokens /= request.passes if work.in_turn else 1
        kept_gb = request.keeps * count_reference_tokens(request) / GB
        return (work.fixed_gb + work.token * tokens / GB + kept_gb) * wide
    width, height, frames = request.width, request.height, request.frames
    kept = width * height * frames * work.kept
    if recipe.tiling != "none":
        side, some = get_tile_size(work, recipe.tiling)
        width, height = min(width, side), min(height, side)
        # Each slice also contains the last latent of the slice before.
        frames = min(frames, some + 1) if some else frames
    if work.sliced:
        frames = min(frames, work.slice)
    return (width * height * frames * work.pixel * wide + kept) / GB


def count_stage_tokens(request: Request, stage: int) -> float:
    """Return the number of tokens of one forward pass in a stage (counted from 1), summed over all rows of
    the batch.
    """
    work = request.work
    smaller = 2 if request.stages > stage else 1
    sides = (math.ceil(side / smaller / work.patch) for side in (request.width, request.height))
    pictures: float = (request.frames - 1) // work.latent_frames + 1 + request.references
    pictures += request.controls if stage == 1 else 0
    return (request.passes if stage == 1 else 1) * (pictures * math.prod(sides) + request.tokens)


def count_reference_tokens(request: Request) -> float:
    """Return the number of tokens of all reference pictures."""
    sides = (math.ceil(side / request.work.patch) for side in (request.width, request.height))
    return float(request.references * math.prod(sides))


def _get_model_scale(request: Request) -> float:
    """Return the factor by which the working memory of this model differs from the model for which the costs
    were counted. The factor is 1 for a model of about that size, and much smaller for a tiny model.
    """
    share = request.weights.billions / request.work.counted_for
    return 1.0 if share > TINY else share
