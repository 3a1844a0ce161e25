"""Commands on language models that a service runs, such as Ollama. They list and pull models, show their
usage, and delete cached answers.
"""

from __future__ import annotations

import time
from dataclasses import asdict

from milimo_tui.core.errors import BadInput, Failed, Unavailable
from milimo_tui.core.format import format_bytes, format_count
from milimo_tui.engines.contract import text_usage as usage
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.weight_specs import PullModel
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.studio.commands.queue.queued import finish_queue_command
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio

# Maximum time in seconds that a command waits for a list from a service. After that the command fails.
SERVICE_TIMEOUT = 20.0
PULL_ENGINE = engine_registry.find_first_engine("pull_model").name


class TextModelsArgs(Args):
    engine: str = arg("", description="an engine that uses a service (default: the first that lists models)")


def _list_service_models(studio: Studio, args: TextModelsArgs) -> Outcome:
    until = time.monotonic() + SERVICE_TIMEOUT
    name = args.engine or engine_registry.find_model_listing_engine()

    def tick() -> None:
        if time.monotonic() > until:
            raise Failed(
                f"the service sent no list within {SERVICE_TIMEOUT:.0f} s",
                f"check its address: milimo config get {name}_url",
            )

    found = engine_registry.profile(name).service_models(studio.settings, tick)
    if found is None:
        raise BadInput(f"{name} has no service with a list of models", "milimo model list lists the weights")
    data = [asdict(one) for one in found]
    shown = [
        {**row, "size": format_bytes(one.bytes) if one.bytes else ""}
        for row, one in zip(data, found, strict=True)
    ]
    return Outcome(
        data=data,
        rows=lambda: shown,
        columns=("name", "size", "parameters", "quantisation", "sees", "in_use", "until"),
        message="" if data else "it has no models yet: milimo text pull gemma3",
    )


class TextPullArgs(Args):
    model: str = arg(description="a model of Ollama's library: gemma3, llava:13b", longest=200)
    detach: bool = arg(False, description="queue the work and return at once")


def _pull_language_model(studio: Studio, args: TextPullArgs) -> Outcome:
    name = args.model.strip()
    if not name or any(letter.isspace() for letter in name):
        raise BadInput(
            f"“{name}” is not the name of a model", "use a name of Ollama's library: gemma3, llava:13b"
        )
    spec = PullModel(engine=PULL_ENGINE, model=name)
    request = JobRequest(spec=spec.model_dump(mode="json"), label=f"pull {name}")
    ids = studio.require_client().submit_jobs([request])
    return finish_queue_command(
        studio, ids, None, detach=args.detach, what="download", message=f"queued {name}", made=name
    )


class TextUsageArgs(Args):
    all: bool = arg(False, description="show all films, and questions asked without a film")


def _show_text_usage(studio: Studio, args: TextUsageArgs) -> Outcome:
    project = studio.project_or_none()
    if project is None and not args.all:
        raise Unavailable("no film is open", "milimo text usage --all shows all films")
    rows = usage.read_text_usage(studio.home)
    if project is not None and not args.all:
        rows = tuple(row for row in rows if row.film == project.paths.root.name)
    found = usage.sum_answer_usage(rows, studio.settings.text_prices)
    costs = [one.cost for one in found if one.cost is not None]
    data = [asdict(one) for one in found]
    shown = [{**row, "cost": "no price" if row["cost"] is None else f"{row['cost']:.4f}"} for row in data]
    advice = "milimo config set text_prices 'gpt-*=2.5/10' shows the cost"
    total = f"{sum(costs):.4f} by text_prices" if costs else advice
    return Outcome(
        data=data,
        rows=lambda: shown,
        columns=("film", "engine", "model", "answers", "kept", "asked", "answered", "cost"),
        message=total if data else "this film has not used a language model yet",
    )


def _forget_cached_answers(studio: Studio, args: NoArgs) -> Outcome:
    files = [(path, path.stat().st_size) for path in studio.home.cached_answers.glob("*.json")]
    for path, _ in files:
        path.unlink(missing_ok=True)
    size = sum(one for _, one in files)
    message = f"forgot {format_count(len(files), 'answer')}, {format_bytes(size)}"
    return Outcome(data={"answers": len(files), "bytes": size}, message=message)


COMMANDS = (
    Command(
        "text.models",
        "List language models",
        "list the models of Ollama or a service, and which of them read pictures",
        _list_service_models,
        TextModelsArgs,
        cli="text models",
    ),
    Command(
        "text.pull",
        "Pull language model",
        "download a model of the Ollama library",
        _pull_language_model,
        TextPullArgs,
        cli="text pull",
        positional=("model",),
    ),
    Command(
        "text.usage",
        "Show model usage",
        "list answers, tokens and cost by film and model",
        _show_text_usage,
        TextUsageArgs,
        cli="text usage",
    ),
    Command(
        "text.forget",
        "Delete saved answers",
        "delete the saved answers of text services (text_cache)",
        _forget_cached_answers,
        NoArgs,
        cli="text forget",
    ),
)
