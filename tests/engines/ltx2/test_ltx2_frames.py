"""Test the times at which the transformer places pictures: its coordinates, measured in complete jobs with
tiny weights.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from milimo_tui.engines.contract.standalone import StandaloneContext
from milimo_tui.engines.ltx2.engine import Ltx2
from milimo_tui.engines.specs.video_specs import Conditioning, Control, MakeVideo
from milimo_tui.media.encode.take_file import write_take
from tests.engines.tiny_home import Tiny, furnish, tiny

__all__ = ["tiny"]

RATE = 24
TOKENS = 4  # tokens of one latent frame of 64x64 pixels


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Path:
    folder = tmp_path_factory.mktemp("frames") / "home"
    furnish(folder, tiny, "ltx2", "ltx25", "ltx2-upsampler", "ltx2-temporal", "ltx2-distilled-lora",
            "ltx2-ic-canny")  # fmt: skip
    return folder


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    monkeypatch.setenv("MILIMO_HOME", str(home))


@pytest.fixture
def still(tmp_path: Path) -> str:
    path = tmp_path / "still.png"
    Image.new("RGB", (64, 64), "teal").save(path)
    return str(path)


def spec(**settings: Any) -> MakeVideo:
    base: dict[str, Any] = {"engine": "ltx2", "prompt": "a lamp", "frames": 33, "rate": f"{RATE}/1"}
    base |= {"width": 64, "height": 64, "stages": "one", "steps": 2, "guidance": 1.0, "model": "tiny-ltx2"}
    return MakeVideo(**{**base, **settings})


@contextmanager
def coordinates() -> Iterator[list[torch.Tensor]]:
    """Record the time coordinates in each pass of the transformer: start and end in seconds, token by
    token.
    """
    seen: list[torch.Tensor] = []

    def look(module: torch.nn.Module, told: tuple[Any, ...]) -> None:
        # Only this module receives the coordinates of all picture tokens, before anything is computed.
        if type(module).__name__ == "LTX2AudioVideoRotaryPosEmbed" and told[0].shape[1] == 3:
            seen.append(told[0][0, 0].clone())

    hook = torch.nn.modules.module.register_module_forward_pre_hook(look)
    try:
        yield seen
    finally:
        hook.remove()


def pinned(shot: MakeVideo, folder: Path, latents: int, tokens: int = TOKENS) -> list[list[float]]:
    """Return start and end of the followed pictures, in frames of the pass, without the take's own latents.
    All passes have the same values, so each appears once.
    """
    with coordinates() as seen:
        Ltx2().run(shot, StandaloneContext(folder))
    own = [one[latents * tokens :] for one in seen if one.shape[0] >= latents * tokens]
    assert own, "no pass of that size"
    rows = {tuple((pair * RATE).round(decimals=3).tolist()) for one in own for pair in one}
    return sorted([start, end] for start, end in rows)


def at(still: str, *frames: int) -> tuple[Conditioning, ...]:
    return tuple(Conditioning(input=still, frame=frame) for frame in frames)


@pytest.mark.long("models")
@pytest.mark.parametrize("frame", [1, 2, 8, 9, 15, 16, 17, 31])
def test_picture_is_pinned_at_its_exact_frame(frame: int, still: str, tmp_path: Path) -> None:
    """A picture is placed at its exact frame and is one frame long. Earlier it was placed at the first frame
    of its latent, up to seven frames early.
    """
    assert pinned(spec(conditioning=at(still, frame)), tmp_path, 5) == [[frame, frame + 1]]


@pytest.mark.long("models")
def test_first_frame_is_replaced_and_the_last_is_the_last(still: str, tmp_path: Path) -> None:
    """A picture at frame 0 replaces the first latent, so no tokens are added. A picture at -1 is at the last
    frame.
    """
    assert pinned(spec(conditioning=at(still, 0)), tmp_path / "0", 5) == []
    shot = spec(conditioning=at(still, 0, -1))
    assert pinned(shot, tmp_path / "1", 5) == [[32, 33]]
    longer = spec(frames=121, conditioning=at(still, 0, 16, -1))
    assert pinned(longer, tmp_path / "2", 16) == [[16, 17], [120, 121]]


@pytest.mark.long("models")
def test_both_passes_of_both_pipelines_pin_it_there(still: str, tmp_path: Path) -> None:
    two = spec(width=128, height=128, stages="two", frames=17, conditioning=at(still, 6))
    with coordinates() as seen:
        Ltx2().run(two, StandaloneContext(tmp_path / "two"))
    halves = [one for one in seen if one.shape[0] == 3 * 4 + 4]
    whole = [one for one in seen if one.shape[0] == 3 * 16 + 16]
    assert halves
    assert whole
    for one, tokens in [(one, 4) for one in halves] + [(one, 16) for one in whole]:
        assert torch.allclose(one[-tokens:] * RATE, torch.tensor([6.0, 7.0]))
    control = spec(control=(Control(kind="canny", input=still),), conditioning=at(still, 20), steps=2)
    with coordinates() as seen:
        Ltx2().run(control, StandaloneContext(tmp_path / "control"))
    assert seen
    for one in seen:
        assert any(torch.allclose(pair * RATE, torch.tensor([20.0, 21.0])) for pair in one)


@pytest.mark.long("models")
def test_later_picture_does_not_become_the_first_when_time_is_doubled(still: str, tmp_path: Path) -> None:
    """At half the frame rate, 17 of 33 frames are sampled. Frame 1 is then between the first two and must not
    become the first.
    """
    shot = spec(temporal_upscale=True, conditioning=at(still, 1, -1))
    with coordinates() as seen:
        Ltx2().run(shot, StandaloneContext(tmp_path))
    assert {one.shape[0] for one in seen} == {3 * TOKENS + 2 * TOKENS}
    rows = {tuple((pair * RATE / 2).tolist()) for one in seen for pair in one[3 * TOKENS :]}
    assert sorted(rows) == [(1.0, 2.0), (16.0, 17.0)]


@pytest.mark.long("models")
def test_clip_starts_at_its_exact_frame(tmp_path: Path) -> None:
    path = tmp_path / "clip.mov"
    shown = np.full((9, 64, 64, 3), 90, np.uint8)
    write_take(path, shown, width=64, height=64, rate=Fraction(RATE), frames=9)
    found = pinned(spec(conditioning=at(str(path), 13)), tmp_path / "made", 5)
    assert found == [[13, 21], [21, 29]]
