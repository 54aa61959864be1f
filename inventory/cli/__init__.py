"""The command line: thin functions over `inventory.api`; everything heavy is imported when a command runs."""
