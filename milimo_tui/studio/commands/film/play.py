"""`play`: play a shot, a take, a range, a cut or a file, in mpv or as a stream."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from milimo_tui.core.errors import BadInput, Failed, NotFound, Unavailable
from milimo_tui.core.host import explain, named_path
from milimo_tui.core.terminal_environment import read_environment
from milimo_tui.cut.delivery.requests import parse_bit_rate, parse_size
from milimo_tui.cut.plan.damage import decided
from milimo_tui.cut.plan.plan import Plan
from milimo_tui.cut.values.cut import Source, SourceKind
from milimo_tui.cut.values.effects import OnDamage
from milimo_tui.cut.values.new_cuts import new_cut
from milimo_tui.store.history import edit_places
from milimo_tui.story.shots.performances import Performances
from milimo_tui.studio.commands.film.renders import range_of
from milimo_tui.studio.machine import mpv_program, scp_line, tmux
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.render import render_plan
from milimo_tui.studio.session.lookup import cut_called
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec

ENDED_BY_CTRL_C = 4  # Exit status of mpv after Ctrl+C.


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A file descriptor that is written to in order and without buffering."""

    number: int

    def write(self, data: bytes, /) -> int:
        left = memoryview(data)
        while left:
            left = left[os.write(self.number, left) :]
        return len(data)


class PlayArgs(Args):
    what: str = arg("", description="a shot, take, cut, range IN..OUT or file (default: the newest render)")
    stdout: bool = arg(False, description="write it to standard output, for … | mpv -")
    size: str = arg("", description="720p, 1280x720 or 50%: smaller for a slow line (default: the film's)")
    bitrate: str = arg(
        "", description="the most its pictures take a second, such as 800k for a line of 1 Mbit/s"
    )


def _play(studio: Studio, args: PlayArgs) -> Outcome:
    if args.stdout and not edit_places.here() and sys.stdout.isatty():
        raise BadInput("a film can't be written to a terminal", "pipe it: milimo play --stdout 4B | mpv -")
    found = played(studio, args.what)
    if (args.size or args.bitrate) and isinstance(found, Path):
        raise BadInput("a file is played as it is", "leave --size and --bitrate out, or name a shot or cut")
    bits = parse_bit_rate(args.bitrate) if args.bitrate else 0
    if edit_places.here():  # The studio occupies the terminal, so its screen starts mpv itself.
        if args.stdout or args.size or args.bitrate:
            raise BadInput("the studio plays in mpv itself", "leave --stdout, --size and --bitrate out")
        return Outcome(data={"film": name_of(found)}, plays=found)
    if args.stdout:
        _write(found, args.size, bits, Descriptor(sys.stdout.fileno()))
        return Outcome()
    program = shutil.which(studio.settings.mpv)
    if program is None:
        hint = "sudo apt install mpv"
        if isinstance(found, Path):
            hint += f", or on your own machine: {scp_line.line(found)}"
        raise Unavailable(
            f"{studio.settings.mpv} is not installed, and a film can't be played without it", hint
        )
    code = _in_player(program, studio.settings.images, found, args.size, bits)
    if code not in (0, ENDED_BY_CTRL_C):
        raise Failed(f"{studio.settings.mpv} ended with {code}", "milimo doctor tells how it can draw here")
    return Outcome(data={"film": name_of(found)})


def name_of(found: Plan | Path) -> str:
    """Return the display name of a file or plan to play."""
    return str(found) if isinstance(found, Path) else found.name


def played(studio: Studio, name: str) -> Plan | Path:
    """Resolve a name to a file or a plan of frames to play.

    The name may be a file, a shot (its picked take, else its substitute), a take's id, frames IN..OUT of the
    current cut, or a cut. An empty name is the newest render. Raises NotFound, Ambiguous, BadInput.
    """
    if not name:
        return newest_render(studio)
    path = named_path(name)
    if path.is_file():
        return path
    is_range = ".." in name and "/" not in name
    if "/" in name or (path.suffix and not is_range) or studio.project_or_none() is None:
        raise NotFound(f"there is no file {path}", "milimo render makes the film")
    return decided(_plan_of(studio, name), OnDamage.HOLD)


