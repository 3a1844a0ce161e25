"""Commands on the screenplay, scenes and the storyboard. Read `script` first."""
