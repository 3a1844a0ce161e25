"""Test the viewer's inspection modes in a real viewer process: single pixels, guides, comparisons, alpha,
scopes and several frames.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
from numpy.typing import NDArray
from PIL import Image

from milimo_tui.core.errors import BadInput
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.media.scopes.tiles import MISSING
from milimo_tui.media.scopes.viewing import PLAIN_VIEWING, PictureComparison, Scope, Viewing, parse_viewing
from milimo_tui.media.viewer.client import ViewerAnswer, ViewerClient
from milimo_tui.tui.terminal.capabilities import Terminal
from milimo_tui.tui.terminal.images.cells import make_cell_drawing
from tests.media.cuts import CutBuilder
from tests.media.material import make_take, near, read_number, tone

WIDTH, HEIGHT = 160, 96  # size of the test films in pixels
RED = (200, 40, 40)


@pytest_asyncio.fixture
async def viewer() -> AsyncIterator[ViewerClient]:
    client = ViewerClient()
    await client.start()
    yield client
    await client.close()


def pixels(found: ViewerAnswer | None) -> NDArray[np.uint8]:
    assert found is not None
    return np.frombuffer(found.data, np.uint8).reshape(found.height, found.width, 3)


def film(folder: Path, name: str = "a", colour: tuple[int, int, int] = (90, 90, 90)) -> RenderPlan:
    bench = CutBuilder()
    sound = tone(30, Fraction(25), level=0.5)
    bench.add("V1", make_take(folder / f"{name}.mov", 30, colour=colour, sound=sound), 30)
    return bench.plan()


async def seen(
    viewer: ViewerClient, plan: RenderPlan, viewing: Viewing, frame: int = 5, **more: Any
) -> ViewerAnswer:
    wanted = {"width": 2 * WIDTH, "height": 2 * HEIGHT, **more}
    found = await viewer.request(
        "frame", plan=viewer.register_plan(plan), frame=frame, viewing=viewing.as_fields(), **wanted
    )
    assert found is not None
    return found


async def test_plain_view_is_the_picture_itself(tmp_path: Path, viewer: ViewerClient) -> None:
    plan = film(tmp_path)
    asked: dict[str, Any] = {"width": 2 * WIDTH, "height": 2 * HEIGHT}
    plain = await viewer.request("frame", plan=viewer.register_plan(plan), frame=5, **asked)
    assert PLAIN_VIEWING.as_fields() == {}
    wiped = await seen(viewer, plan, Viewing(compare=PictureComparison.WIPE))
    assert (pixels(wiped) == pixels(plain)).all(), "without a second picture there is nothing to compare"


async def test_zoomed_pixel_is_a_square_with_its_colour_shown(tmp_path: Path, viewer: ViewerClient) -> None:
    plan = film(tmp_path, colour=RED)
    near_by = pixels(await seen(viewer, plan, Viewing(zoom=16, centre=(0.25, 0.75))))
    squares = near_by[: 2 * HEIGHT // 32 * 32, : 2 * WIDTH // 32 * 32]
    blocks = squares.reshape(-1, 32, squares.shape[1] // 32, 32, 3)
    assert (blocks == blocks[:, :1, :, :1]).all(), "one pixel of the film on 32 × 32"
    assert near(tuple(near_by[50, 50]), RED)
    edge = pixels(await seen(viewer, plan, Viewing(zoom=4, centre=(1.0, 1.0))))
    assert edge.shape == near_by.shape
    assert near(tuple(edge[-1, -1]), RED), "it stops at the edge of the picture"
    facts = (await seen(viewer, plan, Viewing(pixel=(0.5, 0.75)))).facts
    assert facts["pixel"] == [80, 72]
    assert near(tuple(facts["rgb"]), RED, 4)
    luma = 16 + 219 * (0.2126 * RED[0] + 0.7152 * RED[1] + 0.0722 * RED[2]) / 255
    assert facts["luma"] == pytest.approx(luma, abs=2)
    assert facts["percent"] == pytest.approx((luma - 16) / 2.19, abs=1)


async def test_two_pictures_are_compared(tmp_path: Path, viewer: ViewerClient) -> None:
    plan, other = film(tmp_path), film(tmp_path, "b", RED)
    beside = {"plan": viewer.register_plan(other), "frame": 5}
    wiped = pixels(
        await seen(viewer, plan, Viewing(compare=PictureComparison.WIPE, wipe=0.25), beside=beside)
    )
    assert near(tuple(wiped[150, 70]), (90, 90, 90))
    assert near(tuple(wiped[150, 90]), RED)
    flicker = pixels(
        await seen(viewer, plan, Viewing(compare=PictureComparison.FLICKER, other_side=True), beside=beside)
    )
    assert near(tuple(flicker[150, 10]), RED)
    differs = await seen(viewer, plan, Viewing(compare=PictureComparison.DIFFERENCE), beside=beside)
    assert near(tuple(pixels(differs)[150, 10]), (110, 50, 50))
    assert differs.facts["differs"] == pytest.approx(0.5, abs=0.05), "the numbers in the upper half are equal"
    assert differs.facts["most"] == pytest.approx(110, abs=20)
    same = await seen(
        viewer,
        plan,
        Viewing(compare=PictureComparison.DIFFERENCE),
        beside={"plan": viewer.register_plan(plan), "frame": 5},
    )
    assert same.facts == {"differs": 0.0, "most": 0}
    moved = await seen(
        viewer,
        plan,
        Viewing(compare=PictureComparison.DIFFERENCE),
        beside={"plan": viewer.register_plan(plan), "frame": 9},
    )
    assert moved.facts["differs"] > 0.05


async def test_compared_plan_may_have_been_dropped(tmp_path: Path, viewer: ViewerClient) -> None:
    plans = [film(tmp_path, f"f{index}", (20 * index, 60, 60)) for index in range(6)]
    for _ in range(2):
        for index, plan in enumerate(plans):
            beside = {"plan": viewer.register_plan(plans[index - 1]), "frame": 3}
            found = await seen(
                viewer, plan, Viewing(compare=PictureComparison.FLICKER, other_side=True), beside=beside
            )
            assert near(tuple(pixels(found)[150, 10]), (20 * ((index - 1) % 6), 60, 60))


async def test_guides_are_where_the_standards_put_them(tmp_path: Path, viewer: ViewerClient) -> None:
    plan = film(tmp_path)
    bare = pixels(await seen(viewer, plan, Viewing(compare=PictureComparison.WIPE))).astype(int)

    def lines(guided: NDArray[np.uint8], row: int) -> list[int]:
        return np.flatnonzero((guided.astype(int) - bare)[row].sum(axis=1) > 60).tolist()

    safe = pixels(await seen(viewer, plan, Viewing(safe=True)))
    found = lines(safe, 150)
    assert len(found) == 4
    shares = [column / (2 * WIDTH) for column in found]
    assert shares == pytest.approx([0.035, 0.05, 0.95, 0.965], abs=0.007)
    thirds = pixels(await seen(viewer, plan, Viewing(thirds=True)))
    assert lines(thirds, 150) == [106, 213]
    masked = pixels(await seen(viewer, plan, Viewing(ratio=Fraction(239, 100)))).astype(int)
    dark: NDArray[np.bool_] = np.all(masked[:, 5] * 6 < bare[:, 5], axis=1)
    assert (~dark).sum() == pytest.approx(2 * WIDTH / 2.39, abs=3)
    assert dark[0]
    assert dark[-1]
    upright = pixels(await seen(viewer, plan, Viewing(ratio=Fraction(9, 16)))).astype(int)
    free = (upright[150] * 6 > bare[150]).all(axis=1)
    assert free.sum() == pytest.approx(2 * HEIGHT * 9 / 16, abs=3)


async def test_alpha_of_the_top_picture_is_shown(tmp_path: Path, viewer: ViewerClient) -> None:
    clear = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    clear[:, WIDTH // 2 :] = (10, 200, 10, 255)
    clear[:, : WIDTH // 4] = (10, 200, 10, 128)
    Image.fromarray(clear).save(tmp_path / "title.png")
    bench = CutBuilder()
    bench.add("V1", make_take(tmp_path / "a.mov", 30), 30)
    bench.add("V2", tmp_path / "title.png", 20, start=0)
    plan = bench.plan()
    matte = pixels(await seen(viewer, plan, Viewing(alpha=True)))
    assert [int(matte[100, column].max()) for column in (20, 120, 250)] == pytest.approx([128, 0, 255], abs=3)
    whole = pixels(await seen(viewer, plan, Viewing(alpha=True), frame=25))
    assert (whole == 255).all(), "V1 alone covers all"


@pytest.mark.parametrize("scope", Scope)
async def test_scope_is_in_the_corner_or_fills_the_picture(
    tmp_path: Path, viewer: ViewerClient, scope: Scope
) -> None:
    plan = film(tmp_path)
    bare = pixels(await seen(viewer, plan, Viewing(compare=PictureComparison.WIPE)))
    small = pixels(await seen(viewer, plan, Viewing(scope=scope)))
    changed = (small != bare).any(axis=2)
    left, top = 0.4 * bare.shape[1], 0.4 * bare.shape[0]
    assert changed[:, : int(left)].sum() == 0
    assert changed[: int(top)].sum() == 0
    assert changed[int(top) + 16 :, int(left) + 8 :].mean() > 0.9
    large = pixels(await seen(viewer, plan, Viewing(scope=scope, large=True)))
    assert (large.max(axis=2) < 20).mean() > 0.25, "the ground of a scope"


async def test_scope_is_next_to_or_below_the_picture_where_it_fits(
    tmp_path: Path, viewer: ViewerClient
) -> None:
    plan = film(tmp_path)
    bare = pixels(await seen(viewer, plan, Viewing(compare=PictureComparison.WIPE)))
    high, wide = bare.shape[:2]
    for width, height in ((2 * wide, high), (wide, 2 * high)):
        both = pixels(await seen(viewer, plan, Viewing(scope=Scope.WAVEFORM), width=width, height=height))
        assert both.shape[:2] == (height, width)
        assert (both[:high, :wide] == bare).all(), "the film's picture is whole"
        scope = both[:, wide + 8 :] if width > wide else both[high + 16 :]
        assert (scope.max(axis=2) == 0).mean() > 0.25, "the ground of a scope"


async def test_scopes_of_cells_have_a_scale_of_cells(tmp_path: Path, viewer: ViewerClient) -> None:
    plan = film(tmp_path)
    way = {"kind": "cells", "columns": 80, "rows": 12, "cell": [8, 16], "colours": "256", "signs": []}
    for scope, told in (
        (Scope.WAVEFORM, ["0", "50", "100"]),
        (Scope.PARADE, ["0", "50", "100"]),
        (Scope.LOUDNESS, ["−14", "−23", "−40"]),
        (Scope.HISTOGRAM, ["0", "50", "100"]),
        (Scope.VECTORSCOPE, ["R", "Yl", "G", "Cy", "B", "Mg"]),
    ):
        asked = {
            "plan": viewer.register_plan(plan),
            "frame": 5,
            "viewing": Viewing(scope=scope).as_fields(),
            "way": way,
        }
        answer = await viewer.request("frame", slot=scope, **asked)
        assert answer is not None
        labels = answer.facts["labels"]
        assert sorted(text.strip() for _, _, text in labels) == sorted(told)
        strips = make_cell_drawing(Terminal("256", "blocks"), answer).strips
        shown = [strip.text for strip in strips]
        for column, row, text in labels:
            assert shown[row][column : column + len(text)] == text
        assert {strip.cell_length for strip in strips} == {80}
        rows = {text.strip(): row for _, row, text in labels}
        if scope == "waveform":
            assert rows["100"] < rows["50"] < rows["0"]


async def test_both_sides_of_an_edit_are_one_picture(tmp_path: Path, viewer: ViewerClient) -> None:
    bench = CutBuilder()
    bench.add("V1", make_take(tmp_path / "a.mov", 10), 10)
    bench.add("V1", make_take(tmp_path / "b.mov", 10, first=100), 10)
    plan = bench.plan()
    asked: dict[str, Any] = {
        "plan": viewer.register_plan(plan),
        "width": 2 * WIDTH + 8,
        "height": HEIGHT,
        "frame": 9,
    }
    two = pixels(await viewer.request("frame", frames=[9, 10], **asked))
    assert two.shape == (HEIGHT, 2 * WIDTH + 8, 3)
    assert [read_number(two[:, :WIDTH]), read_number(two[:, -WIDTH:])] == [9, 100]
    asked |= {"height": 2 * HEIGHT + 8}
    four = pixels(await viewer.request("frame", frames=[9, 10, 19, None], **asked))
    assert [
        read_number(four[:HEIGHT, :WIDTH]),
        read_number(four[:HEIGHT, -WIDTH:]),
        read_number(four[-HEIGHT:, :WIDTH]),
    ] == [9, 100, 109]
    assert (four[-HEIGHT:, -WIDTH:] == MISSING).all(), "nothing comes after the last frame"
    with pytest.raises(BadInput, match=r"^5 frames"):
        await viewer.request("frame", frames=[1, 2, 3, 4, 5], **asked)


async def test_invalid_view_is_refused_and_the_viewer_continues(tmp_path: Path, viewer: ViewerClient) -> None:
    plan = film(tmp_path)
    asked: dict[str, Any] = {"plan": viewer.register_plan(plan), "frame": 1, "width": 80, "height": 48}
    for wrong, why in [
        ({"scope": "radar"}, "no scope"),
        ({"zoom": 1000}, "zoom"),
        ({"compare": "by eye"}, "no comparison"),
        ({"centre": [4, 0]}, "outside"),
        ({"ratio": "100/1"}, "ratio"),
        ({"mood": 1}, "mood"),
    ]:
        with pytest.raises(BadInput, match=why):
            await viewer.request("frame", viewing=wrong, **asked)
    assert (
        read_number(pixels(await viewer.request("frame", viewing={"zoom": 1, "thirds": False}, **asked))) == 1
    )


def test_view_settings_are_equal_after_writing() -> None:
    viewing = Viewing(
        Scope.PARADE,
        True,
        True,
        True,
        Fraction(239, 100),
        8,
        (0.25, 0.5),
        True,
        (0.1, 0.9),
        PictureComparison.WIPE,
        0.3,
    )
    assert parse_viewing(viewing.as_fields()) == viewing


async def test_files_are_viewed_like_frames(tmp_path: Path, viewer: ViewerClient) -> None:
    half = np.zeros((96, 161, 4), np.uint8)
    half[:, :80] = (*RED, 255)
    Image.fromarray(half).save(tmp_path / "half.png")
    film = make_take(tmp_path / "a.mov", 30, colour=RED, sound=tone(30, Fraction(25), level=0.5))

    async def looked_at(path: Path, viewing: Viewing, **more: Any) -> ViewerAnswer:
        asked: dict[str, Any] = {"width": 2 * WIDTH, "height": 2 * HEIGHT, **more}
        found = await viewer.request("file", path=str(path), viewing=viewing.as_fields(), **asked)
        assert found is not None
        return found

    pixel = await looked_at(film, Viewing(pixel=(0.5, 0.75)), seconds=0.4)
    assert pixel.facts["pixel"] == [80, 72]
    assert near(tuple(pixel.facts["rgb"]), RED, 4)
    matte = pixels(await looked_at(tmp_path / "half.png", Viewing(alpha=True)))
    assert (matte[50, 20] == 255).all()
    assert (matte[50, -20] == 0).all()
    assert (pixels(await looked_at(film, Viewing(alpha=True))) == 255).all(), "what has none covers wholly"
    beside = {"path": str(film), "seconds": 0.4}
    same = await looked_at(film, Viewing(compare=PictureComparison.DIFFERENCE), seconds=0.4, beside=beside)
    assert same.facts == {"differs": 0.0, "most": 0}
    other = await looked_at(
        tmp_path / "half.png", Viewing(compare=PictureComparison.DIFFERENCE), beside=beside
    )
    assert other.facts["differs"] > 0.3
    loud = Viewing(scope=Scope.LOUDNESS, large=True)
    heard, silent = [
        pixels(await looked_at(path, loud, seconds=1.0)) for path in (film, tmp_path / "half.png")
    ]
    assert heard[:, -5:].astype(int).sum() > 2 * silent[:, -5:].astype(int).sum()


async def test_loudness_of_a_replaced_file_is_measured_again(tmp_path: Path, viewer: ViewerClient) -> None:
    path, bench = tmp_path / "a.mov", CutBuilder()
    make_take(path, 30, colour=RED, sound=tone(30, Fraction(25), level=0.5))
    bench.add("V1", path, 30)
    key = viewer.register_plan(bench.plan())

    async def graphs() -> list[NDArray[np.uint8]]:
        loud = Viewing(scope=Scope.LOUDNESS, large=True)
        asked: dict[str, Any] = {"viewing": loud.as_fields(), "width": 2 * WIDTH, "height": 2 * HEIGHT}
        of_file = pixels(await viewer.request("file", path=str(path), seconds=1.0, **asked))
        return [of_file, pixels(await viewer.request("frame", plan=key, frame=24, **asked))]

    before = await graphs()
    make_take(tmp_path / "b.mov", 30, colour=RED, sound=tone(30, Fraction(25), level=0.01)).replace(path)
    for loud, quiet in zip(before, await graphs(), strict=True):
        assert (loud != quiet).any()
