"""Test of pictures of characters, props and places as references of an LTX-2 take: they are placed where the
authors of the reference LoRAs put them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor

from milimo_tui.core.errors import Unavailable
from milimo_tui.engines.contract.standalone import StandaloneContext
from milimo_tui.engines.ltx2.engine import Ltx2
from milimo_tui.engines.ltx2.plan.generations import find_generation
from milimo_tui.engines.ltx2.plan.plan import Weights, plan_ltx2_take
from milimo_tui.engines.ltx2.plan.relay import find_prompt_segments
from milimo_tui.engines.ltx2.plan.subjects import share_out_clip_latents
from milimo_tui.engines.runtime.model_cache import get_model_cache
from milimo_tui.engines.specs.video_specs import Beat, Beats, Control, MakeVideo, Subject, Subjects
from milimo_tui.media.read.frames import FrameReader
from tests.engines.recording_context import JobRecorder
from tests.engines.tiny_home import Tiny, furnish, tiny

__all__ = ["tiny"]

RATE, SIDE = 24, 64
COLOURS = {"Mara": (200, 40, 40), "lamp": (40, 200, 40), "Kitchen": (40, 40, 200)}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Path:
    folder = tmp_path_factory.mktemp("pictured") / "home"
    furnish(folder, tiny, "ltx23", "ltx25", "ltx23-subjects", "ltx25-subjects")
    return folder


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    monkeypatch.setenv("MILIMO_HOME", str(home))


@pytest.fixture
def subjects(tmp_path: Path) -> Subjects:
    """Create three subjects with pictures of different shapes: a tall person, a square lamp and a wide
    place.
    """
    sizes = {"Mara": (32, 96), "lamp": (48, 48), "Kitchen": (160, 80)}
    parts = []
    for name, colour in COLOURS.items():
        Image.new("RGB", sizes[name], colour).save(tmp_path / f"{name}.png")
        parts.append(Subject(input=str(tmp_path / f"{name}.png"), name=name, is_place=name == "Kitchen"))
    return Subjects(parts=tuple(parts))


def spec(model: str, **settings: Any) -> MakeVideo:
    base: dict[str, Any] = {"engine": "ltx2", "prompt": "Mara sits.", "frames": 33, "rate": "24/1"}
    base |= {"width": SIDE, "height": SIDE, "stages": "one", "steps": 2, "guidance": 1.0, "model": model}
    return MakeVideo(**{**base, **settings})


def part(component: str, model: str, folder: Path) -> Any:
    """Return the loaded component of the model, after a take made it load."""
    Ltx2().run(spec(model, frames=9), StandaloneContext(made_in(folder)))
    return next(
        held.value for held in get_model_cache() if (held.key.component, held.key.title) == (component, model)
    )


@contextmanager
def looking(transformer: Any) -> Iterator[list[dict[str, Any]]]:
    """Record the arguments of every transformer call."""
    calls: list[dict[str, Any]] = []

    def note(_: Any, __: Any, named: dict[str, Any]) -> None:
        calls.append({name: one.clone() if isinstance(one, Tensor) else one for name, one in named.items()})

    hook = transformer.register_forward_pre_hook(note, with_kwargs=True)
    try:
        yield calls
    finally:
        hook.remove()


def encoded(vae: Any, frames: list[Image.Image]) -> Tensor:
    """Encode pictures as one clip and return their tokens (n, channels), packed for the transformer as
    diffusers does.
    """
    pixels = torch.from_numpy(np.stack([np.asarray(one) for one in frames])).permute(3, 0, 1, 2)[None]
    with torch.no_grad():
        latents = vae.encode(pixels.float() / 127.5 - 1).latent_dist.mode()
    mean, std = (one.view(1, -1, 1, 1, 1) for one in (vae.latents_mean, vae.latents_std))
    return torch.as_tensor(((latents - mean) / std)[0].flatten(1).T)


def on_white(name: str, size: tuple[int, int]) -> Image.Image:
    whole = Image.new("RGB", (SIDE, SIDE), (255, 255, 255))
    whole.paste(Image.new("RGB", size, COLOURS[name]), ((SIDE - size[0]) // 2, (SIDE - size[1]) // 2))
    return whole


def filled(name: str) -> Image.Image:
    return Image.new("RGB", (SIDE, SIDE), COLOURS[name])


def mark(file: Path, number: int) -> Tensor:
    """Compute the embedding of a reference slot as the LoRA's authors do: features of number / 16, then two
    layers with SiLU between them.
    """
    state = {name.partition("embedding.")[2]: one for name, one in load_file(file).items() if "slot" in name}
    scaled = number / 16
    waves = [scaled * float(each) for each in state["frequencies"]]
    features = torch.tensor([scaled, *map(math.sin, waves), *map(math.cos, waves)])
    hidden = state["net.0.weight"] @ features + state["net.0.bias"]
    return torch.as_tensor(state["net.2.weight"] @ (hidden / (1 + torch.exp(-hidden))) + state["net.2.bias"])


@pytest.mark.long("models")
def test_slots_precede_the_first_frame_each_with_its_mark(
    home: Path, subjects: Subjects, tmp_path: Path
) -> None:
    """LTX-2.5: each slot is a clip of 33 equal frames, five latents. The n-th of three slots is placed 4 − n
    frames before the take.
    """
    transformer = part("transformer", "tiny-ltx25", tmp_path / "loads")
    vae = part("vae", "tiny-ltx25", tmp_path / "again")
    with looking(transformer) as calls:
        result = Ltx2().run(spec("tiny-ltx25", subjects=subjects), JobRecorder(made_in(tmp_path / "take")))
    assert any("Mara, lamp, Kitchen" in note for note in result.notes)
    call, own, each = calls[0], 5 * 4, 5 * 4
    assert call["hidden_states"].shape[1] == own + 3 * each
    assert call["num_frames"] == 5, "of the take alone"
    told = call["video_coords"][0, 0, own:] * RATE
    for at in range(3):
        starts = [0, 1, 9, 17, 25]
        wanted = [
            [start - (3 - at), end - (3 - at)] for start, end in zip(starts, [1, 9, 17, 25, 33], strict=True)
        ]
        rows = told[at * each : (at + 1) * each].unflatten(0, (5, 4))[:, 0]
        assert rows == pytest.approx(torch.tensor(wanted, dtype=torch.float32), abs=1e-4)
    assert not call["timestep"][0, own:].any(), "they have no noise"
    file = home / "models" / "tiny-ltx25-subjects" / "lora.safetensors"
    shown = on_white("Mara", (21, 64)), on_white("lamp", (64, 64)), filled("Kitchen")
    given = call["hidden_states"][0, own:].float()
    for at, picture in enumerate(shown):
        wanted_tokens = encoded(vae, [picture] * 33) + mark(file, at + 1)
        assert given[at * each : (at + 1) * each] == pytest.approx(wanted_tokens, abs=2e-4)


@pytest.mark.long("models")
def test_clip_is_followed_from_the_first_frame(subjects: Subjects, tmp_path: Path) -> None:
    """LTX-2.3: the references form one clip that starts at the first frame of the take: three latents of the
    first subject, two of the second, the place last.
    """
    transformer = part("transformer", "tiny-ltx23", tmp_path / "loads")
    vae = part("vae", "tiny-ltx23", tmp_path / "again")
    with looking(transformer) as calls:
        shot = spec("tiny-ltx23", subjects=subjects, frames=41)
        Ltx2().run(shot, JobRecorder(made_in(tmp_path / "take")))
    call, own = calls[0], 6 * 4
    assert call["hidden_states"].shape[1] == 2 * own
    assert call["video_coords"][0, :, own:] == pytest.approx(call["video_coords"][0, :, :own])
    clip = [on_white("Mara", (21, 64))] * 17 + [on_white("lamp", (64, 64))] * 16 + [filled("Kitchen")] * 8
    assert call["hidden_states"][0, own:].float() == pytest.approx(encoded(vae, clip), abs=2e-4)


@pytest.mark.long("models")
def test_pictures_are_sent_where_their_lora_is_fused(subjects: Subjects, tmp_path: Path) -> None:
    """Reference pictures also reach the model if their LoRA is merged into the weights. A worker merges the
    LoRA for its first take, when no other LoRA is active and the weights are not in memory yet.
    """
    shot = spec("tiny-ltx23", subjects=subjects, frames=9)
    shown = []
    for name, more in (("merged", {}), ("apart", {"deterministic": True})):
        get_model_cache().clear()
        context = JobRecorder(made_in(tmp_path / name))
        Ltx2().run(shot.model_copy(update=more), context)
        assert any("is merged" in line for line in context.lines) is (name == "merged")
        with FrameReader(tmp_path / name / "take.mov") as reader:
            shown.append(np.stack([reader.picture(Fraction(n, RATE)) for n in range(9)]))
    difference = np.abs(shown[0].astype(int) - shown[1].astype(int))
    assert difference.mean() < 0.1, "but for rounding"


@pytest.mark.parametrize(
    ("people", "latents", "wanted"),
    [(1, 5, [5]), (2, 5, [3, 2]), (3, 5, [2, 2, 1]), (4, 5, [2, 1, 1, 1]), (4, 8, [2, 2, 2, 2]),
     (2, 8, [5, 3]), (3, 7, [3, 2, 2])],
)  # fmt: skip
def test_latents_of_the_clip_are_shared_with_pictures_as_by_the_makers(
    people: int, latents: int, wanted: list[int]
) -> None:
    """The latents of the reference clip are shared among the pictures as in LiconStudio's node for LTX-2.3.
    The expected numbers were calculated by hand from its rule.
    """
    assert share_out_clip_latents(people, latents) == wanted


@pytest.mark.long("models")
def test_picture_is_encoded_once_for_all_takes(subjects: Subjects, tmp_path: Path) -> None:
    vae = part("vae", "tiny-ltx25", tmp_path / "loads")
    encodings: list[int] = []
    hook = vae.encoder.register_forward_pre_hook(lambda *_: encodings.append(1))
    pictures = Subjects(parts=subjects.parts[:2])
    try:
        for name in ("first", "second"):
            other = spec("tiny-ltx25", subjects=pictures, prompt=f"The {name} take.", width=96)
            Ltx2().run(other, JobRecorder(made_in(tmp_path / name)))
    finally:
        hook.remove()
    assert len(encodings) == 2


def test_unsupported_pictures_are_left_out_or_asked_about(subjects: Subjects) -> None:
    weights = Weights(find_generation("2.5"), controls=frozenset({"subjects"}), layout="slots")
    bare = Weights(find_generation("2.5"), controls=frozenset())
    old = Weights(find_generation("2.0"))
    shot = spec("", subjects=subjects)
    assert [one.name for one in plan_ltx2_take(shot, weights).subjects] == list(COLOURS)
    assert (
        plan_ltx2_take(shot, weights).pipeline.pipeline,
        plan_ltx2_take(shot, bare).pipeline.pipeline,
    ) == (
        "ic_lora",
        "ti2vid",
    )
    assert any(
        "milimo model download ltx-2.5-subjects" in each for each in plan_ltx2_take(shot, bare).changes
    )
    assert any("the board" in each for each in plan_ltx2_take(shot, old).changes)
    wanted = shot.model_copy(update={"subjects": subjects.model_copy(update={"by": "on"})})
    with pytest.raises(Unavailable, match=r"LoRA of LTX-2\.5"):
        plan_ltx2_take(wanted, bare)
    off = shot.model_copy(update={"subjects": Subjects(by="off")})
    assert plan_ltx2_take(off, weights).subjects == ()


def test_prompt_starts_with_a_line_for_each_as_in_the_makers_workflow(subjects: Subjects) -> None:
    weights = Weights(find_generation("2.3"), controls=frozenset({"subjects"}), layout="clip")
    sits, stands = "Mara sits.", "The lamp stands."
    beats = (Beat(words=sits, start=0, end=24), Beat(words=stands, start=24, end=49))
    mara = subjects.parts[0].model_copy(update={"words": "a woman in red"})
    pictured = Subjects(parts=(mara, *subjects.parts[1:]))
    shot = spec("", prompt=f"{sits} {stands}", frames=49, subjects=pictured, beats=Beats(parts=beats))
    made = plan_ltx2_take(shot, weights)
    (part,) = made.parts
    assert part.prompt.splitlines() == [
        "Figure 1: Mara, a woman in red.",
        "Figure 2: lamp.",
        "Figure 3: Kitchen.",
        shot.prompt,
    ]
    timed = find_prompt_segments(shot.beats, part, Fraction(RATE))
    assert [part.prompt[one.first : one.last] for one in timed] == [sits, stands], "they hold for all of it"
    assert any("Figure 1: Mara, a woman in red." in each for each in made.changes)
    own = shot.model_copy(update={"prompt": "Figure 1: She. She sits."})
    assert plan_ltx2_take(own, weights).parts[0].prompt == own.prompt
    assert plan_ltx2_take(shot, Weights(find_generation("2.3"))).parts[0].prompt == shot.prompt


def test_control_of_another_size_precedes_them(subjects: Subjects) -> None:
    union = Weights(
        find_generation("2.3"),
        controls=frozenset({"subjects", "canny"}),
        downscales={"canny": 2, "subjects": 1},
    )
    followed = spec("", subjects=subjects, control=(Control(kind="canny", input="/edges.mov"),))
    made = plan_ltx2_take(followed, union)
    assert made.subjects == ()
    assert any("another size" in each for each in made.changes)


def made_in(folder: Path) -> Path:
    folder.mkdir()
    return folder
