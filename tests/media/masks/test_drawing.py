"""Drawings as values: objects, acts at frames, what is combined, found, followed; laid over a picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.media.masks import drawing as values
from milimo_tui.media.masks.acts import Found, Grow, Invert, Stroke, box
from milimo_tui.media.masks.drawing import Clicked, Drawing, added, combined, done, files_named, found, read
from milimo_tui.media.masks.drawn import Drawn, mask_of
from milimo_tui.media.masks.overlay import laid
from milimo_tui.media.masks.overlay_values import LOOKS, Overlay

SIZE = (40, 30)


def begun(frames: int = 1) -> Drawing:
    drawing, _ = added(Drawing(width=SIZE[0], height=SIZE[1], frames=frames), "coin")
    return drawing


def test_objects_have_numbers_of_their_own_and_colours_in_turn() -> None:
    drawing, two = added(begun())
    assert (two.number, two.colour) == (2, "amber")
    gone = values.without(drawing, 1)
    again, three = added(gone)
    assert three.number == 3
    with pytest.raises(NotFound, match="no object 1"):
        again.object(1)
    for _ in range(values.MOST_OBJECTS - 2):
        again, _ = added(again)
    with pytest.raises(BadInput, match="64 objects"):
        added(again)


def test_what_another_object_was_counts_and_not_what_becomes_of_it() -> None:
    drawing, _ = added(done(begun(), 1, 0, box(0, 0, 20, 20)))
    drawing = done(drawing, 2, 0, box(10, 10, 30, 30))
    drawing = combined(drawing, 1, 2, 0, "subtract")
    later = done(drawing, 2, 0, Invert())
    with Drawn(*SIZE) as drawn:
        before = drawn.object(drawing.object(1), 0)
        assert before[5, 5] == 255
        assert before[15, 15] == 0
        np.testing.assert_array_equal(drawn.object(later.object(1), 0), before)
    with pytest.raises(BadInput, match="no other than itself"):
        combined(drawing, 1, 1, 0, "add")


def test_a_key_begins_with_what_was_followed_there_and_stands_at_its_frame(tmp_path: Path) -> None:
    drawing = values.tracked(begun(5), {1: "/moving.mov"})
    assert drawing.object(1).acts_at(3) == (Found(file="/moving.mov", frame=3),)
    drawing = done(drawing, 1, 3, Grow(pixels=2))
    assert drawing.object(1).acts_at(3) == (Found(file="/moving.mov", frame=3), Grow(pixels=2))
    assert drawing.object(1).acts_at(2) == (Found(file="/moving.mov", frame=2),)
    assert drawing.key_frames() == (3,)
    assert files_named(drawing) == {"/moving.mov"}
    moved = values.with_files(drawing, {"/moving.mov": "/there.mov"})
    assert files_named(moved) == {"/there.mov"}
    assert read(moved.model_dump_json()) == moved


def test_what_a_model_finds_anew_goes_under_what_was_drawn(tmp_path: Path) -> None:
    for name, level in (("one", 0), ("two", 255)):
        Image.fromarray(np.full(SIZE[::-1], level, np.uint8)).save(tmp_path / f"{name}.png")
    stroke = Stroke(points=((5.5, 5.5),), radius=2)
    drawing = done(found(begun(), 1, 0, str(tmp_path / "one.png")), 1, 0, stroke)
    drawing = found(drawing, 1, 0, str(tmp_path / "two.png"))
    assert drawing.object(1).acts_at(0) == (Found(file=str(tmp_path / "two.png")), stroke)
    assert (mask_of(drawing.object(1).acts_at(0), *SIZE) == 255).all()
    with pytest.raises(NotFound):
        mask_of((Found(file=str(tmp_path / "gone.png")),), *SIZE)


def test_the_box_that_clicks_correct_is_that_before_the_first_of_them() -> None:
    drawing = values.clicked(begun(), 1, 0, Clicked(at=(3.5, 3.5)), (1, 2, 10, 12))
    drawing = values.clicked(drawing, 1, 0, Clicked(at=(9.5, 3.5), belongs=False), (0, 0, 40, 30))
    key = drawing.object(1).key(0)
    assert key is not None
    assert key.box == (1.0, 2.0, 10.0, 12.0)
    assert [click.belongs for click in key.clicks] == [True, False]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"width":0,"height":3}', '{"width":3,"height":3,"objects":[{"number":1},{"number":1}]}',
     '{"width":3,"height":3,"objects":[{"number":1,"keys":[{"acts":[{"do":"stroke","points":[],"radius":1}]}]}]}'],
)  # fmt: skip
def test_what_is_no_drawing_is_a_sentence(text: str) -> None:
    with pytest.raises(BadInput, match="no drawing"):
        read(text)


@pytest.mark.parametrize("look", LOOKS)
def test_a_drawing_is_laid_over_its_picture_in_every_look(look: str) -> None:
    drawing = done(begun(), 1, 0, box(10, 10, 30, 25))
    grey = np.full((*SIZE[::-1], 3), 100, np.uint8)
    over = Overlay.model_validate({"drawing": drawing, "look": look, "hand": 1, "cross": (20, 15)})
    with Drawn(*SIZE) as drawn:
        seen, labels, boxes = laid(
            grey, over, drawn, lambda raster: raster, lambda spot: (int(spot[0]), int(spot[1])), 2
        )
    assert boxes == {"1": [10, 10, 30, 25]}
    assert (20, 15, "┼") in labels
    inside = seen[17, 20].tolist()
    if look == "alone":
        assert inside == [255, 255, 255]
        assert seen[2, 2].tolist() == [0, 0, 0]
    else:
        assert seen[2, 2].tolist() == [100, 100, 100]
        assert (10, 10, "1") in labels
        assert seen[10, 20].tolist() != [100, 100, 100]  # its edge
        assert (inside == [100, 100, 100]) == (look == "outlined")
