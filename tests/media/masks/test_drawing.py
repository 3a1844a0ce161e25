"""Test mask drawings as values: objects, actions at frames, combining, detecting, tracking, and drawing the
masks over a picture.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.media.masks import drawing as values
from milimo_tui.media.masks.acts import CombineMode, FoundMask, Grow, Invert, Stroke, make_box_shape
from milimo_tui.media.masks.drawing import (
    MaskClick,
    MaskDrawing,
    add_mask_action,
    add_mask_object,
    combine_mask_objects,
    list_drawing_files,
    parse_mask_drawing,
    set_found_mask,
)
from milimo_tui.media.masks.drawn import MaskRenderer, render_acts
from milimo_tui.media.masks.overlay import draw_mask_overlay
from milimo_tui.media.masks.overlay_values import MaskLook, MaskOverlay

SIZE = (40, 30)


def begun(frames: int = 1) -> MaskDrawing:
    drawing, _ = add_mask_object(MaskDrawing(width=SIZE[0], height=SIZE[1], frames=frames), "coin")
    return drawing


def test_objects_have_their_own_numbers_and_colours() -> None:
    drawing, two = add_mask_object(begun())
    assert (two.number, two.colour) == (2, "amber")
    gone = values.remove_mask_object(drawing, 1)
    again, three = add_mask_object(gone)
    assert three.number == 3
    with pytest.raises(NotFound, match="no object 1"):
        again.get_object(1)
    for _ in range(values.MOST_OBJECTS - 2):
        again, _ = add_mask_object(again)
    with pytest.raises(BadInput, match="64 objects"):
        add_mask_object(again)


def test_copy_of_another_object_does_not_follow_it() -> None:
    drawing, _ = add_mask_object(add_mask_action(begun(), 1, 0, make_box_shape(0, 0, 20, 20)))
    drawing = add_mask_action(drawing, 2, 0, make_box_shape(10, 10, 30, 30))
    drawing = combine_mask_objects(drawing, 1, 2, 0, CombineMode.SUBTRACT)
    later = add_mask_action(drawing, 2, 0, Invert())
    with MaskRenderer(*SIZE) as drawn:
        before = drawn.render_object_mask(drawing.get_object(1), 0)
        assert before[5, 5] == 255
        assert before[15, 15] == 0
        np.testing.assert_array_equal(drawn.render_object_mask(later.get_object(1), 0), before)
    with pytest.raises(BadInput, match="object 1 can't"):
        combine_mask_objects(drawing, 1, 1, 0, CombineMode.ADD)


def test_keyframe_starts_with_the_tracked_mask_of_its_frame(tmp_path: Path) -> None:
    drawing = values.set_tracked_files(begun(5), {1: "/moving.mov"})
    assert drawing.get_object(1).acts_at(3) == (FoundMask(file="/moving.mov", frame=3),)
    drawing = add_mask_action(drawing, 1, 3, Grow(pixels=2))
    assert drawing.get_object(1).acts_at(3) == (FoundMask(file="/moving.mov", frame=3), Grow(pixels=2))
    assert drawing.get_object(1).acts_at(2) == (FoundMask(file="/moving.mov", frame=2),)
    assert drawing.key_frames() == (3,)
    assert list_drawing_files(drawing) == {"/moving.mov"}
    moved = values.replace_drawing_files(drawing, {"/moving.mov": "/there.mov"})
    assert list_drawing_files(moved) == {"/there.mov"}
    assert parse_mask_drawing(moved.model_dump_json()) == moved


def test_new_result_of_a_model_goes_below_what_was_drawn(tmp_path: Path) -> None:
    for name, level in (("one", 0), ("two", 255)):
        Image.fromarray(np.full(SIZE[::-1], level, np.uint8)).save(tmp_path / f"{name}.png")
    stroke = Stroke(points=((5.5, 5.5),), radius=2)
    drawing = add_mask_action(set_found_mask(begun(), 1, 0, str(tmp_path / "one.png")), 1, 0, stroke)
    drawing = set_found_mask(drawing, 1, 0, str(tmp_path / "two.png"))
    assert drawing.get_object(1).acts_at(0) == (FoundMask(file=str(tmp_path / "two.png")), stroke)
    assert (render_acts(drawing.get_object(1).acts_at(0), *SIZE) == 255).all()
    with pytest.raises(NotFound):
        render_acts((FoundMask(file=str(tmp_path / "gone.png")),), *SIZE)


def test_clicks_correct_the_box_before_the_first_of_them() -> None:
    drawing = values.add_mask_click(begun(), 1, 0, MaskClick(at=(3.5, 3.5)), (1, 2, 10, 12))
    drawing = values.add_mask_click(drawing, 1, 0, MaskClick(at=(9.5, 3.5), belongs=False), (0, 0, 40, 30))
    key = drawing.get_object(1).key(0)
    assert key is not None
    assert key.box == (1.0, 2.0, 10.0, 12.0)
    assert [click.belongs for click in key.clicks] == [True, False]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"width":0,"height":3}', '{"width":3,"height":3,"objects":[{"number":1},{"number":1}]}',
     '{"width":3,"height":3,"objects":[{"number":1,"keys":[{"acts":[{"do":"stroke","points":[],"radius":1}]}]}]}'],
)  # fmt: skip
def test_invalid_drawing_is_one_sentence(text: str) -> None:
    with pytest.raises(BadInput, match="drawing"):
        parse_mask_drawing(text)


@pytest.mark.parametrize("look", MaskLook)
def test_drawing_is_laid_over_its_picture_in_every_style(look: str) -> None:
    drawing = add_mask_action(begun(), 1, 0, make_box_shape(10, 10, 30, 25))
    grey = np.full((*SIZE[::-1], 3), 100, np.uint8)
    over = MaskOverlay.model_validate({"drawing": drawing, "look": look, "hand": 1, "cross": (20, 15)})
    with MaskRenderer(*SIZE) as drawn:
        seen, labels, boxes = draw_mask_overlay(
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
        assert seen[10, 20].tolist() != [100, 100, 100]  # this pixel is on the outline of the object
        assert (inside == [100, 100, 100]) == (look == "outlined")
