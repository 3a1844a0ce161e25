"""Test planning a shot without a model: pipeline, schedule, guidance and chunks, as tables and properties.
Known pitfalls of the pipelines are tested here or in `test_ltx2_traps`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.core.errors import BadInput, Refused, Unavailable
from milimo_tui.engines.contract.profile import Machine
from milimo_tui.engines.ltx2.plan.chain import SILENCE, locate_handover, locate_in_chunk, split_into_chunks
from milimo_tui.engines.ltx2.plan.generations import CHUNK, GENERATIONS, NEGATIVE, OVERLAP, find_generation
from milimo_tui.engines.ltx2.plan.guidance import FULL, OFF, guidance
from milimo_tui.engines.ltx2.plan.pipeline_rule import (
    FollowedFrame,
    choose_pipeline,
    fit_clip_length,
    resolve_frame,
)
from milimo_tui.engines.ltx2.plan.plan import Weights, find_fitting_plan, plan_ltx2_take, resolve_conditioning
from milimo_tui.engines.ltx2.plan.relay import find_prompt_segments
from milimo_tui.engines.ltx2.plan.schedules import DISTILLED, REFINE, compute_sigmas
from milimo_tui.engines.ltx2.plan.spoken_lines import distribute_prompt
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.spec_values import Lora
from milimo_tui.engines.specs.video_specs import (
    Beat,
    Beats,
    Chunk,
    Conditioning,
    Control,
    GuidanceParts,
    Leading,
    MakeVideo,
    Over,
)

DEV = Weights(find_generation("2.0"))
DISTIL = Weights(find_generation("2.0"), distilled=True)


def spec(**settings: Any) -> MakeVideo:
    base: dict[str, Any] = {"engine": "ltx2", "frames": 121, "rate": "24/1", "width": 768, "height": 512}
    return MakeVideo(**{**base, **settings})


def picture(frame: int, source: Any = "hand") -> Conditioning:
    return Conditioning(input=f"/{source}{frame}.png", frame=frame, source=source)


# The choice of the pipeline


@pytest.mark.parametrize(
    ("wish", "followed", "controls", "pipeline", "reason"),
    [
        ("auto", [], [], "ti2vid", "text alone"),
        ("auto", [FollowedFrame(0)], [], "ti2vid", "begins with a picture"),
        ("auto", [FollowedFrame(0), FollowedFrame(120)], [], "keyframe", "first and last frame"),
        ("auto", [FollowedFrame(0), FollowedFrame(60), FollowedFrame(120)], [], "keyframe", "3 key frames"),
        ("auto", [FollowedFrame(3), FollowedFrame(8), FollowedFrame(60)], [], "keyframe", "3 key frames"),
        (
            "auto",
            [FollowedFrame(0), FollowedFrame(113)],
            [],
            "keyframe",
            "2 key frames",
        ),  # Not the last frame, but in the last latent.
        ("auto", [FollowedFrame(40)], [], "keyframe", "a picture at frame 40"),
        ("auto", [FollowedFrame(0, clip=True)], [], "keyframe", "a clip at frame 0"),
        ("auto", [], ["depth"], "ic_lora", "a control (depth)"),
        ("auto", [FollowedFrame(0), FollowedFrame(60)], ["pose"], "ic_lora", "a control (pose)"),
        ("keyframe", [FollowedFrame(0)], [], "keyframe", "set in the shot"),
        ("ti2vid", [FollowedFrame(0)], [], "ti2vid", "set in the shot"),
        ("ic_lora", [FollowedFrame(9)], ["canny"], "ic_lora", "set in the shot"),
    ],
)
def test_length_rule_holds(
    wish: str, followed: Sequence[FollowedFrame], controls: Sequence[str], pipeline: str, reason: str
) -> None:
    chosen = choose_pipeline(wish, followed, controls, 121)
    assert (chosen.pipeline, reason in chosen.reason) == (pipeline, True), chosen


@pytest.mark.parametrize(
    ("wish", "followed", "controls", "said"),
    [
        ("ti2vid", [FollowedFrame(0), FollowedFrame(120)], [], "ti2vid can't make this shot"),
        ("keyframe", [], ["depth"], "keyframe can't make this shot"),
        ("ic_lora", [FollowedFrame(0, clip=True)], [], "follows a control, and the shot has none"),
    ],
)
def test_named_pipeline_that_cannot_make_the_shot_is_refused(
    wish: str, followed: Sequence[FollowedFrame], controls: Sequence[str], said: str
) -> None:
    """A named pipeline is refused if it would silently leave out a part of the shot."""
    with pytest.raises(Refused, match=said) as error:
        choose_pipeline(wish, followed, controls, 121)
    assert "auto" in error.value.hint


@given(
    st.lists(st.builds(FollowedFrame, st.integers(0, 120), st.booleans()), max_size=5),
    st.lists(st.sampled_from(["depth", "pose"]), max_size=2),
)
def test_auto_always_chooses_and_equals_its_named_choice(
    followed: list[FollowedFrame], controls: list[str]
) -> None:
    chosen = choose_pipeline("auto", followed, controls, 121)
    assert choose_pipeline(chosen.pipeline, followed, controls, 121).pipeline == chosen.pipeline
    assert (chosen.pipeline == "ic_lora") == bool(controls)


# Frames


def test_frame_outside_the_take_is_refused() -> None:
    assert [resolve_frame(frame, 121) for frame in (0, 120, -1, -121)] == [0, 120, 120, 0]
    for frame in (121, -122, 10_000):
        with pytest.raises(BadInput, match="of 121 frames"):
            resolve_frame(frame, 121)
        with pytest.raises(BadInput, match="outside"):
            plan_ltx2_take(spec(conditioning=[picture(frame)]), DEV)


@given(st.integers(1, 400), st.integers(0, 120))
def test_clip_is_shortened_to_fit(count: int, frame: int) -> None:
    """A clip is shortened from its own frame on, because it is placed there and not at the first frame of a
    latent.
    """
    used = fit_clip_length(count, frame, 121)
    assert used % 8 == 1
    assert 1 <= used <= min(count, 121 - frame) < used + 8


# Schedules


def test_distilled_schedule_equals_that_of_the_makers() -> None:
    assert (
        compute_sigmas("distilled", 8)
        == DISTILLED
        == (1.0, 0.99375, 0.9875, 0.98125, 0.975, 0.909375, 0.725, 0.421875)
    )
    assert REFINE == (0.909375, 0.725, 0.421875)
    assert compute_sigmas("distilled", 2) == (1.0, 0.421875)


@pytest.mark.parametrize("steps", [2, 8, 30, 40])
def test_full_schedule_equals_the_shipped_scheduler(steps: int) -> None:
    """The full schedule equals diffusers' scheduler with the shift that Lightricks uses when no size is
    given.
    """
    import numpy as np
    from diffusers import FlowMatchEulerDiscreteScheduler

    shipped = FlowMatchEulerDiscreteScheduler(
        use_dynamic_shifting=True, base_shift=0.95, max_shift=2.05, shift_terminal=0.1
    )
    shipped.set_timesteps(sigmas=np.linspace(1, 1 / steps, steps), mu=2.05)
    assert compute_sigmas("full", steps) == pytest.approx(shipped.sigmas[:-1].tolist(), abs=1e-5)


@given(st.integers(2, 200), st.sampled_from(["distilled", "full"]))
def test_noise_only_decreases(steps: int, schedule: Any) -> None:
    found = compute_sigmas(schedule, steps)
    assert found[0] == pytest.approx(1.0)
    assert all(a > b > 0 for a, b in pairwise(found))
    assert not any(math.isnan(one) for one in found)


def test_single_step_is_refused() -> None:
    with pytest.raises(BadInput, match="2 to 200"):
        plan_ltx2_take(spec(steps=1), DEV)


def test_more_steps_than_the_distilled_schedule_are_reported() -> None:
    made = plan_ltx2_take(spec(steps=40), DISTIL)
    assert len(made.sigmas) == 8
    assert any("8 steps" in change and "40" in change for change in made.changes)


# Guidance


def test_all_eight_parts_are_always_sent() -> None:
    names = {
        f"{stream}{part}"
        for stream in ("", "audio_")
        for part in ("guidance_scale", "stg_scale", "modality_scale", "guidance_rescale")
    }
    assert set(OFF.build_pipeline_arguments()) == set(FULL.build_pipeline_arguments()) == names


def test_guidance_off_is_one_pass_a_step_and_full_is_four_rows() -> None:
    assert (OFF.passes, FULL.passes) == (1, 4)


def test_sound_without_a_part_gets_no_pictures() -> None:
    """Sound guidance of 0 is sent as a tiny value, because the pipelines read 0 as “the same as the
    picture”.
    """
    used = guidance(
        FULL, None, GuidanceParts(audio_spatiotemporal=0, audio_rescale=0)
    ).build_pipeline_arguments()
    assert used["audio_stg_scale"]
    assert used["audio_stg_scale"] < 1e-3
    assert used["audio_guidance_rescale"]
    assert used["audio_guidance_rescale"] < 1e-3
    assert (
        OFF.build_pipeline_arguments()["audio_stg_scale"] == 0
    )  # Without picture guidance, 0 avoids a useless extra pass.


def test_guidance_of_distilled_weights_is_applied_and_reported() -> None:
    made = plan_ltx2_take(spec(guidance=3.0, negative="rain"), DISTIL)
    assert (made.guidance.text, made.guidance.audio_text, made.guidance.uses_negative_prompt) == (
        3.0,
        3.0,
        True,
    )
    assert any("2 passes" in change for change in made.changes)
    assert any(
        "negative prompt" in change for change in plan_ltx2_take(spec(negative="rain"), DISTIL).changes
    )


@given(st.floats(-5, 50, allow_nan=False))
def test_guidance_out_of_range_is_refused(value: float) -> None:
    if 1 <= value <= 30:
        assert guidance(FULL, value, GuidanceParts()).text == value
        return
    with pytest.raises(BadInput) as error:
        guidance(FULL, value, GuidanceParts())
    assert {"1", "30"} <= set(re.findall(r"\d+", error.value.hint)), "the range of values"


def test_default_negative_prompt_is_literally_that_of_the_makers() -> None:
    """The default negative prompt is diffusers' text with the five leading terms that it lacks."""
    from diffusers.pipelines.ltx2.utils import DEFAULT_NEGATIVE_PROMPT

    first = "has_subtitles, has_blurbox, transition from black, transition to black, speech_ending_short, "
    assert first + DEFAULT_NEGATIVE_PROMPT == NEGATIVE


