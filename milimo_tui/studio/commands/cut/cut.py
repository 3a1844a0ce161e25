"""The list of all commands on cuts, and `cut list`. Commands on clips, history and so on are in the other
modules of this package.
"""

from __future__ import annotations

from milimo_tui.core.format import format_clock_duration
from milimo_tui.core.time import format_ratio
from milimo_tui.cut.layout.layout import layout
from milimo_tui.studio.commands.cut.clip_speeds import SPEEDS
from milimo_tui.studio.commands.cut.compounds import NESTS
from milimo_tui.studio.commands.cut.edit_history import HISTORY
from milimo_tui.studio.commands.cut.edits import EDITS
from milimo_tui.studio.commands.cut.effects import EFFECTS
from milimo_tui.studio.commands.cut.exchange import EXCHANGE
from milimo_tui.studio.commands.cut.levels import LEVELS
from milimo_tui.studio.commands.cut.marks import MARKS
from milimo_tui.studio.commands.cut.notes import NOTES
from milimo_tui.studio.commands.cut.paste import PASTES
from milimo_tui.studio.commands.cut.shot_changes import FOLLOWING
from milimo_tui.studio.commands.cut.show import SHOW
from milimo_tui.studio.commands.cut.source_edits import POINTS
from milimo_tui.studio.commands.cut.titles import TITLES
from milimo_tui.studio.commands.cut.trims import TRIMS
from milimo_tui.studio.commands.cut.versions import VERSIONS
from milimo_tui.studio.registry.args import NoArgs
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.studio import Studio


def _list_cuts(studio: Studio, args: NoArgs) -> Outcome:
    snapshot = studio.take_snapshot()
    rows = []
    for cut in snapshot.cuts:
        frames = layout(cut).frames
        rows.append(
            {
                "id": cut.id,
                "name": cut.name,
                "fps": format_ratio(cut.rate),
                "frames": frames,
                "length": format_clock_duration(float(frames / cut.rate)),
                "clips": len(cut.clips),
                "frozen": cut.frozen,
                "current": bool(snapshot.cut and cut.id == snapshot.cut.id),
            }
        )
    return Outcome(data=rows, columns=("name", "length", "clips", "frozen", "current"))


COMMANDS = (
    Command(
        "cut.list",
        "List cuts",
        "list the cuts of the film",
        _list_cuts,
        NoArgs,
        refuse_without_film,
        cli="cut list",
    ),
    *SHOW,
    *VERSIONS,
    *HISTORY,
    *EDITS,
    *TRIMS,
    *POINTS,
    *PASTES,
    *NESTS,
    *EFFECTS,
    *SPEEDS,
    *TITLES,
    *LEVELS,
    *MARKS,
    *NOTES,
    *EXCHANGE,
    *FOLLOWING,
)
