"""Intake of finished work into a film: files are moved into the film's folder, then rows are written.

The supervisor process, which runs the intake, is also defined here. Read the module `intake` first.
"""
