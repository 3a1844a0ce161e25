"""A recording of somebody's voice, asked for in Elements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.story.values.film import ElementKind
from milimo_tui.tui.fields.form_field import FormField, Kind

if TYPE_CHECKING:
    from milimo_tui.story.values.film import Element, Story
    from milimo_tui.tui.shell.screen import StudioScreen


async def ask_voice(screen: StudioScreen, story: Story, element: Element) -> None:
    """Ask for the file of a character's voice; an empty one takes away what there is."""
    if element.kind is not ElementKind.CHARACTER:
        screen.say("only characters speak", "warn")
        return
    now = next((asset.name for asset in story.assets if asset.id == element.sample), "")
    asked = FormField(
        key="voice", label="voice", text=now, kind=Kind.PATH, help="about five seconds of speech"
    )
    given = await screen.ask_field(asked, label=f"{element.trigger} speaks as (a recording):", name="VOICE")
    if given is None or given.strip() == now:
        return
    file = {"file": given.strip()} if given.strip() else {"off": True}
    await screen.command("element.voice", id=element.id, **file)
