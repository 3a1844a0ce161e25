"""The tasks by which the key sheet groups actions, in the order in which they are shown. Pure data.

An action that is not listed has the task of its role; if its role has none, it belongs to the group of other
actions.
"""

from __future__ import annotations

from milimo_tui.tui.keys.keymap import Binding, Role

MOVE, GO, PLAY, LOOK = "Move", "Go to", "Play", "Look closely"
PANES, VALUES, ORDERED = "Zoom and panes", "Set a value", "Inputs of a take"
DELIVER, QUEUE = "Render settings", "The queue"
CUT, PLACE, SOUND = "Cut and trim", "Place and arrange", "Tracks, sound and effects"
SELECT, TAKES, WRITE = "Select", "Takes", "Words and notes"
FIND, CHANGE, STUDIO, OTHER = "Find", "Add, change, undo", "The studio", "More"
# The actions of each task, in the order in which the key sheet shows the tasks.
_ACTS: dict[str, tuple[str, ...]] = {
    MOVE: (
        "ui.move", "ui.lane_down", "ui.lane_up", "ui.down", "ui.up", "ui.left", "ui.right", "ui.first",
        "ui.last", "ui.page_down", "ui.page_up", "ui.to_in", "ui.to_out", "ui.mark_jump", "ui.next_scene",
        "ui.previous_scene", "ui.next_shot", "ui.previous_shot", "ui.next_item", "ui.previous_item",
        "ui.next_pane", "ui.previous_pane", "ui.enter", "ui.scene_before", "ui.scene_after",
        "ui.above", "ui.into", "ui.home", "ui.here", "ui.find_letter", "ui.other_end",
    ),
    GO: (
        "ui.mode", "ui.notes", "ui.lines", "ui.sounds", "ui.cuts", "ui.captions", "ui.transcript",
        "ui.arrivals", "ui.mixer", "ui.unsure", "ui.log", "ui.history", "ui.back",
        "ui.out", "ui.close", "ui.to_script", "ui.to_shot", "ui.match_frame", "ui.plan",
    ),
    PLAY: (
        "ui.play", "ui.shuttle_back", "ui.shuttle_stop", "ui.shuttle_on", "ui.play_around", "ui.loop",
        "ui.player", "ui.full_screen", "ui.swap_viewer",
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
        "ui.mark_set", "ui.mark_film", "ui.select_rows", "ui.extend_down", "ui.extend_up", "ui.select_text",
    ),
    SOUND: (
        "ui.track_flag", "ui.track_new", "ui.track_louder", "ui.track_duck", "cut.detach_sound", "cut.set",
        "ui.say", "ui.say_due", "ui.preview", "ui.lay", "ui.record", "ui.make_sound", "ui.new_sound",
        "ui.variation", "ui.library",
        "ui.sound_stream", "ui.louder", "cut.duck", "ui.level", "ui.automation", "ui.speed", "ui.title",
        "ui.effects", "cut.effect", "ui.sound_effects", "ui.pan", "ui.type_pan", "ui.mute", "ui.solo",
        "ui.role", "ui.bus", "ui.send", "ui.automate", "ui.unautomate", "ui.auto_mix",
        "ui.reset_strip",
    ),
    TAKES: (
        "shot.make", "app.build", "ui.remake", "ui.edit_spec", "storyboard.board", "ui.own_board", "ui.print",
        "ui.retake", "ui.control", "element.draw", "element.face.draw", "ui.render",
        "ui.suggestions", "shot.enhance", "ui.commit", "ui.commit_and_make", "ui.next_step", "ui.take_sound",
        "ui.finish", "ui.make", "ui.ask", "ui.ask_again", "ui.mask",
        "ui.take_previous", "ui.take_next", "ui.compare", "ui.rate", "shot.rate", "shot.pick", "ui.pick",
        "ui.reject", "ui.rating", "ui.rate_on", "ui.reject_on", "ui.grid", "ui.sheet", "ui.unsee", "ui.clean",
    ),
    ORDERED: (
        "ui.where", "ui.layer", "ui.place_in", "ui.parts", "ui.size", "ui.style", "ui.beats", "ui.subjects",
        "ui.continue", "ui.pipeline", "ui.voices", "ui.voice", "ui.own_picture", "ui.add_lora",
        "ui.leave_out", "ui.take_back", "element.dismiss", "ui.merge", "ui.accept_all", "shot.decline",
        "scene.decline", "ui.begin", "ui.end",
    ),
    WRITE: (
        "ui.split_caption", "ui.merge_caption", "ui.speaker", "ui.retime", "ui.start_here",
        "ui.next_captions", "ui.make_captions", "ui.make_transcript", "ui.tidy",
        "ui.next_clip", "ui.remove_ranges", "ui.switch_range", "ui.switch_kind",
        "ui.spoken", "ui.select_words", "ui.word",
        "ui.marker", "ui.note", "ui.comment", "ui.note_frame", "ui.next_note", "ui.previous_note", "ui.reply",
        "ui.tick", "ui.tags", "ui.write", "ui.save", "ui.open_line", "ui.new_line", "ui.put", "ui.join",
        "ui.short", "ui.replace_letter", "ui.swap_case", "ui.next_kind", "ui.next_offer",
        "ui.next_mark", "ui.mark_before", "ui.dismiss_mark", "ui.talk", "ui.as_note", "ui.as_line",
    ),
    DELIVER: (
        "ui.preset", "ui.presets", "ui.mark_output", "ui.output", "ui.quality", "ui.loudness", "ui.burn",
        "ui.stems", "ui.subtitles", "ui.choose_captions", "ui.range", "ui.scenes",
    ),
    QUEUE: (
        "ui.pause", "ui.pause_queue", "ui.hold", "ui.move_earlier", "ui.move_later", "ui.retry",
        "ui.retry_changed", "ui.order", "ui.narrow", "ui.cancel_job",
    ),
    CHANGE: (
        "ui.add", "ui.edit", "ui.delete", "ui.rename", "ui.undo", "ui.redo", "ui.editor", "ui.numbers",
        "ui.start_film", "ui.set_film", "ui.face",
    ),
    VALUES: (
        "ui.less", "ui.more", "ui.sooner", "ui.toggle", "ui.reset", "ui.type_value", "ui.next_field",
        "ui.previous_field", "ui.field_below", "ui.field_above", "ui.accept", "ui.keep", "ui.section_back",
        "ui.section_on", "ui.lane",
        "ui.key_set", "ui.key_clear", "ui.key_move", "ui.key_next", "ui.key_previous", "ui.fixed",
        "ui.pitch", "ui.blend", "ui.colour", "ui.fade_less", "ui.fade_more", "ui.longer", "ui.shorter",
        "ui.trim_kind", "ui.trim_type",
    ),
    FIND: (
        "ui.search", "ui.search_next", "ui.search_previous", "ui.filter", "ui.sort", "ui.find", "ui.finder",
        "ui.search_word",
    ),
    PANES: (
        "ui.zoom_in", "ui.zoom_out", "ui.zoom_centre", "ui.zoom_fit", "ui.zoom_selection", "ui.pane",
        "ui.fold_all",
    ),
    LOOK: (
        "ui.scope", "ui.guide", "ui.ratio", "ui.alpha", "ui.pixel", "ui.compare_by", "ui.grab",
        "ui.zoom_hand", "ui.view_plain", "ui.magnify", "ui.pan", "ui.nudge",
    ),
    STUDIO: (
        "ui.help", "ui.command_line", "ui.palette", "ui.cancel", "ui.redraw", "ui.shell", "ui.leave",
        "ui.line_stats", "ui.copy_line", "ui.tour", "ui.tour_menu", "ui.doctor", "ui.own_keys",
        "ui.settings", "ui.file", "ui.themes", "ui.acts", "ui.copy_text",
    ),
}  # fmt: skip
ORDER = (*_ACTS, OTHER)
_TASK_OF = {run: task for task, runs in _ACTS.items() for run in runs}
_BY_ROLE = {Role.MOTION: MOVE, Role.OBJECT: SELECT, Role.OPERATOR: CUT}


def get_key_task(binding: Binding) -> str:
    """Return the task under which the key sheet lists a binding."""
    return _TASK_OF.get(binding.run) or _BY_ROLE.get(binding.role, OTHER)
