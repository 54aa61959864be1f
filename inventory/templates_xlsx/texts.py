"""Words of the fill-in workbook, Chinese and English."""

from __future__ import annotations

from ..reading.to_correct import LAST_SHEET, SHEET

TEXTS: dict[str, dict[str, str]] = {
    "title": {
        "zh": "{region}温室气体清单 活动水平数据填报表",
        "en": "Activity data for the greenhouse-gas inventory{region}",
    },
    "title_assessment": {
        "zh": "{region}碳强度考核、分级和行动项目填报表",
        "en": "Intensity targets, levels and actions{region}: figures to be filled in",
    },
    "region_by_row": {"zh": "见各表“地区”栏", "en": "in the column Region of each sheet"},
    "how_assessment": {
        "zh": "1 “考核能耗”和“地区生产总值”逐年填写；其余各表有才填，空表不读。\n"
        "2 上级下达的目标随程序自带，“控制目标”只填另有的或不同的。\n"
        "3 每行写明文件或数据来源。\n4 填好后放进项目文件夹，运行：inventory targets 项目文件夹，按提示改正。",
        "en": "1 Fill Assessed energy and GDP year by year; the other sheets only where there is "
        "something to say.\n2 Published targets come with the program.\n3 Name the document or source on every row.\n"
        "4 Put the workbook into the project folder and run: inventory targets FOLDER",
    },
    "contents": {"zh": "目录", "en": "Contents"},
    "region": {"zh": "地区", "en": "Region"},
    "rest": {"zh": "其余填", "en": "Rest"},
    "rest_help": {
        "zh": "填一个符号（如 NO），本表所有没有填数的行都按它处理，不必逐行填写。只有确认其余各项都不存在时才填 NO。",
        "en": "One notation key (such as NO) that holds for every row of this sheet left empty. Write NO only "
        "where none of the others occurs.",
    },
    "years": {"zh": "年份", "en": "Years"},
    "edition": {"zh": "依据", "en": "Edition"},
    "no": {"zh": "序号", "en": "No."},
    "sheet": {"zh": "工作表", "en": "Sheet"},
    "holds": {"zh": "内容", "en": "Holds"},
    "to_fill": {"zh": "是否填报", "en": "To fill"},
    "needed": {"zh": "应填", "en": "Required"},
    "done": {"zh": "已填", "en": "Filled"},
    "open": {"zh": "未填", "en": "Missing"},
    "optional_done": {"zh": "选填已填", "en": "Optional filled"},
    "progress": {"zh": "进度", "en": "Progress"},
    "total": {"zh": "合计", "en": "Total"},
    "yes": {"zh": "是", "en": "yes"},
    "optional": {"zh": "选填", "en": "optional"},
    "no_answer": {"zh": "否", "en": "no"},
    "example": {"zh": "示例", "en": "Example"},
    "example_source": {"zh": "××省统计年鉴2006，表3-2", "en": "Statistical yearbook 2006, table 3-2"},
    "example_note": {"zh": "本行为填写示例，不读取", "en": "A worked example; this row is not read"},
    "legend": {
        "zh": "黄色必填，蓝色选填，灰色不填。单位可改（同类单位自动换算）。没有该项活动的填 NO，未能统计的填 NE 并在“说明”写原因；不要留“—”。",
        "en": "Yellow: required. Blue: optional. Grey: not to be filled. Units may be changed to others of the "
        "same kind. "
        "Write NO where the activity does not occur, NE with a reason where it was not estimated.",
    },
    "folded": {
        "zh": "另有 {n} 行统计一般没有，已折叠（点左侧“+”展开）：有数才填，不填不算缺。",
        "en": " {n} rows that statistics rarely have are folded (open with + at the left): only where there are figures.",
    },
    "matrix_legend": {
        "zh": "整块粘贴或逐格填写：没有的格留空；第 7 行是各列单位，可改为同类单位。浅蓝格指南有因子，白格没有。缺行、缺列在最下、最右补。",
        "en": "Paste as a block or type: leave cells empty where nothing is burnt. Row 7 holds the unit of each column. "
        "Blue cells have factors, white ones have not. Add lines at the bottom, columns at the right.",
    },
    "matrix_last": {
        "zh": "上次填报 {year}：{value} {unit}（{source}）",
        "en": "Last filing {year}: {value} {unit} ({source})",
    },
    "reference": {"zh": "指南章节：{text}", "en": "Guideline: {text}"},
    "supplier": {"zh": "提供部门：{text}", "en": "Supplied by: {text}"},
    "notation_help": {
        "zh": "NE 未估算（须写原因）\nNO 本省不存在\nNA 不适用\nIE 计入别处（须写计在何处）\nC 保密",
        "en": "NE not estimated (give the reason)\nNO does not occur\nNA not applicable\nIE included elsewhere "
        "(say where)\nC confidential",
    },
    "kind_help": {
        "zh": "统计：公布的统计数\n部门：部门掌握的数\n调查：专项调查\n估算：推算得到\n示例：举例，不是真实数据",
        "en": "statistics: published\ndepartment: its own figures\nsurvey\nestimate\nillustrative: made up, not real",
    },
    "uncertainty_help": {
        "zh": "95%置信区间的半宽，百分数，只写数字，如 10",
        "en": "Half-width of the 95 % confidence interval in percent; digits only, such as 10",
    },
    "figure_title": {"zh": "数值", "en": "Figure"},
    "figure_help": {
        "zh": "只写数字。单位见“单位”栏，可改为同类单位。",
        "en": "Digits only. The unit stands in its own column and may be changed to one of the same kind.",
    },
    "figure_warn": {
        "zh": "这里应是不小于 0 的数。确实要保留吗？",
        "en": "This should be a number not below 0. Keep it?",
    },
    "list_warn": {"zh": "不在下拉表中。确实要保留吗？", "en": "Not in the list. Keep it?"},
    "choices": {"zh": "命名选择", "en": "Choices"},
    "factors": {"zh": "自有因子", "en": "Own factors"},
    "notations": {"zh": "填报符号", "en": "Notation key"},
    "measured": {"zh": "实测排放量", "en": "Measured emissions"},
    "notation_sheet": {
        "zh": "整类不计算的排放源：每行一类，年份栏填符号，“说明”写原因。气体留空表示该类全部气体。",
        "en": "Categories that are not computed at all: one a row, the key under the year, the "
        "reason in the note. "
        "An empty gas means all gases of the category.",
    },
    "choice_sheet": {
        "zh": "指南留有余地的问题：不填即用缺省；改选时在“选项”选取，并写理由。",
        "en": "Questions the guideline leaves open: leave empty for the default; otherwise choose "
        "an option and give the reason.",
    },
    "factor_sheet": {
        "zh": "本省实测值或省级值：替代缺省因子时写编号；否则写参数和适用范围。必须有来源。",
        "en": "Measured or provincial factors: give the id of the default they replace, or "
        "parameter and keys. A source is required.",
    },
    "measured_sheet": {
        "zh": "有实测排放量（连续监测、核证）的排放源：填写后按实测计，不再用缺省方法。",
        "en": "Measured emissions (monitoring, verification): they replace the calculation.",
    },
    "how": {
        "zh": "1 先在上方填地区（已填的核对）。\n2 按目录逐表填写；本部门不提供的表，把“是否填报”改为“否”，可删去该表。\n"
        "3 每行写明数据来源；估算的在“数据性质”选“估算”。\n",
        "en": "1 Enter the region. 2 Fill the sheets; set 'To fill' to no for sheets that are not yours, "
        "which may then be deleted. "
        "3 Name the source on every row. ",
    },
    "how_check": {
        "zh": "4 填好后运行：inventory check 本文件.xlsx，按提示改正。",
        "en": "4 Run: inventory check FILE.xlsx",
    },
    "how_report": {
        "zh": "4 填好后在报送系统打开本单位的报告，按“上传工作簿”；核对结果立即列在左边，逐条改正后提交审批。",
        "en": "4 Open your report in the reporting service and choose 'Upload a workbook'; what is wrong is listed at once: "
        "mend it, then hand over.",
    },
    "how_bare": {
        "zh": "1 按下表逐表填写黄色格；2 每行写明数据来源，估算的在“数据性质”选“估算”；3 其余各行都没有的，在表头“其余填”选 NO；4 填好后原样返回本文件。",
        "en": "1 Fill the yellow cells of the sheets below. 2 Name the source on every row. 3 Where no other "
        "row occurs, choose NO in the cell at the top. "
        "4 Return this file.",
    },
    "last_sheet": {"zh": "上次的因子和选择", "en": "Last factors and choices"},
    "last_about": {
        "zh": "上次清单的自有因子和命名选择，供核对。仍然适用的，抄到“自有因子”“命名选择”表（写明本年的来源或理由）；本表不读取。",
        "en": "Own factors and choices of the last inventory, to be checked. Copy those that still hold to the sheets "
        "Own factors and Choices, with this year's source or reason. This sheet is not read.",
    },
    "last_factor_heads": {
        "zh": "参数|适用范围|气体|数值|单位|来源|性质",
        "en": "Parameter|Applies to|Gas|Value|Unit|Source|Kind",
    },
    "last_choice_heads": {"zh": "选择项|选项|理由", "en": "Choice|Option|Reason"},
    "unread": SHEET,
    "unread_last": LAST_SHEET,
    "unread_about": {
        "zh": "下列各行有错，没有进入任何表，按原样列出。改正后填到相应的表，再删去这里的整行；留在这里的每一行在 check 和编制时都是错误。",
        "en": "These rows have faults and are in no table; they stand here as they were typed. Put each right on its "
        "sheet and delete the whole row here: every row that is left is an error of check and compile.",
    },
    "unread_about_last": {
        "zh": "上次的这些行有错，没有作为上次的数列出，按原样写在这里供核对；本表不读取。",
        "en": "These rows of the last project have faults and are not shown beside the cells; they stand here as they "
        "were typed. This sheet is not read.",
    },
    "unread_heads": {
        "zh": "文件|工作表|行|问题和处理|所填内容",
        "en": "File|Sheet|Row|What is wrong and what to do|As typed",
    },
    "letter": {"zh": "函", "en": "Letter"},
    "balance": {"zh": "能源平衡表{year}", "en": "Energy balance {year}"},
    "balance_title": {
        "zh": "{region}能源平衡表（实物量）{year}年",
        "en": "Energy balance of {region} (physical quantities) {year}",
    },
    "balance_item": {"zh": "项目", "en": "Item"},
    "splits": {"zh": "分摊比例", "en": "Allocation shares"},
    "page": {"zh": "第 &P 页，共 &N 页", "en": "Page &P of &N"},
}


def text(name: str, lang: str, **facts: str) -> str:
    """A word or sentence of the template."""
    return TEXTS[name][lang].format(**facts) if facts else TEXTS[name][lang]
