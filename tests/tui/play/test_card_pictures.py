"""Test storyboard cards and their pictures: each is requested once, and arrivals are painted together at a
tick in their own cells.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.geometry import Region
from textual.strip import Strip

from tests.tui.rain_market import make_studio
from tests.tui.stage import Stage, on


def rows(stage: Stage) -> list[Strip]:
    return list(stage.app.screen._compositor.render_strips())


@pytest.mark.long("screens")
async def test_board_equals_a_complete_repaint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After each key and each arriving picture, the cells equal those of a board that is drawn from
    scratch.
    """
    monkeypatch.setenv("COLORTERM", "truecolor")
    studio = make_studio(tmp_path / "home")
    async with on(studio, "storyboard", (110, 30)) as stage:
        cards = stage.screen.cards
        await stage.until(lambda: len(cards._pictures) >= 3 and not cards._came)
        for keys in (["l"], ["l", "l"], ["j"], ["space"], ["h", "k"], ["G"], ["g", "g"], ["tab"]):
            await stage.press(*keys)
            await stage.until(lambda: not cards._came)
            await stage.pilot.pause()
            painted = [strip.text for strip in rows(stage)], [list(strip) for strip in rows(stage)]
            cards.refresh(Region(0, 0, *cards.size), layout=False)
            cards.refresh()
            await stage.pilot.pause()
            assert painted == ([strip.text for strip in rows(stage)], [list(strip) for strip in rows(stage)])
    studio.close()


@pytest.mark.long("screens")
async def test_pictures_of_one_moment_are_painted_together_and_a_lost_one_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    studio = make_studio(tmp_path / "home")
    lost = sorted(studio.home.root.glob("projects/*/media/*/*.mov"))
    for path in lost:
        path.unlink()
    async with on(studio, "storyboard", (110, 60)) as stage:
        cards = stage.screen.cards
        await stage.until(lambda: stage.text.count("⊘") == len(lost))
        asked = cards._asked
        stage.screen.show_queue(stage.app.queue)
        await stage.press("l", "j")
        assert cards._asked is asked
        drawing = await stage.app.pictures.draw_file(picture_in(tmp_path), *cards.picture_cells)
        assert drawing is not None
        keys = [card.picture for section in cards.sections for card in section.cards if card.picture]
        for key in keys:
            cards.set_picture(key, drawing)
        assert cards._came == set(keys)  # All pictures wait for the same tick.
        assert "⊘" in stage.text
        await stage.until(lambda: "⊘" not in stage.text)
    studio.close()


def picture_in(folder: Path) -> Path:
    from PIL import Image

    path = folder / "red.png"
    Image.new("RGB", (96, 64), (200, 30, 30)).save(path)
    return path
