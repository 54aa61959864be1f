"""Sheets as plain data, written once: addresses, styles, tables with formulas by name, and the only place that calls
XlsxWriter.

`address` is the one A1 library, `style` the one style module (fonts, colours, language tags), `model` a workbook as
cells, `table` a page as a list of tables whose formulas name (table, row, column) and get their addresses last, `write`
the copy-out to `.xlsx`, `csvfile` the one guarded writer of CSV files for people.
"""
