"""The meaning of a scene: its beats, and for each moment who is seen, who is heard, and its place and time.

The functions are pure, take a parsed screenplay and know no shots. Begin with `scene_reader.read_scene`.
"""
