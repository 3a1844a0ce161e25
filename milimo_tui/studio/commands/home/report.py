"""The command `report`: write one file for support, with doctor, settings, logs and the history of jobs, but
without secrets.
"""

from __future__ import annotations

import json
import os

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import format_bytes, format_count
from milimo_tui.core.host import parse_user_path
from milimo_tui.core.secrets import create_redactor
from milimo_tui.core.settings import collect_secret_settings
from milimo_tui.studio.commands.home.config import build_setting_rows
from milimo_tui.studio.machine import doctor
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.room import report_file
from milimo_tui.studio.room.report_file import ReportContents
from milimo_tui.studio.session.studio import Studio

REPORT_SUFFIX = ".zip"


class SupportReportArgs(Args):
    file: str = arg("milimo-report.zip", description="the file to write, a .zip", longest=4096)
    days: float = arg(30.0, ge=0, le=36_500, description="include the past jobs of this many days")
    specs: bool = arg(False, description="also the specs of jobs, which contain words of the film")
    overwrite: bool = arg(False, description="replace a file of that name")


def _write_support_report(studio: Studio, args: SupportReportArgs) -> Outcome:
    path = parse_user_path(args.file).absolute()
    if path.suffix.casefold() != REPORT_SUFFIX:
        raise BadInput(f"{path.name} is not a name for a report", "end it in .zip: milimo-report.zip")
    if not path.parent.is_dir():
        raise BadInput(f"there is no folder {path.parent}", "create it, or name another folder")
    if path.is_dir() or (path.exists() and not args.overwrite):
        raise BadInput(f"{path.name} already exists", "--overwrite replaces it")
    settings, origin = studio.read_home_settings()
    texts = {
        "doctor.txt": doctor.format_doctor_report(doctor.examine_machine(studio)),
        "settings.json": json.dumps(build_setting_rows(settings, origin), indent=2, ensure_ascii=False),
    }
    clean = create_redactor(os.environ, collect_secret_settings(settings))
    wanted = ReportContents(texts, args.days, args.specs)
    written = report_file.write_report(studio.home, path, wanted, clean)
    size = path.stat().st_size
    message = (
        f"{path.name} holds {format_count(len(written.files), 'file')}, {format_count(written.jobs, 'job')}, "
        f"{format_bytes(size)}; read it before you send it to anybody"
    )
    data = {"path": str(path), "files": written.files, "jobs": written.jobs, "bytes": size}
    return Outcome(data=data, message=message)


REPORT = Command(
    "app.report",
    "Write a report",
    "write one file with doctor, settings, logs and past jobs, without secrets",
    _write_support_report,
    SupportReportArgs,
    cli="report",
    positional=("file",),
)
