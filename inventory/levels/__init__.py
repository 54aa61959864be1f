"""Levels below (and above) the province: the region tree, inventories of cities, counties and parks on the same engine,
roll-up, batch runs."""
