"""Test retakes: the preserved part is equal bit by bit in the decoded files. The new part equals the result
of diffusers' pipeline with Lightricks' rule for latents.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor

from milimo_tui.core.errors import BadInput, MilimoError, Refused
from milimo_tui.engines.ltx2.engine import Ltx2
from milimo_tui.engines.ltx2.plan.generations import find_generation
from milimo_tui.engines.ltx2.plan.plan import Weights, plan_ltx2_take
from milimo_tui.engines.ltx2.plan.retake_rule import choose_retake_window, select_noise_levels
from milimo_tui.engines.ltx2.plan.schedules import DISTILLED, REFINE
from milimo_tui.engines.ltx2.retake.preserved_latents import select_held_sound
from milimo_tui.engines.runtime.model_cache import get_model_cache
from milimo_tui.engines.specs.video_specs import Again, Doubled, MakeVideo
from milimo_tui.media.encode.take_file import write_take
from milimo_tui.media.picture import colour, yuv
from milimo_tui.media.picture.matte_files import MatteWriter
from milimo_tui.media.picture.plane_replacement import blend_into_frame, weights
from milimo_tui.media.read.frames import FrameReader
from milimo_tui.media.read.probe import probe
from milimo_tui.media.sound.sound_file import SoundFile
from tests.engines.bare_pipelines import Bare, settle, watched
from tests.engines.recording_context import JobRecorder
from tests.engines.tiny_home import Tiny, furnish, tiny

__all__ = ["tiny"]

FRAMES, SIDE = 20, 64  # 20 frames are not 8n + 1, so the model makes 25
RATE = Fraction(24)
SAMPLES = 40_000  # samples of 20 frames at 48,000 Hz


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Path:
    folder = tmp_path_factory.mktemp("retaken") / "home"
    parts = ("ltx2-upsampler", "ltx2-temporal", "ltx2-distilled-lora")
    furnish(folder, tiny, "ltx2-distilled", "ltx2", *parts)
    return folder


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    monkeypatch.setenv("MILIMO_HOME", str(home))


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a take of 20 frames with moving colours, noise and loud sound, and return its path."""
    dice = np.random.default_rng(1)
    across = np.arange(SIDE, dtype=np.float32)
    shown = [
        np.clip(
            np.stack([3 * across + 5 * frame, 255 - 3 * across, 60 + 7 * frame + 0 * across], -1)[None]
            + dice.normal(0, 20, (SIDE, SIDE, 3)),
            0,
            255,
        ).astype(np.uint8)
        for frame in range(FRAMES)
    ]
    path = tmp_path_factory.mktemp("old") / "old.mov"
    sound = dice.normal(0, 0.2, (2, SAMPLES)).astype(np.float32)
    write_take(path, shown, width=SIDE, height=SIDE, rate=RATE, frames=FRAMES, sound=sound)
    return path


def order(old: Path, again: dict[str, Any] | None = None, **settings: Any) -> MakeVideo:
    base: dict[str, Any] = {"engine": "ltx2", "prompt": "a lamp", "frames": FRAMES, "rate": "24/1"}
    base |= {"width": SIDE, "height": SIDE, "steps": 2, "seed": 3}
    if again is not None:
        base["again"] = Again(input=str(old), **again)
    return MakeVideo(**{**base, **settings})


