"""Parse a screenplay before its film is created. This runs in a separate process, because a long screenplay
takes a second.
"""

from __future__ import annotations

from milimo_tui.core.errors import BadInput
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.screenplay import ScriptElementKind
from milimo_tui.story.shots import shots
from milimo_tui.story.values.film import Project
from milimo_tui.studio.script.first_look import ScriptSummary
from milimo_tui.studio.script.screenplays import choose_film_title

MAX_OPENING_LETTERS = 1200  # The number of characters of the first scene that the summary shows.
_SIGNATURES = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"%PDF": "a PDF; export it as Fountain or plain text",
    b"PK\x03\x04": "a packed file",
    b"SQLite": "a database",
    b"\x1aE\xdf\xa3": "a film file",
    b"RIFF": "a sound or film file",
    b"<?xml": "XML; export it as Fountain or plain text",
}


def summarize_script(data: bytes, name: str) -> ScriptSummary:
    """Parse a screenplay and return its summary. `data` are the bytes of the file and `name` is its name.
    Raises BadInput if the file is not a screenplay.
    """
    kind = next((words for begin, words in _SIGNATURES.items() if data[: len(begin)] == begin), "")
    if not kind and data[4:8] == b"ftyp":
        kind = "a film file"
    if kind:
        raise BadInput(f"this is not a screenplay: {kind}")
    if not data.strip():
        raise BadInput("the file is empty")
    screenplay = fountain.parse(data)
    rate = Project(id="", name="").rate
    drafts = shots.break_down_script(screenplay, rate)
    number = sum(len(scene.shots) for scene in drafts)
    if not number:
        raise BadInput("this text has nothing to film")
    first = next(scene for scene in screenplay.scenes if scene.elements)
    texts = (each.text for each in first.elements if each.kind is not ScriptElementKind.PARENTHETICAL)
    frames = sum(shot.frames for scene in drafts for shot in scene.shots)
    return ScriptSummary(
        choose_film_title(screenplay, name),
        sum(bool(scene.heading) for scene in drafts) or len(drafts),
        number,
        float(frames / rate),
        first.heading,
        "\n".join(texts)[:MAX_OPENING_LETTERS],
    )
