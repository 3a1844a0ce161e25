"""Test the exchange of cuts with other programs on the command line: export, import, reported losses and
refused files.
"""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from milimo_tui.cli.help import build_help_page
from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.cut.edit import edits
from milimo_tui.cut.values.cut import ClipSource, SourceKind
from milimo_tui.cut.values.effects import Effects
from milimo_tui.cut.values.keyframes import Easing, Keyframe
from milimo_tui.cut.values.new_cuts import create_cut
from milimo_tui.interchange.values.bundle import CutBundle
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.values.film import AssetKind
from tests.front_door import Milimo
from tests.interchange.strategies import told


def places(shown: dict[str, object]) -> list[object]:
    """Return position and source range of all clips of a cut, without their ids, so that two cuts can be
    compared.
    """
    tracks: list[dict[str, object]] = shown["tracks"]  # type: ignore[assignment]
    return [
        (
            track["name"],
            track["kind"],
            clip["start"],
            clip["frames"],
            clip["source_in"],
            clip["source_out"],
            clip["shot"],
        )
        for track in tracks
        for clip in track["clips"]  # type: ignore[attr-defined]
    ]


def test_cut_is_equal_after_otio_export_and_import(film: Milimo) -> None:
    before = film.inside("cut", "show")
    target = film.cwd / "film.otio"
    told = film.inside("cut", "export", str(target))
    assert told == {"path": str(target), "paths": [str(target)], "losses": []}
    data = film.inside("cut", "import", str(target), "--name", "Back")
    assert (data["name"], data["offline"], data["notes"]) == ("Back", [], [])
    after = film.inside("cut", "show")
    assert after["name"] == "Back"
    assert places(after) == places(before)
    film.inside("cut", "export", str(film.cwd / "again.otio"))
    texts = [(film.cwd / name).read_text() for name in ("film.otio", "again.otio")]
    assert texts[0].replace('"name": "main"', "") == texts[1].replace('"name": "Back"', "")
    film.inside("cut", "undo", "--whole-project")
    assert "Back" not in {row["name"] for row in film.inside("cut", "list")}


@pytest.mark.parametrize("suffix", [".edl", ".xml", ".fcpxml", ".kdenlive"])
def test_other_formats_list_their_losses_and_import_equal_cuts(film: Milimo, suffix: str) -> None:
    before = film.inside("cut", "show")
    target = film.cwd / f"film{suffix}"
    told = film.inside("cut", "export", str(target))
    assert "shots and takes" in {loss["what"] for loss in told["losses"]}
    assert all(loss["count"] == len(loss["where"]) for loss in told["losses"])
    data = film.inside("cut", "import", str(target))
    assert data["offline"] == []
    after = film.inside("cut", "show")
    assert [each[:6] for each in places(after)] == [each[:6] for each in places(before)]  # type: ignore[index]


def test_export_prints_its_losses(film: Milimo) -> None:
    text = film("cut", "export", "film.edl").stdout.decode()
    assert str(film.cwd / "film.edl") in text
    assert "not carried:" in text
    assert "shots and takes" in text


def test_export_does_not_overwrite_an_existing_file(film: Milimo) -> None:
    target = film.cwd / "film.otio"
    target.write_text("mine")
    film.inside("cut", "export", str(target), code=2)
    assert target.read_text() == "mine"
    film.inside("cut", "export", str(target), "--overwrite")
    assert json.loads(target.read_text())["OTIO_SCHEMA"].startswith("Timeline")
    unknown = film.inside("cut", "export", str(film.cwd / "film.doc"), code=2)
    assert "film.doc" in unknown["error"]["message"]
    film.inside("cut", "export", str(film.cwd / "none" / "film.otio"), code=2)
    film.inside("cut", "export", code=2)


