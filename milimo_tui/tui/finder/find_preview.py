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
from milimo_tui.core.format import clock, plural
from milimo_tui.core.time import ratio_text
from milimo_tui.cut.layout.layout import layout
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.values.film import Asset, AssetKind, Shot, Story
from milimo_tui.studio.project.posters import poster_of
from milimo_tui.studio.session.studio import Snapshot
from milimo_tui.tui.shot.shot_state import (
    Source,
    basic_states,
    framing,
    length_text,
    path_of,
    shown_by,
    state_text,
)
from milimo_tui.tui.widgets.text import line

if TYPE_CHECKING:
    from milimo_tui.studio.project.findables import Findable
    from milimo_tui.studio.session.studio import Studio
    from milimo_tui.tui.background.queue_feed import Queue
    from milimo_tui.tui.terminal.theme import Ink

T = TypeVar("T")

FACTS = 3  # Lines about a shot: its description, its state, its scene.
AROUND = 4  # Lines of the script shown before and after the found line.


@dataclass(frozen=True)
class Preview:
    """The source of a picture (none if it has no path) and lines about a search result."""

    source: Source
    lines: tuple[Text, ...] = ()


def preview_of(studio: Studio, film: Snapshot | None, queue: Queue, found: Findable, ink: Ink) -> Preview:
    """Build the preview of a search result, from its own film's file if it belongs to another film.

    Errors of the studio are shown in the preview instead of raised.
    """
    try:
        if found.kind == "film" or found.film:
            return _in_other_film(studio, queue, found, ink)
        if film is None:
            return Preview(Source(), tuple(_of_job(queue, found, ink)))
        return _here(film, str(studio.project().paths.root), queue, found, ink)
    except MilimoError as error:
        return Preview(Source(), (line((error.message, ink.muted)),))


def _in_other_film(studio: Studio, queue: Queue, found: Findable, ink: Ink) -> Preview:
    folder = found.film or found.id
    with ProjectFile.open(studio.find_project(folder)) as file:
        story, cuts = file.film()
        if found.kind != "film":
            film = Snapshot(story, cuts, cuts[0] if cuts else None, story.revision)
            seen = _here(film, str(file.paths.root), queue, found, ink)
            return Preview(seen.source, (*seen.lines, Text(), line((f"in {story.project.name}", ink.muted))))
        poster = poster_of(file, story)
        shots = story.live_shots()
        seconds = float(sum(shot.frames for shot in shots) / story.project.rate) if shots else 0.0
        about = (
            line((story.project.name, ink.strong)),
            line((f"{clock(seconds)}   {plural(len(story.live_scenes()), 'scene')}", ink.text)),
            line((f"{plural(len(shots), 'shot')}   {plural(len(story.takes), 'take')}", ink.text)),
        )
        source = Source(str(poster.source), float(poster.seconds)) if poster is not None else Source()
        return Preview(source, about)


def _here(film: Snapshot, folder: str, queue: Queue, found: Findable, ink: Ink) -> Preview:
    story = film.story
    assets = {asset.id: asset for asset in story.assets}
    match found.kind:
        case "media":
            asset = _one(assets.get(found.id))
            return Preview(_file(folder, asset), tuple(_of_asset(asset, ink)))
        case "element":
            element = _one(next((each for each in story.elements if each.id == found.id), None))
            first = next((assets[id] for id in element.references if id in assets), None)
            source = _file(folder, first) if first is not None else Source()
            about = [line((element.trigger, ink.strong), (f"  {element.name}", ink.text))]
            about += [line((element.kind.value, ink.muted)), line((element.description, ink.text))]
            return Preview(source, tuple(about))
        case "take":
            take = _one(next((each for each in story.takes if each.id == found.id), None))
            source = Source()
            if take.asset in assets:
                middle = float(
                    take.head_seconds(assets[take.asset].rate) + Fraction(take.length, 2) / story.project.rate
                )
                source = Source(path_of(folder, assets[take.asset]), middle)
            about = [line((found.name, ink.strong), (f"  {found.text}", ink.text))]
            return Preview(source, (*about, *_of_shot(story, found.shot, queue, ink)))
        case "cut":
            cut = _one(next((each for each in film.cuts if each.id == found.id), None))
            frames = layout(cut).frames
            about = [line((cut.name, ink.strong), (f"  {clock(float(frames / cut.rate))}", ink.text))]
            size = f"{cut.width} × {cut.height}, {ratio_text(cut.rate)} a second"
            about.append(line((f"{plural(len(cut.clips), 'clip')}   {size}", ink.muted)))
            shot = next((clip.source.ref for clip in cut.clips if clip.source.ref in story.numbers), "")
            return Preview(_shot_source(story, folder, shot, assets), tuple(about))
        case "job":
            about = list(_of_job(queue, found, ink))
        case "line":
            about = [*_of_shot(story, found.shot, queue, ink)[:FACTS], Text()] if found.shot else []
            about += _script_around(story, found.line, ink)
        case "note":
            about = [line((found.name, ink.muted)), line((found.text, ink.text)), Text()]
            about += _of_shot(story, found.shot, queue, ink)
        case "scene":
            about = [line((f"{found.name}  {found.text}", ink.strong))]
            scene = next((each for each in story.scenes if each.id == found.id), None)
            words = scene.text.splitlines() if scene is not None else []
            about += [line((each.strip(), ink.text)) for each in words if each.strip()]
        case _:
            about = (
                [line((found.name, ink.strong), (f"  {found.text}", ink.muted))]
                if found.kind == "clip"
                else []
            )
            about += _of_shot(story, found.shot, queue, ink)
    source = _shot_source(story, folder, found.shot, assets)
    if found.kind == "clip" and not found.shot:
        source = _clip_source(film, folder, found.id, assets)
    return Preview(source, tuple(about))


