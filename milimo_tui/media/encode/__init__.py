"""Encoding of pictures and sound: encoders, containers, the files of takes, and packets copied without
encoding. Start with `formats`.
"""
