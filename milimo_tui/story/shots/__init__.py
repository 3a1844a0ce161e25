"""Shots of a screenplay: beats, framing, lengths, and an old film's shots met by new ones. Begin with
`shots`, for a commit with `merge`. Uses `story.screenplay`.
"""
