"""Enterprise direct reporting (重点企业直报) on the same engine: from monthly readings to the report tables, and back
to the province.

    tables.py       every input sheet described once: template, reading and the copy in the report are made from it
    industries.py   the 24 guidelines, their source lines, signs and scopes
    steam.py        enthalpy of steam by IAPWS-97
    ledger.py       monthly readings -> annual data · labs.py laboratory results -> weighted means
    template.py     the workbook an enterprise fills in · read.py reads it (read_tables.py
                    other tables) · draft.py keeps what was typed
    fuel_data.py    the year of every fuel: stock, meters, flights and boilers apart, laboratory means
    report.py       附表 with live formulas (report_parameters.py family P, report_sources.py family S) ·
                    docx_report.py the text
    evidence.py     SHA-256 of evidence files
    filed.py        reads a filed report · verify.py recomputes it · screens.py looks for what should be asked about
    collect.py      many reports in one SQLite file · reconcile.py sets them against the provincial inventory
"""