def made(spec: MakeVideo, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    context = JobRecorder(folder)
    Ltx2().run(spec, context)
    assert spec.doubled is not None or context.pictures, "it is seen while it is made"
    return folder / "take.mov"


def pictures(path: Path) -> NDArray[np.uint8]:
    facts = probe(path)
    with FrameReader(path) as reader:
        every = [reader.picture(number / (facts.rate or RATE)) for number in range(facts.frames or 0)]
    return np.stack(every)


def planes(path: Path, number: int) -> tuple[NDArray[Any], ...]:
    with FrameReader(path) as reader:
        return tuple(plane.copy() for plane in yuv.get_plane_views(reader.frame(number / RATE)))


def heard(path: Path, samples: int = SAMPLES) -> NDArray[np.float32]:
    file = SoundFile(path)
    try:
        return file.read(0, samples)
    finally:
        file.close()


@pytest.mark.long("models")
def test_frames_and_samples_change_only_inside_the_range(old: Path, tmp_path: Path) -> None:
    spec = order(old, {"start": 6, "end": 14, "sound": True}, frames=15, head=3, tail=2)
    new = made(spec, tmp_path / "range")
    before, after = pictures(old), pictures(new)
    same = (before == after).all(axis=(1, 2, 3))
    assert same.tolist() == [not 6 <= frame < 14 for frame in range(FRAMES)]
    equal = (heard(old) == heard(new)).all(axis=0)
    inside = slice(6 * 2000, 14 * 2000)
    assert equal[: inside.start].all()
    assert equal[inside.stop :].all()
    assert equal[inside].mean() < 0.1
    for plane in range(3):
        assert (planes(old, 5)[plane] == planes(new, 5)[plane]).all()


def test_pixels_outside_a_region_and_the_sound_are_equal(old: Path, tmp_path: Path) -> None:
    new = made(order(old, {"region": (17, 9, 50, 43), "feather": 4}), tmp_path / "region")
    differs = (pictures(old) != pictures(new)).any(axis=-1)
    inside = np.zeros((SIDE, SIDE), bool)
    inside[9:43, 17:50] = True
    assert not differs[:, ~inside].any()
    assert differs[:, inside].mean() > 0.8
    assert (heard(old) == heard(new)).all()


def test_chroma_is_kept_outside_the_mask_where_no_sample_is_shared() -> None:
    """Pixels outside the mask do not change after libswscale's conversion to RGB, for random planes, masks
    and soft edges. Some chroma inside the mask does change.
    """
    dice = np.random.default_rng(4)
    kind = yuv.parse_planar_format(colour.PIXELS)

    def noise() -> list[NDArray[np.uint8]]:
        sizes = ((48, 48), (24, 24), (24, 24))
        return [dice.integers(16, 235, size, dtype=np.uint8) for size in sizes]

    for _ in range(8):
        blobs = Image.fromarray(dice.integers(0, 256, (6, 6), dtype=np.uint8)).resize((48, 48))
        mask = np.where(np.asarray(blobs) > 128, np.uint8(255), np.uint8(0))
        luma, chroma = weights(mask, int(dice.integers(0, 9)))
        before, new = yuv.make_yuv_frame(kind, noise()), yuv.make_yuv_frame(kind, noise())
        after = blend_into_frame(yuv.copy_frame(before), new, (luma, chroma))
        shown = [colour.to_rgb(each) for each in (before, after)]
        differs = (shown[0] != shown[1]).any(axis=-1)
        assert not (differs & (mask == 0)).any()
        assert chroma.any()


def bare_run(folder: Path, spec: MakeVideo, sigmas: tuple[float, ...], tensor: Tensor, sound: Tensor) -> None:
    """Run video-to-video with diffusers' pipeline alone: the latents get noise of the first level and are
    then sampled.
    """
    from diffusers import FlowMatchEulerDiscreteScheduler, LTX2ConditionPipeline

    plain = FlowMatchEulerDiscreteScheduler(shift=1.0, use_dynamic_shifting=False, shift_terminal=None)
    pipe = Bare(folder, "bf16").pipeline(LTX2ConditionPipeline, scheduler=plain)
    scales = {"guidance_scale": 1.0, "stg_scale": 0.0, "modality_scale": 1.0}
    scales |= {f"audio_{name}": value for name, value in scales.items()}
    pipe(
        prompt=spec.prompt, width=SIDE, height=SIDE, num_frames=25, frame_rate=24.0, latents=tensor,
        audio_latents=sound, noise_scale=sigmas[0], sigmas=list(sigmas), output_type="latent",
        generator=torch.Generator("cpu").manual_seed(spec.seed), use_cross_timestep=False, **scales,
    )  # fmt: skip


@pytest.mark.long("models")
@pytest.mark.parametrize("what", ["all of it", "a range", "twice the sides"])
def test_take_longer_than_usual_is_changed_in_one_run(what: str, tmp_path: Path) -> None:
    """A take of 130 frames is changed in one run, although the usual run has 121."""
    frames = 130
    path = tmp_path / "long.mov"
    shown = [np.full((SIDE, SIDE, 3), 40 + frame, np.uint8) for frame in range(frames)]
    sound = np.zeros((2, frames * 2000), np.float32)
    write_take(path, shown, width=SIDE, height=SIDE, rate=RATE, frames=frames, sound=sound)
    if what == "twice the sides":
        doubled = Doubled(input=str(path), what="sides", start=0, end=frames, strength=0.5)
        spec = order(path, frames=frames, width=2 * SIDE, height=2 * SIDE, doubled=doubled)
    else:
        again = {"strength": 0.5} if what == "all of it" else {"start": 2, "end": 128}
        spec = order(path, again, frames=frames)
    assert probe(made(spec, tmp_path / "new")).frames == frames


@pytest.mark.long("models")
def test_whole_take_by_strength_equals_diffusers(old: Path, tmp_path: Path, tiny: Tiny) -> None:
    from diffusers import AutoencoderKLLTX2Audio, AutoencoderKLLTX2Video

    from milimo_tui.engines.ltx2.scene.log_mel import encode_sound

    spec = order(old, {"strength": 0.9, "sound": True}, steps=None, recipe="bf16, in main memory")
    with watched() as ours:
        new = made(spec, tmp_path / "whole")
    folder = tiny("ltx2-distilled")
    half = {"torch_dtype": torch.bfloat16}
    vae = AutoencoderKLLTX2Video.from_pretrained(folder, subfolder="vae", **half)
    audio = AutoencoderKLLTX2Audio.from_pretrained(folder, subfolder="audio_vae", **half)
    for model in (vae, audio):
        settle(model)
    shown = pictures(old)
    held = np.concatenate([shown, np.repeat(shown[-1:], 5, axis=0)])
    pixels = torch.from_numpy(held).permute(3, 0, 1, 2)[None].float() / 127.5 - 1
    with torch.no_grad():
        begun = vae.encode(pixels.to(vae.dtype)).latent_dist.mode().float()
        sound = encode_sound(audio, heard(old), 48_000, "cpu")
    state = load_file(max((tmp_path / "whole").glob("making anew-*.state")))
    count = state["sound"].shape[2]
    sound = torch.cat([sound, sound[:, :, -1:].expand(-1, -1, max(0, count - sound.shape[2]), -1)], 2)
    sigmas = (0.9, 0.725, 0.421875)
    with watched() as bare:
        bare_run(folder, spec, sigmas, begun, sound[:, :, :count])
    assert set(ours.differences(bare)) == {0.0}
    assert not (pictures(new) == shown).all(axis=(1, 2, 3)).any()


def touched(start: float, end: float, count: int) -> list[bool]:
    """Return, for each of `count` latents, True if it is made again by Lightricks' rule: its span in seconds
    touches the range. The first latent spans one frame, each other latent eight.
    """
    spans = [(max(0, 8 * one - 7), 8 * one + 1) for one in range(count)]
    return [last / 24 > start and first / 24 < end for first, last in spans]


@pytest.mark.long("models")
@pytest.mark.parametrize(("start", "end"), [(6, 14), (0, 1), (9, 20)])
def test_transformer_gets_the_latents_to_keep(start: int, end: int, old: Path, tmp_path: Path) -> None:
    made(order(old, {"start": 0, "end": 1}, seed=9), tmp_path / "loads")
    inside = [one.value for one in get_model_cache() if one.key.component == "transformer"][-1]
    levels_told: list[Tensor] = []
    hook = inside.time_embed.register_forward_pre_hook(
        lambda _, told: levels_told.append(told[0].detach().clone())
    )
    try:
        made(order(old, {"start": start, "end": end, "strength": 0.8}), tmp_path / "told")
    finally:
        hook.remove()
    wanted = np.repeat(touched(start / 24, end / 24, 4), 4)
    assert ((levels_told[0].reshape(-1)[:16] > 0).numpy() == wanted).all()
    state = load_file(max((tmp_path / "told").glob("making anew-*.state")))["picture"]
    other = load_file(max((tmp_path / "loads").glob("making anew-*.state")))["picture"]
    kept = [one for one in range(4) if not touched(start / 24, end / 24, 4)[one] and one > 0]
    assert torch.equal(state[:, :, kept], other[:, :, kept]), "they are the take's own, to the last bit"


def test_sound_latents_that_touch_the_range_are_made_again() -> None:
    """Each sound latent spans 4 mel frames at 100 per second, shifted by 3, as in Lightricks' patchifier."""
    latents = torch.arange(30.0).reshape(1, 1, 30, 1)
    found = select_held_sound(latents, (Fraction(1, 4), Fraction(1, 2)), Fraction(100), 4)
    kept = {int(value) for one in found for value in one.latents.flatten()}
    spans = [(max(0, 4 * one - 3) / 100, (4 * one + 1) / 100) for one in range(30)]
    assert kept == {one for one, (first, last) in enumerate(spans) if last <= 0.25 or first >= 0.5}
    assert [one.at for one in found] == [0, max(kept) - len(found[1].latents.flatten()) + 1]


@pytest.mark.long("models")
def test_moving_mask_is_followed_frame_by_frame(old: Path, tmp_path: Path) -> None:
    path, white = tmp_path / "mask.mov", np.zeros((FRAMES, SIDE, SIDE), bool)
    for frame in range(4, 18):
        white[frame, 8:40, 2 * frame : 2 * frame + 24] = True
    with MatteWriter(path, width=SIDE, height=SIDE, rate=RATE, frames=FRAMES) as writer:
        for one in white:
            writer.add_mask_picture(np.where(one, np.uint8(255), np.uint8(0)))
    new = made(order(old, {"mask": str(path), "feather": 0}), tmp_path / "masked")
    differs = (pictures(old) != pictures(new)).any(axis=-1)
    assert not differs[~white].any()
    assert differs[white].mean() > 0.8


@pytest.mark.long("models")
def test_new_edges_leave_the_picture_in_its_place(old: Path, tmp_path: Path) -> None:
    new = made(order(old, {"place": (32, -8)}, width=128, height=64), tmp_path / "edges")
    after = pictures(new)
    assert after.shape == (FRAMES, 64, 128, 3)
    assert (after[:, 2:56, 32:96] == pictures(old)[:, 10:]).all()
    for number in (0, 7, 19):
        for index, (before, now) in enumerate(zip(planes(old, number), planes(new, number), strict=True)):
            half = 2 if index else 1
            assert (now[: 56 // half, 32 // half : 96 // half] == before[8 // half :]).all()
    assert len(np.unique(after[:, :, :30])) > 8
    assert (heard(old) == heard(new)).all()


@pytest.mark.long("models")
@pytest.mark.parametrize("strength", [0.0, 0.6])
def test_sides_are_doubled_and_the_sound_stays(strength: float, old: Path, tmp_path: Path) -> None:
    doubled = Doubled(input=str(old), what="sides", end=FRAMES, strength=strength)
    context = JobRecorder(tmp_path)
    spec = order(old, doubled=doubled, width=2 * SIDE, height=2 * SIDE, seed=31 + round(strength))
    Ltx2().run(spec, context)
    facts = probe(tmp_path / "take.mov")
    assert (facts.width, facts.height, facts.frames, facts.rate) == (128, 128, FRAMES, RATE)
    assert (heard(old) == heard(tmp_path / "take.mov")).all()
    stages = {stage for stage, _, _ in context.reports}
    assert ("refining" in stages) is bool(strength)


@pytest.mark.long("models")
def test_frames_are_doubled_to_exactly_twice_in_the_same_time(old: Path, tmp_path: Path) -> None:
    doubled = Doubled(input=str(old), what="time", start=3, end=17)
    result = Ltx2().run(order(old, doubled=doubled, frames=14), JobRecorder(tmp_path))
    facts = probe(tmp_path / "take.mov")
    assert (facts.frames, facts.rate, facts.seconds) == (28, Fraction(48), Fraction(14, 24))
    assert (heard(old)[:, 6000:34000] == heard(tmp_path / "take.mov", 28_000)).all()
    assert "14 frames become 28 at 48 a second; of the 33 that the upsampler makes the last are cut" in (
        result.notes
    )


def test_same_request_makes_the_same_file(old: Path, tmp_path: Path) -> None:
    spec = order(old, {"start": 0, "end": 4, "strength": 0.4}, deterministic=True)
    first, second = made(spec, tmp_path / "one"), made(spec, tmp_path / "two")
    assert first.read_bytes() == second.read_bytes()


def test_strength_starts_at_its_noise_level_as_the_second_pass_does() -> None:
    assert select_noise_levels(1.0, DISTILLED) == DISTILLED
    assert select_noise_levels(REFINE[0], DISTILLED) == REFINE
    assert select_noise_levels(0.5, DISTILLED) == (0.5, 0.421875)
    assert select_noise_levels(0.1, DISTILLED) == (0.1,)
    assert select_noise_levels(0, DISTILLED) == ()


def test_long_take_is_changed_around_its_range() -> None:
    assert choose_retake_window(300, 340, 480, 481) == (0, 480)
    assert choose_retake_window(300, 340, 600, 121) == (259, 380)
    assert choose_retake_window(0, 20, 600, 121) == (0, 121)
    assert choose_retake_window(590, 600, 600, 121) == (479, 600)
    whole = order(Path("/a.mov"), {"start": 500, "end": 540}, frames=600)
    made = plan_ltx2_take(whole, Weights(find_generation("2.5"), distilled=True))
    assert (len(made.parts), made.parts[0].frames) == (1, 481)


IMPOSSIBLE: tuple[tuple[dict[str, Any], dict[str, Any], type[MilimoError], str], ...] = (
    ({"start": 5, "end": 30}, {}, BadInput, "frames 5 to 30 are not all in the take, which has 20 frames"),
    ({"start": 9, "end": 9}, {}, BadInput, "frames 9 to 9 are not all in the take"),
    ({"region": (40, 0, 70, 20)}, {}, BadInput, "is not in a picture of 64×64"),
    ({"end": 8}, {"frames": 21}, BadInput, "has 20 frames of 64×64"),
    ({"mask": "MASK"}, {}, BadInput, "the mask is empty"),
    ({"mask": "WIDE"}, {}, BadInput, "shape"),
)


@pytest.mark.parametrize(("again", "settings", "kind", "words"), IMPOSSIBLE)
def test_impossible_request_is_refused_in_one_sentence(
    again: dict[str, Any],
    settings: dict[str, Any],
    kind: type[MilimoError],
    words: str,
    old: Path,
    tmp_path: Path,
) -> None:
    sizes = {"MASK": (SIDE, SIDE), "WIDE": (SIDE, 20)}
    if "mask" in again:
        path = tmp_path / "mask.png"
        Image.new("L", sizes[again["mask"]]).save(path)
        again = again | {"mask": str(path)}
    with pytest.raises(kind, match=words):
        Ltx2().run(order(old, again, **settings), JobRecorder(tmp_path))


def test_unsupported_doubling_or_length_is_refused() -> None:
    row = find_generation("2.5")
    doubled = Doubled(input="/a.mov", what="time", end=40)
    with pytest.raises(Refused, match="temporal upsampler"):
        plan_ltx2_take(
            order(Path("/a.mov"), doubled=doubled, frames=40), Weights(row, temporal_upsampler=False)
        )
    large = order(Path("/a.mov"), {}, frames=400, width=1920, height=1088)
    with pytest.raises(Refused, match="400 frames"):
        plan_ltx2_take(large, Weights(row, distilled=True))


def test_region_and_new_edges_are_marked_as_unproved() -> None:
    for again in ({"region": (0, 0, 8, 8)}, {"place": (4, 4)}):
        changes = plan_ltx2_take(
            order(Path("/a.mov"), again), Weights(find_generation("2.5"), distilled=True)
        ).changes
        assert any("unproved on LTX-2.5" in one for one in changes)
        assert any("lossless" in one for one in changes)
    changes = plan_ltx2_take(
        order(Path("/a.mov"), {"end": 8}), Weights(find_generation("2.5"), distilled=True)
    ).changes
    assert not any("unproved" in one for one in changes)
