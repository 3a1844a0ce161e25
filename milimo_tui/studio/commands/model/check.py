"""The command `engine check`. It runs a fixed test job of an engine, and compares the output with two others:
the output of the model's unmodified pipeline, and the output of the last check.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.weight_specs import CheckEngine
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.studio.commands.queue.queued import finish_queue_command
from milimo_tui.studio.machine.model_stack import require_stack
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio

CHECK_KIND = "check_engine"


class EngineCheckArgs(Args):
    name: str = arg(description="an engine")
    model: str = arg("", description="id of weights (default: the selected ones)")
    detach: bool = arg(False, description="queue the work and return at once")


def _check_engine(studio: Studio, args: EngineCheckArgs) -> Outcome:
    row = engine_registry.row(args.name)
    if CHECK_KIND not in row.kinds:
        able = ", ".join(one.name for one in engine_registry.rows() if CHECK_KIND in one.kinds)
        raise BadInput(f"{row.name} has no reference case", f"engines with a reference case: {able}")
    require_stack("checking an engine")
    spec = CheckEngine(engine=row.name, model=args.model).model_dump(mode="json")
    client = studio.require_client()
    [job] = client.submit_jobs([JobRequest(spec=spec, label=f"check {row.name}")])
    done = finish_queue_command(studio, [job], None, detach=args.detach, what="check")
    if args.detach or done.exit_code:
        return done
    facts = client.fetch_job(job).history[-1].facts
    found, kept = _format_engine_check(row.name, facts), {**done.data, "facts": dict(facts)}
    return replace(done, data=kept, text="\n".join(found[:-1]), message=found[-1])


def _format_engine_check(engine: str, facts: Mapping[str, Any]) -> list[str]:
    """Format the result of an engine check, one sentence on each line. `facts` are the values that the job
    reported, by name.
    """
    apart = float(facts["bare"])
    text = "the same bits" if apart == 0 else f"at most {apart:.2g} apart"
    lines = [
        f"{engine} with {facts['model']}, {facts['recipe']}",
        f"against the plain pipeline: {text} in {facts['calls']} calls of the transformer",
    ]
    if facts["before"] == "nothing":
        return [
            *lines,
            f"the first check on this machine, saved for comparison with the next ({facts['hash'][:12]})",
        ]
    if facts["equal"]:
        return [*lines, f"the same bits as before ({facts['before']})"]
    compared_with = "before" if facts["same_build"] else "on another machine or build"
    lines += [f"other bits than {compared_with} ({facts['before']})"]
    return [
        *lines,
        *(_format_output_difference(name, facts) for name in ("picture", "sound") if f"{name}_psnr" in facts),
    ]


def _format_output_difference(name: str, facts: Mapping[str, Any]) -> str:
    """Format the difference between an output in this check and the same output in the last check. `name` is
    the output: `picture` or `sound`.
    """
    if (decibels := facts[f"{name}_psnr"]) is None:
        return f"{name}: the same bits"
    return f"{name}: at most {facts[f'{name}_difference']:.2g} apart, {decibels:.1f} dB"


CHECK = Command(
    "engine.check",
    "Check engine",
    "run an engine's reference case; compare it with the library and the last check",
    _check_engine,
    EngineCheckArgs,
    cli="engine check",
    positional=("name",),
)