def test_full_schedule_is_guided_by_the_negative_prompt() -> None:
    assert plan_ltx2_take(spec(schedule="full"), DEV).negative == NEGATIVE
    assert plan_ltx2_take(spec(negative="rain"), DEV).negative == "rain"
    assert (
        plan_ltx2_take(spec(), DISTIL).negative == "" == plan_ltx2_take(spec(guidance=1.0), DISTIL).negative
    )
    assert plan_ltx2_take(spec(guidance=3.0), DISTIL).negative == NEGATIVE
    first, second = plan_ltx2_take(spec(frames=200, rate="8/1", schedule="full"), DEV).parts
    assert (first.negative, second.negative) == (
        NEGATIVE,
        NEGATIVE[:-1] + ", static, frozen, still image, loop",
    )


# Chunks


@given(st.integers(1, 180), st.integers(0, 2**32 - 1))
def test_chunks_make_exactly_the_take(latents: int, seed: int) -> None:
    frames = 8 * latents + 1
    found = split_into_chunks(frames, seed, "a", "b")
    assert found[-1].end == frames
    assert sum(part.fresh for part in found) == frames
    for before, part in pairwise(found):
        assert part.start == before.end - OVERLAP == before.end - part.overlap
        frame, tail = locate_handover(part, before)
        assert frame == part.start - before.start
        # The tail consists of complete latents: they start with the frame after the frame that is handed
        # over.
        assert (tail - 1) * 8 + 1 == frame + 1
        assert (before.frames - 1) // 8 + 1 - tail == (OVERLAP - 1) // 8
    assert all(part.frames <= CHUNK and part.frames % 8 == 1 for part in found)
    assert len({part.seed for part in found}) == len(found)


