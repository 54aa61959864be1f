"""Every sheet that people fill in, declared once: `form.py` is the mechanism, `province.toml` with the row models beside
it the province's forms; the enterprise's are in `inventory.enterprise`."""
