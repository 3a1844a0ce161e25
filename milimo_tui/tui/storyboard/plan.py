"""The plan of a scene: a floor plan with the positions of the people, and the list of shots with the purpose
of each. A key plans the scene again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.widget import Widget

from milimo_tui.core.format import format_clock_duration, format_count
from milimo_tui.story.plan.floor_plan import draw_floor_plan, find_line_crossings, plan_floor
from milimo_tui.story.sequences.composition import (
    Composition,
    analyze_composition,
    format_composition_finding,
)
from milimo_tui.story.values.film import Scene, Shot
from milimo_tui.story.values.shot_words import Coverage, Size, name_framing
from milimo_tui.tui.fields.choice_notes import COVERAGES, SIZES
from milimo_tui.tui.fields.form_field import FieldKind, FormField, make_choices
from milimo_tui.tui.forms.form import Form
from milimo_tui.tui.forms.form_dialogs import ask_form, make_command_keep
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.shot.asking_layers import ask_layer
from milimo_tui.tui.storyboard.scene_screen import SceneScreen
from milimo_tui.tui.storyboard.surgery_keys import SurgeryKeys
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import fit_to_cells, join_line, wrap_words

if TYPE_CHECKING:
    from milimo_tui.story.values.film import Story
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.terminal.theme import TextStyles

# Widths in cells of the columns with the shot's number, its framing and its people. The column with the
# people is narrower if all names are shorter.
NUMBER, FRAMING, WHO = 6, 10, 14
WHERE = {"location": "place", "part": "part of it", "time_of_day": "time", "weather": "weather"}
# Number of rows below the list of shots that are reserved for the description of the scene's composition.
BELOW = 7
AROUND = 6  # Cells next to the floor plan: its border, the mark before a row, one blank, the scroll bar.


class PlanScreen(SceneScreen):
    """The screen with the plan of one scene: the floor plan, and the shots with which the scene is filmed.
    Esc returns to the storyboard.
    """

    MODE = "plan"
    TITLE = "Plan"
    CONTEXTS = ("plan", "panes", "list", "global")
    CSS_PATH = "plan.tcss"
    AUTO_FOCUS = "#shots"

    def __init__(self, scene: str) -> None:
        super().__init__(scene)
        self._surgery = SurgeryKeys(self, lambda: self.shots.key)

    @property
    def own_parts(self) -> tuple[object, ...]:
        return (*super().own_parts, self._surgery)

    def compose_body(self) -> Iterable[Widget]:
        yield Split(Rows(id="floor"), Rows(id="shots"), id="plan")

    @property
    def shots(self) -> Rows:
        """The list of the scene's shots."""
        return self.query_one("#shots", Rows)

    def _list_planned_shots(self) -> list[Shot]:
        story = self.film.story if self.film is not None else None
        return [shot for shot in story.live_shots() if shot.scene == self._scene_id] if story else []

    def show_scene(self, film: FilmSnapshot) -> None:
        self._draw_plan()

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._draw_plan)

    def _draw_plan(self) -> None:
        if self.film is None:
            return
        ink, shots, numbers = self.ink, self._list_planned_shots(), dict(self.film.story.numbers)
        floor = self.query_one("#floor", Rows)
        wide, high = max(10, floor.outer_size.width - AROUND), max(5, min(floor.size.height - 2 - BELOW, 24))
        people = any(shot.characters for shot in shots)
        rows = (
            draw_floor_plan(plan_floor(shots, numbers), wide, high)
            if people
            else ("no people: one wide shot",)
        )
        found = analyze_composition(shots, self.film.story.project.rate)
        below = _draw_composition_rows(found, numbers, ink, wide)
        floor.show_rows(
            [Row("", join_line((text, ink.text))) for text in rows] + [Row("", row) for row in below]
        )
        over = find_line_crossings(shots)
        name_width = min(WHO, max((len(_name_subject(shot)) for shot in shots), default=0) + 2)
        width = max(8, (self.shots.size.width or 50) - NUMBER - FRAMING - name_width - 3)
        self.shots.show_rows(
            [
                self._draw_plan_row(shot, numbers.get(shot.id, ""), shot.id in over, name_width, width)
                for shot in shots
            ]
        )
        self.refresh_lines()

    def _draw_plan_row(self, shot: Shot, number: str, crosses: bool, name_width: int, width: int) -> Row:
        ink = self.ink
        why = "◐ crosses the line" if crosses else "set by the user" if shot.own else shot.reason
        return Row(
            shot.id,
            join_line(
                (f"{number:<{NUMBER}}", ink.strong),
                (f"{name_framing(shot.size, shot.function):<{FRAMING}}", ink.text),
                (f"{fit_to_cells(_name_subject(shot), name_width - 1):<{name_width}}", ink.text),
                (fit_to_cells(why, width), ink.stale if crosses else ink.muted),
            ),
        )

    def format_header_facts(self) -> Text | str:
        scene, film = self._scene, self.film
        if scene is None or film is None:
            return ""
        shots = self._list_planned_shots()
        length = format_clock_duration(float(sum(shot.frames for shot in shots) / film.story.project.rate))
        time_text = "  ".join(filter(None, (scene.time_of_day.lower(), scene.weather)))
        facts = (time_text, self._get_coverage(scene).value, format_count(len(shots), "shot"), length)
        return "   ".join(filter(None, facts))

    def _get_coverage(self, scene: Scene) -> Coverage:
        project = self.film.story.project.coverage if self.film is not None else Coverage.INHERITED
        return scene.coverage or project or Coverage.CLASSICAL

    def get_command_args(self, command: str, key_command: KeyCommand) -> Mapping[str, Any] | None:
        key = self.shots.key
        if command == "storyboard.reorder":
            return (
                {"id": key, "by": int(key_command.binding.args.get("by", 1)) * key_command.times}
                if key
                else None
            )
        return {"id": key} if key else None

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        from milimo_tui.tui.shot.shot import ShotScreen

        self.app.push_screen(ShotScreen(event.key))

    @action
    async def act_size(self, key_command: KeyCommand) -> None:
        """Ask for another size of the shot under the cursor, such as CU."""
        shot = next((shot for shot in self._list_planned_shots() if shot.id == self.shots.key), None)
        if shot is None:
            return
        choices = make_choices((size.value for size in Size), SIZES)
        field = FormField(
            key="size",
            label="Size:",
            kind=FieldKind.CHOICE,
            text=shot.size.value,
            choices=choices,
            is_needed=True,
        )
        size = await self.ask_field(field, name="SIZE")
        if size and size != shot.size.value:
            await self.run_and_wait("shot.set", id=shot.id, size=size)

    @action
    async def act_style(self, key_command: KeyCommand) -> None:
        """Ask for the filming style of the scene, and plan its shots again in that style."""
        scene = self._scene
        if scene is None:
            return
        field = FormField(
            key="coverage",
            label="Coverage:",
            kind=FieldKind.CHOICE,
            text=self._get_coverage(scene).value,
            choices=make_choices((each.value for each in Coverage if each), COVERAGES),
            is_needed=True,
        )
        style = await self.ask_field(field, name="STYLE")
        if style and await self.run_and_wait("scene.set", id=scene.id, coverage=style) is not None:
            await self._plan_again()

    @action
    async def act_where(self, key_command: KeyCommand) -> None:
        """w: edit the place, time of day and weather of the scene."""
        scene, film = self._scene, self.film
        if scene is None or film is None:
            return
        fields = [
            FormField(
                key=name,
                label=words,
                kind=FieldKind.CHOICE,
                text=getattr(scene, name),
                choices=make_choices(_list_scene_values(film.story, name)),
                is_free=True,
                source="set by the user" if scene.is_set_by_user(name) else "the script",
            )
            for name, words in WHERE.items()
        ]
        keep = make_command_keep(self, "scene.set", id=scene.id)
        await ask_form(self, Form(f"Scene {scene.number}  {scene.heading}", fields, keep))

    @action
    async def act_layer(self, key_command: KeyCommand) -> None:
        """y: edit an attribute of the scene's place; the change applies to this scene only."""
        scene = self._scene
        layer = (
            await ask_layer(self, f"Scene {scene.number}", dict(scene.layers)) if scene is not None else ""
        )
        if scene is not None and layer:
            await self.run_and_wait("scene.set", id=scene.id, layer=layer)

    @action
    async def act_composition(self, key_command: KeyCommand) -> None:
        """o: list the faults of the composition (sizes, angles, lengths, directions). The fault that the user
        chooses is corrected as one undo step.
        """
        scene, film = self._scene, self.film
        if scene is None or film is None:
            return
        findings = analyze_composition(self._list_planned_shots(), film.story.project.rate).findings
        if not findings:
            self.show_message("nothing to change: sizes, angles, lengths and directions fit together")
            return
        words = {
            str(at): format_composition_finding(film.story.numbers, one) for at, one in enumerate(findings, 1)
        }
        field = FormField(
            key="apply",
            label="Change:",
            kind=FieldKind.CHOICE,
            choices=make_choices(words, words),
            is_needed=True,
        )
        taken = await self.ask_field(field, name="COMPOSITION")
        if taken:
            await self.run_and_wait("scene.composition", id=scene.id, apply=int(taken))

    @action
    def act_again(self, key_command: KeyCommand) -> None:
        """Plan the scene again, and show how the new plan would differ from the present one. The changes are
        made only if the user confirms.
        """
        self.run_in_background(partial(self._plan_again), "again", exclusive=True)

    async def _plan_again(self) -> None:
        found = await self.run_and_wait("scene.plan", id=self._scene_id, again=True, dry_run=True)
        if found is None or not found.data:
            return
        changes = "; ".join(f"{row['number']} {row['was']} → {row['is']}" for row in found.data[:2])
        more = f" and {len(found.data) - 2} more" if len(found.data) > 2 else ""
        if await self.confirm(f"{changes}{more}. Apply this plan?"):
            await self.run_and_wait("scene.plan", id=self._scene_id, again=True)


def _draw_composition_rows(
    found: Composition, numbers: dict[str, str], ink: TextStyles, width: int
) -> list[Text]:
    """Return rows that describe the composition of the scene, followed by its faults. Empty for a scene
    without shots.
    """
    if not found.sizes:
        return []
    words = f"{round(100 * found.variety)} % variety, {found.pace} {found.mean:.1f}s"
    rows = [join_line((piece, ink.muted)) for piece in wrap_words(words, width)]
    for one in found.findings:
        rows += [
            join_line((piece, ink.stale))
            for piece in wrap_words(f"◐ {format_composition_finding(numbers, one)}", width)
        ]
    return rows


def _list_scene_values(story: Story, name: str) -> tuple[str, ...]:
    """Return the values of the attribute `name` that the film's scenes use, without duplicates."""
    return tuple(dict.fromkeys(filter(None, (getattr(each, name) for each in story.live_scenes()))))


def _name_subject(shot: Shot) -> str:
    """Return the names of the characters in a shot; if there are none, the thing that the shot shows."""
    return ", ".join(shot.characters) or shot.focus
