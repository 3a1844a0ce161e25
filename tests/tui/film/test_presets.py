"""Test the presets of the Film screen: the purpose of each, the estimated file size, and several presets as
one batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from milimo_tui.cut.delivery.presets import NAMES, PRESETS, find_preset
from milimo_tui.store.rows.stored_values import Render
from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.session.studio import Studio
from tests.tui.rain_market import make_studio
from tests.tui.stage import Stage, on

pytestmark = pytest.mark.long("screens")


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    studio = make_studio(tmp_path / "home", takes=False)
    yield studio
    run_by_id(studio, "supervisor.stop", {"now": True})
    studio.close()


def rendered(studio: Studio, preset: str, size: int) -> None:
    """Add a finished render of ten seconds that used `preset` and has `size` bytes."""
    delivery = find_preset(preset).delivery
    settings = delivery.model_dump_json(exclude_defaults=True)
    studio.require_project().facts.add_render(
        Render(
            id=f"render_{preset}", cut="c", path=f"renders/{preset}.mov", frames=250, job=f"job_{preset}",
            preset=preset, seconds=Fraction(10), bytes=size, settings=settings, created=1.0,
        )
    )  # fmt: skip


async def known(stage: Stage) -> None:
    await stage.until(lambda: set(stage.screen.known) == set(NAMES))
    await stage.settle()


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50)])
async def test_presets_are_listed_with_use_and_size(studio: Studio, size: tuple[int, int]) -> None:
    rendered(studio, "prores", 50_000_000)
    async with on(studio, "film", size) as stage:
        await known(stage)
        await stage.press("P")
        text = stage.text
        assert "deliver as" in text
        for name in ("h264", "draft"):
            assert name in text
            assert find_preset(name).use in text
        assert "~" in text, "what was never rendered is a guess"
        found = stage.screen.known["prores"]
        assert found.bytes.source == "films"
        assert found.bytes.bytes == pytest.approx(50_000_000 / 10 * 1098 / 25, rel=0.01)
        await stage.press("G")
        assert stage.screen.request.preset == NAMES[-1]
        await stage.until(lambda: "rain-market-stems-flac" in stage.text)


def test_every_preset_has_a_short_description() -> None:
    assert all(0 < len(preset.use) <= 25 for preset in PRESETS)


async def test_options_of_a_preset_are_restored_when_it_is_chosen_again(studio: Studio) -> None:
    async with on(studio, "film", (120, 36)) as stage:
        await known(stage)
        await stage.press("s", "ctrl+u")
        await stage.type("50%")
        await stage.press("enter")
        await stage.until(lambda: "384 × 256" in stage.text)
        await stage.press("j")
        await stage.until(lambda: stage.screen.request.preset == "h264-fine")
        assert stage.screen.request.size == "50%", "what suits any goes along"
        await stage.press("s", "ctrl+u", "enter")
        assert stage.screen.request.size == ""
        await stage.press("k")
        await stage.until(lambda: stage.screen.request.size == "50%")


async def test_several_outputs_are_rendered_as_one_batch(studio: Studio) -> None:
    cut = studio.take_snapshot().cut
    assert cut is not None
    studio.require_project().facts.set_cut_state(cut.id, mark_in=0, mark_out=6)
    async with on(studio, "film", (120, 36)) as stage:
        await known(stage)
        await stage.press("R")
        await stage.until(lambda: stage.screen.estimate.frames == 6)
        await stage.press("enter", "j", "j", "s", "ctrl+u")
        await stage.type("50%")
        await stage.press("enter", "a")
        await stage.until(lambda: "2 outputs as one batch" in stage.text)
        await stage.until(lambda: "renders 2: h264, draft" in stage.text)
        await stage.press("c", "c")
        await stage.until(lambda: len(stage.screen.films) == 2)
        names = {film.path.name for film in stage.screen.films}
        assert names == {"rain-market.mp4", "rain-market-draft.mp4"}
        sizes = {film.preset: film.delivery.width for film in stage.screen.films}
        assert sizes == {"h264": 0, "draft": 384}
        batches = {job.batch for job in studio.require_client().list_jobs({}) if job.kind == "render_film"}
        assert len(batches) == 1
        assert batches != {""}
        assert not stage.screen.output_presets, "what was asked for is under way"


async def test_two_outputs_of_one_name_are_refused(studio: Studio) -> None:
    async with on(studio, "film", (120, 36)) as stage:
        await known(stage)
        for _ in range(2):
            await stage.press("o", "ctrl+u")
            await stage.type("same.mp4")
            await stage.press("enter", "enter", "j")
        await stage.press("c", "c")
        assert "same.mp4" in stage.said
        assert len(stage.screen.output_presets) == 2, "nothing is lost"


async def test_list_and_detail_are_side_by_side_where_they_fit(studio: Studio) -> None:
    rendered(studio, "prores", 5_000_000)
    for size, beside in (((120, 36), True), ((80, 24), False)):
        async with on(studio, "film", size) as stage:
            await known(stage)
            await stage.press("P")
            presets = stage.screen.query_one("#presets").region
            region = stage.screen.query_one("#film-estimate").region
            assert region.x >= presets.right if beside else region.bottom <= presets.y
            assert presets.height >= 10, "most of them are seen at once"
            assert "file" in stage.text, "and where it goes"
            assert ("length" in stage.text) is beside
            films = stage.screen.query_one("#films")
            assert films.display is beside
            await stage.press("tab")
            assert stage.screen.focused is films
