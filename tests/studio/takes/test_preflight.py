"""Test the preview of a request before it is queued: pipeline with its reason, fitting, memory, and
everything that prevents the job.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.core.errors import BadInput, MilimoError, Refused, Unavailable
from milimo_tui.engines.catalog.installed_weights import InstalledWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.ltx2.plan.chain import STILLNESS
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec, take_queue
from milimo_tui.studio.takes.preflight import Preflight, make_preflight, require_preflight
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.studio.test_shot_requests import clip_of, do, lora_file, picture, shot
from tests.tui.studio_setup import make_studio

__all__ = ["tiny"]


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    """Open The Rain Market at 1024×576 with the engine LTX-2, in a home without weights and without a
    graphics card.
    """
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("MILIMO_GPU_PROBE", "0")
    studio = make_studio(tmp_path / "home")
    registry.run_by_id(studio, "storyboard.commit")
    registry.run_by_id(studio, "project.set", {"engine": "ltx2"})
    yield studio
    studio.close()


def sent(studio: Studio, number: str = "1A", engine: str = "", **options: bool) -> Preflight:
    specs = take_queue.make_film_specs(studio, engine)
    return make_preflight(studio, specs, shot_spec.find_shot(specs.story, number), **options)


def refusal(studio: Studio, number: str = "1A") -> MilimoError:
    story = studio.take_snapshot().story
    shot = shot_spec.find_shot(story, number)
    root = studio.require_project().paths.root
    with pytest.raises(MilimoError) as told:
        require_preflight(studio, story, [(shot, shot_spec.make_video_spec(story, shot, root=root))])
    return told.value


def test_missing_weights_are_reported_with_the_command_and_the_plan(studio: Studio) -> None:
    preflight = sent(studio)
    assert preflight.plan is not None
    assert preflight.plan.pipeline == "ti2vid"
    assert "text" in preflight.plan.reason
    assert "milimo model" in preflight.problems[0].hint
    error = refusal(studio)
    assert (type(error), error.exit_code) == (Unavailable, 3)


def test_row_32_fit_is_shown_before_making(studio: Studio) -> None:
    do(studio, "shot.set", id="1A", length="105f")
    preflight = sent(studio)
    assert preflight.plan is not None
    assert (preflight.plan.fitted.frames, preflight.handle_frames) == (105, 0)
    do(studio, "shot.set", id="1A", length="106f")
    preflight = sent(studio)
    assert preflight.plan is not None
    assert (preflight.plan.fitted.frames, preflight.handle_frames) == (113, 7)
    assert any(change.startswith("113 frames ") and " 106" in change for change in preflight.plan.changes)
    lines = registry.run_by_id(studio, "shot.show", {"id": "1A"}).text
    assert all(length in lines for length in ("106 f", "113 f", "7 f"))


@pytest.mark.long("command_line")
def test_row_30_pipeline_is_chosen_by_the_references_and_explained(studio: Studio, tmp_path: Path) -> None:
    do(studio, "shot.set", id="1A", length="49f")
    do(studio, "shot.condition.add", id="1A", file=picture(tmp_path))
    way = sent(studio).plan
    assert way is not None
    assert way.pipeline == "ti2vid"
    assert "picture" in way.reason
    do(studio, "shot.condition.add", id="1A", file=picture(tmp_path, "end.png"), frame="last")
    way = sent(studio).plan
    assert way is not None
    assert way.pipeline == "keyframe"
    assert "last frame" in way.reason


def test_row_30_named_pipeline_is_limited_to_its_abilities(studio: Studio, tmp_path: Path) -> None:
    do(studio, "shot.condition.add", id="1A", file=picture(tmp_path), frame="last")
    do(studio, "shot.set", id="1A", pipeline="ti2vid")
    preflight = sent(studio)
    assert preflight.plan is None
    assert "ti2vid" in preflight.problems[-1].message
    assert "keyframe" in preflight.problems[-1].hint


def test_impossible_request_names_the_nearest_possible_value(studio: Studio) -> None:
    do(studio, "shot.set", id="1A", length="2000f")
    preflight = sent(studio)
    assert "at most" in preflight.problems[-1].message
    hint = preflight.problems[-1].hint
    assert "split the shot" in hint
    do(studio, "shot.set", id="1A", length=hint.rpartition(" ")[2])
    assert sent(studio).plan is not None, "the nearest thing can be made"


def test_shot_of_one_frame_is_a_picture(studio: Studio) -> None:
    do(studio, "shot.set", id="1A", length="1f")
    preflight = sent(studio)
    assert preflight.spec.engine == "flux2"
    assert preflight.plan is not None
    assert "one frame" in preflight.plan.reason
    do(studio, "shot.set", id="1A", engine="ltx2")
    assert sent(studio).spec.engine == "ltx2", "what is set on the shot itself holds"


def test_missing_input_is_refused_with_the_number_of_the_shot(studio: Studio) -> None:
    do(studio, "shot.condition.add", id="2B", board="1A", frame="5")
    problem = sent(studio, "2B").problems[0].message
    assert "board 1A" in problem
    assert refusal(studio, "2B").message == f"2B: {problem}"


def test_offline_file_is_reported_before_a_job_is_queued(studio: Studio) -> None:
    do(studio, "shot.condition.add", id="1A", file=clip_of(studio))
    assert sent(studio).problems[0].message.startswith("dance.mov is offline")
    assert "offline" in refusal(studio).message


def test_one_pixel_picture_is_refused_as_reference(studio: Studio, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"dot\.png is 1×1"):
        do(studio, "shot.condition.add", id="1A", file=picture(tmp_path, "dot.png", (1, 1)))


def test_end_of_the_continued_shot_counts_for_the_pipeline(studio: Studio) -> None:
    do(studio, "shot.set", id="2B", continues="2A")
    preflight = sent(studio, "2B")
    assert preflight.plan is not None
    assert "picture" in preflight.plan.reason


def test_animatic_has_no_model_plan(studio: Studio) -> None:
    preflight = sent(studio, engine="animatic")
    assert (preflight.plan, preflight.problems, preflight.follows, preflight.memory) == (None, (), (), None)


def test_memory_is_shown_on_machines_without_a_card(studio: Studio) -> None:
    memory = sent(studio).memory
    assert memory is not None
    assert not memory["fits"]
    assert "no GPU" in memory["reason"]
    assert sent(studio, memory=False).memory is None


def test_tiny_weights_are_ready_and_described_as_noise(studio: Studio, tiny: Tiny) -> None:
    furnish(studio.home.root, tiny, "ltx2")
    preflight = sent(studio)
    assert (preflight.model, preflight.noise, preflight.problems) == ("tiny-ltx2", True, ())
    assert preflight.plan is not None
    assert preflight.plan.stages == 1, "there is no upsampler beside it"
    story = studio.take_snapshot().story
    require_preflight(studio, story, [(shot(studio), preflight.spec)])
    do(studio, "shot.set", id="1A", stages="two")
    assert isinstance(refusal(studio), Refused)
    assert "random weights" in registry.run_by_id(studio, "shot.show", {"id": "1A"}).text


def test_row_35_still_frame_protection_of_a_chain_is_shown(studio: Studio) -> None:
    do(studio, "shot.set", id="1A", length="25s", guidance="3")
    preflight = sent(studio)
    assert preflight.plan is not None
    assert len(preflight.plan.parts) > 1
    assert any(STILLNESS in change for change in preflight.plan.changes)
    do(studio, "shot.set", id="1A", length="49f")
    short = sent(studio).plan
    assert short is not None
    assert not any(STILLNESS in change for change in short.changes)


def test_row_83_unfitting_lora_is_refused_before_a_job_is_queued(
    studio: Studio, tiny: Tiny, tmp_path: Path
) -> None:
    # No weights are installed that the LoRA could be compared with.
    do(studio, "shot.lora.add", id="1A", lora=lora_file(tmp_path))
    assert not any("mara" in problem.message for problem in sent(studio).problems)
    furnish(studio.home.root, tiny, "ltx2")
    (problem,) = sent(studio).problems
    assert problem.message.startswith("mara.safetensors ")
    assert "milimo shot lora remove 1A" in problem.hint
    error = refusal(studio)
    assert isinstance(error, Refused)
    assert error.message == f"1A: {problem.message}"


def test_lora_of_another_family_stays_with_the_shot_and_is_shown_as_not_sent(
    studio: Studio, tmp_path: Path
) -> None:
    path = lora_file(tmp_path, "neon.safetensors")
    row = InstalledWeights(id="neon", family="flux2", role="lora", path=path, form="file")
    ModelStore(studio.home.models).register(row)
    do(studio, "shot.lora.add", id="1A", lora="neon")
    preflight = sent(studio)
    assert (preflight.loras, [use.id for use, _ in preflight.left]) == ((), ["neon"])
    text = registry.run_by_id(studio, "shot.show", {"id": "1A"}).text
    assert "not sent" in next(line for line in text.splitlines() if "neon" in line)


def test_film_is_made_of_possible_shots_and_the_others_are_explained(studio: Studio, tiny: Tiny) -> None:
    furnish(studio.home.root, tiny, "ltx2")
    do(studio, "shot.condition.add", id="2B", board="1A", frame="5")
    states = shot_spec.list_shot_states(studio.take_snapshot().story)
    specs = take_queue.make_film_specs(studio)
    ready, told = take_queue.split_ready_takes(studio, states, specs)
    assert {state.number for state in states} - {state.number for state in ready} == {"2B"}
    [reason] = told
    assert reason.startswith("2B: ")
    assert "milimo storyboard board 1A" in reason
    alone = [state for state in states if state.number == "2B"]
    with pytest.raises(Unavailable, match="2B: "):
        take_queue.split_ready_takes(studio, alone, specs)


@pytest.mark.parametrize("engine", ["animatic", "ltx2", "flux2"])
def test_row_35_negative_prompts_of_shot_and_film_are_sent_and_shown(studio: Studio, engine: str) -> None:
    do(studio, "project.set", negative="watermark")
    do(studio, "shot.set", id="1A", negative="fog")
    preflight = sent(studio, engine=engine)
    assert preflight.spec.negative == preflight.prompt.negative == "fog, watermark"
    board = shot_spec.make_board_spec(studio.take_snapshot().story, shot(studio), engine="flux2")
    assert board.negative == "fog, watermark"
    assert "negative  fog, watermark" in registry.run_by_id(studio, "shot.show", {"id": "1A"}).text
    do(studio, "shot.set", id="1A", negative="")
    do(studio, "project.set", negative="")
    assert sent(studio, engine=engine).spec.negative == ""


def test_default_negative_prompt_of_the_model_is_sent_and_shown(studio: Studio, tiny: Tiny) -> None:
    furnish(studio.home.root, tiny, "ltx2", "ltx2-distilled")
    way = sent(studio).plan
    assert way is not None
    assert way.negative.startswith("has_subtitles, has_blurbox, transition from black, transition to black")
    text = registry.run_by_id(studio, "shot.show", {"id": "1A"}).text
    assert "  negative  has_subtitles, has_blurbox" in text
    assert "the model's own;" in text
    assert registry.run_by_id(studio, "shot.show", {"id": "1A"}).data["way"]["negative"] == way.negative
    do(studio, "project.set", negative="watermark")
    way = sent(studio).plan
    assert way is not None
    assert way.negative == "watermark", "a person's own stands in its place"
    assert "the model's own" not in registry.run_by_id(studio, "shot.show", {"id": "1A"}).text
    do(studio, "project.set", negative="")
    do(studio, "shot.set", id="1A", model="tiny-ltx2-distilled")
    preflight = sent(studio)
    assert preflight.plan is not None
    assert (preflight.plan.negative, preflight.negative_prompt) == ("", ""), (
        "distilled weights are guided away from nothing"
    )


def test_prompt_longer_than_the_model_reads_is_reported_before_sending(studio: Studio, tiny: Tiny) -> None:
    """The model reads 1,024 tokens of a prompt. In the past the rest was ignored without a message."""
    furnish(studio.home.root, tiny, "ltx2")
    do(studio, "project.set", style="", negative="")
    do(studio, "shot.set", id="1A", prompt=" ".join(["lamp"] * 150))
    way = sent(studio).plan
    assert way is not None
    assert not any("tokens" in change for change in way.changes)
    do(studio, "shot.set", id="1A", prompt=" ".join(f"lamp{index:04}" for index in range(400)))
    way = sent(studio).plan
    assert way is not None
    (told,) = [change for change in way.changes if "tokens" in change]
    assert "1024" in told
    assert "is not read" in registry.run_by_id(studio, "shot.show", {"id": "1A"}).text
