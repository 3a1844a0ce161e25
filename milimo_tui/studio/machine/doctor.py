"""The checks of `milimo doctor`. Each reports whether a program or library is installed, its use, and how to
install it.
"""

from __future__ import annotations

import ctypes.util
import importlib.metadata
import importlib.util
import os
import platform
import re
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from milimo_tui.core import linux
from milimo_tui.core.errors import MilimoError
from milimo_tui.core.format import format_bytes, format_time_of_day
from milimo_tui.core.host import HOST, count_folder_bytes, detect_network_disk
from milimo_tui.jobs.cluster import access as cluster_access
from milimo_tui.jobs.values.queue_views import SupervisorStatus
from milimo_tui.jobs.values.quotas import Quotas, describe_full_film, describe_full_home
from milimo_tui.store.jobs.studio_file import find_queue_problem
from milimo_tui.store.project.opening import find_film_problem
from milimo_tui.studio.backups.backup_orders import get_backup_folder
from milimo_tui.studio.backups.schedule import DAILY, find_due_hour, find_next_hour
from milimo_tui.studio.machine import mpv_program, notification_check
from milimo_tui.studio.machine.model_stack import get_stack_command, list_missing_packages
from milimo_tui.studio.machine.sound_output import (
    find_sound_output,
    format_setup_line,
    is_server_listening,
    load_pulse_library,
)
from milimo_tui.studio.registry import plug_ins
from milimo_tui.studio.session.studio import Studio

TMUX_LINES = (
    "set -g allow-passthrough on",
    "set -as terminal-features ',*:RGB'",
    "set -g extended-keys on",
    "set -sg escape-time 10",
    "set -g set-clipboard on",
)


@dataclass(frozen=True, slots=True)
class DoctorFinding:
    """A line of the doctor's report: the state of a program or library, and the command that repairs or
    installs it.

    `ok` is False if there is a problem. `needed` is True if the studio can't run without this program or
    library.
    """

    name: str
    ok: bool
    told: str  # The state in words. The name of this field is also a key of `doctor --json`.
    used_for: str = ""
    command: str = ""
    needed: bool = False


def examine_machine(studio: Studio) -> tuple[DoctorFinding, ...]:
    """Run all checks of the doctor and return their findings."""
    return (
        *_check_required_parts(studio),
        *_check_programs(studio),
        *_check_libraries(),
        *_check_plug_ins(),
        *_check_terminal(),
        *_check_notifications(studio),
    )


def _check_plug_ins() -> Iterator[DoctorFinding]:
    """List each plug-in, and the reason if one is left out."""
    for one in plug_ins.load_plug_ins():
        status = one.problem or f"{one.kind} of {one.distribution}"
        yield DoctorFinding(f"plug-in {one.name}", not one.problem, status, one.title, "milimo plugin list")


def _check_required_parts(studio: Studio) -> Iterator[DoctorFinding]:
    version = platform.python_version()
    yield DoctorFinding(
        "python", sys.version_info >= (3, 11), version, "everything", "sudo apt install python3", True
    )
    yield DoctorFinding(
        "sqlite",
        sqlite3.sqlite_version_info >= (3, 37),
        sqlite3.sqlite_version,
        "projects",
        "sudo apt install python3 libsqlite3-0",
        True,
    )
    for package in ("textual", "rich", "av", "PIL", "numpy", "sqlmodel", "sounddevice", "pydantic"):
        there = importlib.util.find_spec(package) is not None
        yield DoctorFinding(
            package, there, "installed" if there else "missing", "the studio", "make install", True
        )
    yield from check_textual_version(
        importlib.metadata.version("textual"), importlib.metadata.requires("milimo-tui") or []
    )
    yield from _check_home_folder(studio)


def check_textual_version(version: str, needs: Sequence[str]) -> Iterator[DoctorFinding]:
    """Report a Textual version that is newer than the versions the studio's metadata lists as tested.

    The patches for Textual's faults (`tui.terminal.patches`) are not applied to such a version.
    """
    [newest] = [match[1] for need in needs if (match := re.match(r"textual\b(?!-).*<([\d.]+)", need))]
    if _parse_version_numbers(version) >= _parse_version_numbers(newest):
        text = f"{version} is not tested, only versions before {newest}: no painting fix"
        yield DoctorFinding("textual's version", False, text, "lines over SSH", "make install")


def _parse_version_numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


def _check_home_folder(studio: Studio) -> Iterator[DoctorFinding]:
    another = "MILIMO_HOME=FOLDER milimo, with a folder of yours on a local disk"
    try:
        root = studio.home.root
    except MilimoError as error:
        yield DoctorFinding("home", False, error.message, "projects", another, True)
        return
    network = detect_network_disk(root)
    text = f"{root} ({studio.why_home}){f', on a network disk ({network})' if network else ''}"
    yield DoctorFinding("home", os.access(root, os.W_OK) and not network, text, "projects", another, True)
    free = HOST.get_free_bytes(root) / 2**30
    yield DoctorFinding("disk", free > 1, f"{free:.0f} GiB free", "takes and films", "milimo clean")
    yield from _report_quotas(studio)
    yield from _check_supervisor_tasks(studio)
    yield from _check_databases(studio)
    yield from _report_backups(studio)
    yield from _check_cluster(studio)


