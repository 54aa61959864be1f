"""改一个数再编制 · change one figure and compile again. The changed figure says that a program changed it, and what it
was."""

import inventory

project, problems = inventory.read("examples/jiangsu")
changed = project.with_value(250, region="江苏", year=2010, quantity="rice_area", season="单季稻")
before, after = inventory.compile(project), inventory.compile(changed)
print(f"{float(after.co2e(year=2010) - before.co2e(year=2010)):+,.0f} t CO2e")
print(next(d.note for d in changed.data if d.origin.file == "Python"))
