"""Test the Media screen: files with facts and picture, files added from folders, missing files, the bin and
restored files.
"""

from __future__ import annotations

import time
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from milimo_tui.core.format import format_bytes
from milimo_tui.cut.layout.layout import layout
from milimo_tui.story.values.film import Asset, AssetKind
from milimo_tui.studio.media.media_uses import MediaUse
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.media.browser import BrowserScreen
from milimo_tui.tui.media.media_lines import format_asset_length, format_asset_size, make_asset_facts
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.prompt import PromptField
from tests.media.kinds import numbered_files
from tests.tui.rain_market import add_sound, make_studio, write_small_take
from tests.tui.stage import Stage, on


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (812, "812 B"), (14_200, "14.2 kB"), (480_044, "480 kB"), (3_200_000_000, "3.2 GB")],
)
def test_sizes_have_their_unit(count: int, text: str) -> None:
    assert format_bytes(count) == text


def test_facts_of_each_media_kind_are_shown() -> None:
    clip = Asset(
        id="a", kind=AssetKind.VIDEO, path="media/x.mov", name="x.mov", bytes=5_000_000, frames=100,
        rate=Fraction(25), width=768, height=512, seconds=Fraction(4), sample_rate=48000, channels=2,
    )  # fmt: skip
    told = {fact.label: fact.words for fact in make_asset_facts(clip, [MediaUse("a", "take of 3B")])}
    assert told["length"] == "4.0 s   100 f at 25 fps"
    assert told["sound"] == "48 kHz, stereo"
    assert told["used"] == "take of 3B"
    assert told["kept"] == "in the film's folder"
    assert format_asset_size(clip) == "768×512"
    offline = make_asset_facts(clip, [], missing_advice="r finds it")
    assert offline[0].words.startswith("⊘ offline")
    assert offline[0].words.endswith("r finds it")
    picture = Asset(id="b", kind=AssetKind.PICTURE, path="b.png", seconds=Fraction(4))
    assert format_asset_length(picture) == ""
    long = Asset(id="c", kind=AssetKind.SOUND, path="c.wav", seconds=Fraction(102))
    assert format_asset_length(long) == "1:42"


@pytest.fixture
def footage(tmp_path: Path) -> Path:
    """Create a typical folder of footage: clips, a LUT, an image sequence in a subfolder, and files that are
    not media.
    """
    folder = tmp_path / "footage"
    (folder / "plates").mkdir(parents=True)
    write_small_take(folder / "rain on glass.mov", 50, 3)
    write_small_take(folder / "street.mov", 25, 7)
    numbered_files(".png", but=(4,))(folder / "plates")
    rows = "\n".join(f"{r} {g} {b}" for b in (0, 1) for g in (0, 1) for r in (0, 1))
    (folder / "night.cube").write_text(f"LUT_3D_SIZE 2\n{rows}\n")
    (folder / "notes.txt").write_text("call Jun")
    return folder


async def browse(stage: Stage, folder: Path) -> BrowserScreen:
    """Open the folder browser on a folder."""
    await stage.press("a")
    await stage.until(lambda: isinstance(stage.screen, BrowserScreen) and stage.screen.is_mounted)
    await stage.press("e")
    await stage.until(lambda: stage.screen.prompt.is_open)
    stage.screen.query_one(PromptField).value = str(folder)
    await stage.press("enter")
    browser = stage.screen
    assert isinstance(browser, BrowserScreen)
    await stage.until(lambda: browser.folder.path == folder and browser.rows.rows)
    return browser


def names(studio: Studio) -> set[str]:
    return {asset.name for asset in studio.take_snapshot().story.assets if not asset.binned}


