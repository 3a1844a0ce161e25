"""Test of drawn masks on the command line, through the real supervisor and worker: drawing, correcting,
tracking through a clip with a tiny SAM 3, PNG output and bad input.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.engines.sam3.test_masks import FRAMES, HEIGHT, WIDTH, Set, moving, stage, still
from tests.engines.tiny_home import tiny

__all__ = ["stage", "tiny"]

PHOTO = (161, 91)


@pytest.mark.long("models")
def test_row_50_mask_is_drawn_by_brush_box_and_lasso_and_opened_again(stage: Set) -> None:
    answer = stage.ask(
        "picture", "mask", "draw", "photo.png", "--act", "box 20,10,60,50", "--act", "unbox 30,20,40,30",
        "--act", "2: brush 4 100,60 120,60", "--name", "1=coin", "--colour", "2=lime",
    )  # fmt: skip
    whole = still(answer["path"], PHOTO)
    assert whole[15, 25] == 255
    assert whole[25, 35] == 0
    assert whole[60, 110] == 255
    assert not whole[80:].any()
    assert [one["label"] for one in answer["objects"]] == ["coin", ""]
    # A drawn mask opens again with its objects, and editing continues from there.
    was = stage.ask("picture", "mask", "open", answer["id"])
    assert [one["colour"] for one in was["drawing"]["objects"]] == ["rose", "lime"]
    again = stage.ask(
        "picture", "mask", "draw", "--mask", answer["id"], "--act", "fill", "--act", "2: grow 2"
    )
    mended = still(again["path"], PHOTO)
    assert mended[25, 35] == 255
    assert (mended >= whole).all()
    assert mended.sum() > whole.sum()
    assert still(answer["path"], PHOTO).sum() == whole.sum()  # the earlier mask is unchanged


@pytest.mark.long("models")
def test_row_54_objects_are_joined_separated_and_left_out(stage: Set) -> None:
    acts = ("--act", "box 10,10,50,50", "--act", "2: box 30,30,70,70")
    both = still(stage.ask("picture", "mask", "draw", "photo.png", *acts)["path"], PHOTO)
    less = still(
        stage.ask("picture", "mask", "draw", "photo.png", *acts, "--act", "subtract 2", "--off", "2")["path"],
        PHOTO,
    )
    assert both[40, 40] == 255
    assert less[40, 40] == 0
    assert less[20, 20] == 255
    assert not less[60:].any()
    turned = stage.ask("picture", "mask", "draw", "photo.png", *acts, "--act", "invert", "--off", "2")
    np.testing.assert_array_equal(still(turned["path"], PHOTO)[:5], np.full((5, PHOTO[0]), 255, np.uint8))


@pytest.mark.long("models")
def test_mask_of_a_model_is_corrected_by_user(stage: Set) -> None:
    found = stage.segment("--point", "30,30")
    before = still(found["path"], PHOTO)
    answer = stage.ask("picture", "mask", "draw", "--mask", found["id"], "--act", "box 100,60,120,80")
    after = still(answer["path"], PHOTO)
    assert (after[60:80, 100:120] == 255).all()
    outside = np.ones(after.shape, bool)
    outside[60:80, 100:120] = False
    np.testing.assert_array_equal(after[outside], before[outside])


@pytest.mark.long("models")
def test_row_53_drawn_mask_is_tracked_both_ways_corrected_and_tracked_again(stage: Set) -> None:
    drawn = stage.ask("picture", "mask", "draw", "clip.mov", "--frame", "4", "--act", "box 20,16,60,48")
    assert still(drawn["path"], (WIDTH, HEIGHT))[20, 30] == 255
    followed = stage.track("--mask", drawn["id"])
    masks = moving(followed["path"])
    assert len(masks) == FRAMES
    # The drawn frame keeps the drawing
    np.testing.assert_array_equal(masks[4], still(drawn["path"], (WIDTH, HEIGHT)))
    # A tracked mask opens with its tracked frames, and a correction at a frame replaces the tracked mask
    # there.
    mended = stage.ask(
        "picture", "mask", "draw", "--mask", followed["id"], "--frame", "7", "--act", "box 0,0,10,10"
    )
    kept = moving(mended["path"])
    assert (kept[7][:10, :10] == 255).all()
    for number in set(range(FRAMES)) - {7}:
        np.testing.assert_array_equal(kept[number], masks[number])
    again = moving(stage.track("--mask", mended["id"], "--direction", "forward")["path"])
    np.testing.assert_array_equal(again[7], kept[7])
    np.testing.assert_array_equal(again[4], masks[4])
    assert not again[3].any()  # tracking runs forward from the first drawn frame


@pytest.mark.long("models")
def test_mask_is_written_as_png_files(stage: Set) -> None:
    answer = stage.ask("picture", "mask", "draw", "photo.png", "--act", "box 10,10,50,50")
    stage.ask("picture", "mask", "export", answer["id"], "out.png")
    np.testing.assert_array_equal(still(str(stage.folder / "out.png"), PHOTO), still(answer["path"], PHOTO))
    drawn = stage.ask("picture", "mask", "draw", "clip.mov", "--act", "box 20,16,60,48")
    followed = stage.track("--mask", drawn["id"])
    stage.ask("picture", "mask", "export", followed["id"], "frames", "--frames", "2..5")
    files = sorted((stage.folder / "frames").iterdir())
    assert [file.name for file in files] == ["0002.png", "0003.png", "0004.png", "0005.png"]
    np.testing.assert_array_equal(np.asarray(Image.open(files[0])), moving(followed["path"])[2])


@pytest.mark.parametrize(
    "words",
    [
        ("draw",),
        ("draw", "photo.png"),
        ("draw", "photo.png", "--act", "paint 3 1,1"),
        ("draw", "photo.png", "--act", "brush 0 1,1"),
        ("draw", "photo.png", "--act", "brush nan 1,1"),
        ("draw", "photo.png", "--act", "lasso 1,1 2,2"),
        ("draw", "photo.png", "--act", "box 1,1,2"),
        ("draw", "photo.png", "--act", "grow 9999"),
        ("draw", "photo.png", "--act", "0: fill"),
        ("draw", "photo.png", "--act", "subtract 1"),
        ("draw", "photo.png", "--act", "subtract 7"),
        ("draw", "photo.png", "--frame", "3", "--act", "fill"),
        ("draw", "photo.png", "--act", "fill", "--colour", "1=puce"),
        ("draw", "photo.png", "--act", "fill", "--name", "coin"),
        ("draw", "photo.png", "--act", "fill", "--off", "9"),
        ("draw", "photo.png", "--drawing", "{"),
        ("draw", "photo.png", "--drawing", json.dumps({"width": 3, "height": 3, "objects": []})),
        ("draw", "--mask", "none of these", "--act", "fill"),
        ("open", "none of these"),
        ("export", "none of these", "x.png"),
    ],
)
def test_impossible_drawing_is_one_sentence(stage: Set, words: tuple[str, ...]) -> None:
    error = stage.milimo.refusal("picture", "mask", *words)
    assert "Traceback" not in error
    assert len(error.strip().splitlines()) <= 3


def test_mask_drawn_on_something_else_is_not_tracked(stage: Set) -> None:
    answer = stage.ask("picture", "mask", "draw", "photo.png", "--act", "box 10,10,50,50")
    error = stage.milimo.refusal("picture", "track", "clip.mov", "--mask", answer["id"])
    assert "161×91" in error
    assert not Path("frames.part").exists()
