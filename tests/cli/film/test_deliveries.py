"""Test deliveries on the command line: one cut is written in several formats, each by a job whose result is
checked.
"""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from milimo_tui.media.read.probe import probe
from milimo_tui.store.jobs.studio_file import StudioFile
from milimo_tui.store.jobs.studio_values import Timing
from tests.front_door import Milimo


@pytest.mark.long("command_line")
def test_row_58_film_is_written_as_asked_and_kept_with_its_settings(film: Milimo) -> None:
    data = film.json(
        "render", "-o", str(film.cwd / "small film.mp4"), "--size", "25%", "--range", "0-20",
        "--burn", "timecode", "slate=1", "--subtitles", "srt", "--loudness", "web",
    )  # fmt: skip
    facts = probe(film.cwd / "small film.mp4")
    assert (facts.width, facts.height, facts.frames) == (256, 144, 45)
    # The slate covers the complete picture for 25 frames, so only the other 20 frames are composited.
    assert (data["frames"], data["composited"]) == (45, 20)
    row = film.json("run", "film.list")[-1]
    assert row["settings"]["burns"] == {"timecode": True, "slate": 1}
    assert row["report"]["frames"] == 45
    again = film.json(
        "render", "-o", str(film.cwd / "small film.mp4"), "--size", "25%", "--range", "0-20",
        "--burn", "timecode", "slate=1", "--subtitles", "srt", "--loudness", "web",
    )  # fmt: skip
    assert again["job"] is None


@pytest.mark.long("command_line")
def test_row_58_film_is_written_by_scenes_as_pictures_and_as_sound(film: Milimo) -> None:
    scenes = film.json("render", "--scenes", "--preset", "wav")
    assert len(scenes["films"]) == len(film.json("scene", "list"))
    assert sum(row["frames"] for row in scenes["films"]) == film.json("cut", "show")["frames"]
    assert all(Path(row["film"]).is_file() for row in scenes["films"])
    data = film.json("render", "--preset", "jpeg", "--range", "0-5", "--size", "64x42")
    folder = Path(data["film"])
    assert sorted(file.name for file in folder.iterdir()) == [
        *(f"{index:06d}.jpg" for index in range(5)),
        "sound.wav",
    ]
    with Image.open(folder / "000000.jpg") as image:
        assert image.size == (64, 42)
    clip = film.json("render", "-o", str(film.cwd / "a.webp"), "--range", "0-5")
    with Image.open(clip["film"]) as image:
        assert image.n_frames == 5  # type: ignore[attr-defined]


@pytest.mark.long("command_line")
def test_queued_render_is_estimated_by_the_pace_of_its_preset(film: Milimo) -> None:
    film.act("job", "pause")
    at = {
        "h264": film.json("render", "-o", "again.mp4", "--detach"),
        "draft": film.json("render", "--preset", "draft", "--detach"),
    }
    jobs = {preset: film.json("job", "show", row["job"]) for preset, row in at.items()}
    assert jobs["draft"]["forecast"]["coarse"], "no film was rendered as draft yet"
    assert not jobs["h264"]["forecast"]["coarse"]
    job = jobs["draft"]
    film.inside("supervisor", "stop", "--now")
    with closing(StudioFile.open(film.home / "studio.db")) as file, file.start_transaction():
        file.add_timing(Timing(job="", workload=job["workload"], units=1.0, seconds=2.0, at=1.0))
    forecasts = {preset: film.json("job", "show", row["job"])["forecast"] for preset, row in at.items()}
    assert forecasts["draft"]["seconds"] == 2.0 * job["units"]
    assert forecasts["h264"]["seconds"] == jobs["h264"]["forecast"]["seconds"]


@pytest.mark.long("command_line")
def test_queued_renders_are_named_by_their_files(film: Milimo) -> None:
    film.act("job", "pause")
    shown = film.text("render", "-o", "fine cut.mp4", "--also", "draft", "--detach")
    jobs = [row["id"] for row in film.json("job", "list")]
    assert "fine cut.mp4" in shown
    assert len(jobs) >= 2
    assert not [job for job in jobs if job in shown], "a person sees no id of a job"


@pytest.mark.long("command_line")
def test_freeze_frame_is_as_long_in_a_webp_as_in_its_film(film: Milimo) -> None:
    held = film.cwd / "map.png"
    Image.linear_gradient("L").convert("RGB").resize((128, 72)).save(held)
    asset = film.inside("asset", "add", str(held))["id"]
    film.json("run", "cut.overwrite", f"asset={asset}", "track=V2", "at=0", "frames=110")
    for name, asked, frames in (("held", ("--range", "0-110"), 110), ("whole", (), 0)):
        data = film.json("render", "-o", str(film.cwd / f"{name}.webp"), "--size", "128x72", *asked)
        frames = frames or film.json("cut", "show")["frames"]
        assert data["frames"] == frames
        with Image.open(data["film"]) as image:
            stays = []
            for page in range(image.n_frames):  # type: ignore[attr-defined]
                image.seek(page)
                image.load()
                stays.append(image.info["duration"])
        assert sum(stays) == frames * 1000 // 25
        # Equal consecutive pictures are written as one picture that is shown longer.
        assert max(stays) >= 110 * 1000 // 25 - 40


@pytest.mark.long("command_line")
def test_impossible_export_is_refused_before_a_job_is_queued(film: Milimo) -> None:
    before = len(film.json("job", "list"))
    for words, said in (
        (("--preset", "betamax"), "no preset"),
        (("-o", "film.avi"), ".avi"),
        (("--size", "641x360"), "641×360"),
        (("--preset", "prores", "--bitrate", "8M"), "bit rate"),
    ):
        done = film("render", *words, code=2)
        assert said in done.stderr.decode() + done.stdout.decode()
    assert len(film.json("job", "list")) == before


def test_export_formats_are_listed(film: Milimo) -> None:
    rows = film.json("run", "film.presets")
    assert {"h264", "av1", "prores", "png", "gif", "stems"} <= {row["name"] for row in rows}
    assert json.dumps(rows)
