/* Charts from the figures of the page; the only file that knows ECharts. No HTML tooltips, so that the content policy holds. */
"use strict";
(() => {
  const { texts } = page;
  const data = JSON.parse(document.getElementById("charts").textContent);
  const colours = ["#1d4f7a", "#c8792b", "#5a8f4c", "#8a6bb0", "#7d8c99", "#b8473f", "#3f9aa3", "#a08a3c", "#6c7fc2", "#9c5f7c"];
  const font = getComputedStyle(document.body).fontFamily;
  const number = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });
  const base = { color: colours, textStyle: { fontFamily: font, color: "#1c2733", fontSize: 12 }, animation: false, aria: { enabled: true },
                 tooltip: { renderMode: "richText", valueFormatter: value => number.format(value) } };
  const made = [];
  function draw(id, option) {
    const place = document.getElementById(id);
    if (!place) return;
    const chart = echarts.init(place, null, { renderer: "canvas" });
    chart.setOption({ ...base, ...option });
    made.push(chart);
  }
  function bars(series) {
    return {
      tooltip: { ...base.tooltip, trigger: "axis", axisPointer: { type: "shadow" } }, legend: { bottom: 0, type: "scroll" },
      grid: { left: 10, right: 16, top: 34, bottom: 40, containLabel: true },
      xAxis: { type: "category", data: data.years.map(String) },
      yAxis: { type: "value", name: texts.emission_axis, axisLabel: { formatter: v => number.format(v) } },
      series: series.map(s => ({ name: s.name, type: "bar", stack: "all", barMaxWidth: 90, data: s.values })),
    };
  }
  draw("chart-sectors", bars(data.sectors));
  draw("chart-gases", bars(data.gases));
  const flow = data.sankey[String(data.latest)];
  if (flow && flow.links.length) draw("chart-sankey", {
    tooltip: { ...base.tooltip, trigger: "item" },
    series: [{ type: "sankey", data: flow.nodes, links: flow.links, nodeAlign: "left", nodeGap: 12, left: 10, right: 200, top: 10, bottom: 10,
               lineStyle: { color: "gradient", opacity: 0.35 }, label: { fontFamily: font, fontSize: 12 }, emphasis: { focus: "adjacency" } }],
  });
  const items = data.contributions.items.slice().reverse();
  if (items.length) draw("chart-contributions", {
    grid: { left: 10, right: 40, top: 10, bottom: 30, containLabel: true }, tooltip: { ...base.tooltip, trigger: "axis", axisPointer: { type: "shadow" } },
    xAxis: { type: "value", name: "%" }, yAxis: { type: "category", data: items.map(i => i.name), axisLabel: { width: 420, overflow: "truncate" } },
    series: [{ type: "bar", data: items.map(i => i.value), barMaxWidth: 16 }],
  });
  window.addEventListener("resize", () => made.forEach(chart => chart.resize()));
})();
