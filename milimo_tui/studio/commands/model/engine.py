"""Commands on engines: list the work that each engine can do on this machine, and its requirements."""

from __future__ import annotations

from typing import Any

from milimo_tui.core.errors import MilimoError, NotFound
from milimo_tui.engines.catalog import model_lookup
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_catalog import MODELS
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.engine_row import EngineRow
from milimo_tui.engines.registry import engine_registry, explanation
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.studio.commands.model.check import CHECK
from milimo_tui.studio.machine import gpu_cards
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec


def _build_engine_row(entry: EngineRow) -> dict[str, Any]:
    return {
        "id": entry.name,
        "title": entry.title,
        "lane": entry.lane,
        "kinds": list(entry.kinds),
        "available": not entry.needs,
        "needs": entry.needs,
        "previs": entry.previs,
    }


def _list_engines(studio: Studio, args: NoArgs) -> Outcome:
    return Outcome(
        data=[_build_engine_row(entry) for entry in _list_engine_rows(studio)],
        columns=("id", "title", "lane", "kinds", "needs"),
    )


def _list_engine_rows(studio: Studio) -> tuple[EngineRow, ...]:
    """Return every engine. Some engines exist only because their weights are installed; they are left out if
    there is no home.
    """
    try:
        return engine_registry.list_engines_with_weights(ModelStore(studio.home.models))
    except MilimoError:
        return engine_registry.rows()


class EngineNameArgs(Args):
    name: str = arg(description="an engine")


def _show_engine(studio: Studio, args: EngineNameArgs) -> Outcome:
    rows = (one for one in _list_engine_rows(studio) if one.name == args.name)
    entry = next(rows, None) or engine_registry.row(args.name)
    described = engine_registry.profile(entry.name).describe()
    models = [model.id for model in MODELS if model.family == (described.family or entry.name)]
    data = {
        **_build_engine_row(entry),
        "models": models,
        "fields": {one.name: one.bounds for one in described.fields},
    }
    shown = {**data, "fields": ", ".join(f"{one.name} {one.bounds}" for one in described.fields)}
    return Outcome(data=data, text="\n".join(f"{key:<10}{value}" for key, value in shown.items() if value))


class EngineExplainArgs(Args):
    name: str = arg(description="an engine")
    shot: str = arg("", description="a shot (its id or number) whose size, length and inputs are used")
    card: float | None = arg(None, ge=0, le=1000, description="memory in GB of another card")
    ram: float | None = arg(
        None,
        ge=1,
        le=8000,
        description="main memory in GB; empty: that of this machine, or what the model needs",
    )
    model: str = arg("", description="id of weights; empty: the shot's, or the usual ones")


def _explain_engine(studio: Studio, args: EngineExplainArgs) -> Outcome:
    """Explain how an engine would run on this machine's card, or on a card given by its memory.

    No GPU is needed. A home is needed only if the arguments name a shot.
    """
    entry = engine_registry.row(args.name)
    if not explanation.uses_recipes(entry.name):
        return _explain_without_card(entry.name, args.card)
    spec = _build_explained_spec(studio, entry, args.shot) if args.shot else None
    model = args.model or (spec.model if spec else "")
    _require_weights_of_engine(studio, entry, model)
    found = _find_explained_weights(studio, entry.name, model)
    request = gpu_cards.make_memory_request(studio, entry.name, found, model, spec)
    if args.card is not None:
        data = explanation.explain_plan(explanation.make_assumed_card(args.card, args.ram or 0.0), request)
    else:
        data = gpu_cards.explain_on_this_card(studio, request, args.ram)
    return Outcome(data=data, text=explanation.format_explanation(data))


