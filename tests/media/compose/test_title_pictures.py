"""Test the pixels of titles with styles, film grain and vignettes: sizes, rolling credits and backgrounds.
The grain is the same in every render.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milimo_tui.cut.plan.plan import Media
from milimo_tui.cut.values.effects import Effects, Title
from milimo_tui.cut.values.title_styles import STYLES
from milimo_tui.media.compose.layers import LayerSources
from milimo_tui.media.encode.take_file import write_take
from milimo_tui.media.picture import titles
from milimo_tui.media.picture.colour import to_rgb
from tests.media.material import make_take
from tests.media.stretch_frames import FRAMES, HEIGHT, WIDTH, close, composed, flat, layer, plan_of, seen


def rows_of(title: Title, width: int = 480, height: int = 270) -> list[tuple[int, int]]:
    """Return the pixel rows [first, last) of each line of a title, from the top."""
    alpha = np.asarray(titles.draw_title(title, width, height))[:, :, 3]
    inked = alpha.max(axis=1) > 60
    edges = np.flatnonzero(np.diff(np.concatenate([[0], inked.astype(int), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def test_lines_after_the_first_have_their_own_size() -> None:
    (first, second) = rows_of(Title(text="HHHH\nHHHH", size=0.2, lines=0.5))
    assert second[1] - second[0] < 0.65 * (first[1] - first[0])
    alike = rows_of(Title(text="HHHH\nHHHH", size=0.2))
    assert alike[0][1] - alike[0][0] == alike[1][1] - alike[1][0]


def test_each_style_is_in_its_position() -> None:
    wide, high = 480, 270
    places = {}
    for style in STYLES.values():
        if style.title.roll or style.title.fills:
            continue
        alpha = np.asarray(titles.draw_title(style.create_title("Mara"), wide, high))[:, :, 3]
        rows, columns = np.nonzero(alpha > 60)
        places[style.name] = (rows.mean() / high, columns.mean() / wide)
    assert places["lower third"][0] > 0.75
    assert places["lower third"][1] < 0.35
    assert places["subtitle"][0] > 0.8
    assert abs(places["subtitle"][1] - 0.5) < 0.02
    card = np.asarray(titles.draw_title(STYLES["card"].create_title("Mara"), wide, high))
    assert (card[:, :, 3] == 255).all(), "a card hides what lies below"


def test_credits_enter_from_below_and_leave_at_the_top() -> None:
    words = Title(text="Mara\nJun\nOld Tam", size=0.1, roll=True)
    title = Media(kind="title")

    def middle(frame: int) -> float | None:
        picture = seen(layer(title, effects=Effects(title=words)), frame=frame)
        rows = np.nonzero(picture.max(axis=2) > 100)[0]
        return float(rows.mean()) if rows.size else None

    at = [middle(frame) for frame in range(FRAMES)]
    there = [each for each in at if each is not None]
    assert len(there) > FRAMES // 2
    assert there == sorted(there, reverse=True), "always upwards"
    assert there[0] > HEIGHT * 0.7
    assert there[-1] < HEIGHT * 0.3


def test_grain_moves_repeatably_and_leaves_colour(tmp_path: Path) -> None:
    grey = layer(flat(tmp_path, "grey", (120, 120, 120)), grain=0.5)
    first, again, other = seen(grey, frame=3), seen(grey, frame=3), seen(grey, frame=4)
    assert (first == again).all()
    assert (first != other).any()
    assert 4 < first.std() < 30
    assert abs(first.mean() - 120) < 2
    assert np.abs(first.astype(int).max(axis=2) - first.astype(int).min(axis=2)).max() <= 3
    black = seen(layer(flat(tmp_path, "black", (0, 0, 0)), grain=0.5))
    assert black.mean() < first.std(), "there is less of it in black"


def test_grain_of_a_cropped_picture_is_that_of_the_complete_picture(tmp_path: Path) -> None:
    """The crop begins shortly before the end of the noise field, which is 512 pixels wide and high."""
    path = flat(tmp_path, "grey", (120, 120, 120), 1280, 720)

    def shown(**values: Any) -> NDArray[np.uint8]:
        plan = plan_of(layer(path, grain=0.5, **values), width=1280, height=720)
        return to_rgb(composed(plan, frame=3).frame)

    cropped = shown(crop_left=500 / 1280, crop_top=504 / 720)
    assert (cropped[504:, 500:] == shown()[504:, 500:]).all()


def test_vignette_darkens_corners_and_leaves_the_middle(tmp_path: Path) -> None:
    picture = seen(layer(flat(tmp_path, "grey", (160, 160, 160)), vignette=0.8))
    middle = picture[HEIGHT // 2 - 4 : HEIGHT // 2 + 4, WIDTH // 2 - 8 : WIDTH // 2 + 8]
    assert close(middle, (160, 160, 160))
    assert picture[:4, :4].mean() < 80


def test_frames_between_two_pictures_are_mixed_on_request(tmp_path: Path) -> None:
    path = tmp_path / "steps.mov"
    levels = [40, 200, 40, 200]
    write_take(
        path,
        (np.full((HEIGHT, WIDTH, 3), level, np.uint8) for level in levels),
        width=WIDTH,
        height=HEIGHT,
        rate=Fraction(25),
        frames=4,
    )
    media = Media(kind="video", path=str(path), seconds=Fraction(4, 25))

    def light(frame: int, *, blended: bool = False) -> float:
        plan = plan_of(layer(media, speed=Fraction(1, 4), blended=blended))
        return float(to_rgb(composed(plan, frame).frame).mean())

    assert abs(light(0, blended=True) - 40) < 6
    assert abs(light(2, blended=True) - 120) < 8, "half way from the one to the other"
    assert abs(light(2) - 40) < 6, "else the nearest before"
    assert abs(light(3, blended=True) - 160) < 8


def test_sources_draw_the_words_of_a_roll_once(tmp_path: Path) -> None:
    make_take(tmp_path / "t.mov", 2)
    sources = LayerSources(WIDTH, HEIGHT)
    rolling = layer(Media(kind="title"), effects=Effects(title=Title(text="Mara", roll=True)))
    first = sources.picture(rolling, Fraction(0), 0.4)
    assert first.key is None, "no two frames are alike"
    sources.close()
