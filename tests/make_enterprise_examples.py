"""Writes examples/enterprise/*.xlsx: the template workbooks of illustrative enterprises, one for each industry, filled
from tests/data/enterprise/*.toml.

Run `python tests/make_enterprise_examples.py` after a change of the definitions or of the template; a test compares the
committed bytes.
"""

from __future__ import annotations

from pathlib import Path

from inventory.enterprise.industries import default_edition, find
from inventory.enterprise.read import read_enterprise
from inventory.enterprise.template import write_template

ROOT = Path(__file__).resolve().parents[1]
DEFINITIONS = ROOT / "tests" / "data" / "enterprise"
WORKBOOKS = ROOT / "examples" / "enterprise"
NAMES = {
    "power_plant": "发电厂",
    "cement_works": "水泥厂",
    "steelworks": "钢铁厂",
    "chemical_plant": "化工厂",
    "oil_gas_field": "油气田",
    "food_factory": "食品厂",
    "grid_company": "电网公司",
    "aluminium_smelter": "电解铝厂",
    "magnesium_works": "镁厂",
    "glass_works": "平板玻璃厂",
    "ceramics_works": "陶瓷厂",
    "airline": "航空公司",
    "coking_plant": "焦化厂",
    "coal_mine": "煤矿",
    "refinery": "石化厂",
    "paper_mill": "造纸厂",
    "nonferrous_smelter": "有色冶炼厂",
    "chip_fab": "电子厂",
    "machine_works": "机械厂",
    "ore_mine": "矿山",
    "office_building": "公共建筑",
    "bus_company": "公交公司",
    "fluorochemical_works": "氟化工厂",
    "textile_mill": "印染厂",
}


def write(definition: str, folder: Path) -> Path:
    """The filled workbook of one definition, in a folder; returns its path. Same definition, same bytes."""
    enterprise, problems = read_enterprise(DEFINITIONS / f"{definition}.toml")
    errors = [p.text() for p in problems if p.severity == "error"]
    if errors:
        raise ValueError("\n".join(errors))
    target = folder / f"{NAMES[definition]}.xlsx"
    write_template(target, find(enterprise.profile.industry, default_edition()), enterprise)
    return target


def main() -> None:
    for definition in NAMES:
        print(write(definition, WORKBOOKS).relative_to(ROOT))


if __name__ == "__main__":
    main()
