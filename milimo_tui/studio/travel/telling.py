"""Messages about the results of pushes and pulls."""

from __future__ import annotations

from milimo_tui.core.format import plural
from milimo_tui.studio.travel.asks import Settled
from milimo_tui.studio.travel.box import Box


def pushed(settled: Settled, sent: int, box: Box, named: str) -> str:
    """Describe a push of that many bytes. `named` is the box as the user named it."""
    told = _words(settled, f"{box.host} has it now", f"{box.host} had all of it", sent)
    if settled.ahead:
        told += f"; {plural(settled.ahead, 'edit')} there not here yet: milimo project pull {named}".rstrip()
    return told


def pulled(settled: Settled, came: int, root: str, named: str) -> str:
    """Describe a pull of that many bytes. `root` is the film's folder here."""
    told = _words(settled, f"it is in {root}", "nothing is new there", came)
    if settled.ahead:
        told += f"; {plural(settled.ahead, 'edit')} here not there yet: milimo project push {named}".rstrip()
    return told


def weights_sent(new: int, asked: int, sent: int) -> str:
    """Describe a push of `asked` weights, of which `new` were sent."""
    there = f"{plural(asked - new, 'model')} there already" if new < asked else ""
    return ", ".join(filter(None, (f"{plural(new, 'model')} sent, {_mb(sent)}" if new else "", there)))


def _words(settled: Settled, done: str, nothing: str, size: int) -> str:
    if settled.made:
        return f"{done}, new, {_mb(size)}"
    if not settled.rows and not settled.edits and not settled.differences:
        return f"{nothing} ({_mb(size)})" if size else nothing
    return f"{done}: {plural(settled.edits, 'edit')}, {plural(settled.rows, 'row')}, {_mb(size)}"


def _mb(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
