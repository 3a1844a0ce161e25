"""Test comparing takes with the pictures of their elements, by a tiny DINOv2 after each take."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from milimo_tui.studio.project.review import FilmReview, ReviewItem, ReviewState, sort_by_likeness
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import TINY, Milimo, environment

__all__ = ["tiny"]


@pytest.fixture
def film(tmp_path: Path, tiny: Tiny) -> Iterator[Milimo]:
    """Return `milimo` on a film in which Mara has a picture, with the weights installed."""
    more = {"TORCHDYNAMO_DISABLE": "1", "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    milimo = Milimo({**environment(tmp_path), **more}, tmp_path / "work")
    furnish(milimo.home, tiny, "likeness")
    script = milimo.cwd / "two-lamps.fountain"
    script.write_text(TINY)
    milimo.act("project", "new", "Two Lamps", "--rate", "24", "--size", "128x96")
    milimo.act("script", "import", str(script))
    milimo.act("storyboard", "commit")
    random = np.random.default_rng(0)
    face = Image.fromarray(random.integers(0, 255, (8, 8, 3), dtype=np.uint8)).resize((96, 96))
    face.save(milimo.cwd / "mara.png")
    milimo.act("element", "reference", "add", "Mara", str(milimo.cwd / "mara.png"))
    yield milimo
    milimo.inside("supervisor", "stop", "--now")


@pytest.mark.long("models")
def test_take_is_compared_when_made_and_review_shows_the_score(film: Milimo) -> None:
    film.act("shot", "make", "1A")
    compared = [job for job in film.inside("job", "list") if job["kind"] == "compare_take"]
    assert len(compared) == 1
    film.act("job", "wait", compared[0]["id"])
    (item,) = [row for row in film.inside("review", "list", "--all") if row["take"]]
    (score,) = item["likeness"].values()
    assert -1 <= score <= 1
    # A compared take is compared again only if a person names it.
    assert film.inside("review", "likeness")["jobs"] == []
    film.inside("review", "likeness", item["take"])
    (after,) = [row for row in film.inside("review", "list", "--all") if row["take"]]
    assert after["likeness"] == item["likeness"]
    film.refusal("review", "likeness", "no such take")


def test_least_similar_take_is_first_and_uncompared_ones_last() -> None:
    items = [
        ReviewItem(job="a", state=ReviewState.MADE),
        ReviewItem(job="b", state=ReviewState.MADE, likeness={"x": 0.9, "y": 0.4}),
        ReviewItem(job="c", state=ReviewState.MADE, likeness={"x": 0.2}),
    ]
    sorted_ = sort_by_likeness(FilmReview(items=tuple(items)))
    assert [item.job for item in sorted_.items] == ["c", "b", "a"]
