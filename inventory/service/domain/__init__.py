"""Rules of a reporting round as tables: who may do what to a report in which state, what a finding demands, when a
report is due. No Django."""
