"""Test every preset by rendering and reading back: codec, size, rate, frames, colour, sound and metadata."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from milimo_tui.core.errors import BadInput
from milimo_tui.cut.delivery.delivered_plan import prepare_delivered_plan
from milimo_tui.cut.delivery.delivery import Caption, Chapter, Delivery, SubtitleTrack
from milimo_tui.cut.delivery.presets import PRESETS, Preset
from milimo_tui.cut.delivery.requests import DeliveryRequest, build_delivery
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.media.encode.take_file import write_take
from milimo_tui.media.render.deliver import check_delivery_target, deliver_plan, list_delivered_files
from tests.media.cuts import CutBuilder
from tests.media.encode.test_scheduling_class import classes
from tests.media.material import make_take, numbered, read_number, tone

FRAMES = 20
RATE = Fraction(25)
WIDTH, HEIGHT = 256, 144  # the smallest size that DNxHR accepts
SAMPLES = FRAMES * 1920
# FFmpeg's name of the codec in a file, by our name of the codec.
CODECS = {"h265": "hevc", "av1": "av1", "dnxhr": "dnxhd", "jpeg": "mjpeg"}
DEEP = {"h265-10": "yuv420p10le", "av1": "yuv420p10le"}


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> RenderPlan:
    """Return a plan of one take: numbered pictures and a tone."""
    take = make_take(
        tmp_path_factory.mktemp("take") / "take.mov",
        FRAMES,
        width=WIDTH,
        height=HEIGHT,
        sound=tone(FRAMES, RATE),
    )
    bench = CutBuilder(width=WIDTH, height=HEIGHT)
    bench.add("V1", take, FRAMES)
    return bench.plan()


def made(plan: RenderPlan, delivery: Delivery, folder: Path) -> Path:
    target = folder / ("film" if delivery.is_file_folder else f"film{delivery.suffix}")
    ready, counted = prepare_delivered_plan(plan, delivery)
    done = deliver_plan(ready, target, counted, lambda *told: None, lambda picture: None, folder / "cache")
    assert done.frames == ready.frames
    return target


def asked(plan: RenderPlan, suffix: str = "", **values: Any) -> Delivery:
    return build_delivery(DeliveryRequest(**values), suffix, plan.width, plan.height)


@pytest.mark.parametrize(
    "row", [row for row in PRESETS if row.group in ("film", "master")], ids=lambda row: row.name
)
def test_row_58_every_film_preset_has_its_properties(row: Preset, plan: RenderPlan, tmp_path: Path) -> None:
    before = classes()
    path = made(plan, row.delivery, tmp_path)
    # The library SVT-AV1 sets the process to real-time scheduling if it may, and the render must undo that.
    assert classes() == before
    picture, sound = row.delivery.picture, row.delivery.sound
    assert picture is not None
    assert sound is not None
    with av.open(str(path)) as container:
        stream, heard = container.streams.video[0], container.streams.audio[0]
        numbers = [read_number(_rgb(frame)) for frame in container.decode(video=0)]
        context = stream.codec_context
        assert numbers == list(range(FRAMES))
        assert (stream.width, stream.height, stream.average_rate) == (WIDTH, HEIGHT, RATE)
        name = "av1" if "dav1d" in context.name else context.name
        assert name == CODECS.get(picture.codec, picture.codec)
        assert context.pix_fmt == picture.pixels
        assert heard.codec_context.name.split("_")[0] == sound.codec.split("_")[0]
        assert (heard.codec_context.sample_rate, heard.codec_context.channels) == (48000, 2)
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
        assert (frame.colorspace, frame.color_range) == (1, 1)  # BT.709, limited range
        assert container.metadata["title"] == "Rain"
    with av.open(str(path)) as container:
        samples = sum(each.samples for each in container.decode(audio=0))
    assert SAMPLES <= samples <= SAMPLES + 1024


def _rgb(frame: av.VideoFrame) -> Any:
    return np.asarray(frame.to_ndarray(format="rgb24"))


def test_index_precedes_the_pictures(plan: RenderPlan, tmp_path: Path) -> None:
    body = made(plan, asked(plan, preset="h264"), tmp_path).read_bytes()
    assert 0 < body.index(b"moov") < body.index(b"mdat")


def test_h265_has_the_tag_that_players_know(plan: RenderPlan, tmp_path: Path) -> None:
    assert b"hvc1" in made(plan, asked(plan, preset="h265"), tmp_path).read_bytes()


@pytest.mark.parametrize("name", ["png", "jpeg"])
def test_row_58_folder_of_pictures_has_its_sound(name: str, plan: RenderPlan, tmp_path: Path) -> None:
    delivery = asked(plan, preset=name)
    folder = made(plan, delivery, tmp_path)
    files = sorted(folder.glob(f"*{delivery.suffix}"))
    assert [file.stem for file in files] == [f"{index:06d}" for index in range(FRAMES)]
    assert [read_number(np.asarray(Image.open(file))) for file in files] == list(range(FRAMES))
    with av.open(str(folder / "sound.wav")) as sound:
        assert sum(frame.samples for frame in sound.decode(audio=0)) == SAMPLES


def test_existing_pictures_are_not_made_again(plan: RenderPlan, tmp_path: Path) -> None:
    delivery = asked(plan, preset="png")
    folder = made(plan, delivery, tmp_path)
    whole = {file.name: file.read_bytes() for file in folder.iterdir()}
    for file in sorted(folder.glob("*.png"))[7:]:
        file.unlink()
    shown: list[object] = []
    deliver_plan(plan, folder, delivery, lambda *told: None, shown.append)
    assert len(shown) == FRAMES - 7
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == whole


@pytest.mark.parametrize("name", ["gif", "webp"])
def test_row_58_animated_picture_moves_as_the_film(name: str, plan: RenderPlan, tmp_path: Path) -> None:
    with Image.open(made(plan, asked(plan, preset=name), tmp_path)) as image:
        assert (image.size, image.n_frames) == ((WIDTH, HEIGHT), FRAMES)  # type: ignore[attr-defined]
        lasts = 0
        for index in range(FRAMES):
            image.seek(index)
            assert read_number(np.asarray(image.convert("RGB"))) == index
            lasts += int(image.info["duration"])
    assert lasts == FRAMES * 40


def test_too_long_clip_is_refused(plan: RenderPlan, tmp_path: Path) -> None:
    long = plan.model_copy(update={"frames": 25 * 121})
    with pytest.raises(BadInput, match="too long"):
        deliver_plan(
            long, tmp_path / "a.gif", asked(plan, preset="gif"), lambda *told: None, lambda picture: None
        )
    assert not list(tmp_path.glob("*.*"))


@pytest.mark.parametrize(
    "row",
    [row for row in PRESETS if row.group == "sound" and not row.delivery.stems],
    ids=lambda row: row.name,
)
def test_row_58_sound_is_written_alone(row: Preset, plan: RenderPlan, tmp_path: Path) -> None:
    with av.open(str(made(plan, row.delivery, tmp_path))) as container:
        assert not container.streams.video
        heard = container.streams.audio[0].codec_context
        parts = [frame.to_ndarray() for frame in container.decode(audio=0)]
    samples = sum(part.shape[-1] // (1 if part.shape[0] == 2 else 2) for part in parts)
    assert heard.sample_rate == 48000
    # Lossy codecs encode blocks of samples, so the last block may be longer than the film.
    assert SAMPLES <= samples <= SAMPLES + (2304 if row.name == "mp3" else 1024)


def test_row_58_each_track_gets_a_file(plan: RenderPlan, tmp_path: Path) -> None:
    [stem] = made(plan, asked(plan, preset="stems"), tmp_path).iterdir()
    assert (stem.suffix, stem.name[:3]) == (".wav", "01-")


def test_row_58_size_and_rate_are_chosen(plan: RenderPlan, tmp_path: Path) -> None:
    path = made(plan, asked(plan, size="128x72", rate="50"), tmp_path)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height, stream.average_rate) == (128, 72, Fraction(50))
        assert [read_number(_rgb(frame)) for frame in container.decode(video=0)] == [
            index // 2 for index in range(2 * FRAMES)
        ]


def noisy(folder: Path) -> RenderPlan:
    """Return a plan of numbered pictures over noise, which need many bits."""
    chance = np.random.default_rng(7)

    def picture(number: int) -> Any:
        made = numbered(number, width=WIDTH, height=HEIGHT)
        made[HEIGHT // 2 :] = chance.integers(60, 200, (HEIGHT // 2, WIDTH, 3), np.uint8)
        return made

    path = folder / "noise.mov"
    pictures = (picture(index) for index in range(FRAMES))
    write_take(path, pictures, width=WIDTH, height=HEIGHT, rate=RATE, frames=FRAMES)
    bench = CutBuilder(width=WIDTH, height=HEIGHT)
    bench.add("V1", path, FRAMES)
    return bench.plan()


def test_row_58_two_passes_reach_their_bit_rate(tmp_path: Path) -> None:
    plan, stages = noisy(tmp_path), set[str]()
    for name in ("h264", "h265"):
        delivery = asked(plan, preset=name, bitrate="300k", two_pass=True, silent=True)
        path = tmp_path / f"{name}.mp4"
        deliver_plan(plan, path, delivery, lambda stage, *told: stages.add(stage), lambda picture: None)
        bits = path.stat().st_size * 8 / (FRAMES / 25)
        assert 200_000 < bits < 400_000
        with av.open(str(path)) as container:
            assert [read_number(_rgb(frame)) for frame in container.decode(video=0)] == list(range(FRAMES))
    assert stages == {"first pass", "rendering"}


CAPTIONS = (
    Caption(start=2, end=10, text="You are late.", speaker="MARA"),
    Caption(start=8, end=15, text="Rain."),
)
TRACKS = (
    SubtitleTrack(name="English", language="en", captions=CAPTIONS),
    SubtitleTrack(name="Deutsch", language="de", captions=(Caption(start=2, end=9, text="Zu spät."),)),
    SubtitleTrack(name="Empty", language="fr"),
)
CHAPTERS = (Chapter(start=0, title="Market"), Chapter(start=12, title="Bar"))


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".webm"])
def test_film_contains_subtitles_chapters_and_provenance(
    suffix: str, plan: RenderPlan, tmp_path: Path
) -> None:
    told = {"subtitle_tracks": TRACKS, "chapters": CHAPTERS, "metadata": (("description", "plan abc"),)}
    delivery = asked(plan, suffix, subtitles="embedded").model_copy(update=told)
    with av.open(str(made(plan, delivery, tmp_path))) as container:
        streams = container.streams.subtitles
        assert [stream.metadata["language"] for stream in streams] == [
            "eng",
            "ger" if suffix == ".mov" else "deu",
        ]
        titles = [stream.metadata.get("title") or stream.metadata["handler_name"] for stream in streams]
        assert titles == ["English", "Deutsch"]
        packets = [bytes(packet) for packet in container.demux(subtitles=0) if packet.size > 2]
        chapters = [(each["start"] * each["time_base"], each["metadata"]) for each in container.chapters()]  # type: ignore[operator]
        known = {key.lower(): value for key, value in container.metadata.items()}
    assert [packet.removeprefix(len(packet[2:]).to_bytes(2, "big")) for packet in packets] == [
        b"You are late.",
        b"Rain.",
    ]
    assert chapters == [(0, {"title": "Market"}), (Fraction(12, 25), {"title": "Bar"})]
    assert known["description"] == "plan abc"


@pytest.mark.parametrize("kind", ["srt", "vtt"])
def test_subtitles_are_written_next_to_a_film(kind: str, plan: RenderPlan, tmp_path: Path) -> None:
    delivery = asked(plan, subtitles=kind).model_copy(update={"subtitle_tracks": TRACKS[:1]})
    path = made(plan, delivery, tmp_path)
    [text] = list_delivered_files(path, delivery)
    assert text == path.with_suffix(f".{kind}")
    assert "You are late." in text.read_text()
    several = delivery.model_copy(update={"subtitle_tracks": (*TRACKS, TRACKS[1])})
    made(plan, several, tmp_path)
    texts = [each for each in list_delivered_files(path, several) if "spät" in each.read_text("utf-8")]
    assert [each.name for each in texts] == [f"{path.stem}.de.{kind}", f"{path.stem}.deutsch.{kind}"]


def test_job_of_an_earlier_version_has_its_subtitles() -> None:
    earlier = {"subtitles": "srt", "captions": [{"start": 0, "end": 5, "text": "Rain."}]}
    [track] = Delivery.model_validate(earlier).subtitle_tracks
    assert track.captions == Delivery.model_validate(earlier).captions


def test_stems_are_written_next_to_a_film(plan: RenderPlan, tmp_path: Path) -> None:
    delivery = asked(plan, stems="track")
    path = made(plan, delivery, tmp_path)
    [folder] = list_delivered_files(path, delivery)
    assert [each.suffix for each in folder.iterdir()] == [".wav"]


def test_burnt_in_text_is_in_the_pictures(plan: RenderPlan, tmp_path: Path) -> None:
    def last(**values: Any) -> Any:
        folder = tmp_path / "-".join(values.get("burn", ("plain",)))
        folder.mkdir()
        path = made(plan, asked(plan, preset="ffv1", **values), folder)
        with av.open(str(path)) as container:
            return [_rgb(frame).astype(int) for frame in container.decode(video=0)]

    plain, burnt = last(), last(burn=("timecode", "watermark"))
    assert len(plain) == len(burnt) == FRAMES
    assert np.abs(plain[5] - burnt[5]).max() > 30
    assert len(last(burn=("slate=1",))) == FRAMES + 25


def test_folder_with_other_files_is_not_changed(plan: RenderPlan, tmp_path: Path) -> None:
    delivery = asked(plan, preset="png")
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(BadInput, match=r"\(notes\.txt\)"):
        check_delivery_target(folder, delivery)
    (folder / "notes.txt").rename(folder / "000001.png")
    check_delivery_target(folder, delivery)
