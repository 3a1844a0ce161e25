"""The part of the Weights screen for a language model service such as Ollama. It lists the models of the
service, lets the service download another model, and shows how much language models were used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from milimo_tui.core.format import format_bytes, format_count
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.terminal.theme import EMPTY, PICKED, TextStyles
from milimo_tui.tui.widgets.rows import Row
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.weights.models import ModelsScreen

SERVED = "served:"  # Prefix of row keys for the service's models.
TITLE = "Words · a service"


def draw_service_rows(found: Sequence[Mapping[str, Any]], pulls: str, ink: TextStyles) -> list[Row]:
    """Return the rows for the service's models. `found` are rows of `text.models`, and `pulls` is a text that
    names the key for downloading another model.
    """
    rows = [Row("", Text()), Row("", join_line((TITLE, ink.strong), (f"   {pulls}", ink.muted)))]
    for one in found:
        sees = "   sees pictures" if one["sees"] else ""
        details = f"  {one['parameters']} {one['quantisation']}".rstrip()
        used = (PICKED, ink.picked, "in memory") if one["in_use"] else (EMPTY, ink.muted, "here")
        rows.append(
            Row(
                f"{SERVED}{one['name']}",
                join_line((one["name"], ink.text), (f"{details}{sees}", ink.muted)),
                join_line(
                    (f"{format_bytes(one['bytes']) if one['bytes'] else '':>8}  ", ink.muted),
                    (f"{used[0]} ", used[1]),
                    (f"{used[2]:<12}", ink.text),
                ),
            )
        )
    if not found:
        rows.append(Row("", join_line(("  it has none yet", ink.muted))))
    return rows


class ServiceKeys:
    """The part of the Weights screen for the language model service that `config.toml` names (`ollama_url`,
    `openai_url`). The service is only queried when the user presses a key.
    """

    def __init__(self, screen: ModelsScreen) -> None:
        self._screen = screen
        # The service's models as rows of `text.models`; None before the first query.
        self._found: Sequence[Mapping[str, Any]] | None = None

    def draw_rows(self, ink: TextStyles) -> list[Row]:
        """Return the rows about the service, which follow the other rows. Before the first query, they name
        the keys that query the service.
        """
        if self._found is None:
            asks = self._screen.with_keys("{ui.services} lists them, {ui.usage} shows what they used")
            return [Row("", Text()), Row("", join_line((TITLE, ink.strong), (f"   {asks}", ink.muted)))]
        return draw_service_rows(self._found, self._screen.with_keys("{ui.pull} pulls one"), ink)

    @action
    async def act_services(self, key_command: KeyCommand) -> None:
        """Query the service for its models, and list them below the other rows."""
        self._screen.show_message("asking the service…")
        outcome = await self._screen.studio_app.run_and_wait("text.models", {})
        if outcome is None:
            return  # The query failed, and its error was already shown.
        self._found = outcome.data
        self._screen.show_row_key(f"{SERVED}{self._found[0]['name']}" if self._found else "")
        if self._found:
            self._screen.show_message(f"the service has {format_count(len(self._found), 'model')}", "good")

    @action
    async def act_pull(self, key_command: KeyCommand) -> None:
        """Ask for the name of a model in Ollama's library, and start a job in which the service downloads
        that model.
        """
        name = await self._screen.ask_text("a model of Ollama's library:", name="PULL")
        if name and name.strip():
            await self._screen.run_and_wait("text.pull", model=name.strip(), detach=True)

    @action
    async def act_usage(self, key_command: KeyCommand) -> None:
        """Show how much language models were used: the number of answers, tokens and cost, by film and
        model.
        """
        outcome = await self._screen.studio_app.run_and_wait("text.usage", {"all": True}, quiet=True)
        if outcome is None:
            return
        if not outcome.data:
            self._screen.show_message(
                "no language model was used yet", hint="{script:ui.talk} in Script asks one"
            )
            return
        lines = []
        for one in outcome.data:
            cost = "no price" if one["cost"] is None else f"{one['cost']:.4f}"
            film = one["film"] or "no film"
            lines.append(f"{film:<24.24}{one['model']:<22.22}{format_count(one['answers'], 'answer'):>12}")
            lines.append(f"    {one['asked']:,} tokens sent, {one['answered']:,} received, {cost}")
        self._screen.studio_app.show_text("Use of language models", "\n".join(lines))
