"""Test forms with keys and mouse: opened, stepped, dragged, refused, saved as one edit or cancelled."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PIL import Image

from milimo_tui.core.ids import new_id
from milimo_tui.engines.catalog.model_catalog import MODELS
from milimo_tui.story.values.film import Asset, AssetKind, Take
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec, signatures
from milimo_tui.tui.app.palette import Palette
from milimo_tui.tui.fields.choice_notes import MOVEMENTS
from milimo_tui.tui.fields.form_field import FieldKind, FormField, make_choices
from milimo_tui.tui.forms.form import Form
from milimo_tui.tui.forms.form_dialogs import ask_form
from milimo_tui.tui.forms.form_screen import FormScreen
from milimo_tui.tui.shot.shot import ShotScreen
from milimo_tui.tui.widgets.choice_box import ChoiceBox
from tests.budget import thorough
from tests.tui.stage import Stage, on
from tests.tui.studio_setup import make_studio

SIZES = [(80, 24), (200, 50)]


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home")
    registry.run_by_id(made, "storyboard.commit")
    yield made
    made.close()


FIELDS = (
    FormField(
        key="movement",
        label="movement",
        kind=FieldKind.CHOICE,
        text="static",
        choices=make_choices(MOVEMENTS, MOVEMENTS),
    ),
    FormField(key="length", label="length", kind=FieldKind.TIME, text="160f", least=1),
    FormField(
        key="steps",
        label="steps",
        kind=FieldKind.NUMBER,
        text="8",
        least=1,
        most=60,
        is_whole=True,
        limit="ltx2",
    ),
    FormField(key="picture", label="picture", kind=FieldKind.PATH),
    FormField(key="sound", label="sound", kind=FieldKind.SWITCH, text="on"),
    FormField(key="voice", label="voice", default="the script’s", source="by the film"),
)


class SaveRecorder:
    """A recorder of the values that a form saves. `refuses` is the reason with which a save is refused; an
    empty text accepts it.
    """

    def __init__(self) -> None:
        self.values: list[dict[str, str]] = []
        self.refuses = ""

    async def keep(self, texts: Mapping[str, str]) -> str:
        self.values.append(dict(texts))
        return self.refuses


@asynccontextmanager
async def form(
    studio: Studio, kept: SaveRecorder, *, size: tuple[int, int] = (80, 24), whole: bool = False
) -> AsyncIterator[Stage]:
    async with on(studio, "storyboard", size) as stage:
        made = Form("2D  Medium, static", FIELDS, kept.keep, whole=whole)

        async def ask() -> None:
            await ask_form(stage.screen, made)

        stage.app.run_worker(ask(), group="play")
        await stage.until(lambda: isinstance(stage.screen, FormScreen) and stage.screen.is_mounted)
        await stage.settle()
        yield stage


def text(stage: Stage, key: str) -> str:
    screen = stage.screen
    return str(screen.form.get_field_text(screen.form.get_field(key)))


@pytest.mark.long("screens")
@pytest.mark.parametrize("size", thorough("screens", SIZES, one=True))
async def test_choice_is_a_list_with_descriptions(studio: Studio, size: tuple[int, int]) -> None:
    kept = SaveRecorder()
    async with form(studio, kept, size=size) as stage:
        assert "→" not in stage.lines()[-2], "its keys are not in reach"
        await stage.press("enter")
        assert "┌ choice" in stage.text
        assert "slowly closer" in stage.text
        assert "▸ static" in stage.text, "the cursor is on what holds"
        await stage.type("pan")
        assert "dolly in" not in stage.text
        await stage.press("down", "enter")
        assert text(stage, "movement") == "pan right"
        assert "┌ choice" not in stage.text
        assert "changes 1 field" in stage.text
        assert "Enter saves" in stage.text
        await stage.press("enter")
        assert kept.values == [{"movement": "pan right"}]
        await stage.until(lambda: not isinstance(stage.screen, FormScreen))


@pytest.mark.long("screens")
async def test_choice_is_selected_by_the_mouse(studio: Studio) -> None:
    async with form(studio, SaveRecorder()) as stage:
        await stage.press("enter")
        box = stage.screen.query_one(ChoiceBox)
        await stage.pilot.click(ChoiceBox, offset=(4, 3))
        await stage.settle()
        assert text(stage, "movement") == "pan right", "the third row, below the frame"
        assert not box.display


@pytest.mark.long("screens")
async def test_invalid_input_stays_with_the_reason_next_to_it(studio: Studio) -> None:
    kept = SaveRecorder()
    async with form(studio, kept) as stage:
        await stage.press("j", "j", "enter")
        await stage.type("80")
        await stage.press("enter")
        assert "✕ 1 to 60" in stage.text
        assert stage.screen.prompt.typed == "80"
        await stage.press("tab")
        assert stage.screen.list.key == "picture"
        assert text(stage, "steps") == "80"
        rows = stage.lines()
        place = next(index for index, row in enumerate(rows) if "✕ 1 to 60 for ltx2" in row)
        assert "80" in rows[place - 1], "the reason stands below its field"
        await stage.press("w")
        assert not kept.values, "errors only is not kept"
        assert stage.screen.list.key == "steps"
        await stage.press("r")
        assert text(stage, "steps") == "8"


@pytest.mark.long("screens")
async def test_numbers_and_times_are_stepped_typed_and_dragged(studio: Studio) -> None:
    async with form(studio, SaveRecorder()) as stage:
        await stage.press("j", "l")
        assert text(stage, "length") == "161f"
        assert "6.44 s   161 f" in stage.text
        await stage.press("<")
        assert text(stage, "length") == "136f"
        await stage.press("j", "5", "l")
        assert text(stage, "steps") == "13"
        await stage.press("9", "9", "9", "l")
        assert text(stage, "steps") == "60"
        await stage.press("2", "0", "enter")
        assert text(stage, "steps") == "20"
        await stage.press("enter")
        assert stage.screen.is_attached is False or not isinstance(stage.screen, FormScreen), "kept"


@pytest.mark.long("screens")
async def test_number_is_dragged_by_the_mouse(studio: Studio) -> None:
    async with form(studio, SaveRecorder()) as stage:
        rows = stage.screen.list
        y = next(place for place, row in enumerate(rows.rows) if row.key == "steps")
        await stage.pilot.mouse_down(rows, offset=(20, y))
        await stage.pilot.hover(rows, offset=(28, y))
        await stage.pilot.mouse_up(rows, offset=(28, y))
        await stage.settle()
        assert text(stage, "steps") == "12"
        assert not stage.screen.prompt.is_open, "that was no click"


@pytest.mark.long("screens")
async def test_space_turns_a_switch_and_esc_cancels_all(studio: Studio) -> None:
    kept = SaveRecorder()
    async with form(studio, kept) as stage:
        assert "[on]  off" in stage.text
        assert "the script’s" in stage.text
        assert "by the film" in stage.text
        await stage.press("G", "k", "space")
        assert "on  [off]" in stage.text
        await stage.press("k", "enter")
        await stage.type("half a word")
        await stage.press("escape")
        assert text(stage, "picture") == ""
        await stage.press("escape")
        assert not isinstance(stage.screen, FormScreen)
        assert not kept.values


@pytest.mark.long("screens")
async def test_path_is_completed_by_the_arrow_and_previewed(studio: Studio, tmp_path: Path) -> None:
    Image.new("RGB", (192, 108)).save(tmp_path / "bar-at-night.png")
    async with form(studio, SaveRecorder()) as stage:
        await stage.press("j", "j", "j", "enter")
        await stage.paste(f"{tmp_path}/bar")
        await stage.press("right")
        await stage.until(lambda: stage.screen.prompt.typed.endswith("bar-at-night.png"))
        await stage.until(lambda: "✓ 192 × 108" in stage.text)
        await stage.press("enter")
        assert text(stage, "picture").endswith("bar-at-night.png")


@pytest.mark.long("screens")
async def test_path_field_lists_entries_and_opens_a_folder(studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "stills").mkdir()
    Image.new("RGB", (64, 36)).save(tmp_path / "stills" / "roof.png")
    async with form(studio, SaveRecorder()) as stage:
        await stage.press("j", "j", "j", "enter")
        await stage.paste(f"{tmp_path}/st")
        await stage.until(lambda: "│   stills/" in stage.text, "the last part of each path")
        await stage.press("down", "enter")
        assert stage.screen.prompt.typed == f"{tmp_path}/stills/"
        await stage.until(lambda: "│   roof.png" in stage.text)
        await stage.press("down")
        await stage.until(lambda: "✓ 64 × 36" in stage.text, "what the cursor is on is looked at")
        await stage.press("enter")
        assert text(stage, "picture") == f"{tmp_path}/stills/roof.png"


@pytest.mark.long("screens")
async def test_refusal_of_a_command_is_shown_at_its_field_and_the_form_stays(studio: Studio) -> None:
    kept = SaveRecorder()
    kept.refuses = "there is no voice “growl”"
    async with form(studio, kept) as stage:
        await stage.press("G", "enter")
        await stage.type("growl")
        await stage.press("enter", "enter")
        assert kept.values == [{"voice": "growl"}]
        assert "voice “growl”" in stage.text
        assert text(stage, "voice") == "growl"
        assert stage.screen.list.key == "voice"
        kept.refuses = ""
        await stage.press("enter", "ctrl+u")
        await stage.type("bass")
        await stage.press("enter", "enter")
        assert kept.values[-1] == {"voice": "bass"}
        assert not isinstance(stage.screen, FormScreen)


@pytest.mark.long("screens")
async def test_form_of_a_shot_shows_what_becomes_stale_and_is_one_undo(studio: Studio) -> None:
    story = studio.take_snapshot().story
    shot = shot_spec.find_shot(story, "2B")
    signature = signatures.get_signature(shot_spec.make_video_spec(story, shot, engine="animatic", seed=0))
    asset = Asset(id=new_id("asset"), kind=AssetKind.VIDEO, path="media/one.mov", name="one")
    take = Take(
        id=new_id("take"), shot=shot.id, asset=asset.id, job="one", engine="animatic", seed=1,
        frames=shot.frames, signature=signature,
    )  # fmt: skip
    assert studio.require_project().facts.add_take(take, asset)
    async with on(studio, "storyboard", (110, 34)) as stage:
        stage.app.push_screen(ShotScreen(shot.id))
        await stage.until(lambda: isinstance(stage.screen, ShotScreen) and stage.screen.details is not None)
        await stage.settle()
        rows = stage.screen.field_list
        rows.move_to(next(place for place, row in enumerate(rows.rows) if row.key == "size"))
        await stage.press("enter")
        await stage.until(lambda: stage.screen.MODE == "form" and stage.screen.prompt.is_open)
        await stage.type("ECU")
        await stage.press("enter")
        await stage.until(lambda: "changes 1 field   2B will be stale" in stage.text)
        assert "Esc discards" in stage.text
        await stage.fill({"movement": "dolly in", "focus": "the coin"})
        await stage.until(lambda: isinstance(stage.screen, ShotScreen))
        now = shot_spec.find_shot(studio.take_snapshot().story, "2B")
        assert (now.size, now.movement, now.focus) == ("ECU", "dolly in", "the coin")
        await stage.press("u")
        assert shot_spec.find_shot(studio.take_snapshot().story, "2B").size == shot.size


@pytest.mark.long("screens")
async def test_one_form_asks_for_every_argument_of_a_command(studio: Studio) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await stage.pilot.press("ctrl+p")
        await stage.until(lambda: isinstance(stage.screen, Palette))
        await stage.type("element.add")
        await stage.pilot.press("ctrl+e")
        await stage.fill({"name": "Lamp", "kind": "object", "description": "of brass"})
        if isinstance(stage.screen, FormScreen):
            await stage.press("w")
        await stage.until(lambda: any(one.name == "Lamp" for one in studio.take_snapshot().story.elements))


@pytest.mark.long("screens")
async def test_form_of_a_shot_shows_the_fields_of_the_chosen_engine(studio: Studio) -> None:
    """The fields change at once, before the form is saved. Typed values stay if the new engine has their
    field, and come back when the engine is chosen that has it.
    """
    async with on(studio, "storyboard", (110, 60)) as stage:
        shot = shot_spec.find_shot(studio.take_snapshot().story, "2B")
        stage.app.push_screen(ShotScreen(shot.id))
        await stage.until(lambda: isinstance(stage.screen, ShotScreen) and stage.screen.details is not None)
        rows = stage.screen.field_list
        rows.move_to(next(place for place, row in enumerate(rows.rows) if row.key == "engine"))
        await stage.press("enter")
        await stage.until(lambda: stage.screen.MODE == "form" and stage.screen.prompt.is_open)
        form = stage.screen.form

        async def choose(key: str, words: str, leaves: str = "enter") -> None:
            field = form.get_field(key)
            stage.screen.list.show_rows(stage.screen.list.rows, key)
            if not stage.screen.prompt.is_open:
                await stage.press("e")
            await stage.press("ctrl+u")
            await stage.type(words)
            await stage.press(leaves)
            await stage.until(
                lambda: form.get_field_text(field) == words and not form.is_outdated, f"{key} {words}"
            )

        assert form.get_field("steps") is None  # The previs engine has no steps.
        await choose("engine", "ltx2")
        assert {"steps", "stages", "cache", "stg", "beats"} <= {field.key for field in form.fields}
        assert form.get_field("steps").limit == "ltx2"
        engines = {choice.word: choice.note for choice in form.get_field("engine").choices}
        # No weights are installed, which the sign before the name shows.
        assert engines["ltx2"].startswith("◐ "), engines
        assert engines["ltx2"][:24] in stage.text
        await choose("stages", "two")
        await choose("steps", "9")
        await choose("engine", "wan")
        keys = {field.key for field in form.fields}
        assert "steps" in keys
        assert not {"stages", "cache", "stg", "beats", "pipeline", "options"} & keys
        assert form.changes == {"engine": "wan", "steps": "9"}
        assert [each.word for each in form.get_field("model").choices] == [
            row.id for row in MODELS if (row.family, row.role) == ("wan", "model")
        ]
        await choose("model", "ltx-2.5", "tab")
        assert "✕ ltx-2.5" in stage.text
        await choose("engine", "ltx2")
        assert not form.wrong_fields
        assert form.changes == {"engine": "ltx2", "model": "ltx-2.5", "steps": "9", "stages": "two"}
        await stage.press("e", "ctrl+u")
        await stage.type("nosuch")
        await stage.press("enter")
        await stage.until(
            lambda: form.explain_problem(form.get_field("engine")), "an engine that there is not is taken"
        )
        await choose("engine", "wan")
        await choose("model", "wan-2.2-ti2v-5b")
        await stage.press("w")
        await stage.until(lambda: isinstance(stage.screen, ShotScreen))
        now = shot_spec.find_shot(studio.take_snapshot().story, "2B")
        assert (now.engine, now.model, now.steps, now.stages) == ("wan", "wan-2.2-ti2v-5b", 9, "auto")
        assert stage.screen.details is not None


@pytest.mark.long("screens")
async def test_weights_of_another_engine_are_cleared_and_restored(studio: Studio) -> None:
    registry.run_by_id(studio, "shot.set", {"id": "2B", "engine": "ltx2", "model": "ltx-2.5"})
    async with on(studio, "storyboard", (110, 60)) as stage:
        shot = shot_spec.find_shot(studio.take_snapshot().story, "2B")
        stage.app.push_screen(ShotScreen(shot.id))
        await stage.until(lambda: isinstance(stage.screen, ShotScreen) and stage.screen.details is not None)
        rows = stage.screen.field_list
        rows.move_to(next(place for place, row in enumerate(rows.rows) if row.key == "engine"))
        await stage.press("enter")
        await stage.until(lambda: stage.screen.MODE == "form" and stage.screen.prompt.is_open)
        form = stage.screen.form
        for engine, changes in (("wan", {"engine": "wan", "model": ""}), ("ltx2", {})):
            if not stage.screen.prompt.is_open:
                await stage.press("e")
            await stage.press("ctrl+u")
            await stage.type(engine)
            await stage.press("enter")
            await stage.until(lambda: not form.is_outdated and form.changes == changes, f"{form.changes}")  # noqa: B023
            assert not form.wrong_fields
