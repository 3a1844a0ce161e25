"""The Media screen: files with facts and picture, adding by path, the bin and back, yanking for a cut."""

from __future__ import annotations

import time
from fractions import Fraction
from pathlib import Path

import pytest

from milimo_tui.cut.layout import layout
from milimo_tui.story.values import Asset, AssetKind
from milimo_tui.studio import registry
from milimo_tui.tui.screens.media import bytes_text, facts_of, length_text, size_text
from milimo_tui.tui.widgets.picture import Picture
from tests.tui.rain_market import add_sound, make_studio, write_small_take
from tests.tui.stage import on


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, ""), (812, "812 B"), (14_200, "14.2 kB"), (480_044, "480 kB"), (3_200_000_000, "3.2 GB")],
)
def test_sizes_carry_their_unit(count: int, text: str) -> None:
    assert bytes_text(count) == text


def test_facts_of_each_kind() -> None:
    clip = Asset(
        id="a", kind=AssetKind.VIDEO, path="media/x.mov", name="x.mov", bytes=5_000_000, frames=100,
        rate=Fraction(25), width=768, height=512, seconds=Fraction(4), sample_rate=48000, channels=2,
    )  # fmt: skip
    told = {fact.label: fact.words for fact in facts_of(clip, ["take of 3B"], gone=False)}
    assert told["length"] == "4.0 s   100 f at 25 fps"
    assert told["sound"] == "48 kHz, stereo"
    assert told["used"] == "take of 3B"
    assert told["kept"] == "in the project"
    assert size_text(clip) == "768×512"
    gone = facts_of(clip, [], gone=True)
    assert gone[0].words.startswith("⊘ offline")
    picture = Asset(id="b", kind=AssetKind.PICTURE, path="b.png", seconds=Fraction(4))
    assert length_text(picture) == ""
    long = Asset(id="c", kind=AssetKind.SOUND, path="c.wav", seconds=Fraction(102))
    assert length_text(long) == "1:42"


async def test_adding_by_path_preview_bin_and_restore(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    clip = tmp_path / "rain on glass.mov"
    write_small_take(clip, 50, 3)
    async with on(studio, "media", (120, 40)) as stage:
        assert any("No media has been added." in line for line in stage.lines())
        await stage.press("a")
        await stage.paste(str(tmp_path / "nothing.mov"))
        await stage.press("enter")
        assert "nothing.mov" in stage.said
        assert not stage.screen.assets()
        await stage.press("a")
        await stage.paste(str(clip))
        await stage.press("enter")
        await stage.until(lambda: "rain on glass.mov" in "\n".join(stage.lines()))
        text = "\n".join(stage.lines())
        assert "96×64" in text
        assert "2.0 s" in text
        assert "not yet" in text
        picture = stage.app.screen.query_one(Picture)
        await stage.until(lambda: picture.drawing is not None and bool(picture.drawing.strips))
        asset = stage.screen.asset
        await stage.press("x")
        await stage.until(lambda: any("No media has been added." in line for line in stage.lines()))
        assert next(a for a in studio.snapshot().story.assets if a.id == asset.id).binned
        await stage.press("B")
        assert "the bin" in stage.lines()[0]
        assert "rain on glass.mov" in "\n".join(stage.lines())
        await stage.press("r", "escape")
        await stage.until(lambda: "rain on glass.mov" in "\n".join(stage.lines()))
        assert not next(a for a in studio.snapshot().story.assets if a.id == asset.id).binned
    registry.run(studio, "supervisor.stop", {"now": True})
    studio.close()


async def test_what_is_used_stays_and_what_is_gone_is_marked(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    cut = studio.snapshot().cut
    assert cut is not None
    asset, _ = add_sound(studio.project(), cut)
    Path(asset.path).unlink()
    async with on(studio, "media", (80, 24)) as stage:
        await stage.until(lambda: "⊘ rain.wav" in "\n".join(stage.lines()))
        assert "long, 1 clip" in "\n".join(stage.lines())
        await stage.press("x")
        assert "rain.wav is used: long, A2 at" in stage.said
        assert not studio.snapshot().story.assets[0].binned
    studio.close()


async def test_a_yanked_file_fills_the_marked_range_on_the_timeline(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    cut = studio.snapshot().cut
    assert cut is not None
    asset, _ = add_sound(studio.project(), cut)
    studio.project().set_cut_state(cut.id, mark_in=40, mark_out=90)
    async with on(studio, "media") as stage:
        await stage.until(lambda: stage.screen.asset is not None)
        await stage.press("y")
        assert "yanked rain.wav" in stage.said
        await stage.press("g", "t")
        await stage.until(lambda: stage.app.current_mode == "timeline")
        await stage.settle()
        await stage.press("j", "p")
        after = studio.project().cut(cut.id)
        assert after is not None
        a1 = next(track for track in after.tracks if track.name == "A1")
        (placed,) = layout(after).on(a1.id)
        assert (placed.start, placed.end, placed.clip.source.ref) == (40, 90, asset.id)
    studio.close()


async def test_lists_are_sorted_and_searched(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    for index, name in enumerate(("bell.wav", "alarm.wav", "crowd.wav")):
        studio.project().add_asset(
            Asset(
                id=f"ast_{index}",
                kind=AssetKind.SOUND,
                path=f"media/{name}",
                name=name,
                created=time.time() + index,
            )
        )
    async with on(studio, "media") as stage:
        names = [asset.name for asset in stage.screen.assets()]
        assert names == ["crowd.wav", "alarm.wav", "bell.wav"]
        await stage.press("o")
        assert [asset.name for asset in stage.screen.assets()] == ["alarm.wav", "bell.wav", "crowd.wav"]
        await stage.press("/")
        await stage.type("crowd")
        await stage.press("enter")
        assert stage.screen.asset.name == "crowd.wav"
    studio.close()
