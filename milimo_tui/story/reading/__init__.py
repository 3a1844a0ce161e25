"""Certain facts of the format of a screenplay about a scene: its beats (the things to show, in order),
and for each piece of action or speech the people named and heard, the place and the time. Facts of an
accepted breakdown replace them.

The functions are pure. They take a parsed screenplay and do not depend on shots. Start reading at
`scene_reader.read_scene`.
"""
