"""Interpretation of a scene: its beats (the things to show, in order), and for each piece of action or speech
the people seen and heard, the place and the time.

The functions are pure. They take a parsed screenplay and do not depend on shots. Start reading at
`scene_reader.read_scene`.
"""