def test_chunks_keep_their_plan_and_are_cut_to_length() -> None:
    assert [(part.start, part.frames) for part in split_into_chunks(257, 7, "", "")] == [
        (0, 121),
        (96, 121),
        (192, 65),
    ]


def test_prompt_and_seed_of_a_chunk_override_those_of_the_shot() -> None:
    own = (Chunk(), Chunk(prompt="rain", seed=5))
    first, second, third = split_into_chunks(257, 7, "lamp", "blur", own)
    assert (first.prompt, first.seed, first.negative) == ("lamp", 7, "blur")
    assert (second.prompt, second.seed) == ("rain", 5)
    assert (third.prompt, third.seed) == ("lamp", 9)
    assert second.negative.startswith("blur, static")


@given(st.integers(1, 180), st.integers(0, 1440), st.integers(1, 1441))
def test_clip_is_followed_once_over_all_chunks(latents: int, frame: int, length: int) -> None:
    """Each frame of a followed clip belongs to one chunk, except where an overlap decides. No frame is shown
    twice.
    """
    frames = 8 * latents + 1
    shown: list[int] = []
    for part in split_into_chunks(frames, 0, "", ""):
        if there := locate_in_chunk(frame, length, part, part.frames):
            assert part.overlap <= there.at < part.frames
            assert part.start + there.at == frame + there.skipped
            count = min(length - there.skipped, part.frames - there.at)
            shown += range(there.skipped, there.skipped + count)
    assert shown == list(range(max(0, min(length, frames - frame))))


# The complete plan


