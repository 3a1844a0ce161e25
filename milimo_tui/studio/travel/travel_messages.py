"""Messages about the results of pushes and pulls."""

from __future__ import annotations

from milimo_tui.core.format import format_count
from milimo_tui.studio.travel.box import RemoteBox
from milimo_tui.studio.travel.box_messages import TransferResult


def format_push_result(settled: TransferResult, sent: int, box: RemoteBox, named: str) -> str:
    """Describe the result of a push. `sent` is the number of sent bytes, and `named` is the box as the user
    typed it.
    """
    text = _describe_merge(settled, f"{box.host} has it now", f"{box.host} had all of it", sent)
    if settled.ahead:
        text += (
            f"; {format_count(settled.ahead, 'edit')} missing here: milimo project pull {named}"
        ).rstrip()
    return text


def format_pull_result(settled: TransferResult, received: int, root: str, named: str) -> str:
    """Describe the result of a pull. `received` is the number of received bytes, `root` the film's folder on
    this machine, and `named` the box as the user typed it.
    """
    text = _describe_merge(settled, f"it is in {root}", "nothing new to receive", received)
    if settled.ahead:
        text += (
            f"; {format_count(settled.ahead, 'edit')} missing there: milimo project push {named}"
        ).rstrip()
    return text


def format_weights_result(new: int, requested: int, sent: int) -> str:
    """Describe the result of sending weights. `requested` is the number of requested weights, `new` the
    number that was sent, and `sent` the number of bytes.
    """
    there = f"{format_count(requested - new, 'model')} there already" if new < requested else ""
    return ", ".join(
        filter(None, (f"{format_count(new, 'model')} sent, {_format_megabytes(sent)}" if new else "", there))
    )


def _describe_merge(settled: TransferResult, done: str, nothing: str, size: int) -> str:
    if settled.made:
        return f"{done}, new, {_format_megabytes(size)}"
    if not settled.rows and not settled.edits and not settled.differences:
        return f"{nothing} ({_format_megabytes(size)})" if size else nothing
    return (
        f"{done}: {format_count(settled.edits, 'edit')}, {format_count(settled.rows, 'row')}, "
        f"{_format_megabytes(size)}"
    )


def _format_megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
