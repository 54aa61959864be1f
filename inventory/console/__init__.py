"""What a command says and how it ends: texts, tables, problems, progress, exit statuses. Commands parse, acts work,
this shows."""
