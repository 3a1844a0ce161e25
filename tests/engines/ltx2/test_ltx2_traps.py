"""Test of the known traps of the LTX-2 pipelines of diffusers, each on the real classes with tiny weights."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from milimo_tui.core.errors import BadInput, Cancelled, Failed, Refused
from milimo_tui.engines.contract.standalone import StandaloneContext
from milimo_tui.engines.ltx2.decode.decoding import convert_to_pictures, decode_sound, make_nan_watcher
from milimo_tui.engines.ltx2.engine import Ltx2
from milimo_tui.engines.ltx2.plan import installed_parts
from milimo_tui.engines.ltx2.plan.conditioning import open_conditioning, read_source_pictures
from milimo_tui.engines.ltx2.plan.decoder_choice import (
    TILES,
    choose_diffusion_tile,
    choose_largest_tile,
    estimate_diffusion_decoder_gb,
)
from milimo_tui.engines.ltx2.plan.generations import (
    detect_generation,
    find_config_mismatches,
    find_generation,
    read_component_config,
    require_generation_match,
)
from milimo_tui.engines.ltx2.plan.guidance import FULL, OFF
from milimo_tui.engines.ltx2.plan.schedules import DISTILLED
from milimo_tui.engines.ltx2.take import upsamplers
from milimo_tui.engines.ltx2.take.chunk_joins import ChainSound, match_colour
from milimo_tui.engines.ltx2.take.loras import ActiveLora, set_take_loras, switch_pass_loras
from milimo_tui.engines.ltx2.take.pipelines import (
    GivenLatents,
    HeldSound,
    Pinned,
    make_ancestral_scheduler,
    make_scheduler,
    prepare_pipeline,
)
from milimo_tui.engines.ltx2.take.sampling import Latents, SamplingPass, choose_stg_block, run_sampling_pass
from milimo_tui.engines.ltx2.take.session import Session, open_session
from milimo_tui.engines.ltx2.take.sound_levels import mark_held_sound_clean
from milimo_tui.engines.recipes.values import Recipe
from milimo_tui.engines.runtime.active_loras import Adapter
from milimo_tui.engines.runtime.determinism import make_cpu_generator
from milimo_tui.engines.specs.video_specs import Conditioning, MakeVideo
from milimo_tui.media.encode.take_file import write_take
from tests.engines.spoiled_weights import foreign_lora, larger_lora, pickled
from tests.engines.tiny_home import Tiny, furnish, tiny

__all__ = ["tiny"]

RECIPE = Recipe("ltx2", "float32, in main memory", "float32", "none", "none")
RATE = Fraction(24)


class StepRecorder(StandaloneContext):
    """A job context that records its progress reports and can cancel the job at a given step."""

    def __init__(self, workspace: Path, stop: tuple[str, int] | None = None) -> None:
        super().__init__(workspace)
        self.stop = stop
        self.stages: list[tuple[str, int]] = []
        self.previews: list[bytes] = []

    def progress(
        self, stage: str, done: int, total: int, note: str = "", *, frames: tuple[int, int] | None = None
    ) -> None:
        self.stages.append((stage, done))
        if self.stop == (stage, done):
            raise Cancelled("cancelled by request")

    def preview(self, picture: bytes | Callable[[], bytes]) -> None:
        self.previews.append(picture if isinstance(picture, bytes) else picture())


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Session:
    folder = tmp_path_factory.mktemp("traps")
    store = furnish(folder / "home", tiny, "ltx2", "ltx2-camera-lora", "ltx2-ic-motion")
    return open_session(
        store.resolve("ltx2"),
        RECIPE,
        StandaloneContext(folder / "work"),
        follows_control=False,
        upsamplers={},
    )


def asked(session: Session, **changes: Any) -> SamplingPass:
    base: dict[str, Any] = {
        "stage": "sampling",
        "generation": find_generation("2.0"),
        "words": session.encode_prompts("a lamp", "rain", guided=True, stage="reading"),
        "width": 64,
        "height": 64,
        "frames": 17,
        "rate": RATE,
        "seed": 7,
        "dice": make_cpu_generator(changes.get("seed", 7)),
        "sigmas": (1.0, 0.7, 0.4),
        "guidance": FULL,
    }
    return SamplingPass(**{**base, **changes})


def made(session: Session, context: StandaloneContext, **changes: Any) -> Latents:
    return run_sampling_pass(session.pipeline, asked(session, **changes), context, "", session.projection)


# -- noise levels


@pytest.mark.long("models")
def test_distilled_noise_levels_are_not_bent_by_the_scheduler(session: Session) -> None:
    ours = make_scheduler()
    ours.set_timesteps(sigmas=list(DISTILLED), mu=2.05)
    assert ours.sigmas.tolist() == pytest.approx([*DISTILLED, 0.0])
    shipped = type(ours).from_config(read_component_config(session.found.path, "scheduler"))
    shipped.set_timesteps(sigmas=list(DISTILLED), mu=2.05)
    # The shipped scheduler shifts the noise levels; the right value is 0.421875
    assert shipped.sigmas[-2] == pytest.approx(0.1)
    eta = make_ancestral_scheduler(1.0, 7)
    eta.set_timesteps(sigmas=list(DISTILLED), mu=2.05)
    assert eta.sigmas.tolist() == pytest.approx([*DISTILLED, 0.0])
    assert len(eta.timesteps) == len(DISTILLED)


@pytest.mark.long("models")
def test_pipeline_equals_the_plain_one_without_inputs(session: Session, tmp_path: Path) -> None:
    """Milimo's additions to the pipelines of diffusers change nothing if they are not used."""
    from diffusers import LTX2ConditionPipeline

    latents = made(session, StandaloneContext(tmp_path))
    plain = LTX2ConditionPipeline(**session.parts, scheduler=make_scheduler())
    plain.set_progress_bar_config(disable=True)
    wish = asked(session)
    out = plain(
        **wish.words.build_prompt_arguments(),
        **wish.guidance.build_pipeline_arguments(),
        width=64,
        height=64,
        num_frames=17,
        frame_rate=24.0,
        sigmas=list(wish.sigmas),
        num_inference_steps=3,
        generator=torch.Generator("cpu").manual_seed(7),
        use_cross_timestep=False,
        spatio_temporal_guidance_blocks=[1],
        output_type="latent",
    )
    assert torch.equal(out.frames, latents.picture)
    assert torch.equal(out.audio, latents.sound)


