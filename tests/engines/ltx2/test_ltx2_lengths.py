"""Test the duration head of LTX-2.5, which estimates how long a shot's words take: equal to diffusers, and
shown as a suggestion that a person accepts or declines.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from milimo_tui.core.errors import Refused
from milimo_tui.engines.contract.standalone import StandaloneContext
from milimo_tui.engines.ltx2.engine import Ltx2
from milimo_tui.engines.runtime.model_cache import get_model_cache
from milimo_tui.engines.specs.text_specs import TellLength
from milimo_tui.story.values.suggestion import Suggestion
from milimo_tui.studio.writing.predicted_lengths import format_predicted_length, get_suggested_frames
from tests.engines.bare_pipelines import Bare
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo

__all__ = ["tiny"]

HEAD = Path("models/tiny-ltx25/duration_head/diffusion_pytorch_model.safetensors")


def slower(home: Path, seconds: float) -> None:
    """Change the duration head of a home's tiny weights so that it estimates about `seconds`. Random weights
    estimate about one second.
    """
    path = home / HEAD
    state = load_file(path)
    state["mlp_out.bias"] = torch.full_like(state["mlp_out.bias"], seconds).log()
    path.unlink()  # removes the link, so that the file shared with other tests stays unchanged
    save_file(state, path, metadata={"format": "pt"})  # the file keeps its size


@pytest.mark.long("models")
@pytest.mark.parametrize("seconds", [0.2, 6.4, 90.0])
def test_length_equals_that_of_diffusers(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    from diffusers import LTX2Pipeline

    home = tmp_path / "home"
    furnish(home, tiny, "ltx25")
    slower(home, seconds)
    monkeypatch.setenv("MILIMO_HOME", str(home))
    torch.set_num_threads(1)
    get_model_cache().clear()
    spec = TellLength(engine="ltx2", prompt="She opens the door, slowly.", model="tiny-ltx25")
    facts = Ltx2().run(spec, StandaloneContext(tmp_path / "work")).facts
    pipe = Bare(home / "models/tiny-ltx25", "float32").pipeline(LTX2Pipeline)
    with torch.no_grad():
        embeds, mask, *_ = pipe.encode_prompt(spec.prompt, do_classifier_free_guidance=False)
        picture, sound, _ = pipe.connectors(embeds, mask, padding_side=pipe.tokenizer.padding_side)
        told = float(pipe.duration_head(picture, sound).item())
        frames = pipe.duration_head.predict_num_frames(
            picture, sound, frame_rate=24.0, temporal_compression_ratio=8
        )
    assert facts["told"] == told  # equal to the last bit
    assert facts["seconds"] == min(20.0, max(1.0, told))
    assert abs(round(facts["seconds"] * 24) - frames) < 8  # a take's length changes in steps of 8 frames
    get_model_cache().clear()


def test_weights_without_the_length_head_are_refused_with_those_that_have_it(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(tmp_path / "home", tiny, "ltx23")
    monkeypatch.setenv("MILIMO_HOME", str(tmp_path / "home"))
    with pytest.raises(Refused, match="duration head") as told:
        Ltx2().run(
            TellLength(engine="ltx2", prompt="a lamp", model="tiny-ltx23"),
            StandaloneContext(tmp_path / "work"),
        )
    assert "milimo model download ltx-2.5" in (told.value.hint or "")


def test_seconds_become_frames_of_the_film() -> None:
    one = Suggestion(id="a", shot="b", job="c", task="length", text=format_predicted_length(4.219))
    assert get_suggested_frames(one, Fraction(24)) == 101
    assert get_suggested_frames(one, Fraction(30000, 1001)) == 126


@pytest.mark.long("models")
def test_suggested_length_waits_next_to_that_of_the_shot(film: Milimo, tiny: Tiny) -> None:
    def told(*words: str) -> Any:
        return json.loads(film(*words, "--json").stdout)

    furnish(film.home, tiny, "ltx25")
    slower(film.home, 7.5)
    before = told("shot", "show", "1A")["frames"]
    try:
        asked = film("shot", "length", "1A", "1B")
        rows = [told("shot", "suggestions", shot)[0] for shot in ("1A", "1B")]
        assert {row["task"] for row in rows} == {"length"}
        assert rows[0]["text"].encode() in asked.stdout
        assert b"a length of" in film("shot", "show", "1A").stdout
        assert told("shot", "show", "1A")["frames"] == before  # the suggestion is not accepted yet
        film("shot", "accept", "1A")
        after = told("shot", "show", "1A")["frames"]
        assert after == round(float(rows[0]["text"].split()[0]) * 25) != before
        film("cut", "undo", "--whole-project")
        assert told("shot", "show", "1A")["frames"] == before
        film("shot", "decline", "1B")
        assert told("shot", "suggestions", "1B")[0]["state"] == "declined"
        film("shot", "length", "1B", "--accept")
        # The oldest suggestion comes first
        states = [row["state"] for row in told("shot", "suggestions", "1B")]
        assert states == ["declined", "accepted"]
    finally:
        film("supervisor", "stop", "--now")
