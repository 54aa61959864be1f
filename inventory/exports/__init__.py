"""What leaves the program in formats that other programs read; each format one module that declares it in `FORMATS`
(`formats.py` gathers them)."""