# -- guidance


@pytest.mark.long("models")
@pytest.mark.parametrize(("guidance", "calls"), [(OFF, 1), (FULL, 3)])
def test_passes_of_the_transformer_in_a_step_are_counted(
    session: Session, tmp_path: Path, guidance: Any, calls: int
) -> None:
    """Each kind of guidance runs the expected number of transformer passes per step. Without guidance there
    is one pass; `guidance_scale=1` alone would leave three.
    """
    seen: list[int] = []
    hook = session.parts["transformer"].register_forward_pre_hook(lambda *_: seen.append(1))
    try:
        made(session, StandaloneContext(tmp_path), guidance=guidance)
    finally:
        hook.remove()
    assert len(seen) == 3 * calls


def test_unknown_block_to_perturb_is_reported(session: Session) -> None:
    assert choose_stg_block(find_generation("2.0"), session.parts["transformer"]) == 1


# -- inputs for which the pipelines have no argument


def test_continuing_from_a_step_gives_the_same_latents(session: Session, tmp_path: Path) -> None:
    """A job that was stopped after a step and continued from its checkpoint gives bit-identical latents, also
    with a conditioning picture.
    """
    picture = Image.fromarray(np.full((64, 64, 3), 90, np.uint8))
    follows = {"conditions": _conditions(picture), "guidance": OFF}
    whole = made(session, CheckpointContext(tmp_path / "a"), **follows)
    stopped = CheckpointContext(tmp_path / "b", stop=("sampling", 2))
    with pytest.raises(Cancelled):
        made(session, stopped, **follows)
    stopped.stop, stopped.stages = None, []
    again = made(session, stopped, **follows)
    assert stopped.stages[0] == ("sampling", 2)  # the checkpoint was saved before the cancel was noticed
    assert torch.equal(whole.picture, again.picture)
    assert torch.equal(whole.sound, again.sound)


