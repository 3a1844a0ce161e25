"""The viewer process, which decodes pictures and sound for the studio, and the studio's client of that
process. Start with `process`.
"""
