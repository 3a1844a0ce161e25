"""Commands on engines: list the work that each engine can do here, and what it needs."""

from __future__ import annotations

from typing import Any

from milimo_tui.core.errors import MilimoError, NotFound
from milimo_tui.engines.catalog import model_lookup
from milimo_tui.engines.catalog.installed_weights import Found
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


def _row(entry: EngineRow) -> dict[str, Any]:
    return {
        "id": entry.name,
        "title": entry.title,
        "lane": entry.lane,
        "kinds": list(entry.kinds),
        "available": not entry.needs,
        "needs": entry.needs,
        "previs": entry.previs,
    }


def _list(studio: Studio, args: NoArgs) -> Outcome:
    return Outcome(
        data=[_row(entry) for entry in _rows(studio)],
        columns=("id", "title", "lane", "kinds", "needs"),
    )


def _rows(studio: Studio) -> tuple[EngineRow, ...]:
    """Return every engine, including engines named by installed weights. Works without a home as well."""
    try:
        return engine_registry.rows_here(ModelStore(studio.home.models))
    except MilimoError:
        return engine_registry.rows()


class OneArgs(Args):
    name: str = arg(description="an engine")


def _show(studio: Studio, args: OneArgs) -> Outcome:
    here = (one for one in _rows(studio) if one.name == args.name)
    entry = next(here, None) or engine_registry.row(args.name)
    told = engine_registry.profile(entry.name).describe()
    models = [model.id for model in MODELS if model.family == (told.family or entry.name)]
    data = {**_row(entry), "models": models, "fields": {one.name: one.bounds for one in told.fields}}
    shown = {**data, "fields": ", ".join(f"{one.name} {one.bounds}" for one in told.fields)}
    return Outcome(data=data, text="\n".join(f"{key:<10}{value}" for key, value in shown.items() if value))


class ExplainArgs(Args):
    name: str = arg(description="an engine")
    shot: str = arg("", description="a shot, by id or number: its size, length and what it follows")
    card: float | None = arg(
        None, ge=0, le=1000, description="memory of the card in GB, to ask about another"
    )
    ram: float | None = arg(
        None, ge=1, le=8000, description="main memory beside it in GB; empty: this machine's, or enough"
    )
    model: str = arg("", description="weights by their id; empty: the shot's, or the engine's usual ones")


def _explain(studio: Studio, args: ExplainArgs) -> Outcome:
    """Explain how an engine would run on this machine's card or on a given card.

    No GPU is needed, and no home unless a shot is given.
    """
    entry = engine_registry.row(args.name)
    if not explanation.has_ladder(entry.name):
        return _needs_no_card(entry.name, args.card)
    spec = _spec(studio, entry, args.shot) if args.shot else None
    model = args.model or (spec.model if spec else "")
    _refuse_others(studio, entry, model)
    found = _weights(studio, entry.name, model)
    request = gpu_cards.request(studio, entry.name, found, model, spec)
    if args.card is not None:
        data = explanation.explained(explanation.assumed_card(args.card, args.ram or 0.0), request)
    else:
        data = gpu_cards.explained(studio, request, args.ram)
    return Outcome(data=data, text=explanation.explanation_text(data))


def _spec(studio: Studio, entry: EngineRow, name: str) -> MakeVideo | MakePicture | None:
    """Return the spec that the engine would get for the shot; None if it makes neither pictures nor
    videos.
    """
    story = studio.snapshot().story
    shot = shot_spec.find_shot(story, name)
    if "make_picture" in entry.kinds:
        return shot_spec.board_spec(story, shot, engine=entry.name)
    if "make_video" in entry.kinds:
        return shot_spec.video_spec(story, shot, engine=entry.name, root=studio.project().paths.root)
    return None


def _weights(studio: Studio, engine: str, model: str) -> Found | None:
    """Return the weights that would be used, or None if only the registry describes them or they are tiny
    weights.

    Raises like `ModelStore.resolve` for weights of the user that are named.
    """
    try:
        found = ModelStore(studio.home.models).resolve(engine, model=model)
    except MilimoError:
        if model and model_lookup.find(model) is None and any(_on_shelf(studio, model)):
            raise
        # No home, no installed weights, or incomplete ones: the registry's values apply in each case.
        return None
    return None if found.tiny else found


def _refuse_others(studio: Studio, entry: EngineRow, model: str) -> None:
    """Raise NotFound for weights that another engine runs, naming that engine, and for weights that only add
    to a model.
    """
    row = model_lookup.find(model)
    told = engine_registry.profile(entry.name).describe()
    own = told.family or entry.name
    family, role = (row.family, row.role) if row else _on_shelf(studio, model)
    if not family or (told.borrows and role == "model"):
        return
    if family != own:
        runs = _runs(family)
        instead = f"milimo engine explain {runs} --model {model}" if runs else "milimo engine list"
        raise NotFound(
            f"{entry.name} does not run {model}: {f'{runs} does' if runs else 'no engine does'}", instead
        )
    if role not in ("model", "parts"):
        raise NotFound(
            f"{model} is no model of {entry.name}: it adds to one",
            f"models: {', '.join(one.id for one in MODELS if (one.family, one.role) == (own, 'model'))}",
        )


def _runs(family: str) -> str:
    """Return the engine that runs weights of a family; "" if there is none here."""
    rows = engine_registry.rows()
    own = (
        row.name
        for row in rows
        if (engine_registry.profile(row.name).describe().family or row.name) == family
    )
    return next(own, "")


def _on_shelf(studio: Studio, model: str) -> tuple[str, str]:
    """Return family and role of the user's own weights with that id; empty texts if there are none."""
    try:
        found = ModelStore(studio.home.models).get(model) if model else None
    except MilimoError:
        found = None  # An explanation needs no home.
    return (found.family, found.role) if found else ("", "")


def _needs_no_card(engine: str, card: float | None) -> Outcome:
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
    Command("engine.list", "Engines", "what can make what here", _list, NoArgs, cli="engine list"),
    Command("engine.show", "Engine", "one engine", _show, OneArgs, cli="engine show", positional=("name",)),
    Command(
        "engine.explain",
        "Explain engine",
        "how an engine would run, and why so",
        _explain,
        ExplainArgs,
        cli="engine explain",
        positional=("name",),
    ),
    CHECK,
)
