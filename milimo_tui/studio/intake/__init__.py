"""Finished work taken into the film: files to their place, then rows; and the supervisor's process,
which is given that. Begin with `intake`.
"""
