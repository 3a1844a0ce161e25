"""Actions that add, split, delete and number shots and scenes, on the storyboard and in the plan of a
scene.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.text import Text

from milimo_tui.core.format import format_count
from milimo_tui.story.shots.numbering import OMITTED
from milimo_tui.story.values.film import Scene, Shot
from milimo_tui.tui.fields.choice_notes import WRITTEN
from milimo_tui.tui.fields.form_field import FormField
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.shell.screen import StudioScreen
from milimo_tui.tui.widgets.card_grid import BoardCard, Section
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.story.values.film import Story
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.keys.keymap import InKeys
    from milimo_tui.tui.terminal.theme import TextStyles

GONE = "⊘"
# Number of characters at the beginning of a beat that are offered as the place where a shot can be split. The
# rest of a longer beat is left out.
SHOWN = 28


class SurgeryKeys:
    """The actions that add, split, delete and number shots and scenes, for one screen. `key` returns the id
    of the shot, or of the omitted scene, under the cursor.
    """

    def __init__(
        self, screen: StudioScreen, key: Callable[[], str], go_to: Callable[[str], None] | None = None
    ) -> None:
        """Create the actions. `go_to` moves the screen's cursor to a new shot; without `go_to` the cursor
        stays.
        """
        self._screen, self._key, self._go_to = screen, key, go_to

    @property
    def _story(self) -> Story | None:
        film = self._screen.film
        return film.story if film is not None else None

    @property
    def _shot(self) -> Shot | None:
        story, key = self._story, self._key()
        return next((shot for shot in story.shots if shot.id == key), None) if story else None

    @property
    def scene(self) -> Scene | None:
        """The scene that contains the cursor, or an omitted scene under the cursor. None if there is no
        scene.
        """
        story, shot = self._story, self._shot
        wanted = shot.scene if shot is not None else self._key()
        return next((scene for scene in story.scenes if scene.id == wanted), None) if story else None

    @action
    async def act_split(self, key_command: KeyCommand) -> None:
        """Split the shot under the cursor into two shots. Ask for the words of the action with which the
        second shot begins. The first words of each beat are offered; the default is the beat in the middle.
        """
        from milimo_tui.story.shots.surgery import list_beats

        shot, story = self._shot, self._story
        if shot is None or story is None or shot.parked:
            self._screen.show_message("there is no shot to split", "warn", "{ui.add} adds one")
            return
        number, found = story.numbers.get(shot.id, ""), list_beats(shot)[1:]
        if not found:
            await self._screen.run_and_wait("shot.split", id=shot.id)
            return
        offered = tuple(beat.text[:SHOWN].strip() for beat in found)
        label = f"split {number}, the second begins with:"
        words = await self._screen.ask_text(
            label, offered[(len(found) - 1) // 2], name="SPLIT", suggestions=offered
        )
        if words and words.strip():
            await self._screen.run_and_wait("shot.split", id=shot.id, before=words.strip())

    @action
    async def act_add_scene(self, key_command: KeyCommand) -> None:
        """Add a scene after the current one. Ask for the scene's heading, then for the action of its first
        shot.
        """
        scene = self.scene
        where = f"after scene {scene.number}" if scene is not None else ""
        field = FormField(key="heading", label=f"New scene {where}".strip() + ":", help=WRITTEN["heading"])
        heading = await self._screen.ask_field(field, name="SCENE")
        if not (heading and heading.strip()):
            return
        action = await self._screen.ask_text("The first shot shows:", name="SCENE")
        after = scene.id if scene is not None and not scene.parked else ""
        given = {"heading": heading.strip(), "after": after, "action": (action or "").strip()}
        found = await self._screen.run_and_wait("scene.add", **given)
        if found is not None and found.data["shot"] and self._go_to is not None:
            self._go_to(found.data["shot"])

    @action
    async def act_sequence(self, key_command: KeyCommand) -> None:
        """Ask for a brief, and open the plan of a sequence of shots that will follow this scene."""
        from milimo_tui.tui.storyboard.sequence import SequenceScreen

        scene = self.scene
        field = FormField(key="brief", label="Brief:", help=WRITTEN["brief"])
        brief = await self._screen.ask_field(field, name="BRIEF")
        if brief and brief.strip():
            after = scene.id if scene is not None and not scene.parked else ""
            self._screen.app.push_screen(SequenceScreen(brief.strip(), after))

    @action
    async def act_delete_scene(self, key_command: KeyCommand) -> None:
        """Remove the scene and its shots from the film, after a confirmation. An omitted scene is restored
        instead.
        """
        scene, story = self.scene, self._story
        if scene is None or story is None:
            self._screen.show_message("there is no scene here", "warn", "{ui.add_scene} adds one")
        elif scene.omitted:
            await self._screen.run_and_wait("scene.restore", id=scene.id)
        else:
            count = sum(shot.scene == scene.id for shot in story.live_shots())
            if await self._screen.confirm(
                f"Remove scene {scene.number} with {format_count(count, 'shot')} from the film?"
            ):
                await self._screen.run_and_wait("scene.delete", id=scene.id)

    async def restore_cut_shot(self, key_command: KeyCommand) -> bool:
        """Restore the shot under the cursor if it is omitted. Return True if it was omitted."""
        shot = self._shot
        if shot is None or not shot.omitted:
            return False
        await self._screen.run_and_wait("shot.restore", id=shot.id)
        return True

    @action
    async def act_numbers(self, key_command: KeyCommand) -> None:
        """Lock the numbers of scenes and shots. If they are already locked, unlock them after a
        confirmation.
        """
        story = self._story
        if story is None or not story.project.numbers_locked:
            await self._screen.run_and_wait("script.numbers", lock=True)
        elif await self._screen.confirm("Unlock the numbers? All scenes and shots are then renumbered."):
            await self._screen.run_and_wait("script.numbers", unlock=True)


def make_omitted_scene(scene: Scene, ink: TextStyles, in_keys: InKeys) -> Section:
    """Return the storyboard section of an omitted scene: its number, and a muted card that names the key to
    restore the scene.
    """
    heading = join_line((f"{scene.number:<3} ", ink.muted), (OMITTED, ink.muted))
    back = in_keys("{ui.delete_scene} brings it back")
    return Section(heading, join_line(), (_make_omitted_card(scene.id, OMITTED, scene.heading, back, ink),))


def make_omitted_card(number: str, shot: Shot, words: str, ink: TextStyles, in_keys: InKeys) -> BoardCard:
    """Return the storyboard card of an omitted shot, which names the key to restore the shot. `words` is the
    shot's text.
    """
    return _make_omitted_card(
        shot.id, f"{number} {OMITTED}", words, in_keys("{ui.delete} brings it back"), ink
    )


def _make_omitted_card(key: str, title: str, words: str, hint: str, ink: TextStyles) -> BoardCard:
    label: Text = join_line((f"{GONE} omitted", ink.muted))
    line = join_line((f"{GONE} ", ink.muted), (hint, ink.muted))
    return BoardCard(
        key,
        (join_line((title, ink.muted)),),
        join_line(),
        label,
        line,
        join_line((words, ink.muted)),
        empty=GONE,
    )
