"""为什么是这个数，为什么变了 · the tree behind a figure, and the causes of a change between two versions."""

import inventory

project, _ = inventory.read("examples/jiangsu")
old = inventory.compile(project)
cement = tuple(n for n, x in enumerate(old.lines) if x.category == "2.1" and x.year == 2010)
figure = inventory.Explainer(old).figure(cement, {"zh": "水泥", "en": "Cement"}, "CO2")
print(figure.value, figure.unit)
new = inventory.compile(project.with_value(250, region="江苏", year=2010, quantity="rice_area", season="单季稻"))
for change in [c for c in inventory.compare(old, new).changes if c.change][:3]:
    print(change.category, change.gas, f"{change.change:+,.0f}", dict(change.causes))