def test_otio_file_next_to_the_project_follows_the_cut(film: Milimo) -> None:
    told = film.inside("cut", "export", "--beside")
    path = Path(told["path"])
    assert path.parent.name == "two-lamps"
    first = path.read_text()
    film.inside("cut", "export", "--beside")
    assert path.read_text() == first
    assert str(film.home) not in first  # Media are named by paths relative to the project's folder.
    assert '"target_url": "media/' in first
    clip = film.inside("cut", "show")["tracks"][0]["clips"][-1]
    film.inside("cut", "set", clip["id"], "--opacity", "0.5")
    film.inside("cut", "export", "--beside")
    one, other = first.splitlines(), path.read_text().splitlines()
    assert len(set(other) - set(one)) <= 3
    data = film.inside("cut", "import", str(path))
    assert data["offline"] == []


@pytest.mark.long("command_line")
def test_import_sets_rate_and_size_of_an_empty_film_and_conforms_in_others(film: Milimo) -> None:
    target = film.cwd / "film.otio"
    film.inside("cut", "export", str(target))
    frames = film.inside("cut", "show")["frames"]
    film.act("project", "new", "Empty", "--rate", "23.976", "--size", "portrait")
    data = film.inside("cut", "import", str(target))
    assert any("25 fps, 1024×576" in note for note in data["notes"])
    shown = film.inside("project", "show")
    assert (shown["rate"], shown["width"], shown["height"]) == ("25/1", 1024, 576)
    assert data["frames"] == frames
    film.act("project", "new", "Other", "--rate", "50", "--size", "wide")
    film.inside("cut", "new", "mine", "--empty")
    # The film has no shots and its cut no clips, so it counts as empty.
    film.inside("cut", "import", str(target))
    second = film.cwd / "second.otio"
    second.write_text(target.read_text().replace('"rate": "25/1"', '"rate": "50/1"').replace("25.0", "50.0"))
    data = film.inside("cut", "import", str(second))
    assert any("50 fps" in note for note in data["notes"])
    assert film.inside("cut", "show")["fps"] == "25/1"
    data = film.inside("cut", "import", str(second), "--keep-rate")
    assert film.inside("cut", "show")["fps"] == "50/1"


@pytest.mark.long("command_line")
def test_import_finds_media_by_path_hash_or_name_or_marks_them_offline(film: Milimo) -> None:
    still = film.cwd / "map.png"
    Image.new("RGB", (64, 64), "red").save(still)
    asset = film.inside("asset", "add", str(still), "--link")
    film.inside("cut", "new", "stills", "--empty")
    film.inside("cut", "append", "--asset", asset["id"], "--frames", "30")
    target = film.cwd / "film.otio"
    film.inside("cut", "export", str(target))
    bare = json.loads(target.read_text())

    def brought(project: str, *more: str) -> dict[str, object]:
        film.act("project", "new", project)
        data: dict[str, object] = film.inside("cut", "import", str(target), *more)
        return data

    assert brought("By path")["linked"] == {"path": 1}
    assert film.inside("cut", "import", str(target))["linked"] == {"hash": 1}
    there = film.cwd / "elsewhere" / "deep"
    there.mkdir(parents=True)
    still.rename(there / "map.png")
    assert brought("Nowhere")["offline"] == ["map.png"]
    assert brought("By hash", "--media", str(film.cwd / "elsewhere"))["linked"] == {"hash": 1}
    clip = bare["tracks"]["children"][0]["children"][0]
    clip["media_references"]["DEFAULT_MEDIA"]["metadata"]["milimo"].pop("digest")
    target.write_text(json.dumps(bare))
    assert brought("By name", "--media", str(film.cwd / "elsewhere"))["linked"] == {"name": 1}
    Image.new("RGB", (64, 64), "blue").save(still)
    clip["media_references"]["DEFAULT_MEDIA"]["metadata"]["milimo"]["digest"] = "0" * 64
    target.write_text(json.dumps(bare))
    other = brought("Another file")
    assert other["offline"] == ["map.png"]
    assert "is not the same file as" in str(other["notes"])
    [row] = [row for row in film.inside("asset", "list") if row["name"] == "map.png"]
    assert not row["online"]


