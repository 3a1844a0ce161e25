"""Test transitions, titles, compound clips and time: which pictures are visible, where, and how strongly."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from milimo_tui.core.errors import Failed
from milimo_tui.cut.plan.plan import Media, PlanLayer, PlanTransition
from milimo_tui.cut.values.effects import Title
from milimo_tui.media.compose.frame import compose
from milimo_tui.media.compose.layers import LayerSources
from milimo_tui.media.picture import fonts, titles
from milimo_tui.media.picture.colour import Rgb, to_rgb
from tests.media.material import make_take, read_number
from tests.media.stretch_frames import (
    FRAMES,
    HEIGHT,
    WIDTH,
    close,
    composed,
    flat,
    layer,
    plan_of,
    saved,
    seen,
)

RED, BLUE, GREEN = (180, 50, 50), (40, 60, 200), (40, 160, 60)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    at = tmp_path_factory.mktemp("stills")
    for name, rgb in {"red": RED, "blue": BLUE, "green": GREEN}.items():
        flat(at, name, rgb)
    ramp = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    ramp[..., 0] = np.linspace(20, 220, WIDTH).round()
    ramp[..., 1] = np.linspace(20, 220, HEIGHT).round()[:, None]
    saved(at, "ramp", ramp)
    return at


def joined(
    folder: Path, kind: str, left: str | None = "red", right: str | None = "blue", **values: object
) -> PlanTransition:
    sides = {
        name: None if side is None else layer(folder / f"{side}.png", side)
        for name, side in {"left": left, "right": right}.items()
    }
    return PlanTransition.model_validate({"kind": kind, "frames": FRAMES, **sides, **values})


def between(share: float, one: tuple[int, ...] = RED, other: tuple[int, ...] = BLUE) -> tuple[float, ...]:
    return tuple(a + share * (b - a) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("frame", [0, 6, 10, 19])
def test_dissolve_mixes_both_pictures_by_time(folder: Path, frame: int) -> None:
    assert close(seen(joined(folder, "dissolve"), frame=frame), between((frame + 0.5) / 20), 1.5)


def test_part_of_a_transition_continues_where_it_was_divided(folder: Path) -> None:
    part = joined(folder, "dissolve", frames=40, offset=15)
    assert close(seen(part, frame=4), between(19.5 / 40), 1.5)


def test_dip_goes_through_its_colour(folder: Path) -> None:
    dip = joined(folder, "dip", colour="#ffffff")
    assert close(seen(dip, frame=4), between(0.45, RED, (255, 255, 255)))
    assert close(seen(dip, frame=15), between(0.45, BLUE, (255, 255, 255)))
    assert close(seen(joined(folder, "dip", frames=21), frame=10), (0, 0, 0)), "wholly, at its middle"


def test_dip_requests_no_hidden_picture(folder: Path) -> None:
    lost = layer(folder / "lost.png", "lost")
    dip = joined(folder, "dip").model_copy(update={"right": lost})
    assert close(seen(dip, frame=4), between(0.45, RED, (0, 0, 0)))
    with pytest.raises(Failed, match="lost"):
        seen(dip, frame=10)


@pytest.mark.parametrize("direction", ["left", "right", "up", "down"])
@pytest.mark.parametrize("kind", ["wipe", "push"])
def test_directions_are_where_the_edge_goes(folder: Path, kind: str, direction: str) -> None:
    """After a quarter of the transition, the new picture fills the quarter of the frame from which it
    enters.
    """
    picture = seen(joined(folder, kind, frames=10, direction=direction), frame=2)
    turned = {"right": picture, "left": picture[:, ::-1]}.get(direction)
    if turned is None:
        turned = np.swapaxes(picture if direction == "down" else picture[::-1], 0, 1)
    edge = turned.shape[1] // 4
    assert close(turned[:, : edge - 2], BLUE)
    assert close(turned[:, edge + 2 :], RED)


def test_soft_wipe_has_an_edge_of_its_width(folder: Path) -> None:
    row = seen(joined(folder, "wipe", softness=0.5), frame=10)[48, :, 2].astype(float)
    share = (row - RED[2]) / (BLUE[2] - RED[2])
    wanted = np.clip((10.5 / 20 * 1.5 - (np.arange(WIDTH) + 0.5) / WIDTH) / 0.5, 0, 1)
    assert np.abs(share - wanted).max() < 0.02


def test_wipe_starts_and_ends_complete(folder: Path) -> None:
    for softness in (0.0, 0.4):
        wipe = joined(folder, "wipe", softness=softness, frames=1000)
        assert close(seen(wipe)[:, 4:], RED)
        assert close(seen(wipe.model_copy(update={"offset": 999}))[:, :-4], BLUE)


def test_push_moves_both_pictures(folder: Path) -> None:
    still = seen(layer(folder / "ramp.png"))
    picture = seen(joined(folder, "push", "ramp", "ramp", frames=10, direction="left"), frame=2)
    assert np.abs(picture[:, :120].astype(int) - still[:, 40:]).max() <= 1
    assert np.abs(picture[:, 120:].astype(int) - still[:, :40]).max() <= 1


@pytest.mark.parametrize("kind", ["dissolve", "dip", "wipe", "push"])
def test_missing_side_shows_what_is_below(folder: Path, kind: str) -> None:
    below = layer(folder / "green.png")
    comes = joined(folder, kind, None, "red", frames=1001)
    assert close(seen(below, comes)[:, 8:], GREEN)
    assert close(seen(below, comes.model_copy(update={"offset": 1000}))[:, :-8], RED)
    goes = joined(folder, kind, "red", None, frames=1001)
    assert close(seen(below, goes)[:, 8:], RED)
    assert close(seen(below, goes.model_copy(update={"offset": 1000}))[:, :-8], GREEN)


def test_layers_below_a_transition_of_small_pictures_do_not_move(folder: Path) -> None:
    below = layer(folder / "green.png")
    for kind in ("dissolve", "dip", "push", "wipe"):
        small = {
            side: layer(folder / f"{name}.png", name, scale=0.5)
            for side, name in {"left": "red", "right": "blue"}.items()
        }
        meeting = PlanTransition.model_validate({"kind": kind, "frames": 10, "direction": "right", **small})
        picture = seen(below, meeting, frame=3)
        assert close(picture[:24], GREEN), kind
        assert close(picture[72:], GREEN), kind


def test_pictures_of_a_transition_keep_their_opacity(folder: Path) -> None:
    half = layer(folder / "red.png", opacity=0.5)
    meeting = PlanTransition(kind="dissolve", left=half, right=half, frames=10)
    assert close(seen(layer(folder / "green.png"), meeting, frame=3), between(0.5, GREEN, RED), 1.5)


@pytest.fixture(scope="module")
def take(tmp_path_factory: pytest.TempPathFactory) -> Media:
    path = make_take(tmp_path_factory.mktemp("takes") / "a.mov", 40, first=100)
    return Media(kind="video", path=str(path), title="a", rate=Fraction(25))


def numbers(
    *layers: PlanLayer | PlanTransition, rate: Fraction = Fraction(25), frames: int = 12
) -> list[int]:
    plan = plan_of(*layers, rate=rate, frames=frames)
    sources = LayerSources(plan.width, plan.height)
    made = [compose(plan, plan.stretches[0], frame, sources) for frame in range(frames)]
    sources.close()
    return [read_number(to_rgb(each.frame)) for each in made]


def test_speed_reverse_and_freeze_show_the_right_frames(take: Media) -> None:
    at = Fraction(20, 25)
    assert numbers(layer(take, source_in=at)) == list(range(120, 132))
    assert numbers(layer(take, source_in=at, speed=Fraction(1, 2))) == [120 + k // 2 for k in range(12)]
    assert numbers(layer(take, source_in=at, speed=Fraction(3, 2))) == [120 + k * 3 // 2 for k in range(12)]
    assert numbers(layer(take, source_in=at, speed=Fraction(-1))) == list(range(120, 108, -1))
    assert numbers(layer(take, source_in=at, speed=Fraction(0))) == [120] * 12


def test_plain_picture_is_passed_on_as_decoded(take: Media) -> None:
    made = composed(plan_of(layer(take)))
    assert not made.composited
    assert made.frame.pts is not None, "it is the decoder's own"
    covered = composed(plan_of(layer(take, "below", scale=0.5), layer(take)))
    assert not covered.composited
    assert composed(plan_of(layer(take, opacity=0.99))).composited
    assert composed(plan_of(layer(take, scale=1.5))).composited


def test_compound_clip_shows_its_own_film(take: Media) -> None:
    """A compound clip shows its cut at that cut's own rate and raster. The numbers in the pictures identify
    them.
    """
    inner = plan_of(layer(take), rate=Fraction(25), frames=40)
    compound = Media(kind="cut", plan=inner, title="scene")
    assert numbers(layer(compound, source_in=Fraction(4, 25))) == list(range(104, 116))
    assert numbers(layer(compound), rate=Fraction(50)) == [100 + k // 2 for k in range(12)]
    assert numbers(layer(compound), rate=Fraction(30000, 1001))[:7] == [
        100 + int(k * 25 * 1001 / 30000) for k in range(7)
    ]
    beyond = layer(compound, source_in=Fraction(36, 25))
    assert numbers(beyond)[-1] == 139, "past its end the last picture stands"


def test_compound_clip_is_nested_and_has_effects(folder: Path) -> None:
    inner = plan_of(layer(folder / "red.png"), layer(folder / "blue.png", scale=0.5))
    middle = plan_of(layer(Media(kind="cut", plan=inner, title="inner")), width=96, height=96)
    outer = seen(layer(folder / "green.png"), layer(Media(kind="cut", plan=middle, title="middle")))
    assert close(outer[:, :30], GREEN)
    assert close(outer[:14, 40:120], (0, 0, 0))
    assert close(outer[21:29, 40:120], RED)
    assert close(outer[42:54, 60:100], BLUE)
    turned = seen(layer(Media(kind="cut", plan=inner, title="inner"), flip_h=True, gain=0.5))
    assert close(turned[:20], tuple(level / 2 for level in RED))


def test_fault_in_a_compound_clip_names_both(tmp_path: Path) -> None:
    lost = Media(kind="video", path=str(tmp_path / "lost.mov"), title="lost")
    compound = Media(kind="cut", plan=plan_of(layer(lost)), title="scene 2")
    with pytest.raises(Failed, match=r"clip “scene 2” at 00:00:00:05: clip “lost” at 00:00:00:05: lost\.mov"):
        composed(plan_of(layer(compound)), 5)


def test_empty_compound_clip_is_black() -> None:
    assert close(seen(layer(Media(kind="cut", plan=plan_of(frames=0), title="empty"))), (0, 0, 0))


def titled(folder: Path, **values: object) -> Rgb:
    """Return the picture of a title over red."""
    words = Title(**values)  # type: ignore[arg-type]
    return seen(layer(folder / "red.png"), layer(Media(kind="title", title="t"), "t", title=words))


def lit(picture: Rgb) -> tuple[int, int, int, int]:
    """Return the box (left, top, right, bottom) of all pixels that are not red."""
    marked = np.abs(picture.astype(int) - RED).max(axis=2) > 20
    rows, columns = np.flatnonzero(marked.any(axis=1)), np.flatnonzero(marked.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]), int(rows[-1])


def test_title_is_placed_as_requested(folder: Path) -> None:
    for align in ("left", "centre", "right"):
        for place in ("top", "middle", "bottom"):
            left, top, right, bottom = lit(titled(folder, text="RAIN", size=0.2, align=align, place=place))
            assert left >= 0.04 * WIDTH
            assert right <= 0.96 * WIDTH
            assert top >= 0.04 * HEIGHT
            assert bottom <= 0.96 * HEIGHT
            across, down = (left + right) / 2 / WIDTH, (top + bottom) / 2 / HEIGHT
            assert (across < 0.4, 0.45 < across < 0.55, across > 0.6)[
                ("left", "centre", "right").index(align)
            ]
            assert (down < 0.35, 0.4 < down < 0.6, down > 0.65)[("top", "middle", "bottom").index(place)]


def test_title_has_its_size_colour_and_background(folder: Path) -> None:
    small, large = (lit(titled(folder, text="HHH", size=size)) for size in (0.1, 0.4))
    assert (large[3] - large[1]) / (small[3] - small[1]) == pytest.approx(4, rel=0.2)
    picture = titled(folder, text="I", size=0.5, colour="#00ff00", background="#0000ff")
    left, top, right, bottom = lit(picture)
    assert close(picture[top + 1 : top + 4, left + 1 : right - 1], (0, 0, 255), 4)
    greens = picture[top:bottom, left:right]
    assert (np.abs(greens.astype(int) - (0, 255, 0)).max(axis=2) < 30).any()


def test_long_title_is_wrapped_and_lines_are_kept(folder: Path) -> None:
    wrapped = lit(titled(folder, text="the rain over Lisbon ends before morning", size=0.2))
    assert wrapped[3] - wrapped[1] > 0.3 * HEIGHT
    two = lit(titled(folder, text="one\ntwo", size=0.12))
    assert two[3] - two[1] > 0.2 * HEIGHT


def test_font_family_is_found_by_fontconfig_or_replaced(folder: Path) -> None:
    plain = titled(folder, text="Rain", size=0.3)
    assert np.array_equal(titled(folder, text="Rain", size=0.3, font="no such family"), plain)
    path = fonts.family("DejaVu Serif")
    if path:
        assert not np.array_equal(titled(folder, text="Rain", size=0.3, font="DejaVu Serif"), plain)
    assert fonts.family("") == ""


def test_empty_title_is_transparent_and_a_wrong_colour_is_reported(folder: Path) -> None:
    assert close(titled(folder, text=" "), RED)
    with pytest.raises(Failed, match="clip “t” at 00:00:00:00: “reddish” is not a colour"):
        titled(folder, text="x", colour="reddish")
    assert titles.colour("#ff000080") == (255, 0, 0, 128)


def test_title_is_transparent_around_its_words() -> None:
    image = titles.draw_title(Title(text="Rain"), WIDTH, HEIGHT)
    assert isinstance(image, Image.Image)
    alpha = np.asarray(image)[..., 3]
    assert alpha[0].max() == 0
    assert 0 < (alpha > 0).mean() < 0.2
