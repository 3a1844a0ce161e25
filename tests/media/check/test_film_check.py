"""Test the check of delivered films: every preset passes, and the check reports the parts that it cannot
examine.
"""

from __future__ import annotations

import struct
import zlib
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from milimo_tui.cut.delivery.delivered_plan import prepare_delivered_plan
from milimo_tui.cut.delivery.delivery import Loudness
from milimo_tui.cut.delivery.presets import PRESETS, Preset
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.cut.plan.report import CheckReport
from milimo_tui.media.check.film_check import check_rendered_film
from milimo_tui.media.render.deliver import deliver_plan
from tests.media.cuts import CutBuilder
from tests.media.material import make_take
from tests.media.reading import delivery_of

FRAMES = 16
WIDTH, HEIGHT = 256, 144  # the smallest size that DNxHR accepts


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> RenderPlan:
    """Return a plan of numbered pictures with noise as their sound, then black, and another sound on a second
    track.
    """
    folder, chance = tmp_path_factory.mktemp("takes"), np.random.default_rng(9)
    noise = chance.normal(0, 0.1, (2, FRAMES * 1920)).astype(np.float32)
    picture = make_take(folder / "take.mov", FRAMES, width=WIDTH, height=HEIGHT, sound=noise)
    bench = CutBuilder(width=WIDTH, height=HEIGHT)
    bench.add("V1", picture, FRAMES - 4)
    bench.add("V1", None, 4)
    bench.add("A1", make_take(folder / "other.mov", FRAMES, sound=noise[::-1].copy()), 8, start=4)
    return bench.plan()


def checked(plan: RenderPlan, row: Preset, folder: Path, **changes: object) -> CheckReport:
    ready, counted = prepare_delivered_plan(plan, row.delivery.model_copy(update=changes))
    target = folder / ("film" if counted.is_file_folder else f"film{counted.suffix}")
    deliver_plan(ready, target, counted, lambda *told: None, lambda picture: None, folder / "cache")
    return check_rendered_film(target, ready, counted, lambda done, total: None)


@pytest.mark.parametrize("row", PRESETS, ids=lambda row: row.name)
def test_every_preset_passes_its_check(row: Preset, plan: RenderPlan, tmp_path: Path) -> None:
    report = checked(plan, row, tmp_path)
    assert [each.text for each in report.findings if each.level == "failed"] == []
    assert report.frames == FRAMES
    if row.delivery.sound is None:
        assert report.sync_ms is None
        assert report.lufs is None
    else:
        assert report.sync_ms is not None
        assert abs(report.sync_ms) < 1.5
        assert report.lufs is not None
    silent = [each.text for each in report.findings if each.kind == "stream"]
    assert bool(silent) is (row.delivery.sound is None or row.delivery.picture is None)


@pytest.mark.parametrize("name", ["png", "gif", "webp"])
def test_missing_and_damaged_pictures_are_found(name: str, plan: RenderPlan, tmp_path: Path) -> None:
    delivery = delivery_of(name)
    row = next(row for row in PRESETS if row.name == name)
    assert checked(plan, row, tmp_path).has_passed
    film = tmp_path / ("film" if delivery.is_file_folder else f"film{delivery.suffix}")
    if delivery.is_file_folder:
        (film / "000007.png").write_bytes((film / "000007.png").read_bytes()[:200])
    else:
        film.write_bytes(film.read_bytes()[: film.stat().st_size // 2])
    report = check_rendered_film(film, plan, delivery, lambda done, total: None)
    assert not report.has_passed
    failed = [each for each in report.findings if each.level == "failed"]
    if delivery.is_file_folder:
        number = sorted(each.name for each in film.iterdir()).index("000007.png")
        assert [(each.kind, each.start) for each in failed] == [("damage", number)]
    assert {each.kind for each in failed} & {"damage", "frames"}


def test_damaged_first_pictures_of_a_folder_are_named(plan: RenderPlan, tmp_path: Path) -> None:
    delivery = delivery_of("png")
    assert checked(plan, next(row for row in PRESETS if row.name == "png"), tmp_path).has_passed
    first = sorted((tmp_path / "film").glob("*.png"))[: FRAMES - 4]
    for file in first[:-1]:
        file.write_bytes(file.read_bytes()[:200])
    report = check_rendered_film(tmp_path / "film", plan, delivery, lambda done, total: None)
    failed = [each for each in report.findings if each.level == "failed"]
    assert [(each.kind, each.start) for each in failed] == [("damage", n) for n in range(len(first) - 1)]
    assert [each.text.split(":")[0] for each in failed] == [file.name for file in first[:-1]]
    assert not [each for each in report.findings if each.kind == "black" and each.start == 0]


def test_picture_of_impossible_size_is_damaged(plan: RenderPlan, tmp_path: Path) -> None:
    delivery = delivery_of("png")
    checked(plan, next(row for row in PRESETS if row.name == "png"), tmp_path)
    file = min((tmp_path / "film").glob("*.png"))
    data = bytearray(file.read_bytes())
    data[16:24] = struct.pack(">II", 60_000, 60_000)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    file.write_bytes(data)
    report = check_rendered_film(tmp_path / "film", plan, delivery, lambda done, total: None)
    assert [(each.kind, each.start) for each in report.findings if each.level == "failed"] == [("damage", 0)]


def test_stems_next_to_a_film_are_checked_with_it(plan: RenderPlan, tmp_path: Path) -> None:
    row = next(row for row in PRESETS if row.name == "h264")
    report = checked(plan, row, tmp_path, stems="track", loudness=Loudness(lufs=-20))
    assert [each.text for each in report.findings if each.level == "failed"] == []
    stems = tmp_path / "film-stems"
    first, second = sorted(stems.iterdir())
    second.write_bytes(first.read_bytes())
    ready, counted = prepare_delivered_plan(plan, row.delivery.model_copy(update={"stems": "track"}))
    wrong = check_rendered_film(tmp_path / "film.mp4", ready, counted, lambda done, total: None)
    assert next(each.text for each in wrong.findings if each.level == "failed").startswith(second.name)
    second.unlink()
    fewer = check_rendered_film(tmp_path / "film.mp4", ready, counted, lambda done, total: None)
    assert "there are 1 of 2 stems" in {each.text for each in fewer.findings}


@pytest.mark.parametrize(
    "changes", [{"width": 128, "height": 72}, {"rate": Fraction(30)}], ids=["size", "rate"]
)
def test_film_of_another_size_or_rate_is_compared_with_its_delivery_plan(
    changes: dict[str, object], plan: RenderPlan, tmp_path: Path
) -> None:
    row = next(row for row in PRESETS if row.name == "h264")
    report = checked(plan, row, tmp_path, **changes)
    assert [each.text for each in report.findings if each.level == "failed"] == []
