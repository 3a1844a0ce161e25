"""Test versions of a cut: frozen with their takes, compared, reframed, and the render plan of each."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.core.errors import BadInput, NotFound, Refused
from milimo_tui.cut.delivery.requests import DeliveryRequest
from milimo_tui.cut.layout.layout import layout
from milimo_tui.studio.registry import registry
from milimo_tui.studio.render import deliveries, render_plan
from milimo_tui.studio.render.frozen_takes import apply_frozen_takes, load_frozen_takes
from milimo_tui.studio.session.studio import Studio
from tests.tui.studio_setup import add_take, make_studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    """Create a film of at least four shots with its first cut."""
    made = make_studio(tmp_path / "home")
    yield made
    made.close()


def run(studio: Studio, command: str, **values: Any) -> Any:
    return registry.run_by_id(studio, command, values)


def test_frozen_copy_stays_and_the_live_cut_changes(studio: Studio) -> None:
    live = run(studio, "cut.list").data[0]
    frozen = run(studio, "cut.freeze", name="v2").data
    assert (frozen["name"], frozen["frozen"], frozen["of"]) == ("v2", True, live["id"])
    assert run(studio, "cut.freeze").data["name"] == f"{live['name']} v1"
    rows = run(studio, "cut.list").data
    assert [(row["name"], row["frozen"], row["current"]) for row in rows] == [
        (live["name"], False, True),
        ("v2", True, False),
        (f"{live['name']} v1", True, False),
    ]
    run(studio, "cut.split", at="10")
    assert {row["name"]: row["clips"] for row in run(studio, "cut.list").data}["v2"] == live["clips"]
    run(studio, "cut.use", name="v2")
    with pytest.raises(Refused, match="frozen"):
        run(studio, "cut.split", at="10")
    with pytest.raises(BadInput, match="already"):
        run(studio, "cut.freeze", name="v2", of=live["id"])
    for _ in range(2):
        run(studio, "cut.undo", whole_project=True)
    assert [row["name"] for row in run(studio, "cut.list").data] == [live["name"]]


def test_frozen_cut_keeps_its_takes_and_a_comparison_shows_the_others(studio: Studio) -> None:
    shot = studio.take_snapshot().story.live_shots()[0]
    number = studio.take_snapshot().story.numbers[shot.id]
    first = add_take(studio, shot.id, "job_1")
    run(studio, "cut.freeze", name="v1")
    second = add_take(studio, shot.id, "job_2", seed=2)
    run(studio, "shot.pick", id=shot.id, take=second)
    run(studio, "cut.trim_out", clip=number, by=-5)
    assert first != second
    paths = {}
    for name in ("v1", run(studio, "cut.list").data[0]["name"]):
        run(studio, "cut.use", name=name)
        plan = render_plan.plan_current_cut(studio.take_snapshot(), studio.require_project())
        paths[name] = plan.stretches[0].list_pictures()[0].media.path.rsplit("/", 1)[-1]
    assert list(paths.values()) == ["job_1.mov", "job_2.mov"]
    frozen = next(cut for cut in studio.take_snapshot().cuts if cut.frozen)
    take = load_frozen_takes(studio.require_project(), [frozen])[frozen.id]
    assert apply_frozen_takes(studio.take_snapshot().story, take).live_shots()[0].take == first
    told = run(studio, "cut.diff", a="v1")
    [difference] = told.data["differences"]
    assert difference["sentence"].startswith(f"{number} ")
    assert all(words in difference["sentence"] for words in ("loses 5 frames", "take 2", "take 1"))
    assert "00:00:00:05 shorter" in told.text.splitlines()[0]


def test_comparison_reports_that_there_is_nothing_to_compare(studio: Studio) -> None:
    name = run(studio, "cut.list").data[0]["name"]
    run(studio, "cut.freeze", name="v1")
    same = run(studio, "cut.diff", a="v1")
    assert (same.data["same"], same.data["differences"]) == (True, [])
    with pytest.raises(BadInput, match="with itself"):
        run(studio, "cut.diff", a=name)
    with pytest.raises(NotFound):
        run(studio, "cut.diff", a="v9")


def test_nested_cut_of_a_frozen_cut_is_frozen(studio: Studio) -> None:
    outer = run(studio, "cut.list").data[0]["name"]
    run(studio, "cut.new", name="Opening")
    run(studio, "cut.use", name=outer)
    run(studio, "cut.insert", other_cut="Opening", at="0")
    run(studio, "cut.freeze", name="v1")
    cuts = {cut.name: cut for cut in studio.take_snapshot().cuts}
    inner = cuts["Opening · v1"]
    assert inner.frozen
    shown = {clip.source.ref for clip in cuts["v1"].clips}
    assert inner.id in shown
    assert cuts["Opening"].id not in shown
    assert run(studio, "cut.diff", a="v1").data["same"]
    found = deliveries.make_orders_for_cuts(studio, [cuts["v1"], cuts[outer]], DeliveryRequest())
    assert len({order.target for order in found}) == 2


def test_reframing_is_one_edit_at_exact_seconds(studio: Studio) -> None:
    before = studio.take_snapshot().cut
    assert before is not None
    studio.require_project().facts.set_cut_state(before.id, playhead=50, mark_in=25)
    run(studio, "cut.reframe", size="1080x1920", rate="24")
    after = studio.take_snapshot().cut
    assert after is not None
    assert (after.width, after.height, after.rate, after.playhead) == (1080, 1920, Fraction(24), 48)
    assert abs(Fraction(layout(after).frames, 24) - Fraction(layout(before).frames, 25)) <= Fraction(1, 48)
    edits = studio.require_project().list_history(before.id)
    [edit] = edits
    assert "1080×1920, 24 fps" in edit.label
    run(studio, "cut.undo")
    undone = studio.take_snapshot().cut
    assert undone is not None
    assert (undone.clips, undone.rate, undone.width) == (before.clips, before.rate, before.width)
    run(studio, "cut.reframe", size="1080x1920", fill=True, name="vertical")
    tall = studio.take_snapshot().cut
    assert tall is not None
    assert tall.name == "vertical"
    assert all(clip.effects.get_value_at("scale", 0) > 2 for clip in tall.clips)
    differences = run(studio, "cut.diff", a=before.name).data["differences"]
    assert "1080×1920" in differences[0]["sentence"]
    assert f"{before.width}×{before.height}" in differences[0]["sentence"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "nothing to change"),
        ({"size": "big"}, "“big”"),
        ({"size": "101x57"}, "can't be encoded"),
        ({"rate": "0"}, "outside 1 to 240"),
        ({"rate": "1/0"}, "not a number"),
    ],
)
def test_reframing_to_an_invalid_size_is_refused(studio: Studio, given: dict[str, str], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        run(studio, "cut.reframe", **given)


def test_each_cut_is_rendered_to_its_own_file(studio: Studio, tmp_path: Path) -> None:
    name = run(studio, "cut.list").data[0]["name"]
    run(studio, "cut.freeze", name="v1")
    run(studio, "cut.new", name="Nothing", empty=True)
    data = run(studio, "film.render", cuts="all", plan=True).data
    assert [Path(row["film"]).name for row in data] == ["rain-market.mp4", "rain-market-v1.mp4"]
    data = run(studio, "film.render", cuts=f"v1,{name}", plan=True, output=str(tmp_path)).data
    assert [Path(row["film"]).parent for row in data] == [tmp_path, tmp_path]
    for given, said in (
        ({"cuts": "v1,v9"}, "no cut “v9”"),
        ({"cuts": f"v1,{name}", "output": "film.mp4"}, "is one file"),
        ({"cuts": "all", "range": "0-9"}, "one cut"),
        ({"cuts": "Nothing"}, "empty"),
    ):
        with pytest.raises(BadInput, match=said):
            run(studio, "film.render", plan=True, **given)
