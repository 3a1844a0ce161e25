"""Test the shot inspector: it shows everything that will be sent to the model, and each value can be changed
by keys.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from textual import events

from milimo_tui.story.values.film import Shot
from milimo_tui.story.values.making import BoardUse
from milimo_tui.story.values.suggestion import Suggestion
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.tui.shot.shot import ShotScreen
from milimo_tui.tui.shot.shot_details import FOLLOW, SUGGESTION
from milimo_tui.tui.widgets.rows import Rows
from tests.budget import thorough
from tests.studio.test_shot_requests import lora_file
from tests.tui.stage import Stage, on
from tests.tui.studio_setup import add_take, make_studio


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    """Yield a studio with the film Rain Market, its engine set to LTX-2, in a home without weights."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("MILIMO_GPU_PROBE", "0")
    # File names are typed one key at a time, so the test uses short relative names.
    monkeypatch.chdir(tmp_path)
    studio = make_studio(tmp_path / "home")
    registry.run_by_id(studio, "storyboard.commit")
    registry.run_by_id(studio, "project.set", {"engine": "ltx2", "negative": "fog"})
    registry.run_by_id(studio, "shot.set", {"id": "2B", "length": "106f"})
    yield studio
    studio.close()


def shot(studio: Studio, number: str = "2B") -> Shot:
    return shot_spec.find_shot(studio.take_snapshot().story, number)


def picture(tmp_path: Path, name: str = "turn.png") -> str:
    path = tmp_path / name
    Image.new("RGB", (96, 64), (20, len(name), 90)).save(path)
    return str(path)


@asynccontextmanager
async def inspector(
    studio: Studio, size: tuple[int, int] = (110, 40), number: str = "2B"
) -> AsyncIterator[Stage]:
    async with on(studio, "storyboard", size) as stage:
        stage.app.push_screen(ShotScreen(shot(studio, number).id))
        await stage.until(lambda: isinstance(stage.screen, ShotScreen) and stage.screen.details is not None)
        await stage.settle()
        yield stage


async def answer(stage: Stage, *answers: str) -> None:
    """Type an answer into each question that opens, replacing the text that is in the field."""
    for words in answers:
        await stage.until(lambda: stage.screen.prompt.is_open)
        asked = stage.screen.prompt._answer
        await stage.pilot.press("ctrl+u")
        if words:
            await stage.paste(words)
        await stage.pilot.press("enter")
        await stage.until(asked.done)
        await stage.pilot.pause()
    await stage.settle()


async def until_shown(stage: Stage, words: str) -> None:
    await stage.until(lambda: words in " ".join(" ".join(stage.lines()).split()), words)


async def until_listed(stage: Stage, key: str, words: str) -> None:
    """Wait for the row `key`, move the cursor to it (the row may be outside the visible part of the list),
    and wait until `words` are visible.
    """
    await stage.until(lambda: any(row.key == key for row in stage.screen.query_one(Rows).rows), words)
    go_to(stage, key)
    await until_shown(stage, words)


def go_to(stage: Stage, key: str) -> None:
    rows = stage.screen.query_one(Rows)
    rows.move_to(next(index for index, row in enumerate(rows.rows) if row.key == key))


@pytest.mark.long("screens")
@pytest.mark.parametrize(
    "size",
    thorough("screens", [(80, 24), (120, 40), (200, 50)], one=True),
    ids=lambda size: f"{size[0]}x{size[1]}",
)
async def test_data_to_be_sent_is_shown_at_every_size(studio: Studio, size: tuple[int, int]) -> None:
    async with inspector(studio, size) as stage:
        await until_shown(stage, "can’t yet ✕")
        text = " ".join(row.left.plain for row in stage.screen.query_one(Rows).rows)
        for word in (
            "made by", "ltx2", "pipeline", "it is made from text alone", "4.2 s 106 f", "→ 113 f",
            "7 f are handles", "negative", "fog", "must follow", "manual, then board", "elements",
            "LoRAs", ":model", "estimate the time is known once the problems are solved",
        ):  # fmt: skip
            assert word in " ".join(text.split()), word


