"""Test conversions between channel layouts with the coefficients of ITU-R BS.775."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from milimo_tui.media.sound.channel_layouts import make_channel_matrix
from milimo_tui.media.sound.sound_file import SoundFile
from tests.media.sounds import record

HALF = np.sqrt(0.5)
FIVE_ONE = ("FL", "FR", "FC", "LFE", "SL", "SR")


def test_five_one_is_mixed_down_by_the_equations() -> None:
    assert np.allclose(make_channel_matrix(FIVE_ONE, 2), [[1, 0, HALF, 0, HALF, 0], [0, 1, HALF, 0, 0, HALF]])
    assert np.allclose(make_channel_matrix(FIVE_ONE, 1), [[HALF, HALF, 1, 0, 0.5, 0.5]])
    assert np.array_equal(make_channel_matrix(FIVE_ONE, 6), np.eye(6))


def test_one_and_two_channels_are_mixed_up() -> None:
    assert np.array_equal(make_channel_matrix(("FC",), 2), [[1], [1]])
    assert np.array_equal(make_channel_matrix(("FC",), 6)[:, 0], [0, 0, 1, 0, 0, 0])
    assert np.array_equal(make_channel_matrix(("FL", "FR"), 6), np.eye(6)[:, :2])
    assert np.allclose(make_channel_matrix(("FL", "FR"), 1), [[HALF, HALF]])
    assert np.array_equal(make_channel_matrix(("FL",), 2), [[1], [1]]), "one channel alone has no side"


@pytest.mark.parametrize(
    "name",
    ["2.1", "3.0", "quad", "4.0", "5.0", "5.1", "6.1", "7.1", "hexagonal", "octagonal", "7.1.4", "downmix"],
)
def test_every_layout_is_heard_completely_and_on_its_side(name: str) -> None:
    names = tuple(channel.name for channel in av.AudioLayout(name).channels)
    for channels in (1, 2, 6):
        gains = make_channel_matrix(names, channels)
        assert gains.shape == (channels, len(names))
        heard = [each for each, column in zip(names, gains.T, strict=True) if column.any()]
        assert len(heard) >= len(names) - (0 if channels == 6 else 1), "only the LFE may be left out"
    two = make_channel_matrix(names, 2)
    for each, (left, right) in zip(names, two.T, strict=True):
        if each.endswith("L"):
            assert left > 0
            assert right == 0
        elif each.endswith("R"):
            assert right > 0
            assert left == 0
        else:
            assert left == right


def test_unknown_channels_keep_their_power() -> None:
    names = ("NONE",) * 10
    for channels in (1, 2):
        gains = make_channel_matrix(names, channels)
        assert np.allclose((gains**2).sum(axis=1), 1)
    assert np.array_equal(make_channel_matrix(("NONE",) * 6, 6), np.eye(6)), (
        "six without names are as WAV has them"
    )


@pytest.mark.parametrize("channels", [1, 2, 6])
def test_six_channel_file_is_heard_on_the_requested_channels(tmp_path: Path, channels: int) -> None:
    levels = np.array([0.1, -0.1, 0.2, 0.7, 0.05, -0.05], np.float32)
    path = record(tmp_path / "a.wav", np.repeat(levels[:, None], 4800, axis=1), 48000, layout="5.1")
    file = SoundFile(path, channels)
    heard = file.read(100, 1000)
    file.close()
    assert np.allclose(heard, (make_channel_matrix(FIVE_ONE, channels) @ levels)[:, None], atol=1e-4)
