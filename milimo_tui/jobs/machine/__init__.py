"""This machine: its GPUs, lanes, load and processes."""
