"""Commands that import and export cuts in the formats of other editing programs: `cut import`, `cut
export`.
"""

from __future__ import annotations

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import format_count
from milimo_tui.core.host import parse_user_path
from milimo_tui.core.time import parse_rate
from milimo_tui.cut.layout.layout import layout
from milimo_tui.studio.commands.cut.current_cut import get_current_cut
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.studio import Studio


class CutImportArgs(Args):
    file: str = arg(description="a cut of another program: .otio, .edl, .xml, .fcpxml, .kdenlive")
    name: str = arg("", description="name of the cut here (default: name of the file)", one_line=True)
    media: str = arg("", description="a folder to search for media, by name and hash")
    rate: str = arg("", description="frames per second of an EDL (default: that of the film)")
    keep_rate: bool = arg(False, description="keep the rate and size of the cut")


def _import_cut(studio: Studio, args: CutImportArgs) -> Outcome:
    from milimo_tui.studio.cuts.cut_import import import_cut

    brought = import_cut(
        studio,
        parse_user_path(args.file).absolute(),
        name=args.name,
        media=args.media,
        rate=parse_rate(args.rate) if args.rate else None,
        keep=args.keep_rate,
    )
    cut = brought.cut
    found = ", ".join(f"{count} by {by}" for by, count in brought.linked.items())
    lines = [*brought.notes]
    if found:
        lines.append(f"media found: {found}")
    if brought.offline:
        lines.append(f"offline: {', '.join(brought.offline)} (milimo asset relink ID FILE)")
    data = {
        "id": cut.id,
        "name": cut.name,
        "frames": layout(cut).frames,
        "notes": list(brought.notes),
        "linked": dict(brought.linked),
        "offline": list(brought.offline),
    }
    message = f"imported “{cut.name}”, {format_count(len(cut.clips), 'clip')}; it is the current cut"
    return Outcome(data=data, text="\n".join(lines), message=message)


class CutExportArgs(Args):
    ONE_OF = ("file", "beside")

    file: str = arg(
        "", description="a .otio, .edl, .xml (Final Cut Pro 7), .fcpxml, .kdenlive or .mlt file to write"
    )
    beside: bool = arg(False, description="write the .otio file in the film's folder, for git")
    media: str = arg("", description="folder for links to the media, with the file names from the camera")
    overwrite: bool = arg(False, description="replace an existing file")


def _export_cut(studio: Studio, args: CutExportArgs) -> Outcome:
    from milimo_tui.studio.cuts.cut_export import export_cut, export_otio_to_project

    if bool(args.file) == args.beside:
        raise BadInput("give either a file to write or --beside", "milimo cut export film.otio")
    if args.media and args.beside:
        raise BadInput("--media needs a file to write", "milimo cut export film.edl --media FOLDER")
    cut = get_current_cut(studio)
    if args.beside:
        written = export_otio_to_project(studio, cut)
    else:
        target = parse_user_path(args.file).absolute()
        media = parse_user_path(args.media).absolute() if args.media else None
        written = export_cut(studio, cut, target, overwrite=args.overwrite, media=media)
    lines = [str(path) for path in written.paths]
    if args.media:
        lines.append(f"{format_count(len(written.links), 'link')} to media in {args.media}")
    if written.losses:
        lines += ["", "not carried:", *(f"  {loss.describe_loss()}" for loss in written.losses)]
    data = {
        "path": str(written.paths[0]),
        "paths": [str(path) for path in written.paths],
        "losses": [loss.as_json() for loss in written.losses],
    }
    if args.media:
        data["links"] = [str(path) for path in written.links]
    return Outcome(data=data, text="\n".join(lines))


EXCHANGE = (
    Command(
        "cut.import",
        "Import cut",
        "import a cut from OpenTimelineIO, EDL, Final Cut or Kdenlive",
        _import_cut,
        CutImportArgs,
        refuse_without_film,
        cli="cut import",
        positional=("file",),
    ),
    Command(
        "cut.export",
        "Export cut",
        "export the cut for another program, by the suffix of the file",
        _export_cut,
        CutExportArgs,
        refuse_without_film,
        cli="cut export",
        positional=("file",),
    ),
)
