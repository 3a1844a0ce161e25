"""Print storyboards on pages, as PDF or PNG. Both formats use the same layout. `engine` is the main
module.
"""
