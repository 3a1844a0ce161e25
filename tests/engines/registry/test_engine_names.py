"""Test that only an engine's own folder names the engine: other code reads the row in the table of
engines.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[3] / "milimo_tui"
# Strings that always mean an engine. The engine names film, tiny, hub, local and quick are left out because
# they have other meanings too.
NAMES = {
    "ltx2", "flux2", "sam3", "animatic", "ace-step", "stable-audio", "longcat-audio", "ollama", "openai",
    "qwen-image", "wan", "z-image", "scratch-voice",
    "voice-service", "voice-command",
    "kokoro",
}  # fmt: skip
FOLDERS = (
    "animatic",
    "any_pipeline",
    "boards",
    "comfyui",
    "controls",
    "film",
    "flux2",
    "kokoro",
    "hub",
    "llm",
    "ltx2",
    "media_jobs",
    "music",
    "qwen_image",
    "sam3",
    "scratch_voice",
    "speech_models",
    "speech_services",
    "wan",
    "z_image",
)
# Modules that may list engines: the engine table, the default settings and the model catalog.
LISTS = {"engines/registry/engine_registry.py", "core/settings.py", "engines/catalog/model_catalog.py"}
ROWS = "engines/catalog/rows/"  # one module for each family
# Remaining mentions of engines elsewhere, with the reason for each. This list may only get shorter.
EXCEPTIONS = {
    # The default engine of old specs, films and rows that name none.
    "engines/specs/picture_specs.py: animatic",
    "engines/specs/video_specs.py: animatic",
    "engines/specs/picture_specs.py: flux2",
    "engines/specs/mask_specs.py: sam3",
    "story/values/film.py: animatic",
    # The engine that made the takes of films imported from the earlier program.
    "store/replaced_systems/milimo_video.py: ltx2",
    # The command that imports workflows. Workflow files belong to this engine only.
    "studio/commands/model/workflow.py: engines.comfyui",
    # The questions of a reading, which every text engine sends: their number, size and stored answers.
    "studio/writing/reading_prompts.py: engines.llm",
    "studio/writing/script_readings.py: engines.llm",
    # The keys of the Weights screen that bind workflow files.
    "tui/weights/workflow_keys.py: engines.comfyui",
}


def named_in(path: Path) -> Iterator[str]:
    """Yield each engine that a module names, as a string constant or by an import."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and node.value in NAMES:
            yield str(node.value)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for name in (node.module, *(f"{node.module}.{each.name}" for each in node.names)):
                words = name.split(".")
                if words[:2] == ["milimo_tui", "engines"] and words[2:3] and words[2] in FOLDERS:
                    yield f"engines.{words[2]}"
                    break


@pytest.mark.long("models")
def test_only_its_folder_and_the_table_name_an_engine() -> None:
    found = set()
    for path in PACKAGE.rglob("*.py"):
        place = path.relative_to(PACKAGE)
        own = (place.parts[0] == "engines" and place.parts[1] in FOLDERS) or place.parts[0] == "tiny_models"
        listed = place.as_posix() in LISTS or place.as_posix().startswith(ROWS)
        if not own and not listed:
            found |= {f"{place.as_posix()}: {name}" for name in named_in(path)}
    assert sorted(found - EXCEPTIONS) == [], (
        "ask the row: engine_registry.profile(name), engine_registry.first(kind)"
    )
    assert sorted(EXCEPTIONS - found) == [], "these name no engine any more: take them out of the list"
