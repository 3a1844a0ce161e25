"""Test the sound effects of a clip by keys: add, change, bypass, compare, undo, apply and discard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.cut.values.sound_effects import (
    SOUND_EFFECTS,
    SoundChain,
    make_sound_effect,
    require_valid_chain,
)
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.timeline.fields.sound_edit import SoundEdit
from tests.cli.mix.talk import write_response
from tests.cut import strategies
from tests.tui.rain_market import make_studio
from tests.tui.stage import Stage, on
from tests.tui.timeline.test_timeline_live import edits, second
from tests.tui.timeline.test_timeline_screen import cut_of


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home")
    yield made
    made.close()


def heard(stage: Stage) -> SoundChain:
    """Return the sound effects of the second clip in the plan that is played."""
    clip = second(cut_of(stage)).id
    return next(each.effects.chain for each in stage.screen.plan.sounds if each.clip == clip)


async def add(stage: Stage, words: str) -> None:
    await stage.press("a")
    await stage.type(words)
    await stage.press("enter")


@pytest.mark.long("screens")
async def test_effects_are_added_changed_compared_and_applied(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        before = edits(stage)
        await stage.press("w", "Z", "E")
        assert stage.lines()[-1].strip().startswith("SOUND EFFECTS")
        await add(stage, "compressor")
        mode = stage.screen.live_modes.sound_mode
        assert [effect.name for effect in mode.edit.chain] == ["compressor"]
        await stage.press("j", "h", "h", "h")
        assert mode.edit.chain[0].get_number("threshold") == -23
        await stage.press("j", "e")
        await stage.type("8")
        await stage.press("enter")
        assert mode.edit.chain[0].get_number("ratio") == 8
        assert "8 : 1" in stage.text
        await stage.until(lambda: not stage.screen.is_plan_due)
        assert heard(stage) == mode.edit.chain, "each change is heard at once"
        await stage.press("A")
        await stage.until(lambda: not stage.screen.is_plan_due)
        assert "without effects" in stage.text
        assert all(effect.bypassed for effect in heard(stage))
        await stage.press("A", "b")
        assert mode.edit.chain[0].bypassed
        await stage.press("u")
        assert not mode.edit.chain[0].bypassed
        assert edits(stage) == before
        tried = mode.edit.chain
        await stage.press("enter")
        assert edits(stage) == before + 1
        assert second(cut_of(stage)).effects.chain == tried
        await stage.press("u")
        assert second(cut_of(stage)).effects.chain == ()


@pytest.mark.long("screens")
async def test_playback_continues_while_effects_are_compared(studio: Studio) -> None:
    async with on(studio, "timeline", (110, 30)) as stage:
        await stage.press("w", "Z", "E")
        await add(stage, "radio")
        transport = stage.screen.transport
        await stage.pilot.press("space")
        await stage.until(lambda: transport.playing)
        await stage.pilot.press("A")
        await stage.until(lambda: transport.playing and heard(stage)[0].bypassed)
        begun = stage.screen.playhead
        await stage.until(lambda: stage.screen.playhead > begun)
        await stage.pilot.press("A")
        await stage.until(lambda: transport.playing and not heard(stage)[0].bypassed)
        await stage.pilot.press("space")
        await stage.until(lambda: not transport.playing)
        await stage.press("escape")


@pytest.mark.long("screens")
async def test_preset_replaces_the_effects_and_escape_discards(studio: Studio) -> None:
    async with on(studio, "timeline", (110, 30)) as stage:
        before = edits(stage)
        await stage.press("w", "Z", "E", "h")
        assert "no number" in stage.said
        await add(stage, "eq")
        await add(stage, "preset telephone")
        mode = stage.screen.live_modes.sound_mode
        assert [effect.name for effect in mode.edit.chain] == ["telephone"]
        await stage.press("x")
        assert mode.edit.chain == ()
        await stage.press("u", "escape")
        assert not mode.is_on
        assert edits(stage) == before
        assert second(cut_of(stage)).effects.chain == ()


@pytest.mark.long("screens")
async def test_sound_effects_need_a_clip_with_sound_on_an_open_track(studio: Studio) -> None:
    async with on(studio, "timeline", (110, 30)) as stage:
        await stage.press("w", "T", "l", "Z", "E")
        assert "locked" in stage.said
        assert not stage.screen.live_modes.sound_mode.is_on


@pytest.mark.long("screens")
async def test_keys_of_a_number_are_set_shown_and_deleted(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("w", "Z", "E")
        await add(stage, "eq")
        await stage.press("j", "e")
        await stage.type("80")
        await stage.press("enter", "v")
        mode = stage.screen.live_modes.sound_mode
        start = mode.key_frame
        await stage.press("]", "l", "l")
        assert mode.key_frame == start + 25
        curve = mode.edit.chain[0].get_curve("low_cut")
        assert [key.frame for key in curve] == [start, start + 25]
        assert curve[0].value == 80 < curve[1].value
        assert "◆" in stage.text
        await stage.press(",")
        assert mode.key_frame == start
        assert "80 Hz" in stage.text
        await stage.press(";", "c")
        assert [key.frame for key in mode.edit.chain[0].get_curve("low_cut")] == [start]
        await stage.press(",", "c")
        assert not mode.edit.chain[0].curves
        await stage.press("u", "u", "enter")
        assert len(second(cut_of(stage)).effects.chain[0].get_curve("low_cut")) == 2


@pytest.mark.long("screens")
async def test_impulse_response_is_chosen_from_a_file(studio: Studio, tmp_path: Path) -> None:
    path = write_response(tmp_path / "hall.wav")
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("w", "Z", "E")
        await add(stage, "reverb")
        await stage.press("j", "e")
        await stage.type(str(tmp_path / "nothing.wav"))
        await stage.press("enter")
        mode = stage.screen.live_modes.sound_mode
        assert mode.edit.chain[0].impulse is None
        if stage.screen.prompt.is_open:
            await stage.press("escape")
        await stage.press("e")
        await stage.type(str(path))
        await stage.press("enter")
        await stage.until(lambda: mode.edit.chain[0].impulse is not None)
        assert "hall.wav" in stage.text
        assert "decay" not in stage.text
        await stage.press("enter")
        impulse = second(cut_of(stage)).effects.chain[0].impulse
        assert impulse is not None
        assert impulse.name == "hall.wav"


@given(
    strategies.sound_chains(),
    st.lists(st.tuples(st.sampled_from("jkhlHLxb"), st.integers(1, 40)), max_size=20),
)
def test_any_keys_leave_a_valid_chain(chain: SoundChain, keys: list[tuple[str, int]]) -> None:
    edit = SoundEdit(chain)
    for key, count in keys:
        match key:
            case "j" | "k":
                edit = edit.move_cursor(count if key == "j" else -count)
            case "x":
                edit = edit.remove_effect() if edit.chain else edit
            case "b":
                edit = edit.toggle_bypass()
            case _:
                edit = edit.step_number(count if key in "lL" else -count, 10, big=key.isupper())
        require_valid_chain(edit.chain, is_clip=True)
        assert 0 <= edit.at < max(1, len(edit.list_rows()))


@pytest.mark.parametrize("name", SOUND_EFFECTS)
def test_keys_reach_both_ends_of_every_number(name: str) -> None:
    rows = SoundEdit((make_sound_effect(name),)).list_rows()
    for at, number in ((at, row.number) for at, row in enumerate(rows) if row.number is not None):
        edit = SoundEdit((make_sound_effect(name),), at)
        assert edit.step_number(200, 0, big=True).chain[0].get_number(number.name) == number.high
        low = edit.step_number(-200, 0, big=True)
        assert low.chain[0].get_number(number.name) == number.low
        assert low.step_number(400, 0, big=False).chain[0].get_number(number.name) == number.high
