"""Test the replacement of a take's sound: the pictures stay bit for bit the same, and the sound is exact to
the sample.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from milimo_tui.core.errors import Damaged, MilimoError
from milimo_tui.media.encode.revoiced_take import replace_take_sound
from milimo_tui.media.encode.take_file import write_take
from milimo_tui.media.files.compare_media import compare_in_subprocess
from milimo_tui.media.files.tags import read_embedded_texts
from milimo_tui.media.read.probe import probe

NTSC = Fraction(30000, 1001)


def take(path: Path, frames: int = 20) -> Path:
    pictures = (np.full((32, 48, 3), 8 * index, dtype=np.uint8) for index in range(frames))
    tone = np.sin(np.arange(48_000, dtype=np.float32) / 20)
    write_take(
        path,
        pictures,
        width=48,
        height=32,
        rate=NTSC,
        frames=frames,
        sound=np.stack([tone, tone]) * np.float32(0.3),
    )
    return path


def packets(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(container.streams.video[0]) if packet.size]


@pytest.mark.parametrize("samples", [0, 1000, 200_000])
def test_pictures_stay_bit_by_bit_and_sound_ends_with_them(tmp_path: Path, samples: int) -> None:
    old, new = take(tmp_path / "old.mov"), tmp_path / "new.mov"
    sound = np.full((2, samples), 0.25, dtype=np.float32)
    replace_take_sound(old, new, sound, sample_rate=48_000, metadata={"comment": "spoken"})
    assert packets(new) == packets(old)
    found = compare_in_subprocess(old, new)
    assert found.pictures[0] == found.pictures[1]
    assert found.sound[0] != found.sound[1]
    assert (probe(new).frames, probe(new).rate, probe(new).channels) == (20, NTSC, 2)
    assert found.samples == 32_032, "20 frames at 29.97, to the sample"
    assert read_embedded_texts(new)["comment"] == "spoken"
    again = tmp_path / "again.mov"
    replace_take_sound(old, again, sound, sample_rate=48_000, metadata={"comment": "spoken"})
    assert again.read_bytes() == new.read_bytes()


def test_unreadable_take_leaves_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mov"
    broken.write_bytes(b"no film")
    sound = np.zeros((2, 10), dtype=np.float32)
    with pytest.raises(Damaged, match=r"the pictures of broken\.mov can't be read"):
        replace_take_sound(broken, tmp_path / "new.mov", sound, sample_rate=48_000, metadata={})
    with pytest.raises(MilimoError):
        replace_take_sound(
            tmp_path / "gone.mov", tmp_path / "new.mov", sound, sample_rate=48_000, metadata={}
        )
    assert [path.name for path in tmp_path.glob("*.mov*")] == ["broken.mov"]
    assert not list(tmp_path.glob(".*.part"))
