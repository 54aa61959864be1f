"""The inventory report (清单报告): a Word document drafted from a ledger, from a template that users can edit.

`blocks` are what stands in a chapter, as plain data; `sections` and `sector` make them from a ledger; `document` puts
them into a template; `template` writes the template that comes with the package.
"""
