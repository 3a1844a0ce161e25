"""Test the provenance stored in a file: everything that decides the content, and nothing about time or
machine.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.contract.provenance import (
    MARK,
    NOISE,
    build_provenance_texts,
    collect_library_versions,
    list_input_paths,
    machine,
    parse_provenance_marks,
)
from milimo_tui.engines.contract.standalone import StandaloneContext
from milimo_tui.engines.contract.still_files import save_png_picture
from milimo_tui.engines.recipes.values import Recipe
from milimo_tui.engines.specs.picture_specs import Inpaint
from milimo_tui.engines.specs.spec_values import JobOutput
from milimo_tui.engines.specs.video_specs import Conditioning, Control, MakeVideo
from milimo_tui.media.encode.take_file import write_take
from milimo_tui.media.files.facts import digest
from milimo_tui.media.files.tags import read_embedded_texts

RECIPE = Recipe("ltx2", "best", "bfloat16", "none", "none", needs="a sentence for people")


def weights(folder: Path, *, tiny: bool = False) -> ResolvedWeights:
    return ResolvedWeights(
        "ltx-2", "ltx2", "2.0", "model", folder / "ltx-2", "folder", digest="ab" * 32, tiny=tiny
    )


def order(folder: Path, **fields: Any) -> MakeVideo:
    """Return a request with each kind of input, and create its files in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    names = ("first.png", "depth.mov", "hero.png", "mine.safetensors")
    for name in names:
        (folder / name).write_bytes(name.encode())
    first, depth, hero, lora = (str(folder / name) for name in names)
    return MakeVideo(
        engine="ltx2",
        prompt="A lamp",
        frames=9,
        rate=Fraction(24),
        width=96,
        height=64,
        seed=7,
        conditioning=(Conditioning(input=first),),
        control=(Control(kind="depth", input=depth),),
        references=(hero, first),
        loras=({"id": lora, "digest": "cd" * 32},),
        **fields,
    )


def test_provenance_has_all_that_decides_the_file(tmp_path: Path) -> None:
    spec = order(tmp_path)
    texts = build_provenance_texts(
        spec, model=weights(tmp_path), recipe=RECIPE, other_weights={"up": "ef" * 32}, steps=8
    )
    marks = parse_provenance_marks(texts)
    assert marks["model"] == {
        "id": "ltx-2",
        "family": "ltx2",
        "generation": "2.0",
        "digest": "ab" * 32,
        "tiny": False,
    }
    assert (marks["engine"], marks["seed"], marks["steps"]) == ("ltx2", 7, 8)
    assert marks["recipe"]["precision"] == "bfloat16"
    assert marks["also"] == {"up": "ef" * 32}
    assert {"milimo", "torch", "diffusers", "transformers"} <= marks["versions"].keys()
    assert marks["versions"] == collect_library_versions()
    first, depth, hero = (digest(tmp_path / name) for name in ("first.png", "depth.mov", "hero.png"))
    assert marks["inputs"] == sorted([first, depth, hero])
    assert marks["spec"]["references"] == [f"sha256:{hero}", f"sha256:{first}"]
    assert marks["spec"]["conditioning"][0]["input"] == f"sha256:{first}"
    assert marks["spec"]["loras"][0] == {"id": "mine.safetensors", "strength": 1.0, "digest": "cd" * 32}
    assert texts["title"] == "A lamp"
    assert "comment" not in texts