def test_followed_inputs_have_an_order_of_precedence() -> None:
    hand, board, end = picture(0), picture(0, "board"), picture(0, "continuity")
    assert resolve_conditioning([end, board, hand]) == (hand,)
    assert resolve_conditioning([end, board, picture(8)]) == (board, picture(8))
    made = plan_ltx2_take(spec(conditioning=[end, board]), DEV)
    assert made.conditioning == (board,)
    assert any("at frame 0" in change for change in made.changes)


@pytest.mark.parametrize(
    ("rate", "most"), [("24/1", 481), ("25/1", 505), ("8/1", 161), ("60/1", 1201), ("24000/1001", 481)]
)
def test_single_run_is_twenty_seconds_at_any_rate(rate: str, most: int) -> None:
    """A single run is at most twenty seconds, the model's own time scale, in a valid frame count: 500 frames
    at 25 fps are not 8n + 1.
    """
    for follows in ([], [picture(0), picture(-1)]):
        made = plan_ltx2_take(spec(frames=most, rate=rate, conditioning=follows), DEV)
        assert [part.frames for part in made.parts] == [most]
        longer = plan_ltx2_take(spec(frames=most + 1, rate=rate, conditioning=follows), DEV)
        assert len(longer.parts) == 2
        assert longer.parts[0].frames - longer.parts[1].frames in range(9), "about as long"
        assert "20 s at 768×512" in " ".join(longer.changes)


@pytest.mark.parametrize(
    ("width", "height", "seconds"),
    [(960, 544, 20), (544, 960, 20), (1024, 576, 10), (1280, 720, 10), (1920, 1080, 5), (3840, 2160, 5)],
)
def test_larger_size_has_a_shorter_maximum(width: int, height: int, seconds: int) -> None:
    wanted = spec(frames=24 * seconds + 1, width=width, height=height)
    assert len(plan_ltx2_take(wanted, DEV).parts) == 1
    longer = plan_ltx2_take(wanted.model_copy(update={"frames": wanted.frames + 8}), DEV)
    assert len(longer.parts) == 2
    assert any(f"{seconds} s at {width}×{height}" in one for one in longer.changes)


def test_memory_divides_a_take_into_as_few_chunks_as_possible() -> None:
    plan = find_fitting_plan(spec(frames=481), DEV, (), lambda go: go <= 300)
    assert [part.frames for part in plan.parts] == [257, 249]
    assert any("memory" in change for change in plan.changes)
    none = find_fitting_plan(spec(frames=481), DEV, (), lambda _: False)
    assert none.go == CHUNK, "the usual length is for the ladder of recipes to place"
    assert len(find_fitting_plan(spec(frames=481), DEV, (), lambda _: True).parts) == 1
    doubled = find_fitting_plan(spec(frames=481, temporal_upscale=True), DEV, (), lambda _: False)
    assert [part.frames for part in doubled.parts] == [241], "which can't be divided"


def test_parts_with_own_prompts_have_the_usual_length() -> None:
    made = plan_ltx2_take(spec(frames=257, chunks=(Chunk(), Chunk(prompt="rain"))), DEV)
    assert [(part.frames, part.prompt) for part in made.parts] == [(121, ""), (121, "rain"), (65, "")]
    assert any("own prompts" in change for change in made.changes)


SAYS = "A bar. JUN says: “I knew it. You came.” MARA, softly, says: “Of course.” Rain."


def test_line_is_sent_to_one_chunk() -> None:
    made = plan_ltx2_take(spec(frames=900, prompt=SAYS), DEV)
    assert [part.prompt for part in made.parts] == [
        "A bar. JUN says: “I knew it. You came.” Rain.",
        "A bar. MARA, softly, says: “Of course.” Rain.",
    ]
    assert any("quoted line" in change for change in made.changes)
    (whole,) = plan_ltx2_take(spec(frames=300, prompt=SAYS), DEV).parts
    assert whole.prompt == SAYS


HERS, HIS, HEARD = "Mara says: “Go.”", "Jun says: “I will.”", "Ann, who is not seen, is heard: “Late again.”"


def beaten(*begins: float, by: Literal["text", "hand"] = "hand", frames: int = 720, words: Any = ()) -> Beats:
    told = words or (HERS, HIS, HEARD)
    ends = [*(round(24 * each) for each in begins[1:]), frames]
    found = (
        Beat(words=one, start=round(24 * start), end=end)
        for one, start, end in zip(told, begins, ends, strict=True)
    )
    return Beats(by=by, parts=tuple(found))


