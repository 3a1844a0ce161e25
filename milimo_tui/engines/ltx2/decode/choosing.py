"""Choose the decoder for a job, according to the memory of the graphics card that the job's recipe leaves
free.
"""

from __future__ import annotations

from dataclasses import replace

from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.ltx2.plan import installed_parts, recipe_request
from milimo_tui.engines.ltx2.plan.decoder_choice import Tile, choose_diffusion_tile, parse_tile
from milimo_tui.engines.ltx2.plan.plan import Ltx2Plan
from milimo_tui.engines.recipes.estimates import compute_decoder_memory_gb
from milimo_tui.engines.recipes.recipe_names import DECODED, get_diffusion_tiles
from milimo_tui.engines.recipes.values import Recipe, RecipeChoice


def choose_decoder_tiles(
    found: ResolvedWeights,
    plan: Ltx2Plan,
    size: tuple[int, int],
    choice: RecipeChoice,
    context: Context,
    made_by: str = "",
) -> Tile | None:
    """Return the tile size for decoding pictures of `size` (width, height) with the diffusion decoder, or
    None for the autoencoder. The choice and its reason are written to the job's log.

    `made_by` is given if an earlier take is made again: it is the name of the recipe of that take. The
    decoder and tiles of the earlier take are then used, if the card has enough memory.
    """
    room = compute_decoder_memory_gb(choice.recipe, choice.request, choice.card.free_gb)
    folder, frames = installed_parts.find_config_folder(found), recipe_request.count_frames_at_once(plan)
    then = parse_tile(get_diffusion_tiles(made_by))
    if made_by and then is None:
        return None
    chosen, reason = choose_diffusion_tile(
        folder, room, frames, *size, card=choice.card.kind != "cpu", then=then
    )
    if then is not None and chosen != then:
        context.log(f"it was decoded by diffusion, in {then}")
    if reason or chosen:
        context.log(reason or f"decoded by diffusion, in {chosen}")
    return chosen


def add_decoder_to_recipe(recipe: Recipe, tiles: Tile | None) -> Recipe:
    """Return the recipe with the decoder and its tiles added to the name, so that a remake of the take can
    use the same decoder.
    """
    return recipe if tiles is None else replace(recipe, name=f"{recipe.name}{DECODED}{tiles}")
