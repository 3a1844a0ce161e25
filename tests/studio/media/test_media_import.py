"""Test the import of media: folders, image sequences, LUTs, decompression bombs, missing files, and proxies
for the viewer only.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.cut.plan.plan import Media, PlanLayer, PlanStretch, RenderPlan
from milimo_tui.cut.values.conform import ConformTarget, describe_conform_changes, needs_proxy
from milimo_tui.cut.values.streams import StreamFacts
from milimo_tui.engines.specs.file_specs import MakeProxy, MakeThumbnails
from milimo_tui.engines.specs.specs import SPEC
from milimo_tui.media.files.facts import probe_in_subprocess
from milimo_tui.media.read.frames import FrameReader
from milimo_tui.media.read.proxies import make_proxy
from milimo_tui.media.viewer.proxied_plan import substitute_proxies
from milimo_tui.studio.media import preparation
from milimo_tui.studio.registry import registry
from milimo_tui.studio.render.render_plan import get_asset_path
from milimo_tui.studio.session.studio import Studio
from tests.media.kinds import KINDS, animation, numbered_files
from tests.media.material import make_take, read_number
from tests.media.read.test_probe import _huge_png
from tests.tui.studio_setup import make_studio

IDENTITY = "\n".join(f"{r} {g} {b}" for b in (0, 1) for g in (0, 1) for r in (0, 1))


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home")
    yield made
    made.close()


def add(studio: Studio, file: Path, **more: Any) -> Any:
    """Run `asset add` without the jobs that it would queue."""
    return registry.run_by_id(studio, "asset.add", {"file": str(file), "prepare": False, **more}).data


def streams(row: Any) -> StreamFacts:
    return StreamFacts.model_validate(row["facts"])


@pytest.mark.long("command_line")
def test_row_76_folder_import_accepts_every_kind_and_lists_the_refused(
    studio: Studio, tmp_path: Path
) -> None:
    folder = tmp_path / "foot age"
    (folder / "plates").mkdir(parents=True)
    make_take(folder / "clip.mov", 5)
    numbered_files(".png")(folder / "plates")
    (folder / "look.cube").write_text(f"LUT_3D_SIZE 2\n{IDENTITY}\n")
    (folder / "broken.mp4").write_text("INT. BAR - NIGHT")
    (folder / "notes.txt").write_text("not media")
    told = add(studio, folder)
    assert {(row["kind"], row["name"]) for row in told["assets"]} == {
        ("video", "clip.mov"),
        ("lut", "look.cube"),
        ("video", "plate.[1001-1012].png"),
    }
    assert [Path(each["file"]).name for each in told["problems"]] == ["broken.mp4"]
    assert all(row["managed"] and row["digest"] and row["online"] for row in told["assets"])
    with pytest.raises(NotFound):
        add(studio, tmp_path / "gone")


@pytest.mark.long("command_line")
def test_image_sequence_is_packed_or_linked(studio: Studio, tmp_path: Path) -> None:
    folder = tmp_path / "plates"
    folder.mkdir()
    first = numbered_files(".png", but=(4, 5))(folder)
    packed = add(studio, first, sequence=True, rate="24")
    assert (packed["frames"], packed["seconds"]) == (12, "1/2")
    assert "(1005, 1006)" in streams(packed).trouble
    linked = add(studio, folder / "plate.####.png", link=True)
    assert streams(linked).is_sequence
    assert linked["path"] == str(first)
    with FrameReader(Path(packed["path"])) as reader:
        numbers = [read_number(reader.picture(Fraction(n, 24))) for n in (3, 4, 5, 6)]
    assert numbers[0] == numbers[1] == numbers[2] != numbers[3]


def test_decompression_bombs_are_refused(studio: Studio, tmp_path: Path) -> None:
    """A picture of 60,000 × 60,000 pixels and an endless file are each refused in one sentence, and nothing
    is imported.
    """
    _huge_png(tmp_path / "bomb.png", 60000)
    with pytest.raises(BadInput, match="too large"):
        add(studio, tmp_path / "bomb.png")
    os.mkfifo(tmp_path / "never.mov")
    with pytest.raises(BadInput, match="a pipe"):
        add(studio, tmp_path / "never.mov")
    with pytest.raises(BadInput, match=r"never\.mov is a pipe"):
        probe_in_subprocess(tmp_path / "never.mov", seconds=300)
    assert not [
        asset for asset in studio.take_snapshot().story.assets if asset.name in ("bomb.png", "never.mov")
    ]


@pytest.mark.long("command_line")
def test_missing_file_is_found_by_hash_name_or_path(studio: Studio, tmp_path: Path) -> None:
    clip = make_take(tmp_path / "street.mov", 10)
    other = make_take(tmp_path / "other.mov", 5, first=100)
    id = add(studio, clip, link=True)["id"]

    def relink(file: Path, **more: Any) -> Any:
        return registry.run_by_id(studio, "asset.relink", {"id": id, "file": str(file), **more})

    moved = tmp_path / "archive" / "renamed.mov"
    moved.parent.mkdir()
    shutil.move(clip, moved)
    with pytest.raises(BadInput, match=r"other\.mov is not"):
        relink(other)
    assert relink(moved.parent).data["path"] == str(moved), "by its hash, whatever it is called now"
    shutil.move(moved, clip)
    everything = registry.run_by_id(studio, "asset.relink", {"id": "all", "file": str(tmp_path)}).data
    assert [row["path"] for row in everything["relinked"]] == [str(clip)]
    clip.unlink()
    told = relink(other, by="path")
    assert "shorter" in told.message
    assert told.data["frames"] == 5
    other.rename(clip)
    with pytest.raises(BadInput, match=r"other\.mov"):
        relink(clip, by="name")


def test_removed_managed_file_is_restored_with_the_same_bytes(studio: Studio, tmp_path: Path) -> None:
    clip = make_take(tmp_path / "a.mov", 5)
    row = add(studio, clip)
    Path(row["path"]).unlink()
    registry.run_by_id(studio, "asset.relink", {"id": row["id"], "file": str(clip)})
    assert Path(row["path"]).is_file()


def test_row_88_paths_are_resolved_and_a_film_reads_nothing_outside(studio: Studio, tmp_path: Path) -> None:
    odd = make_take(tmp_path / "rain %20 on ünïcode #1?.mov", 3)
    row = add(studio, odd)
    assert Path(row["path"]).is_file()
    assert Path(row["path"]).is_relative_to(studio.require_project().paths.root)
    asset = next(one for one in studio.take_snapshot().story.assets if one.id == row["id"])
    assert not Path(asset.path).is_absolute(), "a project that is moved finds its media"
    paths = ProjectPaths(tmp_path / "elsewhere")
    for escape in ("../../secret.mov", "/etc/passwd", "media/../../x"):
        assert get_asset_path(paths, replace(asset, path=escape)).is_relative_to(paths.root)


@pytest.mark.long("command_line")
def test_quick_jobs_accept_only_valid_requests(studio: Studio, tmp_path: Path) -> None:
    small = make_take(tmp_path / "small.mov", 3)
    large = make_take(tmp_path / "large.mov", 2, width=1920, height=1080)
    for path in (small, large):
        add(studio, path)
    asked = {
        asset.name: [
            SPEC.validate_python(dict(each.spec))
            for each in preparation.list_preparation_requests(studio, [asset])
        ]
        for asset in studio.take_snapshot().story.assets
        if asset.name in ("small.mov", "large.mov")
    }
    assert not any(isinstance(spec, MakeProxy) for spec in asked["small.mov"])
    assert any(isinstance(spec, MakeProxy) for spec in asked["large.mov"])
    assert all(any(isinstance(spec, MakeThumbnails) for spec in specs) for specs in asked.values())


def test_proxy_shows_the_same_pictures_in_the_viewer_only(tmp_path: Path) -> None:
    path = make_take(tmp_path / "large.mov", 6, width=1920, height=1080, first=40)
    facts = probe_in_subprocess(path)
    assert needs_proxy(facts.streams.picture)
    cache = tmp_path / "cache"
    media = Media(kind="video", path=str(path), facts=facts.streams, rate=facts.rate)
    layer = PlanLayer(clip="c", media=media, source_in=Fraction(0), clip_frames=6)
    plan = RenderPlan(
        cut="cut", name="proxies", rate=Fraction(25), width=1920, height=1080, sample_rate=48000, frames=6,
        stretches=(PlanStretch(start=0, frames=6, layers=(layer,)),),
    )  # fmt: skip
    assert substitute_proxies(plan.stretches[0], cache) == plan.stretches[0]
    place = make_proxy(path, facts, cache)
    with FrameReader(place) as reader:
        assert reader.frame(Fraction(0)).width == 960
        assert [read_number(reader.picture(Fraction(k, 25))) for k in range(6)] == list(range(40, 46))
    shown = substitute_proxies(plan.stretches[0], cache).list_pictures()[0].media
    assert shown.path == str(place)
    assert plan.stretches[0].list_pictures()[0].media.path == str(path), "the plan of the film is as it was"


@pytest.mark.long("command_line")
def test_conforming_rule_is_shown_for_each_kind(tmp_path: Path) -> None:
    target = ConformTarget(Fraction(25), 160, 96)
    said: dict[str, str] = {}
    wanted = ("variable-mp4", "turned-90", "interlaced-h264", "anamorphic", "h264-120", "sound-5.1")
    for kind in KINDS:
        if kind.name in wanted:
            folder = tmp_path / kind.name
            folder.mkdir()
            said[kind.name] = "; ".join(
                describe_conform_changes(probe_in_subprocess(kind.make(folder)).streams, target)
            )
    assert "variable rate" in said["variable-mp4"]
    assert "turned by 90°" in said["turned-90"]
    assert "interlaced" in said["interlaced-h264"]
    assert "made square" in said["anamorphic"]
    assert "120 fps" in said["h264-120"]
    assert "to stereo" in said["sound-5.1"]


@pytest.mark.long("command_line")
def test_animated_picture_is_probed_as_a_clip(tmp_path: Path) -> None:
    assert probe_in_subprocess(animation(".webp", (40, 80))(tmp_path)).kind == "video"
