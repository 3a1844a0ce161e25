"""Test `shot retake` and `shot upscale`: new takes made from existing takes by real workers with tiny
weights. The original takes remain.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from milimo_tui.engines.contract.provenance import parse_provenance_marks
from milimo_tui.media.files.tags import read_embedded_texts
from milimo_tui.media.read.frames import FrameReader
from milimo_tui.media.read.probe import probe
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import TINY, Milimo, environment

__all__ = ["tiny"]

ONE_THREAD = {"TORCHDYNAMO_DISABLE": "1", "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
REFUSED = (
    (("--range", "4"), "“4”"),
    (("--range", "9..4"), "“9..4”"),
    (("--range", "0..99999"), "“0..99999”"),
    (("--region", "1,2,3"), "“1,2,3”"),
    (("--region", "0,0,9000,10"), "“0,0,9000,10”"),
    (("--region", "0.5,0,0.5,1"), "“0.5,0,0.5,1”"),
    (("--strength", "1.5"), "strength"),
    (("--strength", "0"), "strength"),
    (("--frame", "wide"), "“wide”"),
    (("--frame", "64x64"), "64×64"),
    (("--frame", "film", "--range", "0..4"), "--range"),
    (("--region", "0,0,9,9", "--mask", "none.png"), "region and a mask"),
    (("--mask", "empty.png"), "empty"),
    (("--mask", "square.png"), "300×300"),
    (("--mask", "nothing-of-that-name"), "nothing-of-that-name"),
    (("--engine", "animatic"), "animatic"),
    (("--place", "3,3"), "--frame"),
    (("--grow", "5", "--region", "0,0,0.5,1"), "--mask"),
    (("--feather", "5", "--range", "0..4"), "--region"),
)


@pytest.mark.long("command_line")
def test_impossible_retake_is_refused_in_one_sentence(film: Milimo) -> None:
    [row] = film.json("shot", "takes", "1A")
    facts = probe(Path(row["path"]))
    Image.new("L", (facts.width or 0, facts.height or 0)).save(film.cwd / "empty.png")
    Image.new("L", (300, 300), 255).save(film.cwd / "square.png")
    for words, told in REFUSED:
        error = film.refusal("shot", "retake", "1A", *words)
        assert told in error, (words, error)
    assert "ltx2" in film.refusal("shot", "retake", "1A", code=3), "no weights are here"
    assert film.json("shot", "upscale", "1A", "7", code=2)["error"]["kind"] == "not_found"


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Iterator[Milimo]:
    """Return `milimo` on a home with tiny LTX-2 weights and a film of 64x64 pixels, whose shot 1A has a take
    of 17 frames.
    """
    folder = tmp_path_factory.mktemp("retakes")
    handles = {"MILIMO_MODEL_HANDLES": "4"}
    milimo = Milimo({**environment(folder), **ONE_THREAD, **handles}, folder / "work")
    furnish(milimo.home, tiny, "ltx2-distilled", "ltx2-upsampler", "ltx2-temporal")
    script = folder / "work" / "two-lamps.fountain"
    script.write_text(TINY)
    milimo.json("project", "new", "Two Lamps", "--rate", "24", "--size", "64x64")
    milimo.json("script", "import", str(script))
    milimo.json("storyboard", "commit")
    milimo.json("shot", "set", "1A", "--length", "17f", "--engine", "ltx2", "--steps", "2")
    milimo.json("shot", "set", "1A", "--deterministic", "on")
    milimo.json("shot", "make", "1A")
    try:
        yield milimo
    finally:
        milimo.inside("supervisor", "stop", "--now")


def taken(studio: Milimo, *words: str) -> dict[str, Any]:
    """Run a command that makes a take of 1A, and return that take."""
    done = studio.json(*words)
    assert done["ended"][0]["state"] == "done", done
    return dict(studio.json("shot", "takes", "1A")[-1])


def frames(take: dict[str, Any]) -> list[Any]:
    facts = probe(Path(take["path"]))
    with FrameReader(Path(take["path"])) as reader:
        return [reader.picture(n / (facts.rate or Fraction(24))) for n in range(facts.frames or 0)]


@pytest.mark.long("models")
def test_retake_is_stored_next_to_its_take_and_can_be_remade(studio: Milimo) -> None:
    first = studio.json("shot", "takes", "1A")[0]
    words = ("--range", "4..8", "--region", "0.5,0,1,1", "--prompt", "a blue lamp", "--seed", "5")
    data = studio.json("shot", "retake", "1A", "1", *words, "--dry-run")
    assert any("unproved" in note for note in data["notes"])
    again = taken(studio, "shot", "retake", "1A", "1", *words)
    assert (again["frames"], again["head"], again["tail"]) == (first["frames"], first["head"], first["tail"])
    assert (again["seed"], again["prompt"], again["engine"]) == (5, "a blue lamp", "ltx2")
    head = first["head"]
    for number, (before, after) in enumerate(zip(frames(first), frames(again), strict=True)):
        assert (before[:, :32] == after[:, :32]).all()
        assert (before == after).all() is not (4 <= number - head < 8)
    marks = parse_provenance_marks(read_embedded_texts(Path(again["path"])))
    assert marks["pipeline"] == "retake"
    assert marks["spec"]["again"]["region"] == [32, 0, 64, 64]
    assert marks["spec"]["again"]["input"].startswith("sha256:")
    assert str(studio.home) not in str(marks)
    assert studio.json("shot", "remake", "1A", "--take", "2")["equal"] is True
    studio.json("shot", "pick", "1A", "2")
    assert studio.json("shot", "show", "1A")["stale"] is False
    studio.json("shot", "set", "1A", "--prompt", "another lamp")
    assert studio.json("shot", "show", "1A")["stale"] is True
    studio.json("shot", "set", "1A", "--prompt", "")
    studio.json("shot", "pick", "1A", "1")


@pytest.mark.long("models")
def test_take_is_doubled_in_size_and_frame_rate(studio: Milimo) -> None:
    large = taken(studio, "shot", "upscale", "1A", "1")
    assert (probe(Path(large["path"])).width, large["frames"]) == (128, 17)
    more = taken(studio, "shot", "upscale", "1A", "1", "--time")
    facts = probe(Path(more["path"]))
    assert (facts.frames, facts.rate, more["frames"], more["head"], more["tail"]) == (
        34,
        Fraction(48),
        17,
        0,
        0,
    )
    number = str(len(studio.json("shot", "takes", "1A")))
    assert "48 frames a second" in studio.refusal("shot", "retake", "1A", number)
    studio.json("shot", "pick", "1A", number)
    assert studio.json("shot", "show", "1A")["stale"] is False
    studio.json("shot", "pick", "1A", "1")
