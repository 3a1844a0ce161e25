"""The command `play`: play a shot, a take, a range, a cut or a file in mpv, or write it to standard output as
a stream.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from milimo_tui.core.errors import BadInput, Failed, NotFound, Unavailable
from milimo_tui.core.host import explain_os_error, parse_user_path, read_cell_size
from milimo_tui.core.terminal_environment import read_terminal_environment
from milimo_tui.cut.delivery.requests import parse_bit_rate, parse_size
from milimo_tui.cut.plan.damage import apply_damage_choice
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.cut.values.cut import ClipSource, SourceKind
from milimo_tui.cut.values.effects import OnDamage
from milimo_tui.cut.values.new_cuts import create_cut
from milimo_tui.store.history import edit_places
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.studio.commands.film.renders import parse_render_range
from milimo_tui.studio.machine import mpv_program, scp_line, tmux
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.render import render_plan
from milimo_tui.studio.session.lookup import find_cut_by_name
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec

ENDED_BY_CTRL_C = 4  # Exit status with which mpv ends after Ctrl+C.


@dataclass(frozen=True, slots=True)
class DescriptorWriter:
    """A writer for a file descriptor. It does not buffer, and each call writes all bytes."""

    number: int

    def write(self, data: bytes, /) -> int:
        left = memoryview(data)
        while left:
            left = left[os.write(self.number, left) :]
        return len(data)


class PlayArgs(Args):
    what: str = arg("", description="a shot, take, cut, range IN..OUT or file (default: the newest render)")
    stdout: bool = arg(False, description="write the film to standard output, for a player: … | mpv -")
    size: str = arg(
        "", description="size for a slow connection: 720p, 1280x720 or 50% (default: size of the film)"
    )
    bitrate: str = arg("", description="most bits per second, such as 800k for a line of 1 Mbit/s")


def _play_named_source(studio: Studio, args: PlayArgs) -> Outcome:
    if args.stdout and not edit_places.get_edit_screen() and sys.stdout.isatty():
        raise BadInput("a film can't be written to a terminal", "pipe it: milimo play --stdout 4B | mpv -")
    found = resolve_played(studio, args.what)
    if (args.size or args.bitrate) and isinstance(found, Path):
        raise BadInput(
            "a file is played unchanged, so --size and --bitrate have no effect",
            "leave them out, or name a shot or cut",
        )
    bits = parse_bit_rate(args.bitrate) if args.bitrate else 0
    # The studio occupies the terminal, so the playback is left to its screen, which starts mpv itself.
    if edit_places.get_edit_screen():
        if args.stdout or args.size or args.bitrate:
            raise BadInput(
                "inside the studio, play always opens mpv, without these options",
                "leave --stdout, --size and --bitrate out",
            )
        return Outcome(data={"film": get_played_name(found)}, plays=found)
    if args.stdout:
        _write_played(found, args.size, bits, DescriptorWriter(sys.stdout.fileno()))
        return Outcome()
    program = shutil.which(studio.settings.mpv)
    if program is None:
        hint = "sudo apt install mpv"
        if isinstance(found, Path):
            hint += f", or on your own machine: {scp_line.format_scp_line(found)}"
        raise Unavailable(f"{studio.settings.mpv} is not installed; it is needed to play films", hint)
    code = _play_in_mpv(program, studio.settings.images, found, args.size, bits)
    if code not in (0, ENDED_BY_CTRL_C):
        raise Failed(
            f"{studio.settings.mpv} ended with exit code {code}", "milimo doctor shows how mpv can draw here"
        )
    return Outcome(data={"film": get_played_name(found)})


def get_played_name(found: RenderPlan | Path) -> str:
    """Return the display name of something that is played: a file, or a render plan (the description of the
    frames of a cut or shot).
    """
    return str(found) if isinstance(found, Path) else found.name


def resolve_played(studio: Studio, name: str) -> RenderPlan | Path:
    """Find what the user wants to play. Return a file, or a render plan (a description of frames).

    `name` may be a file, a shot (its picked take, or else its board or a slate), the id of a take, a range of
    frames IN..OUT of the current cut, or a cut. An empty name means the newest render. Raises NotFound,
    Ambiguous, BadInput.
    """
    if not name:
        return find_newest_render(studio)
    path = parse_user_path(name)
    if path.is_file():
        return path
    is_range = ".." in name and "/" not in name
    if "/" in name or (path.suffix and not is_range) or studio.project_or_none() is None:
        raise NotFound(f"there is no file {path}", "milimo render makes the film")
    return apply_damage_choice(_make_play_plan(studio, name), OnDamage.HOLD)


def _make_play_plan(studio: Studio, name: str) -> RenderPlan:
    snapshot, project = studio.take_snapshot(), studio.require_project()
    story = snapshot.story
    if ".." in name:
        return render_plan.plan_current_cut(snapshot, project, *parse_render_range(studio, name))
    take, crop = next((each for each in story.takes if each.id == name), None), None
    cut = None if take else find_cut_by_name(snapshot.cuts, name)
    if cut is not None:
        return render_plan.plan_current_cut(replace(snapshot, cut=cut), project)
    if take is None:
        try:
            shot = shot_spec.find_shot(story, name)
        except NotFound:
            raise NotFound(
                f"there is no shot, take, cut or file “{name}”",
                "milimo shot list and milimo cut list show the names",
            ) from None
        performances = FilmPerformances(story)
        take, crop = performances.find_shown_take(shot), performances.compute_shot_crop(shot)
        if take is None:
            like = snapshot.cut or create_cut(
                name, new_id=lambda kind: kind, rate=story.project.rate,
                width=story.project.width, height=story.project.height,
                sample_rate=story.project.sample_rate,
            )  # fmt: skip
            source = ClipSource(SourceKind.SHOT, shot.id)
            return render_plan.plan_single_source(story, project.paths, source, shot.frames, like)
    return render_plan.plan_single_take(story, project.paths, take, crop)


def find_newest_render(studio: Studio) -> Path:
    """Return the newest render of the open project whose file still exists. Raises NotFound."""
    project = studio.require_project()
    for render in reversed(project.facts.list_renders()):
        path = render_plan.get_render_path(project.paths, render)
        if path.is_file():
            return path
    raise NotFound("nothing has been rendered yet", "milimo render renders the film")


def _write_played(found: RenderPlan | Path, size: str, bits: int, out: DescriptorWriter) -> None:
    """Write a film as a stream to the file descriptor of `out`. `size` (of the picture) and `bits` (bits per
    second) reduce the stream for slow connections.

    Raises BrokenPipeError if the reader has closed the pipe, and DiskFull.
    """
    from milimo_tui.media.render.live_stream import stream_file, write_live_plan

    try:
        if isinstance(found, Path):
            stream_file(found, out)
        else:
            sides = parse_size(size, found.width, found.height) if size else None
            write_live_plan(found, out, sides, bits)
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.filename is not None:
            raise
        raise explain_os_error(error, "standard output", "write to") from error


def _play_in_mpv(program: str, images: str, found: RenderPlan | Path, size: str, bits: int) -> int:
    """Play a file or a render plan in mpv, wait until mpv exits, and return its exit status. A render plan is
    sent to mpv as a stream of frames.
    """
    options: tuple[str, ...] = (mpv_program.SILENT,)
    if not mpv_program.has_display(os.environ):
        options += mpv_program.choose_terminal_options(
            mpv_program.query_mpv(program), _describe_shell_screen(images)
        )
    if isinstance(found, Path):
        options += (mpv_program.MEDIA_FORMATS, f"--demuxer={mpv_program.FILE_DEMUXER}")
        options += _list_orientation_options(found)
        return subprocess.run([program, *options, "--", str(found)], check=False).returncode
    read_end, write_end = os.pipe()
    player = subprocess.Popen([program, *options, "--", f"fd://{read_end}"], pass_fds=(read_end,))
    os.close(read_end)
    try:
        # The user may close the player before the end, which closes the pipe.
        with contextlib.suppress(BrokenPipeError):
            _write_played(found, size, bits, DescriptorWriter(write_end))
    finally:
        os.close(write_end)
        code = player.wait()
    return code


def _list_orientation_options(path: Path) -> tuple[str, ...]:
    """Return the options with which mpv shows a file as its display matrix specifies. mpv reports an
    unreadable file itself.
    """
    from milimo_tui.media.files.orientation import read_file_orientation

    orientation = read_file_orientation(path)
    video_filter = mpv_program.choose_orientation_filter(
        orientation.turns * 90, mirrored=orientation.mirrored
    )
    return ("--video-rotate=no", f"--vf-append={video_filter}") if video_filter else ()


def _describe_shell_screen(images: str) -> mpv_program.MpvTerminal:
    """Describe the terminal of this shell for mpv, from the environment and the setting `images`. The
    terminal is not queried.
    """
    from milimo_tui.media.viewer import shell_terminal

    environment = read_terminal_environment(os.environ)
    remote = bool(tmux.find_connection()) if environment.inside == "tmux" else environment.remote
    return mpv_program.MpvTerminal(
        shell_terminal.detect_shell_terminal(os.environ, images=images).kind,
        environment.colours,
        mpv_program.SLOW_LINE if remote else None,
        environment.inside,
        *shutil.get_terminal_size(),
        read_cell_size(1) or shell_terminal.USUAL_CELL,
    )


COMMANDS = (
    Command(
        "film.play",
        "Play film",
        "play a shot, take, cut or film in mpv, or as a stream",
        _play_named_source,
        PlayArgs,
        cli="play",
        positional=("what",),
    ),
)
