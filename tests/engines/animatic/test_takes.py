"""Test drawn takes and boards as files: exact lengths, previs marks, equal remakes, cancelling, and machines
without optional programs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from fractions import Fraction
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from milimo_tui.core.errors import BadInput, Cancelled
from milimo_tui.core.time import frame_to_sample
from milimo_tui.engines.animatic.engine import Animatic
from milimo_tui.engines.registry.engine_registry import build_engine
from milimo_tui.engines.specs.file_specs import RenderFilm
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.media.files.facts import digest
from tests.engines.animatic.shots import JUN, MARA, Workplace, decoded, facts, make, run, still, video
from tests.media.reading import read_sound, tags


@pytest.fixture(autouse=True)
def unspoken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILIMO_SPEECH", "")


@pytest.mark.parametrize(
    ("frames", "rate", "size"),
    [
        (1, "25/1", (192, 128)),
        (10, "25/1", (192, 128)),
        (13, "24000/1001", (128, 192)),
        (7, "30/1", (320, 180)),
        (30, "60/1", (160, 160)),
    ],
)
def test_take_has_the_requested_length_and_size(
    tmp_path: Path, frames: int, rate: str, size: tuple[int, int]
) -> None:
    spec = video(facts("EXT. BEACH - DAY", MARA), frames=frames, rate=rate, width=size[0], height=size[1])
    output = make(spec, tmp_path)
    assert output.role == "take"
    assert output.digest == digest(Path(output.path))
    assert (output.facts["frames"], output.facts["rate"]) == (frames, str(rate))
    assert (output.facts["width"], output.facts["height"]) == size
    samples = frame_to_sample(frames, Fraction(rate), 48000)
    beyond = read_sound(Path(output.path), Fraction(0), samples + 4800)
    assert np.abs(beyond[:, :samples]).max() > 0
    assert np.abs(beyond[:, samples:]).max() == 0


def test_same_spec_gives_the_same_bytes_and_another_seed_another_picture(tmp_path: Path) -> None:
    shot = facts("EXT. RAIN MARKET - NIGHT", MARA, say="Rain.", action="Mara walks in the rain.", size="WS")
    first, again = make(video(shot), tmp_path / "a"), make(video(shot), tmp_path / "b")
    assert first.digest == again.digest
    other = make(video(shot, seed=8), tmp_path / "c")
    assert decoded(Path(first.path)) != decoded(Path(other.path))


def test_every_file_is_marked_as_previs(tmp_path: Path) -> None:
    shot = facts(action="Mara waits.")
    result = run(video(shot), tmp_path)
    assert result.facts == {"previs": True}
    said = tags(Path(result.outputs[0].path))
    assert said["comment"].startswith("PREVIS")
    made = json.loads(said["milimo"])
    told = {name: made[name] for name in ("engine", "previs", "seed", "version", "model")}
    assert told == {"engine": "animatic", "previs": True, "seed": 7, "version": "2", "model": None}
    assert made["spec"]["facts"]["action"] == "Mara waits."
    assert set(made["versions"]) == {"milimo", "numpy", "pillow", "av"}
    board = Animatic().run(MakePicture(width=200, height=120, facts=shot), Workplace(tmp_path)).outputs[0]
    with Image.open(board.path) as picture:
        picture.load()
        assert picture.info["comment"].startswith("PREVIS")


def test_board_is_a_picture_of_its_size_even_an_odd_one(tmp_path: Path) -> None:
    spec = MakePicture(width=321, height=181, facts=facts("EXT. STREET - DAY", MARA, movement="dolly in"))
    output = Animatic().run(spec, Workplace(tmp_path)).outputs[0]
    assert output.role == "board"
    assert (output.facts["kind"], output.facts["width"], output.facts["height"]) == ("picture", 321, 181)
    again = Animatic().run(spec, Workplace(tmp_path / "again")).outputs[0]
    assert output.digest == again.digest


def test_progress_counts_every_frame(tmp_path: Path) -> None:
    place = Workplace(tmp_path)
    Animatic().run(video(facts(action="Nobody.")), place)
    assert place.reports[0] == ("drawing", 0, 10)
    assert [done for _, done, _ in place.reports[1:]] == list(range(1, 11))


def test_drawing_is_previewed_while_it_runs(tmp_path: Path) -> None:
    place = Workplace(tmp_path)
    Animatic().run(video(facts(action="Nobody."), frames=6), place)
    assert len(place.previews) == 6
    with Image.open(BytesIO(place.previews[-1])) as picture:
        assert picture.format == "JPEG"
        assert max(picture.size) <= 320


def test_cancelling_leaves_no_take(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        Animatic().run(video(facts(action="Nobody."), frames=60), Workplace(tmp_path / "job", cancel_after=5))
    assert list((tmp_path / "job").iterdir()) == []


def test_other_work_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="render_film"):
        Animatic().run(RenderFilm(plan="/plan", output="/film"), Workplace(tmp_path))


def test_table_builds_this_engine() -> None:
    assert isinstance(build_engine("animatic"), Animatic)


@pytest.mark.long("models")
def test_machine_without_programs_and_fonts_makes_the_same_take(tmp_path: Path) -> None:
    spec = video(facts("INT. OFFICE - DAY", MARA, JUN, say="Late."))
    here = make(spec, tmp_path / "here")
    script = (
        "import sys; from pathlib import Path\n"
        "from tests.engines.animatic.shots import make\n"
        "from milimo_tui.engines.specs.specs import SPEC\n"
        "print(make(SPEC.validate_json(sys.argv[1]), Path(sys.argv[2])).digest)\n"
    )
    root = Path(__file__).parents[3]
    bare = {"PATH": str(tmp_path / "nowhere"), "PYTHONPATH": str(root), "HOME": str(tmp_path)}
    bare["FONTCONFIG_FILE"] = os.devnull
    done = subprocess.run(
        [sys.executable, "-c", script, spec.model_dump_json(), str(tmp_path / "bare")],
        env=bare, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == here.digest


def test_whole_shot_is_steady() -> None:
    """A quiet shot has no jumps: neighbouring frames differ less than the first and the last frame."""
    reel = still(facts("EXT. FIELD - DAY", movement="dolly in", size="WS"), frames=20)
    frames = [np.asarray(reel.draw_picture(index), dtype=np.int16)[30:] for index in range(20)]
    steps = [float(np.abs(a - b).mean()) for a, b in pairwise(frames)]
    whole = float(np.abs(frames[0] - frames[-1]).mean())
    assert max(steps) < whole
