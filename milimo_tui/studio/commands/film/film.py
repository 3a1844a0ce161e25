"""Commands that make a film from a screenplay, render it, play it, and show its pictures directly in a shell,
without the studio.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from milimo_tui.core.errors import BadInput, Cancelled, MilimoError, NotFound
from milimo_tui.core.format import format_clock_duration, format_count
from milimo_tui.core.host import parse_user_path
from milimo_tui.cut.delivery.requests import DeliveryRequest
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.studio.commands.film import play, renders
from milimo_tui.studio.commands.film.renders import NOISE_NOTE
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.render import render_plan
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import sharing, shot_spec

if TYPE_CHECKING:
    from milimo_tui.studio.script import script_to_film

PREVIS_NOTE = "This is previs: moving drawings. For real shots install a model: milimo model list"

WATCH_SECONDS = 0.5  # Seconds between two checks of a screenplay that is watched for changes.


class ScriptToFilmArgs(Args):
    script: str = arg(description="a screenplay (.fountain, .fdx, .pdf, .docx …), or - for standard input")
    output: str = arg("", description="the file to write (default: renders/ of the film)")
    engine: str = arg("", description="engine for new takes")
    name: str = arg("", description="name of the film (default: found by its title)")
    voices: bool = arg(False, description="speak the lines, and lay them in the cut")
    music: bool = arg(False, description="make ambience and music, and lay them under the dialogue")
    captions: bool = arg(False, description="add captions from the script to the film")
    subtitles: str = arg("", description=renders.SUBTITLES_HELP)
    burn: tuple[str, ...] = arg((), description=renders.BURN_HELP)
    watch: bool = arg(
        False, description="make the film again whenever the screenplay is saved, until interrupted"
    )


def _make_or_watch_film(studio: Studio, args: ScriptToFilmArgs) -> Outcome:
    if not args.watch:
        return _make_film_once(studio, args)
    from milimo_tui.interchange.files.script import STDIN

    if args.script == STDIN:
        raise BadInput("standard input can't be watched for changes", "name the file of the screenplay")
    return Outcome(stream=_watch_screenplay(studio, args))


def _watch_screenplay(studio: Studio, args: ScriptToFilmArgs) -> Iterator[Outcome]:
    """Make the film now, and again after every change of the screenplay's file.

    An error in the first film, and a cancellation, are raised. Errors in later films are only reported.
    """
    path = parse_user_path(args.script)
    seen = _get_screenplay_stamp(path)
    yield _make_film_once(studio, args)
    while True:
        time.sleep(WATCH_SECONDS)
        stamp = _get_screenplay_stamp(path)
        if stamp in (None, seen):
            continue
        seen = stamp
        try:
            yield _make_film_once(studio, args)
        except Cancelled:
            raise
        except MilimoError as error:
            yield Outcome(data=error.as_json(), text=f"{error.message}\n{error.hint}".rstrip())


def _get_screenplay_stamp(path: Path) -> tuple[int, int] | None:
    """Return the modification time (nanoseconds) and the size of a file. Return None while the file is
    missing, as when an editor replaces it.
    """
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size


def _make_film_once(studio: Studio, args: ScriptToFilmArgs) -> Outcome:
    # Imported here, so that commands that only play or render start sooner.
    from milimo_tui.studio.script import script_to_film
    from milimo_tui.studio.script.film_sound import WantedSound
    from milimo_tui.studio.script.script_source import read_script_source

    source = read_script_source(args.script)
    film = script_to_film.make_film_from_script(
        studio,
        source,
        project=args.name or studio.wanted_project,
        output=Path(args.output) if args.output else None,
        engine=args.engine,
        sound=WantedSound(args.voices, args.music, args.captions),
        request=DeliveryRequest(subtitles=args.subtitles, burn=args.burn),
    )
    return Outcome(data=film.data, text="\n".join((_format_film_report(film), *source.told)))


def _format_film_report(made: script_to_film.FilmResult) -> str:
    data = made.data
    lines = [f"problem: {problem}" for problem in data["problems"]]
    lines += data.get("sound", {}).get("notes", ())
    lines.append(
        f"{format_count(len(data['shots']), 'shot')}, {format_clock_duration(data['seconds'])}, "
        f"{format_count(data['frames'], 'frame')}"
    )
    if made.opened:
        lines.append(f"now in the film {made.opened}")
    lines.append(data["film"])
    return "\n".join([*lines, *_collect_film_warnings(made)])


def _collect_film_warnings(made: script_to_film.FilmResult, *, drawn: bool = True) -> list[str]:
    """Return a list with the warning about the takes of a film, or an empty list. A warning is needed if the
    film shows only noise made by tiny models, or drawings instead of takes from a model.

    `drawn` is False if drawings need no warning.
    """
    if made.noise:
        return [NOISE_NOTE]
    return [PREVIS_NOTE] if made.previs and drawn else []


class DemoArgs(Args):
    engine: str = arg("", description="engine of the takes, such as ltx2 (default: animatic)")
    scenes: int = arg(0, ge=0, le=99, description="number of scenes, up to four")


def _make_sample_film(studio: Studio, args: DemoArgs) -> Outcome:
    from milimo_tui.studio.script import sample_film

    film = sample_film.create_sample_film(studio, args.engine, args.scenes)
    text = "\n".join(
        [
            *film.data["problems"],
            film.data["film"],
            *_collect_film_warnings(film, drawn=False),
            _format_open_command(),
        ]
    )
    return Outcome(data=film.data, text=text, open_studio=True)


def _format_open_command() -> str:
    """Return the command line that opens the studio with this film from the current folder."""
    program = Path(sys.argv[0])
    if shutil.which("milimo") and Path(shutil.which("milimo") or "").resolve() == program.resolve():
        return "milimo"
    if not program.is_file():
        return "milimo"
    shown = os.path.relpath(program)
    return shlex.quote(str(program) if shown.startswith("..") else shown)


ShellPictureMode = Literal["auto", "letters", "blocks", "sextants", "octants", "kitty", "iterm2", "sixel"]


class PictureShowArgs(Args):
    target: str = arg(description="a shot (3B or its id) or a picture file")
    as_: ShellPictureMode = arg(
        "auto", description="picture protocol (auto: the terminal's; letters for a pipe)"
    )


def _show_picture_in_shell(studio: Studio, args: PictureShowArgs) -> Outcome:
    path, begins, crop = parse_user_path(args.target), Fraction(0), None
    if not path.is_file():
        snapshot = studio.take_snapshot()
        shot = shot_spec.find_shot(snapshot.story, args.target)
        assets = {asset.id: asset for asset in snapshot.story.assets}
        take = FilmPerformances(snapshot.story).find_shown_take(shot)
        asset = assets.get(take.asset if take else shot.board)
        if asset is None:
            raise NotFound(f"shot {args.target} has no picture yet", f"milimo shot make {args.target}")
        path = render_plan.get_asset_path(studio.require_project().paths, asset)
        begins = take.compute_head_seconds(asset.rate) if take else begins
        crop = sharing.get_film_crop(snapshot.story, shot) if take else None
    from milimo_tui.media.viewer import shell_terminal
    from milimo_tui.media.viewer.shell_picture import picture_to_text

    if sys.stdout.isatty():
        images, cells = studio.settings.images, studio.settings.cells
        terminal = shell_terminal.detect_shell_terminal(os.environ, args.as_, images, cells)
    elif args.as_ in ("auto", shell_terminal.LETTERS):
        terminal = shell_terminal.ShellTerminal(shell_terminal.LETTERS)
    else:
        raise BadInput(
            "this would write terminal control codes into a pipe or file",
            "leave --as out to draw with letters",
        )
    columns, rows = shutil.get_terminal_size((80, 24))
    drawn = picture_to_text(path, columns, rows - 2, terminal, begins, crop)
    return Outcome(data={"path": str(path)}, drawn=drawn)


COMMANDS = (
    Command(
        "film.film",
        "Make film from script",
        "make a film from a screenplay in one step",
        _make_or_watch_film,
        ScriptToFilmArgs,
        cli="film",
        positional=("script",),
    ),
    Command(
        "film.demo",
        "Make the sample film",
        "make the sample film and open the studio",
        _make_sample_film,
        DemoArgs,
        cli="demo",
    ),
    *renders.COMMANDS,
    *play.COMMANDS,
    Command(
        "film.show",
        "Show a picture",
        "print the picture of a shot or a file in the terminal",
        _show_picture_in_shell,
        PictureShowArgs,
        cli="show",
        positional=("target",),
    ),
)
