"""Which decoder a job uses, by what its recipe leaves of the card."""

from __future__ import annotations

from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.ltx2.plan import installed_parts, recipe_request
from milimo_tui.engines.ltx2.plan.decoder_choice import Tile, diffuses
from milimo_tui.engines.ltx2.plan.plan import Plan
from milimo_tui.engines.recipes.estimates import decode_room_gb
from milimo_tui.engines.recipes.values import Choice


def decoder_tiles(
    found: Found, way: Plan, size: tuple[int, int], choice: Choice, context: Context
) -> Tile | None:
    """The tiles in which pictures of that size are decoded by diffusion; None for the autoencoder. Which it
    is, and why, is said in the job's log.
    """
    room = decode_room_gb(choice.recipe, choice.request, choice.card.free_gb)
    folder, frames = installed_parts.folder_of(found), recipe_request.frames_at_once(way)
    chosen, reason = diffuses(folder, room, frames, *size, card=choice.card.kind != "cpu")
    if reason or chosen:
        context.log(reason or f"decoded by diffusion, in {chosen}")
    return chosen
