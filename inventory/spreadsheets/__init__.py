"""Files as people send them: what a file is and whether it is safe (`container`), sheets of cells with addresses
(`cells`; `probe_*` see what the quick reader cannot), hidden content, numbers as people write them, and the account of
every figure on a sheet."""
