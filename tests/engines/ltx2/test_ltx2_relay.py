"""Test Prompt Relay: the words of a beat receive attention during that beat's seconds, by the formula of
arXiv 2604.10030.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from milimo_tui.engines.contract.standalone import StandaloneContext
from milimo_tui.engines.ltx2.engine import Ltx2
from milimo_tui.engines.ltx2.plan.chain import split_into_chunks
from milimo_tui.engines.ltx2.plan.generations import find_generation
from milimo_tui.engines.ltx2.plan.plan import Weights, plan_ltx2_take
from milimo_tui.engines.ltx2.plan.relay import convert_to_sampled_beats, find_prompt_segments
from milimo_tui.engines.ltx2.scene.prompt_relay import find_segment_tokens
from milimo_tui.engines.runtime.model_cache import get_model_cache
from milimo_tui.engines.specs.video_specs import Beat, Beats, MakeVideo
from tests.engines.recording_context import JobRecorder
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.media.reading import tags

__all__ = ["tiny"]

SITS, STANDS, RUNS = "Mara sits down.", "Jun stands up.", "The dog runs."
PROMPT = f"A room at night. {SITS} {STANDS} {RUNS} Rain is heard."


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Path:
    folder = tmp_path_factory.mktemp("relayed") / "home"
    furnish(folder, tiny, "ltx23")
    return folder


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    monkeypatch.setenv("MILIMO_HOME", str(home))


def timed(*ends: int) -> Beats:
    starts = (0, *ends)
    told = zip((SITS, STANDS, RUNS), starts, ends, strict=False)
    return Beats(parts=tuple(Beat(words=words, start=start, end=end) for words, start, end in told))


def spec(**settings: Any) -> MakeVideo:
    base: dict[str, Any] = {"engine": "ltx2", "prompt": PROMPT, "frames": 97, "rate": "24/1"}
    base |= {"width": 64, "height": 64, "stages": "one", "steps": 2, "guidance": 1.0}
    return MakeVideo(**{**base, "model": "tiny-ltx23", **settings})


class AttentionRecorder:
    """The inputs and outputs of one cross-attention to the prompt, call by call, together with the attention
    module.
    """

    def __init__(self, attention: Any) -> None:
        self.attention = attention
        self.calls: list[tuple[Tensor, Tensor, Tensor, Tensor]] = []

    def note(self, _: Any, args: Any, named: dict[str, Any], given: Tensor) -> None:
        words, mask = named["encoder_hidden_states"], named["attention_mask"]
        self.calls.append((args[0].clone(), words.clone(), mask.clone(), given.clone()))

    def by_hand(self, call: int, lowered: Tensor) -> tuple[Tensor, Tensor]:
        """Compute the attention (heads, queries, words) and its output directly, with each logit lowered by
        `lowered`.
        """
        own = self.attention
        seen, words, _, _ = self.calls[call]
        query, key, value = own.norm_q(own.to_q(seen)), own.norm_k(own.to_k(words)), own.to_v(words)
        query, key, value = (
            one[-1].unflatten(1, (own.heads, -1)).transpose(0, 1) for one in (query, key, value)
        )
        logits = query @ key.transpose(1, 2) / math.sqrt(query.shape[-1]) - lowered
        share = logits.softmax(dim=-1)
        made = (share @ value).transpose(0, 1).flatten(1)
        if own.to_gate_logits is not None:
            gates = 2 * torch.sigmoid(own.to_gate_logits(seen[-1]))
            made = (made.unflatten(1, (own.heads, -1)) * gates[..., None]).flatten(1)
        return share, own.to_out[0](made)


@contextmanager
def looking(folder: Path) -> Iterator[tuple[AttentionRecorder, AttentionRecorder, Any, Any]]:
    """Yield the first block's attention to the prompt for picture and sound, the tokenizer, and the sound's
    position encoding.
    """
    if not any(held.key.component == "transformer" for held in get_model_cache()):
        folder.mkdir()
        Ltx2().run(spec(frames=9), StandaloneContext(folder))
    held = {one.key.component: one.value for one in get_model_cache()}
    block = held["transformer"].transformer_blocks[0]
    both = AttentionRecorder(block.attn2), AttentionRecorder(block.audio_attn2)
    hooks = [one.attention.register_forward_hook(one.note, with_kwargs=True) for one in both]
    try:
        yield (*both, held["tokenizer"], held["transformer"].audio_rope)
    finally:
        for hook in hooks:
            hook.remove()


def formula(away: float, half: float) -> float:
    """Return the penalty C of a query that is `away` latents from the middle of a segment of length 2 ·
    `half`.
    """
    window = max(half - 2, 0)
    sigma = (half - window) / math.sqrt(2 * math.log(1000))
    return max(0.0, abs(away) - window) ** 2 / (2 * sigma**2)


@pytest.mark.long("models")
def test_attention_outside_a_segment_falls_by_the_formula(tmp_path: Path) -> None:
    """Attention in picture and sound falls by the formula, and the output of the tiny model's attention
    follows from it.
    """
    with looking(tmp_path / "loads") as (picture, sound, tokenizer, rope), torch.no_grad():
        Ltx2().run(spec(beats=timed(33, 65, 97)), JobRecorder(made_in(tmp_path / "timed")))
        latents = 13  # latents of 97 frames
        rows = picture.calls[0][0].shape[1] // latents
        heard = sound.calls[0][0].shape[1]
        seconds = rope.prepare_audio_coords(1, heard, torch.device("cpu"))[0, 0].mean(dim=-1)
        (part,) = split_into_chunks(97, 0, PROMPT, "")
        found = find_prompt_segments(timed(33, 65, 97), part, Fraction(24))
        places = find_segment_tokens(tokenizer, PROMPT, found)
        assert [PROMPT[one.first : one.last] for one in found] == [SITS, STANDS, RUNS]
        for looked, at in (
            (picture, [index or 3.5 / 8 for index in range(latents) for _ in range(rows)]),
            (sound, [(float(second) * 24 + 3) / 8 for second in seconds]),
        ):
            lowered = torch.zeros(len(at), looked.calls[0][1].shape[1])
            for (first, last), begin, end in zip(places, (0, 33, 65), (33, 65, 97), strict=True):
                middle, half = ((begin + end) / 2 + 3) / 8, (end - begin) / 16
                for row, place in enumerate(at):
                    ends_here = (begin == 0 and place < middle) or (end == 97 and place > middle)
                    lowered[row, first:last] = 0.0 if ends_here else formula(place - middle, half)
            told = -looked.calls[0][2][-1]  # the last batch item is the positive prompt
            assert told == pytest.approx(lowered, rel=1e-4, abs=1e-3)
            free, _ = looked.by_hand(0, torch.zeros_like(told))
            share, made = looked.by_hand(0, told)
            assert made == pytest.approx(looked.calls[0][3][-1], abs=1e-4)
            # A word of the room's description, which applies to the entire take
            everywhere = places[0][0] - 1
            before, after = (one / one[:, :, everywhere : everywhere + 1] for one in (free, share))
            assert after == pytest.approx(before * torch.exp(-told), rel=1e-3, abs=1e-6)
            # The words of the first beat, and the last query of the take
            (first, last), query = places[0], len(at) - 1
            assert share[:, query, first:last].sum() < 1e-6 < free[:, query, first:last].sum()


@pytest.mark.long("models")
def test_beats_follow_the_prompt_that_is_sent(tmp_path: Path) -> None:
    with looking(tmp_path / "loads") as (picture, *_):
        Ltx2().run(
            spec(frames=49, beats=timed(25, 49), guidance=3.0), JobRecorder(made_in(tmp_path / "both"))
        )
    shapes = {call[2].shape[0] for call in picture.calls}
    assert 2 in shapes
    against, followed = next(call[2] for call in picture.calls if call[2].shape[0] == 2)
    assert not against.any()
    assert followed.min() < -5


@pytest.mark.long("models")
def test_take_of_timed_beats_differs_and_records_it(tmp_path: Path) -> None:
    made = {}
    for name, beats in (("timed", timed(25, 49)), ("plain", Beats()), ("off", Beats(by="off"))):
        context = JobRecorder(made_in(tmp_path / name))
        result = Ltx2().run(spec(frames=49, beats=beats), context)
        made[name] = (tmp_path / name / "take.mov", result.notes)
    told = {name: json.loads(tags(path)["milimo"]) for name, (path, _) in made.items()}
    first, second = told["timed"]["beats"][0]
    assert [PROMPT[one[0] : one[1]] for one in (first, second)] == [SITS, STANDS]
    assert (first[2:], second[2:]) == ([0.0, 25 / 24], [25 / 24, 49 / 24])
    assert "beats" not in told["plain"]
    assert "beats" not in told["plain"]["spec"]
    assert any("2 beats" in note for note in made["timed"][1])
    pictures = {name: path.read_bytes() for name, (path, _) in made.items()}
    assert pictures["timed"] != pictures["plain"]


def test_beats_go_into_the_parts_with_their_words_and_seconds() -> None:
    quoted = "A room. Mara says: “One.” Jun says: “Two.” Mara says: “Three.” Jun says: “Four.”"
    lines = ("Mara says: “One.”", "Jun says: “Two.”", "Mara says: “Three.”", "Jun says: “Four.”")
    beats = Beats(
        parts=tuple(Beat(words=words, start=at * 60, end=at * 60 + 60) for at, words in enumerate(lines))
    )
    shot = spec(prompt=quoted, frames=240, beats=beats)
    found = split_into_chunks(241, 0, quoted, "", (), 137)
    assert len(found) == 2
    every = [find_prompt_segments(convert_to_sampled_beats(shot, 241), part, Fraction(24)) for part in found]
    told = [[part.prompt[one.first : one.last] for one in of] for part, of in zip(found, every, strict=True)]
    assert told == [list(lines[:2]), list(lines[2:])]
    assert (every[0][0].is_first, every[0][1].is_last) == (True, False)
    assert every[1][-1].is_last, "to the end of what is made, not of what was asked for"
    assert every[1][0].start == Fraction(120 - found[1].start, 24)


def test_handles_extend_the_first_and_last_beat() -> None:
    whole = spec(frames=49, head=12, tail=8, beats=timed(25, 49)).with_handles_inside()
    assert [(beat.start, beat.end) for beat in whole.beats.parts] == [(0, 37), (37, 69)]


def test_indistinguishable_beats_are_reported() -> None:
    other = spec(prompt="Somebody moves.", beats=timed(25, 49), frames=49)
    made = plan_ltx2_take(other, Weights(find_generation("2.3")))
    assert any("beats" in change for change in made.changes)


def made_in(folder: Path) -> Path:
    folder.mkdir()
    return folder
