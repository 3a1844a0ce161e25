"""How an engine would run on a card, told without running anything: requests, and the plan as JSON and text.

Requests of weights that are here are counted as the worker counts them; no torch.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.profile import Description, Machine
from milimo_tui.engines.recipes.choice import choose
from milimo_tui.engines.recipes.estimates import estimate
from milimo_tui.engines.recipes.ladder import attention, compiling, every, ladder
from milimo_tui.engines.recipes.values import HEADROOM_GB, Card, Choice, Known, Recipe, Request
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.video_specs import MakeVideo


def has_ladder(engine: str) -> bool:
    """Whether that engine runs models by recipes."""
    return engine_registry.profile(engine).sizes() is not None


def assumed_card(memory_gb: float) -> Card:
    """A card that is not here: all of its memory but a little is taken as free."""
    return Card(f"a card of {memory_gb:g} GB", memory_gb, max(0.0, memory_gb - HEADROOM_GB))


def with_ladders() -> tuple[Description, ...]:
    """The engines that run models by recipes, as they describe themselves."""
    profiles = (engine_registry.profile(row.name) for row in engine_registry.rows() if row.rungs)
    return tuple(profile.describe() for profile in profiles if profile.sizes() is not None)


def request_of(
    engine: str, model: str = "", spec: MakeVideo | MakePicture | None = None, go: int = 0
) -> Request:
    """What memory goes by, of a spec or of the engine's usual one, by weights of the registry that need not
    be here; `model` is their id, `go` the most frames that are made at once (0: as many as the model can).

    Raises NotFound for a model whose sizes nobody knows, BadInput and Refused for a spec that can't be made.
    """
    return engine_registry.profile(engine).request(spec, Machine(model=model), go)


def request_here(
    engine: str, store: ModelStore, found: Found, spec: MakeVideo | MakePicture | None = None, go: int = 0
) -> Request:
    """The same by weights that are here, as the worker will count it.

    Raises Unavailable, NotFound, Damaged for what a take needs beside them, BadInput and Refused for a spec
    that can't be made.
    """
    return engine_registry.profile(engine).request(spec, Machine(store, found), go)


def explained(
    card: Card, request: Request, known: Collection[Known] = (), packages: Collection[str] = ()
) -> dict[str, Any]:
    """The plan as scripts may rely on it, with what else is known: model, size, main memory, the ladder."""
    choice = choose(card, request, known=known, packages=packages)
    recipe = choice.recipe
    attending = attention(request.work, card.kind, card.capability, packages)
    return {
        "engine": request.engine,
        "model": request.weights.model,
        "card": card.name,
        "card_gb": card.memory_gb,
        "size": size(request),
        "plan": {
            "precision": recipe.precision,
            "offload": recipe.offload,
            "tiling": recipe.tiling,
            "steps": recipe.steps,
            "attention": recipe.attention,
            "attention_reason": f"{attending.why} ({attending.evidence})",
            "compile": recipe.compile,
            "compile_reason": compiling(recipe.offload, card.kind, request)[1],
            "recipe": recipe.name,
            "loses": recipe.loses,
        },
        "estimate_gb": round(choice.estimate_gb, 1),
        "host_gb": round(choice.estimate.host_gb, 1),
        "reason": choice.reason,
        "evidence": choice.evidence,
        "fits": choice.fits,
        "nearest": choice.nearest,
        "ladder": [_recipe_row(choice, row) for row in _recipes_with_packages(card, request, packages)],
    }


def _recipes_with_packages(card: Card, request: Request, packages: Collection[str]) -> Iterable[Recipe]:
    """The ladder as it is here, with those rungs that a package would add, all in their order."""
    here = ladder(request, card.kind, packages)
    names = {row.name for row in here}
    names |= {row.name for row in ladder(request, card.kind) if row.needs and row.needs not in packages}
    return (row for row in every(request, card.kind) if row.name in names)


def _recipe_row(choice: Choice, recipe: Recipe) -> dict[str, Any]:
    found = estimate(recipe, choice.request)
    return {
        "recipe": recipe.name,
        "gb": round(found.card_gb, 1),
        "host_gb": round(found.host_gb, 1),
        "needs": recipe.needs,
        "chosen": recipe.name == choice.recipe.name,
    }


def size(request: Request) -> str:
    """`1536×1024, 121 frames`, or what counts instead."""
    if request.tokens:
        return f"{request.tokens} tokens"
    return f"{request.width}×{request.height}" + (f", {request.frames} frames" if request.frames > 1 else "")


def explanation_text(data: dict[str, Any]) -> str:
    """The same for a person."""
    plan, verdict = data["plan"], "" if data["fits"] else "does not fit: "
    steps = f", {plan['steps']} steps" if plan["steps"] else ""
    lines = [
        f"{data['engine']} with {data['model']} on {data['card']}: {data['size']}{steps}",
        f"  plan      {verdict}{plan['recipe']}",
        f"  memory    {data['estimate_gb']:.1f} GB at the most ({data['evidence']})",
        f"  costs     {plan['loses']}",
        f"  reason    {data['reason']}",
        f"  attention {plan['attention']}: {plan['attention_reason']}",
        f"  compile   {'yes' if plan['compile'] else 'no'}: {plan['compile_reason']}",
    ]
    if data["nearest"]:
        lines.append(f"  instead   {data['nearest']}")
    lines.append("  ladder")
    lines += _ladder_lines(data["ladder"])
    return "\n".join(lines)


def _ladder_lines(rows: Iterable[dict[str, Any]]) -> Iterable[str]:
    for row in rows:
        mark = "→" if row["chosen"] else " "
        needs = f" (with {row['needs']})" if row["needs"] else ""
        yield f"  {mark} {row['gb']:6.1f} GB  {row['recipe']}{needs}"
