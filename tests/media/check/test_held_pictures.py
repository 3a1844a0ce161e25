"""Test animated pictures for web pages: they last as long as their film, even if pictures are held in the
middle, at the end or throughout.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from milimo_tui.cut.delivery.requests import DeliveryRequest, build_delivery
from milimo_tui.cut.plan.plan import Media
from milimo_tui.media.check.film_check import check_rendered_film
from milimo_tui.media.render.deliver import deliver_plan
from tests.media.cuts import CutBuilder
from tests.media.material import HEIGHT, WIDTH, make_take

SLATE = Media(kind="slate", title="3B", text="Mara turns")


@pytest.mark.parametrize("ending", [".webp", ".gif"])
@pytest.mark.parametrize("where", ["middle", "end", "all"])
def test_held_pictures_last_as_long_as_in_the_film(tmp_path: Path, ending: str, where: str) -> None:
    bench = CutBuilder()
    if where != "all":
        bench.add("V1", make_take(tmp_path / "take.mov", 20), 30)
    if where != "end":
        bench.add("V1", SLATE, 15)
    if where == "middle":
        bench.add("V1", make_take(tmp_path / "last.mov", 20, first=100), 20)
    plan, delivery = bench.plan(), build_delivery(DeliveryRequest(), ending, WIDTH, HEIGHT)
    film = tmp_path / f"film{ending}"
    deliver_plan(plan, film, delivery, lambda *told: None, lambda picture: None)
    report = check_rendered_film(film, plan, delivery, lambda done, total: None)
    assert report.frames == plan.frames
    assert report.has_passed
