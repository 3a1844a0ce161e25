"""Commands on music, effects and ambience: profiles, prompts, takes of sound, and the library of sounds.

Allowed imports: `studio.commands.cut` and the groups below it. Begin with `sound`.
"""