@pytest.mark.long("screens")
async def test_row_24_prompt_is_shown_by_parts_and_whole(studio: Studio) -> None:
    async with inspector(studio) as stage:
        await stage.press("p")
        text = " ".join(row.left.plain for row in stage.screen.query_one(Rows).rows)
        assert all(f"[{role}]" in text for role in ("action", "camera", "light", "speech"))
        await stage.press("p")
        text = " ".join(row.left.plain for row in stage.screen.query_one(Rows).rows)
        assert "[camera]" not in text


@pytest.mark.long("screens")
async def test_row_33_reference_picture_is_added_changed_and_removed_by_keys(
    studio: Studio, tmp_path: Path
) -> None:
    async with inspector(studio) as stage:
        await stage.pilot.press("a")
        picture(tmp_path)
        await stage.fill({"what": "turn.png", "frame": "60", "strength": "0.8"})
        (one,) = shot(studio).conditioning
        assert (one.frame, one.strength) == (60, 0.8)
        await until_listed(stage, FOLLOW + one.id, "frame 60 turn.png")
        await stage.pilot.press("enter")
        await stage.fill({"frame": "last", "strength": "0.5"})
        (one,) = shot(studio).conditioning
        assert (one.frame, one.strength) == (-1, 0.5)
        await until_shown(stage, "frame 105 turn.png")
        go_to(stage, FOLLOW + one.id)
        await stage.press("x")
        assert shot(studio).conditioning == ()
        await stage.press("u")
        assert len(shot(studio).conditioning) == 1


@pytest.mark.long("screens")
async def test_control_map_is_requested_by_keys_and_missing_parts_named(
    studio: Studio, tmp_path: Path
) -> None:
    async with inspector(studio) as stage:
        picture(tmp_path)
        await stage.pilot.press("c", "o")
        await stage.fill({"file": "turn.png", "kind": "depth"})
        await until_shown(stage, "Depth Anything")


@pytest.mark.long("screens")
async def test_frame_of_another_take_is_used_by_keys(studio: Studio) -> None:
    async with inspector(studio) as stage:
        await stage.pilot.press("a")
        await stage.fill({"what": "take 1A 12", "frame": "0"})
        (one,) = shot(studio).conditioning
        assert (one.other, one.at) == (shot(studio, "1A").id, 12)
        await until_shown(stage, "✕ there is no take of 1A yet")


@pytest.mark.long("screens")
async def test_row_26_board_is_first_frame_only_if_made_by_a_model_or_requested(
    studio: Studio, tmp_path: Path
) -> None:
    asset = registry.run_by_id(studio, "asset.add", {"file": picture(tmp_path)}).data["id"]
    here = shot(studio)
    boarded = replace(here, board=asset, board_use=BoardUse.OFF)
    studio.require_project().write_edit(
        "board", scope="project", actor="test", before=[here], after=[boarded]
    )
    async with inspector(studio) as stage:
        await until_listed(stage, FOLLOW + "board", "not followed: a previs panel")
        await stage.pilot.press("enter")
        await answer(stage, "on")
        await until_shown(stage, "from the board")
        await until_listed(stage, "pipeline", "pipeline ti2vid: it begins with a picture")
        go_to(stage, FOLLOW + "board")
        await stage.press("x")
        await until_shown(stage, "not followed")


@pytest.mark.long("screens")
async def test_row_27_continuity_is_switched_by_keys(studio: Studio) -> None:
    registry.run_by_id(studio, "shot.set", {"id": "2B", "continues": "previous"})
    async with inspector(studio) as stage:
        key = FOLLOW + "continuity"
        await stage.until(lambda: any(row.key == key for row in stage.screen.query_one(Rows).rows))
        go_to(stage, key)
        await until_shown(stage, "end of 2A")
        await stage.press("x")
        assert not shot(studio).continuity
        assert shot(studio).continues == shot(studio, "2A").id