def test_strength_sets_how_close_the_take_stays_to_a_picture(session: Session, tmp_path: Path) -> None:
    """Strength 1 holds the latents of the picture, strength 0 ignores the picture, and values between 0 and 1
    give results between.
    """
    picture = Image.fromarray(np.full((64, 64, 3), 90, np.uint8))

    def first(strength: float | None) -> torch.Tensor:
        shown = [Pinned(frames=picture, strength=strength or 0.0, crf=33)]
        follows = {"conditions": shown if strength is not None else []}
        return made(session, StandaloneContext(tmp_path), guidance=OFF, frames=9, **follows).picture[:, :, :1]

    held, half, none = (first(strength) for strength in (1.0, 0.5, 0.0))
    assert torch.equal(none, first(None))
    assert 0 < (half - held).abs().mean() < (none - held).abs().mean()


def test_stochastic_steps_keep_inputs_and_can_be_continued(session: Session, tmp_path: Path) -> None:
    """Stochastic sampling keeps the held latents and can be continued from a checkpoint. The first pass of
    LTX-2.5's distilled schedule adds noise to every token, including held ones.
    """
    picture = Image.fromarray(np.full((64, 64, 3), 90, np.uint8))
    follows: dict[str, Any] = {
        "conditions": _conditions(picture)[:1],
        "guidance": OFF,
        "generation": find_generation("2.5"),
    }
    plain = made(session, StandaloneContext(tmp_path), **follows)
    noisy = made(session, CheckpointContext(tmp_path / "a"), stochastic=True, **follows)
    held = plain.picture[:, :, :1]
    assert torch.allclose(noisy.picture[:, :, :1], held, atol=1e-4)
    assert not torch.allclose(noisy.picture[:, :, 1:], plain.picture[:, :, 1:], atol=1e-2)
    stopped = CheckpointContext(tmp_path / "b", stop=("sampling", 1))
    with pytest.raises(Cancelled):
        made(session, stopped, stochastic=True, **follows)
    stopped.stop = None
    again = made(session, stopped, stochastic=True, **follows)
    assert torch.equal(again.picture, noisy.picture)
    assert torch.equal(again.sound, noisy.sound)


def _conditions(picture: Image.Image) -> list[Any]:
    return [
        Pinned(frames=picture, crf=33),
        Pinned(frames=picture, frame=12, strength=0.6, crf=33),
    ]


class CheckpointContext(StepRecorder):
    """A context that saves a checkpoint after every step, as files in memory."""

    def __init__(self, workspace: Path, stop: tuple[str, int] | None = None) -> None:
        super().__init__(workspace, stop)
        self.checkpoints = MemoryCheckpoints(workspace)


class MemoryCheckpoints:
    def __init__(self, folder: Path) -> None:
        self.folder, self.steps = folder, 0

    def newest(self, stage: str, signature: str) -> Any:
        from milimo_tui.engines.contract.engine import Checkpoint

        return Checkpoint(self.steps, self.folder / f"{self.steps}.state") if self.steps else None

    def due(self) -> bool:
        return True

    def save(self, stage: str, signature: str, step: int, write: Callable[[Path], None]) -> None:
        self.steps = step
        write(self.folder / f"{step}.state")


