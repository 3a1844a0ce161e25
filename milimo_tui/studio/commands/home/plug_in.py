"""Commands on plug-ins: list them and their distributions, run their checks, and the commands that they
add.
"""

from __future__ import annotations

from functools import partial

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.format import plural
from milimo_tui.studio.registry import plug_ins
from milimo_tui.studio.registry.args import NoArgs
from milimo_tui.studio.registry.plug_ins import Check
from milimo_tui.studio.registry.registry import Command, Outcome, needs_project
from milimo_tui.studio.session.studio import Studio


def _list(studio: Studio, args: NoArgs) -> Outcome:
    rows = [
        {
            "id": one.name,
            "kind": one.kind,
            "title": one.title,
            "distribution": one.distribution,
            "problem": one.problem,
        }
        for one in plug_ins.found()
    ]
    message = "" if rows else "no plug-in is installed; docs/scripting.md says how one is made"
    return Outcome(data=rows, columns=("id", "kind", "title", "distribution", "problem"), message=message)


def _found_by(check: Check, studio: Studio) -> list[str]:
    return [str(one) for one in check.look(studio)]


def _check(studio: Studio, args: NoArgs) -> Outcome:
    """Run every check. A check that fails is reported as a finding, and the other checks still run."""
    rows, broken = list[dict[str, str]](), 0
    for check in plug_ins.checks():
        try:
            found = plug_ins.guarded(check.name, partial(_found_by, check, studio))
        except MilimoError as error:
            broken += 1
            rows.append({"check": check.name, "found": error.message, "broken": "yes"})
            continue
        rows += ({"check": check.name, "found": words, "broken": ""} for words in found)
    many = sum(1 for _ in plug_ins.checks())
    told = plural(len(rows) - broken, "thing") + " found" if rows else "nothing found"
    message = f"{plural(many, 'check')}: {told}" if many else "no plug-in has a check"
    return Outcome(data=rows, columns=("check", "found"), message=message, exit_code=1 if rows else 0)


COMMANDS = (
    Command(
        "plugin.list",
        "Plug-ins",
        "what is added to the studio, and by whom",
        _list,
        NoArgs,
        cli="plugin list",
    ),
    Command(
        "plugin.check",
        "Checks of plug-ins",
        "what the checks of plug-ins find in the open film",
        _check,
        NoArgs,
        needs_project,
        cli="plugin check",
    ),
    *plug_ins.commands(),
)
