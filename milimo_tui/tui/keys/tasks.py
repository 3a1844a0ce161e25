"""What keys are for, as tasks: the key sheet groups acts by them, in this order. Pure.

An act that no task names is found by its role and by the words of its note, else among the others.
"""

from __future__ import annotations

from milimo_tui.tui.keys.keymap import Binding, Role

MOVE, GO, PLAY, LOOK = "Move", "Go to", "Play", "Look closely"
CUT, PLACE, SOUND = "Cut and trim", "Put and arrange", "Tracks, sound and effects"
SELECT, MAKE, TAKES, WRITE = "Choose what is meant", "Make", "Takes", "Words and notes"
FIND, CHANGE, STUDIO, OTHER = "Find", "Add, change, undo", "The studio", "More"
ORDER = (MOVE, GO, PLAY, CUT, PLACE, SELECT, SOUND, MAKE, TAKES, WRITE, CHANGE, FIND, LOOK, STUDIO, OTHER)

_ACTS: dict[str, tuple[str, ...]] = {
    MOVE: (
        "ui.move", "ui.lane_down", "ui.lane_up", "ui.down", "ui.up", "ui.left", "ui.right", "ui.first",
        "ui.last", "ui.page_down", "ui.page_up", "ui.to_in", "ui.to_out", "ui.mark_jump", "ui.next_scene",
        "ui.previous_scene", "ui.next_shot", "ui.previous_shot", "ui.next_item", "ui.previous_item",
        "ui.next_pane", "ui.previous_pane", "ui.enter", "ui.scene_before", "ui.scene_after",
    ),
    GO: (
        "ui.mode", "ui.notes", "ui.cuts", "ui.arrivals", "ui.unsure", "ui.log", "ui.history", "ui.back",
        "ui.out", "ui.close", "ui.to_script", "ui.to_shot", "ui.match_frame", "ui.plan",
    ),
    PLAY: (
        "ui.play", "ui.shuttle_back", "ui.shuttle_stop", "ui.shuttle_on", "ui.play_around", "ui.loop",
        "ui.player", "ui.full_screen", "ui.swap_viewer", "ui.zoom_in", "ui.zoom_out", "ui.zoom_centre",
        "ui.zoom_fit", "ui.zoom_selection", "ui.pane",
    ),
    LOOK: (
        "ui.scope", "ui.guide", "ui.ratio", "ui.alpha", "ui.pixel", "ui.compare_by", "ui.grab",
        "ui.zoom_hand", "ui.view_plain", "ui.magnify", "ui.pan", "ui.nudge",
    ),
    CUT: (
        "cut.split", "ui.trim", "ui.head", "ui.tail", "ui.extend", "cut.remove", "ui.extract", "ui.lift",
        "cut.join", "cut.swap", "cut.ripple_delete", "cut.close_gap", "cut.freeze_frame", "cut.speed",
        "ui.dissolve", "ui.again", "ui.macro_record", "ui.macro_run", "ui.earlier", "ui.later",
    ),
    PLACE: (
        "ui.insert", "ui.overwrite", "ui.replace", "ui.yank", "ui.register", "cut.duplicate", "cut.link",
        "cut.unlink", "cut.group", "cut.ungroup", "cut.connect", "cut.disconnect", "cut.nest", "cut.un_nest",
        "storyboard.reorder", "scene.move", "cut.open", "cut.back", "ui.split", "shot.join", "shot.duplicate",
        "ui.add_scene", "ui.delete_scene",
    ),
    SELECT: (
        "ui.object", "ui.visual", "ui.visual_clip", "ui.mark_in", "ui.mark_out", "ui.clear_marks", "ui.mark",
        "ui.mark_set", "ui.mark_film",
    ),
    SOUND: (
        "ui.track_flag", "ui.track_new", "ui.track_louder", "ui.track_duck", "cut.detach_sound", "cut.set",
        "ui.louder", "cut.duck", "ui.level", "ui.speed", "ui.title", "ui.effects", "cut.effect",
    ),
    MAKE: (
        "shot.make", "app.build", "ui.remake", "ui.edit_spec", "storyboard.board", "ui.own_board", "ui.print",
        "ui.retake", "ui.control", "element.draw", "ui.render", "ui.suggestions", "shot.enhance", "ui.commit",
        "ui.commit_and_make", "ui.next_step",
    ),
    TAKES: (
        "ui.take_previous", "ui.take_next", "ui.compare", "ui.rate", "shot.rate", "shot.pick", "ui.pick",
        "ui.reject",
    ),
    WRITE: ("ui.marker", "ui.note", "ui.tags", "ui.parts", "ui.where", "ui.layer", "ui.write", "ui.save"),
    CHANGE: (
        "ui.add", "ui.edit", "ui.delete", "ui.rename", "ui.undo", "ui.redo", "ui.editor", "ui.numbers",
        "ui.start_film",
    ),
    FIND: ("ui.search", "ui.search_next", "ui.search_previous", "ui.filter", "ui.sort", "ui.find"),
    STUDIO: (
        "ui.help", "ui.command_line", "ui.palette", "ui.cancel", "ui.redraw", "ui.shell", "ui.leave",
        "ui.line_stats", "ui.copy_line", "ui.tour", "ui.tour_menu", "ui.doctor", "ui.own_keys",
        "ui.themes", "ui.acts", "ui.copy_text",
    ),
}  # fmt: skip
_TASK_OF = {run: task for task, runs in _ACTS.items() for run in runs}
_BY_ROLE = {Role.MOTION: MOVE, Role.OBJECT: SELECT, Role.OPERATOR: CUT}


def task_of(binding: Binding) -> str:
    """Return the task that a key is for."""
    return _TASK_OF.get(binding.run) or _BY_ROLE.get(binding.role, OTHER)
