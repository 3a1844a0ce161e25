"""Shows the skeletons of people that were found in pictures. The user can correct the joints, export a
skeleton, or use it as the pose of a shot.

The screen shows one skeleton at a time. A key moves the joint under the cursor by one pixel, or by as many
pixels as the count before the key.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.containers import Vertical
from textual.widget import Widget

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.host import replace_file_atomically
from milimo_tui.tui.fields.form_field import FieldKind, FormField, make_choices
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.terminal.theme import PICKED, STALE
from milimo_tui.tui.widgets.empty import Empty
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand

NAME = 15  # Width of a joint's name in cells.
SKELETON_ACTIONS = frozenset({"ui.move_joint", "ui.delete", "ui.undo", "ui.export", "ui.follow"})


class SkeletonsScreen(PanedScreen):
    """The screen with the joints of one skeleton, next to the picture in which the person was found. Esc goes
    back.
    """

    MODE = "skeletons"
    TITLE = "Skeletons"
    CONTEXTS = ("skeletons", "panes", "list", "global")
    CSS_PATH = "skeletons.tcss"
    AUTO_FOCUS = "#joints"

    def __init__(self) -> None:
        super().__init__()
        # The film's skeletons, each as the command `skeleton.show` returns it.
        self._found: list[dict[str, Any]] = []
        self._at = 0
        self._shown = Path()  # The picture over which the skeleton is drawn.

    def compose_body(self) -> Iterable[Widget]:
        yield Split(Rows(id="joints"), Vertical(Picture(id="seen"), id="over"), id="skeleton")
        yield Empty(self.with_keys, id="empty")

    @property
    def joints(self) -> Rows:
        """The list of joints of the current skeleton."""
        return self.query_one("#joints", Rows)

    @property
    def skeleton(self) -> dict[str, Any] | None:
        """The skeleton on the screen; None if the film has no skeleton."""
        return self._found[self._at] if self._at < len(self._found) else None

    def show_film(self, film: FilmSnapshot | None) -> None:
        if film is None:
            self.dismiss()
            return
        self.run_in_background(self._load_skeletons, "read", exclusive=True)

    async def _load_skeletons(self, to: str = "") -> None:
        """Load the skeletons from the film's folder. `to` is the name of the skeleton to show; if empty, the
        position in the list stays.
        """
        studio = self.studio_app.studio

        def read() -> list[dict[str, Any]]:
            # Imported here because the module loads libraries for drawing, which are slow to import.
            from milimo_tui.studio.pictures import skeletons

            return [skeletons.describe_skeleton(each) for each in skeletons.list_skeletons(studio)]

        self._found = await self.in_thread(read)
        names = [each["name"] for each in self._found]
        self._at = names.index(to) if to in names else min(self._at, max(0, len(names) - 1))
        self._draw_joints()
        await self._draw_over_picture()

    def _draw_joints(self) -> None:
        skeleton, ink, empty = self.skeleton, self.ink, self.query_one(Empty)
        self.query_one("#skeleton").display = skeleton is not None
        empty.display = skeleton is None
        if skeleton is None:
            empty.show_guide(
                "A skeleton is a person's joints in a picture. Takes can follow its pose.",
                [
                    ("{ui.add}", "finds one in a picture, a take or a shot"),
                    ("{ui.out}", "back where you were"),
                ],
                bare=True,
            )
            self.refresh_lines()
            return
        rows = []
        for joint in skeleton["joints"]:
            sign, style, words = (
                (PICKED, ink.picked, "set by the user")
                if joint["by_hand"]
                else (PICKED, ink.picked, f"{joint['sure']:.0%}")
                if joint["joint"] not in skeleton["unsure"]
                else (STALE, ink.stale, "unsure")
            )
            name = joint["joint"].replace("_", " ")
            place = f"{joint['x']:5.0f} {joint['y']:5.0f}"
            rows.append(
                Row(
                    joint["joint"],
                    join_line((f"{name:<{NAME}}", ink.text), (place, ink.muted)),
                    join_line((f"{sign} ", style), (f"{words:<8}", ink.muted)),
                )
            )
        self.joints.show_rows(rows)
        if self.focused is None:  # The list has no focus because it was hidden until now.
            self.joints.focus()
        self.refresh_lines()

    async def _draw_over_picture(self) -> None:
        """Draw the skeleton over its picture."""
        skeleton, studio = self.skeleton, self.studio_app.studio
        if skeleton is None:
            return

        def paint() -> Path:
            from milimo_tui.studio.pictures import skeletons

            path = studio.require_project().paths.cache / "skeleton.png"
            with replace_file_atomically(path) as temporary:
                skeletons.draw_skeleton(skeletons.find_skeleton(studio, skeleton["name"])).save(
                    temporary, "PNG"
                )
            return path

        picture = self.query_one(Picture)
        try:
            path = await self.in_thread(paint)
        except MilimoError as error:
            picture.show_shared_drawing(None, error.message)
            return
        drawing = await self.studio_app.pictures.draw_file(
            path, picture.size.width, picture.size.height, bars=self.ink.get_rgb("surface")
        )
        picture.show_shared_drawing(drawing, "no picture available")

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._draw_joints)

    def on_picture_resized(self, event: Picture.Resized) -> None:
        self.run_in_background(self._draw_over_picture, "picture", exclusive=True)

    def format_header_title(self) -> Text:
        skeleton = self.skeleton
        if skeleton is None:
            return super().format_header_title()
        count = f"  {self._at + 1} of {len(self._found)}" if len(self._found) > 1 else ""
        return join_line(
            ("Skeleton · ", self.ink.muted), (skeleton["name"], self.ink.strong), (count, self.ink.muted)
        )

    def format_header_facts(self) -> Text | str:
        skeleton = self.skeleton
        if skeleton is None:
            return ""
        unsure = len(skeleton["unsure"])
        return join_line((f"◐ {unsure} unsure", self.ink.stale)) if unsure else "every joint was found"

    def list_idle_acts(self) -> frozenset[str]:
        """Return the actions that have no effect now. Without a skeleton, only finding one has an effect."""
        return super().list_idle_acts() | (SKELETON_ACTIONS if self.skeleton is None else frozenset())

    @action
    def act_next_item(self, key_command: KeyCommand) -> None:
        self._show_other_skeleton(key_command.times)

    @action
    def act_previous_item(self, key_command: KeyCommand) -> None:
        self._show_other_skeleton(-key_command.times)

    def _show_other_skeleton(self, by: int) -> None:
        if len(self._found) < 2:
            self.show_message("there is no other skeleton", "warn", "{ui.add} finds one")
            return
        self._at = (self._at + by) % len(self._found)
        self._draw_joints()
        self.run_in_background(self._draw_over_picture, "picture", exclusive=True)

    @action
    async def act_add(self, key_command: KeyCommand) -> None:
        """a: ask for a picture, take or shot, and find a person's skeleton in it."""
        numbers = self.film.story.numbers.values() if self.film else ()
        field = FormField(
            key="file", label="find in", kind=FieldKind.CHOICE, choices=make_choices(numbers), is_free=True,
            is_needed=True, help="a shot, or the path of a picture",
        )  # fmt: skip
        found = await self.ask_field(field, label="a shot, or a picture's path:", name="SKELETON")
        if found and found.strip():
            self.show_message("looking for a person…")
            made = await self.run_and_wait("skeleton.find", file=found.strip())
            await self._load_skeletons(str(made.data["name"]) if made is not None else "")

    @action
    async def act_move_joint(self, key_command: KeyCommand) -> None:
        """Move the joint under the cursor in the direction of the key. The distance in pixels of the picture
        is the count before the key, or 1.
        """
        across, down = key_command.direction
        times = key_command.times
        await self._change_joint(to=f"{across * times:+d},{down * times:+d}")

    @action
    async def act_delete(self, key_command: KeyCommand) -> None:
        """Mark the joint as not visible in the picture."""
        await self._change_joint(gone=True)

    async def _change_joint(self, **how: Any) -> None:
        skeleton, joint = self.skeleton, self.joints.key
        if skeleton is None or not joint:
            self.show_message("there is no skeleton yet", "warn", "{ui.add} finds one")
            return
        await self.run_and_wait("skeleton.move", name=skeleton["name"], joint=joint, **how)
        await self._load_skeletons(skeleton["name"])

    @action
    async def act_undo(self, key_command: KeyCommand) -> None:
        """Undo the last change of a joint; without a skeleton, undo the last edit of the film."""
        if (skeleton := self.skeleton) is None:
            await self.studio_app.act_undo(key_command)
            return
        await self.run_and_wait("skeleton.undo", name=skeleton["name"])
        await self._load_skeletons(skeleton["name"])

    @action
    async def act_export(self, key_command: KeyCommand) -> None:
        """Write the skeleton as glTF, for other programs."""
        if (skeleton := self.skeleton) is None:
            self.show_message("there is no skeleton yet", "warn", "{ui.add} finds one")
            return
        field = FormField(
            key="file", label="glTF", kind=FieldKind.PATH, text=f"~/{skeleton['name']}.glb", is_needed=True,
            suffixes=(".glb", ".gltf"), help="a .glb or .gltf file",
        )  # fmt: skip
        file = await self.ask_field(field, label="export the skeleton to:", name="EXPORT")
        if file:
            await self.run_and_wait("skeleton.export", name=skeleton["name"], file=file.strip())

    @action
    async def act_follow(self, key_command: KeyCommand) -> None:
        """Ask for a shot, whose takes will then follow the pose of this skeleton."""
        if (skeleton := self.skeleton) is None or self.film is None:
            self.show_message("there is no skeleton yet", "warn", "{ui.add} finds one")
            return
        numbers = self.film.story.numbers.values()
        field = FormField(
            key="shot", label="shot", kind=FieldKind.CHOICE, choices=make_choices(numbers), is_needed=True
        )
        shot = await self.ask_field(field, label="the shot that follows the skeleton:", name="FOLLOW")
        if shot:
            self.run_in_background(partial(self._pose_shot, skeleton["name"], shot.strip()))

    async def _pose_shot(self, name: str, shot: str) -> None:
        await self.run_and_wait("skeleton.pose", name=name, shot=shot, detach=True)