@pytest.mark.long("screens")
async def test_media_are_added_previewed_deleted_and_restored(tmp_path: Path, footage: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    async with on(studio, "media", (120, 40)) as stage:
        assert any("No media" in line for line in stage.lines())
        await stage.press("a")
        await stage.until(lambda: isinstance(stage.screen, BrowserScreen))
        await stage.press("e")
        stage.screen.query_one(PromptField).value = str(tmp_path / "nothing.mov")
        await stage.press("enter")
        await stage.until(lambda: "nothing.mov" in stage.said)
        assert not stage.screen.list_shown_assets()
        browser = await browse(stage, footage)
        text = "\n".join(stage.lines())
        assert "plates/" in text
        assert "notes.txt" not in text
        assert "1 other file not shown" in text
        assert [entry.kind for entry in browser.folder.entries] == ["folder", "LUT", "clip", "clip"]
        await stage.press("j", "j")
        assert browser.entry is not None
        assert browser.entry.name == "rain on glass.mov"
        seen = browser.query_one(Picture)
        await stage.until(lambda: seen.drawing is not None and bool(seen.drawing.strips))
        await stage.press("enter")
        await stage.until(lambda: "rain on glass.mov" in names(studio))
        await stage.until(lambda: "96×64" in "\n".join(stage.lines()))
        text = "\n".join(stage.lines())
        assert "2.0 s" in text
        assert "not yet" in text
        picture = stage.app.screen.query_one(Picture)
        await stage.until(lambda: picture.drawing is not None and bool(picture.drawing.strips))
        asset = stage.screen.asset
        await stage.press("x")
        await stage.until(lambda: any("No media" in line for line in stage.lines()))
        assert next(a for a in studio.take_snapshot().story.assets if a.id == asset.id).binned
        await stage.press("B")
        assert "the bin" in stage.lines()[0]
        assert "rain on glass.mov" in "\n".join(stage.lines())
        await stage.press("r", "escape")
        await stage.until(lambda: "rain on glass.mov" in "\n".join(stage.lines()))
        assert not next(a for a in studio.take_snapshot().story.assets if a.id == asset.id).binned
    registry.run_by_id(studio, "supervisor.stop", {"now": True})
    studio.close()


@pytest.mark.long("screens")
async def test_several_files_and_a_sequence_are_added_by_keys(tmp_path: Path, footage: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    async with on(studio, "media", (80, 24)) as stage:
        browser = await browse(stage, footage)
        await stage.press("j", "space", "space")
        assert len(browser.rows.marked) == 2
        await stage.press("L")
        await stage.until(lambda: {"night.cube", "rain on glass.mov"} <= names(studio))
        assert all(not asset.managed for asset in studio.take_snapshot().story.assets)
        browser = await browse(stage, footage)
        await stage.press("l")
        await stage.until(lambda: browser.folder.path == footage / "plates" and browser.folder.entries)
        assert [entry.name for entry in browser.folder.entries] == ["plate.[1001-1012].png"]
        assert "missing (1005)" in "\n".join(stage.lines())
        await stage.press("s")
        await stage.until(lambda: len(browser.folder.entries) == 11)
        await stage.press("s")
        await stage.until(lambda: len(browser.folder.entries) == 1)
        await stage.press("h")
        await stage.until(lambda: browser.folder.path == footage)
        assert browser.entry is not None
        assert browser.entry.name == "plates"
        await stage.press("enter")
        await stage.until(lambda: browser.folder.path == footage / "plates")
        await stage.press("a")
        await stage.until(lambda: "plate.[1001-1012].png" in names(studio))
        await stage.press("f", "f", "f", "f")
        assert [asset.name for asset in stage.screen.list_shown_assets()] == ["night.cube"]
    registry.run_by_id(studio, "supervisor.stop", {"now": True})
    studio.close()


@pytest.mark.long("screens")
async def test_missing_file_is_relinked_by_keys(tmp_path: Path, footage: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    clip = footage / "street.mov"
    registry.run_by_id(studio, "asset.add", {"file": str(clip), "link": True, "prepare": False})
    clip.rename(footage / "plates" / "street 2.mov")
    async with on(studio, "media", (80, 24)) as stage:
        await stage.until(lambda: "⊘ street.mov" in "\n".join(stage.lines()))
        assert "r finds it" in " ".join("\n".join(stage.lines()).split())
        await stage.press("r")
        await stage.until(lambda: isinstance(stage.screen, BrowserScreen))
        assert "Find street.mov" in stage.lines()[0]
        await stage.press("e")
        stage.screen.query_one(PromptField).value = str(footage)
        await stage.press("enter")
        browser = stage.screen
        await stage.until(lambda: browser.folder.path == footage and browser.rows.rows)
        await stage.press("H")
        await stage.until(lambda: "is online" in stage.said)
        await stage.until(lambda: "⊘" not in "\n".join(stage.lines()))
    assert studio.take_snapshot().story.assets[0].path == str(footage / "plates" / "street 2.mov")
    studio.close()


async def test_file_leads_to_the_clip_that_uses_it(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    cut = studio.take_snapshot().cut
    assert cut is not None
    add_sound(studio.require_project(), cut)
    async with on(studio, "media", (80, 24)) as stage:
        await stage.until(lambda: stage.screen.asset is not None)
        await stage.pilot.press("enter")
        await stage.until(lambda: "Where rain.wav" in "\n".join(stage.lines()))
        await stage.pilot.press("enter")
        await stage.until(lambda: stage.app.current_mode == "timeline")
    studio.close()


async def test_used_file_stays_and_a_missing_one_is_marked(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    cut = studio.take_snapshot().cut
    assert cut is not None
    asset, _ = add_sound(studio.require_project(), cut)
    Path(asset.path).unlink()
    async with on(studio, "media", (80, 24)) as stage:
        await stage.until(lambda: "⊘ rain.wav" in "\n".join(stage.lines()))
        assert "long, A2 at 00:00:00:00" in "\n".join(stage.lines())
        await stage.press("x")
        assert "rain.wav is" in stage.said
        assert not studio.take_snapshot().story.assets[0].binned
    studio.close()


@pytest.mark.long("screens")
async def test_yanked_file_fills_the_marked_range_of_the_timeline(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    cut = studio.take_snapshot().cut
    assert cut is not None
    asset, _ = add_sound(studio.require_project(), cut)
    studio.require_project().facts.set_cut_state(cut.id, mark_in=40, mark_out=90)
    async with on(studio, "media") as stage:
        await stage.until(lambda: stage.screen.asset is not None)
        await stage.press("y")
        assert "copied rain.wav" in stage.said
        await stage.press("g", "t")
        await stage.until(lambda: stage.app.current_mode == "timeline")
        await stage.settle()
        await stage.press("j", "p")
        after = studio.require_project().load_cut(cut.id)
        assert after is not None
        a1 = next(track for track in after.tracks if track.name == "A1")
        (placed,) = layout(after).get_row(a1.id)
        assert (placed.start, placed.end, placed.clip.source.ref) == (40, 90, asset.id)
    studio.close()


@pytest.mark.long("screens")
async def test_lists_are_sorted_and_searched(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    for index, name in enumerate(("bell.wav", "alarm.wav", "crowd.wav")):
        studio.require_project().facts.add_asset(
            Asset(
                id=f"ast_{index}",
                kind=AssetKind.SOUND,
                path=f"media/{name}",
                name=name,
                created=time.time() + index,
            )
        )
    async with on(studio, "media") as stage:
        names = [asset.name for asset in stage.screen.list_shown_assets()]
        assert names == ["crowd.wav", "alarm.wav", "bell.wav"]
        await stage.press("o")
        assert [asset.name for asset in stage.screen.list_shown_assets()] == [
            "alarm.wav",
            "bell.wav",
            "crowd.wav",
        ]
        await stage.press("/")
        await stage.type("crowd")
        await stage.press("enter")
        assert stage.screen.asset.name == "crowd.wav"
    studio.close()


@pytest.mark.long("screens")
async def test_e6_many_files_are_counted_and_esc_keeps_those_added(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(400):
        Image.new("RGB", (64, 40), (number % 256, number // 256, 9)).save(folder / f"{number:03}x.png")
    async with on(studio, "media", (120, 40)) as stage:
        await browse(stage, folder)
        await stage.pilot.press("H")
        await stage.until(lambda: "of 400" in stage.lines()[-2] + stage.lines()[-1])
        assert "Esc stops" in "\n".join(stage.lines())
        await stage.pilot.press("escape")
        await stage.until(lambda: "stopped: " in stage.said)
        added = len(names(studio))
        assert 0 < added < 400
        assert f"{added} of 400" in stage.said
        assert not list(studio.require_project().paths.root.rglob("*.part"))
    studio.close()
