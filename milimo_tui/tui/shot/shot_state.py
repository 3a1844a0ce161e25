"""A shot's state for every screen: glyph and word, names of size and move, files to show.

Pure functions over the story, the queue's jobs and an `Ink`; no widget, no disk.
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
from milimo_tui.media.compose.film_crop import FilmCrop
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values import picked_takes
from milimo_tui.story.values.film import (
    Asset,
    AssetKind,
    ElementKind,
    Function,
    Movement,
    Shot,
    Story,
    Take,
    name_framing,
)
from milimo_tui.story.values.shot_sizes import SHOT_SIZES
from milimo_tui.studio.takes import sharing
from milimo_tui.tui.terminal.theme import EMPTY, FAILED, PICKED, STALE, STARS, WAITING, WORKING, TextStyles
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.jobs.values.views import JobView
    from milimo_tui.studio.takes.shot_spec import ShotState
    from milimo_tui.tui.shell.ports import StudioApp
    from milimo_tui.tui.widgets.pictured import Pictured

_RUNNING = ("running", "publishing", "retrying", "cancelling")
_WAITING = ("queued", "waiting", "held", "paused")

Job: TypeAlias = "JobView"


@dataclass(frozen=True, slots=True)
class BasicShotState:
    """A shot's takes and pick, from the story alone; `studio.takes.shot_spec` determines staleness."""

    shot: Shot
    number: str
    takes: tuple[Take, ...]
    picked: Take | None
    maker: Shot  # The shot whose take is shown.
    shares: str = ""  # The shot whose performance this one continues: `1B, closer`.
    stale: bool = False


def list_basic_states(story: Story) -> tuple[BasicShotState, ...]:
    """Return every live shot in film order with its takes; cheap, so that the first frame need not wait."""
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
    """A file that shows a shot, with a position and the part that the film shows. An empty `path` means no
    picture.
    """

    path: str = ""
    seconds: float = 0.0
    crop: FilmCrop | None = None  # None for the entire picture.

    @property
    def key(self) -> str:
        """A text that identifies file, position and crop; empty without a file."""
        part = f"@{self.crop}" if self.crop is not None else ""
        return f"{self.path}@{self.seconds:.3f}{part}" if self.path else ""


async def load_requested_pictures(
    app: StudioApp, event: Pictured.Wanted, sources: Iterable[PictureSource]
) -> None:
    """Load the pictures that a widget requests, one by one; does nothing while pictures are off."""
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
    """Return each shot's most relevant job: a running job, else a waiting one, else the latest failed one."""
    rank = {**dict.fromkeys(_RUNNING, 3), **dict.fromkeys(_WAITING, 2), "failed": 1, "set_aside": 1}
    best: dict[str, Job] = {}
    for job in jobs:
        for shot in job.shots if job.kind in ("make_video", "make_picture") else ():
            before = best.get(shot)
            if before is None or rank.get(job.state, 0) >= rank.get(before.state, 0):
                best[shot] = job
    return {shot: job for shot, job in best.items() if job.state in rank}


def _describe_staleness(state: BasicShotState | ShotState) -> str:
    """Return `stale `, or `voice stale, ` if the picture is up to date; empty if the take is not stale."""
    if not state.stale or isinstance(state, BasicShotState):
        return "stale " if state.stale else ""
    from milimo_tui.studio.takes import (
        # Imported here because the first frame shows no staleness and must not wait for this import.
        staleness,
    )

    is_heard = staleness.TakePart.VOICE in staleness.find_stale_parts(state).parts[:1]
    return "voice stale, " if is_heard else "stale "


def format_shot_state(
    state: BasicShotState | ShotState, job: Job | None, ink: TextStyles, *, make: str = ""
) -> Text:
    """Describe a shot's state on one line: `● take 2`, `▒ making 62 %  0:18`, `○ no take`.

    `make` is the chord that makes a take; it is shown if there is no take.
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
    # Imported here because a board without takes does not need the registry.
    from milimo_tui.engines.registry import engine_registry

    if mark := engine_registry.get_placeholder_mark(state.picked.engine, state.picked.previs):
        text.append(f"  {mark}", ink.muted)
    return text


def list_framings(shot: Shot) -> tuple[str, ...]:
    """Return the framing in fewer and fewer words, for cards of any width."""
    what = name_framing(shot.size, shot.function)
    moves = "" if shot.movement is Movement.STATIC else f" · {shot.movement.value}"
    purpose = f" {beside}" if (beside := _describe_purpose(what, shot)) else ""
    return tuple(dict.fromkeys((f"{what}{purpose}{moves}", f"{what}{moves}", what)))


def describe_framing(shot: Shot) -> str:
    """Describe the framing in full: `Insert, close-up · static`, `Wide, cutaway · pan right`."""
    what = name_framing(shot.size, shot.function)
    size = SHOT_SIZES[shot.size].name.removesuffix(" shot")
    words = [size, _describe_purpose(what, shot)] if what == shot.size.value else [what, size.lower()]
    return f"{', '.join(filter(None, words))} · {shot.movement.value}"


def _describe_purpose(what: str, shot: Shot) -> str:
    """Return the function of a shot, if the framing's name does not include it: `cutaway`; empty for a
    single.
    """
    is_plain = shot.function is Function.SINGLE or what != shot.size.value
    return "" if is_plain else shot.function.value


def format_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Return tags as they are written: `#wet`."""
    return tuple(f"#{tag}" for tag in tags)


def summarize_note_and_tags(shot: Shot) -> str:
    """Return a card's text for a shot's note and tags: `note #wet #hero`; empty for none."""
    return " ".join((*(["note"] if shot.note else []), *format_tags(shot.tags)))


def format_shot_length(frames: int, rate: Fraction) -> str:
    """Format a length: `4.8s`."""
    return f"{float(frames / rate):.1f}s"


def list_character_names(story: Story) -> tuple[str, ...]:
    """Return the names of all characters in the film, for completing a cast."""
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
    """Return the picture of a shot: the middle of its picked take or of its part of the take, else its
    board.
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
    """Return the picture of a shot's own part of a take: its middle frame; a closer shot is cropped."""
    own = performances.trim_take_to_shot(shot, take)
    middle = own.compute_head_seconds(asset.rate) + Fraction(own.length, 2) / story.project.rate
    return PictureSource(
        get_asset_file_path(folder, asset), float(middle), sharing.get_film_crop(story, shot, performances)
    )


def get_asset_file_path(folder: str, asset: Asset) -> str:
    """Return the absolute path of an asset's file."""
    return str(ProjectPaths(Path(folder)).resolve_managed_path(asset.path)) if asset.managed else asset.path
