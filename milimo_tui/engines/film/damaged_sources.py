"""The search for damaged pictures and sound in the source files of a film. It runs before a render that is
allowed to skip damage, and after a rendered film turned out to be damaged.
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

LOOKING = "looking for damage"  # name of the stage in the job's progress


def search_for_damage(plan: RenderPlan, context: Context) -> RenderPlan:
    """Return the plan with the damaged places of its source files added.

    A file is searched only if the render may skip its damage and it was not searched before.
    """
    return _search_sources(plan, list_unchecked_files(plan), context)


def raise_for_damage(plan: RenderPlan, context: Context, message: str, hint: str = DAMAGE_HINT) -> None:
    """Raise Failed if a source is damaged where the film shows it. Files are searched even if they were
    searched before.

    `message` is the error that led to this search, and `hint` its advice; both become part of the raised
    error. Returns normally if no damage is found.
    """
    try:
        refuse_damage(_search_sources(plan, list_unchecked_files(plan, all=True), context))
    except Refused as error:
        raise Failed(f"{message}; {error.message}; render with --damaged hold, or black", hint) from error


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
            continue  # The file cannot be read; rendering reports the error when it decodes the file.
        found[source.path] = damage.pictures, damage.sounds
    return apply_damage_choice(add_known_damage(plan, found))
