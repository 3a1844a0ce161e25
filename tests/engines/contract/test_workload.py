"""Test workloads: a workload groups takes with comparable time per unit, and names the weights to load."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from milimo_tui.engines.contract.workload import compute_workload, family, parse_workload_pixels
from milimo_tui.engines.specs.specs import SPEC

TAKE: dict[str, Any] = {
    "kind": "make_video",
    "engine": "ltx2",
    "frames": 121,
    "rate": "25/1",
    "width": 768,
    "height": 512,
}


def test_take_is_counted_in_frames() -> None:
    found = compute_workload(TAKE)
    assert (found.kind, found.units, found.affinity) == ("make_video/ltx2/768x512", 121.0, "ltx2")


@pytest.mark.parametrize("same", [{"prompt": "a dog"}, {"seed": 7}, {"frames": 9}, {"guidance": 3.0}])
def test_values_that_do_not_change_the_pace_are_left_out(same: dict[str, Any]) -> None:
    assert compute_workload({**TAKE, **same}).kind == compute_workload(TAKE).kind


@pytest.mark.parametrize(
    "other",
    [
        {"width": 1024},
        {"steps": 8},
        {"pipeline": "two-stage"},
        {"engine": "x"},
        {"stages": "one"},
        {"schedule": "full"},
        {"temporal_upscale": True},
        {"model": "ltx-2-distilled"},
    ],
)
def test_values_that_change_the_pace_change_the_workload(other: dict[str, Any]) -> None:
    assert compute_workload({**TAKE, **other}).kind != compute_workload(TAKE).kind


def test_affinity_is_engine_pipeline_and_the_set_of_loras() -> None:
    there = compute_workload({**TAKE, "pipeline": "two-stage", "loras": ["b", "a"]}).affinity
    assert (
        there == compute_workload({**TAKE, "pipeline": "two-stage", "loras": ["a", "b"], "seed": 3}).affinity
    )
    assert (
        len({there, compute_workload(TAKE).affinity, compute_workload({**TAKE, "loras": ["a"]}).affinity})
        == 3
    )
    assert compute_workload({**TAKE, "model": "ltx-2-distilled"}).affinity == "ltx2/ltx-2-distilled"


def test_film_is_counted_in_frames_if_known() -> None:
    film = {"kind": "render_film", "plan": "/p.json", "output": "/f.mp4"}
    assert compute_workload({**film, "frames": 500, "width": 768, "height": 512}).units == 500
    whole = compute_workload(film)
    assert whole.units == 1
    assert whole.kind != compute_workload({**film, "frames": 500}).kind, "films and frames are not one unit"


def test_invalid_spec_is_refused() -> None:
    with pytest.raises(ValidationError):
        compute_workload({"kind": "make_video"})


def test_checked_spec_equals_its_json() -> None:
    assert compute_workload(SPEC.validate_python(TAKE)) == compute_workload(TAKE)


def test_estimate_falls_back_on_parts() -> None:
    kind = compute_workload({**TAKE, "pipeline": "two-stage", "steps": 8}).kind
    assert family(kind) == "make_video/ltx2"
    assert parse_workload_pixels(kind) == 768 * 512
    assert parse_workload_pixels(compute_workload({"kind": "probe", "input": "/x"}).kind) == 0


def test_pictures_are_counted_with_their_loras() -> None:
    picture = {"kind": "make_picture", "engine": "flux2", "width": 512, "height": 320, "count": 4}
    found = compute_workload({**picture, "loras": ["rain"]})
    assert (found.kind, found.units, found.affinity) == ("make_picture/flux2/512x320", 4.0, "flux2/rain")
    paint = {
        "kind": "inpaint",
        "input": "/a.png",
        "mask": "/b.png",
        "prompt": "x",
        "loras": ["rain"],
        "steps": 8,
    }
    assert (compute_workload(paint).kind, compute_workload(paint).affinity) == (
        "inpaint/flux2/8 steps",
        "flux2/rain",
    )
    larger = {"kind": "upscale", "input": "/a.png", "factor": 4}
    assert compute_workload(larger).kind == "upscale/flux2/x4"
