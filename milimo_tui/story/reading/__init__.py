"""What a scene means: its beats, and for each moment who is seen, who is heard, where and when it plays.

Pure, over a parsed screenplay; knows no shots. Begin with `scene_reader.read_scene`.
"""
