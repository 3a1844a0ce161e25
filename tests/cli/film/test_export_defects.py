"""Test on the command line that the render has none of the export defects of Milimo Video, the earlier
program (docs/replaced-behaviour.md).

A screenplay becomes a film; a second cut has two picture tracks, sound of the clips and on its own track, a
still, and a clip without sound. The rendered files are decoded and checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.read.probe import probe
from tests.front_door import Milimo, environment
from tests.media.material import (
    HEIGHT,
    WIDTH,
    Sound,
    clicks,
    found_clicks,
    ground_of,
    make_take,
    near,
    numbered,
    pictures_of,
    read_number,
    sound_of,
    tone,
)

SCRIPT = """Title: Defects

INT. KITCHEN - NIGHT

MARA lights a lamp.

EXT. STREET - DAY

A dog crosses the empty street slowly.
"""
RATE, NTSC = Fraction(25), Fraction(30000, 1001)
PLUM, TEAL, SAND = (120, 60, 120), (40, 120, 130), (200, 180, 120)
# Lengths in frames of the clips and the gap on V1, in their order.
FIRST, GAP, OTHER, STILL, MUTE = 25, 5, 30, 40, 25
LENGTH = FIRST + GAP + OTHER + STILL + MUTE
OVER, BACK = 10, 65  # Start frames of the clip on V2 and of the second clip on A1.
EARLY, LATE = 4800, 9600  # Positions in samples at which the two music files click.


@dataclass(frozen=True)
class Rendered:
    """A film rendered with `milimo render`: the command's JSON output, and the decoded pictures and sound."""

    data: dict[str, Any]
    pictures: list[Rgb]
    sound: Sound

    def loudest(self, start: int, end: int) -> float:
        """Return the highest sample level in frames [start, end), from 0 to 1."""
        return float(np.abs(self.sound[:, start * 1920 : end * 1920]).max())


@dataclass(frozen=True)
class RenderHome:
    """A home with the film and its media, whose cuts the tests render."""

    milimo: Milimo
    assets: dict[str, str]

    def run(self, command: str, **values: object) -> Any:
        return self.milimo.inside("run", command, *(f"{key}={value}" for key, value in values.items()))

    def render(self, name: str, *words: str) -> Rendered:
        data = self.milimo.json("render", *words, "-o", str(self.milimo.cwd / f"{name}.mp4"))
        path = Path(data["film"])
        return Rendered(data, list(pictures_of(path)), sound_of(path))

    def track(self, name: str) -> list[dict[str, Any]]:
        tracks = self.milimo.inside("cut", "show")["tracks"]
        found: list[dict[str, Any]] = next(track["clips"] for track in tracks if track["name"] == name)
        return found


