"""How much memory a recipe takes for a request: weights there in each phase, and the work of it. Pure."""

from __future__ import annotations

import math
from dataclasses import replace

from milimo_tui.engines.recipes.model_sizes import VISITING, Part, Phase, Work
from milimo_tui.engines.recipes.tables import BYTES, HOLDINGS, RESERVED_GB, SLACK, Tiling
from milimo_tui.engines.recipes.values import GB, Estimate, Recipe, Request

MADE = frozenset({"float32", *(row.precision for row in HOLDINGS if row.made)})  # when weights are loaded
PHASES: tuple[Phase, ...] = ("encode", "denoise", "decode")
TINY = 0.02  # of the size that work was counted for: below it a model is tiny
NEXT_LAYER = 1.1  # the largest layer with what comes after it, which is smaller
STREAMED = "transformer"  # the part that is streamed by blocks
TAKE_TURNS = frozenset({STREAMED, "transformer_2"})  # each has its share of the steps, one at a time
TEXT = "text_encoder"  # the part that reads prompts
COMES_AND_GOES = "vae"  # the part that is on the card while it works, where others are streamed


def stride(request: Request, tiling: Tiling = "space") -> int:
    """Pixels from one tile to the next: the most that leave no last tile of a single latent, which the
    decoder can't mirror at its edges. 0 where the class's own is right for every size.
    """
    work = request.work
    if not work.mirrors:
        return 0
    sides = [math.ceil(side / work.patch) for side in (request.width, request.height)]
    side, _ = at_once(work, tiling)
    most = (side - (work.overlap or side // 8)) // work.patch
    fine = (step for step in range(most, most // 2, -1) if all(_last(side, step) > 1 for side in sides))
    return next(fine, most) * work.patch


def at_once(work: Work, tiling: Tiling) -> tuple[int, int]:
    """The side in pixels, and the frames, of what is decoded at once; 0 frames: all of them."""
    if tiling == "small" and work.small:
        return work.small
    return work.tile, work.slice if tiling == "space and time" else 0


def addressed(request: Request, tiling: Tiling) -> float:
    """Elements of the largest tensor while it decodes so."""
    work, width, height, frames = request.work, request.width, request.height, request.frames
    if tiling != "none":
        side, some = at_once(work, tiling)
        width, height = min(width, side), min(height, side)
        frames = min(frames, some + 1) if some else frames
    return width * height * frames * work.elements


def _last(side: int, step: int) -> int:
    """Latents of the last tile along a side; a side of one is one tile, whatever the step."""
    return side - (side - 1) // step * step if side > 1 else 2


def estimate(recipe: Recipe, request: Request) -> Estimate:
    """What the recipe takes: the weights there in each phase and the work of it, the largest counting."""
    taken = {
        phase: _weights_on_card_gb(phase, recipe, request) + _work(phase, recipe, request) for phase in PHASES
    }
    phase = max(PHASES, key=lambda each: taken[each])
    return Estimate(taken[phase] * SLACK + RESERVED_GB * _scale(request), phase, _waiting(recipe, request))


def decode_room_gb(recipe: Recipe, request: Request, free_gb: float) -> float:
    """GB of those that are free which a decoder may take beside the weights that are on the card then."""
    left = (free_gb - RESERVED_GB * _scale(request)) / SLACK
    return left - _weights_on_card_gb("decode", recipe, request)


def reading_gb(recipe: Recipe, request: Request) -> float:
    """GB that it takes to read a prompt where the text encoder is in memory."""
    return _work("encode", recipe, request) * SLACK


def held_gb(billions: float, wide: float, recipe: Recipe, *, packed: bool) -> float:
    """GB that so many billions of parameters take as the recipe holds them, `wide` of them in what is
    computed in whatever it packs.
    """
    if not packed:
        return billions * BYTES[recipe.computes]
    return (billions - wide) * BYTES[recipe.precision] + wide * BYTES[recipe.computes]


def part_gb(part: Part, recipe: Recipe) -> float:
    """GB of a part as the recipe holds it."""
    if part.name == TEXT and "int8" in recipe.text:
        return held_gb(part.billions, part.wide, replace(recipe, precision="int8"), packed=True)
    return held_gb(part.billions, part.wide, recipe, packed=part.packed and is_packed(part.name, recipe))


def is_packed(part: str, recipe: Recipe) -> bool:
    """Whether a large part is held in the recipe's precision: of a file that has it so, that alone."""
    return recipe.precision in MADE or part in TAKE_TURNS


def _loras(recipe: Recipe, request: Request) -> float:
    """GB of the LoRAs, which are held in what is computed in."""
    return request.loras_gb * BYTES[recipe.computes] / 2


def _waiting(recipe: Recipe, request: Request) -> float:
    """GB of weights in main memory for what is not on the card."""
    if recipe.offload == "none":
        return 0.0
    loras = 0.0 if recipe.offload in ("text", "disk") else _loras(recipe, request) * (1 - recipe.kept)
    return loras + sum(part_gb(part, recipe) * _share_outside(part, recipe) for part in request.weights.parts)


def _share_outside(part: Part, recipe: Recipe) -> float:
    """The share of a part that waits in main memory, in the phase in which most of it does."""
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
            return 0.0 if "decode" in part.phases and part.name not in (COMES_AND_GOES, *VISITING) else 1.0
    return 1.0


def _streamed(part: Part, recipe: Recipe, leaves: bool) -> float:
    """GB of a part of which only what is computed with now, and what comes next, is on the card."""
    layer = part.leaf * BYTES[recipe.computes]  # cast up while it is computed with
    if leaves or not part.packed:
        return min(part_gb(part, recipe), layer * NEXT_LAYER)
    return min(part_gb(part, recipe), 2 * part_gb(part, recipe) / part.blocks + layer)


def _weights_on_card_gb(phase: Phase, recipe: Recipe, request: Request) -> float:
    """GB of weights on the card in that phase."""
    parts = request.weights.parts
    if recipe.offload == "parts":
        return _swapped(phase, recipe, request)
    if "once" in recipe.text:
        if phase == "encode":  # the others are not loaded yet
            return sum(part_gb(part, recipe) for part in parts if phase in part.phases)
        parts = tuple(part for part in parts if part.name != TEXT)
    held = sum(_part_held(part, phase, recipe, request.encodes) for part in parts)
    return held + _loras(recipe, request) * _share_of_loras(phase, recipe, request)


def _swapped(phase: Phase, recipe: Recipe, request: Request) -> float:
    """GB on the card where one part makes room for the next: the largest of the phase, and what stays beside.

    An autoencoder that looked at pictures leaves when the part after it comes, which is in the next phase.
    """
    parts = request.weights.parts
    wanted = {part.name: part_gb(part, recipe) for part in parts if phase in part.phases}
    if phase == "denoise":
        wanted = {name: size + _loras(recipe, request) for name, size in wanted.items()}
    stays = [part for part in parts if part.name == COMES_AND_GOES and request.encodes and phase != "decode"]
    return max(wanted.values(), default=0.0) + sum(part_gb(part, recipe) for part in stays)


def _share_of_loras(phase: Phase, recipe: Recipe, request: Request) -> float:
    """The share of the LoRAs that is on the card: they go with the layers that they change."""
    match recipe.offload:
        case "none" | "text":
            return 1.0
        case "leaves":
            return 0.0
    blocks = next((part.blocks for part in request.weights.parts if part.name == STREAMED), 1)
    coming = min(1.0 - recipe.kept, 2 / blocks) if phase == "denoise" else 0.0
    return recipe.kept + coming


def _part_held(part: Part, phase: Phase, recipe: Recipe, encodes: bool) -> float:
    """GB of one part on the card in that phase, where not whole parts are swapped."""
    size, wanted = part_gb(part, recipe), phase in part.phases
    match recipe.offload:
        case "none":
            return size
        case "text" if part.name != "text_encoder":
            return size
        case "kept" | "blocks" | "disk" if part.name in TAKE_TURNS:
            coming = min(size * (1 - recipe.kept), _streamed(part, recipe, leaves=False))
            return size * recipe.kept + (coming if wanted else 0.0)
        case "kept" | "blocks" | "disk" if part.name == COMES_AND_GOES:
            return size if wanted or (encodes and phase == "encode") else 0.0
        case "disk" if "decode" in part.phases and part.name not in (COMES_AND_GOES, *VISITING):
            return size if wanted else 0.0  # every part but those of the disk comes and goes
        case "kept" | "blocks" | "disk" if part.name in VISITING:
            return 0.0  # gone before the autoencoder comes, which is larger
        case "leaves" if part.name in VISITING:
            return size if wanted else 0.0
        case "kept" | "blocks" if "decode" in part.phases:
            return size  # the small ones stay
    leaves = recipe.offload == "leaves" or part.name == TEXT  # which is never streamed by its blocks
    return _streamed(part, recipe, leaves=leaves) if wanted else 0.0


def _work(phase: Phase, recipe: Recipe, request: Request) -> float:
    """GB of what is computed in that phase."""
    work = request.work
    wide = BYTES[recipe.computes] / 2 * _scale(request)
    if phase == "encode":
        return (work.encode_gb + work.fixed_gb * (request.passes - 1)) * wide  # one prompt after the other
    if phase == "denoise":
        tokens = max(tokens_of(request, stage) for stage in range(1, request.stages + 1))
        tokens /= request.passes if work.in_turn else 1
        kept_gb = request.keeps * looked_at(request) / GB
        return (work.fixed_gb + work.token * tokens / GB + kept_gb) * wide
    width, height, frames = request.width, request.height, request.frames
    kept = width * height * frames * work.kept
    if recipe.tiling != "none":
        side, some = at_once(work, recipe.tiling)
        width, height = min(width, side), min(height, side)
        frames = min(frames, some + 1) if some else frames  # a slice begins with a latent of the one before
    if work.sliced:
        frames = min(frames, work.slice)
    return (width * height * frames * work.pixel * wide + kept) / GB


def tokens_of(request: Request, stage: int) -> float:
    """Tokens in all rows of one forward of that stage (1 up)."""
    work = request.work
    smaller = 2 if request.stages > stage else 1
    sides = (math.ceil(side / smaller / work.patch) for side in (request.width, request.height))
    pictures: float = (request.frames - 1) // work.latent_frames + 1 + request.references
    pictures += request.controls if stage == 1 else 0
    return (request.passes if stage == 1 else 1) * (pictures * math.prod(sides) + request.tokens)


def looked_at(request: Request) -> float:
    """Tokens of the references."""
    sides = (math.ceil(side / request.work.patch) for side in (request.width, request.height))
    return float(request.references * math.prod(sides))


def _scale(request: Request) -> float:
    """1 for models of about the size that work was counted for; tiny ones compute with next to nothing."""
    share = request.weights.billions / request.work.counted_for
    return 1.0 if share > TINY else share
