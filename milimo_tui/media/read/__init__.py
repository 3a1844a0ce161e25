"""Reading of moving pictures: decoding in order and at exact times, image sequences, animations, probing,
damage.

Start with `frames`.
"""
