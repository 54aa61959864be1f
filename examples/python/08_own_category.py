"""自己的类别 · a category of one's own: an edition that extends the guideline of 2011 by one declared source. Two files, no
code; everything else is the guideline's."""

import tempfile
from pathlib import Path

import pandas as pd

import inventory

EDITION = """
id = "mine"
label = { zh = "我的版本（示例）", en = "Mine (illustrative)" }
extends = "prov2011"
methods = ["soda_ash.toml"]
"""
SODA_ASH = """
[quantity.soda_ash_use]
label = { zh = "纯碱使用量", en = "Soda ash used" }
category = "2.13"
unit = ["万吨"]
supplier = "工业和信息化厅"

[parameter.soda_ash_ef]
label = { zh = "纯碱使用排放因子", en = "Soda ash emission factor" }
unit = ["tCO2/t"]

[[method]]
id = "soda_ash"
label = { zh = "纯碱使用", en = "Soda ash use" }
sheet = "纯碱使用"
reference = "示例"
tier = "1"
activity.used = { quantity = "soda_ash_use" }
factor.ef = { parameter = "soda_ash_ef", gas = "CO2" }

[[method.step]]
name = "co2"
label = { zh = "二氧化碳排放量", en = "CO2 emission" }
text = "used * ef"
unit = "万t CO2"
gas = "CO2"
category = "2.13"

[[rows.categories]]
id = "2.13"
parent = "2"
label_zh = "纯碱使用过程"
label_en = "Soda ash use"
sector = "工业生产过程"
gases = ["CO2"]

[[rows.factors]]
id = "mine.soda_ash"
parameter = "soda_ash_ef"
gas = "CO2"
value = 0.415
unit = "tCO2/t"
standing = "unverified"
role = "default"
source = "示例"
"""

with tempfile.TemporaryDirectory() as folder:
    mine = Path(folder) / "mine"
    mine.mkdir()
    (mine / "edition.toml").write_text(EDITION, "utf-8")
    (mine / "soda_ash.toml").write_text(SODA_ASH, "utf-8")
    used = {"region": "Jiangsu", "year": 2010, "quantity": "Soda ash used", "value": 20, "unit": "10^4 t"}
    ledger = inventory.compile(pd.DataFrame([used]), edition=mine)
    print(ledger.edition.id, f"{ledger.mass_t(category='2.13', gas='CO2'):,.0f} t CO2")
