"""The command line: `commands.toml` declares the commands, `declared.py` runs them, `own.py` holds the few that are more
than one act."""