def test_given_latents_are_returned_unchanged(session: Session, tmp_path: Path) -> None:
    """Given latents are returned unchanged: the end of one part starts the next part as the same latents,
    without decoding and encoding.
    """
    first = made(session, StandaloneContext(tmp_path), guidance=OFF)
    given, held = GivenLatents(first.picture[:, :, :2]), (HeldSound(first.sound[:, :, :5]),)
    for guidance in (OFF, FULL):
        around = (mark_held_sound_clean(held),)
        asked_for = {"guidance": guidance, "seed": 8, "given": given, "held": held, "around": around}
        second = made(session, StandaloneContext(tmp_path), **asked_for)
        assert torch.allclose(second.picture[:, :, :2], given.latents, atol=1e-4)
        assert not torch.allclose(second.picture[:, :, 2:], first.picture[:, :, 2:], atol=1e-2)
        assert torch.allclose(second.sound[:, :, :5], held[0].latents, atol=1e-5)
        assert not torch.allclose(second.sound[:, :, 5:], first.sound[:, :, 5:], atol=1e-2)
    prepare_pipeline(session.pipeline, given=None, held=(), middle=None, remember=None)
    # The pipeline has restored the autoencoder's own `encode`
    assert "encode" not in vars(session.parts["vae"])


def test_prompt_is_read_and_a_picture_encoded_once(session: Session, tmp_path: Path) -> None:
    read: list[int] = []
    encoded: list[int] = []
    hooks = (
        session.parts["text_encoder"].register_forward_pre_hook(lambda *_: read.append(1)),
        session.parts["vae"].encoder.register_forward_pre_hook(lambda *_: encoded.append(1)),
    )
    picture = Image.fromarray(np.full((64, 64, 3), 33, np.uint8))
    follows = {"conditions": _conditions(picture), "guidance": OFF, "remember": session.encode_with_cache}
    try:
        # Prompts that no other test of this process uses, so that they are not cached
        told = ("a lamp of its own", "no rain of its own")
        words = [session.encode_prompts(*told, guided=True, stage="reading")]
        once = len(read)
        words.append(session.encode_prompts(*told, guided=True, stage="reading"))
        again = len(read) - once
        takes = [made(session, StandaloneContext(tmp_path), **follows) for _ in range(2)]
    finally:
        for hook in hooks:
            hook.remove()
    assert (once, again) == (2, 0), "the prompt and the negative one, the first time"
    assert len(encoded) == 1, "the picture stands twice"
    assert torch.equal(words[0].prompt, words[1].prompt)
    assert torch.equal(takes[0].picture, takes[1].picture)


def test_parts_are_shared_without_conversion(session: Session) -> None:
    """A pipeline is assembled from the loaded components themselves. `from_pipe` of diffusers would convert
    them to float32.
    """
    from milimo_tui.engines.ltx2.take.pipelines import assemble_pipeline

    other = assemble_pipeline(dict(session.parts), follows_control=True)
    assert all(getattr(other, name) is part for name, part in session.parts.items())
    session.parts["vocoder"].to(torch.bfloat16)
    try:
        third = assemble_pipeline(dict(session.parts), follows_control=False)
        assert third.vocoder.dtype == torch.bfloat16
    finally:
        session.parts["vocoder"].to(torch.float32)


def test_cancel_at_a_step_decodes_nothing_and_the_pipeline_stays_usable(
    session: Session, tmp_path: Path
) -> None:
    decoded: list[int] = []
    hook = session.parts["vae"].decoder.register_forward_pre_hook(lambda *_: decoded.append(1))
    try:
        for step in (0, 1, 2):
            with pytest.raises(Cancelled):
                made(session, StepRecorder(tmp_path, stop=("sampling", step)), guidance=OFF)
        made(session, StepRecorder(tmp_path), guidance=OFF)
    finally:
        hook.remove()
    assert decoded == []


def test_steps_are_shown(session: Session, tmp_path: Path) -> None:
    context = StepRecorder(tmp_path)
    made(session, context, guidance=OFF)
    assert len(context.previews) == 3
    assert all(picture.startswith(b"\xff\xd8") and len(picture) < 40_000 for picture in context.previews)


# -- results that are not numbers (NaN)


