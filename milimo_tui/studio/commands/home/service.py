"""The command `systemd`: print or install the systemd unit that keeps the supervisor of this home running."""

from __future__ import annotations

from milimo_tui.core.errors import Refused
from milimo_tui.core.host import explain_os_error, make_folders, write_file_atomically
from milimo_tui.studio.machine import service_units
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio


class SystemdArgs(Args):
    system: bool = arg(False, description="make a system unit instead of a user unit")
    install: bool = arg(False, description="install the unit instead of printing it")
    overwrite: bool = arg(False, description="replace an existing unit")


def _write_systemd_unit(studio: Studio, args: SystemdArgs) -> Outcome:
    text = service_units.format_unit(studio.home, system=args.system)
    folder = service_units.SYSTEM_UNIT_FOLDER if args.system else service_units.get_user_unit_folder()
    path = folder / service_units.UNIT_NAME
    if not args.install:
        return Outcome(data={"unit": text, "path": str(path), "written": False}, text=text.rstrip())
    there = path.read_text(errors="replace") if path.is_file() else ""
    if there and there != text and not args.overwrite:
        raise Refused(f"{path} already exists with other contents", "--overwrite replaces it")
    try:
        make_folders(folder)
    except OSError as error:
        raise explain_os_error(error, folder, "make") from error
    write_file_atomically(path, text.encode())
    control = "sudo systemctl" if args.system else "systemctl --user"
    lines = [f"{control} daemon-reload", f"{control} enable --now {service_units.UNIT_NAME}"]
    if not args.system:
        lines.append("loginctl enable-linger    # so that it runs while nobody is logged in")
    data = {"unit": text, "path": str(path), "written": True, "next": lines}
    message_lines = [f"{path} is written. Now:", *(f"    {line}" for line in lines)]
    if studio.client_or_none() is not None:
        message_lines.append("A supervisor runs already; systemd's takes over once it has ended:")
        message_lines.append("    milimo supervisor stop")
    return Outcome(data=data, text="\n".join(message_lines))


SYSTEMD = Command(
    "app.systemd",
    "Write systemd units",
    "print or install the systemd unit that keeps the supervisor running",
    _write_systemd_unit,
    SystemdArgs,
    cli="systemd",
)