def _report_quotas(studio: Studio) -> Iterator[DoctorFinding]:
    """Report the disk space that the home and its films use, if they have a quota."""
    use, command = "takes and films", "milimo room list; milimo room free KIND"
    try:
        quotas = Quotas.from_settings(studio.read_home_settings()[0])
    except MilimoError as error:
        yield DoctorFinding("quota", False, error.message, use, error.hint)
        return
    if quotas.home:
        count = count_folder_bytes(studio.home.root)
        text = (
            describe_full_home(count, quotas.home)
            or f"{format_bytes(count)} of {format_bytes(quotas.home)} held"
        )
        yield DoctorFinding("quota", count < quotas.home, text, use, command)
    for name, most in [
        (paths.root.name, quotas.limit_for_film(paths.root.name)) for paths in studio.list_films()
    ]:
        count = count_folder_bytes(studio.home.get_project_paths(name).root) if most else 0
        if most and count >= most:
            yield DoctorFinding("film quota", False, describe_full_film(name, count, most), use, command)


def _check_supervisor_tasks(studio: Studio) -> Iterator[DoctorFinding]:
    """Report the command that runs when the queue is done, and the watched folders, if a supervisor is
    running.
    """
    client = studio.client_or_none()
    status = client.fetch_status() if client is not None else SupervisorStatus()
    if status.off:
        yield DoctorFinding("off when done", True, f"{status.off.command}: milimo job off-when-done --cancel")
    for watched in client.list_watched_folders() if client is not None and status.watched else ():
        status_text = watched["problem"] or f"{watched['folder']}, into {Path(watched['project']).name}"
        yield DoctorFinding(
            "watch", not watched["problem"], status_text, "import of new files", "milimo watch list"
        )


def _report_backups(studio: Studio) -> Iterator[DoctorFinding]:
    """Report the newest backup and its folder, and when the next backup is due."""
    settings, now = studio.settings, HOST.now()
    daily = settings.backup == DAILY
    next_time = format_time_of_day(find_next_hour(settings, now), now) if daily else ""
    use, command = "disk failure, earlier states of films", "milimo backup now"
    try:
        folder = get_backup_folder(studio.home, settings)
        newest, count = folder.read_newest_backup_time(), len(folder.list_backup_ids())
        due = find_due_hour(studio.home, settings, now)
    except MilimoError as error:
        yield DoctorFinding("backups", False, error.message, use, error.hint)
        return
    following = "the next is made when work begins" if due is not None else f"the next at {next_time}"
    if newest is None:
        text = f"none yet: {following}" if daily else "none, and none is made automatically: backup is off"
        yield DoctorFinding(
            "backups", daily, text, use, "milimo config set backup daily, or milimo backup now"
        )
        return
    text = f"{count} in {folder.root}, the newest of {format_time_of_day(newest, now)}"
    yield DoctorFinding("backups", True, f"{text}{f'; {following}' if daily else ''}", use, command)


def _check_cluster(studio: Studio) -> Iterator[DoctorFinding]:
    """Report whether Ray is installed and whether the home's cluster answers."""
    there = importlib.util.find_spec("ray") is not None
    text = importlib.metadata.version("ray") if there else "missing"
    yield DoctorFinding("ray", there, text, "work on several machines", cluster_access.RAY_INSTALL_COMMAND)
    try:
        access = cluster_access.read_cluster_access(studio.home)
    except MilimoError as error:
        yield DoctorFinding("cluster", False, error.message, "work on several machines", error.hint)
        return
    if access is not None:
        ok = cluster_access.is_cluster_answering(access)
        text = f"{access.address}, {'answers' if ok else 'does not answer'}"
        yield DoctorFinding("cluster", ok, text, "work on several machines", "milimo cluster down, then up")


def _check_databases(studio: Studio) -> Iterator[DoctorFinding]:
    """Check every page and row of the queue and of all films."""
    problem = find_queue_problem(studio.home.studio_db)
    yield DoctorFinding("queue", not problem, problem or "whole", "jobs", "milimo job recover", bool(problem))
    folders = studio.list_project_folders()
    damaged = [(paths.root.name, problem) for paths in folders if (problem := find_film_problem(paths))]
    for name, problem in damaged:
        yield DoctorFinding("film", False, problem, name, f"milimo project recover {name}", True)
    if folders and not damaged:
        yield DoctorFinding("films", True, f"{len(folders)}, none damaged", "takes and cuts")


