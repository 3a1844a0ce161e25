"""Commands on the studio itself. They check the installation, propose the user's next step, make stale takes
again, and clear caches.
"""

from __future__ import annotations

from dataclasses import asdict, replace

from milimo_tui.studio.commands.film.build import BUILD
from milimo_tui.studio.commands.film.find import FIND
from milimo_tui.studio.commands.home.backup import CHECK
from milimo_tui.studio.commands.home.motion import MOTION
from milimo_tui.studio.commands.home.report import REPORT
from milimo_tui.studio.commands.home.service import SYSTEMD
from milimo_tui.studio.commands.home.theme import THEME
from milimo_tui.studio.keeping import cleanup
from milimo_tui.studio.machine import doctor
from milimo_tui.studio.project import next_step
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio


class DoctorArgs(Args):
    card: bool = arg(False, description="show a test card, ask what you see, and write the settings")


def _run_doctor(studio: Studio, args: DoctorArgs) -> Outcome:
    if args.card:
        return Outcome(data={}, opens_card=True)
    findings = doctor.examine_machine(studio)
    fine = doctor.can_run_studio(findings)
    data = {
        "ok": fine,
        "findings": [asdict(finding) for finding in findings],
        "tmux": list(doctor.TMUX_LINES),
    }
    message = "The studio can run." if fine else "First fix the items marked ✕."
    return Outcome(
        data=data, text=f"{doctor.format_doctor_report(findings)}\n\n{message}", exit_code=0 if fine else 3
    )


def _show_next_step(studio: Studio, args: NoArgs) -> Outcome:
    found = next_step.choose_next_step(studio)
    data = {"command": found.command, "id": found.id, "why": found.why}
    return Outcome(data=data, text=f"{found.command}\n  {found.why}")


class CacheCleanArgs(Args):
    bins: bool = arg(False, description="also empty the bins of the films; their contents are listed first")
    yes: bool = arg(False, description="empty the bins without asking")


def _clean_caches(studio: Studio, args: CacheCleanArgs) -> Outcome:
    full, unread = cleanup.list_full_bins(studio) if args.bins else ([], ())
    if full and not args.yes and not cleanup.confirm_emptying(studio, full, "milimo clean --bins --yes"):
        return Outcome(data=asdict(cleanup.CleanupResult()), message="nothing was deleted")
    done = cleanup.clean_home(studio, full)
    done = replace(done, problems=(*unread, *done.problems))
    message = f"freed {done.bytes / 1e6:.1f} MB"
    return Outcome(data=asdict(done), text="\n".join(done.problems), message=message)


COMMANDS = (
    Command(
        "app.doctor",
        "Check this machine",
        "show what is installed, what is missing and how to install it",
        _run_doctor,
        DoctorArgs,
        cli="doctor",
    ),
    Command(
        "app.next",
        "Show the next step",
        "show the best next step, and the reason for it",
        _show_next_step,
        NoArgs,
        cli="next",
    ),
    REPORT,
    SYSTEMD,
    CHECK,
    FIND,
    BUILD,
    THEME,
    MOTION,
    Command(
        "app.clean",
        "Clean up",
        "delete caches and leftover files",
        _clean_caches,
        CacheCleanArgs,
        cli="clean",
    ),
)
