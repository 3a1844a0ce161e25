"""The commands `project push` and `project pull`: copy films between machines over SSH."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Literal

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.specs.travel_specs import TravelFilm
from milimo_tui.store.history.two_boxes import Keep
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio

if TYPE_CHECKING:
    from milimo_tui.studio.travel.box import RemoteBox

_BOX_HELP = "SSH name of a machine, or BOX:HOME for a home there (default: setting box)"
_KEEP_HELP = "for conflicts: mine, theirs, or neither, which changes nothing"
_DETACH_HELP = "queue the transfer; it continues without this terminal"
GO_ON = "milimo job watch follows it, milimo job cancel stops it; what has arrived is not sent again"
_SSH_HELP = "command that starts ssh, such as “ssh -p 2222” (default: setting ssh)"
_PROGRAM_HELP = "command that starts Milimo there (default: setting far_program)"


_KEEP_SIDES: dict[str, Keep] = {"neither": "", "mine": "mine", "theirs": "theirs"}


class FilmPushArgs(Args):
    box: str = arg("", description=_BOX_HELP)
    film: str = arg("", description="a film: its name, folder or id (default: the current one)")
    name: str = arg("", description="folder name there, if the film is new there")
    keep: Literal["neither", "mine", "theirs"] = arg("neither", description=_KEEP_HELP)
    weights: str = arg("", description="weights to send too, by name: ltx2-tiny,z-image")
    detach: bool = arg(False, description=_DETACH_HELP)
    ssh: str = arg("", description=_SSH_HELP)
    program: str = arg("", description=_PROGRAM_HELP)


class FilmPullArgs(Args):
    box: str = arg("", description=_BOX_HELP)
    film: str = arg(
        "", description="a film on that machine: its name, folder or id (default: the one in use here)"
    )
    name: str = arg("", description="folder name here, if the film is new here")
    keep: Literal["neither", "mine", "theirs"] = arg("neither", description=_KEEP_HELP)
    detach: bool = arg(False, description=_DETACH_HELP)
    ssh: str = arg("", description=_SSH_HELP)
    program: str = arg("", description=_PROGRAM_HELP)


def _resolve_box(studio: Studio, args: FilmPushArgs | FilmPullArgs) -> tuple[RemoteBox, str]:
    """Return the remote machine (box) that the arguments name, and its name as typed. Raises BadInput."""
    from milimo_tui.studio.travel.box import parse_box

    settings = studio.settings
    named = args.box or settings.box
    if not named:
        raise BadInput(
            "no other machine is named", "name it as for ssh, or set it: milimo config set box BOX"
        )
    return parse_box(named, args.ssh or settings.ssh, args.program or settings.far_program), named


def _push_film(studio: Studio, args: FilmPushArgs) -> Outcome:
    from milimo_tui.studio.travel import pushing
    from milimo_tui.studio.travel.travel_messages import format_push_result, format_weights_result

    box, named = _resolve_box(studio, args)
    names = tuple(name.strip() for name in args.weights.split(",") if name.strip())
    film = studio.find_project(args.film) if args.film else None
    if film is None and (current := studio.project_or_none()) is not None:
        film = current.paths
    if film is None and not names:
        raise BadInput("no film is open", "milimo project use NAME, or name weights with --weights")
    folder = film.root.name if film is not None else ""
    if args.detach:
        order = TravelFilm(
            act="push",
            box=named,
            project=folder,
            folder=args.name,
            keep=_KEEP_SIDES[args.keep],
            weights=names,
        )
        return _queue_travel_job(studio, args, order, folder or ", ".join(names))
    messages, data = [], {}
    if names:
        new, sent = pushing.push_weights(studio, box, names)
        messages.append(format_weights_result(new, len(names), sent))
        data = {"weights": names, "weights_sent": new, "weights_bytes": sent}
    if film is not None:
        with ProjectFile.open(film) as file:
            settled, sent = pushing.push_film(
                studio, box, file, folder=args.name, keep=_KEEP_SIDES[args.keep]
            )
        messages.append(format_push_result(settled, sent, box, args.box))
        data |= {**asdict(settled), "bytes": sent}
    return Outcome(data=data, text=_format_merge_lines(data), message="; ".join(messages))


def _pull_film(studio: Studio, args: FilmPullArgs) -> Outcome:
    from milimo_tui.studio.project.film_rows import make_film_row
    from milimo_tui.studio.travel import pulling
    from milimo_tui.studio.travel.travel_messages import format_pull_result

    box, named = _resolve_box(studio, args)
    film, known = args.film, studio.project_or_none()
    if not film and known is None:
        raise BadInput(
            "no film is open", f"name a film of the other machine: milimo project pull {box.host} FILM"
        )
    if args.detach:
        name = known.paths.root.name if known is not None and not film else ""
        order = TravelFilm(
            act="pull", box=named, project=name, film=film, folder=args.name, keep=_KEEP_SIDES[args.keep]
        )
        return _queue_travel_job(studio, args, order, film or name)
    paths, settled, received = pulling.pull_film(
        studio, box, film=film, folder=args.name, keep=_KEEP_SIDES[args.keep]
    )
    is_another = known is None or known.paths.root != paths.root
    # In the studio, the open film stays open; only the command line switches to the pulled film.
    if is_another and (known is None or studio.actor == "cli"):
        studio.use_project(paths)
    with ProjectFile.open(paths) as file:
        data = {**make_film_row(studio, file), **asdict(settled), "bytes": received}
    return Outcome(
        data=data,
        text=_format_merge_lines(data),
        message=format_pull_result(settled, received, str(paths.root), args.box),
    )


def _queue_travel_job(
    studio: Studio, args: FilmPushArgs | FilmPullArgs, order: TravelFilm, what: str
) -> Outcome:
    """Queue the transfer of a film as a job.

    Raises BadInput if the arguments contain an SSH command, because queued jobs take that command from the
    settings only.
    """
    from milimo_tui.jobs.client.client import JobRequest
    from milimo_tui.studio.commands.queue.queued import finish_queue_command

    if args.ssh or args.program:
        raise BadInput(
            "a queued transfer uses ssh as it is configured",
            "set it before: milimo config set ssh WORDS; far_program sets the program there",
        )
    preposition = "to" if order.act == "push" else "from"
    label = f"{order.act} {what} {preposition} {order.box.partition(':')[0]}"
    ids = studio.require_client().submit_jobs([JobRequest(spec=order.model_dump(mode="json"), label=label)])
    return finish_queue_command(
        studio, ids, None, detach=True, what="film", message=f"queued: {label}; {GO_ON}"
    )


def _format_merge_lines(data: dict[str, object]) -> str:
    """Format a line for each difference that the option `--keep` decided, and for each item that was created
    on both sides.
    """
    lines = [f"decided by --keep: {each}" for each in _get_text_list(data, "differences")]
    lines += [f"new on both sides, each side keeps its own: {each}" for each in _get_text_list(data, "kept")]
    return "\n".join(lines)


def _get_text_list(data: dict[str, object], name: str) -> tuple[str, ...]:
    found = data.get(name, ())
    return tuple(map(str, found)) if isinstance(found, tuple | list) else ()


TRAVEL = (
    Command(
        "project.push",
        "Push film",
        "send the film, or its changes, to another machine over SSH",
        _push_film,
        FilmPushArgs,
        cli="project push",
        positional=("box",),
    ),
    Command(
        "project.pull",
        "Pull film",
        "get a film, or its changes, from another machine over SSH",
        _pull_film,
        FilmPullArgs,
        cli="project pull",
        positional=("box", "film"),
    ),
)
