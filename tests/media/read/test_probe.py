"""Test probing: the facts every kind of media file, and a one-sentence error for other files."""

from __future__ import annotations

import json
import os
import struct
import zlib
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.media.files.facts import MediaFileFacts, digest, probe_in_subprocess
from milimo_tui.media.read.probe import probe
from tests.media.material import HEIGHT, WIDTH, make_take, numbered, tone


def test_facts_of_a_take_are_read(tmp_path: Path) -> None:
    path = make_take(tmp_path / "a.mov", 25, rate=Fraction(24000, 1001))
    facts = probe(path)
    assert facts == MediaFileFacts(
        kind="video",
        frames=25,
        rate=Fraction(24000, 1001),
        width=WIDTH,
        height=HEIGHT,
        seconds=25 * Fraction(1001, 24000),
        sample_rate=48000,
        channels=2,
        video_codec="h264",
        audio_codec="pcm_s16le",
    )
    carried = json.loads(json.dumps(facts.as_json()))
    assert carried["rate"] == "24000/1001"
    assert MediaFileFacts.from_json(carried) == facts


def test_facts_of_pictures_are_read(tmp_path: Path) -> None:
    picture = Image.new("RGB", (64, 40), (10, 200, 30))
    for suffix in ("png", "jpg", "webp", "bmp", "gif"):
        picture.save(tmp_path / f"p.{suffix}")
        facts = probe(tmp_path / f"p.{suffix}")
        assert (facts.kind, facts.width, facts.height) == ("picture", 64, 40), suffix
        assert (facts.seconds, facts.frames) == (None, None)


def test_rotated_photo_has_its_displayed_size(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (64, 40)).save(tmp_path / "p.jpg", exif=exif)
    facts = probe(tmp_path / "p.jpg")
    assert (facts.width, facts.height) == (40, 64)


def test_rotated_and_anamorphic_films_have_their_displayed_size(tmp_path: Path) -> None:
    for name, turn, aspect in (("tall.mov", 90, Fraction(1)), ("wide.mov", 0, Fraction(2))):
        with av.open(str(tmp_path / name), "w") as container:
            stream = container.add_stream("libx264", rate=25)
            stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
            stream.codec_context.sample_aspect_ratio = aspect
            stream.set_display_rotation(turn)
            for index in range(3):
                container.mux(stream.encode(av.VideoFrame.from_ndarray(numbered(index), format="rgb24")))
            container.mux(stream.encode(None))
    tall, wide = probe(tmp_path / "tall.mov"), probe(tmp_path / "wide.mov")
    assert (tall.width, tall.height) == (HEIGHT, WIDTH)
    assert (wide.width, wide.height) == (2 * WIDTH, HEIGHT)


def test_moving_gif_is_video(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (64, 40), (index * 40, 0, 0)) for index in range(5)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:], duration=100)
    facts = probe(tmp_path / "a.gif")
    assert (facts.kind, facts.frames) == ("video", 5)


def test_facts_of_sound_are_read(tmp_path: Path) -> None:
    sound = (tone(50, Fraction(25)) * 32767).astype(np.int16)
    with av.open(str(tmp_path / "a.wav"), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=48000, layout="stereo")
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound.T).reshape(1, -1), "s16", "stereo")
        frame.sample_rate = 48000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    facts = probe(tmp_path / "a.wav")
    assert (facts.kind, facts.seconds, facts.channels) == ("sound", Fraction(2), 2)


@pytest.mark.parametrize("name", ["nothing.mov", "text.mov", "noise.mp4", "noise.png", "half.png"])
def test_other_file_is_one_sentence(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    kind = path.stem
    if kind == "half":
        Image.effect_noise((64, 64), 80).save(path)
        path.write_bytes(path.read_bytes()[:1500])
    else:
        path.write_bytes(
            {"nothing": b"", "text": b"INT. BAR - NIGHT\n" * 50, "noise": os.urandom(4000)}[kind]
        )
    for look in (probe, probe_in_subprocess):
        with pytest.raises(BadInput) as caught:
            look(path)
        assert name in caught.value.message
        assert "\n" not in caught.value.message


def test_truncated_take_is_refused(tmp_path: Path) -> None:
    path = make_take(tmp_path / "a.mov", 25)
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(BadInput, match=r"a\.mov"):
        probe(path)


def test_missing_file_and_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"gone\.mov"):
        probe(tmp_path / "gone.mov")
    with pytest.raises(NotFound, match=r"gone\.mov"):
        probe_in_subprocess(tmp_path / "gone.mov")
    with pytest.raises(NotFound, match=r"gone\.mov"):
        digest(tmp_path / "gone.mov")
    with pytest.raises(BadInput, match="folder"):
        probe(tmp_path)


def _huge_png(path: Path, side: int) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100000)) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)


@pytest.mark.parametrize("side", [20000, 60000])
def test_decompression_bomb_is_refused_at_once(tmp_path: Path, side: int) -> None:
    _huge_png(tmp_path / "bomb.png", side)
    with pytest.raises(BadInput, match="too large"):
        probe_in_subprocess(tmp_path / "bomb.png")


def test_endless_probe_is_ended(tmp_path: Path) -> None:
    """A probe that does not answer in time is ended. With a limit of 0 seconds every probe counts as
    hanging.
    """
    path = make_take(tmp_path / "never.mov", 3)
    with pytest.raises(BadInput, match="within 0 seconds"):
        probe_in_subprocess(path, seconds=0)


@pytest.mark.long("files")
def test_bounded_probe_gives_the_same_facts(tmp_path: Path) -> None:
    path = make_take(tmp_path / "a b.mov", 3)
    assert probe_in_subprocess(path) == probe(path)
