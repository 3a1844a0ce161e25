"""Intake of finished work into a film: move files to their place, then write rows.

Also defines the supervisor process, which runs the intake. Begin with `intake`.
"""
