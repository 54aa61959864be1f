"""A small project folder for tests of series, review, report and archive: three years with gaps, population, GDP, an
own GWP set, a review."""

from __future__ import annotations

from pathlib import Path

HEAD = "region,year,category,item,quantity,value,unit,source,uncertainty,note,data_kind\n"
DATA = (
    HEAD
    + """江苏,2005,1.1.3.1,equipment=其他设备;fuel=烟煤,fuel_consumption,100,万吨,统计局,5,,统计
江苏,2010,1.1.3.1,equipment=其他设备;fuel=烟煤,fuel_consumption,150,万吨,统计局,5,,统计
江苏,2005,2.1,,clinker_production,400,万吨,统计局,3,,统计
江苏,2010,2.1,,clinker_production,600,万吨,统计局,3,,统计
江苏,2005,3.1.1,season=单季稻,rice_area,200,万公顷,统计局,,,统计
江苏,2010,3.1.1,season=单季稻,rice_area,210,万公顷,统计局,,,示例
江苏,2005,2.6,gas=N2O,measured_emission,100,t,企业,2,,调查
江苏,2010,2.6,gas=N2O,measured_emission,120,t,企业,2,,调查
江苏,2005,,,resident_population,7588,万人,统计局,,,统计
江苏,2007,,,resident_population,7724,万人,统计局,,,统计
江苏,2010,,,resident_population,7869,万人,统计局,,,统计
江苏,2005,5.2.3,,protein_supply,25,kg 蛋白质/人,调查,,,调查
江苏,2007,5.2.3,,protein_supply,26,kg 蛋白质/人,调查,,,调查
江苏,2010,5.2.3,,protein_supply,27,kg 蛋白质/人,调查,,,调查
江苏,2005,,price_year=2005,gdp,18598.69,亿元,统计局,,,统计
江苏,2010,,price_year=2005,gdp,35000,亿元,示例,,,示例
"""
)
GAPS = """region,quantity,category,item,year,method,proxy,reason,uncertainty
江苏,fuel_consumption,1.1.3.1,equipment=其他设备;fuel=烟煤,2007,内插,,2007年行业表缺失,12
江苏,clinker_production,,,2007,代用序列,resident_population,熟料产量与人口同步,
江苏,rice_area,,season=单季稻,2012,趋势外推,,2012年尚未公布,
"""
REVIEW = """line,cell,comment,by,date,answer,answer_by,answer_date
2.1 CO2,,熟料产量请与行业协会数核对,审核甲,2012-03-01,已核对，相差0.2%,编制乙,2012年3月5日
,清单汇总表!C5,合计是否含国际燃料舱,审核甲,2012/3/1,,,
"""
GWP = """set,gas,value,source,note
本省,CO2,1,定义,
本省,CH4,30,测试,
本省,N2O,300,测试,
"""
SIGNATURES = """role,name,organisation,date
编制,张三,省发改委,2012-04-01
审核,,省专家组,
"""
ANSWERS = """check,place,answer,name,date
completeness,*,小项目：只取这几个类别,编制甲,2012-03-01
"""


def write_project(folder: Path, gaps: str = GAPS, review: str = REVIEW, gwp: str = GWP, data: str = DATA) -> Path:
    """The project as a folder; an empty text leaves its file out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (
        ("data.csv", data),
        ("gapfill.csv", gaps),
        ("review.csv", review),
        ("gwp.csv", gwp),
        ("signatures.csv", SIGNATURES),
        ("answers.csv", ANSWERS),
    ):
        if text:
            (folder / name).write_text(text, "utf-8")
    return folder
