"""Test the check of new files: a truncated, altered or unexpected file is found, and a good file passes."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from milimo_tui.core.errors import Damaged
from milimo_tui.cut.delivery.presets import PRESETS, Preset
from milimo_tui.engines.film.engine import Film
from milimo_tui.media.read.integrity import check_file_intact
from milimo_tui.media.read.probe import probe
from tests.engines.film.test_engines import JobRecorder, film_spec, the_film
from tests.media.material import make_take, tone

RATE = Fraction(25)


@pytest.fixture
def take(tmp_path: Path) -> Path:
    return make_take(tmp_path / "take.mov", 30, sound=tone(30, RATE))


@pytest.mark.parametrize("frames", [1, 2, 24, 25, 61])
@pytest.mark.parametrize("rate", [Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001)])
def test_takes_of_any_length_pass(tmp_path: Path, frames: int, rate: Fraction) -> None:
    path = make_take(tmp_path / "take.mov", frames, rate=rate, sound=tone(frames, rate))
    check_file_intact(path, probe(path).as_json())


MP4 = [row for row in PRESETS if row.delivery.container == "mp4"]


@pytest.mark.parametrize("preset", MP4, ids=lambda preset: preset.name)
def test_films_of_every_preset_pass(tmp_path: Path, preset: Preset) -> None:
    spec = film_spec(tmp_path, 40, tmp_path / "film.mp4")
    spec = spec.model_copy(update={"delivery": preset.delivery})
    film = the_film(Film().run(spec, JobRecorder(tmp_path / "job")))
    check_file_intact(film, probe(film).as_json())


def test_truncated_take_is_damaged(take: Path) -> None:
    whole = take.read_bytes()
    for share in (0.1, 0.5, 0.9, 0.999):
        take.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(Damaged):
            check_file_intact(take, {})


def test_take_without_its_end_is_damaged(take: Path) -> None:
    facts = probe(take).as_json()
    whole = bytearray(take.read_bytes())
    start = whole.find(b"mdat")
    end = whole.find(b"moov", start) if whole.find(b"moov") > start else len(whole)
    whole[start + (end - start) // 2 : end - 8] = bytes(end - 8 - (start + (end - start) // 2))
    take.write_bytes(bytes(whole))
    with pytest.raises(Damaged):
        check_file_intact(take, facts)


@pytest.mark.parametrize(
    ("name", "value"),
    [("frames", 31), ("width", 64), ("height", 64), ("rate", "24/1"), ("sample_rate", 44100)],
)
def test_take_that_differs_from_its_facts_is_damaged(take: Path, name: str, value: object) -> None:
    said = {**probe(take).as_json(), name: value}
    with pytest.raises(Damaged, match="were made"):
        check_file_intact(take, said)
    check_file_intact(take, {**said, "kind": "of other things"})


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp"])
def test_pictures_pass_or_fail(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"board.{suffix}"
    noise = np.random.default_rng(1).integers(0, 255, (90, 160, 3), np.uint8)
    Image.fromarray(noise).save(path)
    check_file_intact(path, {"kind": "picture", "width": 160, "height": 90})
    with pytest.raises(Damaged, match="across"):
        check_file_intact(path, {"kind": "picture", "width": 161, "height": 90})
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Damaged):
        check_file_intact(path, {})
    path.write_bytes(b"")
    with pytest.raises(Damaged):
        check_file_intact(path, {})


def test_flipped_bit_of_a_png_is_found(tmp_path: Path) -> None:
    path = tmp_path / "board.png"
    Image.new("RGB", (64, 64), (10, 20, 30)).save(path)
    data = bytearray(path.read_bytes())
    data[data.find(b"IDAT") + 12] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(Damaged):
        check_file_intact(path, {})