def without_sound(path: Path, frames: int, first: int) -> Path:
    """Write a clip without a sound stream. Its pictures show numbers from `first` on."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25, options={"qscale": "2"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for index in range(frames):
            frame = av.VideoFrame.from_ndarray(numbered(first + index, SAND), format="rgb24")
            frame.pts, frame.time_base = index, 1 / RATE
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def sources(folder: Path) -> dict[str, Path]:
    """Make the sources in `folder` and return them by name: takes whose pictures show their frame number, a
    take of another frame rate, a still, a take without sound, and two sound files.
    """
    folder.mkdir()
    Image.fromarray(numbered(4242, TEAL)).save(folder / "still.png")
    for name, at in (("early", EARLY), ("late", LATE)):
        with av.open(str(folder / f"{name}.wav"), "w") as container:
            stream = container.add_stream("pcm_s16le", rate=48000, layout="stereo")
            heard = (clicks(48000 * 2, [at], 0.6).T.reshape(1, -1) * 32767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(heard, format="s16", layout="stereo")
            frame.sample_rate, frame.pts = 48000, 0
            container.mux([*stream.encode(frame), *stream.encode(None)])
    return {
        "first": make_take(folder / "first.mov", 50, first=100, sound=tone(50, RATE, 0.2)),
        "other": make_take(folder / "other.mov", 75, rate=NTSC, first=300, sound=tone(75, NTSC, 0.1)),
        "over": make_take(folder / "over.mov", 25, first=700, colour=PLUM, width=96, height=96),
        "mute": without_sound(folder / "mute.mp4", 50, 500),
        **{name: folder / file for name, file in
           (("still", "still.png"), ("early", "early.wav"), ("late", "late.wav"))},
    }  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RenderHome]:
    """Yield a home with the film of the screenplay and the cut “mix” of the sources, all built by
    commands.
    """
    folder = tmp_path_factory.mktemp("defects")
    milimo = Milimo(environment(folder), folder / "work")
    (milimo.cwd / "defects.fountain").write_text(SCRIPT)
    milimo.inside("project", "new", "Defects", "--size", f"{WIDTH}x{HEIGHT}")
    milimo.inside("script", "import", str(milimo.cwd / "defects.fountain"))
    milimo.inside("storyboard", "commit")
    try:
        assets = {
            name: milimo.inside("run", "asset.add", f"file={path}", "prepare=false")["id"]
            for name, path in sources(folder / "sources").items()
        }
        made = RenderHome(milimo, assets)
        made.run("cut.new", name="mix", empty="true")
        made.run("cut.append", track="V1", asset=assets["first"], frames=FIRST, source_in="1/5")
        made.run("cut.gap", track="V1", frames=GAP, at=FIRST)
        made.run("cut.append", track="V1", asset=assets["other"], frames=OTHER, source_in="1/2")
        made.run("cut.append", track="V1", asset=assets["still"], frames=STILL)
        made.run("cut.append", track="V1", asset=assets["mute"], frames=MUTE)
        made.run("cut.overwrite", track="V2", asset=assets["over"], at=OVER, frames=10)
        made.run("cut.overwrite", track="A1", asset=assets["early"], at=0, frames=20)
        made.run("cut.overwrite", track="A1", asset=assets["late"], at=BACK, frames=30)
        yield made
    finally:
        milimo.inside("supervisor", "stop", "--now")


@pytest.fixture(scope="module")
def mix(house: RenderHome) -> Rendered:
    return house.render("mix")


def shown(film: Rendered, start: int, end: int) -> list[int]:
    """Return the numbers that the pictures of frames [start, end) show."""
    return [read_number(picture) for picture in film.pictures[start:end]]


def is_black(picture: Rgb) -> bool:
    return int(picture.max()) <= 8


@pytest.mark.long("command_line")
def test_row_56_film_equals_the_cut_frame_by_frame(mix: Rendered) -> None:
    assert (mix.data["frames"], len(mix.pictures)) == (LENGTH, LENGTH)
    assert shown(mix, 0, OVER) == list(range(105, 105 + OVER))
    assert shown(mix, OVER + 10, FIRST) == list(range(125, 105 + FIRST))
    assert all(is_black(picture) for picture in mix.pictures[FIRST : FIRST + GAP])
    middle = slice(WIDTH // 2 - 40, WIDTH // 2 + 40)
    over = [near(ground_of(picture[:, middle]), PLUM, 8) for picture in mix.pictures]
    assert [index for index, here in enumerate(over) if here] == list(range(OVER, OVER + 10))


@pytest.mark.long("command_line")
def test_row_56_letterbox_bars_of_the_upper_track_are_transparent(mix: Rendered) -> None:
    """The letterbox bars of a clip on V2 let V1 show through. In Milimo Video they hid V1."""
    left = slice(0, 24)
    for picture in mix.pictures[OVER : OVER + 10]:
        assert near(ground_of(picture[:, left]), (90, 90, 90), 8)


@pytest.mark.long("command_line")
def test_row_56_render_chooses_another_size_and_rate(house: RenderHome) -> None:
    film = house.render("large", "--size", "320x192", "--rate", "50")
    assert (film.data["frames"], len(film.pictures)) == (2 * LENGTH, 2 * LENGTH)
    assert film.pictures[0].shape == (192, 320, 3)
    assert shown(film, 0, 2 * OVER) == [105 + index // 2 for index in range(2 * OVER)]
    assert all(is_black(picture) for picture in film.pictures[2 * FIRST : 2 * (FIRST + GAP)])


@pytest.mark.long("command_line")
def test_row_57_sounds_of_a1_play_at_their_places_with_the_sound_of_the_clips(mix: Rendered) -> None:
    assert found_clicks(mix.sound, 0.45) == pytest.approx([EARLY, BACK * 1920 + LATE], abs=2)
    assert mix.loudest(OVER + 10, FIRST - 1) == pytest.approx(0.2, abs=0.03), "neither cut nor turned down"


@pytest.mark.long("command_line")
def test_row_58_render_has_a_check_a_history_and_a_range(house: RenderHome, mix: Rendered) -> None:
    report = mix.data["report"]
    assert report["frames"] == LENGTH
    assert report["sync_ms"] == pytest.approx(0, abs=0.1)
    assert [each for each in report["findings"] if each["level"] == "failed"] == []
    row = next(row for row in house.milimo.inside("run", "film.list") if row["id"] == mix.data["job"])
    assert row["report"] == report
    assert (row["film"], row["there"], row["frames"]) == (mix.data["film"], True, LENGTH)
    job = house.milimo.inside("job", "show", mix.data["job"])
    assert job["history"][-1]["facts"]["report"] == report
    assert f"check: {LENGTH} frames" in house.milimo.act("job", "show", mix.data["job"])
    again = house.milimo.json("render", "-o", mix.data["film"])
    assert (again["job"], again["report"]) == (None, report)
    part = house.render("part", "--range", f"{FIRST + GAP}-{FIRST + GAP + 6}")
    assert shown(part, 0, 6) == shown(mix, FIRST + GAP, FIRST + GAP + 6)


def test_row_59_still_is_held_for_its_whole_length(mix: Rendered) -> None:
    first = FIRST + GAP + OTHER
    assert shown(mix, first, first + STILL) == [4242] * STILL
    assert all(near(ground_of(picture), TEAL) for picture in mix.pictures[first : first + STILL])


def test_defect_7_1_clips_of_v1_follow_each_other_without_a_stored_start(
    house: RenderHome, mix: Rendered
) -> None:
    starts = [(clip["start"], clip["frames"]) for clip in house.track("V1")]
    assert starts == [(0, FIRST), (25, GAP), (30, OTHER), (60, STILL), (100, MUTE)]
    last = FIRST + GAP + OTHER + STILL
    assert shown(mix, last, LENGTH) == list(range(500, 500 + MUTE))


def test_defect_7_2_sound_of_clips_is_kept(mix: Rendered) -> None:
    assert mix.loudest(1, 2) == pytest.approx(0.2, abs=0.03)
    start = FIRST + GAP
    assert mix.loudest(start + 2, start + OTHER - 2) == pytest.approx(0.1, abs=0.03)
    assert mix.loudest(FIRST + 2, start - 1) < 0.003, "a gap is silent"


def test_defect_7_3_sound_goes_on_after_the_first_clip_ends(mix: Rendered) -> None:
    """A sound that begins after the end of the first clip on A1 is heard. In Milimo Video it was silent."""
    assert mix.loudest(BACK + 4, BACK + 8) > 0.45
    assert abs(mix.sound.shape[1] - LENGTH * 1920) <= 2048


def test_defect_7_4_still_lasts_more_than_one_frame(mix: Rendered) -> None:
    first = FIRST + GAP + OTHER
    assert not any(is_black(picture) for picture in mix.pictures[first : first + STILL])


def test_defect_7_4b_sound_alone_is_a_black_film_with_sound(house: RenderHome) -> None:
    house.run("cut.new", name="sound alone", empty="true")
    house.run("cut.overwrite", track="A1", asset=house.assets["late"], at=5, frames=20)
    film = house.render("sound alone")
    house.run("cut.use", name="mix")
    assert len(film.pictures) == 25
    assert all(is_black(picture) for picture in film.pictures)
    assert found_clicks(film.sound, 0.3) == pytest.approx([5 * 1920 + LATE], abs=2)


def test_defect_7_5_trims_use_the_rate_of_the_source(mix: Rendered) -> None:
    """A trim of half a second begins at frame 14 of a source of 29.97 fps, and 25 frames of film show 30
    frames of that source.
    """
    start = FIRST + GAP
    due = [300 + int((Fraction(1, 2) + Fraction(index, 25)) * NTSC) for index in range(OTHER)]
    assert shown(mix, start, start + OTHER) == due


@pytest.mark.long("command_line")
def test_defect_7_6_hidden_muted_and_locked_tracks_count_in_the_film(
    house: RenderHome, mix: Rendered
) -> None:
    switches = (("V2", "hidden"), ("A1", "muted"), ("V1", "locked"))
    for track, switch in switches:
        house.run("cut.track_set", track=track, toggle=switch)
    film = house.render("hidden")
    for track, switch in switches:
        house.run("cut.track_set", track=track, toggle=switch)
    assert shown(film, 0, FIRST) == list(range(105, 105 + FIRST)), "a locked track is in the film as it is"
    assert film.loudest(0, 12) == pytest.approx(0.2, abs=0.03)
    assert film.loudest(BACK, LENGTH) < 0.003
    assert mix.loudest(BACK, LENGTH) > 0.45


def test_defect_7_6_solo_silences_the_other_tracks(house: RenderHome) -> None:
    house.run("cut.track_set", track="A1", toggle="solo")
    film = house.render("solo")
    house.run("cut.track_set", track="A1", toggle="solo")
    assert found_clicks(film.sound, 0.3) == pytest.approx([EARLY, BACK * 1920 + LATE], abs=2)
    assert film.loudest(OVER + 10, FIRST - 1) < 0.003


def test_defect_7_7_clip_without_sound_renders(house: RenderHome, mix: Rendered) -> None:
    last = FIRST + GAP + OTHER + STILL
    assert mix.loudest(last + 2, LENGTH) < 0.003
    house.run("cut.overwrite", track="A2", asset=house.assets["mute"], at=30, frames=20)
    film = house.render("without sound")
    house.run("cut.undo")
    assert film.data["frames"] == LENGTH
    assert film.loudest(30, 60) == pytest.approx(mix.loudest(30, 60), abs=0.01)


def test_defect_7_8_cut_of_a_script_has_no_clip_without_length(house: RenderHome) -> None:
    """The cut of a screenplay has clips of the right length. In Milimo Video, clips sent to the timeline had
    no length and were black.
    """
    first = house.milimo.inside("cut", "list")[0]["name"]
    house.run("cut.use", name=first)
    clips, film = house.track("V1"), house.render("script")
    house.run("cut.use", name="mix")
    shots = house.milimo.inside("shot", "list")
    assert [clip["frames"] for clip in clips] == [shot["frames"] for shot in shots]
    assert min(clip["frames"] for clip in clips) > 25
    assert len(film.pictures) == sum(clip["frames"] for clip in clips)
    assert not any(is_black(picture) for picture in film.pictures), "a shot without a take shows its slate"
    assert probe(Path(film.data["film"])).frames == film.data["frames"]
