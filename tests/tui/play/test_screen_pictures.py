"""Test pictures on the screens Film, Home, Cuts, compound clips, Elements and Media, on a real film with
keys.

Each picture is compared with the frame that PyAV decodes.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import av
import numpy as np
import pytest
from PIL import Image
from textual.strip import Strip

from milimo_tui.cut.values.cut import SourceKind
from milimo_tui.store.rows.stored_values import Render
from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.media.wave import Wave
from milimo_tui.tui.terminal.images.drawing import Drawing
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.picture_widget import Pictured
from tests.budget import thorough
from tests.media.viewer.cell_pictures import ink
from tests.tui.rain_market import make_studio, write_small_take
from tests.tui.stage import Stage, on


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("film") / "home"
    make_studio(home).close()
    return home


@pytest.fixture
def studio(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    monkeypatch.setenv("COLORTERM", "truecolor")
    home = tmp_path / "home"
    shutil.copytree(template, home)
    made = make_studio(home)
    yield made
    made.close()


def rendered(studio: Studio, name: str = "film.mov", frames: int = 60, created: float = 5.0) -> Path:
    """Add a finished render to the film: a moving picture with a tone."""
    project = studio.require_project()
    path = project.paths.renders / name
    path.parent.mkdir(exist_ok=True)
    write_small_take(path, frames, seed=3)
    project.facts.add_render(
        Render(
            id=f"render {name}", cut="c", path=f"renders/{name}", frames=frames, job=f"job {name}",
            seconds=Fraction(frames, 25), bytes=path.stat().st_size, created=created, preset="h264",
        )
    )  # fmt: skip
    return path


def pixels(strips: list[Strip]) -> np.ndarray[Any, Any]:
    """Return the colours of the upper and lower half of each cell as rows of RGB, depending on the half that
    its glyph fills.
    """
    rows = []
    for strip in strips:
        cells = []
        for segment in strip:
            style = segment.style
            assert style is not None
            assert style.color is not None
            assert style.bgcolor is not None
            front, back = (np.array(each.get_truecolor(), float) for each in (style.color, style.bgcolor))
            for sign in segment.text:
                filled = ink(sign)[..., None]
                cells.append(filled * front + (1 - filled) * back)
        row = np.concatenate(cells, axis=1)
        high, wide = row.shape[0] // 2, row.shape[1] // len(cells)
        rows.append(row.reshape(2, high, len(cells), wide, 3).mean(axis=(1, 3)))
    return np.concatenate(rows)


def decoded(path: Path, frame: int, width: int, height: int) -> np.ndarray[Any, Any]:
    with av.open(str(path)) as film:
        picture = next(each for at, each in enumerate(film.decode(video=0)) if at == frame)
        image = Image.fromarray(picture.to_ndarray(format="rgb24"))
        return np.asarray(image.resize((width, height), Image.Resampling.BOX), float)


def alike(drawing: Drawing | None, path: Path, frame: int) -> bool:
    """Return True if a drawing shows this frame. A frame some positions away differs far more than the
    tolerance.
    """
    assert drawing is not None
    shown = pixels(drawing.strips)
    lit = np.flatnonzero(shown.max(axis=(0, 2)) > 40)  # Omit the black bars next to the picture.
    shown = shown[:, lit[0] : lit[-1] + 1]
    wanted = decoded(path, frame, shown.shape[1], shown.shape[0])
    return float(np.abs(shown - wanted).mean()) < 14


async def pictured(stage: Stage, selector: str, keys: int) -> Any:
    """Return the widget that matches `selector`, once it has `keys` pictures."""
    widget: Any = stage.screen.query_one(selector)
    assert isinstance(widget, Pictured)
    await stage.until(lambda: len(widget._pictures) >= keys)
    return widget


@pytest.mark.long("screens")
@pytest.mark.parametrize("size", thorough("screens", [(80, 24), (200, 50)], one=True))
async def test_film_screen_plays_its_film_by_keys(studio: Studio, size: tuple[int, int]) -> None:
    path = rendered(studio)
    async with on(studio, "film", size) as stage:
        picture = stage.screen.query_one("#film-picture", Picture)
        await stage.until(lambda: "film.mov" in stage.text)
        if size[0] == 200:
            await stage.until(lambda: picture.drawing is not None)
            assert alike(picture.drawing, path, 30)  # The middle frame represents the film.
        else:
            assert not picture.region  # The plan of the next render occupies the space of the picture.
        await stage.press("1", "2", "l")
        player = stage.screen.player
        assert player.source is not None
        assert (player.frame, player.source.frames) == (12, 60)
        assert alike(picture.drawing, path, 12)
        assert picture.region.width >= 60
        await stage.press("space")
        # The film lasts two seconds. If other work delays this test, the film may have ended by now.
        await stage.until(lambda: player.frame > 14)
        await stage.press("K")
        assert not player.playing
        stood = player.frame
        await stage.press("J")
        await stage.until(lambda: player.frame < stood)
        await stage.press("space", "escape")
        assert player.source is None
        assert "preset" in stage.text


async def test_files_and_docs_are_links(studio: Studio) -> None:
    """The film on the Film screen, a file on the Media screen and the docs page below a screen's keys are OSC
    8 links.
    """

    def links(stage: Stage) -> list[str]:
        strips = stage.app.screen._compositor.render_strips()
        found = {segment.style.link or "" for strip in strips for segment in strip if segment.style}
        return [unquote(urlsplit(link).path) for link in found if link]

    path = rendered(studio)
    async with on(studio, "film", (110, 30)) as stage:
        await stage.until(lambda: str(path) in links(stage))
        await stage.press("g", "m", "A")
        await stage.until(lambda: stage.screen.get_selected_file() in links(stage))
        await stage.press("?")
        await stage.until(lambda: any(link.endswith("docs/media.md") for link in links(stage)))


async def test_film_screen_plays_the_unrendered_cut_and_names_missing_files(studio: Studio) -> None:
    async with on(studio, "film", (110, 30)) as stage:
        await stage.until(lambda: "space plays" in " ".join(stage.text.split()))
        await stage.press("l")
        assert stage.screen.player.source.frames == 1098
    rendered(studio).unlink()
    async with on(studio, "film", (110, 30)) as stage:
        await stage.until(lambda: "its file" in stage.text)
        await stage.press("space")
        assert "film.mov" in stage.said


@pytest.mark.long("screens")
async def test_home_keeps_a_jpeg_poster_of_each_film(studio: Studio) -> None:
    run_by_id(studio, "project.new", {"name": "Empty Road"})
    async with on(studio, "home", (80, 24)) as stage:
        wall = await pictured(stage, "#films", 1)
        cards = wall.sections[0].cards
        assert [card.key for card in cards] == ["empty-road", "rain-market"]
        assert not cards[0].picture  # This film has no picture.
        (kept,) = studio.home.root.glob("projects/*/cache/posters/*/*.jpg")
        take = next(each for each in run_by_id(studio, "project.list").data if each["poster"])["poster"]
        assert take["to"] == str(kept)
        assert alike(wall._pictures[str(kept)], Path(take["source"]), 50)
        assert float(np.abs(np.asarray(Image.open(kept), float).mean((0, 1))
                            - decoded(Path(take["source"]), 50, 96, 64).mean((0, 1))).max()) < 6  # fmt: skip
        assert all(word in stage.text for word in ("Empty Road", "Start a film", "Ask the doctor"))
        asked = wall._asked
        await stage.press("l")
        assert wall.key == "rain-market"
        await stage.press("g", "j", "g", "h")
        assert wall._asked is asked  # Pictures that are loaded must not be requested again.
        await stage.pilot.click("#films", offset=(5, 3))
        await stage.settle()
        assert wall.key == "empty-road"
    written = kept.stat().st_mtime_ns
    path = rendered(studio_of(studio, "rain-market"))
    async with on(studio, "home", (200, 50)) as stage:
        wall = await pictured(stage, "#films", 1)
        shown = next(card for card in wall.sections[0].cards if card.key == "rain-market")
        assert alike(wall._pictures[shown.picture], path, 30)  # The picture now comes from the rendered film.
        assert kept.stat().st_mtime_ns == written


def studio_of(studio: Studio, name: str) -> Studio:
    run_by_id(studio, "project.use", {"name": name})
    return studio


async def test_home_without_pictures_shows_words_only(studio: Studio) -> None:
    studio.settings = replace(studio.settings, images="off")
    async with on(studio, "home", (80, 24)) as stage:
        assert stage.screen.wall.picture_cells[1] == 0
        assert stage.lines()[2].startswith("▌Rain Market")


async def test_read_only_home_shows_posters_from_their_sources(studio: Studio) -> None:
    path = rendered(studio)
    shutil.rmtree(studio.require_project().paths.cache, ignore_errors=True)
    studio.require_project().paths.cache.write_text("in the way of a folder")
    async with on(studio, "home", (80, 24)) as stage:
        wall = await pictured(stage, "#films", 1)
        assert alike(wall._pictures[wall.sections[0].cards[0].picture], path, 30)


@pytest.mark.long("screens")
async def test_cuts_and_nested_cuts_show_a_frame(studio: Studio) -> None:
    story, cut = studio.take_snapshot().story, studio.take_snapshot().cut
    assert cut is not None
    takes = {take.shot: take.asset for take in story.takes}
    files = {asset.id: studio.require_project().paths.root / asset.path for asset in story.assets}
    first, second = (files[takes[clip.source.ref]] for clip in cut.clips[:2])
    run_by_id(studio, "cut.new", {"name": "late", "copy_of": "long"})
    late = studio.take_snapshot().cut
    assert late is not None
    studio.require_project().facts.set_cut_state(late.id, playhead=100 + 40)
    run_by_id(studio, "cut.new", {"name": "slate", "copy_of": "long"})
    slate = studio.take_snapshot().cut
    assert slate is not None
    untaken = sum(clip.frames for clip in cut.clips[:5]) + 5
    studio.require_project().facts.set_cut_state(slate.id, playhead=untaken)
    run_by_id(studio, "cut.use", {"name": "long"})
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("g", "c")
        strip = await pictured(stage, "#frames", 2)
        assert alike(strip._pictures[cut.id], first, 0)
        assert alike(strip._pictures[late.id], second, 40)
        await stage.until(lambda: strip.missing_glyph(slate.id) == "○")
        # The word appears below the frame and in the list.
        assert len(re.findall(r"\blate\b", stage.text)) == 2
        await stage.press("j")
        assert strip._chosen == late.id
    run_by_id(studio, "cut.nest", {"start": "100", "end": "221", "name": "walk"})
    async with on(studio, "timeline", (200, 50)) as stage:
        nest = next(clip for clip in stage.screen.cut.clips if clip.source.kind is SourceKind.CUT)
        previews = stage.screen.clip_previews
        await stage.until(lambda: len(previews._frames.of(nest, "head", 4)) == 4)
        head = previews._frames.of(nest, "head", 4)
        assert alike(Drawing(list(head)), second, 0)


async def test_element_without_a_picture_is_drawn_as_previs(studio: Studio) -> None:
    run_by_id(
        studio, "element.add", {"name": "Mara", "kind": "character", "description": "grey coat, red scarf"}
    )
    run_by_id(studio, "element.add", {"name": "Market Street", "kind": "location"})
    async with on(studio, "elements", (80, 24)) as stage:
        picture = stage.screen.query_one("#shown", Picture)
        await stage.until(lambda: picture.drawing is not None)
        kept = studio.require_project().paths.cache.glob("portraits/*/*.jpg")
        await stage.until(
            lambda: len(list(studio.require_project().paths.cache.glob("portraits/*/*.jpg"))) == 2
        )
        face = picture.drawing
        await stage.press("j")
        await stage.until(lambda: picture.drawing is not face)
        assert all(Image.open(path).size == (512, 288) for path in kept)
        await stage.press("k")
        assert picture.drawing is face  # The picture is loaded, so it is neither requested nor drawn again.


@pytest.mark.long("screens")
async def test_media_screen_shows_the_picture_above_the_waveform(studio: Studio) -> None:
    async with on(studio, "media", (80, 24)) as stage:
        await stage.press("A")
        picture, wave = stage.screen.query_one("#asset-picture", Picture), stage.screen.query_one(Wave)
        await stage.until(lambda: picture.drawing is not None and wave.peaks is not None)
        asset = stage.screen.asset
        path = studio.require_project().paths.root / asset.path
        assert alike(picture.drawing, path, asset.frames // 2)
        assert wave.region.y == picture.region.bottom
        assert wave.region.height == 3
        assert "█" in stage.lines()[wave.region.y + 1][wave.region.x :]
        drawing, peaks = picture.drawing, wave.peaks
        await stage.press("j")
        await stage.until(lambda: wave.peaks not in (None, peaks))
        await stage.press("k")
        assert (picture.drawing, wave.peaks) == (drawing, peaks)
    path.unlink()
    async with on(studio, "media", (80, 24)) as stage:
        await stage.press("A")
        await stage.until(lambda: "r finds it" in " ".join(stage.text.split()))
