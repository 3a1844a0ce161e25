"""The actions on a search result: make, edit, yank, delete. Each runs the command that the result's own
screen uses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from milimo_tui.core.format import format_count
from milimo_tui.tui.fields.choice_notes import WRITTEN
from milimo_tui.tui.fields.form_field import FormField
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.timeline.values import registers
from milimo_tui.tui.timeline.values.registers import SourceClip

if TYPE_CHECKING:
    from milimo_tui.studio.project.findables import Findable
    from milimo_tui.tui.finder.screen import FinderScreen
    from milimo_tui.tui.keys.key_parser import KeyCommand


class FindActs:
    """The part of the finder with the actions on the result under the cursor."""

    def __init__(self, screen: FinderScreen) -> None:
        self._screen = screen

    def _require_result_here(self) -> Findable | None:
        """Return the result under the cursor. If there is none, or if it is in another film, show a message
        and return None.
        """
        found = self._screen.here
        if found is None:
            self._screen.show_message("there is no result yet", "warn", "{ui.search} edits the search")
        elif found.film:
            self._screen.show_message(
                f"this result is in another film: {found.film}", "warn", "{ui.enter} goes there"
            )
            return None
        return found

    @action
    async def act_make(self, key_command: KeyCommand) -> None:
        """Queue the work for the result: a take of a shot, the missing takes of a scene, or a drawing of an
        element. For a job, run the job again.
        """
        found, screen = self._require_result_here(), self._screen
        if found is None:
            return
        if found.kind == "scene":
            await screen.run_and_wait("shot.make", scene=found.id, missing=True, detach=True)
        elif found.kind == "element":
            await screen.run_and_wait("element.draw", id=found.id, detach=True)
        elif found.kind == "job":
            await screen.run_and_wait("job.again", ids=(found.id,))
        elif found.shot:
            await screen.run_and_wait("shot.make", ids=(found.shot,), takes=key_command.times, detach=True)
        else:
            what = (
                "a line without a shot"
                if found.kind == "line"
                else f"a {'media file' if found.kind == 'media' else found.kind}"
            )
            screen.show_message(
                f"{what} can't be made from this list", "warn", "choose a shot, scene, element or job"
            )

    @action
    async def act_edit(self, key_command: KeyCommand) -> None:
        """Ask for a new text for the result. For a line or a job, go to its own screen instead."""
        found, screen = self._require_result_here(), self._screen
        if found is None:
            return
        if found.kind in ("line", "job"):
            screen.close_and_go_to(found)
            return
        if found.kind == "media":
            screen.show_message(
                "a media file can't be renamed", "warn", "{ui.enter} shows it, {ui.yank} copies it"
            )
            return
        command, id, field, value = self._find_edit_command(found)
        label = f"{found.kind} {found.name} {field.replace('_', ' ')}:"
        form_field = FormField(key=field, label=label, text=value, help=WRITTEN.get(field, ""))
        words = await screen.ask_field(form_field, name="EDIT")
        if words is None or words.strip() == value.strip():
            return
        given: dict[str, Any] = {id: found.id, field: words.strip()}
        if found.kind == "take":
            given = {"take": found.id, "text": words.strip()}
        if found.kind == "cut":
            await self._rename_cut(found, words.strip())
        elif found.kind == "film":
            await screen.run_and_wait("project.use", name=found.id)
            await screen.run_and_wait("project.rename", name=words.strip())
        elif found.kind != "note" or await self._switch_to_cut_of_result(found):
            await screen.run_and_wait(command, **given)

    def _find_edit_command(self, found: Findable) -> tuple[str, str, str, str]:
        """Return four texts for editing a search result: the id of the command that changes the result's
        text, the name of the command's argument for the id, the name of its argument for the text, and the
        present text.
        """
        film = self._screen.film
        story = film.story if film is not None else None
        match found.kind:
            case "scene":
                return "scene.set", "id", "heading", found.text
            case "element":
                elements = {each.id: each.description for each in (story.elements if story else ())}
                return "element.set", "id", "description", elements.get(found.id, "")
            case "note":
                return "cut.note_set", "note", "text", found.text
            case "clip":
                clips = film.cut.clips if film is not None and film.cut is not None else ()
                label = next((each.label for each in clips if each.id == found.id), "")
                return "cut.set", "clip", "label", label
            case "take":
                takes = {each.id: each.note for each in (story.takes if story else ())}
                return "review.comment", "take", "text", takes.get(found.id, "")
            case "cut" | "film":
                return "", "", "name", found.name
        shots = {each.id: each.action for each in (story.shots if story else ())}
        return "shot.set", "id", "action", shots.get(found.shot, "")

    async def _rename_cut(self, found: Findable, name: str) -> None:
        """Make a cut the current cut and rename it, because only the current cut can be renamed."""
        if await self._switch_to_cut_of_result(found):
            await self._screen.run_and_wait("cut.rename", name=name)

    async def _switch_to_cut_of_result(self, found: Findable) -> bool:
        film = self._screen.film
        if film is not None and film.cut is not None and film.cut.id == found.cut:
            return True
        return await self._screen.run_and_wait("cut.use", name=found.cut) is not None

    @action
    async def act_yank(self, key_command: KeyCommand) -> None:
        """Copy the result into a register, if it is something that the timeline can insert with `p` or `P`,
        such as a clip. Copy the text of any other result to the clipboard.
        """
        found, screen = self._require_result_here(), self._screen
        if found is None:
            return
        if found.kind == "clip":
            if (
                await screen.run_and_wait("cut.copy", clips=(found.id,), letter=key_command.register)
                is not None
            ):
                screen.show_message(
                    f"copied {found.name}", "good", "{timeline:ui.insert} on the Timeline inserts it"
                )
            return
        source = self._make_source_clip(found)
        if source is None:
            words = f"{found.who}: {found.text}" if found.who else found.text or found.name
            screen.studio_app.copy_to_clipboard(words)
            screen.show_message(f"copied: {words}")
            return
        studio = screen.studio_app.studio
        await screen.in_thread(lambda: registers.store_source(studio, key_command.register, source))
        screen.show_message(f"copied {found.name}", "good", "{timeline:ui.insert} on the Timeline inserts it")

    def _make_source_clip(self, found: Findable) -> SourceClip | None:
        film = self._screen.film
        takes = {each.id: each.asset for each in film.story.takes} if film is not None else {}
        match found.kind:
            case "shot":
                return SourceClip(shot=found.id, name=found.name)
            case "take" if found.id in takes:
                return SourceClip(asset=takes[found.id], name=found.name)
            case "media":
                return SourceClip(asset=found.id, name=found.name)
            case "cut":
                return SourceClip(cut=found.id, name=found.name)
        return None

    @action
    async def act_delete(self, key_command: KeyCommand) -> None:
        """Delete the result by the command that its own screen uses. A take is rejected, or accepted if it
        was rejected; a job is cancelled.
        """
        found, screen = self._require_result_here(), self._screen
        if found is None or not await self._confirm_deletion(found):
            return
        match found.kind:
            case "scene" | "shot" | "element":
                await screen.run_and_wait(f"{found.kind}.delete", id=found.id)
            case "media":
                await screen.run_and_wait("asset.delete", id=found.id)
            case "clip":
                await screen.run_and_wait("cut.remove", clip=found.id)
            case "cut":
                await screen.run_and_wait("cut.delete", name=found.id)
            case "note":
                if await self._switch_to_cut_of_result(found):
                    await screen.run_and_wait("cut.note_delete", notes=(found.id,))
            case "job":
                await screen.run_and_wait("job.cancel", ids=(found.id,))
            case "take":
                takes = {each.id: each for each in screen.film.story.takes} if screen.film else {}
                taken_back = takes[found.id].rejected if found.id in takes else False
                given = {"accept": True} if taken_back else {"reject": True}
                await screen.run_and_wait("shot.rate", id=found.shot, take=found.id, **given)
            case "line":
                screen.show_message(
                    "a line can only be deleted in the script", "warn", "{ui.enter} goes there"
                )
            case "film":
                screen.show_message("a film can only be deleted on Home", "warn", "{ui.mode home} goes there")

    async def _confirm_deletion(self, found: Findable) -> bool:
        """Ask for confirmation if the deletion is large: a shot with takes, a scene with shots, a cut or an
        element. Return True to delete.
        """
        film, screen = self._screen.film, self._screen
        if film is None:
            return True
        story = film.story
        if found.kind in ("shot", "scene"):
            shots = [each.id for each in story.live_shots() if found.id in (each.id, each.scene)]
            takes = sum(each.shot in shots for each in story.takes)
            what = f"{found.kind} {found.name}"
            more = format_count(len(shots), "shot") if found.kind == "scene" else ""
            more = " and ".join(filter(None, (more, format_count(takes, "take") if takes else "")))
            return not more or await screen.confirm(f"Delete {what} with {more}?")
        if found.kind == "cut":
            return await screen.confirm(f"Delete the cut {found.name}?")
        if found.kind == "element":
            return await screen.confirm(f"Delete {found.name}?")
        return True