@pytest.mark.parametrize(
    ("begins", "first", "second"),
    [
        ((0, 4, 8), [HERS, HIS, HEARD], []),
        ((0, 17, 24), [HERS], [HIS, HEARD]),
        # A line across the border goes to the chunk that has most of it
        ((0, 1, 15.9), [HERS, HIS], [HEARD]),
    ],
)
def test_line_is_spoken_in_the_chunk_of_its_beat(
    begins: tuple[float, ...], first: list[str], second: list[str]
) -> None:
    """In a take of thirty seconds with two chunks, a line goes to the chunk of its beat, not to the chunk
    given by its share of the letters.
    """
    prompt = " ".join(["A bar.", HERS, HIS, HEARD])
    made = plan_ltx2_take(spec(frames=720, prompt=prompt, beats=beaten(*begins)), DEV)
    assert [part.frames for part in made.parts] == [377, 369]
    texts = [" ".join(["A bar.", *words, *([] if words else [SILENCE])]) for words in (first, second)]
    assert [part.prompt for part in made.parts] == texts
    assert any(f"“{SILENCE}”" in change for change in made.changes) == (not second)
    for part, words in zip(made.parts, (first, second), strict=True):
        found = find_prompt_segments(beaten(*begins), part, Fraction(24))
        timed = [part.prompt[one.first : one.last] for one in found]
        assert timed == words or (len(words) == 1 and not timed), "and its words are looked at in its seconds"


def test_line_across_two_chunks_goes_where_its_middle_is() -> None:
    prompt = " ".join([HERS, HIS, HEARD])
    made = plan_ltx2_take(spec(frames=720, prompt=prompt, beats=beaten(0, 9, 22, by="text")), DEV)
    assert [part.prompt for part in made.parts] == [f"{HERS} {HIS}", HEARD]
    later = plan_ltx2_take(spec(frames=720, prompt=prompt, beats=beaten(0, 11, 22, by="text")), DEV)
    assert [part.prompt for part in later.parts] == [HERS, f"{HIS} {HEARD}"]


def test_action_is_described_in_the_chunks_where_it_happens() -> None:
    """The prompt of a chunk describes only the actions that happen in it. Otherwise each action would happen
    again in each chunk.
    """
    acts = ("Mara sits down.", "The lamp goes out.", "Jun comes in.")
    prompt = " ".join(["A bar.", *acts, "Rain is heard."])
    made = plan_ltx2_take(
        spec(frames=1080, prompt=prompt, beats=beaten(0, 10, 30, words=acts, frames=1080)), DEV
    )
    assert [part.fresh for part in made.parts] == [377, 352, 352]
    assert [part.prompt for part in made.parts] == [
        f"A bar. {acts[0]} {acts[1]} Rain is heard.",
        f"A bar. {acts[1]} {acts[2]} Rain is heard.",
        f"A bar. {acts[2]} Rain is heard.",
    ]


def test_shot_with_a_leading_recording_is_never_called_silent() -> None:
    led = spec(frames=720, prompt=f"A bar. {HERS}", sound=Leading(input="/line.wav"))
    assert [part.prompt for part in plan_ltx2_take(led, DEV).parts] == [f"A bar. {HERS}", "A bar."]


def test_sentences_of_a_long_speech_have_their_own_times() -> None:
    texts = [
        f"{word} we kept the lamp, and nobody came by in the night." for word in ("First", "Then", "Last")
    ]
    speech = f"Mara says: “{' '.join(texts)}”"
    beats = beaten(0, 20, words=(speech, HIS), by="text")
    made = plan_ltx2_take(spec(frames=720, prompt=f"A bar. {speech} {HIS}", beats=beats), DEV)
    first, second = (part.prompt for part in made.parts)
    assert first == f"A bar. Mara says: “{texts[0]} {texts[1]}”"
    assert second == f"A bar. Mara says: “{texts[2]}” {HIS}"
    found = find_prompt_segments(beats, made.parts[1], Fraction(24))
    assert [second[one.first : one.last] for one in found] == [f"Mara says: “{texts[2]}”", HIS]


def test_long_speech_is_distributed_by_sentences() -> None:
    texts = [
        f"{word} we kept the lamp, and nobody came by in the night." for word in ("First", "Then", "Last")
    ]
    prompt = f"The room is dark. Mara says: “{' '.join(texts)}” Jun listens."
    found = distribute_prompt(prompt, ["", ""], [100, 200])
    assert found == (
        f"The room is dark. Mara says: “{texts[0]}” Jun listens.",
        f"The room is dark. Mara says: “{texts[1]} {texts[2]}” Jun listens.",
    )


