"""Storyboards on pages, as PDF or PNG. One layout serves both formats. Begin with `engine`."""
