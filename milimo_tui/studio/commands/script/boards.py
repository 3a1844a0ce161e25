"""`storyboard board`: panels drawn from a shot's facts, or pictures by a model (concept art)."""

from __future__ import annotations

from dataclasses import replace

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.host import parse_user_path
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.jobs.client.client import BatchRequest, JobRequest
from milimo_tui.media.files.facts import MediaFileFacts
from milimo_tui.story.values.film import AssetKind, Shot, Story
from milimo_tui.studio.commands.queue.queued import finish_queue_command
from milimo_tui.studio.media import imports
from milimo_tui.studio.pictures import picture_spec
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.script import story_edits
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.takes.take_batch import format_shot_numbers
from milimo_tui.studio.weights import readiness

DRAWING_ENGINE = engine_registry.find_first_engine("make_picture", previs=True).name


class BoardMakeArgs(Args):
    ONE_OF = ("ids", "missing", "all")

    ids: tuple[str, ...] = arg((), description="shots (3B or ids)")
    all: bool = arg(False, description="every shot")
    missing: bool = arg(
        False, description="every shot without a board; for a model, without a board by a model"
    )
    engine: str = arg(DRAWING_ENGINE, description="animatic draws panels; flux2 makes pictures (concept art)")
    width: int | None = arg(None, ge=16, le=8192, description="pixels (default: the film's), such as 512")
    height: int | None = arg(None, ge=16, le=8192, description="pixels (default: the film's), such as 320")
    steps: int | None = arg(None, ge=1, le=1000, description="denoising steps of a model, such as 15")
    guidance: float | None = arg(None, ge=0, le=100, description="guidance scale; only base weights use it")
    seed: int | None = arg(
        None, ge=0, le=2**32 - 1, description="one seed for all shots (default: each shot's own seed)"
    )
    file: str = arg("", description="a drawing or photo that becomes the board of one named shot")
    detach: bool = arg(False, description="queue the work and return at once")


def _make_boards(studio: Studio, args: BoardMakeArgs) -> Outcome:
    story = studio.take_snapshot().story
    shot_spec.check_engine(args.engine, "make_picture")
    draws = shot_spec.is_drawing_engine(args.engine)
    wanted = [shot_spec.find_shot(story, name) for name in dict.fromkeys(args.ids)]
    if args.file:
        return _set_own_board(studio, story, wanted, args)
    if args.all or args.missing:
        wanted += [shot for shot in story.live_shots() if args.all or _lacks_board(story, shot, draws=draws)]
    if not wanted and not args.missing:
        raise BadInput("no shot is named", "milimo storyboard board 3B, --all or --missing")
    if not draws:
        readiness.require_runnable_weights(studio, args.engine)
    numbers = [story.numbers.get(shot.id, "") for shot in wanted]
    what = (
        "All boards"
        if args.all
        else "Missing boards"
        if args.missing
        else f"Boards of {format_shot_numbers(numbers)}"
    )
    root = str(studio.require_project().paths.root)
    batch = BatchRequest(label=what, project=root)
    requests = [
        JobRequest(
            spec=_build_board_spec(studio, shot, args).model_dump(mode="json"),
            label=f"{story.numbers.get(shot.id, '')} board",
            project=root,
            shot=shot.id,
            batch=batch.id,
        )
        for shot in dict.fromkeys(wanted)
    ]
    ids = studio.require_client().submit_jobs(requests, batches=[batch]) if requests else []
    return finish_queue_command(studio, ids, batch.id, detach=args.detach, what="board", label=what)


def _set_own_board(studio: Studio, story: Story, wanted: list[Shot], args: BoardMakeArgs) -> Outcome:
    """Set the user's own drawing or photo as the board of a shot. Raises BadInput if it is not a picture,
    NotFound.
    """
    if args.all or args.missing or len(wanted) != 1:
        raise BadInput("a picture becomes the board of one shot", "milimo storyboard board 3B --file PICTURE")
    path = parse_user_path(args.file).absolute()
    if not path.is_file():
        raise NotFound(f"there is no file {path}", "name a PNG, JPEG, WebP or TIFF")

    def check(facts: MediaFileFacts) -> None:
        if facts.kind != AssetKind.PICTURE:
            raise BadInput(
                f"{path.name} is not a picture, but {facts.kind}", "name a PNG, JPEG, WebP or TIFF"
            )

    asset = imports.add_media(studio, path, link=False, check=check)
    if asset.kind is not AssetKind.PICTURE:
        raise BadInput(
            f"{path.name} is not a picture, but {asset.kind.value}", "name a PNG, JPEG, WebP or TIFF"
        )
    [shot] = wanted
    number = story.numbers.get(shot.id, "")
    message = f"{number}: {path.name} is its board"
    if shot.board != asset.id:
        label = f"{path.name} as the board of {number}"
        news = story_edits.edit_story(studio, label, [shot], [replace(shot, board=asset.id)]).news
        message = "; ".join(filter(None, (message, news)))
    return Outcome(data={"shot": shot.id, "number": number, "board": asset.id}, message=message)


def _lacks_board(story: Story, shot: Shot, *, draws: bool) -> bool:
    """Return True if a shot has no board. A drawn board counts as none if a model is to make it."""
    return not shot.board or (not draws and shot.board in story.previs_boards)


def _build_board_spec(studio: Studio, shot: Shot, args: BoardMakeArgs) -> MakePicture:
    """Build the spec of a shot's board. Raises BadInput for a size that the engine can't make."""
    story, root = studio.take_snapshot().story, studio.require_project().paths.root
    spec = shot_spec.make_board_spec(story, shot, engine=args.engine, root=root)
    width, height = spec.width, spec.height
    if args.width or args.height or not shot_spec.is_drawing_engine(args.engine):
        film = (story.project.width, story.project.height)
        width, height = picture_spec.choose_picture_size(args.width, args.height, "", (), film)
    if not shot_spec.is_drawing_engine(args.engine):
        spec = spec.model_copy(update={"seed": picture_spec.choose_board_seed(story, shot, spec.seed)})
    given = {name: getattr(args, name) for name in ("steps", "guidance", "seed")}
    values = {name: value for name, value in given.items() if value is not None}
    return spec.model_copy(update={**values, "width": width, "height": height})


BOARD = Command(
    "storyboard.board",
    "Boards",
    "make boards of shots",
    _make_boards,
    BoardMakeArgs,
    refuse_without_film,
    cli="storyboard board",
    positional=("ids",),
)
