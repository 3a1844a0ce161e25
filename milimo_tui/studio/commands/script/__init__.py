"""Commands for the screenplay, scenes and the storyboard. Read the module `script` first."""
