"""The preview of a search result: a picture, and a few lines about it. Reads the disk; call in a thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from rich.text import Text

from milimo_tui.core.errors import MilimoError, NotFound
from milimo_tui.core.format import format_clock_duration, format_count
from milimo_tui.core.time import format_ratio
from milimo_tui.cut.layout.layout import layout
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.values.film import Asset, AssetKind, Shot, Story
from milimo_tui.studio.project.posters import choose_film_poster
from milimo_tui.studio.session.studio import FilmSnapshot
from milimo_tui.tui.shot.shot_state import (
    PictureSource,
    describe_framing,
    find_shot_picture,
    format_shot_length,
    format_shot_state,
    get_asset_file_path,
    list_basic_states,
)
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.studio.project.findables import Findable
    from milimo_tui.studio.session.studio import Studio
    from milimo_tui.tui.background.queue_feed import LiveQueue
    from milimo_tui.tui.terminal.theme import TextStyles

T = TypeVar("T")

# Number of lines about a shot before its action and dialogue: its description, its state, its scene.
FACTS = 3
AROUND = 4  # Number of lines of the screenplay shown before and after the found line.


@dataclass(frozen=True)
class FindPreview:
    """The preview of a search result: a picture and lines of text. If there is no picture, the path of the
    picture source is empty.
    """

    source: PictureSource
    lines: tuple[Text, ...] = ()


def read_find_preview(
    studio: Studio, film: FilmSnapshot | None, queue: LiveQueue, found: Findable, ink: TextStyles
) -> FindPreview:
    """Return the preview of a search result. If the result belongs to another film, read that film's file.

    Errors are shown in the preview instead of being raised.
    """
    try:
        if found.kind == "film" or found.film:
            return _preview_in_other_film(studio, queue, found, ink)
        if film is None:
            return FindPreview(PictureSource(), tuple(_describe_job_lines(queue, found, ink)))
        return _preview_in_film(film, str(studio.require_project().paths.root), queue, found, ink)
    except MilimoError as error:
        return FindPreview(PictureSource(), (join_line((error.message, ink.muted)),))


def _preview_in_other_film(studio: Studio, queue: LiveQueue, found: Findable, ink: TextStyles) -> FindPreview:
    folder = found.film or found.id
    with ProjectFile.open(studio.find_project(folder)) as file:
        story, cuts = file.load_film()
        if found.kind != "film":
            film = FilmSnapshot(story, cuts, cuts[0] if cuts else None, story.revision)
            seen = _preview_in_film(film, str(file.paths.root), queue, found, ink)
            return FindPreview(
                seen.source, (*seen.lines, Text(), join_line((f"in {story.project.name}", ink.muted)))
            )
        poster = choose_film_poster(file, story)
        shots = story.live_shots()
        seconds = float(sum(shot.frames for shot in shots) / story.project.rate) if shots else 0.0
        about = (
            join_line((story.project.name, ink.strong)),
            join_line(
                (
                    f"{format_clock_duration(seconds)}   {format_count(len(story.live_scenes()), 'scene')}",
                    ink.text,
                )
            ),
            join_line(
                (f"{format_count(len(shots), 'shot')}   {format_count(len(story.takes), 'take')}", ink.text)
            ),
        )
        source = (
            PictureSource(str(poster.source), float(poster.seconds))
            if poster is not None
            else PictureSource()
        )
        return FindPreview(source, about)


def _preview_in_film(
    film: FilmSnapshot, folder: str, queue: LiveQueue, found: Findable, ink: TextStyles
) -> FindPreview:
    story = film.story
    assets = {asset.id: asset for asset in story.assets}
    match found.kind:
        case "media":
            asset = _require_present(assets.get(found.id))
            return FindPreview(_find_asset_picture(folder, asset), tuple(_describe_asset_lines(asset, ink)))
        case "element":
            element = _require_present(next((each for each in story.elements if each.id == found.id), None))
            first = next((assets[id] for id in element.references if id in assets), None)
            source = _find_asset_picture(folder, first) if first is not None else PictureSource()
            about = [join_line((element.trigger, ink.strong), (f"  {element.name}", ink.text))]
            about += [join_line((element.kind.value, ink.muted)), join_line((element.description, ink.text))]
            return FindPreview(source, tuple(about))
        case "take":
            take = _require_present(next((each for each in story.takes if each.id == found.id), None))
            source = PictureSource()
            if take.asset in assets:
                middle = float(
                    take.compute_head_seconds(assets[take.asset].rate)
                    + Fraction(take.length, 2) / story.project.rate
                )
                source = PictureSource(get_asset_file_path(folder, assets[take.asset]), middle)
            about = [join_line((found.name, ink.strong), (f"  {found.text}", ink.text))]
            return FindPreview(source, (*about, *_describe_shot_lines(story, found.shot, queue, ink)))
        case "cut":
            cut = _require_present(next((each for each in film.cuts if each.id == found.id), None))
            frames = layout(cut).frames
            about = [
                join_line(
                    (cut.name, ink.strong), (f"  {format_clock_duration(float(frames / cut.rate))}", ink.text)
                )
            ]
            size = f"{cut.width} × {cut.height}, {format_ratio(cut.rate)} a second"
            about.append(join_line((f"{format_count(len(cut.clips), 'clip')}   {size}", ink.muted)))
            shot = next((clip.source.ref for clip in cut.clips if clip.source.ref in story.numbers), "")
            return FindPreview(_find_shot_picture(story, folder, shot, assets), tuple(about))
        case "job":
            about = list(_describe_job_lines(queue, found, ink))
        case "line":
            about = (
                [*_describe_shot_lines(story, found.shot, queue, ink)[:FACTS], Text()] if found.shot else []
            )
            about += _list_script_lines_around(story, found.line, ink)
        case "note":
            about = [join_line((found.name, ink.muted)), join_line((found.text, ink.text)), Text()]
            about += _describe_shot_lines(story, found.shot, queue, ink)
        case "scene":
            about = [join_line((f"{found.name}  {found.text}", ink.strong))]
            scene = next((each for each in story.scenes if each.id == found.id), None)
            words = scene.text.splitlines() if scene is not None else []
            about += [join_line((each.strip(), ink.text)) for each in words if each.strip()]
        case _:
            about = (
                [join_line((found.name, ink.strong), (f"  {found.text}", ink.muted))]
                if found.kind == "clip"
                else []
            )
            about += _describe_shot_lines(story, found.shot, queue, ink)
    source = _find_shot_picture(story, folder, found.shot, assets)
    if found.kind == "clip" and not found.shot:
        source = _find_clip_picture(film, folder, found.id, assets)
    return FindPreview(source, tuple(about))


def _require_present(found: T | None) -> T:
    """Return the item. Raises NotFound if it was deleted after the search."""
    if found is None:
        raise NotFound("that item was deleted")
    return found


def _find_shot_picture(story: Story, folder: str, shot: str, assets: dict[str, Asset]) -> PictureSource:
    state = next((each for each in list_basic_states(story) if each.shot.id == shot), None) if shot else None
    return find_shot_picture(story, folder, state, assets) if state is not None else PictureSource()


def _find_clip_picture(film: FilmSnapshot, folder: str, id: str, assets: dict[str, Asset]) -> PictureSource:
    clips = film.cut.clips if film.cut is not None else ()
    clip = next((each for each in clips if each.id == id), None)
    asset = assets.get(clip.source.ref) if clip is not None else None
    return (
        PictureSource(get_asset_file_path(folder, asset), float(clip.source_in))
        if asset is not None and clip is not None
        else PictureSource()
    )


def _find_asset_picture(folder: str, asset: Asset) -> PictureSource:
    if asset.kind is AssetKind.SOUND:
        return PictureSource()
    middle = float(asset.seconds or 0) / 2 if asset.kind is AssetKind.VIDEO else 0.0
    return PictureSource(get_asset_file_path(folder, asset), middle)


def _describe_asset_lines(asset: Asset, ink: TextStyles) -> Iterator[Text]:
    yield join_line((asset.name or Path(asset.path).name, ink.strong))
    size = f"{asset.width} × {asset.height}" if asset.width and asset.height else ""
    length = f"{float(asset.seconds):.1f} s" if asset.seconds else ""
    yield join_line(("   ".join(filter(None, (asset.kind.value, size, length))), ink.text))


def _describe_shot_lines(story: Story, id: str, queue: LiveQueue, ink: TextStyles) -> list[Text]:
    """Return lines about a shot: number, framing and length, its state, its scene, its action and dialogue.
    Return an empty list for an unknown id.
    """
    state = next((each for each in list_basic_states(story) if each.shot.id == id), None)
    if state is None:
        return []
    shot: Shot = state.shot
    job = next((each for each in reversed(queue.active) if each.shot == id), None)
    scene = next((each for each in story.scenes if each.id == shot.scene), None)
    length = format_shot_length(shot.frames, story.project.rate)
    out = [
        join_line((f"{state.number}  ", ink.strong), (f"{describe_framing(shot)}   {length}", ink.text)),
        format_shot_state(state, job, ink),
    ]
    if scene is not None:
        out.append(join_line((scene.heading, ink.muted)))
    out += [join_line((shot.action, ink.text))] if shot.action else []
    for spoken in shot.dialogue:
        out.append(join_line((f"{spoken.character}  ", ink.muted), (f"“{spoken.text}”", ink.text)))
    return out


def _list_script_lines_around(story: Story, number: int, ink: TextStyles) -> Iterator[Text]:
    """Yield the lines of the screenplay around line `number` (from 1), which is highlighted."""
    rows = story.project.script.splitlines()
    for at in range(max(1, number - AROUND), min(len(rows), number + AROUND) + 1):
        style = ink.strong if at == number else ink.muted
        yield join_line((rows[at - 1].strip(), style))


def _describe_job_lines(queue: LiveQueue, found: Findable, ink: TextStyles) -> Sequence[Text]:
    out = [join_line((found.name, ink.strong)), join_line((found.text, ink.text))]
    job = next((each for each in queue.jobs if each.id == found.id), None)
    if job is not None:
        out += [join_line((words, ink.muted)) for words in (job.reason, job.hint) if words]
        with suppress(ValueError, TypeError):
            out += [join_line((f"{round(job.progress * 100)} %", ink.working))] if job.progress else []
    return out