def test_nan_is_found_at_once_with_its_frame_and_seed(session: Session, tmp_path: Path) -> None:
    tokens = torch.zeros(1, 3 * 4, 128)
    look = make_nan_watcher(seed=77, frames=3, rows=2, columns=2)
    look(1, tokens)
    tokens[0, 2 * 4 + 1, 5] = float("nan")
    with pytest.raises(Failed, match=r"frame 9 at step 2, seed 77"):
        look(2, tokens)
    pixels = torch.zeros(1, 3, 9, 4, 4)
    pixels[0, 0, 6, 1, 1] = float("inf")
    with pytest.raises(Failed, match=r"frame 6, seed 5"):
        list(convert_to_pictures(pixels, 5))
    weight = session.parts["transformer"].proj_out.bias
    before = weight.detach().clone()
    context = StepRecorder(tmp_path)
    try:
        with torch.no_grad():
            weight.fill_(float("nan"))
        with pytest.raises(Failed, match=r"\(NaN\) in frame 0 at step 1, seed 7"):
            made(session, context, guidance=OFF)
    finally:
        with torch.no_grad():
            weight.copy_(before)
    assert ("sampling", 2) not in context.stages


def test_sound_that_ends_early_is_padded_in_the_file(session: Session, tmp_path: Path) -> None:
    latents = made(session, StandaloneContext(tmp_path), guidance=OFF, frames=9)
    heard, rate = decode_sound(session.parts, latents.sound, 7, "cpu")
    assert rate == 24000
    assert heard.shape[1] == 7920 < 9 * rate / RATE  # the vocoder gives 0.330 s for a clip of 0.375 s


# -- weights that do not match


def test_generation_is_recognised_by_the_configuration(tiny: Tiny, tmp_path: Path) -> None:
    for name, id in (("ltx2", "2.0"), ("ltx23", "2.3"), ("ltx25", "2.5")):
        assert detect_generation(tiny(name)).id == id
        require_generation_match(find_generation(id), tiny(name))
    with pytest.raises(Refused, match=r"LTX-2\.3: transformer .*gated_attn"):
        require_generation_match(find_generation("2.3"), tiny("ltx2"))
    shutil.copytree(tiny("ltx2"), tmp_path / "voice")
    for component in ("vocoder", "text_encoder"):
        own = tmp_path / "voice" / component / "config.json"
        own.unlink()
        shutil.copyfile(tiny("ltx25") / component / "config.json", own)
    rate, encoder, vocoder = find_config_mismatches(find_generation("2.0"), tmp_path / "voice")
    assert "output_sampling_rate = 48000" in rate
    assert "24000" in rate
    assert "Gemma4UnifiedForConditionalGeneration" in encoder
    assert "Gemma3ForConditionalGeneration" in encoder
    assert "LTX2VocoderWithBWE" in vocoder
    assert "LTX2Vocoder" in vocoder.split()
    odd = tmp_path / "odd"
    for component in ("transformer", "vocoder"):
        (odd / component).mkdir(parents=True)
        (odd / component / "config.json").write_text('{"_class_name": "Other", "gated_attn": true}')
    with pytest.raises(Refused, match="known generation"):
        detect_generation(odd)


def test_distilled_weights_are_recognised(tiny: Tiny, tmp_path: Path) -> None:
    store = furnish(tmp_path / "home", tiny, "ltx2", "ltx2-distilled", "ltx2-upsampler", "ltx2-ic-depth")
    full = installed_parts.weights(store, store.resolve("ltx2", "model", "tiny-ltx2"))
    assert (full.distilled, full.upsampler, full.distilled_lora) == (False, True, False)
    assert full.controls == {"depth"}
    assert installed_parts.weights(store, store.resolve("ltx2", "model", "tiny-ltx2-distilled")).distilled


# -- LoRAs


def _worn(path: Path, digest: str = "0" * 64, **more: Any) -> ActiveLora:
    return ActiveLora(Adapter(path.stem, path, digest, 1.0), **more)