def _plan_of(studio: Studio, name: str) -> Plan:
    snapshot, project = studio.snapshot(), studio.project()
    story = snapshot.story
    if ".." in name:
        return render_plan.plan_now(snapshot, project, *range_of(studio, name))
    take, crop = next((each for each in story.takes if each.id == name), None), None
    cut = None if take else cut_called(snapshot.cuts, name)
    if cut is not None:
        return render_plan.plan_now(replace(snapshot, cut=cut), project)
    if take is None:
        try:
            shot = shot_spec.find_shot(story, name)
        except NotFound:
            raise NotFound(
                f"there is no shot, take, cut or file “{name}”", "milimo shot list, milimo cut list"
            ) from None
        performances = Performances(story)
        take, crop = performances.shown(shot), performances.crop(shot)
        if take is None:
            like = snapshot.cut or new_cut(
                name, new_id=lambda kind: kind, rate=story.project.rate,
                width=story.project.width, height=story.project.height,
                sample_rate=story.project.sample_rate,
            )  # fmt: skip
            source = Source(SourceKind.SHOT, shot.id)
            return render_plan.plan_of_source(story, project.paths, source, shot.frames, like)
    return render_plan.plan_of_take(story, project.paths, take, crop)


def newest_render(studio: Studio) -> Path:
    """Return the newest render of the open project whose file still exists. Raises NotFound."""
    project = studio.project()
    for render in reversed(project.facts.renders()):
        path = render_plan.render_path(project.paths, render)
        if path.is_file():
            return path
    raise NotFound("nothing has been rendered yet", "milimo render")


def _write(found: Plan | Path, size: str, bits: int, out: Descriptor) -> None:
    """Write the film to a descriptor. Raises BrokenPipeError if the reader has closed the pipe, DiskFull."""
    from milimo_tui.media.render.live_stream import write_file, write_live

    try:
        if isinstance(found, Path):
            write_file(found, out)
        else:
            sides = parse_size(size, found.width, found.height) if size else None
            write_live(found, out, sides, bits)
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.filename is not None:
            raise
        raise explain(error, "standard output", "write to") from error


def _in_player(program: str, images: str, found: Plan | Path, size: str, bits: int) -> int:
    """Play in mpv until it exits and return its exit status. A plan is sent to mpv as a stream."""
    options: tuple[str, ...] = (mpv_program.SILENT,)
    if not mpv_program.has_display(os.environ):
        options += mpv_program.terminal_options(mpv_program.examine(program), _screen(images))
    if isinstance(found, Path):
        return subprocess.run([program, *options, "--", str(found)], check=False).returncode
    read_end, write_end = os.pipe()
    player = subprocess.Popen([program, *options, "--", f"fd://{read_end}"], pass_fds=(read_end,))
    os.close(read_end)
    try:
        with contextlib.suppress(BrokenPipeError):  # The user closed the player before the end.
            _write(found, size, bits, Descriptor(write_end))
    finally:
        os.close(write_end)
        code = player.wait()
    return code


def _screen(images: str) -> mpv_program.Screen:
    """Describe this shell's terminal from the environment and the setting `images`, without querying the
    terminal.
    """
    from milimo_tui.media.viewer import shell_terminal

    says = read_environment(os.environ)
    remote = bool(tmux.connection()) if says.inside == "tmux" else says.remote
    return mpv_program.Screen(
        shell_terminal.of_environment(os.environ, images=images).kind,
        says.colours,
        mpv_program.SLOW_LINE if remote else None,
        says.inside,
        *shutil.get_terminal_size(),
        shell_terminal.cell_size(),
    )


COMMANDS = (
    Command(
        "film.play",
        "Play",
        "play a shot, take, cut or film in mpv, or as a stream",
        _play,
        PlayArgs,
        cli="play",
        positional=("what",),
    ),
)
