"""Test of requests that start from an existing take: an extension, new sound in a time range, other spoken
words, and a voice reference.

The preserved part is compared with the packets and samples of the take. The inputs of the model are compared
with the published formulas and the bare transformer.
"""

from __future__ import annotations

import hashlib
import wave
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from milimo_tui.core.errors import BadInput, Unavailable
from milimo_tui.engines.catalog.installed_weights import InstalledWeights
from milimo_tui.engines.contract.engine import Result
from milimo_tui.engines.contract.provenance import MEASURED
from milimo_tui.engines.ltx2.engine import Ltx2
from milimo_tui.engines.ltx2.plan.generations import GENERATIONS
from milimo_tui.engines.ltx2.plan.plan import Weights, plan_ltx2_take
from milimo_tui.engines.ltx2.take.preserved_sound import (
    KeptSound,
    SoundGrid,
    combine_kept_sound,
    list_windows_outside,
)
from milimo_tui.engines.ltx2.take.sound_levels import GAP, shift_before_start
from milimo_tui.engines.runtime.model_cache import get_model_cache
from milimo_tui.engines.specs.video_specs import Clip, Control, Extension, MakeVideo, Over, Voice
from milimo_tui.media.encode.take_file import write_take
from tests.engines.recording_context import JobRecorder
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.media.reading import read_sound

__all__ = ["tiny"]

RATE, SAMPLES = Fraction(24), 48_000
# The grid of every LTX-2 generation: 16 kHz, hops of 160 samples, four hops for each latent
GRID = SoundGrid(Fraction(25), 4)
SIDE = 64


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Path:
    folder = tmp_path_factory.mktemp("orders") / "home"
    more = ("ltx23-id-lora", "ltx2", "ltx2-upsampler", "ltx2-distilled-lora")
    store = furnish(folder, tiny, "ltx23", *more)
    dub = InstalledWeights(
        id="dub", family="ltx2", generation="2.0", role="ic_lora", control="dub", tiny=True
    )
    # Registered for generation 2.0, the only tiny models with two passes
    store.register(replace(dub, path=str(tiny("ltx2-style-lora"))))
    return folder


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    monkeypatch.setenv("MILIMO_HOME", str(home))


