// SPDX-License-Identifier: Apache-2.0
// Draws the plots of a page that says all of it without them. Nothing here writes HTML.
(function () {
  "use strict";
  const element = document.getElementById("plot-data");
  if (!element) return;
  const data = JSON.parse(element.textContent);
  const MINUTE = 60000, DAY = 86400000;
  const LANE = 18, TOP = 4;
  let drawn = [];

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  const two = (number) => String(number).padStart(2, "0");

  function clock(ms, step) {
    const t = new Date(ms);
    const minute = two(t.getUTCHours()) + ":" + two(t.getUTCMinutes());
    if (step >= DAY) return t.toISOString().slice(0, 10);
    if (step >= MINUTE) return minute;
    const second = minute + ":" + two(t.getUTCSeconds());
    return step >= 1000 ? second : second + "." + String(t.getUTCMilliseconds()).padStart(3, "0");
  }

  function duration(ms) {
    if (ms == null) return "–";
    const short = (number) => String(+number.toPrecision(2));
    if (ms < 0.001) return short(ms * 1e6) + " ns";
    if (ms < 1) return short(ms * 1000) + " µs";
    if (ms < 1000) return short(ms) + " ms";
    return short(ms / 1000) + " s";
  }

  // From the first that happened until the last, hangs included.
  function extent() {
    const begin = Math.min(data.from, data.at[0]);
    const end = Math.max(data.to, data.at[data.at.length - 1] + data.bin);
    return [begin, Math.max(end, begin + 1)];
  }

  const [FROM, TO] = extent();

  // All that there is, unless somebody zooms; uPlot alone would leave out the last bin's width.
  function range(plot, min, max) {
    const isAll = min == null || (min === data.at[0] && max === data.at[data.at.length - 1]);
    return isAll ? [FROM, TO] : [min, max];
  }

  function zoomAll(source) {
    const { min, max } = source.scales.x;
    for (const plot of drawn) {
      if (plot !== source && (plot.scales.x.min !== min || plot.scales.x.max !== max)) {
        plot.setScale("x", { min, max });
      }
    }
  }

  function axes(yAxis) {
    const common = {
      stroke: colour("quiet"),
      font: "12px system-ui, sans-serif",
      grid: { stroke: colour("grid"), width: 1 },
      ticks: { stroke: colour("line"), width: 1, size: 4 },
    };
    return [
      { ...common, values: (plot, splits, axis, space, step) => splits.map((ms) => clock(ms, step)), space: 90, size: 28 },
      { ...common, size: 58, ...yAxis },
    ];
  }

  function options(width, height, more) {
    return {
      width, height, ms: 1,
      tzDate: (ms) => uPlot.tzDate(new Date(ms), "Etc/UTC"),
      cursor: { sync: { key: "time" }, y: false, points: { show: false }, drag: { x: true, y: false } },
      hooks: { setScale: [(plot, key) => { if (key === "x" && plot.status) zoomAll(plot); }], ...more.hooks },
      padding: [10, 30, 0, 0],
      ...more.rest,
      scales: { x: { time: true, range }, ...more.scales },
    };
  }

  const timeSeries = () => ({ label: "UTC", value: (plot, ms) => (ms == null ? "–" : clock(ms, data.bin)) });

  function bars(label, name) {
    return {
      label, stroke: colour(name), fill: colour(name), width: 0, points: { show: false },
      paths: uPlot.paths.bars({ size: [0.9, 100], align: 1 }), value: (plot, value) => (value == null ? "–" : String(value)),
    };
  }

  function requests(target, width) {
    const most = Math.max(1, ...data.requests);
    return new uPlot(options(width, 170, {
      rest: {
        series: [timeSeries(), bars("requests", "plot"), bars("of them failed", "doubt"), bars("unanswered", "bad")],
        axes: axes({ incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6, 1e7] }),
      },
      scales: { y: { range: [0, most * 1.08] } },
    }), [data.at, data.requests, data.failed, data.unanswered], target);
  }

  function decades(low, high) {
    const all = [];
    for (let power = Math.round(Math.log10(low)); power <= Math.round(Math.log10(high)); power++) all.push(Math.pow(10, power));
    return all;
  }

  function latency(target, width) {
    const slowest = data.slowest.map((ms) => (ms > 0 ? ms : null));
    const known = slowest.filter((ms) => ms != null);
    if (known.length === 0) return null;
    const low = Math.pow(10, Math.floor(Math.log10(Math.min(...known))));
    const high = Math.pow(10, Math.ceil(Math.log10(Math.max(...known) * 1.05)));
    return new uPlot(options(width, 150, {
      rest: {
        series: [timeSeries(), {
          label: "slowest first answer", stroke: colour("plot"), paths: () => null,
          points: { show: true, size: 5, fill: colour("plot"), width: 0 }, value: (plot, ms) => duration(ms),
        }],
        axes: axes({ 
          splits: () => decades(low, Math.max(high, low * 10)),
          filter: (plot, splits) => splits,
          values: (plot, splits) => splits.map(duration),
        }),
      },
      scales: { y: { distr: 3, range: [low, Math.max(high, low * 10)] } },
    }), [data.at, slowest], target);
  }

  function drawHangs(plot) {
    const context = plot.ctx, ratio = devicePixelRatio, box = plot.bbox;
    context.save();
    context.beginPath();
    context.rect(box.left, box.top, box.width, box.height);
    context.clip();
    context.font = 12 * ratio + "px system-ui, sans-serif";
    context.textAlign = "left";
    context.textBaseline = "middle";
    data.hangs.forEach((hang, lane) => {
      const left = Math.max(plot.valToPos(hang.from, "x", true), box.left - 2);
      const right = Math.max(plot.valToPos(hang.to, "x", true), left + 3 * ratio);
      const top = box.top + lane * LANE * ratio;
      context.globalAlpha = 0.3;
      context.fillStyle = colour("bad");
      context.fillRect(left, top + 2 * ratio, right - left, (LANE - 4) * ratio);
      context.globalAlpha = 1;
      context.fillRect(left, top + 2 * ratio, 2 * ratio, (LANE - 4) * ratio);
      const text = hang.name + (hang.over ? "" : " …");
      const room = box.left + box.width - context.measureText(text).width - 6 * ratio;
      context.fillStyle = colour("text");
      context.fillText(text, Math.max(box.left + 4 * ratio, Math.min(left + 6 * ratio, room)), top + (LANE / 2) * ratio);
    });
    context.restore();
  }

  function hangs(target, width) {
    return new uPlot(options(width, data.hangs.length * LANE + 28 + TOP, {
      hooks: { draw: [drawHangs] },
      rest: {
        legend: { show: false },
        padding: [TOP, 30, 0, 0],
        series: [timeSeries(), { show: true, stroke: "transparent", points: { show: false } }],
        axes: axes({ values: () => [], ticks: { show: false }, grid: { show: false } }),
      },
      scales: { y: { range: [0, 1] } },
    }), [[FROM, TO], [0, 0]], target);
  }

  function draw(id, make, width) {
    const figure = document.getElementById(id);
    if (!figure) return;
    figure.hidden = false;
    const plot = make(figure.querySelector("div"), width || figure.clientWidth);
    if (plot) drawn.push(plot);
    else figure.hidden = true;
  }

  // Canvases know neither style sheets nor paper: they are drawn anew when colours or widths change.
  function drawAll(width) {
    drawn.forEach((plot) => plot.destroy());
    drawn = [];
    draw("plot-requests", requests, width);
    draw("plot-latency", latency, width);
    draw("plot-hangs", hangs, width);
  }

  const PAPER = 660;
  let width = 0;
  function fit() {
    if (width !== document.documentElement.clientWidth) {
      width = document.documentElement.clientWidth;
      drawAll();
    }
  }
  drawAll();
  width = document.documentElement.clientWidth;
  document.getElementById("timeline-table").open = false;
  addEventListener("resize", fit);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawAll());
  // Before the style of paper is in force, and whatever the colours of the screen are.
  addEventListener("beforeprint", () => {
    document.documentElement.classList.add("paper");
    drawAll(PAPER);
  });
  addEventListener("afterprint", () => {
    document.documentElement.classList.remove("paper");
    drawAll();
  });
})();
