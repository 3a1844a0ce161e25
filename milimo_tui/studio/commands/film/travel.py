"""Films from box to box over SSH."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Literal

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import plural
from milimo_tui.store.history.two_boxes import Keep
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio

if TYPE_CHECKING:
    from milimo_tui.studio.travel.asks import Settled
    from milimo_tui.studio.travel.box import Box

_BOX = "another machine, as ssh knows it; BOX:HOME for another home there"
_KEEP = "where both changed the same: mine, theirs, or neither: then nothing is changed"
_SSH = "the words that start ssh, such as “ssh -p 2222” (default: the setting ssh)"
_PROGRAM = "the words that start Milimo there (default: the setting far_program)"


_KEPT: dict[str, Keep] = {"neither": "", "mine": "mine", "theirs": "theirs"}


class PushArgs(Args):
    box: str = arg(description=_BOX)
    name: str = arg("", description="the film's folder name there, where it is new")
    keep: Literal["neither", "mine", "theirs"] = arg("neither", description=_KEEP)
    weights: str = arg("", description="weights to bring along, by their names: ltx2-tiny,z-image")
    ssh: str = arg("", description=_SSH)
    program: str = arg("", description=_PROGRAM)


class PullArgs(Args):
    box: str = arg(description=_BOX)
    film: str = arg("", description="a film there: its name, folder or id (default: the one in use here)")
    name: str = arg("", description="the film's folder name here, where it is new")
    keep: Literal["neither", "mine", "theirs"] = arg("neither", description=_KEEP)
    ssh: str = arg("", description=_SSH)
    program: str = arg("", description=_PROGRAM)


def _box_of(studio: Studio, args: PushArgs | PullArgs) -> Box:
    from milimo_tui.studio.travel.box import parse_box

    settings = studio.settings
    return parse_box(args.box, args.ssh or settings.ssh, args.program or settings.far_program)


def _push(studio: Studio, args: PushArgs) -> Outcome:
    from milimo_tui.studio.travel import pushing

    box = _box_of(studio, args)
    names = [name.strip() for name in args.weights.split(",") if name.strip()]
    if studio.project_or_none() is None and not names:
        raise BadInput("no film is open", "milimo project use NAME, or name weights with --weights")
    told, data = [], {}
    if names:
        new, sent = pushing.push_weights(studio, box, names)
        there = f"{plural(len(names) - new, 'model')} there already" if new < len(names) else ""
        told.append(
            ", ".join(filter(None, (f"{plural(new, 'model')} sent, {_mb(sent)}" if new else "", there)))
        )
        data = {"weights": names, "weights_sent": new, "weights_bytes": sent}
    if studio.project_or_none() is not None:
        settled, sent = pushing.push(studio, box, folder=args.name, keep=_KEPT[args.keep])
        told.append(_words(settled, f"{box.host} has it now", f"{box.host} had all of it", sent))
        if settled.ahead:
            told.append(f"{plural(settled.ahead, 'edit')} there not here yet: milimo project pull {args.box}")
        data |= {**asdict(settled), "bytes": sent}
    return Outcome(data=data, text=_lines(data), message="; ".join(told))


def _pull(studio: Studio, args: PullArgs) -> Outcome:
    from milimo_tui.studio.project.film_rows import row_of
    from milimo_tui.studio.travel import pulling

    box = _box_of(studio, args)
    film, known = args.film, studio.project_or_none()
    if not film and known is None:
        raise BadInput("no film is open", f"name one of the box: milimo project pull {args.box} FILM")
    paths, settled, came = pulling.pull(studio, box, film=film, folder=args.name, keep=_KEPT[args.keep])
    if known is None or known.paths.root != paths.root:
        studio.use(paths)
    data = {**row_of(studio, studio.project()), **asdict(settled), "bytes": came}
    message = _words(settled, f"it is in {paths.root}", "nothing is new there", came)
    if settled.ahead:
        message += f"; {plural(settled.ahead, 'edit')} here not there yet: milimo project push {args.box}"
    return Outcome(data=data, text=_lines(data), message=message)


def _words(settled: Settled, done: str, nothing: str, size: int) -> str:
    if settled.made:
        return f"{done}, new, {_mb(size)}"
    if not settled.rows and not settled.edits and not settled.differences:
        return f"{nothing} ({_mb(size)})" if size else nothing
    return f"{done}: {plural(settled.edits, 'edit')}, {plural(settled.rows, 'row')}, {_mb(size)}"


def _mb(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


def _lines(data: dict[str, object]) -> str:
    """What a person has to know of a meeting beside its figures."""
    lines = [f"kept by your word: {each}" for each in _texts(data, "differences")]
    lines += [f"written anew on both, each kept its own: {each}" for each in _texts(data, "kept")]
    return "\n".join(lines)


def _texts(data: dict[str, object], name: str) -> tuple[str, ...]:
    found = data.get(name, ())
    return tuple(map(str, found)) if isinstance(found, tuple | list) else ()


TRAVEL = (
    Command(
        "project.push",
        "Push",
        "bring the film to another box over ssh, or what changed",
        _push,
        PushArgs,
        cli="project push",
        positional=("box",),
    ),
    Command(
        "project.pull",
        "Pull",
        "bring a film here from another box over ssh, or what changed",
        _pull,
        PullArgs,
        cli="project pull",
        positional=("box", "film"),
    ),
)
