"""Actions of Home on the film under the cursor: rename, change its facts, save a template, push, pull, move
to the bin, undo.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.tui.keys.actions import action

if TYPE_CHECKING:
    from milimo_tui.tui.home.home import HomeScreen
    from milimo_tui.tui.keys.key_parser import KeyCommand


class FilmActions:
    """The actions of Home on the film under the cursor, with their undo history."""

    def __init__(self, screen: HomeScreen) -> None:
        self._screen = screen
        self.box = ""  # The other machine with which films are exchanged (push and pull).
        # The undo history: each renamed film's folder with its previous name. An empty name means that the
        # film was moved to the bin.
        self._undo_steps: list[tuple[str, str]] = []

    @action
    async def act_rename(self, key_command: KeyCommand) -> None:
        """Ask for a new name for the film under the cursor, and rename the film."""
        film = await self._screen.require_readable_film()
        if film is None:
            return
        name = await self._screen.ask_text("Name:", film["name"], name="FILM")
        if not name or name.strip() in ("", film["name"]):
            return
        if (
            await self._screen.run_and_wait("project.rename", name=name.strip(), film=film["folder"])
            is not None
        ):
            self._undo_steps.append((film["folder"], film["name"]))
            await self._screen.read_films()

    @action
    async def act_set_film(self, key_command: KeyCommand) -> None:
        """Open a form with the facts of the film under the cursor: name, status, tags, description, format
        and rate.
        """
        film = await self._screen.require_readable_film()
        if film is None:
            return
        # Imported lazily: Home opens faster without it.
        from milimo_tui.tui.home.film_facts_form import ask_film_facts

        if await ask_film_facts(self._screen, film):
            await self._screen.read_films()

    @action
    async def act_keep_template(self, key_command: KeyCommand) -> None:
        """Save the settings of the film under the cursor as a template for new films."""
        film = await self._screen.require_readable_film()
        if film is None:
            return
        name = await self._screen.ask_text("Template:", film["name"], name="TEMPLATE")
        if name and name.strip():
            await self._screen.run_and_wait("project.template.save", name=name.strip(), film=film["folder"])

    @action
    async def act_push(self, key_command: KeyCommand) -> None:
        """Queue a job that pushes the film under the cursor to another machine."""
        film = await self._screen.require_readable_film()
        box = await self._ask_box("Push to:") if film is not None else ""
        if film is not None and box:
            await self._screen.run_and_wait("project.push", box=box, film=film["folder"], detach=True)

    @action
    async def act_pull(self, key_command: KeyCommand) -> None:
        """Queue a job that pulls a film from another machine. If the film exists here already, the changes on
        both sides are merged.
        """
        box = await self._ask_box("Pull from:")
        film = (
            await self._screen.ask_text(
                "Film on the other machine:", (self._screen.chosen_film or {}).get("name", ""), name="FILM"
            )
            if box
            else ""
        )
        if box and film and film.strip():
            await self._screen.run_and_wait("project.pull", box=box, film=film.strip(), detach=True)

    async def _ask_box(self, label: str) -> str:
        """Ask for another machine; the proposed name is the last one used, otherwise the one in the settings.
        Return an empty text if the user cancels.
        """
        named = await self._screen.ask_text(
            label, self.box or self._screen.studio_app.studio.settings.box, name="BOX"
        )
        self.box = (named or "").strip() or self.box
        return (named or "").strip()

    @action
    async def act_delete(self, key_command: KeyCommand) -> None:
        """Move the film under the cursor to the bin."""
        film = self._screen.chosen_film
        if film is None:
            self._screen.show_message("no film is under the cursor", "warn", "{ui.start_film} starts one")
            return
        made = await self._screen.studio_app.run_and_wait("project.bin", {"name": film["folder"]}, quiet=True)
        if made is not None:
            self._undo_steps.append((film["folder"], ""))
            self._screen.show_message(made.message, "good", "{ui.undo} restores it")
            await self._screen.read_films()

    @action
    async def act_undo(self, key_command: KeyCommand) -> None:
        """Undo the last rename of a film or its move to the bin. If nothing was changed on this screen,
        restore the film that was binned last.
        """
        if self._undo_steps:
            folder, name = self._undo_steps.pop()
        else:
            studio = self._screen.studio_app.studio

            def read() -> str:
                from milimo_tui.studio.keeping.film_bin import find_newest_in_bin

                found = find_newest_in_bin(studio)
                return found.root.name if found is not None else ""

            folder, name = await self._screen.in_thread(read), ""
        if not folder:
            await self._screen.studio_app.act_undo(key_command)
        elif name:
            await self._screen.run_and_wait("project.rename", name=name, film=folder)
        else:
            await self._screen.run_and_wait("project.restore", name=folder)
        await self._screen.read_films()
