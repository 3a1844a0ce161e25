"""`report`: one file for support, with doctor, settings, logs and the history of jobs, without secrets."""

from __future__ import annotations

import json
import os

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import bytes_text, plural
from milimo_tui.core.host import named_path
from milimo_tui.core.secrets import redactor
from milimo_tui.core.settings import secrets_of
from milimo_tui.studio.commands.home.config import rows_of
from milimo_tui.studio.machine import doctor
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.room import report_file
from milimo_tui.studio.room.report_file import Wanted
from milimo_tui.studio.session.studio import Studio

SUFFIX = ".zip"


class ReportArgs(Args):
    file: str = arg("milimo-report.zip", description="the file to write, a .zip", longest=4096)
    days: float = arg(30.0, ge=0, le=36_500, description="how many days of past jobs it tells of")
    specs: bool = arg(False, description="also what jobs were asked for: the words of the film are in it")
    overwrite: bool = arg(False, description="in place of a file of that name")


def _report(studio: Studio, args: ReportArgs) -> Outcome:
    path = named_path(args.file).absolute()
    if path.suffix.casefold() != SUFFIX:
        raise BadInput(f"{path.name} is no name of a report", "a zip: milimo-report.zip")
    if not path.parent.is_dir():
        raise BadInput(f"there is no folder {path.parent}", "make it, or name another place")
    if path.is_dir() or (path.exists() and not args.overwrite):
        raise BadInput(f"{path.name} is there already", "--overwrite writes over it")
    settings, origin = studio.read_settings()
    texts = {
        "doctor.txt": doctor.as_text(doctor.examine(studio)),
        "settings.json": json.dumps(rows_of(settings, origin), indent=2, ensure_ascii=False),
    }
    clean = redactor(os.environ, secrets_of(settings))
    wanted = Wanted(texts, args.days, args.specs)
    written = report_file.write(studio.home, path, wanted, clean)
    size = path.stat().st_size
    message = (
        f"{path.name} holds {plural(len(written.files), 'file')}, {plural(written.jobs, 'job')}, "
        f"{bytes_text(size)}; look into it before you hand it on"
    )
    data = {"path": str(path), "files": written.files, "jobs": written.jobs, "bytes": size}
    return Outcome(data=data, message=message)


REPORT = Command(
    "app.report",
    "Report",
    "one file with doctor, settings, logs and past jobs, without secrets",
    _report,
    ReportArgs,
    cli="report",
    positional=("file",),
)
