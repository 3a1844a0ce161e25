"""The Weights screen: a list of installed and missing weights, what each model makes and needs, and keys to
download, use and remove weights.

The screen draws rows of `model.list` and the queue's downloads with `models_lines`. Every action runs a
command.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.widget import Widget

from milimo_tui.core.format import format_bytes
from milimo_tui.core.screens import ScreenName
from milimo_tui.jobs.values.states import ENDED
from milimo_tui.jobs.values.views import JobView
from milimo_tui.studio.project.screen_next_step import NextStep, ScreenPlace
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.weights import models_lines as lines
from milimo_tui.tui.weights.service_keys import SERVED, ServiceKeys
from milimo_tui.tui.weights.setup_form import ask_setup
from milimo_tui.tui.weights.workflow_keys import WORKFLOW_ACTIONS as OF_WORKFLOWS
from milimo_tui.tui.weights.workflow_keys import WorkflowKeys
from milimo_tui.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from milimo_tui.tui.background.queue_feed import LiveQueue
    from milimo_tui.tui.keys.key_parser import KeyCommand

HUB = "hub:"  # Prefix of row keys for results of a search on the Hugging Face hub.
FETCH_KINDS = ("fetch_model", "verify_model")
NO_WEIGHTS_HERE = "there are no weights under the cursor"


class ModelsScreen(PanedScreen):
    """The Weights screen: a list of weights by family, and to the right or below, the details of the row
    under the cursor.
    """

    MODE = ScreenName.MODELS
    TITLE = "Weights"
    NEEDS_FILM = False
    CONTEXTS = ("models", "panes", "list", "global")
    CSS_PATH = "models.tcss"
    AUTO_FOCUS = "#list"

    def __init__(self) -> None:
        super().__init__()
        self._models: list[dict[str, Any]] = []
        self._jobs: tuple[JobView, ...] = ()
        self._room: dict[str, Any] = {}
        # The rows of `model.ready` by family. Each names the model that runs jobs of the family, or the
        # reason why no model can.
        self._ready: dict[str, dict[str, Any]] = {}
        # The shell command that installs the Python packages of the models; empty if they are installed.
        self._stack = ""
        self._additions = False
        self._found: list[dict[str, Any]] = []
        self._searched = ""
        # The lines of the setup plan for a graphics card. They are shown until the cursor moves.
        self._plan: list[str] = []
        self._workflows, self._services = WorkflowKeys(self), ServiceKeys(self)

    def compose_body(self) -> Iterable[Widget]:
        yield Split(Rows(id="list"), Rows(id="detail", quiet=True), id="weights", wide=110)

    @property
    def table(self) -> Rows:
        """The list of weights."""
        return self.query_one("#list", Rows)

    @property
    def own_parts(self) -> tuple[object, ...]:
        return (self._workflows, self._services)

    @property
    def chosen_model(self) -> dict[str, Any] | None:
        """The weights or the workflow under the cursor, as a row of `model.list`. None if the cursor is on
        another row.
        """
        return self._chosen

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self.run_in_background(self.load_models, "read", exclusive=True)

    async def load_models(self) -> None:
        """Read the list of weights, the free disk space, and for each family if it is ready to run. Then draw
        the list.
        """

        def stack() -> str:
            from milimo_tui.studio.machine.model_stack import get_stack_command, list_missing_packages

            return get_stack_command() if list_missing_packages() else ""

        self._stack = await self.in_thread(stack)
        listed = await self.studio_app.run_and_wait("model.list", {"loras": True}, quiet=True)
        room = await self.studio_app.run_and_wait("model.disk", {}, quiet=True)
        ready = await self.studio_app.run_and_wait("model.ready", {}, quiet=True)
        if listed is not None and room is not None and ready is not None:
            self._models, self._room = listed.data, room.data
            self._ready = {row["family"]: row for row in ready.data}
            self._draw_models()
            self.call_after_refresh(
                self._draw_models
            )  # The width of the list is known only after its first layout, so draw it again with that width.

    def show_row_key(self, key: str) -> None:
        """Draw the list again, with the cursor on the row with this key. An empty key leaves the cursor where
        it is.
        """
        self._draw_models()
        if key:
            self.table.show_rows(self.table.rows, key=key)

    def show_queue(self, queue: LiveQueue) -> None:
        """Draw the progress of downloads in the queue. If a download has ended, read the lists again."""
        jobs = tuple(job for job in queue.jobs if job.kind in FETCH_KINDS and job.state not in ENDED)
        ended = {job.id for job in self._jobs} - {job.id for job in jobs}
        self._jobs = jobs
        if ended:
            self.run_in_background(self.load_models, "read", exclusive=True)
        elif self._models:
            self._draw_models()

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._draw_models)

    def _draw_models(self) -> None:
        if not self._models:
            return
        rows = lines.draw_stack_rows(self.with_keys("{ui.copy_command}"), self.ink) if self._stack else []
        rows += lines.draw_model_list(
            self._models_with_downloads,
            self._ready,
            self.ink,
            self.with_keys,
            width=self.table.size.width or self.size.width,
            additions=self._additions,
        )
        rows += self._services.draw_rows(self.ink)
        rows += lines.draw_hub_results(self._found, self._searched, self.ink)
        self.table.show_rows(rows)
        self._draw_model_details()
        self.refresh_lines()

    def _draw_model_details(self) -> None:
        detail = self.query_one("#detail", Rows)
        width = detail.size.width or self.size.width
        if self._plan:
            detail.show_rows(lines.draw_plan_rows(self._plan, self.ink, width))
            return
        detail.show_rows(lines.draw_detail_rows(self._chosen, self.ink, width, self.with_keys))

    @property
    def _models_with_downloads(self) -> list[dict[str, Any]]:
        return lines.attach_downloads(self._models, self._jobs)

    @property
    def _chosen(self) -> dict[str, Any] | None:
        return next((model for model in self._models_with_downloads if model["id"] == self.table.key), None)

    def format_header_facts(self) -> Text | str:
        if not self._room:
            return ""
        installed = [model for model in self._models if model["installed"]]
        here = sum(not model["tiny"] for model in installed)
        many = f"{here} here" if here or not installed else "only tiny weights"
        return (
            f"{many}   {format_bytes(self._room['installed'])} taken   "
            f"{format_bytes(self._room['free'])} free"
        )

    def list_idle_acts(self) -> frozenset[str]:
        model = self._chosen
        job = model["live"] if model else None
        possible = {
            "ui.get": bool(model and not model["installed"] and job is None),
            "ui.use": bool(
                model and model["installed"] and not model["selected"] and model["role"] == "model"
            ),
            "ui.delete": bool(model and (model["installed"] or model["unfinished"]) and job is None),
            "ui.pause": job is not None,
            "ui.verify": bool(model and model["installed"] and job is None),
        }
        idle = frozenset(act for act, can in possible.items() if not can)
        return idle | (frozenset() if self._workflows.is_workflow(model) else OF_WORKFLOWS)

    def get_current_place(self) -> ScreenPlace:
        """Return the values on which the suggested next step depends. If the download under the cursor is
        paused, they contain the next step themselves: to resume it.
        """
        model = self._chosen
        live = model["live"] if model else None
        if live is None or live.state not in ("paused", "held"):
            return ScreenPlace(self.MODE)
        words = f"the download of {model['id'] if model else ''} is paused"
        step = NextStep("", "job.resume", words, does="continues the download", act="ui.pause")
        return ScreenPlace(self.MODE, step=step)

    def on_rows_moved(self, event: Rows.Moved) -> None:
        if event.rows is self.table:
            self._plan = []
            self._draw_model_details()
            self.refresh_lines()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Download the weights under the cursor (Enter). If they are installed already, make them the weights
        that their family uses.
        """
        model = self._chosen
        if model is None:
            self._copy_next_command()
        elif model["installed"]:
            self.run_in_background(partial(self._use_model, model))
        else:
            self.run_in_background(partial(self._download_model, model))

    @action
    async def act_get(self, key_command: KeyCommand) -> None:
        if self._chosen is not None:
            await self._download_model(self._chosen)
        else:
            self._copy_next_command()

    async def _download_model(self, model: dict[str, Any]) -> None:
        """Download weights, after the user has confirmed their size and licence."""
        if model["live"] is not None or model["installed"]:
            self.show_message(f"{model['id']} is {model['state']}", "warn")
            return
        if not model["hub"]:
            self.show_message(
                f"{model['id']} can't be downloaded from the hub",
                "warn",
                ":model use FILE uses a file on this disk",
            )
            return
        big = format_bytes(max(0, round(model["gb"] * 1e9) - model["unfinished"]))
        if await self.confirm(f"Fetch {big} under the licence {model['licence']}?"):
            await self.run_and_wait("model.download", ids=(model["id"],), detach=True)
            await self.load_models()

    @action
    async def act_use(self, key_command: KeyCommand) -> None:
        if self._chosen is None:
            self.show_message(NO_WEIGHTS_HERE, "warn", "{ui.down} {ui.up} select weights")
        else:
            await self._use_model(self._chosen)

    async def _use_model(self, model: dict[str, Any]) -> None:
        if not model["installed"]:
            self.show_message(f"{model['id']} is {model['state']}", "warn", "{ui.get} downloads it")
        elif model["selected"]:
            self.show_message(f"{model['family']} uses {model['id']} already")
        else:
            await self.run_and_wait("model.use", what=model["id"])
            await self.load_models()

    @action
    async def act_delete(self, key_command: KeyCommand) -> None:
        """Remove the weights under the cursor from the disk. Ask for confirmation first, because they would
        have to be downloaded again.
        """
        model = self._chosen
        if model is None or not (model["installed"] or model["unfinished"]):
            self.show_message(
                NO_WEIGHTS_HERE if model is None else f"{model['id']} is not installed",
                "warn",
                "{ui.get} downloads it",
            )
            return
        freed = format_bytes(model["bytes"] + model["unfinished"])
        if await self.confirm(f"Remove {model['title']}? That frees {freed}."):
            await self.run_and_wait("model.remove", ids=(model["id"],), yes=True)
            await self.load_models()

    @action
    async def act_pause(self, key_command: KeyCommand) -> None:
        """Pause or resume the download of the weights under the cursor."""
        job: JobView | None = self._chosen["live"] if self._chosen else None
        if job is None:
            self.show_message(
                "no file of this model is being downloaded", "warn", "{ui.get} downloads what is missing"
            )
            return
        await self.run_and_wait("job.resume" if job.state == "paused" else "job.pause", ids=(job.id,))

    @action
    async def act_verify(self, key_command: KeyCommand) -> None:
        """Start a job that verifies the hashes of the files of the weights under the cursor."""
        model = self._chosen
        if model is None or not model["installed"]:
            self.show_message(
                NO_WEIGHTS_HERE if model is None else f"{model['id']} is not installed",
                "warn",
                "{ui.get} downloads it",
            )
            return
        await self.run_and_wait("model.verify", ids=(model["id"],), detach=True)

    @action
    async def act_setup(self, key_command: KeyCommand) -> None:
        """Ask for a family and a machine, and show the weights that suit them. If the machine is this one,
        offer to install those weights.
        """
        model = self._chosen
        setup = await ask_setup(self, model["family"] if model else "")
        if setup is None:
            return
        self._plan = setup.lines
        self._draw_model_details()
        if not setup.is_here:
            # The plan is for another machine, so its weights are not downloaded here. The user has seen this
            # in the plan.
            return
        if setup.is_complete:
            self.show_message(f"all files of {setup.model} are installed", "good")
        elif await self.confirm(setup.question):
            words = {
                "family": setup.family,
                "model": setup.model,
                "yes": True,
                "anyway": True,
                "detach": True,
            }
            await self.run_and_wait("model.setup", **words)
            await self.load_models()

    @action
    async def act_newer(self, key_command: KeyCommand) -> None:
        """Ask the Hugging Face hub for newer versions of installed weights."""
        await self.run_and_wait("model.update")

    @action
    async def act_find(self, key_command: KeyCommand) -> None:
        """Ask for words and search the Hugging Face hub for weights. The results are listed below the other
        rows.
        """
        words = await self.ask_text("search the hub", name="SEARCH")
        if words is None:
            return
        outcome = await self.run_and_wait("model.search", words=tuple(words.split()))
        if outcome is not None:
            self._found, self._searched = outcome.data, words or "everything"
            self._draw_models()
            if self._found:
                self.table.show_rows(self.table.rows, key=f"{HUB}{self._found[0]['hub']}")

    @action
    def act_additions(self, key_command: KeyCommand) -> None:
        self._additions = not self._additions
        self._draw_models()
        self.show_message(
            "showing LoRAs and additions too"
            if self._additions
            else "showing only installed LoRAs and additions"
        )

    @action
    def act_copy_command(self, key_command: KeyCommand) -> None:
        self._copy_next_command()

    def _copy_next_command(self) -> None:
        key, model = self.table.key, self._chosen
        if key == "stack":
            command = self._stack
        elif key.startswith(SERVED):
            command = f"milimo text pull {key.removeprefix(SERVED)}"
        elif key.startswith(HUB):
            command = f"milimo model download {key.removeprefix(HUB)} --family ltx2 --role lora"
        else:
            command = lines.make_next_command(model) if model else ""
        if not command:
            self.show_message("there is nothing to copy here", hint="{ui.down} {ui.up} select weights")
            return
        self.app.copy_to_clipboard(command)
        self.show_message("copied the command for a shell", "good")

    @action
    async def act_reload(self, key_command: KeyCommand) -> None:
        await self.load_models()
        self.show_message("the list is reloaded", "good")