def test_nested_timeline_is_imported_as_its_own_cut(film: Milimo) -> None:
    import opentimelineio as otio

    def clip(name: str) -> object:
        span = otio.opentime.TimeRange(otio.opentime.RationalTime(0, 24), otio.opentime.RationalTime(48, 24))
        return otio.schema.Clip(name, source_range=span)

    inner = otio.schema.Stack(
        "Opening", children=[otio.schema.Track("V", children=[clip("a"), clip("b")], kind="Video")]
    )
    inner.source_range = otio.opentime.TimeRange(
        otio.opentime.RationalTime(24, 24), otio.opentime.RationalTime(48, 24)
    )
    track = otio.schema.Track("V", children=[inner, clip("c")], kind="Video")
    timeline = otio.schema.Timeline("Reel")
    timeline.tracks.append(track)
    target = film.cwd / "reel.otio"
    otio.adapters.write_to_file(timeline, str(target))
    film.act("project", "new", "Reels")
    brought = film.inside("cut", "import", str(target))
    assert sorted(brought["offline"]) == ["a", "b", "c"]
    assert {row["name"] for row in film.inside("cut", "list")} == {"Reel", "Opening"}
    data = film.inside("cut", "show")
    assert data["fps"] == "24/1"
    first = data["tracks"][0]["clips"][0]
    assert (first["kind"], first["frames"], first["source_in"]) == ("cut", 48, "1/1")


def test_clip_that_does_not_fit_its_track_is_exported(film: Milimo) -> None:
    import opentimelineio as otio

    def time(frames: int) -> object:
        return otio.opentime.RationalTime(frames, 25)

    def span(frames: int) -> object:
        return otio.opentime.TimeRange(time(0), time(frames))

    timeline = otio.schema.Timeline("Ends")
    for name in ("V1", "V2"):
        children = [
            otio.schema.Transition("in", "SMPTE_Dissolve", time(0), time(6)),
            otio.schema.Clip("a", source_range=span(50)),
            otio.schema.Gap(source_range=span(30)),
            otio.schema.Transition("out", "SMPTE_Dissolve", time(4), time(2)),
        ]
        timeline.tracks.append(otio.schema.Track(name, children=children, kind="Video"))
    source, target = film.cwd / "ends.otio", film.cwd / "out.otio"
    otio.adapters.write_to_file(timeline, str(source))
    film.act("project", "new", "Ends")
    film.inside("cut", "import", str(source))
    film.inside("cut", "export", str(target))
    back = otio.adapters.read_from_file(str(target))
    for track in back.tracks:
        kinds = [type(each).__name__ for each in track]
        assert kinds == ["Transition", "Clip", "Gap", "Transition"]
        assert track[2].source_range.duration.value == 30
        assert [each.value for each in (track[0].out_offset, track[3].in_offset, track[3].out_offset)] == [
            6,
            4,
            2,
        ]


def test_unreadable_file_is_refused_with_exit_code_2(film: Milimo) -> None:
    for name, data in (
        ("a.otio", b"{"),
        ("a.edl", b"\xff\xfe"),
        ("a.xml", b"<xmeml>"),
        ("a.fcpxml", b""),
        ("a.mov", b""),
    ):
        (film.cwd / name).write_bytes(data)
        done = film.inside("cut", "import", str(film.cwd / name), code=2)
        assert done["error"]["message"].count("\n") == 0
    error = film.refusal("cut", "import", "a.otio")
    assert "Traceback" not in error
    assert film.json("cut", "import", "none.otio", code=2)["error"]["kind"] == "not_found"
    names = {row["name"] for row in film.inside("cut", "list")}
    assert names == {"main"}


def test_exchange_commands_are_in_help_and_palette() -> None:
    assert "cut.import" in build_help_page(["commands"])
    # Options are listed in the help page of their own command only.
    assert "--beside" not in build_help_page(["cut"])
    assert "beside" in build_help_page(["cut", "export"])
    assert "milimo cut import FILE" in build_help_page(["cut", "import"])