def _build_explained_spec(studio: Studio, entry: EngineRow, name: str) -> MakeVideo | MakePicture | None:
    """Build the spec that the engine would get for the shot called `name`. Return None if the engine makes
    neither pictures nor videos.
    """
    story = studio.take_snapshot().story
    shot = shot_spec.find_shot(story, name)
    if "make_picture" in entry.kinds:
        return shot_spec.make_board_spec(story, shot, engine=entry.name)
    if "make_video" in entry.kinds:
        return shot_spec.make_video_spec(
            story, shot, engine=entry.name, root=studio.require_project().paths.root
        )
    return None


def _find_explained_weights(studio: Studio, engine: str, model: str) -> ResolvedWeights | None:
    """Return the installed weights that the engine would use.

    Return None if they are not installed, or if they are tiny weights of random numbers. The engine is then
    explained by the values of the registry. If `model` names the user's own weights and they are unusable,
    the error of `ModelStore.resolve` is raised.
    """
    try:
        found = ModelStore(studio.home.models).resolve(engine, model=model)
    except MilimoError:
        if model and model_lookup.find_model_row(model) is None and any(_on_shelf(studio, model)):
            raise
        # There is no home, or the weights are missing or incomplete. The values of the registry are used in
        # each case.
        return None
    return None if found.tiny else found


def _require_weights_of_engine(studio: Studio, entry: EngineRow, model: str) -> None:
    """Raise NotFound if the engine `entry` cannot run the weights with the id `model`.

    This is the case if the weights belong to another engine, which the error message names. It is also the
    case if they are an add-on to a model, such as a LoRA.
    """
    row = model_lookup.find_model_row(model)
    described = engine_registry.profile(entry.name).describe()
    own = described.family or entry.name
    family, role = (row.family, row.role) if row else _on_shelf(studio, model)
    if not family or (described.borrows and role == "model"):
        return
    if family != own:
        runs = _find_engine_of_family(family)
        hint = (
            f"milimo engine explain {runs} --model {model} explains it"
            if runs
            else "milimo engine list lists the engines"
        )
        raise NotFound(
            f"{entry.name} does not run {model}: {f'{runs} does' if runs else 'no engine does'}", hint
        )
    if role not in ("model", "parts"):
        raise NotFound(
            f"{model} is not a model of {entry.name} but an add-on",
            f"models: {', '.join(one.id for one in MODELS if (one.family, one.role) == (own, 'model'))}",
        )


def _find_engine_of_family(family: str) -> str:
    """Return the name of the engine that runs weights of a family, or an empty string if there is none."""
    rows = engine_registry.rows()
    own = (
        row.name
        for row in rows
        if (engine_registry.profile(row.name).describe().family or row.name) == family
    )
    return next(own, "")


def _on_shelf(studio: Studio, model: str) -> tuple[str, str]:
    """Return the family and role of the user's own weights with the id `model`. Both are empty if there are
    none.
    """
    try:
        found = ModelStore(studio.home.models).get(model) if model else None
    except MilimoError:
        found = None  # An explanation does not need a home, so a missing home is no error.
    return (found.family, found.role) if found else ("", "")


def _explain_without_card(engine: str, card: float | None) -> Outcome:
    reason = f"{engine} needs no card: it runs no model on this machine's GPU"
    data = {
        "engine": engine,
        "card_gb": card,
        "plan": {"precision": None, "offload": None, "tiling": None, "steps": None},
        "estimate_gb": 0.0,
        "reason": reason,
        "evidence": "it loads no model",
        "fits": True,
    }
    return Outcome(data=data, text=reason)


COMMANDS = (
    Command(
        "engine.list",
        "List engines",
        "list the engines, what they make and what they need on this machine",
        _list_engines,
        NoArgs,
        cli="engine list",
    ),
    Command(
        "engine.show",
        "Show engine",
        "show the kinds of work, weights and limits of an engine",
        _show_engine,
        EngineNameArgs,
        cli="engine show",
        positional=("name",),
    ),
    Command(
        "engine.explain",
        "Explain engine",
        "explain how an engine would run on this machine, and why",
        _explain_engine,
        EngineExplainArgs,
        cli="engine explain",
        positional=("name",),
    ),
    CHECK,
)
