// Draws each figure[data-chart] from the table inside it. Without this script the tables are the charts.
// The page's content security policy forbids generated styles in markup; ECharts sets them by script, and its tooltip
// draws instead of writing HTML (renderMode richText).

import { init } from "../vendor/echarts.min.js";

const ROW = 34;
const STACKED_HEIGHT = 236;
const MOST_STRETCH = 1.9; // of bars, where the column beside is longer
const ROOM_FOR_A_TOTAL = 44; // per month, so that totals do not touch
const PAPER = 640; // width of a chart in print, between the margins of an upright A4
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const look = {
  shades: [token("--data-1"), token("--data-2"), token("--data-3")],
  mute: token("--data-mute"),
  bad: token("--data-bad"),
  ink: token("--ink"),
  grey: token("--ink-2"),
  line: token("--line-2"),
  paper: token("--paper"),
  font: getComputedStyle(document.body).fontFamily,
};
const label = (color, more = {}) => ({ color, fontFamily: look.font, fontSize: 12, ...more });
const numberOf = (cell) => Number(cell.dataset.value);
const textOf = (cell) => cell.textContent.trim();

const common = {
  animation: false,
  textStyle: { fontFamily: look.font },
  tooltip: {
    renderMode: "richText",
    confine: true,
    backgroundColor: "#242c37",
    borderWidth: 0,
    padding: [6, 10],
    textStyle: { color: "#fff", fontFamily: look.font, fontSize: 12 },
  },
};

// Months from left to right, one colour per column of the table. The total stands over each bar that has one; where
// there is little room, over the highest and the last.
function stacked(table, _options, width) {
  const names = [...table.tHead.rows[0].cells].slice(1, -1).map(textOf);
  const rows = [...table.tBodies[0].rows];
  const total = (index) => textOf(rows[index].lastElementChild);
  const sums = rows.map((row) => names.reduce((sum, _name, n) => sum + numberOf(row.cells[n + 1]), 0));
  const highest = sums.indexOf(Math.max(...sums));
  const shown = (index) =>
    sums[index] > 0 && (width / rows.length >= ROOM_FOR_A_TOTAL || index === highest || index === rows.length - 1);
  const tip = (index) => [
    textOf(rows[index].cells[0]),
    ...names.map((name, n) => `${name}  ${textOf(rows[index].cells[n + 1])}`),
    total(index),
  ];
  return {
    ...common,
    tooltip: { ...common.tooltip, trigger: "axis", axisPointer: { type: "shadow" }, formatter: ([first]) => tip(first.dataIndex).join("\n") },
    grid: { left: 44, right: 8, top: 24, bottom: 24 },
    xAxis: {
      type: "category",
      data: rows.map((row) => row.dataset.short),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: look.line } },
      axisLabel: label(look.grey, { interval: 0, hideOverlap: true }),
    },
    yAxis: { type: "value", splitNumber: 4, splitLine: { lineStyle: { color: look.line } }, axisLabel: label(look.grey) },
    series: names.map((name, n) => ({
      name,
      type: "bar",
      stack: "total",
      barMaxWidth: 38,
      barCategoryGap: "32%",
      itemStyle: { color: look.shades[n] },
      data: rows.map((row) => numberOf(row.cells[n + 1])),
      label: n < names.length - 1 ? undefined : {
        show: true, position: "top", ...label(look.ink), formatter: ({ dataIndex }) => (shown(dataIndex) ? total(dataIndex) : ""),
      },
    })),
  };
}

