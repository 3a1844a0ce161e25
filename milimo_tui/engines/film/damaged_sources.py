"""The search for damage in a film's sources: before a render that may skip damage, and after a film came out
damaged.
"""

from __future__ import annotations

from pathlib import Path

from milimo_tui.core.errors import Cancelled, Failed, MilimoError, Refused
from milimo_tui.cut.plan.damage import (
    DAMAGE_HINT,
    add_known_damage,
    apply_damage_choice,
    list_unchecked_files,
    refuse_damage,
)
from milimo_tui.cut.plan.plan import Media, RenderPlan
from milimo_tui.cut.values.streams import Spans
from milimo_tui.engines.contract.engine import Context
from milimo_tui.media.read.damaged_places import find_damage

LOOKING = "looking for damage"  # the name of the stage


def search_for_damage(plan: RenderPlan, context: Context) -> RenderPlan:
    """Return the plan with the damage of every file that the plan may skip over and that was not searched
    before.
    """
    return _search_sources(plan, list_unchecked_files(plan), context)


def raise_for_damage(plan: RenderPlan, context: Context, message: str, hint: str = DAMAGE_HINT) -> None:
    """Raise Failed if a source is damaged where the film shows it, regardless of earlier searches.

    `message` is the original fault and `hint` its advice. Returns normally if no damage is found.
    """
    try:
        refuse_damage(_search_sources(plan, list_unchecked_files(plan, all=True), context))
    except Refused as error:
        raise Failed(f"{message}; {error.message}: render --damaged hold, or black", hint) from error


def _search_sources(plan: RenderPlan, sources: tuple[Media, ...], context: Context) -> RenderPlan:
    if not sources:
        return plan
    found: dict[str, tuple[Spans, Spans]] = {}
    for count, source in enumerate(sources):
        path, name = Path(source.path), Path(source.path).name
        context.log(f"{name} is looked through for damage")

        def watch(share: float, count: int = count) -> None:
            context.progress(LOOKING, int(100 * (count + share)), 100 * len(sources))

        try:
            damage = find_damage(path, watch, rate=source.rate if source.kind == "sequence" else None)
        except Cancelled:
            raise
        except MilimoError:
            continue  # the error is reported when the source's pictures are decoded
        found[source.path] = damage.pictures, damage.sounds
    return apply_damage_choice(add_known_damage(plan, found))