def taken(tmp_path: Path, name: str, frames: int = 30, *, seed: int = 0, side: int = SIDE) -> Path:
    """Write a take of drifting colours with a tone, `side` pixels wide and high. Return its path."""
    random = np.random.default_rng(seed)
    base = random.integers(0, 200, (side // 8, side // 8, 3), np.uint8).repeat(8, 0).repeat(8, 1)
    times = np.arange(frames * SAMPLES // 24) / SAMPLES
    tone = (0.3 * np.sin(2 * np.pi * (330 + 40 * seed) * times)).astype(np.float32)
    path = tmp_path / f"{name}.mov"
    pictures = [base + np.uint8(frame) for frame in range(frames)]
    write_take(
        path, pictures, width=side, height=side, rate=RATE, frames=frames, sound=np.stack([tone, tone])
    )
    return path


def spec(**settings: Any) -> MakeVideo:
    base: dict[str, Any] = {"engine": "ltx2", "prompt": "a lamp", "rate": "24/1", "steps": 2, "guidance": 1.0}
    base |= {"width": SIDE, "height": SIDE, "stages": "one", "frames": 30}
    return MakeVideo(**{**base, **settings})


def run(shot: MakeVideo, folder: Path) -> tuple[Result, Path, JobRecorder]:
    folder.mkdir()
    context = JobRecorder(folder)
    return Ltx2().run(shot, context), folder / "take.mov", context


def packets(path: Path) -> list[str]:
    with av.open(str(path)) as file:
        found = [one for one in file.demux(file.streams.video[0]) if one.dts is not None]
        return [hashlib.sha256(bytes(one)).hexdigest() for one in found]


def audio_vae() -> Any:
    """Return the loaded audio autoencoder of the model that made the take, LTX-2.3."""
    named = [one for one in get_model_cache() if one.key.component == "audio_vae"]
    return next(one.value for one in named if one.key.title == "tiny-ltx23")


def latents(folder: Path, stage: str, what: str) -> Tensor:
    return torch.as_tensor(load_file(max(folder.glob(f"{stage}-*.state")))[what])


def test_latent_is_kept_where_all_its_time_is() -> None:
    """An audio latent is preserved only if its entire time window is. The window of latent i is the published
    one, in seconds: from max(0, 4i + 1 − 4) · 0.01 to (4(i + 1) + 1 − 4) · 0.01.
    """
    for latent in range(30):
        begin, end = max(0, 4 * latent - 3) / 100, (4 * latent + 1) / 100
        assert tuple(map(float, GRID.get_latent_window(latent))) == pytest.approx((begin, end))
    zero, one, two, six = map(Fraction, (0, 1, 2, 6))
    assert list_windows_outside(one, two, Fraction(5)) == ((zero, one), (two, six))
    assert list_windows_outside(None, two, Fraction(5)) == ((two, six),)


def test_samples_outside_a_range_are_those_of_the_take() -> None:
    there = np.random.default_rng(1).normal(0, 0.2, (2, 48_000)).astype(np.float32)
    sound = KeptSound(there, SAMPLES, list_windows_outside(Fraction(1, 4), Fraction(1, 2), Fraction(1)))
    whole = combine_kept_sound(sound, np.zeros_like(there))
    assert (whole[:, :12_000] == there[:, :12_000]).all()
    assert (whole[:, 24_000:] == there[:, 24_000:]).all()
    assert not whole[:, 13_000:23_000].any()
    assert np.abs(whole[0, 12_000:12_960]).max() > 0, "one goes over into the other"


def test_voice_is_heard_before_the_take_starts() -> None:
    """A voice reference is placed before the take in time: shifted by its own length and 0.04 s, as in the
    published code.
    """
    times = torch.tensor([[[[0.0, 0.01], [0.01, 0.05], [0.05, 0.09]]]])
    moved = shift_before_start(times)
    assert moved[0, 0, -1, 1].item() == pytest.approx(-GAP)
    assert moved[0, 0, 0, 0].item() == pytest.approx(-0.13)


def test_extension_request_is_planned() -> None:
    row = Weights(GENERATIONS[1])
    going = Extension(input="/a.mov", frames=100, made=48)
    way = plan_ltx2_take(spec(extension=going, frames=148), row)
    assert (way.parts[0].frames, way.conditioning) == (73, ())  # 25 frames of the take, 48 new ones
    way = plan_ltx2_take(
        spec(extension=going.model_copy(update={"into": Clip(input="/b.mov", start=3)})), row
    )
    assert [(one.input, one.start, one.frame) for one in way.conditioning] == [("/b.mov", 3, 73)]
    assert way.fitted.frames == 105  # 25 + 48 + 25 frames, and 7 surplus frames to reach 8n + 1
    way = plan_ltx2_take(spec(extension=going.model_copy(update={"before": True})), row)
    assert [(one.input, one.frame) for one in way.conditioning] == [("/a.mov", 48)]
    assert any("48 more" in change and "before" in change for change in way.changes)
    short = plan_ltx2_take(spec(extension=Extension(input="/a.mov", frames=12, made=10)), row)
    assert short.fitted.frames == 25  # 9 frames of the take: the largest 8n + 1 in its 12 frames


def test_lip_sync_needs_its_lora_and_names_what_is_missing() -> None:
    dub = spec(control=(Control(kind="dub", input="/a.mov", prepared=True),), frames=25)
    with pytest.raises(Unavailable, match="DubIt LoRA") as refused:
        plan_ltx2_take(dub, Weights(GENERATIONS[0]))
    assert "milimo model download ltx-2.3-dubit" in refused.value.hint
    said = spec(voice=Voice(input="/m.wav", who="Mara"), frames=25)
    changes = plan_ltx2_take(said, Weights(GENERATIONS[1])).changes
    assert any("voice of Mara" in one and "ID-LoRA" in one for one in changes)
    weights = Weights(GENERATIONS[1], controls=frozenset({"voice"}))
    assert any("voice of Mara" in one and "5 s" in one for one in plan_ltx2_take(said, weights).changes)


@pytest.mark.long("models")
def test_take_is_extended_by_exactly_the_requested_frames(tmp_path: Path) -> None:
    """An extension adds exactly the requested frames. The packets and samples of the take stay, and the model
    receives the end of the take as its original latents of picture and sound.
    """
    take = taken(tmp_path, "a")
    order = spec(extension=Extension(input=str(take), frames=30, made=20), tail=20)
    result, made, _ = run(order, tmp_path / "on")
    before = packets(take)
    assert packets(made)[:30] == before
    assert len(packets(made)) == 50
    sounds = [read_sound(path, Fraction(0), 54_000) for path in (take, made)]
    assert (sounds[0] == sounds[1]).all(), "to the last eighth of a second"
    assert np.abs(read_sound(made, Fraction(60_000, SAMPLES), 40_000)).max() > 0
    (seam,) = result.facts[MEASURED]["seams"]
    assert seam["frame"] == 30
    assert seam["said"].startswith("frame 30: ")
    vae = audio_vae()
    last = KeptSound(
        read_sound(take, Fraction(5, 24), 50_000).astype(np.float32),
        SAMPLES,
        [(Fraction(0), Fraction(25, 24))],
    )
    (held,) = last.encode_held_parts(Fraction(0), Fraction(25, 24), vae, "cpu", GRID)
    found = latents(tmp_path / "on", "sampling", "sound")
    count = held.latents.shape[2]
    assert count == 26
    assert torch.allclose(found[:, :, :count], held.latents, atol=1e-4)


@pytest.mark.long("models")
@pytest.mark.parametrize("stages", ["one", "two"])
def test_take_is_extended_at_its_start_and_two_are_bridged(stages: str, tmp_path: Path) -> None:
    side = 128 if stages == "two" else SIDE
    take, other = (taken(tmp_path, name, seed=at, side=side) for at, name in enumerate("ab"))
    base = {"stages": stages, "width": side, "height": side, "schedule": "distilled", "model": "tiny-ltx2"}
    led = Extension(input=str(take), frames=30, made=11, before=True)
    result, made, _ = run(spec(extension=led, head=11, **base), tmp_path / "led")
    assert (len(packets(made)), packets(made)[11:]) == (41, packets(take))
    assert [one["frame"] for one in result.facts[MEASURED]["seams"]] == [11]
    into = led.model_copy(update={"before": False, "into": Clip(input=str(other), start=2), "frames": 28})
    result, made, _ = run(spec(extension=into, **base), tmp_path / "over")
    assert (len(packets(made)), packets(made)[:28]) == (39, packets(take)[:28])
    assert [one["frame"] for one in result.facts[MEASURED]["seams"]] == [28, 39]


@pytest.mark.long("models")
def test_range_of_the_sound_is_made_again(tmp_path: Path) -> None:
    take = taken(tmp_path, "a", 49)
    over = Over(input=str(take), since=Fraction(1, 2), until=Fraction(1))
    _, made, _ = run(spec(over=over, frames=49), tmp_path / "heard")
    assert packets(made) == packets(take)
    before, after = (read_sound(path, Fraction(0), 98_000) for path in (take, made))
    assert (before[:, :24_000] == after[:, :24_000]).all()
    assert (before[:, 48_000:] == after[:, 48_000:]).all()
    assert np.abs(before[:, 24_000:48_000] - after[:, 24_000:48_000]).max() > 1e-3
    vae = audio_vae()
    sound = KeptSound(
        before.astype(np.float32), SAMPLES, list_windows_outside(over.since, over.until, Fraction(49, 24))
    )
    found = latents(tmp_path / "heard", "sampling", "sound")
    for one in sound.encode_held_parts(Fraction(0), Fraction(49, 24), vae, "cpu", GRID):
        own = found[:, :, one.at : one.at + one.latents.shape[2]]
        assert torch.allclose(own, one.latents[:, :, : own.shape[2]], atol=1e-4)
    silent = tmp_path / "silent.mp4"
    with av.open(str(silent), "w") as file:
        stream = file.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = SIDE, SIDE, "yuv420p"
        for _ in range(25):
            picture = np.zeros((SIDE, SIDE, 3), np.uint8)
            file.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        file.mux(stream.encode(None))
    with pytest.raises(BadInput, match=r"silent\.mp4"):
        run(spec(over=Over(input=str(silent), since=Fraction(0)), frames=25), tmp_path / "none")
    _, made, _ = run(spec(over=Over(input=str(silent)), frames=25), tmp_path / "sounded")
    assert packets(made) == packets(silent)
    assert np.abs(read_sound(made, Fraction(0), 40_000)).max() > 0


def sample(tmp_path: Path) -> str:
    """Write a recording of half a second. Return its path."""
    tone = np.sin(2 * np.pi * 220 * np.arange(24_000) / SAMPLES) * 9_000
    path = tmp_path / "mara.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLES)
        file.writeframes(tone.astype("<i2").tobytes())
    return str(path)


@pytest.mark.long("models")
def test_voice_reference_equals_the_input_of_the_bare_transformer(tmp_path: Path) -> None:
    """The tokens of a voice reference follow those of the take, without noise and at negative times. The
    transformer's result contains only the tokens of the take.
    """
    shot = spec(frames=9, model="tiny-ltx23", voice=Voice(input=sample(tmp_path), who="Mara"))
    calls: list[tuple[dict[str, Any], tuple[Tensor, Tensor]]] = []

    def noted(_: Any, __: Any, named: dict[str, Any], given: Any) -> None:
        calls.append((dict(named), given))

    run(shot.model_copy(update={"voice": None}), tmp_path / "loads")
    inside = [held.value for held in get_model_cache() if held.key.component == "transformer"][-1]
    plain = latents(tmp_path / "loads", "sampling", "sound")
    hook = inside.register_forward_hook(noted, with_kwargs=True)
    try:
        result, _, _ = run(shot, tmp_path / "voiced")
    finally:
        hook.remove()
    assert any("voice of Mara" in one and "5 s" in one for one in result.notes)
    assert not torch.allclose(latents(tmp_path / "voiced", "sampling", "sound"), plain, atol=1e-5)
    told, given = calls[0]
    own = plain.shape[2]
    assert told["audio_hidden_states"].shape[1] > own
    assert not told["audio_timestep"][:, own:].any()
    assert told["audio_timestep"][:, :own].all()
    assert told["audio_coords"][..., own:, :].max().item() == pytest.approx(-GAP)
    assert given[1].shape[1] in (own, told["audio_hidden_states"].shape[1])
    with torch.no_grad():
        bare = inside(**told)
    assert torch.equal(bare[1][:, :own], given[1][:, :own])


@pytest.mark.long("models")
def test_lip_sync_keeps_the_speech_through_the_second_pass(tmp_path: Path) -> None:
    """With lip sync, picture and voice of the existing take are inputs of both passes. The new sound comes
    from the first pass.
    """
    take = taken(tmp_path, "a", 25, side=128)
    shot = spec(
        frames=25, width=128, height=128, stages="two", schedule="distilled", guidance=None,
        model="tiny-ltx2",
        control=(Control(kind="dub", input=str(take), prepared=True),),
        voice=Voice(input=str(take), who="Mara"),
    )  # fmt: skip
    result, made, context = run(shot, tmp_path / "dubbed")
    first, second = (latents(tmp_path / "dubbed", f"{one} pass", "sound") for one in ("first", "second"))
    assert torch.allclose(first, second, atol=1e-5)
    assert len(packets(made)) == 25
    assert any("DubIt" in note for note in result.notes)
    assert any(line.startswith("pipeline ic_lora") and "(dub)" in line for line in context.lines)
