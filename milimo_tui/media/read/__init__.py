"""Reading of moving pictures: decoding at exact times, image sequences, animations, probing, and detection of
damage.

Start with `frames`.
"""