def _one(found: T | None) -> T:
    """Return the object. Raises NotFound if it was removed during the search."""
    if found is None:
        raise NotFound("that is gone")
    return found


def _shot_source(story: Story, folder: str, shot: str, assets: dict[str, Asset]) -> Source:
    state = next((each for each in basic_states(story) if each.shot.id == shot), None) if shot else None
    return shown_by(story, folder, state, assets) if state is not None else Source()


def _clip_source(film: Snapshot, folder: str, id: str, assets: dict[str, Asset]) -> Source:
    clips = film.cut.clips if film.cut is not None else ()
    clip = next((each for each in clips if each.id == id), None)
    asset = assets.get(clip.source.ref) if clip is not None else None
    return (
        Source(path_of(folder, asset), float(clip.source_in))
        if asset is not None and clip is not None
        else Source()
    )


def _file(folder: str, asset: Asset) -> Source:
    if asset.kind is AssetKind.SOUND:
        return Source()
    middle = float(asset.seconds or 0) / 2 if asset.kind is AssetKind.VIDEO else 0.0
    return Source(path_of(folder, asset), middle)


def _of_asset(asset: Asset, ink: Ink) -> Iterator[Text]:
    yield line((asset.name or Path(asset.path).name, ink.strong))
    size = f"{asset.width} × {asset.height}" if asset.width and asset.height else ""
    length = f"{float(asset.seconds):.1f} s" if asset.seconds else ""
    yield line(("   ".join(filter(None, (asset.kind.value, size, length))), ink.text))


def _of_shot(story: Story, id: str, queue: Queue, ink: Ink) -> list[Text]:
    """Describe a shot: number, framing, length and state, its scene, its action and dialogue."""
    state = next((each for each in basic_states(story) if each.shot.id == id), None)
    if state is None:
        return []
    shot: Shot = state.shot
    job = next((each for each in reversed(queue.active) if each.shot == id), None)
    scene = next((each for each in story.scenes if each.id == shot.scene), None)
    length = length_text(shot.frames, story.project.rate)
    out = [
        line((f"{state.number}  ", ink.strong), (f"{framing(shot)}   {length}", ink.text)),
        state_text(state, job, ink),
    ]
    if scene is not None:
        out.append(line((scene.heading, ink.muted)))
    out += [line((shot.action, ink.text))] if shot.action else []
    for spoken in shot.dialogue:
        out.append(line((f"{spoken.character}  ", ink.muted), (f"“{spoken.text}”", ink.text)))
    return out


def _script_around(story: Story, number: int, ink: Ink) -> Iterator[Text]:
    """Yield the lines of the script around line `number`."""
    rows = story.project.script.splitlines()
    for at in range(max(1, number - AROUND), min(len(rows), number + AROUND) + 1):
        style = ink.strong if at == number else ink.muted
        yield line((rows[at - 1].strip(), style))


def _of_job(queue: Queue, found: Findable, ink: Ink) -> Sequence[Text]:
    out = [line((found.name, ink.strong)), line((found.text, ink.text))]
    job = next((each for each in queue.jobs if each.id == found.id), None)
    if job is not None:
        out += [line((words, ink.muted)) for words in (job.reason, job.hint) if words]
        with suppress(ValueError, TypeError):
            out += [line((f"{round(job.progress * 100)} %", ink.working))] if job.progress else []
    return out
