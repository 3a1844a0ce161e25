"""The supervisor process: its socket, the dispatch of jobs, the workers, and the recovery after a crash.
Begin with `supervisor`.
"""
