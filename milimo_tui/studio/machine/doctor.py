"""The checks of `milimo doctor`: each part that is installed or missing, its use, and the command that adds
it.
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
from milimo_tui.core.format import bytes_text, time_of_day
from milimo_tui.core.host import HOST, bytes_under, network_disk
from milimo_tui.jobs.cluster import access as cluster_access
from milimo_tui.jobs.values.queue_views import SupervisorStatus
from milimo_tui.jobs.values.quotas import Quotas, film_problem, home_problem
from milimo_tui.store.jobs.studio_file import problem_of_queue
from milimo_tui.store.project.opening import problem_of
from milimo_tui.studio.backups.backup_orders import folder_of
from milimo_tui.studio.backups.schedule import DAILY, due_since, next_due
from milimo_tui.studio.machine import mpv_program, notification_check
from milimo_tui.studio.machine.model_stack import stack_command, stack_missing
from milimo_tui.studio.machine.sound_way import answers, find_way, load_pulse, setup_line
from milimo_tui.studio.registry import plug_ins
from milimo_tui.studio.session.studio import Studio

RAY_COMMAND = "pip install 'milimo-tui[ray]'"
TMUX_LINES = (
    "set -g allow-passthrough on",
    "set -as terminal-features ',*:RGB'",
    "set -g extended-keys on",
    "set -sg escape-time 10",
    "set -g set-clipboard on",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A line of the doctor: `ok`, or what to do. The studio can't run without a `needed` part."""

    name: str
    ok: bool
    told: str  # a key of `doctor --json`
    used_for: str = ""
    command: str = ""
    needed: bool = False


def examine(studio: Studio) -> tuple[Finding, ...]:
    """Run all checks of the doctor and return their findings."""
    return (
        *_needed(studio),
        *_programs(studio),
        *_libraries(),
        *_plug_ins(),
        *_terminal(),
        *_telling(studio),
    )


def _plug_ins() -> Iterator[Finding]:
    """List each plug-in, and the reason if one is left out."""
    for one in plug_ins.found():
        told = one.problem or f"{one.kind} of {one.distribution}"
        yield Finding(f"plug-in {one.name}", not one.problem, told, one.title, "milimo plugin list")


def _needed(studio: Studio) -> Iterator[Finding]:
    version = platform.python_version()
    yield Finding(
        "python", sys.version_info >= (3, 11), version, "everything", "sudo apt install python3", True
    )
    yield Finding(
        "sqlite",
        sqlite3.sqlite_version_info >= (3, 37),
        sqlite3.sqlite_version,
        "projects",
        "sudo apt install python3 libsqlite3-0",
        True,
    )
    for package in ("textual", "rich", "av", "PIL", "numpy", "sqlmodel", "sounddevice", "pydantic"):
        there = importlib.util.find_spec(package) is not None
        yield Finding(package, there, "installed" if there else "missing", "the studio", "make install", True)
    yield from toolkit(importlib.metadata.version("textual"), importlib.metadata.requires("milimo-tui") or [])
    yield from _home(studio)


def toolkit(version: str, needs: Sequence[str]) -> Iterator[Finding]:
    """Report a Textual version that is newer than the versions the studio's metadata lists as tested.

    The patches for Textual's faults (`tui.terminal.patches`) are not applied to such a version.
    """
    [newest] = [match[1] for need in needs if (match := re.match(r"textual\b(?!-).*<([\d.]+)", need))]
    if _numbers(version) >= _numbers(newest):
        told = f"{version} was not tried, only those before {newest}: painting is not mended"
        yield Finding("textual's version", False, told, "lines over SSH", "make install")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


def _home(studio: Studio) -> Iterator[Finding]:
    another = "MILIMO_HOME=FOLDER milimo, with a folder of yours on a local disk"
    try:
        root = studio.home.root
    except MilimoError as error:
        yield Finding("home", False, error.message, "projects", another, True)
        return
    network = network_disk(root)
    text = f"{root} ({studio.why_home}){f', on a network disk ({network})' if network else ''}"
    yield Finding("home", os.access(root, os.W_OK) and not network, text, "projects", another, True)
    free = HOST.free_bytes(root) / 2**30
    yield Finding("disk", free > 1, f"{free:.0f} GiB free", "takes and films", "milimo clean")
    yield from _quotas(studio)
    yield from _standing(studio)
    yield from _databases(studio)
    yield from _backups(studio)
    yield from _cluster(studio)