@pytest.mark.long("screens")
async def test_shot_becomes_a_closer_crop_by_keys_and_returns(
    studio: Studio,
) -> None:
    async with inspector(studio) as stage:
        await stage.pilot.press("C")
        await answer(stage, "2A", "closer")
        await until_shown(stage, "2A, closer: its take from")
        assert shot(studio).continues == shot(studio, "2A").id
        await stage.press("c", "c")
        await stage.until(lambda: "crop of 2A" in stage.said)
        await stage.press("u")
        await stage.until(lambda: not shot(studio).continues_as)
        await stage.pilot.press("C")
        await answer(stage, "previous", "under")
        await until_shown(stage, "2A, under: its sound continues from")
        go_to(stage, "continues")
        await stage.pilot.press("enter")
        await answer(stage, "none")
        await stage.until(lambda: not shot(studio).continues)
        assert not shot(studio).continues_as


@pytest.mark.long("screens")
async def test_card_names_the_owner_of_its_take(studio: Studio) -> None:
    registry.run_by_id(studio, "shot.set", {"id": "2B", "continues": "2A", "continues_as": "closer"})
    async with on(studio, "storyboard", (120, 40)) as stage:
        await stage.until(lambda: "closer: no" in stage.text)


@pytest.mark.long("screens")
async def test_row_30_pipeline_is_set_by_user_and_a_wrong_one_suggests_others(
    studio: Studio, tmp_path: Path
) -> None:
    values = {"id": "2B", "file": picture(tmp_path), "frame": "last"}
    registry.run_by_id(studio, "shot.condition.add", values)
    async with inspector(studio) as stage:
        await until_shown(stage, "pipeline keyframe: it follows a picture at frame 105")
        await stage.pilot.press("P")
        await answer(stage, "ti2vid")
        await until_shown(stage, "ti2vid can't make this shot")
        assert "shot.make" in stage.screen.list_idle_acts()


@pytest.mark.long("screens")
async def test_beats_are_timed_and_pictures_removed_by_keys(studio: Studio) -> None:
    words = "Mara sits down on the bench. Jun closes the wooden door."
    number = registry.run_by_id(studio, "shot.add", {"scene": "2", "action": words}).data["number"]
    async with inspector(studio, number=number) as stage:
        await stage.settle()
        go_to(stage, "beats")
        await until_shown(stage, "beats by their words")
        await stage.press("b")
        for words in ("auto", "by the length of their words", "the second beat begins", "off", "all words"):
            assert words in stage.text
        await stage.type("99")
        await stage.press("enter")
        assert "✕ beats" in stage.text
        assert stage.screen.prompt.typed == "99", "it stays as it was typed, the reason beside it"
        await answer(stage, "1")
        assert shot(studio, number).beats == "1"
        await until_shown(stage, "beats manual")
        await stage.pilot.press("B")
        await answer(stage, "off")
        assert shot(studio, number).subjects == "off"
        await stage.settle()
        go_to(stage, "subjects")
        await until_shown(stage, "off: none are sent")


@pytest.mark.long("screens")
async def test_keys_after_the_one_that_opens_a_shot_go_to_the_shot(studio: Studio) -> None:
    add_take(studio, shot(studio, "1A").id, "job_1")
    registry.run_by_id(studio, "shot.pick", {"id": "1A"})
    async with on(studio, "storyboard") as stage:
        for key in ("enter", "c", "r", "j", "enter", *"12", "enter"):  # All keys arrive in one burst.
            stage.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await stage.until(lambda: "  retake" in stage.text and "12" in stage.screen.form.changes.values())


@pytest.mark.long("screens")
async def test_row_83_lora_is_added_set_and_removed_by_keys(studio: Studio, tmp_path: Path) -> None:
    name = lora_file(tmp_path)
    async with inspector(studio) as stage:
        await stage.pilot.press("L")
        await stage.fill({"lora": "mara.safetensors", "strength": "0.7"})
        assert shot(studio).loras[0].strength == 0.7
        await until_shown(stage, "mara.safetensors 0.7")
        go_to(stage, f"lora:{name}")
        await stage.pilot.press("enter")
        await answer(stage, "1.1")
        assert shot(studio).loras[0].strength == 1.1
        await until_shown(stage, "mara.safetensors 1.1")
        go_to(stage, f"lora:{name}")
        await stage.press("x")
        assert shot(studio).loras == ()


