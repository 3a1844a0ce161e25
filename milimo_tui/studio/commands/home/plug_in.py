"""Commands on plug-ins: list plug-ins, their distributions and the commands that they add, and run their
checks.
"""

from __future__ import annotations

from functools import partial

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.format import format_count
from milimo_tui.studio.registry import plug_ins
from milimo_tui.studio.registry.args import NoArgs
from milimo_tui.studio.registry.plug_ins import Check
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.studio import Studio


def _list_plug_ins(studio: Studio, args: NoArgs) -> Outcome:
    rows = [
        {
            "id": one.name,
            "kind": one.kind,
            "title": one.title,
            "distribution": one.distribution,
            "problem": one.problem,
        }
        for one in plug_ins.load_plug_ins()
    ]
    message = "" if rows else "no plug-in is installed; docs/scripting.md describes how to write one"
    return Outcome(data=rows, columns=("id", "kind", "title", "distribution", "problem"), message=message)


def _collect_check_findings(check: Check, studio: Studio) -> list[str]:
    return [str(one) for one in check.look(studio)]


def _run_plug_in_checks(studio: Studio, args: NoArgs) -> Outcome:
    """Run every check of the plug-ins. If a check raises an error, this is reported as a finding, and the
    other checks still run.
    """
    rows, broken = list[dict[str, str]](), 0
    for check in plug_ins.iterate_plug_in_checks():
        try:
            found = plug_ins.call_plug_in(check.name, partial(_collect_check_findings, check, studio))
        except MilimoError as error:
            broken += 1
            rows.append({"check": check.name, "found": error.message, "broken": "yes"})
            continue
        rows += ({"check": check.name, "found": words, "broken": ""} for words in found)
    many = sum(1 for _ in plug_ins.iterate_plug_in_checks())
    summary = format_count(len(rows) - broken, "thing") + " found" if rows else "nothing found"
    message = f"{format_count(many, 'check')}: {summary}" if many else "no plug-in has a check"
    return Outcome(data=rows, columns=("check", "found"), message=message, exit_code=1 if rows else 0)


COMMANDS = (
    Command(
        "plugin.list",
        "List plug-ins",
        "list the plug-ins and their distributions",
        _list_plug_ins,
        NoArgs,
        cli="plugin list",
    ),
    Command(
        "plugin.check",
        "Check plug-ins",
        "run the checks of plug-ins on the open film",
        _run_plug_in_checks,
        NoArgs,
        refuse_without_film,
        cli="plugin check",
    ),
    *plug_ins.list_plug_in_commands(),
)