def test_unfitting_loras_are_refused_and_never_skipped(session: Session, tmp_path: Path) -> None:
    spoiled = {
        foreign_lora(tmp_path / "foreign.safetensors"): "which the model",
        larger_lora(tmp_path / "larger.safetensors"): "another size",
    }
    for path, said in spoiled.items():
        with pytest.raises(Refused, match=said):
            set_take_loras([_worn(path)], session.pipeline, StandaloneContext(tmp_path))
    with pytest.raises(BadInput, match="pickle"):
        set_take_loras(
            [_worn(pickled(tmp_path / "bad.safetensors"))], session.pipeline, StandaloneContext(tmp_path)
        )
    assert session.pipeline.get_list_adapters() == {}


def test_lora_is_active_in_its_own_pass_and_removed_when_unused(
    session: Session, tmp_path: Path, tiny: Tiny
) -> None:
    path = tiny("ltx2-camera-lora") / "lora.safetensors"
    before = made(session, StandaloneContext(tmp_path), guidance=OFF).picture
    worn = [_worn(path, passes=frozenset({"first"}))]
    set_take_loras(worn, session.pipeline, StandaloneContext(tmp_path))
    switch_pass_loras(worn, session.pipeline, "first")
    assert not torch.equal(made(session, StandaloneContext(tmp_path), guidance=OFF).picture, before)
    switch_pass_loras(worn, session.pipeline, "second")
    assert torch.equal(made(session, StandaloneContext(tmp_path), guidance=OFF).picture, before)
    set_take_loras([], session.pipeline, StandaloneContext(tmp_path))
    assert torch.equal(made(session, StandaloneContext(tmp_path), guidance=OFF).picture, before)


def test_ic_lora_gives_the_scale_of_its_reference(tiny: Tiny, tmp_path: Path) -> None:
    assert installed_parts.read_reference_downscale(tiny("ltx2-ic-motion") / "lora.safetensors") == 2
    assert installed_parts.read_reference_downscale(tiny("ltx2-camera-lora") / "lora.safetensors") == 1
    odd = tmp_path / "odd.safetensors"
    save_file(
        load_file(tiny("ltx2-camera-lora") / "lora.safetensors"), odd, {"reference_downscale_factor": "-1"}
    )
    with pytest.raises(BadInput, match=": -1"):
        installed_parts.read_reference_downscale(odd)


# -- upsamplers and decoders


def test_upsampler_in_one_file_is_recognised_by_its_sizes(tiny: Tiny) -> None:
    from diffusers.pipelines.ltx2 import LTX2LatentUpsamplerModel

    for name in ("ltx2-upsampler", "ltx23-upsampler", "ltx2-temporal"):
        folder = tiny(name) / "latent_upsampler"
        config = LTX2LatentUpsamplerModel.load_config(folder)
        read = upsamplers.derive_upsampler_config(load_file(folder / "diffusion_pytorch_model.safetensors"))
        assert {key: config[key] for key in read if key != "use_rational_resampler"} == {
            key: value for key, value in read.items() if key != "use_rational_resampler"
        }
        assert read["use_rational_resampler"] == (name == "ltx2-upsampler")
    with pytest.raises(KeyError):
        upsamplers.derive_upsampler_config(load_file(tiny("ltx2-camera-lora") / "lora.safetensors"))


def test_upsamplers_are_not_confused(tiny: Tiny, tmp_path: Path) -> None:
    store = furnish(tmp_path / "home", tiny, "ltx2", "ltx2-upsampler", "ltx2-temporal")
    sides = store.resolve("ltx2", "upsampler", "tiny-ltx2")
    with pytest.raises(Refused, match="sides, not time"):
        upsamplers.load_upsampler("temporal_upsampler", sides, RECIPE, StandaloneContext(tmp_path))


PUBLISHED = {"decoder_stage_channels": [2048, 1024, 512, 512, 256], "patch_size": 4}


