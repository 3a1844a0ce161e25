"""The parts of a shot's prompt in the inspector. The user can reword, leave out or restore each part, for the
shot, its scene or the entire film.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from milimo_tui.story.elements.prompt import PromptPart
from milimo_tui.tui.fields.choice_notes import PROMPT_LEVELS
from milimo_tui.tui.fields.form_field import FieldKind, FormField, make_choices
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.shell.modes import Mode
from milimo_tui.tui.shot.shot_details import WORDING, ShotDetails

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.shot.shot import ShotScreen

# The levels at which the user can reword a prompt part. The text for a shot has priority over that for its
# scene, and this over the text for the film.
SHOT, SCENE, FILM = LEVELS = ("shot", "scene", "film")
ACTS = frozenset({"ui.enter", "ui.leave_out", "ui.take_back"})


class PromptParts(Mode):
    """The mode of the shot inspector while the cursor is on a part of the prompt, such as action or camera.
    It has the actions that change that part.
    """

    CONTEXTS = ("prompt_parts",)

    def __init__(self, screen: ShotScreen) -> None:
        self._screen = screen

    @property
    def role(self) -> str:
        """The role of the prompt part under the cursor (action, camera, light and so on); empty if the cursor
        is on another row.
        """
        here = self._screen.cursor_key
        return here.removeprefix(WORDING) if here.startswith(WORDING) else ""

    @property
    def is_on(self) -> bool:
        return bool(self.role)

    def idle_acts(self) -> frozenset[str]:
        """Return the actions that have no effect on the prompt part under the cursor."""
        details = self._screen.details
        if details is None or not self.role:
            return frozenset()
        if explain_fixed_prompt(details):
            return ACTS
        return frozenset() if self.role in details.worded_by else frozenset({"ui.take_back"})

    async def reword_part(self) -> None:
        """Enter: ask for a new text of the prompt part, and for the level (shot, scene or film) to which the
        text applies. An empty text leaves the part out.
        """
        found = self._get_part_or_warn()
        if found is None:
            return
        details, part = found
        level = details.worded_by.get(part.role, SHOT)
        number = details.state.number
        words = await self._screen.ask_text(
            f"{number} {part.role} (empty: excluded):", part.text, name="WORDS"
        )
        if words is None:
            return
        field = FormField(
            key="level",
            label="applies to",
            kind=FieldKind.CHOICE,
            text=level,
            choices=make_choices(LEVELS, PROMPT_LEVELS),
            is_needed=True,
        )
        wanted = await self._screen.ask_field(field, name="WORDS")
        if wanted is None:
            return
        if words.strip() == part.text and wanted.strip() == level:
            return
        await self._set_part_words(details, wanted.strip(), f"{part.role}={words.strip()}")
        if LEVELS.index(wanted.strip()) > LEVELS.index(level) and part.role in details.worded_by:
            self._screen.show_message(
                f"the text of the {level} still has priority here",
                "warn",
                "{ui.take_back} removes it",
            )

    @action
    async def act_leave_out(self, key_command: KeyCommand) -> None:
        """space: leave the prompt part out of this shot's prompt; pressed again, the same key restores the
        part.
        """
        found = self._get_part_or_warn()
        if found is None:
            return
        details, part = found
        level = details.worded_by.get(part.role)
        if part.text:
            await self._set_part_words(details, SHOT, f"{part.role}=")
        elif level == SHOT:
            await self._set_part_words(details, SHOT, part.role)
        elif level is None:
            self._screen.show_message(f"there is no text for {part.role} here", "warn", "Enter writes it")
        else:
            hint = "{ui.take_back} undoes that; Enter writes a text for this shot"
            self._screen.show_message(f"the {level} excludes {part.role}", "warn", hint)

    @action
    async def act_take_back(self, key_command: KeyCommand) -> None:
        """x: discard the user's text for the prompt part, so that the text composed by the studio is used
        again.
        """
        found = self._get_part_or_warn()
        if found is None:
            return
        details, part = found
        level = details.worded_by.get(part.role)
        if level is None:
            self._screen.show_message(
                "the prompt part is automatic: it has no text of its own",
                "warn",
                "Enter writes one, {ui.leave_out} excludes the part",
            )
        else:
            await self._set_part_words(details, level, part.role)

    def _get_part_or_warn(self) -> tuple[ShotDetails, PromptPart] | None:
        """Return the shot's details and the prompt part under the cursor. If the part cannot be reworded,
        show the reason and return None.
        """
        details = self._screen.details
        if details is None:
            return None
        if fixed := explain_fixed_prompt(details):
            self._screen.show_message(fixed[0], "warn", fixed[1])
            return None
        part = next((one for one in details.preflight.prompt.all_parts if one.role == self.role), None)
        return (details, part) if part is not None else None

    async def _set_part_words(self, details: ShotDetails, level: str, words: str) -> None:
        targets: Mapping[str, tuple[str, dict[str, str]]] = {
            SHOT: ("shot.set", {"id": details.state.shot.id}),
            SCENE: ("scene.set", {"id": details.state.shot.scene}),
            FILM: ("project.set", {}),
        }
        command, named = targets[level]
        if await self._screen.run_and_wait(command, **named, prompt_part=words) is not None:
            role, equals, text = words.partition("=")
            what = "composed automatically again" if not equals else "reworded" if text else "left out"
            self._screen.show_message(f"{role}: {what}, for the {level}")


def explain_fixed_prompt(details: ShotDetails) -> tuple[str, str] | None:
    """Return the reason why the user cannot reword single parts of this shot's prompt, and advice for the
    user. Return None if the parts can be reworded.
    """
    if details.state.shot.prompt is not None:
        return (
            "the shot’s own prompt replaces all parts",
            "{ui.edit} edits it; an empty prompt restores the parts",
        )
    if not details.preflight.prompt.all_parts:
        engine = details.preflight.spec.engine
        return f"{engine} has no prompt parts that can be changed", "Enter on “made by” chooses another"
    return None
