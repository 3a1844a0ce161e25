"""Describes the state of a shot for every screen: its glyph and word, its framing in words, and the file that
shows it.

Pure functions of the story, the queue's jobs and a `TextStyles` object; they use no widget and no disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from rich.text import Text

from milimo_tui.core.format import format_clock_duration
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.jobs.values.states import FAILED_STATES
from milimo_tui.media.compose.film_crop import FilmCrop
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values import picked_takes
from milimo_tui.story.values.film import Asset, AssetKind, ElementKind, Shot, Story, Take
from milimo_tui.story.values.shot_sizes import SHOT_SIZES
from milimo_tui.story.values.shot_words import Function, Movement, name_framing
from milimo_tui.studio.takes import sharing
from milimo_tui.tui.terminal.theme import EMPTY, FAILED, PICKED, STALE, STARS, WAITING, WORKING, TextStyles
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.jobs.values.views import JobView
    from milimo_tui.studio.takes.shot_spec import ShotState
    from milimo_tui.tui.shell.ports import StudioApp
    from milimo_tui.tui.widgets.picture_widget import Pictured

_RUNNING = ("running", "publishing", "retrying", "cancelling")
_WAITING = ("queued", "waiting", "held", "paused")

Job: TypeAlias = "JobView"


@dataclass(frozen=True, slots=True)
class BasicShotState:
    """The state of a shot that can be computed from the story alone: its takes and its picked take.
    `studio.takes.shot_spec` computes if the take is stale, which takes longer.
    """

    shot: Shot
    number: str
    takes: tuple[Take, ...]
    picked: Take | None
    # The shot for which the take was made that this shot shows. It differs from `shot` only if the shot
    # shares the take of another shot.
    maker: Shot
    # For a shot that shares the take of another shot: the number of that shot, and how this shot continues
    # it, such as `1B, closer`. Empty for other shots.
    shares: str = ""
    stale: bool = False


def list_basic_states(story: Story) -> tuple[BasicShotState, ...]:
    """Return the state of every shot in film order, without staleness. This is so fast that a screen can call
    it before it draws its first frame.
    """
    takes: dict[str, list[Take]] = {}
    for take in story.takes:
        takes.setdefault(take.shot, []).append(take)
    out = []
    performances = FilmPerformances(story)
    for shot in story.live_shots():
        maker, within = performances.find_take_maker(shot), performances.get_continued_performance(shot)
        mine = tuple(takes.get(maker.id, ()))
        picked = picked_takes.pick_from_takes(maker, mine)
        first = story.numbers.get(within.first_shot.id, "") if within is not None else ""
        shares = f"{first}, {shot.continues_as}" if first else ""
        out.append(BasicShotState(shot, story.numbers.get(shot.id, ""), mine, picked, maker, shares))
    return tuple(out)


@dataclass(frozen=True, slots=True)
class PictureSource:
    """The picture of a shot in a file: the file's path, the position in seconds, and the crop that the film
    uses. An empty `path` means no picture.
    """

    path: str = ""
    seconds: float = 0.0
    crop: FilmCrop | None = None  # The crop that the film uses; None for the full picture.

    @property
    def key(self) -> str:
        """A text that identifies file, position and crop; empty without a file."""
        part = f"@{self.crop}" if self.crop is not None else ""
        return f"{self.path}@{self.seconds:.3f}{part}" if self.path else ""


async def load_requested_pictures(
    app: StudioApp, event: Pictured.Wanted, sources: Iterable[PictureSource]
) -> None:
    """Load the pictures that a widget requests, one after the other. Does nothing if pictures are turned
    off.
    """
    if app.terminal.pictures == "off":
        return
    files = {source.key: source for source in sources}
    for key in event.pictures:
        source, (columns, rows) = files.get(key), event.shown_in.picture_cells
        if source is None or not source.path or not rows:
            continue
        drawing = await app.pictures.draw_file(
            Path(source.path),
            columns,
            rows,
            seconds=source.seconds,
            bars=app.ink.get_rgb("background"),
            crop=source.crop,
        )
        if drawing is not None:
            event.shown_in.set_picture(key, drawing)
        else:
            event.shown_in.mark_picture_missing(key)


def map_jobs_by_shot(jobs: Sequence[Job]) -> dict[str, Job]:
    """Return one job for each shot id: a running job, else a waiting job, else the latest failed job."""
    rank: dict[str, int] = {
        **dict.fromkeys(_RUNNING, 3),
        **dict.fromkeys(_WAITING, 2),
        **dict.fromkeys(FAILED_STATES, 1),
    }
    best: dict[str, Job] = {}
    for job in jobs:
        for shot in job.shots if job.kind in ("make_video", "make_picture") else ():
            before = best.get(shot)
            if before is None or rank.get(job.state, 0) >= rank.get(before.state, 0):
                best[shot] = job
    return {shot: job for shot, job in best.items() if job.state in rank}


def _describe_staleness(state: BasicShotState | ShotState) -> str:
    """Return the word for a stale take: `voice stale, ` if the voice is outdated but the picture is up to
    date, else `stale `. Empty if the take is not stale.
    """
    if not state.stale or isinstance(state, BasicShotState):
        return "stale " if state.stale else ""
    from milimo_tui.studio.takes import (
        # Imported here because the first frame shows no staleness, and the import would delay that frame.
        staleness,
    )

    is_heard = staleness.TakePart.VOICE in staleness.find_stale_parts(state).parts[:1]
    return "voice stale, " if is_heard else "stale "


def format_shot_state(
    state: BasicShotState | ShotState, job: Job | None, ink: TextStyles, *, make: str = ""
) -> Text:
    """Describe a shot's state on one line: `● take 2`, `▒ making 62 % 0:18`, `○ no take`.

    `job` is the shot's job in the queue, if any. `make` is the key that makes a take; it is named if there is
    no take.
    """
    if job is not None and job.state in _RUNNING:
        share = job.progress
        text = join_line((f"{WORKING} making", ink.working))
        if share is not None:
            text.append(f" {round(share * 100)} %", ink.working)
        if job.eta is not None:
            text.append(f"  {format_clock_duration(job.eta)}", ink.muted)
        return text
    if job is not None and job.state in _WAITING:
        return join_line((f"{WAITING} {job.state}", ink.stale))
    if state.picked is None and job is not None:
        return join_line((f"{FAILED} failed", ink.failed), (" · see jobs" if make else "", ink.muted))
    if state.picked is None and state.maker.id != state.shot.id:
        return join_line((f"{EMPTY} {state.shares}: no take", ink.muted))
    if state.picked is None and make:
        return join_line((f"{EMPTY} ", ink.muted), (make, ink.key), (" makes a take", ink.muted))
    if state.picked is None:
        return join_line((f"{EMPTY} no take", ink.muted))
    place = [take.id for take in state.takes].index(state.picked.id) + 1
    of = f" of {len(state.takes)}" if len(state.takes) > 1 else ""
    glyph, style = (STALE, ink.stale) if state.stale else (PICKED, ink.picked)
    text = join_line((f"{glyph} ", style), (f"{_describe_staleness(state)}take {place}{of}", ink.text))
    if state.shares:
        text.append(f"  {state.shares}", ink.muted)
    if state.picked.rating:
        text.append(f"  {STARS * state.picked.rating}", ink.stale)
    # Imported here because the registry is only needed for a shot that has a take.
    from milimo_tui.engines.registry import engine_registry

    if mark := engine_registry.get_placeholder_mark(state.picked.engine, state.picked.previs):
        text.append(f"  {mark}", ink.muted)
    return text


def list_framings(shot: Shot) -> tuple[str, ...]:
    """Return descriptions of the framing, the longest first, so that a storyboard card can use the longest
    one that fits.
    """
    what = name_framing(shot.size, shot.function)
    moves = "" if shot.movement is Movement.STATIC else f" · {shot.movement.value}"
    purpose = f" {purpose_words}" if (purpose_words := _describe_purpose(what, shot)) else ""
    return tuple(dict.fromkeys((f"{what}{purpose}{moves}", f"{what}{moves}", what)))


def describe_framing(shot: Shot) -> str:
    """Describe the framing in full: `Insert, close-up · static`, `Wide, cutaway · pan right`."""
    what = name_framing(shot.size, shot.function)
    size = SHOT_SIZES[shot.size].name.removesuffix(" shot")
    words = [size, _describe_purpose(what, shot)] if what == shot.size.value else [what, size.lower()]
    return f"{', '.join(filter(None, words))} · {shot.movement.value}"


def _describe_purpose(what: str, shot: Shot) -> str:
    """Return the function of a shot, such as `cutaway`, unless `what`, the short text of its framing,
    contains the function already. Empty for the usual function, a single.
    """
    is_plain = shot.function is Function.SINGLE or what != shot.size.value
    return "" if is_plain else shot.function.value


def format_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Return tags in the notation of the film: `#wet`."""
    return tuple(f"#{tag}" for tag in tags)