def _check_program(name: str, package: str, used_for: str) -> DoctorFinding:
    path = shutil.which(name)
    return DoctorFinding(name, bool(path), path or "missing", used_for, f"sudo apt install {package}")


def _check_mpv(name: str) -> DoctorFinding:
    """Report the installed mpv, and how it can show a film: in a window or in a terminal."""
    found = _check_program(name, "mpv", "films in a window, playback at full size")
    if not found.ok:
        return found
    try:
        mpv = mpv_program.query_mpv(found.told)
    except MilimoError as error:
        return replace(found, ok=False, told=error.message)
    window = ["a window" if mpv_program.has_display(os.environ) else "no window: there is no display here"]
    text = f"{mpv.path}, {mpv.version}: {', '.join([*window, *mpv.terminal_outputs])}"
    return replace(found, told=text)


def _check_programs(studio: Studio) -> Iterator[DoctorFinding]:
    yield _check_mpv(studio.settings.mpv or "mpv")
    yield _check_program(studio.settings.speech or "espeak-ng", "espeak-ng", "scratch voices in previs")
    yield _check_program("tmux", "tmux", "sessions that survive a lost connection")
    yield _check_program("ffmpeg", "ffmpeg", "comparing renders (benches only)")
    yield _check_program("fc-match", "fontconfig", "non-Latin letters on slates and subtitles")


def _check_sound() -> DoctorFinding:
    """Report the sound output that this machine would use, and whether the sound server answers."""
    output, use = find_sound_output(os.environ), "sound while you edit"
    if output.kind == "pulse" and load_pulse_library() is None:
        text = f"libpulse is missing for {output.server or 'the sound server'}"
        return DoctorFinding("sound", False, text, use, "sudo apt install libpulse0")
    if output.server and not is_server_listening(output.server):
        return DoctorFinding("sound", False, f"nothing answers at {output.server}", use, format_setup_line())
    if output.kind == "pulse":
        return DoctorFinding("sound", True, f"to {output.server or 'the sound server here'}", use)
    if not output.kind:
        return DoctorFinding(
            "sound", False, "no output device here; to hear it on yours", use, format_setup_line()
        )
    bundled = importlib.util.find_spec("_sounddevice_data") is not None
    there = bundled or bool(ctypes.util.find_library("portaudio"))
    text = "by PortAudio" if there else "portaudio is missing"
    return DoctorFinding("sound", there, text, use, "sudo apt install libportaudio2")


def _check_libraries() -> Iterator[DoctorFinding]:
    yield _check_sound()
    missing = list_missing_packages()
    yield DoctorFinding(
        "model stack",
        not missing,
        "installed" if not missing else f"missing {', '.join(missing)}",
        "LTX-2, FLUX.2, SAM 3, language models (about 6 GB)",
        get_stack_command(),
    )
    gpu = (linux.PROC / "driver" / "nvidia" / "version").exists() or Path("/dev/kfd").exists()
    driver = "sudo apt install nvidia-driver, where there is such a card"
    yield DoctorFinding(
        "gpu", gpu, "found" if gpu else "none found", "models; previs and films need none", driver
    )


def _check_terminal() -> Iterator[DoctorFinding]:
    term = os.environ.get("TERM", "")
    colours = os.environ.get("COLORTERM", "")
    rich = colours in ("truecolor", "24bit")
    yield DoctorFinding(
        "colours",
        rich,
        colours or term or "unknown",
        "pictures in cells",
        "export COLORTERM=truecolor, if supported",
    )
    if os.environ.get("TMUX"):
        yield DoctorFinding(
            "tmux settings", True, "the lines below go into ~/.tmux.conf", "pictures and keys"
        )


def _check_notifications(studio: Studio) -> Iterator[DoctorFinding]:
    for finding in notification_check.check_notifications(studio.settings, os.environ):
        yield DoctorFinding(finding.name, finding.ok, finding.text, finding.used_for, finding.command)


def can_run_studio(findings: tuple[DoctorFinding, ...]) -> bool:
    """Return True if every needed part is present."""
    return all(finding.ok for finding in findings if finding.needed)


def format_doctor_report(findings: tuple[DoctorFinding, ...]) -> str:
    """Return the doctor's report as text, with the settings that tmux needs."""
    lines = []
    for finding in findings:
        mark = "✓" if finding.ok else "✕" if finding.needed else "–"
        lines.append(f"{mark} {finding.name:<14}{finding.told}")
        if not finding.ok:
            use = f"for {finding.used_for}" if finding.used_for else ""
            lines.append(f"    {use}{': ' if use and finding.command else ''}{finding.command}")
    lines.append("")
    lines.append("In tmux, pictures and keys need these lines in ~/.tmux.conf:")
    lines.extend(f"    {line}" for line in TMUX_LINES)
    return "\n".join(lines)
