"""Storyboards on pages: PDF and PNG, laid out once and painted by either. Begin with `engine`."""