def summarize_note_and_tags(shot: Shot) -> str:
    """Return the text for a shot's note and tags on its storyboard card: `note #wet #hero`. Empty without
    note and tags.
    """
    return " ".join((*(["note"] if shot.note else []), *format_tags(shot.tags)))


def format_shot_length(frames: int, rate: Fraction) -> str:
    """Format a length in frames as seconds: `4.8s`. `rate` is in frames per second."""
    return f"{float(frames / rate):.1f}s"


def list_character_names(story: Story) -> tuple[str, ...]:
    """Return the names of all characters in the film, as completions for a form field that lists the people
    in a shot.
    """
    return tuple(
        one.name for one in story.elements if one.kind is ElementKind.CHARACTER and not one.dismissed
    )


def find_shot_picture(
    story: Story,
    folder: str,
    state: BasicShotState | ShotState,
    assets: Mapping[str, Asset],
    performances: FilmPerformances | None = None,
) -> PictureSource:
    """Return the picture of a shot: the middle frame of its picked take, else its board.

    A shot that shares the take of another shot shows the middle of its own stretch of that take. `folder` is
    the film's folder.
    """
    asset = assets.get(state.picked.asset) if state.picked else None
    if asset is not None and state.picked is not None:
        performances = performances or FilmPerformances(story)
        if performances.get_performance(state.shot) is not None:
            return find_take_picture(story, folder, state.shot, state.picked, asset, performances)
        middle = float(asset.seconds or Fraction(state.shot.frames) / story.project.rate) / 2
        return PictureSource(
            get_asset_file_path(folder, asset), middle if asset.kind is AssetKind.VIDEO else 0.0
        )
    board = assets.get(state.shot.board)
    return PictureSource(get_asset_file_path(folder, board)) if board is not None else PictureSource()


def find_take_picture(
    story: Story, folder: str, shot: Shot, take: Take, asset: Asset, performances: FilmPerformances
) -> PictureSource:
    """Return the middle frame of the stretch of a take that belongs to the shot. The picture of a closer shot
    is cropped.
    """
    own = performances.trim_take_to_shot(shot, take)
    middle = own.compute_head_seconds(asset.rate) + Fraction(own.length, 2) / story.project.rate
    return PictureSource(
        get_asset_file_path(folder, asset), float(middle), sharing.get_film_crop(story, shot, performances)
    )


def get_asset_file_path(folder: str, asset: Asset) -> str:
    """Return the absolute path of an asset's file."""
    return str(ProjectPaths(Path(folder)).resolve_managed_path(asset.path)) if asset.managed else asset.path