def _quotas(studio: Studio) -> Iterator[Finding]:
    """Report how much the home and its films hold, where a quota is set."""
    use, command = "takes and films", "milimo room, and what it lists: milimo room free KIND"
    try:
        quotas = Quotas.of(studio.read_settings()[0])
    except MilimoError as error:
        yield Finding("quota", False, error.message, use, error.hint)
        return
    if quotas.home:
        held = bytes_under(studio.home.root)
        told = home_problem(held, quotas.home) or f"{bytes_text(held)} of {bytes_text(quotas.home)} held"
        yield Finding("quota", held < quotas.home, told, use, command)
    for name, most in [(paths.root.name, quotas.of_film(paths.root.name)) for paths in studio.films()]:
        held = bytes_under(studio.home.project(name).root) if most else 0
        if most and held >= most:
            yield Finding("film quota", False, film_problem(name, held, most), use, command)


def _standing(studio: Studio) -> Iterator[Finding]:
    """Report the command run when the queue is done, and the watched folders, as a running supervisor knows
    them.
    """
    client = studio.client_or_none()
    status = client.status() if client is not None else SupervisorStatus()
    if status.off:
        yield Finding("off when done", True, f"{status.off.command}: milimo job off-when-done --cancel")
    for watched in client.watched_folders() if client is not None and status.watched else ():
        told = watched["problem"] or f"{watched['folder']}, into {Path(watched['project']).name}"
        yield Finding("watch", not watched["problem"], told, "files that come in", "milimo watch list")


def _backups(studio: Studio) -> Iterator[Finding]:
    """Report the newest backup and its folder, and when the next backup is due."""
    settings, now = studio.settings, HOST.now()
    daily = settings.backup == DAILY
    when = time_of_day(next_due(settings, now), now) if daily else ""
    use, command = "disks that die, and films as they were", "milimo backup now"
    try:
        folder = folder_of(studio.home, settings)
        newest, count = folder.newest_time(), len(folder.ids())
        due = due_since(studio.home, settings, now)
    except MilimoError as error:
        yield Finding("backups", False, error.message, use, error.hint)
        return
    following = "the next is made when work begins" if due is not None else f"the next at {when}"
    if newest is None:
        told = f"none yet: {following}" if daily else "none, and none is made by itself: backup is off"
        yield Finding("backups", daily, told, use, "milimo config set backup daily, or milimo backup now")
        return
    told = f"{count} in {folder.root}, the newest of {time_of_day(newest, now)}"
    yield Finding("backups", True, f"{told}{f'; {following}' if daily else ''}", use, command)


def _cluster(studio: Studio) -> Iterator[Finding]:
    """Report whether Ray is installed and whether the home's cluster answers."""
    there = importlib.util.find_spec("ray") is not None
    told = importlib.metadata.version("ray") if there else "missing"
    yield Finding("ray", there, told, "work on several machines", RAY_COMMAND)
    try:
        access = cluster_access.read(studio.home)
    except MilimoError as error:
        yield Finding("cluster", False, error.message, "work on several machines", error.hint)
        return
    if access is not None:
        ok = cluster_access.answers(access)
        told = f"{access.address}, {'answers' if ok else 'does not answer'}"
        yield Finding("cluster", ok, told, "work on several machines", "milimo cluster down, then up")


def _databases(studio: Studio) -> Iterator[Finding]:
    """Check every page and row of the queue and of all films."""
    problem = problem_of_queue(studio.home.studio_db)
    yield Finding("queue", not problem, problem or "whole", "jobs", "milimo job recover", bool(problem))
    folders = studio.project_folders()
    damaged = [(paths.root.name, problem) for paths in folders if (problem := problem_of(paths))]
    for name, problem in damaged:
        yield Finding("film", False, problem, name, f"milimo project recover {name}", True)
    if folders and not damaged:
        yield Finding("films", True, f"{len(folders)}, all whole", "takes and cuts")