// One bar per row of the table, its name at the left, its text and its remark at the right; a limit is a dashed line.
function bars(table, { limit, shade, unit }, width) {
  const rows = [...table.tBodies[0].rows].reverse();
  const values = rows.map((row) => numberOf(row.cells[1]));
  const end = Math.max(...values, limit ? Number(limit) * 1.5 : 0) || 1;
  const plain = shade ? look.shades[Number(shade) - 1] : look.mute;
  const color = (row) => (row.hasAttribute("data-bad") ? look.bad : plain);
  const side = (cell, show) => rows.map((row) => (show ? textOf(row.cells[cell]) : ""));
  const axis = { type: "category", axisTick: { show: false }, axisLine: { show: false } };
  return {
    ...common,
    tooltip: { ...common.tooltip, trigger: "item", formatter: ({ dataIndex }) => side(0, true)[dataIndex] + "\n" + side(1, true)[dataIndex] + "  " + side(2, true)[dataIndex] },
    grid: { left: 4, right: 8, top: 4, bottom: limit ? 20 : 4, containLabel: true },
    xAxis: { type: "value", min: 0, max: end * (width < 480 ? 1.5 : 1.2), show: false }, // room for the text behind the bar
    yAxis: [
      { ...axis, data: side(0, true), axisLabel: label(look.ink, { width: 96, overflow: "truncate" }) },
      { ...axis, data: side(2, true), position: "right", axisLabel: label(look.grey) },
    ],
    series: [{
      type: "bar",
      barWidth: 18,
      cursor: rows.some((row) => row.querySelector("a")) ? "pointer" : "default",
      data: rows.map((row, n) => ({ value: values[n], itemStyle: { color: color(row), borderRadius: 2 } })),
      label: { show: true, position: "right", backgroundColor: look.paper, padding: [1, 2], ...label(look.ink), formatter: ({ dataIndex }) => side(1, true)[dataIndex] },
      markLine: !limit ? undefined : {
        symbol: "none",
        silent: true,
        data: [{ xAxis: Number(limit) }],
        lineStyle: { color: look.bad, type: [4, 3] },
        label: { position: "start", ...label(look.grey), formatter: `${Number(limit)}${unit}` },
      },
    }],
  };
}

function draw(figure) {
  const details = figure.querySelector(".chart-data");
  const table = details?.querySelector("table");
  if (!table || figure.querySelector(".chart")) return null;
  const place = document.createElement("div");
  place.className = "chart";
  place.setAttribute("aria-hidden", "true"); // the table below says the same
  details.before(place);
  details.open = false;
  const flat = figure.dataset.chart === "bars";
  const natural = flat ? table.tBodies[0].rows.length * ROW + (figure.dataset.limit ? 24 : 8) : STACKED_HEIGHT;
  const chart = init(place, null, { renderer: "svg", height: natural });
  if (flat) chart.on("click", ({ dataIndex }) => [...table.tBodies[0].rows].reverse()[dataIndex].querySelector("a")?.click());
  const redraw = (height = natural, width = place.clientWidth) => {
    chart.resize({ height, width });
    chart.setOption((flat ? bars : stacked)(table, figure.dataset, width));
  };
  redraw();
  return { figure, flat, natural, redraw };
}

// The bars of a column that is shorter than the one beside it are spread out, so that nothing stays blank.
function fit(charts) {
  charts.forEach((chart) => chart.redraw());
  for (const column of new Set(charts.map((chart) => chart.figure.parentElement))) {
    const spare = column.clientHeight - [...column.children].reduce((sum, figure) => sum + figure.offsetHeight, 0);
    const flat = charts.filter((chart) => chart.flat && chart.figure.parentElement === column);
    const natural = flat.reduce((sum, chart) => sum + chart.natural, 0);
    if (spare > 1 && natural) {
      const stretch = Math.min(MOST_STRETCH, 1 + spare / natural);
      flat.forEach((chart) => chart.redraw(Math.floor(chart.natural * stretch)));
    }
  }
}

const charts = [...document.querySelectorAll("figure[data-chart]")].map(draw).filter(Boolean);
const board = document.querySelector(".charts");
if (board) {
  let width = 0;
  new ResizeObserver(() => {
    if (board.clientWidth === width || matchMedia("print").matches) return; // only a new width asks for new drawings
    width = board.clientWidth;
    fit(charts);
  }).observe(board);
  addEventListener("beforeprint", () => charts.forEach((chart) => chart.redraw(chart.natural, PAPER)));
  addEventListener("afterprint", () => fit(charts));
}
