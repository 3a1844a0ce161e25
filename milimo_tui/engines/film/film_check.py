"""The last stage of a render: the check of the rendered film. A film that differs from its cut makes the job
fail.

A film that failed the check stays in the job's workspace and is named in the job's log. An earlier file under
the film's name is not replaced.
"""

from __future__ import annotations

from pathlib import Path

from milimo_tui.core.errors import Failed
from milimo_tui.core.host import write_file_atomically
from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.cut.plan.report import ROLE, CheckReport
from milimo_tui.cut.plan.report_text import find_first_failure, format_report
from milimo_tui.engines.contract.engine import Context, Output
from milimo_tui.engines.film.damaged_sources import raise_for_damage
from milimo_tui.media.check.film_check import check_rendered_film

CHECKING = "checking"


def check_delivered_film(
    plan: RenderPlan, delivery: Delivery, path: Path, context: Context, cache: Path | None
) -> CheckReport:
    """Check that the rendered file `path` agrees with the plan and the delivery, and write every finding to
    the job's log.

    `cache` is the film's cache folder. Raises Failed with the first fault, and Cancelled.
    """

    def progress(done: int, total: int) -> None:
        context.progress(CHECKING, done, total)

    report = check_rendered_film(path, plan, delivery, progress, cache)
    for line in format_report(report):
        context.log(line)
    wrong = find_first_failure(report)
    if wrong is not None:
        kept = path.with_name(f"{path.stem}.report.json")
        write_file_atomically(kept, report.model_dump_json(indent=1).encode())
        context.part(Output(role=ROLE, path=str(kept), facts=report.model_dump(mode="json")))
        others = sum(each.level == "failed" for each in report.findings) - 1
        more = f", and {others} more" if others else ""
        message = f"the rendered film differs from its cut: {wrong.text}, at {wrong.timecode}{more}"
        hint = f"the rendered file is {path}; milimo job log shows all faults, job retry renders again"
        # Search the source files for the damage, because packets of a source may have been copied into the
        # film.
        if wrong.kind == "damage":
            raise_for_damage(plan, context, message, hint)
        raise Failed(message, hint)
    return report