def test_provenance_is_equal_at_any_place_and_time(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there" / "deep"
    texts = build_provenance_texts(order(here), model=weights(here), recipe=RECIPE)
    again = build_provenance_texts(order(there, stands_for="a sweep"), model=weights(there), recipe=RECIPE)
    assert texts == again
    assert str(tmp_path) not in texts[MARK]


def test_every_deciding_change_is_shown(tmp_path: Path) -> None:
    text = build_provenance_texts(order(tmp_path), model=weights(tmp_path))[MARK]
    others = [
        order(tmp_path, negative="fog"),
        order(tmp_path, deterministic=True),
        order(tmp_path, temporal_upscale=True),
    ]
    assert len({build_provenance_texts(one, model=weights(tmp_path))[MARK] for one in others} | {text}) == 4
    spec = order(tmp_path)
    (tmp_path / "hero.png").write_bytes(b"another face")
    assert build_provenance_texts(spec, model=weights(tmp_path))[MARK] != text


def test_file_of_tiny_weights_is_marked_as_noise(tmp_path: Path) -> None:
    texts = build_provenance_texts(order(tmp_path), model=weights(tmp_path, tiny=True))
    assert texts["comment"] == NOISE
    assert parse_provenance_marks(texts)["model"]["tiny"] is True


def test_missing_input_is_named(tmp_path: Path) -> None:
    spec = order(tmp_path)
    (tmp_path / "hero.png").unlink()
    with pytest.raises(NotFound, match=r"hero\.png"):
        build_provenance_texts(spec)


def test_inputs_from_other_jobs_are_no_files_yet(tmp_path: Path) -> None:
    spec = Inpaint(
        input=JobOutput(job="job_1", output="picture"), mask=str(tmp_path / "mask.png"), prompt="sky"
    )
    assert list_input_paths(spec) == (str(tmp_path / "mask.png"),)


def test_take_and_picture_contain_their_provenance(tmp_path: Path) -> None:
    texts = build_provenance_texts(order(tmp_path), model=weights(tmp_path, tiny=True), recipe=RECIPE)
    picture = np.zeros((64, 96, 3), dtype=np.uint8)
    clip, still = tmp_path / "take.mov", tmp_path / "board.png"
    write_take(clip, [picture] * 9, width=96, height=64, rate=Fraction(24), frames=9, metadata=texts)
    save_png_picture(Image.fromarray(picture), still, texts)
    for path in (clip, still):
        marks = read_embedded_texts(path)
        assert parse_provenance_marks(marks) == parse_provenance_marks(texts)
        assert marks["comment"] == NOISE


def test_foreign_files_have_no_provenance(tmp_path: Path) -> None:
    path = tmp_path / "plain.png"
    Image.new("RGB", (8, 8)).save(path)
    assert parse_provenance_marks(read_embedded_texts(path)) == {}
    assert parse_provenance_marks({MARK: "no json"}) == {}
    (tmp_path / "text.txt").write_text("words")
    with pytest.raises(BadInput):
        read_embedded_texts(tmp_path / "text.txt")
    with pytest.raises(NotFound):
        read_embedded_texts(tmp_path / "gone.png")


def test_machine_is_recorded_separately() -> None:
    import torch

    said = machine()
    assert said["threads"] == str(torch.get_num_threads())
    assert {"system", "python", "cores", "cpu"} <= said.keys()
    assert json.dumps(said)


def test_deterministic_kernels_are_enabled_and_restored(tmp_path: Path) -> None:
    import torch

    from milimo_tui.engines.runtime.determinism import make_cpu_generator, use_deterministic_kernels

    class Told(StandaloneContext):
        said: tuple[str, ...] = ()

        def log(self, sentence: str) -> None:
            self.said = (*self.said, sentence)

    context = Told(tmp_path)
    with use_deterministic_kernels(False, context):
        assert not torch.are_deterministic_algorithms_enabled()
    with use_deterministic_kernels(True, context):
        assert torch.are_deterministic_algorithms_enabled()
        # This operation has no deterministic kernel on any device, so it must cause a warning.
        torch.empty(4).put_(torch.tensor([1]), torch.tensor([2.0]), accumulate=False)
    assert not torch.are_deterministic_algorithms_enabled()
    assert [line for line in context.said if "put_" in line]
    with pytest.raises(RuntimeError, match="of the work"), use_deterministic_kernels(True, context):
        raise RuntimeError("of the work")
    assert not torch.are_deterministic_algorithms_enabled()
    first, second = (torch.randn(4, generator=make_cpu_generator(3)) for _ in range(2))
    assert torch.equal(first, second)