@given(
    st.lists(st.sampled_from(["“Go.”", '"I knew it"', "„Nein!“", "«Oui, oui»", "“A. B? C”"]), max_size=6),
    st.lists(st.sampled_from(["", "", "Own words.", "Own: “Go.”"]), min_size=1, max_size=5),
)
def test_each_line_is_in_one_chunk_and_the_rest_in_all(lines: list[str], own: list[str]) -> None:
    texts = [f"X{index} says: {line[:1]}{index} {line[1:]}" for index, line in enumerate(lines)]
    prompt = " ".join(["A bar.", *texts, "Rain."])
    found = distribute_prompt(prompt, own, [100] * len(own))
    free = [words for words, mine in zip(found, own, strict=True) if not mine]
    assert [words for words, mine in zip(found, own, strict=True) if mine] == [one for one in own if one]
    for line in texts:
        assert sum(line in words for words in free) == (1 if free else 0)
    assert all(words.startswith("A bar.") and words.endswith("Rain.") for words in free)
    spoken = [
        words.index(line) + 10_000 * at for line in texts for at, words in enumerate(free) if line in words
    ]
    assert spoken == sorted(spoken), "in their order"


def test_line_in_the_words_of_a_chunk_is_in_no_other() -> None:
    own = ["", "She turns: “Of course.”"]
    assert distribute_prompt(SAYS, own, [100, 100]) == (
        "A bar. JUN says: “I knew it. You came.” Rain.",
        own[1],
    )


@pytest.mark.parametrize(
    ("prompt", "left"),
    [
        ("“Go,” she says, “now.” He leaves.", "He leaves."),
        ('A man says "Go" and leaves. Rain.', "Rain."),
        ('A man in a bar says: "I am tired."', "A man in a bar says"),
        ('It is 5" wide.', 'It is 5" wide.'),
        ("No line at all.", "No line at all."),
    ],
)
def test_prompt_without_its_lines_keeps_the_rest(prompt: str, left: str) -> None:
    found = distribute_prompt(prompt, ["", ""], [100, 100])
    assert prompt in found
    assert left in found


def test_stages_follow_the_available_weights() -> None:
    assert plan_ltx2_take(spec(), DEV).stages == 2
    assert plan_ltx2_take(spec(schedule="full"), DEV).lora_for == {"second"}
    assert plan_ltx2_take(spec(), DISTIL).lora_for == frozenset()
    assert plan_ltx2_take(spec(schedule="distilled"), DEV).lora_for == {"first", "second"}
    bare = Weights(find_generation("2.0"), upsampler=False)
    assert plan_ltx2_take(spec(), bare).stages == 1
    with pytest.raises(Refused, match="no latent upsampler"):
        plan_ltx2_take(spec(stages="two"), bare)
    with pytest.raises(Refused, match="no full schedule"):
        plan_ltx2_take(spec(schedule="full"), DISTIL)
    with pytest.raises(Refused, match="distilled weights"):
        plan_ltx2_take(spec(schedule="distilled"), Weights(find_generation("2.0"), distilled_lora=False))


def test_distilled_is_first_and_describes_gain_and_cost_of_full() -> None:
    first = plan_ltx2_take(spec(), DEV)
    assert first.schedule == "distilled"
    assert first.lora_for == {"first", "second"}
    assert first.guidance == OFF
    text = "8 steps by the distilled LoRA; the full schedule: 40 guided ones and more detail, in about {}"
    # The factor: (40 * 4 / 4 + 3) / (8 / 4 + 3), rounded
    assert any(text.format(9) in change for change in first.changes)
    assert any(text.format(20) in change for change in plan_ltx2_take(spec(stages="one"), DEV).changes)
    for asked in ({"schedule": "distilled"}, {"negative": "rain"}):
        assert not any("the full schedule" in change for change in plan_ltx2_take(spec(**asked), DEV).changes)
    assert not any("the full schedule" in change for change in plan_ltx2_take(spec(), DISTIL).changes)


@pytest.mark.parametrize("asked", [{"negative": "rain"}, {"guidance": 3.0}, {"steps": 20}])
def test_shot_that_needs_full_weights_gets_them(asked: dict[str, Any]) -> None:
    assert plan_ltx2_take(spec(**asked), DEV).schedule == "full"
    assert plan_ltx2_take(spec(**asked), DISTIL).schedule == "distilled"
    without = Weights(find_generation("2.0"), distilled_lora=False)
    assert plan_ltx2_take(spec(), without).schedule == "full"


def test_sound_alone_has_one_stage_and_follows_nothing_else() -> None:
    asked = spec(over=Over(input="/take.mov"), conditioning=[picture(0)], stages="two", frames=481)
    made = plan_ltx2_take(asked, DEV)
    assert (made.stages, made.conditioning, len(made.parts)) == (1, (), 1)
    assert any("sound alone" in change for change in made.changes)


