"""The choice of a job's decoder, by the card memory that its recipe leaves free."""

from __future__ import annotations

from dataclasses import replace

from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.ltx2.plan import installed_parts, recipe_request
from milimo_tui.engines.ltx2.plan.decoder_choice import Tile, diffuses, tile_named
from milimo_tui.engines.ltx2.plan.plan import Plan
from milimo_tui.engines.recipes.estimates import decode_room_gb
from milimo_tui.engines.recipes.recipe_names import DECODED, decoded_in
from milimo_tui.engines.recipes.values import Choice, Recipe


def decoder_tiles(
    found: Found, way: Plan, size: tuple[int, int], choice: Choice, context: Context, made_by: str = ""
) -> Tile | None:
    """Return the tiles for decoding pictures of this size by diffusion, or None for the autoencoder. The
    choice and its reason are written to the job's log.

    `made_by` is the recipe of an earlier take that is made again: its decoder and tiles are used if the card
    has memory for them.
    """
    room = decode_room_gb(choice.recipe, choice.request, choice.card.free_gb)
    folder, frames = installed_parts.folder_of(found), recipe_request.frames_at_once(way)
    then = tile_named(decoded_in(made_by))
    if made_by and then is None:
        return None
    chosen, reason = diffuses(folder, room, frames, *size, card=choice.card.kind != "cpu", then=then)
    if then is not None and chosen != then:
        context.log(f"it was decoded by diffusion, in {then}")
    if reason or chosen:
        context.log(reason or f"decoded by diffusion, in {chosen}")
    return chosen


def as_decoded(recipe: Recipe, tiles: Tile | None) -> Recipe:
    """Return the recipe with the decoder in its name, so that a remake can ask for it."""
    return recipe if tiles is None else replace(recipe, name=f"{recipe.name}{DECODED}{tiles}")
