"""What leaves the program in formats that other programs read; each format one module, listed in `FORMATS`."""