def test_folder_of_2_5_is_planned_as_distilled() -> None:
    profile = engine_registry.profile("ltx2")
    plan = profile.plan(spec(), Machine(model="ltx-2.5"))
    assert plan is not None
    assert (plan.schedule, plan.steps) == ("distilled", len(DISTILLED) + len(REFINE))
    request = profile.request(spec(), Machine(model="ltx-2.5"))
    assert (request.steps, request.passes, request.loras_gb) == (plan.steps, 1, 0.0)


def test_two_stages_need_sides_divisible_by_64() -> None:
    assert plan_ltx2_take(spec(width=800, height=544, stages="one"), DEV).fitted.changes == ()
    assert plan_ltx2_take(spec(width=800, height=544, stages="two"), DEV).fitted.width == 832


def test_sides_hold_whole_latents_of_a_smaller_reference() -> None:
    half = Weights(find_generation("2.0"), downscales={"motion": 2})
    control = [Control(kind="motion", input="/a.mov", prepared=True)]
    made = plan_ltx2_take(spec(width=800, height=544, control=control), half)
    assert (made.fitted.width, made.fitted.height) == (896, 640)
    assert (
        plan_ltx2_take(
            spec(width=800, height=544, control=[Control(kind="pose", input="/a.mov", prepared=True)]), half
        ).fitted.width
        == 832
    )


def test_controls_with_references_of_different_size_are_not_combined() -> None:
    half = Weights(find_generation("2.3"), downscales={"motion": 2})
    both = [Control(kind=kind, input="/a.mov", prepared=True) for kind in ("motion", "pose")]
    with pytest.raises(Refused, match=r"\(motion 1/2, pose 1/1\)"):
        plan_ltx2_take(spec(control=both), half)


def test_key_frames_too_close_together_are_reported() -> None:
    made = plan_ltx2_take(spec(conditioning=[picture(3), picture(8), picture(20)]), DEV)
    assert [change for change in made.changes if "latent" in change] == [
        "frames 3, 8 are followed within one latent (eight frames): what changes between them may blur"
    ]
    assert not any(
        "latent" in one for one in plan_ltx2_take(spec(conditioning=[picture(0), picture(1)]), DEV).changes
    )


def test_missing_weights_are_reported_with_the_command() -> None:
    """The hint for missing weights names an existing command with a model id that is known for that
    generation.
    """
    full, asked = (
        Weights(find_generation("2.0"), upsampler=False, temporal_upsampler=False),
        {"stages": "two"},
    )
    with pytest.raises(Refused) as sides:
        plan_ltx2_take(spec(**asked), full)
    assert "milimo model download ltx-2-upsampler" in sides.value.hint
    assert "milimo shot set --stages one" in sides.value.hint
    with pytest.raises(Refused) as time:
        plan_ltx2_take(spec(temporal_upscale=True), replace(full, generation=find_generation("2.3")))
    gets = "milimo model download ltx-2.3-temporal-upsampler"
    assert gets in time.value.hint
    assert "milimo shot set --temporal-upscale off" in time.value.hint
    bare = Weights(find_generation("2.3"), controls=frozenset())
    with pytest.raises(Unavailable) as union:
        plan_ltx2_take(spec(control=[Control(kind="pose", input="/a.mov", prepared=True)]), bare)
    assert union.value.hint == "milimo model download ltx-2.3-ic-union"


def test_ignored_references_are_reported() -> None:
    assert any(
        "no reference pictures" in change
        for change in plan_ltx2_take(spec(references=["/a.png"]), DEV).changes
    )


def test_doubled_time_has_the_exact_length() -> None:
    made = plan_ltx2_take(spec(frames=121, temporal_upscale=True), DEV)
    assert (made.fitted.frames, made.parts[0].frames) == (121, 65)
    assert any("at 12 frames" in change for change in made.changes)
    assert not any(
        "coarse" in one for one in plan_ltx2_take(spec(rate="50/1", temporal_upscale=True), DEV).changes
    )
    with pytest.raises(BadInput, match="odd"):
        plan_ltx2_take(spec(width=769), DEV)
    assert (
        plan_ltx2_take(spec(frames=481, temporal_upscale=True), DEV).go == 241
    )  # 20 s at half the frame rate
    with pytest.raises(Refused, match="temporal upscaling"):
        plan_ltx2_take(spec(frames=489, temporal_upscale=True), DEV)


def test_missing_controls_are_refused_with_the_nearest_one() -> None:
    without = Weights(find_generation("2.0"), controls=frozenset({"depth"}))
    with pytest.raises(Refused, match="motion control") as error:
        plan_ltx2_take(spec(control=[Control(kind="motion", input="/a.mov", prepared=True)]), without)
    assert "2.3" in error.value.hint
    with pytest.raises(Unavailable, match="needs an IC-LoRA") as missing:
        plan_ltx2_take(spec(control=[Control(kind="pose", input="/a.mov", prepared=True)]), without)
    assert "milimo model download" in missing.value.hint


