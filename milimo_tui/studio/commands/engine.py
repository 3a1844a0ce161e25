"""Engines: what can do which work here, and what they would need."""

from __future__ import annotations

from typing import Any

from milimo_tui.engines import table
from milimo_tui.engines.models import MODELS
from milimo_tui.studio.args import Args, NoArgs, arg
from milimo_tui.studio.registry import Command, Outcome
from milimo_tui.studio.studio import Studio


def _row(entry: table.EngineRow) -> dict[str, Any]:
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
        data=[_row(entry) for entry in table.ENGINES], columns=("id", "title", "lane", "kinds", "needs")
    )


class OneArgs(Args):
    name: str = arg(description="an engine")


def _show(studio: Studio, args: OneArgs) -> Outcome:
    entry = table.row(args.name)
    models = [model.id for model in MODELS if model.family == entry.name]
    data = {**_row(entry), "models": models}
    return Outcome(data=data, text="\n".join(f"{key:<10}{value}" for key, value in data.items() if value))


class ExplainArgs(Args):
    name: str = arg(description="an engine")
    card: float | None = arg(
        None, ge=0, le=1000, description="memory of the card in GB, to ask about another"
    )


def _explain(studio: Studio, args: ExplainArgs) -> Outcome:
    """How an engine would run here. Those of this house run on the CPU, whatever card there is."""
    entry = table.row(args.name)
    reason = f"{entry.name} runs on the CPU and needs no card"
    data = {
        "engine": entry.name,
        "card_gb": args.card,
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
)
