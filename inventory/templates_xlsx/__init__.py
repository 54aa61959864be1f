"""Fill-in workbooks generated from an edition's quantities: planned (`plan`), written with XlsxWriter (`write`), read
back by `inventory.reading`."""
