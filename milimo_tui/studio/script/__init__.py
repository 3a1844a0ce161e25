"""From the screenplay to shots and to a film: read from its file, saved, committed, printed, the whole way in
one go. Begin with `screenplays`.
"""