@pytest.mark.long("screens")
async def test_row_41_parts_of_a_long_shot_are_shown_and_edited(studio: Studio) -> None:
    registry.run_by_id(studio, "shot.set", {"id": "2B", "length": "250f"})
    # This part gets its own seed.
    registry.run_by_id(studio, "shot.chunk.set", {"id": "2B", "part": 2, "seed": "9"})
    async with inspector(studio, (120, 50)) as stage:
        await until_shown(stage, "parts 1 121 f")
        go_to(stage, "part:2")
        await stage.pilot.press("enter")
        await stage.fill({"prompt": "She turns away.", "seed": "77"})
        assert [(one.prompt, one.seed) for one in shot(studio).chunks] == [
            ("", None),
            ("She turns away.", 77),
        ]
        await until_shown(stage, "seed 77 She turns away.")


@pytest.mark.long("screens")
async def test_row_13_suggestion_is_next_to_the_prompt_until_accepted(studio: Studio) -> None:
    before = shot(studio)
    words = "Mara speaks in the noodle bar: “You are late.”"
    for name in ("one", "two"):
        studio.require_project().facts.add_suggestion(
            Suggestion(
                id=name, shot=before.id, job=f"job_{name}", text=f"{words} {name}", model="gemma-3-12b"
            )
        )
    async with inspector(studio) as stage:
        await until_shown(stage, f"suggested {words} two")
        assert shot(studio).prompt is None, "nothing is overwritten unasked"
        go_to(stage, SUGGESTION + "two")
        await stage.press("x")
        go_to(stage, SUGGESTION + "one")
        await stage.press("enter", "y")  # it names no framing, so it is used only if the user agrees
        await stage.until(lambda: shot(studio).prompt == f"{words} one")
        await stage.press("u")
        assert shot(studio).prompt is None


@pytest.mark.long("screens")
async def test_steps_and_guidance_return_to_auto(studio: Studio) -> None:
    async with inspector(studio) as stage:
        go_to(stage, "steps")
        await stage.pilot.press("enter")
        await stage.fill({"steps": "7", "guidance": "2.5", "schedule": "full", "stages": "one"})
        here = shot(studio)
        assert (here.steps, here.guidance, here.schedule, here.stages) == (7, 2.5, "full", "one")
        go_to(stage, "steps")
        await stage.pilot.press("enter")
        await stage.fill({"steps": "auto", "guidance": "auto", "schedule": "auto", "stages": "auto"})
        here = shot(studio)
        assert (here.steps, here.guidance, here.schedule, here.stages) == (None, None, "auto", "auto")


@pytest.mark.long("screens")
async def test_row_29_seed_lock_and_guidance_are_set_by_keys(studio: Studio) -> None:
    async with inspector(studio) as stage:
        go_to(stage, "seed")
        await stage.pilot.press("enter")
        await stage.fill({"seed": "9114", "lock": "on"})
        assert (shot(studio).seed, shot(studio).seed_locked) == (9114, True)
        await until_shown(stage, "seed 9114 locked")
        rows = stage.screen.query_one(Rows)
        assert "guidance_parts" not in [row.key for row in rows.rows], "distilled weights go without it"
        registry.run_by_id(studio, "shot.set", {"id": "2B", "guidance": "2.5"})
        await until_listed(stage, "guidance_parts", "guidance parts: auto")
        await stage.pilot.press("enter")
        await stage.fill({"stg": "1.5"})
        assert shot(studio).guidance_parts.spatiotemporal == 1.5
        await until_shown(stage, "spatiotemporal 1.5")


@pytest.mark.long("screens")
async def test_impossible_take_is_explained_and_not_queued(studio: Studio) -> None:
    async with inspector(studio) as stage:
        await stage.press("c", "c")
        await stage.until(lambda: "2B" in stage.said or "weights" in stage.said or "GPU" in stage.said)
        assert ":model download" in stage.said
    assert studio.client_or_none() is None