@pytest.mark.long("command_line")
def test_import_into_another_film_keeps_effects_nested_cuts_and_a_lut(film: Milimo) -> None:
    cube = film.cwd / "warm.cube"
    cube.write_text(
        "LUT_3D_SIZE 2\n" + "\n".join(f"{r} {g} {b}" for b in (0, 1) for g in (0, 1) for r in (0, 1))
    )
    lut = film.inside("asset", "add", str(cube), "--link")["id"]
    shot = film.inside("shot", "list")[0]["id"]
    look = Effects(
        curves=(("opacity", (Keyframe(0, 0.1), Keyframe(9, 1 / 3, Easing.BOTH))),),
        lut=lut,
        speed=Fraction(1, 3),
        flip_h=True,
    )
    inner = create_cut("Inner", width=1024, height=576, new_id=new_id)
    inner = edits.append_clip(
        inner,
        inner.tracks[0].id,
        edits.create_trackless_clip(ClipSource(SourceKind.SHOT, shot), 20),
        new_id=new_id,
    )
    outer = create_cut("Outer", width=1024, height=576, new_id=new_id)
    for source in (ClipSource(SourceKind.CUT, inner.id), ClipSource(SourceKind.SHOT, shot)):
        outer = edits.append_clip(
            outer, outer.tracks[0].id, edits.create_trackless_clip(source, 15), new_id=new_id
        )
    outer = replace(outer, clips=tuple(replace(clip, effects=look) for clip in outer.clips))
    outer = edits.add_marker(outer, 3, new_id=new_id, text="here")
    file = ProjectPaths(film.home / "projects" / "two-lamps")
    with ProjectFile.open(file) as project:
        project.write_edit("cuts", scope="project", actor="cli", before=[], after=[inner, outer])
    film.inside("cut", "use", "Outer")
    target = film.cwd / "outer.otio"
    assert film.inside("cut", "export", str(target))["losses"] == []
    film.inside("cut", "import", str(target))
    with ProjectFile.open(file) as project:
        back = {cut.name: cut for cut in project.load_cuts()}
    assert set(back) == {"main", "Inner", "Outer", "Inner 2", "Outer 2"}
    came = told(
        CutBundle(
            cut=replace(back["Outer 2"], name="Outer"),
            cuts={c.id: replace(c, name="Inner") for c in back.values()},
        )
    )
    assert came == told(CutBundle(cut=outer, cuts={inner.id: inner}))
    film.act("project", "new", "Elsewhere")
    data = film.inside("cut", "import", str(target))
    assert data["offline"] == []
    with ProjectFile.open(ProjectPaths(film.home / "projects" / "elsewhere")) as project:
        found = {cut.name: cut for cut in project.load_cuts()}["Outer"]
        luts = {asset.id for asset in project.load_story().assets if asset.kind is AssetKind.LUT}
    assert {clip.effects.lut for clip in found.clips} == luts
    assert len(luts) == 1


@pytest.mark.long("command_line")
def test_missing_otio_library_is_reported_and_the_film_stays_usable(film: Milimo, tmp_path: Path) -> None:
    """OpenTimelineIO may be missing: it has no wheel for Python 3.14."""
    target = film.cwd / "film.otio"
    film.inside("cut", "export", str(target))
    (tmp_path / "sitecustomize.py").write_text('import sys\nsys.modules["opentimelineio"] = None\n')
    path = f"{tmp_path}:{film.env.get('PYTHONPATH', '')}".strip(":")
    without = Milimo({**film.env, "PYTHONPATH": path}, film.cwd)
    for words in (("export", "other.edl"), ("import", str(target))):
        error_text = without("cut", *words, code=3).stderr
        assert b"OpenTimelineIO" in error_text
        assert b"Traceback" not in error_text
    assert not (film.cwd / "other.edl").exists()
    assert b"1A" in without("shot", "list").stdout
