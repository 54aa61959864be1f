"""A source of one's own as a newcomer declares it: soda ash used."""

DECLARATION = """
[quantity.soda_ash_use]
label = { zh = "纯碱使用量", en = "Soda ash used" }
category = "2.13"
unit = ["万吨"]
min = 0
supplier = "工业和信息化厅"
help = { zh = "不含转卖", en = "without resale" }
example = 10

[parameter.soda_ash_ef]
label = { zh = "纯碱使用排放因子", en = "Soda ash use emission factor" }
unit = ["tCO2/t"]

[[method]]
id = "soda_ash"
label = { zh = "纯碱使用", en = "Soda ash use" }
sheet = "纯碱使用"
reference = "示例"
tier = "1"
activity.used = { quantity = "soda_ash_use" }
factor.ef = { parameter = "soda_ash_ef", gas = "CO2" }
step = [{ name = "co2", label = { zh = "二氧化碳排放量", en = "CO2 emission" }, text = "used * ef", unit = "万t CO2", gas = "CO2", category = "2.13" }]
"""