def test_clips_are_changed_unscaled() -> None:
    """Clips are changed by Lightricks' LoRAs of the same generation. A keyword that a LoRA expects is
    reported if the prompt lacks it.
    """
    control = Control(kind="colorize", input="/a.mov")
    made = plan_ltx2_take(spec(control=[control]), Weights(find_generation("2.3")))
    assert made.pipeline.pipeline == "ic_lora"
    assert [change for change in made.changes if "COLORIZE" in change]
    told = plan_ltx2_take(
        spec(control=[control], prompt="COLORIZE Her coat is red."), Weights(find_generation("2.3"))
    )
    assert not [change for change in told.changes if "COLORIZE" in change]
    bare = Weights(find_generation("2.5"), distilled=True, controls=frozenset())
    with pytest.raises(Unavailable) as missing:
        plan_ltx2_take(spec(control=[control]), bare)
    assert missing.value.hint == "milimo model download ltx-2.5-ic-colorize"
    for kind, found, model in (("restore", "2.3", "ltx-2.5"), ("deblur", "2.0", "ltx-2.5")):
        with pytest.raises(Refused, match=f"no {kind} control") as refused:
            plan_ltx2_take(
                spec(control=[Control(kind=kind, input="/a.mov")]),
                Weights(find_generation(found), controls=frozenset()),
            )
        assert f"--model {model}" in refused.value.hint


def test_control_of_another_generation_is_used_only_when_set_by_user() -> None:
    """LTX-2.5 has no control LoRAs. Those of LTX-2.3 are used only if the user names one, and are reported as
    unproved.
    """
    latest = Weights(find_generation("2.5"), distilled=True, controls=frozenset())
    control = Control(kind="depth", input="/a.mov", prepared=True)
    with pytest.raises(Refused, match="depth control") as refused:
        plan_ltx2_take(spec(control=[control]), latest)
    assert "milimo model setup ltx2 --model ltx-2.3-distilled" in refused.value.hint
    made = plan_ltx2_take(spec(control=[control], loras=(Lora(id="ltx-2.3-ic-union"),)), latest)
    assert made.pipeline.pipeline == "ic_lora"
    assert any(
        all(name in change for name in ("ltx-2.3-ic-union", "LTX-2.3", "LTX-2.5")) for change in made.changes
    )


def test_map_that_needs_another_model_is_refused_early() -> None:
    with pytest.raises(Refused, match="depth map") as error:
        plan_ltx2_take(spec(control=[Control(kind="depth", input="/a.mov")]), DEV)
    assert "canny" in error.value.hint
    assert (
        plan_ltx2_take(spec(control=[Control(kind="canny", input="/a.mov")]), DEV).pipeline.pipeline
        == "ic_lora"
    )


def test_video_page_has_the_table_of_generations() -> None:
    page = (Path(__file__).parents[3] / "docs" / "video.md").read_text()
    for row in GENERATIONS:
        line = f"| {row.id} | {row.title} | {row.sound_rate // 1000} kHz | {row.steps} | {row.evidence} |"
        assert line in page


def test_generations_name_their_evidence() -> None:
    assert [row.id for row in GENERATIONS] == ["2.0", "2.3", "2.5"]
    for row in GENERATIONS:
        assert row.evidence in ("ran", "read", "guessed")
        assert row.source
        assert row.config
    assert [row.cross_timestep for row in GENERATIONS] == [False, True, True]
    assert [row.stg_block for row in GENERATIONS] == [29, 28, 28]
    assert [row.sound_rate for row in GENERATIONS] == [24000, 48000, 48000]


@given(
    frames=st.integers(1, 1441),
    width=st.integers(32, 1024).map(lambda half: 2 * half),
    height=st.integers(32, 544).map(lambda half: 2 * half),
    rate=st.sampled_from([Fraction(24), Fraction(25), Fraction(30000, 1001)]),
    stages=st.sampled_from(["auto", "one"]),
)
def test_any_shot_within_the_limits_has_a_plan(
    frames: int, width: int, height: int, rate: Fraction, stages: Any
) -> None:
    made = plan_ltx2_take(
        spec(
            frames=frames,
            width=width,
            height=height,
            rate=f"{rate.numerator}/{rate.denominator}",
            stages=stages,
        ),
        DEV,
    )
    assert sum(part.fresh for part in made.parts) == made.fitted.frames >= frames
    assert made.pipeline.reason