def _program(name: str, package: str, used_for: str) -> Finding:
    path = shutil.which(name)
    return Finding(name, bool(path), path or "missing", used_for, f"sudo apt install {package}")


def _mpv(name: str) -> Finding:
    """Report which mpv is installed and how it shows a film: in a window, and in a terminal."""
    found = _program(name, "mpv", "films in a window, playback at full size")
    if not found.ok:
        return found
    try:
        mpv = mpv_program.examine(found.told)
    except MilimoError as error:
        return replace(found, ok=False, told=error.message)
    window = ["a window" if mpv_program.has_display(os.environ) else "no window: there is no display here"]
    told = f"{mpv.path}, {mpv.version}: {', '.join([*window, *mpv.terminal_outputs])}"
    return replace(found, told=told)


def _programs(studio: Studio) -> Iterator[Finding]:
    yield _mpv(studio.settings.mpv or "mpv")
    yield _program(studio.settings.speech or "espeak-ng", "espeak-ng", "scratch voices in previs")
    yield _program("tmux", "tmux", "sessions that outlive the connection")
    yield _program("ffmpeg", "ffmpeg", "comparing renders (benches only)")
    yield _program("fc-match", "fontconfig", "letters outside Latin on slates and subtitles")


def _sound() -> Finding:
    """Report the sound path from this machine, and whether its server answers."""
    way, use = find_way(os.environ), "sound while you edit"
    if way.kind == "pulse" and load_pulse() is None:
        told = f"libpulse is missing for {way.server or 'the sound server'}"
        return Finding("sound", False, told, use, "sudo apt install libpulse0")
    if way.server and not answers(way.server):
        return Finding("sound", False, f"nobody answers at {way.server}", use, setup_line())
    if way.kind == "pulse":
        return Finding("sound", True, f"to {way.server or 'the sound server here'}", use)
    if not way.kind:
        return Finding("sound", False, "no output device here; to hear it on yours", use, setup_line())
    bundled = importlib.util.find_spec("_sounddevice_data") is not None
    there = bundled or bool(ctypes.util.find_library("portaudio"))
    told = "by PortAudio" if there else "portaudio is missing"
    return Finding("sound", there, told, use, "sudo apt install libportaudio2")


def _libraries() -> Iterator[Finding]:
    yield _sound()
    missing = stack_missing()
    yield Finding(
        "model stack",
        not missing,
        "installed" if not missing else f"missing {', '.join(missing)}",
        "LTX-2, FLUX.2, SAM 3, Gemma (about 6 GB)",
        stack_command(),
    )
    gpu = (linux.PROC / "driver" / "nvidia" / "version").exists() or Path("/dev/kfd").exists()
    driver = "sudo apt install nvidia-driver, where there is such a card"
    yield Finding("gpu", gpu, "found" if gpu else "none found", "models; previs and films need none", driver)


def _terminal() -> Iterator[Finding]:
    term = os.environ.get("TERM", "")
    colours = os.environ.get("COLORTERM", "")
    rich = colours in ("truecolor", "24bit")
    yield Finding(
        "colours",
        rich,
        colours or term or "unknown",
        "pictures in cells",
        "export COLORTERM=truecolor, if yours can",
    )
    if os.environ.get("TMUX"):
        yield Finding("tmux settings", True, "the lines below go into ~/.tmux.conf", "pictures and keys")


def _telling(studio: Studio) -> Iterator[Finding]:
    for finding in notification_check.examine(studio.settings, os.environ):
        yield Finding(finding.name, finding.ok, finding.text, finding.used_for, finding.command)


def can_run(findings: tuple[Finding, ...]) -> bool:
    """Return True if every needed part is present."""
    return all(finding.ok for finding in findings if finding.needed)


def as_text(findings: tuple[Finding, ...]) -> str:
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
