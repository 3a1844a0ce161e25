"""Write the report of a check as text: one line of measured values, and one line for each finding."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from milimo_tui.core.format import format_count

if TYPE_CHECKING:
    from milimo_tui.cut.plan.report import CheckFinding, CheckReport

LEVELS = ("failed", "warning", "note")  # The levels of findings, the worst first.
MARKS = {"failed": "✕", "warning": "!", "note": "·"}


def format_report_figures(report: CheckReport) -> str:
    """Return the measured values: `250 frames   sync 0.0 ms   -16.2 LUFS   peak -1.0 dBTP`."""
    parts = [format_count(report.frames, "frame")]
    if report.sync_ms is not None:
        parts.append(f"sync {report.sync_ms:+.1f} ms" if abs(report.sync_ms) >= 0.05 else "sync 0.0 ms")
    if report.lufs is not None:
        parts.append(f"{report.lufs:.1f} LUFS")
    if report.true_peak is not None:
        parts.append(f"peak {report.true_peak:.1f} dBTP")
    return "   ".join(parts)


def format_report_verdict(report: CheckReport) -> str:
    """Return `nothing amiss` if no finding is a failure or warning, followed by the number of notes, if any.
    Otherwise return the number of findings of each level.
    """
    counts = {level: sum(each.level == level for each in report.findings) for level in LEVELS}
    words = {"failed": "unlike the cut", "warning": "to check", "note": "noted"}
    parts = [f"{number} {words[level]}" for level, number in counts.items() if number]
    return ", ".join(parts) if counts["failed"] or counts["warning"] else ", ".join(["nothing amiss", *parts])


def format_finding(finding: CheckFinding) -> str:
    """Return a finding as a line: `✕ 00:00:10:05  12 f  black  there is a picture where the cut is black`."""
    frames = finding.end - finding.start
    length = f"  {frames} f" if frames else ""
    return f"{MARKS[finding.level]} {finding.timecode}{length}  {finding.kind}  {finding.text}"


def format_report(report: CheckReport, *, most_notes: int | None = None) -> list[str]:
    """Return the report as lines, with the worst findings first. At most `most_notes` notes are included,
    and a last line names the command that prints the others. None includes all notes.
    """
    found = sort_findings(report.findings)
    notes = sum(each.level == "note" for each in found)
    left_out = 0 if most_notes is None else max(0, notes - most_notes)
    shown = found[: len(found) - left_out]  # The notes are last.
    return [
        f"check: {format_report_figures(report)}   {format_report_verdict(report)}",
        *("  " + format_finding(each) for each in shown),
        *([f"  {format_count(left_out, 'more note')}: milimo run film.list --json"] if left_out else []),
    ]


def sort_findings(findings: Iterable[CheckFinding]) -> list[CheckFinding]:
    """Return the findings sorted by level, worst first. Findings of the same level are in the order of the
    film.
    """
    return sorted(findings, key=lambda each: (LEVELS.index(each.level), each.start))


def find_first_failure(report: CheckReport) -> CheckFinding | None:
    """Return the failed finding that comes first in the film, or None."""
    failures = [each for each in report.findings if each.level == "failed"]
    return min(failures, key=lambda each: each.start, default=None)