def test_diffusion_decoder_uses_the_largest_tiles_that_fit(tiny: Tiny) -> None:
    needed = [estimate_diffusion_decoder_gb(PUBLISHED, one, 121, 1280, 704) for one in TILES]
    assert needed == sorted(needed, reverse=True)
    assert [choose_largest_tile(PUBLISHED, gb, 121, 1280, 704) for gb in needed] == list(TILES)
    assert choose_largest_tile(PUBLISHED, needed[-1] - 0.1, 121, 1280, 704) is None
    # Most of the memory is 80 frames of 192 × 176 tokens with 256 numbers each, held twelve times.
    assert needed[0] == pytest.approx(80 * 192 * 176 * 256 * 12 * 2 / 1e9, rel=0.4)
    folder = tiny("ltx25")
    assert choose_diffusion_tile(folder, 1.0, 9, 64, 64, card=False) == (TILES[0], "")
    used, reason = choose_diffusion_tile(folder, 0.0, 9, 64, 64, card=True)
    assert used is None
    assert "by the autoencoder" in reason
    used, reason = choose_diffusion_tile(folder, 100.0, 121, 1280, 704, card=False)
    assert used is None
    assert "too long" in reason
    # LTX-2.3 has no diffusion decoder
    assert choose_diffusion_tile(tiny("ltx23"), 100.0, 121, 1280, 704, card=True) == (None, "")


# -- joining the sound of two parts


def test_sound_of_chunks_is_cut_at_its_start_and_faded() -> None:
    track = ChainSound(RATE, 48000)
    first = np.full((2, 121 * 2000), 0.5, np.float32)
    later = np.full((2, 41 * 2000), -0.5, np.float32)
    out = [
        track.add_chunk_sound(first, 0, 0),
        track.add_chunk_sound(later, 96, 25),
        track.get_remaining_sound(),
    ]
    whole = np.concatenate(out, axis=1)
    assert whole.shape[1] == 137 * 2000
    middle = round(108.5 * 2000)
    assert (whole[:, : middle - 3000] == 0.5).all()
    assert (whole[:, middle + 3000 :] == -0.5).all()
    assert np.abs(np.diff(whole[0])).max() < 0.01  # a larger difference would be heard as a click


def test_colour_drift_of_a_chunk_is_corrected() -> None:
    random = np.random.default_rng(0)
    before = random.integers(40, 200, (25, 32, 32, 3)).astype(np.uint8)
    drifted = np.clip(before.astype(np.float32) * 0.95 + 8, 0, 255).astype(np.uint8)
    matched = match_colour(drifted.copy(), drifted, before)
    assert np.abs(matched.astype(int) - before.astype(int)).mean() < 1
    assert (match_colour(before.copy(), before, before) == before).all()


def test_continued_shot_shows_its_true_last_frame(tmp_path: Path) -> None:
    path = tmp_path / "clip.mov"
    frames = np.zeros((9, 64, 64, 3), np.uint8)
    for index, frame in enumerate(frames):
        frame[:] = 20 + 25 * index
    write_take(path, frames, width=64, height=64, rate=RATE, frames=9)

    def shade(one: Conditioning) -> tuple[bool, int]:
        source = open_conditioning(one)
        shown = np.asarray(read_source_pictures(source, source.count_frames(RATE), RATE)[-1])
        return source.is_clip, round((float(shown.mean()) - 20) / 25)

    assert shade(Conditioning(input=str(path), source="continuity")) == (False, 8)
    assert shade(Conditioning(input=str(path), at=3)) == (False, 3)
    assert shade(Conditioning(input=str(path), at=-2)) == (False, 7)
    assert shade(Conditioning(input=str(path))) == (True, 8)
    with pytest.raises(BadInput, match="has 9 frames"):
        open_conditioning(Conditioning(input=str(path), at=9))


def test_only_takes_are_made(tmp_path: Path) -> None:
    from milimo_tui.engines.specs.picture_specs import MakePicture

    with pytest.raises(BadInput, match="can't do"):
        Ltx2().run(MakePicture(width=64, height=64), StandaloneContext(tmp_path))
    assert MakeVideo(frames=9, rate="24/1", width=64, height=64).kind == "make_video"
