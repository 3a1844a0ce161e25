"""Derive profiles of music, effects and voices from the facts of a scene, and compose prompts for sound.

The rules are tables in `profiles.toml`; each value of a profile names the rule that set it. Allowed imports:
`story.sequences` and the packages below it. Begin with `scene_sound`, which collects the facts of a scene.
"""
