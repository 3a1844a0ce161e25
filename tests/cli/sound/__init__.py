"""Tests of the commands on sound: profiles, takes of sound, the library."""
